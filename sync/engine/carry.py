"""Carries changed rows from the record into the mirror: a DuckDB copy the build can scan fast."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError

from models.errors import WarehouseError
from models.tables.fields import ops_field
from models.tables.operations import (
    ops_change,
    ops_cursor,
    ops_quarantine,
    ops_run,
    ops_selection,
)
from models.told import told

from ..entities.entity import Entity, Kind
from .carry_history import carry_history, create_history_tables
from .carry_maps import DECISIONS, carry_decisions, create_decision_table
from .carry_plan import PLAN, carry_plans, create_plan_table
from .changes import Changes
from .memory import trim
from .parse import CUSTOM
from .workfiles import unmark

IS_DELETED = "is_deleted"  # a column of members in the mirror
FIELDS = "stg_field"  # the mirror's table of custom fields: not an entity's
_COMMIT = 100_000  # rows of an entity that is carried from nothing
BATCH = 5_000  # rows in memory at once, as Python's objects and as Arrow's
_DUCKDB = {
    Kind.ID: "BIGINT",
    Kind.TEXT: "VARCHAR",
    Kind.INTEGER: "BIGINT",
    Kind.DECIMAL: "DECIMAL(18,4)",
    Kind.RATE: "VARCHAR",
    Kind.DATE: "DATE",
    Kind.INSTANT: "TIMESTAMP",
    Kind.FLAG: "BOOLEAN",
}


_FIELD = [ops_field.c[name] for name in ("entity", "name", "label", "source_type", "kind", "state")]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityState:
    """How far the record has come with one entity."""

    watermark: datetime | None
    complete_from: int | None
    quarantined: int
    is_off: bool = False  # switched off: it stays as it is, and dates nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordState:
    """The record at one moment.

    Attributes:
        sequence: its newest change.
        carried: entity -> rows written into the mirror this time.
    """

    sequence: int
    entities: Mapping[str, EntityState]
    carried: Mapping[str, int] = field(default_factory=dict)


def carry(
    engine: Engine,
    work: duckdb.DuckDBPyConnection,
    entities: Sequence[Entity],
    changes: Changes,
    *,
    rebuild: bool = False,
) -> RecordState:
    """Bring the mirror up to the record; one of another record is made again from nothing.

    Args:
        work: has the mirror open, as its own database.
        changes: told which rows went and came.
        rebuild: carry every row again, not only the changed ones.

    Raises:
        WarehouseError: the record cannot be read; the mirror is as it was.
    """
    try:
        with reading(engine) as record:
            return _carry(record, work, entities, changes, rebuild=rebuild)
    except DBAPIError as error:
        raise WarehouseError(
            told(
                "The record could not be read; the published snapshot stays. {error} Run `oneview db "
                "upgrade` if this version is new.",
                error=error.orig,
            )
        ) from error


def reading(engine: Engine) -> Connection:
    """A connection that sees the record as of one moment, whatever is written meanwhile."""
    connection = engine.connect()
    if engine.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ")
    return connection


def newest_sequence(record: Connection) -> int:
    """The newest change in the record; 0 before the first."""
    return int(record.scalar(select(func.max(ops_change.c.sequence))) or 0)


def record_state(record: Connection) -> RecordState:
    """The record as this connection sees it."""
    return RecordState(sequence=newest_sequence(record), entities=_entity_states(record))


def _carry(
    record: Connection,
    work: duckdb.DuckDBPyConnection,
    entities: Sequence[Entity],
    changes: Changes,
    *,
    rebuild: bool,
) -> RecordState:
    sequence = newest_sequence(record)
    identity = _identity(record, entities)
    done = None if rebuild else _carried_to(work, identity)
    work.execute("BEGIN")
    try:
        if done is None or done > sequence:
            done = 0
            _start_anew(work, entities)
            for entity in entities:
                changes.all_of(entity.table)
        carried = {}
        if done < sequence:
            for entity in entities:
                carried[entity.key] = _carry_entity(record, work, entity, changes, done, sequence)
                carry_history(work, entity, partial(_tables, record), done, sequence)
            _carry_fields(record, work, changes)
            carry_plans(record, work, changes)
            carry_decisions(record, work, changes)
        work.execute("INSERT OR REPLACE INTO carried VALUES (1, ?, ?)", [identity, sequence])
        unmark(work)
    except BaseException:
        work.execute("ROLLBACK")
        raise
    work.execute("COMMIT")
    return RecordState(sequence=sequence, entities=_entity_states(record), carried=carried)


def _identity(record: Connection, entities: Iterable[Entity]) -> str:
    """What the mirror must have been made of: this record, these columns."""
    first = record.execute(
        select(ops_run.c.run_id, ops_run.c.started_at).order_by("run_id").limit(1)
    )
    columns = [
        f"{entity.table}.{name} {field.kind} {entity.is_member} {entity.history}"
        for entity in entities
        for name, field in entity.fields.items()
    ]
    columns.append(f"{CUSTOM} {FIELDS} {PLAN} {DECISIONS}")
    return hashlib.sha256(repr((first.fetchall(), columns)).encode()).hexdigest()


def _carried_to(work: duckdb.DuckDBPyConnection, identity: str) -> int | None:
    """Up to which change the mirror holds this record; None if it holds another, or nothing."""
    try:
        row = work.execute("SELECT identity, sequence FROM carried").fetchone()
    except duckdb.CatalogException:
        return None
    return int(row[1]) if row and row[0] == identity else None


def _start_anew(work: duckdb.DuckDBPyConnection, entities: Iterable[Entity]) -> None:
    own = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'mirror'"
    for (name,) in work.execute(own).fetchall():
        work.execute(f'DROP TABLE mirror."{name}"')
    work.execute("CREATE TABLE carried (id INTEGER PRIMARY KEY, identity VARCHAR, sequence BIGINT)")
    create_mirror_tables(work, entities)


def create_mirror_tables(work: duckdb.DuckDBPyConnection, entities: Iterable[Entity]) -> None:
    """Create an empty table for each entity and its versions, with the types the build computes in."""
    entities = list(entities)
    for entity in entities:
        columns = ", ".join(f'"{name}" {_DUCKDB[f.kind]}' for name, f in entity.fields.items())
        columns += f", {CUSTOM} VARCHAR"
        if entity.is_member:
            columns += f", {IS_DELETED} BOOLEAN"
        work.execute(f"CREATE TABLE {entity.table} ({columns})")
    names = ", ".join(f"{column.name} VARCHAR" for column in _FIELD)
    work.execute(f"CREATE TABLE {FIELDS} ({names})")
    create_plan_table(work)
    create_decision_table(work)
    create_history_tables(work, entities, _DUCKDB)


def came_from(entity: Entity, incoming: str = "incoming") -> str:
    """SQL: the rows of the mirror that those of `to_arrow` make: the living, and members for ever."""
    names = ", ".join(f'"{name}"' for name in (*entity.fields, CUSTOM))
    if entity.is_member:
        return f"SELECT {names}, _gone AS {IS_DELETED} FROM {incoming}"
    return f"SELECT {names} FROM {incoming} WHERE NOT _gone"


def _carry_entity(
    record: Connection,
    work: duckdb.DuckDBPyConnection,
    entity: Entity,
    changes: Changes,
    after: int,
    until: int,
) -> int:
    """Replace the rows that changed in (after, until]; those deleted since only go, but for members."""
    count, names = 0, [f'"{name}"' for name in (*entity.fields, CUSTOM)]
    sqlite = record.dialect.name == "sqlite"
    query = (
        f"SELECT {', '.join(names)}, _deleted_at IS NOT NULL FROM {entity.table} "
        f"WHERE _sequence > {after:d} AND _sequence <= {until:d}"
        + (" AND _deleted_at IS NULL" if after == 0 and not entity.is_member else "")
    )
    for rows in _batches(record, query):
        incoming = to_arrow(entity, rows, sqlite=sqlite)
        take_in(work, entity, incoming, changes if after else None)
        count += len(rows)
        if not after and count % _COMMIT == 0:  # begun anew and not yet marked as carried: a crash
            work.execute("COMMIT")  # here begins anew again, and memory stays flat
            trim()
            work.execute("BEGIN")
    return count


def _carry_fields(record: Connection, work: duckdb.DuckDBPyConnection, changes: Changes) -> None:
    """Bring the custom fields with their types; where one changed, any value may read otherwise."""
    listed = select(*_FIELD).where(ops_field.c.is_custom)
    rows = sorted((tuple(row) for row in record.execute(listed)), key=str)
    if rows == sorted(work.execute(f"FROM mirror.{FIELDS}").fetchall(), key=str):
        return
    changes.all_of(FIELDS)
    work.execute(f"DELETE FROM mirror.{FIELDS}")
    if rows:
        work.executemany(
            f"INSERT INTO mirror.{FIELDS} VALUES ({', '.join('?' * len(_FIELD))})", rows
        )


def take_in(
    work: duckdb.DuckDBPyConnection,
    entity: Entity,
    incoming: pa.Table,
    changes: Changes | None = None,
) -> None:
    """Put rows into an entity's mirror table.

    Args:
        incoming: as `to_arrow` makes it. The statements find it by its name: a registered one would be
            held, with all that came before it, until the transaction ends.
        changes: told what goes and what comes; None: the table holds none of these rows yet.
    """
    table, came = f"mirror.{entity.table}", came_from(entity)
    if changes is not None:
        same = " AND ".join(f't."{name}" = i."{name}"' for name in entity.identity)
        went = f"FROM {table} t SEMI JOIN incoming i ON {same}"
        if changes.is_open(entity.table, table):
            for rows in (f"SELECT * {went}", came):
                note = f"INSERT INTO {changes.table(entity.table)} {rows}"
                (added,) = work.execute(note).fetchone() or (0,)
                changes.count(entity.table, added)
        work.execute(f"DELETE FROM {table} WHERE rowid IN (SELECT rowid {went})")
    work.execute(f"INSERT INTO {table} {came}")


def _tables(record: Connection, shape: Entity, query: str) -> Iterator[pa.Table]:
    """The answer to a query in the shape of an entity, as `to_arrow` makes it."""
    for rows in _batches(record, query):
        yield to_arrow(shape, rows, sqlite=record.dialect.name == "sqlite")


def _batches(record: Connection, query: str) -> Iterator[list[Sequence[Any]]]:
    """The rows of a query as the driver gives them: SQLAlchemy's row objects cost as much again."""
    driver = record.connection.driver_connection
    assert driver is not None
    if record.dialect.name == "postgresql":
        cursor = driver.cursor(name="oneview_carry")  # on the server: not all rows at once
        cursor.itersize = BATCH
    else:
        cursor = driver.cursor()
    try:
        cursor.execute(query)
        while rows := cursor.fetchmany(BATCH):
            yield rows
    except record.dialect.loaded_dbapi.Error as error:  # the driver's own, not yet SQLAlchemy's
        raise DBAPIError.instance(query, None, error, record.dialect.loaded_dbapi.Error) from error
    finally:
        cursor.close()


def to_arrow(entity: Entity, rows: Sequence[Sequence[Any]], *, sqlite: bool) -> pa.Table:
    """Rows of a staging table as a typed Arrow table; the last two values are `custom` and `_gone`."""
    *values, custom, gone = zip(*rows, strict=True)
    columns = {
        name: _column(field.kind, column, sqlite=sqlite)
        for (name, field), column in zip(entity.fields.items(), values, strict=True)
    }
    columns[CUSTOM] = pa.array(custom, pa.string())
    return pa.table({**columns, "_gone": pa.array([bool(flag) for flag in gone])})


def _column(kind: Kind, values: Sequence[Any], *, sqlite: bool) -> pa.Array:
    if kind in (Kind.TEXT, Kind.RATE):
        return pa.array(values, pa.string())
    if kind in (Kind.ID, Kind.INTEGER):
        return pa.array(values, pa.int64())
    if kind is Kind.DECIMAL:
        if sqlite:  # scaled integers, which are what a decimal is in memory
            scaled = pa.array(values, pa.int64())
            return pa.Array.from_buffers(pa.decimal64(18, 4), len(scaled), scaled.buffers())
        return pa.array(values, pa.decimal128(18, 4))
    if kind is Kind.DATE:
        return (
            pa.array(values, pa.string()).cast(pa.date32())
            if sqlite
            else pa.array(values, pa.date32())
        )
    if kind is Kind.INSTANT:
        if sqlite:
            return pa.array(values, pa.string()).cast(pa.timestamp("us"))
        return pa.array(values, pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))
    if sqlite:
        return pa.array(values, pa.int8()).cast(pa.bool_())
    return pa.array(values, pa.bool_())


def _entity_states(record: Connection) -> dict[str, EntityState]:
    aside = select(ops_quarantine.c.entity, func.count()).group_by(ops_quarantine.c.entity)
    quarantined: dict[str, int] = {row[0]: int(row[1]) for row in record.execute(aside)}
    cursors = {
        row.entity: row
        for row in record.execute(
            select(ops_cursor.c.entity, ops_cursor.c.watermark, ops_cursor.c.complete_from)
        )
    }
    off = set(record.scalars(select(ops_selection.c.entity).where(ops_selection.c.state == "off")))
    return {
        name: EntityState(
            watermark=cursors[name].watermark if name in cursors else None,
            complete_from=cursors[name].complete_from if name in cursors else None,
            quarantined=quarantined.get(name, 0),
            is_off=name in off,
        )
        for name in sorted({*cursors, *quarantined})
    }
