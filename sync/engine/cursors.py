"""How far each entity is mirrored; written in the transaction of the rows it speaks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, delete, insert, select, update

from models.tables.operations import ops_cursor

from ..entities.entity import Entity

_cursor = ops_cursor.c
_EVER = datetime(1970, 1, 2, tzinfo=UTC)


class Cursor(NamedTuple):
    """How far an entity is; all None before its first page."""

    watermark: datetime | None = None
    window_from: datetime | None = None
    window_to: datetime | None = None
    position: Sequence[Any] | None = None
    complete_from: int | None = None
    history_to: datetime | None = None
    history_position: Sequence[Any] | None = None

    @property
    def history_before(self) -> date | None:
        """Records dated before this day are still missing; None when nothing is."""
        return first_of(self.complete_from) if self.complete_from else None


def load(engine: Engine, entity: str) -> Cursor:
    """The cursor of an entity."""
    columns = [ops_cursor.c[name] for name in Cursor._fields]
    with engine.connect() as connection:
        row = connection.execute(select(*columns).where(_cursor.entity == entity)).first()
    return Cursor(*row) if row else Cursor()


def save(connection: Connection, entity: str, cursor: Cursor, now: datetime) -> None:
    """Write the cursor."""
    values = {**cursor._asdict(), "updated_at": now}
    written = connection.execute(update(ops_cursor).where(_cursor.entity == entity).values(values))
    if written.rowcount == 0:
        connection.execute(insert(ops_cursor).values(entity=entity, **values))


def forget(connection: Connection, entity: str) -> None:
    """Begin anew with this entity at the next run; its rows stay."""
    connection.execute(delete(ops_cursor).where(_cursor.entity == entity))


def read_anew(connection: Connection, entity: Entity) -> None:
    """Read all of this entity again with the next run; deletions are heard, too, where it can be.

    A child's window does not tell which of its parent's children were seen, so it begins from nothing.
    """
    (forget if entity.parent else read_again)(connection, entity.key)


def read_again(connection: Connection, entity: str) -> None:
    """Read all of this entity again with the next run, as changes since ever: deletions are heard, too.

    One whose first load has not come to its end begins from nothing. Not for children: see `read_anew`.
    """
    connection.execute(
        delete(ops_cursor).where(_cursor.entity == entity, _cursor.watermark.is_(None))
    )
    connection.execute(
        update(ops_cursor)
        .where(_cursor.entity == entity)
        .values(window_from=_EVER, window_to=_cursor.watermark, position=None)
    )


def month_of(day: date) -> int:
    """The month of a day as yyyymm."""
    return day.year * 100 + day.month


def first_of(month: int) -> date:
    """The first day of a month given as yyyymm."""
    return date(month // 100, month % 100, 1)


def months_before(day: date, months: int) -> date:
    """The first day of the month that lies `months` before the month of `day`."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)
