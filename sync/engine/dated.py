"""Brings what was observed day by day into the facts, so that each snapshot can tell the past."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy import Boolean, Connection, Date, Engine, Numeric, String, or_, select
from sqlalchemy.types import TypeEngine

from models.period import day_key, day_of
from models.tables import dated as tables

from ..observations.observation import Observation
from .making import create_table
from .observe import FROM, TO, dated_table, heads
from .stage import ensure

_BATCH = 20_000
_DAY = timedelta(days=1)


def bring_dated(
    engine: Engine, work: duckdb.DuckDBPyConnection, observations: Sequence[Observation]
) -> None:
    """Bring the dated tables of the facts up to the record; only what is new since last time travels."""
    ensure(engine, [dated_table(item) for item in observations])
    known = _known(work)
    with engine.connect() as connection:
        found = heads(connection)
        for observation in observations:
            head = found.get(observation.key)
            revision, last_day = known.get(observation.key, (None, None))
            if revision is None:
                work.execute(f"DROP TABLE IF EXISTS facts.{observation.target.name}")
                create_table(work, observation.target)
            if head is not None and head.revision != revision:
                _bring(connection, work, observation, last_day)
    work.execute(f"DROP TABLE IF EXISTS facts.{tables.meta_observation.name}")
    create_table(work, tables.meta_observation)
    for observation in observations:
        if head := found.get(observation.key):
            work.execute(
                f"INSERT INTO facts.{tables.meta_observation.name} VALUES (?, ?, ?, ?, ?)",
                [
                    observation.key, observation.target.name, day_key(head.first_day),
                    day_key(head.last_day), head.revision,
                ],
            )  # fmt: skip


def make_room(work: duckdb.DuckDBPyConnection, observations: Iterable[Observation]) -> None:
    """Make the dated tables that are not there, empty: transforms may look at the days before this one."""
    there = {
        row[0]
        for row in work.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'facts'"
        ).fetchall()
    }
    for table in (tables.meta_observation, *(one.target for one in observations)):
        if table.name not in there:
            create_table(work, table)


def _known(work: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, date]]:
    """Observation -> its revision that the facts hold, and the day it was of."""
    try:
        rows = work.execute(
            f"SELECT observation, revision, last_day FROM facts.{tables.meta_observation.name}"
        ).fetchall()
    except duckdb.CatalogException:
        return {}
    return {row[0]: (row[1], day_of(row[2])) for row in rows}


def _bring(
    connection: Connection,
    work: duckdb.DuckDBPyConnection,
    observation: Observation,
    since: date | None,
) -> None:
    """Replace what may have changed since a day was brought: what held then, or began on it or later."""
    table, target = dated_table(observation), f"facts.{observation.target.name}"
    if observation.keep_days is not None and since is not None:
        kept = since - timedelta(days=observation.keep_days)
        work.execute(f"DELETE FROM {target} WHERE to_day < ?", [day_key(kept)])
    statement = select(
        table.c[FROM], table.c[TO], *(table.c[name] for name in observation.columns)
    ).order_by(table.c[FROM], *(table.c[name] for name in observation.grain))
    if since is not None:
        work.execute(
            f"DELETE FROM {target} WHERE to_day IS NULL OR to_day >= ? OR from_day >= ?",
            [day_key(since - _DAY), day_key(since)],
        )
        statement = statement.where(
            or_(table.c[TO].is_(None), table.c[TO] >= since - _DAY, table.c[FROM] >= since)
        )
    for rows in connection.execute(statement).partitions(_BATCH):
        work.register("observed", _arrow(observation, rows))
        work.execute(f"INSERT INTO {target} BY NAME SELECT * FROM observed")
        work.unregister("observed")


def _arrow(observation: Observation, rows: Iterable[Sequence[Any]]) -> pa.Table:
    first, last, *columns = zip(*rows, strict=True)
    names = observation.columns
    return pa.table(
        {
            "from_day": pa.array(map(day_key, first), pa.int32()),
            "to_day": pa.array([day and day_key(day) for day in last], pa.int32()),
            **{
                name: pa.array(column, _type_of(observation.target.c[name].type))
                for name, column in zip(names, columns, strict=True)
            },
        }
    )


def _type_of(type_: TypeEngine[Any]) -> pa.DataType:
    if isinstance(type_, Numeric):
        return pa.decimal128(18, 4)
    if isinstance(type_, String):
        return pa.string()
    if isinstance(type_, Boolean):
        return pa.bool_()
    return pa.date32() if isinstance(type_, Date) else pa.int64()
