"""Carries changed rows from the record into the mirror: a DuckDB copy the build can scan fast."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError

from models.errors import WarehouseError
from models.tables.operations import ops_change, ops_cursor, ops_quarantine, ops_run

from ..entities.entity import Entity, Kind

BATCH = 50_000
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


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityState:
    """How far the record has come with one entity."""

    watermark: datetime | None
    complete_from: int | None
    quarantined: int


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
    engine: Engine, mirror: Path, entities: Sequence[Entity], *, rebuild: bool = False
) -> RecordState:
    """Bring the mirror file up to the record; a lost or foreign file is made again from nothing.

    Raises:
        WarehouseError: the record cannot be read, or another process holds the file.
    """
    try:
        with reading(engine) as record, open_work_file(mirror) as work:
            return _carry(record, work, entities, rebuild=rebuild)
    except DBAPIError as error:
        raise WarehouseError(
            f"The record could not be read; the published snapshot stays. {error.orig} "
            "Run `oneview db upgrade` if this version is new."
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


def open_work_file(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a work file for writing; one that cannot be read is thrown away.

    Raises:
        WarehouseError: another process has it open.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        return duckdb.connect(path)
    except duckdb.Error as error:
        if "lock" in str(error).lower():
            raise WarehouseError(
                f"Another process is building the warehouse in {path.parent}; nothing was changed. "
                "Try again when it has finished."
            ) from error
        discard(path)
        return duckdb.connect(path)


def discard(path: Path) -> None:
    """Delete a work file and its log; both can be made again."""
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)


def _carry(
    record: Connection,
    work: duckdb.DuckDBPyConnection,
    entities: Sequence[Entity],
    *,
    rebuild: bool,
) -> RecordState:
    sequence = newest_sequence(record)
    identity = _identity(record, entities)
    done = None if rebuild else _carried_to(work, identity)
    work.execute("BEGIN")
    if done is None or done > sequence:
        done = 0
        _start_anew(work, entities)
    carried = {}
    if done < sequence:
        for entity in entities:
            carried[entity.key] = _carry_entity(record, work, entity, done, sequence)
    work.execute("INSERT OR REPLACE INTO carried VALUES (1, ?, ?)", [identity, sequence])
    work.execute("COMMIT")
    return RecordState(sequence=sequence, entities=_entity_states(record), carried=carried)


def _identity(record: Connection, entities: Iterable[Entity]) -> str:
    """What the mirror must have been made of: this record, these columns."""
    first = record.execute(
        select(ops_run.c.run_id, ops_run.c.started_at).order_by("run_id").limit(1)
    )
    columns = [
        f"{entity.table}.{name} {field.kind}"
        for entity in entities
        for name, field in entity.fields.items()
    ]
    return hashlib.sha256(repr((first.fetchall(), columns)).encode()).hexdigest()


def _carried_to(work: duckdb.DuckDBPyConnection, identity: str) -> int | None:
    """Up to which change the mirror holds this record; None if it holds another, or nothing."""
    try:
        row = work.execute("SELECT identity, sequence FROM carried").fetchone()
    except duckdb.CatalogException:
        return None
    return int(row[1]) if row and row[0] == identity else None


def _start_anew(work: duckdb.DuckDBPyConnection, entities: Iterable[Entity]) -> None:
    for (name,) in work.execute("SELECT table_name FROM duckdb_tables()").fetchall():
        work.execute(f'DROP TABLE "{name}"')
    work.execute("CREATE TABLE carried (id INTEGER PRIMARY KEY, identity VARCHAR, sequence BIGINT)")
    create_mirror_tables(work, entities)


def create_mirror_tables(work: duckdb.DuckDBPyConnection, entities: Iterable[Entity]) -> None:
    """Create an empty table for each entity, with the types the build computes in."""
    for entity in entities:
        columns = ", ".join(f'"{name}" {_DUCKDB[f.kind]}' for name, f in entity.fields.items())
        work.execute(f"CREATE TABLE {entity.table} ({columns})")


def _carry_entity(
    record: Connection,
    work: duckdb.DuckDBPyConnection,
    entity: Entity,
    after: int,
    until: int,
) -> int:
    """Replace the rows that changed in (after, until]; those deleted since only go."""
    count, names = 0, [f'"{name}"' for name in entity.fields]
    key = ", ".join(f'"{name}"' for name in entity.identity)
    sqlite = record.dialect.name == "sqlite"
    query = (
        f"SELECT {', '.join(names)}, _deleted_at IS NOT NULL FROM {entity.table} "
        f"WHERE _sequence > {after:d} AND _sequence <= {until:d}"
        + (" AND _deleted_at IS NULL" if after == 0 else "")
    )
    for rows in _batches(record, query):
        table = to_arrow(entity, rows, sqlite=sqlite)
        work.register("incoming", table)
        if after:
            work.execute(
                f"DELETE FROM {entity.table} WHERE ({key}) IN (SELECT ({key}) FROM incoming)"
                if len(entity.identity) == 1
                else f"DELETE FROM {entity.table} t USING incoming i WHERE "
                + " AND ".join(f't."{name}" = i."{name}"' for name in entity.identity)
            )
        work.execute(
            f"INSERT INTO {entity.table} SELECT {', '.join(names)} FROM incoming WHERE NOT _gone"
        )
        work.unregister("incoming")
        count += len(rows)
    return count


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
    finally:
        cursor.close()


def to_arrow(entity: Entity, rows: Sequence[Sequence[Any]], *, sqlite: bool) -> pa.Table:
    """Rows of a staging table as a typed Arrow table; the last value of a row is `_gone`."""
    *values, gone = zip(*rows, strict=True)
    columns = {
        name: _column(field.kind, column, sqlite=sqlite)
        for (name, field), column in zip(entity.fields.items(), values, strict=True)
    }
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
    return {
        name: EntityState(
            watermark=cursors[name].watermark if name in cursors else None,
            complete_from=cursors[name].complete_from if name in cursors else None,
            quarantined=quarantined.get(name, 0),
        )
        for name in sorted({*cursors, *quarantined})
    }
