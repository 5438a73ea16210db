"""Marks rows whose records are gone; the rows stay, so that history and traces stay whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection

from models.errors import SourceContractError
from models.sequence import next_sequence
from models.told import told

from ..entities.entity import Entity
from . import quarantine
from .parse import Key, key_text
from .stage import DELETED, RUN, SEQUENCE, SYNCED
from .upsert import look_up
from .values import instant_text
from .versions import supersede_deleted

# A sweep that would bury more than this is more likely a fault of the source than the truth.
GUARD_SHARE = 0.01
GUARD_ROWS = 500
_ALWAYS_ALLOWED = 10
_AT_ONCE = 2_000


def bury(
    connection: Connection,
    entity: Entity,
    gone: Mapping[Key, datetime],
    *,
    children: Iterable[Entity] = (),
    run_id: int,
    now: datetime,
) -> int:
    """Mark these records as deleted, with what belongs to them; return how many rows that touched.

    A record that was changed after its deletion lives again and is left alone.
    """
    stored = look_up(connection, entity, list(gone))
    dying = {
        key: gone[key]
        for key, row in stored.items()
        if not row.is_deleted and (row.modified is None or row.modified <= instant_text(gone[key]))
    }
    quarantine.clear(connection, entity.key, {key_text(key) for key in gone.keys() - stored.keys()})
    if not dying:
        return 0
    sequence = next_sequence(connection)
    marks = (run_id, sequence, now)
    _mark(connection, entity, entity.identity, dying, marks)
    quarantine.clear(connection, entity.key, {key_text(key) for key in dying})
    touched = len(dying)
    for child in children:
        if child.parent_key:
            touched += _mark(connection, child, (child.parent_key,), dying, marks)
    return touched


def _mark(
    connection: Connection,
    entity: Entity,
    columns: Sequence[str],
    gone: Mapping[Key, datetime],
    marks: tuple[int, int, datetime],
) -> int:
    run_id, sequence, now = marks
    supersede_deleted(connection, entity, columns, gone, now=now)
    place = "?" if connection.dialect.name == "sqlite" else "%s"
    match = " AND ".join(f'"{name}" = {place}' for name in columns)
    statement = (
        f"UPDATE {entity.table} SET {DELETED} = {place}, {RUN} = {place}, {SEQUENCE} = {place}, "
        f"{SYNCED} = {place} WHERE {match} AND {DELETED} IS NULL"
    )
    touched = 0
    for key, at in gone.items():
        parts = key if isinstance(key, tuple) else (key,)
        values = (_bound(connection, at), run_id, sequence, _bound(connection, now), *parts)
        touched += connection.exec_driver_sql(statement, values).rowcount
    return touched


def _bound(connection: Connection, moment: datetime) -> Any:
    return instant_text(moment) if connection.dialect.name == "sqlite" else moment


def living_children(connection: Connection, child: Entity, parents: Collection[int]) -> set[Key]:
    """The identities of the living records that belong to these parents."""
    ordered = sorted(parents)
    is_sqlite = connection.dialect.name == "sqlite"
    keys = "(SELECT value FROM json_each(?))" if is_sqlite else "(SELECT unnest(%s::bigint[]))"
    identity = ", ".join(f'"{name}"' for name in child.identity)
    statement = (
        f"SELECT {identity} FROM {child.table} "
        f'WHERE "{child.parent_key}" IN {keys} AND {DELETED} IS NULL'
    )
    found: set[Key] = set()
    for start in range(0, len(ordered), _AT_ONCE):
        part: Any = ordered[start : start + _AT_ONCE]
        if is_sqlite:
            part = orjson.dumps(part).decode()
        found |= {_key(row) for row in connection.exec_driver_sql(statement, (part,))}
    return found


def _key(row: Sequence[Any]) -> Key:
    return row[0] if len(row) == 1 else tuple(row)


def check_sweep(
    entity: Entity, alive: int, missing: int, seen: int, command: str | None = None
) -> None:
    """Refuse to bury what a faulty answer merely left out; `command` accepts it all the same.

    Raises:
        SourceContractError: too much would go at once.
    """
    if alive and not seen:
        raise SourceContractError(
            told(
                "{title}: the source returned no record at all, the mirror holds {alive}. Nothing was"
                " deleted. Check the permissions of the integration's role.",
                title=told(entity.title),
                alive=f"{alive:,}",
            )
        )
    recomputed = entity.modified is None  # the vendor makes these anew: ids come and go
    most = min(GUARD_ROWS, max(_ALWAYS_ALLOWED, int(alive * GUARD_SHARE)))
    if not recomputed and missing > most:
        raise SourceContractError(
            told(
                "{title}: {missing} of {alive} records are no longer served by the source. Nothing "
                "was deleted. Check the permissions of the integration's role; if they are truly "
                "gone, run: {command}",
                title=told(entity.title),
                missing=f"{missing:,}",
                alive=f"{alive:,}",
                command=command
                or f"oneview sync run --full --entity {entity.key} --accept-deletions",
            )
        )
