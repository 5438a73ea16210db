"""Keeps every version of a record: what a write is about to replace is put beside, with when it held.

The newest version of a record is its row in staging; only those before it are written here, so that a
first load costs nothing. A version begins where the one before it ended: there is no gap and no overlap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection

from ..entities.entity import Entity, Kind
from .parse import CUSTOM, Key, Row
from .stage import (
    DELETED,
    IS_DELETION,
    IS_FIRST,
    KNOWN_FROM,
    KNOWN_TO,
    MODIFIED,
    RUN,
    SEQUENCE,
    SYNCED,
    VALID_FROM,
    VALID_TO,
)
from .values import instant_text

_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class End:
    """Until when a version held, as `instant_text` writes it, and whether what follows has history."""

    at: str
    followed: bool = False


def supersede(
    connection: Connection, entity: Entity, changed: Mapping[Key, Row], *, now: datetime
) -> None:
    """Keep what staging holds of these records; call it before they are written over.

    A version ends with the stamp of the one that follows, or now where the source gives no stamp; one
    that follows with an older stamp than the version began ends it where it began. To be called within
    the transaction that writes the rows, after the change sequence has moved.

    Args:
        changed: identity -> the row that comes in its place.
    """
    if entity.history is None or not changed:
        return
    at = instant_text(now)
    column = None if entity.history.of_parent else entity.history.column
    place = list(entity.fields).index(column) if column else None
    values = entity.history.values
    ends = {
        key: End(row[-2] or at, place is not None and row[place] in values)
        for key, row in changed.items()
    }
    _keep(connection, entity, entity.identity, ends, now, only_living=False)


def supersede_deleted(
    connection: Connection,
    entity: Entity,
    columns: Sequence[str],
    gone: Mapping[Key, datetime],
    *,
    now: datetime,
) -> None:
    """Keep what staging holds of the living records that are about to be marked as deleted.

    Args:
        columns: whose values `gone` names: the identity, or the id of the parent.
        gone: those values -> when the records went.
    """
    if entity.history is not None and gone:
        ends = {key: End(instant_text(at)) for key, at in gone.items()}
        _keep(connection, entity, columns, ends, now, only_living=True)


def _keep(
    connection: Connection,
    entity: Entity,
    columns: Sequence[str],
    ends: Mapping[Key, End],
    now: datetime,
    *,
    only_living: bool,
) -> None:
    dialect = connection.dialect.name
    statement = _statement(entity, tuple(columns), dialect, only_living)
    found = list(ends.items())
    for start in range(0, len(found), _AT_ONCE):
        keys, parts = zip(*found[start : start + _AT_ONCE], strict=True)
        rows = [key if isinstance(key, tuple) else (key,) for key in keys]
        parameters: tuple[Any, ...]
        if dialect == "sqlite":
            lines = [
                [*row, end.at, int(end.followed)] for row, end in zip(rows, parts, strict=True)
            ]
            parameters = (instant_text(now), orjson.dumps(lines).decode())
        else:
            parameters = (
                now,
                *map(list, zip(*rows, strict=True)),
                [f"{end.at}+00" for end in parts],
                [end.followed for end in parts],
            )
        connection.exec_driver_sql(statement, parameters)


@cache
def _statement(entity: Entity, columns: tuple[str, ...], dialect: str, only_living: bool) -> str:
    names = ", ".join(f'"{name}"' for name in (*entity.fields, CUSTOM))
    sqlite = dialect == "sqlite"
    conditions = [_is_kept(entity, "t", followed="k.followed")]
    if only_living:
        conditions.append(f"t.{DELETED} IS NULL")
    latest = "max" if sqlite else "greatest"
    keys, match = _sqlite_keys(columns) if sqlite else _postgresql_keys(entity, columns)
    sequence = "(SELECT sequence FROM ops_change WHERE id = 1)"
    return (
        f"INSERT INTO {entity.history_table} ({names}, {VALID_FROM}, {VALID_TO}, {KNOWN_FROM}, "
        f"{KNOWN_TO}, {IS_FIRST}, {IS_DELETION}, {RUN}, {SEQUENCE}) "
        f"SELECT {names}, _begins, {latest}(_begins, _ends), {SYNCED}, {'?' if sqlite else '%s'}, "
        f"_before IS NULL, {DELETED} IS NOT NULL, {RUN}, {sequence} FROM ("
        f"SELECT t.*, {begins(entity, 't', '_before')} AS _begins FROM ("
        f"SELECT t.*, k.ends AS _ends, (SELECT max(h.{VALID_TO}) FROM {entity.history_table} h WHERE "
        + " AND ".join(f'h."{name}" = t."{name}"' for name in entity.identity)
        + f") AS _before FROM {keys} JOIN {entity.table} t ON {match} "
        f"WHERE {' AND '.join(conditions)}) t) t"
    )


def _sqlite_keys(columns: Sequence[str]) -> tuple[str, str]:
    parts = [f"json_extract(value, '$[{place}]')" for place in range(len(columns) + 2)]
    names = [*(f"k{place}" for place in range(len(columns))), "ends", "followed"]
    chosen = ", ".join(f"{part} AS {name}" for part, name in zip(parts, names, strict=True))
    match = " AND ".join(f't."{name}" = k.k{place}' for place, name in enumerate(columns))
    return f"(SELECT {chosen} FROM json_each(?)) k CROSS", match


def _postgresql_keys(entity: Entity, columns: Sequence[str]) -> tuple[str, str]:
    kinds = [entity.fields[name].kind for name in columns]
    arrays = [f"%s::{'text' if kind is Kind.TEXT else 'bigint'}[]" for kind in kinds]
    names = [f"k{place}" for place in range(len(columns))]
    match = " AND ".join(f't."{name}" = k.k{place}' for place, name in enumerate(columns))
    values = ", ".join([*arrays, "%s::timestamptz[]", "%s::boolean[]"])
    return f"unnest({values}) AS k({', '.join([*names, 'ends', 'followed'])})", match


def begins(entity: Entity, row: str, before: str) -> str:
    """SQL: when the version in staging began; `before` is the end of the one before it, or null.

    A first version holds since the record was made, where the source tells; else since its last change,
    else since it was first seen.
    """
    created = entity.history.created if entity.history else None
    known = [f'{row}."{created}"'] if created else []
    steps = [before, f"{row}.{DELETED}", *known, f"{row}.{MODIFIED}", f"{row}.{SYNCED}"]
    return f"coalesce({', '.join(steps)})"


def _is_kept(entity: Entity, row: str, *, followed: str) -> str:
    """SQL: whether a row, or what follows it, is among those that have versions."""
    history = entity.history
    if history is None or history.column is None:
        return "TRUE"
    kept = has_versions(entity, row)
    return kept if history.of_parent else f"({kept} OR {followed})"


def has_versions(entity: Entity, row: str) -> str:
    """SQL: whether a row is among those of its entity that have versions."""
    history = entity.history
    if history is None or history.column is None:
        return "TRUE"
    values = ", ".join("'" + value.replace("'", "''") + "'" for value in history.values)
    if not history.of_parent:
        return f'{row}."{history.column}" IN ({values})'
    return (
        f'EXISTS (SELECT 1 FROM stg_{entity.parent} p WHERE p.id = {row}."{entity.parent_key}" '
        f'AND p."{history.column}" IN ({values}))'
    )
