"""Alarms: what a person must know until it is over; one open alarm a kind and subject."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from models.tables.proof import ops_alarm

_alarm = ops_alarm.c


def sound(
    connection: Connection,
    kind: str,
    entity: str,
    month: int | None,
    text: str,
    detail: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Open an alarm, or say what is new about the one that is open."""
    values = {"text": text, "detail": dict(detail), "last_seen_at": now}
    known = connection.execute(
        update(ops_alarm).where(*_open(kind, entity), _is_month(month)).values(values)
    )
    if known.rowcount == 0:
        connection.execute(
            insert(ops_alarm).values(kind=kind, entity=entity, month=month, opened_at=now, **values)
        )


def close(
    connection: Connection,
    kind: str,
    entity: str,
    month: int | None,
    *,
    now: datetime,
    text: str | None = None,
) -> None:
    """Close an alarm that is over; without effect where none is open."""
    values: dict[str, Any] = {"closed_at": now} | ({"text": text} if text else {})
    connection.execute(
        update(ops_alarm).where(*_open(kind, entity), _is_month(month)).values(values)
    )


def close_all(connection: Connection, kind: str, *, now: datetime) -> None:
    """Close every alarm of a kind."""
    connection.execute(
        update(ops_alarm)
        .where(_alarm.kind == kind, _alarm.closed_at.is_(None))
        .values(closed_at=now)
    )


def open_entities(connection: Connection, kind: str) -> frozenset[str]:
    """The entities that have an open alarm of a kind."""
    found = select(_alarm.entity).where(_alarm.kind == kind, _alarm.closed_at.is_(None))
    return frozenset(connection.scalars(found))


def _open(kind: str, entity: str) -> tuple[ColumnElement[bool], ...]:
    return _alarm.kind == kind, _alarm.entity == entity, _alarm.closed_at.is_(None)


def _is_month(month: int | None) -> ColumnElement[bool]:
    return _alarm.month.is_(None) if month is None else _alarm.month == month
