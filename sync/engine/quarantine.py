"""Records we could not use: kept whole with the reason until they arrive usable or are deleted."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update

from models.tables.operations import ops_quarantine

from .parse import Unusable

_kept = ops_quarantine.c
_AT_ONCE = 500


def keys(engine: Engine, entity: str) -> set[str]:
    """The keys of the records of an entity that are kept aside."""
    with engine.connect() as connection:
        return set(connection.scalars(select(_kept.record_key).where(_kept.entity == entity)))


def keep(
    connection: Connection, entity: str, records: Iterable[Unusable], *, run_id: int, now: datetime
) -> None:
    """Set records aside; one that is there already gets its newest form and keeps its first day."""
    for record in records:
        values = {
            "field": record.field,
            "reason": record.reason,
            "payload": _safe(record.payload),
            "last_seen_at": now,
            "run_id": run_id,
        }
        known = connection.execute(
            update(ops_quarantine)
            .where(_kept.entity == entity, _kept.record_key == record.record_key)
            .values(values)
        )
        if known.rowcount == 0:
            connection.execute(
                insert(ops_quarantine).values(
                    entity=entity, record_key=record.record_key, first_seen_at=now, **values
                )
            )


def clear(connection: Connection, entity: str, record_keys: Collection[str]) -> None:
    """Let go of records that arrived usable, or are gone."""
    ordered = sorted(record_keys)
    for start in range(0, len(ordered), _AT_ONCE):
        part = ordered[start : start + _AT_ONCE]
        connection.execute(
            delete(ops_quarantine).where(_kept.entity == entity, _kept.record_key.in_(part))
        )


def clear_unseen(connection: Connection, entity: str, run_id: int) -> None:
    """Let go of what a reading of everything did not meet again."""
    connection.execute(delete(ops_quarantine).where(_kept.entity == entity, _kept.run_id != run_id))


def _safe(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload in a form that every engine's JSON takes; nothing is left out."""
    return {str(name): _jsonable(value) for name, value in payload.items()}


def _jsonable(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    if value is None or isinstance(value, str | int | float):
        return value
    return repr(value)
