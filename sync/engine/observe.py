"""Writes down, day by day, what the systems do not keep; the record holds it, snapshots only show it.

Each row is kept with the days it held, so that what does not change costs nothing. The last observation
of a day stands for it: a second one takes back what the first one wrote and nothing else. Days that are
past are never touched again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import blake2b
from typing import Any

import duckdb
import orjson
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Engine,
    Index,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.types import TypeEngine

from models.database import writing
from models.errors import QuestionError, WarehouseError
from models.tables.history import ops_observation
from models.tables.types import ExactDecimal
from models.told import told

from ..observations.observation import Observation
from .stage import ensure

GRAIN, FROM, TO = "_grain", "_from_day", "_to_day"
_DAY = timedelta(days=1)
_head = ops_observation.c
_TYPES: tuple[tuple[type[TypeEngine[Any]], type[TypeEngine[Any]]], ...] = (
    (Numeric, ExactDecimal),
    (String, Text),
    (Boolean, Boolean),
    (Date, Date),
)

Values = tuple[Any, ...]


@cache
def dated_table(observation: Observation) -> Table:
    """The record's table of an observation: each row with the first and the last day it held.

    `_to_day` is null while it holds. `_grain` stands for the columns that tell rows apart.
    """
    table = Table(
        observation.table,
        MetaData(),
        Column(GRAIN, String(32), primary_key=True),
        Column(FROM, Date, primary_key=True),
        Column(TO, Date),
        *(Column(name, _type_of(observation.target.c[name].type)) for name in observation.columns),
    )
    Index(f"ix_{observation.table}_to", table.c[TO])
    return table


def _type_of(type_: TypeEngine[Any]) -> type[TypeEngine[Any]]:
    return next((ours for theirs, ours in _TYPES if isinstance(type_, theirs)), BigInteger)


def observe(
    engine: Engine,
    work: duckdb.DuckDBPyConnection,
    observations: Sequence[Observation],
    *,
    day: date,
    sequence: int,
    now: datetime,
) -> None:
    """Write down how things stand on a day, as the facts of the record's change `sequence` tell.

    Args:
        work: has the facts, the mirror and `run_day`.
        day: the day of the sources; one before the last observed day is not written down.
    """
    ensure(engine, [dated_table(item) for item in observations])
    with engine.connect() as connection:
        seen = {key for key, head in heads(connection).items() if head.last_day == day}
    for observation in observations:
        if observation.once and observation.key in seen:
            continue
        rows = _rows(work, observation)
        with writing(engine) as connection:
            _write(connection, observation, rows, day=day, sequence=sequence, now=now)


def _rows(work: duckdb.DuckDBPyConnection, observation: Observation) -> dict[str, Values]:
    """What is seen now, by grain."""
    found: dict[str, Values] = {}
    count = 0
    for row in _seen(work, observation):
        count += 1
        found[_grain(observation, row)] = tuple(row)
    if len(found) < count:
        raise WarehouseError(
            told(
                "{title}: two rows of one day are the same in all of {columns}. The day was not written"
                " down. Please report this.",
                title=observation.title,
                columns=", ".join(observation.grain),
            )
        )
    return found


def _seen(work: duckdb.DuckDBPyConnection, observation: Observation) -> Iterable[Sequence[Any]]:
    """The rows of the day, in the order of the observation's columns."""
    if observation.made is not None:
        return observation.made(_fetched(work, observation.sql))
    names = ", ".join(f'"{name}"' for name in observation.columns)
    return _fetched(work, f"SELECT {names} FROM ({observation.sql})")


def _fetched(work: duckdb.DuckDBPyConnection, sql: str) -> Iterator[Sequence[Any]]:
    cursor = work.execute(sql)
    while rows := cursor.fetchmany(10_000):
        yield from rows


def _grain(observation: Observation, row: Sequence[Any]) -> str:
    named = dict(zip(observation.columns, row, strict=True))
    parts = [named[name] for name in observation.grain]
    return blake2b(orjson.dumps(parts, default=str), digest_size=16).hexdigest()


def _write(
    connection: Connection,
    observation: Observation,
    rows: Mapping[str, Values],
    *,
    day: date,
    sequence: int,
    now: datetime,
) -> None:
    head = connection.execute(
        select(ops_observation).where(_head.observation == observation.key)
    ).first()
    if head is not None and (head.last_day, head.sequence) > (day, sequence):
        return  # the past is not written anew, nor is a later look replaced by an earlier one
    holding = _holding(connection, observation)
    revision = head.revision if head is not None else 0
    if holding != rows or head is None:
        if head is not None and head.last_day == day:
            _take_back(connection, observation, day)
            holding = _holding(connection, observation)
        _put(connection, observation, holding, rows, day)
        revision += 1
    first_day = day if head is None else head.first_day
    if observation.keep_days is not None:
        first_day = max(first_day, day - timedelta(days=observation.keep_days))
        table = dated_table(observation)
        connection.execute(delete(table).where(table.c[TO] < first_day))
    values = {
        "last_day": day, "taken_at": now, "sequence": sequence, "rows": len(rows),
        "revision": revision, "first_day": first_day,
    }  # fmt: skip
    if head is None:
        values |= {"observation": observation.key}
        connection.execute(insert(ops_observation).values(values))
    else:
        connection.execute(
            update(ops_observation).where(_head.observation == observation.key).values(values)
        )


def _holding(connection: Connection, observation: Observation) -> dict[str, Values]:
    """What held when it was last observed, by grain."""
    table = dated_table(observation)
    columns = [table.c[name] for name in observation.columns]
    rows = connection.execute(select(table.c[GRAIN], *columns).where(table.c[TO].is_(None)))
    return {row[0]: tuple(row[1:]) for row in rows}


def _take_back(connection: Connection, observation: Observation, day: date) -> None:
    """Undo what was written of a day: only its own observation ends a row on the day before."""
    table = dated_table(observation)
    connection.execute(delete(table).where(table.c[FROM] == day))
    connection.execute(update(table).where(table.c[TO] == day - _DAY).values({TO: None}))


def _put(
    connection: Connection,
    observation: Observation,
    holding: Mapping[str, Values],
    rows: Mapping[str, Values],
    day: date,
) -> None:
    table = dated_table(observation)
    ended = [{"grain": key} for key, values in holding.items() if rows.get(key) != values]
    begun = [
        {GRAIN: key, FROM: day, **dict(zip(observation.columns, values, strict=True))}
        for key, values in rows.items()
        if holding.get(key) != values
    ]
    if ended:
        statement = update(table).where(table.c[GRAIN] == bindparam("grain"), table.c[TO].is_(None))
        connection.execute(statement.values({TO: day - _DAY}), ended)
    if begun:
        connection.execute(insert(table), begun)


def heads(connection: Connection) -> dict[str, Any]:
    """Which days of each observation are known, by its key."""
    return {row.observation: row for row in connection.execute(select(ops_observation))}


def as_observed(engine: Engine, observation: Observation, day: date) -> Iterator[dict[str, Any]]:
    """What was seen on a day.

    Raises:
        QuestionError: nothing is known of that day.
    """
    table = dated_table(observation)
    with engine.connect() as connection:
        head = heads(connection).get(observation.key)
        if head is None or not head.first_day <= day <= head.last_day:
            known = f"from {head.first_day} to {head.last_day}" if head else "of no day yet"
            raise QuestionError(f"{observation.title} are known {known}, not on {day}.")
        held = (table.c[FROM] <= day, func.coalesce(table.c[TO], day) >= day)
        columns = [table.c[name] for name in observation.columns]
        statement = select(*columns).where(*held).order_by(*(table.c[n] for n in observation.grain))
        for row in connection.execute(statement).mappings():
            yield {str(name): value for name, value in row.items()}
