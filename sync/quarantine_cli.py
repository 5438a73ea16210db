"""`oneview sync quarantine`: which records could not be used, what they hold, and to try them again."""

from __future__ import annotations

import getpass
import json
from collections.abc import Sequence
from typing import Annotated, Any

import orjson
import typer
from sqlalchemy import Row, insert

from models.database import writing
from models.errors import QuestionError
from models.settings import WarehouseSettings
from models.tables.operations import ops_audit

from .command import (
    builder,
    check_known,
    connected,
    now,
    payloads_of,
    record_of,
    stop_on_signal,
    tell,
)
from .engine import quarantine
from .engine.run import family, run_sync
from .entities import ENTITIES
from .settings import SyncSettings

app = typer.Typer(
    help="Records that could not be used: list, show, retry.",
    no_args_is_help=True,
    add_completion=False,
)
_ENTITY = typer.Option(help="Only this entity.")
_KEY = typer.Option(help="Only the record with this key.")


@app.command("list")
def list_(
    entity: Annotated[str | None, _ENTITY] = None,
    key: Annotated[str | None, _KEY] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Name the records, with field, reason and when they were seen; without their content."""
    rows = _chosen(entity, key)
    if as_json:
        typer.echo(orjson.dumps([_about(row) for row in rows], option=orjson.OPT_INDENT_2))
        return
    for row in rows:
        typer.echo(
            f"{row.entity} {row.record_key}: {row.field or 'record'} {row.reason} (since "
            f"{row.first_seen_at:%Y-%m-%d %H:%M}, last {row.last_seen_at:%Y-%m-%d %H:%M} UTC, tried "
            f"again {row.attempts} times)"
        )
    typer.echo(f"In quarantine: {len(rows):,}." if rows else "The quarantine is empty.")


@app.command()
def show(
    entity: Annotated[str | None, _ENTITY] = None,
    key: Annotated[str | None, _KEY] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Show records with all of their content, which may be personal."""
    documents = [
        _about(row) | {"payload": quarantine.payload_of(row)} for row in _chosen(entity, key)
    ]
    if as_json:
        typer.echo(_text(documents))
        return
    for document in documents:
        typer.echo(f"{document['entity']} {document['key']}: {document['reason']}")
        typer.echo(_text(document["payload"]))
    if not documents:
        typer.echo("There is no such record in quarantine.")


@app.command()
def retry(
    entity: Annotated[str | None, _ENTITY] = None,
    key: Annotated[str | None, _KEY] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every record in quarantine.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Try records again, as kept and then as the source sends them now; publish what can be used."""
    if entity is None and key is None and not all_:
        raise QuestionError("Say which: --entity, --key or --all.")
    rows = _chosen(entity, key)
    if not rows:
        typer.echo("There is no such record in quarantine.")
        return
    warehouse, settings, stop = WarehouseSettings.load(), SyncSettings.load(), stop_on_signal()
    who, entities = getpass.getuser(), {row.entity for row in rows}
    detail = {"entity": entity, "key": key, "records": len(rows)}
    with connected(warehouse, settings, stop) as (engine, sources):
        with writing(engine) as connection:
            quarantine.hasten(connection, [row.quarantine_id for row in rows], now())
            connection.execute(
                insert(ops_audit).values(
                    at=now(), subject=who, action="quarantine_retry", detail=detail
                )
            )
        known = [family(ENTITIES, one) for one in sorted(entities) if one in ENTITIES]
        result = run_sync(
            engine, sources, now,
            trigger="command",
            requested_by=who,
            build=builder(engine, warehouse, settings),
            entities={name: one for group in known for name, one in group.items()},
            history_months=settings.history_months_first,
            must_stop=stop.is_set,
            quarantine_limit=settings.quarantine_limit,
            payloads=payloads_of(warehouse, settings),
        )  # fmt: skip
    left = {(row.entity, row.record_key) for row in _chosen(entity, key)}
    healed = sum((row.entity, row.record_key) not in left for row in rows)
    if not as_json:
        typer.echo(f"{healed:,} of {len(rows):,} records can be used now, or are gone.")
    tell(result, as_json=as_json)


def _text(value: Any) -> str:
    """As JSON in plain ASCII: a content may hold what no terminal and no other encoder takes."""
    return json.dumps(value, indent=2, default=str)


def _chosen(entity: str | None, key: str | None) -> Sequence[Row[Any]]:
    check_known(entity)
    with record_of(WarehouseSettings.load()) as engine, engine.connect() as connection:
        return quarantine.chosen(connection, entity, key)


def _about(row: Row[Any]) -> dict[str, Any]:
    return {
        "entity": row.entity,
        "key": row.record_key,
        "field": row.field,
        "reason": row.reason,
        "first_seen_at": row.first_seen_at,
        "last_seen_at": row.last_seen_at,
        "attempts": row.attempts,
        "next_try_at": row.next_try_at,
        "bytes": row.payload_bytes,
        "sha256": row.payload_sha256,
    }
