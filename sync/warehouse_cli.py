"""`oneview warehouse`: make what readers see again, prove that it is right, or look at an earlier day."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson
import typer

from models.archive import Archives
from models.database import open_record
from models.errors import QuestionError, WarehouseError
from models.settings import WarehouseSettings
from models.snapshot import Snapshots

from .engine import warehouse as work
from .engine.asof import Filter, read_as_of
from .engine.meta import SourceInfo, source_infos
from .engine.observe import as_observed
from .engine.publish import whole_pointer
from .engine.stage import ensure_tables
from .entities import ENTITIES
from .entities.entity import System
from .observations import OBSERVATIONS
from .settings import SyncSettings

app = typer.Typer(
    help="Rebuild or verify what readers see.", no_args_is_help=True, add_completion=False
)


@app.command()
def rebuild() -> None:
    """Make the work file again from the record and publish a new snapshot."""
    settings = WarehouseSettings.load()
    engine = open_record(settings.record_url)
    version = work.rebuild(engine, settings, _sources(settings), _now)
    typer.echo(f"Published snapshot {version}, made of the whole record.")


@app.command()
def verify() -> None:
    """Compare the newest snapshot, row by row, with one made of the record from nothing."""
    settings = WarehouseSettings.load()
    engine = open_record(settings.record_url)
    differing = work.verify(engine, settings, _sources(settings), _now)
    for text in differing:
        typer.secho(text, err=True)
    if differing:
        raise WarehouseError(
            "The snapshot differs from the record. Run `oneview warehouse rebuild`; if that does not "
            "help, report it with the lines above."
        )
    typer.echo("The snapshot equals the record.")


@app.command()
def archives(
    check: Annotated[
        bool, typer.Option("--check", help="Read every file and compare it with its sum.")
    ] = False,
) -> None:
    """List the closed months that are kept as they were."""
    found = Archives(WarehouseSettings.load().archive_dir)
    damaged = 0
    for month in found.months():
        try:
            about = found.about(month)
            if check:
                about.check()
        except WarehouseError as error:
            damaged += 1
            typer.secho(str(error), err=True, fg=typer.colors.RED)
            continue
        seen = "" if about.was_seen else ", closed before One View first looked"
        whole = ", whole" if check else ""
        typer.echo(
            f"{month}: version {about.version}, kept {about.kept_at:%Y-%m-%d %H:%M} UTC, "
            f"{about.bytes / 1e6:,.1f} MB{seen}{whole}"
        )
    if damaged:
        raise typer.Exit(1)
    if not found.months():
        typer.echo("No closed month is kept yet.")


@app.command("as-of")
def as_of(
    moment: Annotated[str, typer.Argument(help="A day, to its end, or a moment with its zone.")],
    entity: Annotated[str, typer.Option(help="Which records, such as netsuite__transaction.")],
    where: Annotated[
        list[str] | None, typer.Option(help="Only those with, such as type=Opprtnty; repeatable.")
    ] = None,
    known: Annotated[
        str | None, typer.Option(help="Only what was known by then: a day or a moment.")
    ] = None,
    zone: Annotated[str, typer.Option(help="The time zone of a day.")] = "UTC",
    as_json: Annotated[
        bool, typer.Option("--json", help="Answer as JSON, a record a line.")
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Answer as CSV (the default).")] = False,
) -> None:
    """Show an entity's records as they were; `_valid_from` tells since when each was so."""
    if entity not in ENTITIES:
        raise QuestionError(f"There is no entity '{entity}'. `oneview sync status` lists them.")
    if as_json and as_csv:
        raise QuestionError("Choose one of --json and --csv.")
    engine = open_record(WarehouseSettings.load().record_url)
    chosen = ENTITIES[entity]
    ensure_tables(engine, ENTITIES.values())
    rows = read_as_of(
        engine,
        chosen,
        _moment(moment, zone),
        known=_moment(known, zone) if known else None,
        filters=[Filter.parse(text) for text in where or ()],
    )
    if as_json:
        for row in rows:
            typer.echo(orjson.dumps(row, default=str))
    else:
        _write_csv(rows)


@app.command()
def observed(
    observation: Annotated[str, typer.Argument(help="What, such as backlog or pipeline.")],
    day: Annotated[str, typer.Argument(help="The day, such as 2026-03-31.")],
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, a row a line.")] = False,
) -> None:
    """Show what was written down on a day of what the systems do not keep, as CSV."""
    if observation not in OBSERVATIONS:
        raise QuestionError(
            f"Nothing named '{observation}' is observed. There is: {', '.join(OBSERVATIONS)}."
        )
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise QuestionError(f"'{day}' is not a day, such as 2026-03-31.") from None
    engine = open_record(WarehouseSettings.load().record_url)
    rows = as_observed(engine, OBSERVATIONS[observation], wanted)
    if as_json:
        for row in rows:
            typer.echo(orjson.dumps(row, default=str))
    else:
        _write_csv(rows)


def _write_csv(rows: Iterable[Mapping[str, Any]]) -> None:
    writer = csv.writer(sys.stdout)
    for number, row in enumerate(rows):
        if number == 0:
            writer.writerow(row)
        writer.writerow(row.values())


def _moment(text: str, zone: str) -> datetime:
    """A moment; of a day, its last."""
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise QuestionError(f"There is no time zone '{zone}'.") from None
    try:
        if len(text) == 10:
            after = date.fromisoformat(text) + timedelta(days=1)
            return datetime.combine(after, time.min, place) - timedelta(microseconds=1)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise QuestionError(f"'{text}' is neither a day (2026-03-31) nor a moment.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=place)


def _sources(settings: WarehouseSettings) -> list[SourceInfo]:
    """As the newest snapshot tells; before the first, as the settings say."""
    if whole_pointer(settings.snapshot_dir) is None:
        return source_infos(SyncSettings.load())
    return [
        SourceInfo(system=System(name), account=state.account, record_url=state.record_url)
        for name, state in Snapshots(settings.snapshot_dir).current().sources.items()
    ]


def _now() -> datetime:
    return datetime.now(UTC)
