"""When each entity was swept, when it is due, and what came of it; in the record."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, Engine, insert, select, update

from models.database import writing
from models.tables.history import ops_sweep

EVERY = timedelta(days=7)
AFTER_A_REFUSAL = timedelta(days=1)
_sweep = ops_sweep.c


def due(engine: Engine, entities: Collection[str], now: datetime) -> frozenset[str]:
    """Which of these entities are due; one that is met for the first time gets a day within the week."""
    with engine.connect() as connection:
        known: dict[str, datetime] = {
            row.entity: row.due_at for row in connection.execute(select(ops_sweep))
        }
    new = sorted(set(entities) - known.keys())
    if new:
        with writing(engine) as connection:
            connection.execute(
                insert(ops_sweep),
                [{"entity": entity, "due_at": now + _part_of_week(entity)} for entity in new],
            )
    return frozenset(entity for entity in entities if entity in known and known[entity] <= now)


def _part_of_week(entity: str) -> timedelta:
    """Spreads the entities over the week, each always on the same place in it."""
    return EVERY * ((crc32(entity.encode()) % 1000 + 1) / 1000)


def done(
    connection: Connection, entity: str, now: datetime, *, listed: int, buried: int, recovered: int
) -> None:
    """Write down a sweep that came to its end."""
    _write(
        connection, entity, now + EVERY,
        swept_at=now, listed=listed, buried=buried, recovered=recovered, refusal=None,
    )  # fmt: skip


def refused(connection: Connection, entity: str, now: datetime, text: str) -> None:
    """Write down why a sweep deleted nothing; it is tried again tomorrow."""
    _write(connection, entity, now + AFTER_A_REFUSAL, refusal=text)


def _write(connection: Connection, entity: str, due_at: datetime, **values: Any) -> None:
    values["due_at"] = due_at
    known = connection.execute(update(ops_sweep).where(_sweep.entity == entity).values(values))
    if known.rowcount == 0:
        connection.execute(insert(ops_sweep).values(entity=entity, **values))


def outcomes(engine: Engine) -> dict[str, Any]:
    """What came of the last sweep of each entity, by its key."""
    with engine.connect() as connection:
        return {row.entity: row for row in connection.execute(select(ops_sweep))}
