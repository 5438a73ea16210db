"""`oneview plan`: check, upload, list and withdraw plans."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from .database import open_record, require_current
from .errors import QuestionError
from .plan.check import Checked, Fault, check, rows_to_skip
from .plan.keep import Upload, Version, keep, version_name, versions, withdraw
from .plan.members import members_of
from .plan.read import read_sheet
from .plan.values import Unreadable, month_of
from .settings import WarehouseSettings
from .snapshot import Snapshots

app = typer.Typer(
    help="Plans of people: check, upload, list, remove.", no_args_is_help=True, add_completion=False
)
_SHOWN = 200
_File = Annotated[Path, typer.Argument(help="CSV or XLSX, the columns as docs/plan.md has them.")]
_Skip = Annotated[
    str, typer.Option("--skip-rows", help="Rows to leave out, by their number: 12,15.")
]


@app.command("check")
def check_file(file: _File, skip_rows: _Skip = "") -> None:
    """Check a file; nothing is taken."""
    checked = _checked(WarehouseSettings.load(), file, _content(file), skip_rows)
    _tell(checked.faults)
    if checked.faults:
        raise typer.Exit(1)
    typer.echo(f"{len(checked.rows)} rows can be taken; none is wrong. Nothing was taken.")


@app.command()
def upload(
    file: _File,
    version: Annotated[str, typer.Option(help="Its name; one of the same name is replaced.")],
    skip_rows: _Skip = "",
    approved: Annotated[
        str,
        typer.Option(help="Month of its approval, whose average rates hold. Default: this one."),
    ] = "",
) -> None:
    """Keep a file as a version of the plan; it counts from the next build on."""
    settings, content = WarehouseSettings.load(), _content(file)
    version_name(version)
    checked = _checked(settings, file, content, skip_rows)
    _tell(checked.faults)
    record = open_record(settings.record_url)
    try:
        require_current(record)
        made = Upload(
            version=version,
            file_name=file.name,
            content=content,
            subject=_who(),
            approved_month=_month(approved),
        )
        kept = keep(record, made, checked, datetime.now(UTC))
    finally:
        record.dispose()
    skipped = f", {len(kept.rows_skipped)} skipped" if kept.rows_skipped else ""
    typer.echo(
        f"Version '{kept.version}': {kept.rows_taken} rows taken{skipped}. "
        "It counts from the next build on."
    )


@app.command("list")
def list_versions() -> None:
    """List what was uploaded, and what counts."""
    record = open_record(WarehouseSettings.load().record_url, read_only=True)
    try:
        require_current(record)
        found = versions(record)
    finally:
        record.dispose()
    if not found:
        typer.echo("Nothing was uploaded yet.")
        return
    heads = ("version", "state", "rows", "skipped", "approved", "by", "at (UTC)", "file")
    rows = [heads, *map(_line, found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo("  ".join(cells).rstrip())


def _line(one: Version) -> tuple[str, ...]:
    return (
        one.version, one.state, f"{one.rows_taken:,}", str(len(one.rows_skipped)),
        f"{one.approved_month // 100}-{one.approved_month % 100:02d}", one.uploaded_by,
        f"{one.uploaded_at:%Y-%m-%d %H:%M}", one.file_name,
    )  # fmt: skip


@app.command()
def remove(version: Annotated[str, typer.Argument(help="Its name.")]) -> None:
    """Withdraw a version: it counts no more from the next build on; the record keeps it."""
    record = open_record(WarehouseSettings.load().record_url)
    try:
        require_current(record)
        withdraw(record, version, _who(), datetime.now(UTC))
    finally:
        record.dispose()
    typer.echo(f"Version '{version}' is withdrawn. It counts no more from the next build on.")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise QuestionError(f"{file} cannot be read: {error.strerror}.") from error


def _checked(settings: WarehouseSettings, file: Path, content: bytes, skip_rows: str) -> Checked:
    members = members_of(Snapshots(settings.snapshot_dir).current())
    return check(read_sheet(file.name, content), members, rows_to_skip(skip_rows))


def _month(text: str) -> int | None:
    if not text:
        return None
    try:
        return month_of(text)
    except Unreadable as error:
        raise QuestionError(f"--approved: '{text}' {error.what} {error.advice}") from error


def _who() -> str:
    with suppress(OSError, KeyError):
        return f"command line ({getpass.getuser()})"
    return "command line"


def _tell(faults: Sequence[Fault]) -> None:
    for fault in faults[:_SHOWN]:
        value = f" {fault.value!r}" if fault.value else ""
        place = f"row {fault.row}, {fault.column or 'a cell'}"
        typer.secho(f"{place}:{value} {fault.what} {fault.advice}", fg=typer.colors.RED, err=True)
    if len(faults) > _SHOWN:
        typer.echo(f"… and {len(faults) - _SHOWN} more.", err=True)
