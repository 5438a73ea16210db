"""Writes rows into staging through the driver: what has not changed costs no write."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection

from models.sequence import next_sequence

from ..entities.entity import Entity, Kind
from .copytext import copy_text
from .parse import CUSTOM, Key, Row, parser_of
from .stage import DELETED, HASH, MODIFIED, RUN, SEQUENCE, SYNCED
from .values import instant_text
from .versions import supersede

_BOOKKEEPING = (CUSTOM, MODIFIED, HASH, RUN, SEQUENCE, SYNCED, DELETED)
_STAMP = ":stamp"  # in SQLite's statements: the last four columns
_AT_ONCE = 5_000  # keys in one look-up


@dataclass(slots=True)
class Counts:
    """What became of the rows of a chunk."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0


class Stamp(NamedTuple):
    """What all rows of a chunk have in common: by which run, under which change, when they came."""

    run_id: int
    sequence: int
    synced: str  # as `instant_text` writes it


class Stored(NamedTuple):
    """What the mirror holds of a record: enough to know whether it changed."""

    hash: int
    modified: str | None  # as `instant_text` writes it
    is_deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """The SQL of one entity on one engine."""

    look_up: str
    store: str
    store_new: str = ""  # of rows that the table does not hold
    stage: str = ""  # PostgreSQL: the temporary table that COPY fills
    copy: str = ""
    copy_new: str = ""  # of rows that the table does not hold
    decimals: frozenset[int] = frozenset()  # places of a row that hold ten-thousandths


def upsert(
    connection: Connection, entity: Entity, rows: Iterable[Row], *, run_id: int, now: datetime
) -> Counts:
    """Write the rows that are new or changed; an older version never replaces a newer one."""
    newest, repeated = _newest(entity, rows)
    stored = {} if _lie_beyond(connection, entity, newest) else look_up(connection, entity, newest)
    counts = Counts(unchanged=repeated)
    if not stored:  # all are new: a first load
        counts.inserted = len(newest)
        _write(connection, entity, list(newest.values()), {}, run_id, now)
        return counts
    changed: list[Row] = []
    replacing: dict[Key, Row] = {}
    for key, row in newest.items():
        known = stored.get(key)
        if known is None:
            counts.inserted += 1
        elif (known.hash == row[-1] and not known.is_deleted) or _is_older(row[-2], known.modified):
            counts.unchanged += 1
            continue
        else:
            counts.updated += 1
            replacing[key] = row
        changed.append(row)
    _write(connection, entity, changed, replacing, run_id, now)
    return counts


def _write(
    connection: Connection,
    entity: Entity,
    rows: Sequence[Row],
    replacing: Mapping[Key, Row],
    run_id: int,
    now: datetime,
) -> None:
    """Store rows under the next change of the record, which what they replace is kept under, too."""
    if rows:
        stamp = Stamp(run_id, next_sequence(connection), instant_text(now))
        supersede(connection, entity, replacing, now=now)
        _store(connection, entity, rows, stamp, are_new=not replacing)


def _newest(entity: Entity, rows: Iterable[Row]) -> tuple[dict[Key, Row], int]:
    """One row a record, should a source name it twice: the one that was modified last."""
    key_of = parser_of(entity).key
    rows = list(rows)
    newest: dict[Key, Row] = dict(zip(map(key_of, rows), rows, strict=True))
    if len(newest) == len(rows):
        return newest, 0
    newest, repeated = {}, 0
    for row in rows:
        key = key_of(row)
        before = newest.get(key)
        if before is not None:
            repeated += 1
            if _is_older(row[-2], before[-2]):
                continue
        newest[key] = row
    return newest, repeated


def _is_older(modified: str | None, than: str | None) -> bool:
    return modified is not None and than is not None and modified < than


def _lie_beyond(connection: Connection, entity: Entity, keys: Collection[Key]) -> bool:
    """Whether all of these come after whatever the mirror holds, as in a first load: none is stored."""
    first = entity.identity[0]
    if not keys or entity.fields[first].kind is not Kind.ID:
        return False
    driver: Any = connection.connection.driver_connection
    (last,) = driver.execute(f"SELECT max({_quoted(first)}) FROM {entity.table}").fetchone()
    least = min(keys) if len(entity.identity) == 1 else min(key[0] for key in keys)
    return last is None or bool(least > last)


def look_up(connection: Connection, entity: Entity, keys: Collection[Key]) -> dict[Key, Stored]:
    """What the mirror holds of these records."""
    keys = list(keys)
    statements = _statements(entity, connection.dialect.name)
    alone = len(entity.identity) == 1
    driver: Any = connection.connection.driver_connection
    found: dict[Key, Stored] = {}
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
        parameters: tuple[Any, ...]
        if connection.dialect.name == "sqlite":
            parameters = (orjson.dumps(part).decode(),)
        else:
            parameters = (list(part),) if alone else tuple(map(list, zip(*part, strict=True)))
        rows = driver.execute(statements.look_up, parameters).fetchall()
        found |= {
            (row[0] if alone else row[:-3]): Stored(row[-3], row[-2], bool(row[-1])) for row in rows
        }
    return found


def _store(
    connection: Connection, entity: Entity, rows: Sequence[Row], stamp: Stamp, *, are_new: bool
) -> None:
    statements = _statements(entity, connection.dialect.name)
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        command = statements.store_new if are_new else statements.store
        values = f"{stamp.run_id}, {stamp.sequence}, '{stamp.synced}', NULL"
        driver.executemany(command.replace(_STAMP, values, 1), rows)
        return
    if are_new:  # nobody else writes meanwhile: straight into the table, at half the cost
        _copy(driver, statements.copy_new, statements, rows, stamp)
        return
    connection.exec_driver_sql(statements.stage)
    _copy(driver, statements.copy, statements, rows, stamp)
    connection.exec_driver_sql(statements.store)


def _copy(
    driver: Any, command: str, statements: Statements, rows: Sequence[Row], stamp: Stamp
) -> None:
    content = copy_text(rows, statements.decimals, (*stamp, None))
    with driver.cursor() as cursor, cursor.copy(command) as copy:
        copy.write(content)


@cache
def _statements(entity: Entity, dialect: str) -> Statements:
    return _sqlite(entity) if dialect == "sqlite" else _postgresql(entity)


def _columns(entity: Entity) -> list[str]:
    return [_quoted(name) for name in (*entity.fields, *_BOOKKEEPING)]


def _quoted(name: str) -> str:
    return f'"{name}"'


def _on_conflict(entity: Entity) -> str:
    identity = ", ".join(map(_quoted, entity.identity))
    others = [_quoted(name) for name in entity.fields if name not in entity.identity]
    others += map(_quoted, _BOOKKEEPING)
    changes = ", ".join(f"{name} = excluded.{name}" for name in others)
    return (
        f"ON CONFLICT ({identity}) DO UPDATE SET {changes} "
        f"WHERE excluded.{MODIFIED} IS NULL OR {entity.table}.{MODIFIED} IS NULL "
        f"OR excluded.{MODIFIED} >= {entity.table}.{MODIFIED}"
    )


def _sqlite(entity: Entity) -> Statements:
    columns = _columns(entity)
    if len(entity.identity) == 1:
        match = f"t.{_quoted(entity.identity[0])} = k.value"
    else:
        match = " AND ".join(
            f"t.{_quoted(name)} = json_extract(k.value, '$[{index}]')"
            for index, name in enumerate(entity.identity)
        )
    identity = ", ".join(f"t.{_quoted(name)}" for name in entity.identity)
    insert_row = f"INSERT INTO {entity.table} ({', '.join(columns)}) VALUES ({', '.join('?' * (len(columns) - 4))}, {_STAMP})"
    return Statements(
        look_up=(
            f"SELECT {identity}, t.{HASH}, t.{MODIFIED}, t.{DELETED} IS NOT NULL "
            f"FROM json_each(?) AS k CROSS JOIN {entity.table} AS t ON {match}"
        ),
        store=f"{insert_row} {_on_conflict(entity)}",
        store_new=insert_row,
    )


def _postgresql(entity: Entity) -> Statements:
    columns = ", ".join(_columns(entity))
    kinds = [entity.fields[name].kind for name in entity.identity]
    arrays = ", ".join(f"%s::{'text' if kind is Kind.TEXT else 'bigint'}[]" for kind in kinds)
    names = ", ".join(f"k{index}" for index in range(len(kinds)))
    match = " AND ".join(
        f"t.{_quoted(name)} = k.k{index}" for index, name in enumerate(entity.identity)
    )
    identity = ", ".join(f"t.{_quoted(name)}" for name in entity.identity)
    modified = f"to_char(t.{MODIFIED} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    incoming = f"incoming_{entity.key}"
    return Statements(
        look_up=(
            f"SELECT {identity}, t.{HASH}, {modified}, t.{DELETED} IS NOT NULL "
            f"FROM unnest({arrays}) AS k({names}) JOIN {entity.table} AS t ON {match}"
        ),
        stage=(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {incoming} "
            f"(LIKE {entity.table}) ON COMMIT DELETE ROWS"
        ),
        copy=f"COPY {incoming} ({columns}) FROM STDIN",
        copy_new=f"COPY {entity.table} ({columns}) FROM STDIN",
        store=(
            f"INSERT INTO {entity.table} ({columns}) SELECT {columns} FROM {incoming} "
            f"{_on_conflict(entity)}"
        ),
        decimals=frozenset(
            place
            for place, field in enumerate(entity.fields.values())
            if field.kind is Kind.DECIMAL
        ),
    )
