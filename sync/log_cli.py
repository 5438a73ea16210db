"""`oneview sync log`: what each run did, entity by entity, to read or to take elsewhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import orjson
import typer

from models.settings import WarehouseSettings

from .command import check_known, record_of
from .engine.runlog import read_log


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(log)


def log(
    run: Annotated[int | None, typer.Option(help="Only this run.")] = None,
    entity: Annotated[str | None, typer.Option(help="Only this entity.")] = None,
    last: Annotated[int, typer.Option(min=1, help="How many of the newest runs.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Answer as CSV.")] = False,
) -> None:
    """Tell what each run did to each entity: requests, rows, bytes, waits, watermarks, errors."""
    check_known(entity)
    with record_of(WarehouseSettings.load()) as engine:
        rows = read_log(engine, run_id=run, entity=entity, last=last)
    if as_json:
        typer.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z))
    elif as_csv:
        typer.echo(_csv(rows), nl=False)
    else:
        typer.echo("\n".join(map(_line, rows)) or "No run yet.")


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return ""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _plain(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _line(row: Mapping[str, Any]) -> str:
    took = f"{row['seconds']:.1f} s" if row["seconds"] is not None else "–"
    counts = (
        f"{row['rows_read']:>9,} read {row['rows_inserted']:>9,} new {row['rows_updated']:>8,} changed "
        f"{row['rows_deleted']:>6,} deleted {row['rows_quarantined']:>4,} aside"
    )
    wire = f"{row['requests']:>5,} requests {row['bytes_read'] / 1e6:>8.1f} MB"
    error = f"  {row['error']}" if row["error"] else ""
    return f"{row['run_id']:>6}  {row['entity']:<40} {row['state']:<11} {counts} {wire} {took:>8}{error}"
