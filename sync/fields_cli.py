"""`oneview sync fields`: the custom fields of each entity with their types, and what became of fields."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
import typer
from sqlalchemy import select

from models.settings import WarehouseSettings
from models.tables.fields import ops_field, ops_schema_event

from .command import check_known, record_of

_EVENTS = 50  # shown, newest first
_FIELD = (
    "entity",
    "name",
    "label",
    "source_type",
    "kind",
    "state",
    "first_seen_at",
    "last_seen_at",
)
_EVENT = ("at", "run_id", "entity", "field", "event", "before", "after")


def fields(
    entity: Annotated[str | None, typer.Option(help="Only this entity.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """List custom fields with their types, fields that are refused, and the last changes of fields."""
    check_known(entity)
    found, events = _read(entity)
    if as_json:
        answer = {"fields": found, "events": events}
        typer.echo(
            orjson.dumps(answer, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode()
        )
        return
    for row in found:
        state = "" if row["state"] == "present" else f"  ({row['state']}: its values stay)"
        label = f"  {row['label']}" if row["label"] else ""
        typer.echo(f"{row['entity']}  {row['name']}  {row['kind']}{label}{state}")
    if not found:
        typer.echo("No custom field is known. They are looked up with the first run, then daily.")
    for row in events:
        types = " → ".join(text for text in (row["before"], row["after"]) if text)
        when = f"{row['at']:%Y-%m-%d %H:%M}"
        typer.echo(f"{when} UTC  {row['entity']}  {row['field']} {row['event']}  {types}".rstrip())


def _read(entity: str | None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    known = select(*(ops_field.c[name] for name in _FIELD))
    happened = select(*(ops_schema_event.c[name] for name in _EVENT))
    if entity is not None:
        known = known.where(ops_field.c.entity == entity)
        happened = happened.where(ops_schema_event.c.entity == entity)
    known = known.order_by(ops_field.c.entity, ops_field.c.name)
    happened = happened.order_by(ops_schema_event.c.id.desc()).limit(_EVENTS)
    with record_of(WarehouseSettings.load()) as engine, engine.connect() as connection:
        return (
            [dict(row) for row in connection.execute(known).mappings()],
            [dict(row) for row in connection.execute(happened).mappings()],
        )
