"""Records we could not use: kept whole with the reason until they arrive usable or are deleted."""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update

from models.tables.operations import ops_quarantine

from ..entities.entity import Entity
from ..source import Listed
from .doubles import OTHER
from .parse import Key, Unusable, parser_of

LARGE = 64 * 1024  # bytes of a payload as JSON; beyond, it is kept compressed
_EXCERPT = 200  # characters of a long value that are shown
_LOOKED_AT = 2_000  # records in quarantine of one entity that a proof looks into
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=15), timedelta(days=7)
_kept = ops_quarantine.c
_AT_ONCE = 500


def keys(engine: Engine, entity: str) -> set[str]:
    """The keys of the records of an entity that are kept aside."""
    with engine.connect() as connection:
        return keys_of(connection, entity)


def keys_of(connection: Connection, entity: str) -> set[str]:
    """The keys of the records of an entity that are kept aside, within a transaction."""
    return set(connection.scalars(select(_kept.record_key).where(_kept.entity == entity)))


def keep(
    connection: Connection, entity: str, records: Iterable[Unusable], *, run_id: int, now: datetime
) -> None:
    """Set records aside; one that is there already gets its newest form and keeps its first day."""
    for record in records:
        values = {
            "field": record.field,
            "reason": record.reason,
            "last_seen_at": now,
            "run_id": run_id,
            **_packed(_safe(record.payload)),
        }
        known = connection.execute(
            update(ops_quarantine)
            .where(_kept.entity == entity, _kept.record_key == record.record_key)
            .values(values)
        )
        if known.rowcount == 0:
            again = now if record.may_heal and record.key is not None else None
            connection.execute(
                insert(ops_quarantine).values(
                    entity=entity, record_key=record.record_key, first_seen_at=now,
                    next_try_at=again, **values,
                )
            )  # fmt: skip


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


# ---------------------------------------------------------------- trying again


def due(
    connection: Connection, entity: str, now: datetime, most: int, *, this_run: int
) -> list[Row[Any]]:
    """The records that are worth trying again now; what this run itself set aside was just read."""
    return list(
        connection.execute(
            select(ops_quarantine)
            .where(_kept.entity == entity, _kept.next_try_at <= now, _kept.run_id != this_run)
            .order_by(_kept.next_try_at)
            .limit(most)
        )
    )


def hasten(connection: Connection, ids: Collection[int], now: datetime) -> None:
    """Have these records tried again with the next run, however often that was in vain."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), _AT_ONCE):
        part = ordered[start : start + _AT_ONCE]
        connection.execute(
            update(ops_quarantine)
            .where(_kept.quarantine_id.in_(part))
            .values(next_try_at=now, attempts=0)
        )


def tried(connection: Connection, entity: str, record_keys: Collection[str], now: datetime) -> None:
    """Wait longer before the next attempt, four times as long as before it."""
    rows = connection.execute(
        select(_kept.quarantine_id, _kept.attempts).where(
            _kept.entity == entity, _kept.record_key.in_(sorted(record_keys))
        )
    ).all()
    for row in rows:
        wait = min(LONGEST_WAIT, FIRST_WAIT * 4 ** min(row.attempts, 6))
        connection.execute(
            update(ops_quarantine)
            .where(_kept.quarantine_id == row.quarantine_id)
            .values(attempts=row.attempts + 1, next_try_at=now + wait)
        )


def chosen(connection: Connection, entity: str | None, record_key: str | None) -> list[Row[Any]]:
    """The records of an entity, or the one of a key; oldest first."""
    query = select(ops_quarantine).order_by(_kept.quarantine_id)
    if entity is not None:
        query = query.where(_kept.entity == entity)
    if record_key is not None:
        query = query.where(_kept.record_key == record_key)
    return list(connection.execute(query))


# ---------------------------------------------------------------- how much is too much


def unaccepted(connection: Connection) -> dict[str, int]:
    """Entity -> records that no published snapshot has left out yet."""
    counted = (
        select(_kept.entity, func.count()).where(_kept.accepted.is_(False)).group_by(_kept.entity)
    )
    return {row[0]: row[1] for row in connection.execute(counted)}


def accept(connection: Connection) -> None:
    """A snapshot was published without what is here: from now on it is no news."""
    connection.execute(
        update(ops_quarantine).where(_kept.accepted.is_(False)).values(accepted=True)
    )


# ---------------------------------------------------------------- payloads


def payload_of(row: Row[Any]) -> dict[str, Any]:
    """The whole payload of a record in quarantine."""
    if row.payload_packed is None:
        return dict(row.payload)
    found: dict[str, Any] = json.loads(zlib.decompress(row.payload_packed))
    return found


def listed(connection: Connection, entity: Entity) -> list[tuple[str, Listed | None]]:
    """The records in quarantine as a listing of keys would name them; None where that cannot be read."""
    rows: Sequence[Row[Any]] = connection.execute(
        select(ops_quarantine).where(_kept.entity == entity.key).limit(_LOOKED_AT)
    ).all()
    return [(row.record_key, _listed(entity, payload_of(row))) for row in rows]


def doubled_key(entity: Entity, payload: Mapping[str, Any]) -> Key | None:
    """The identity of a record that came twice; None of any other."""
    other = payload.get(OTHER)
    return parser_of(entity).identity(other) if isinstance(other, Mapping) else None


def _listed(entity: Entity, payload: Mapping[str, Any]) -> Listed | None:
    key = parser_of(entity).identity(payload)
    if key is None or entity.parent is not None:  # a child's day is its owner's
        return None
    day = payload.get(entity.fields[entity.dated].source) if entity.dated else None
    return Listed(
        identity=key if isinstance(key, tuple) else (key,),
        modified=None,
        dated=day if isinstance(day, str) else None,
        values=tuple(payload.get(entity.fields[name].source) for name in entity.measures),
    )


def _packed(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that hold a payload; nothing of a large one is lost, it is compressed beside an excerpt."""
    text = json.dumps(payload, sort_keys=True).encode("ascii")
    about = {"payload_bytes": len(text), "payload_sha256": sha256(text).hexdigest()}
    if len(text) <= LARGE:
        return about | {"payload": payload, "payload_packed": None}
    short = {name: _excerpt(value) for name, value in payload.items()}
    return about | {"payload": short, "payload_packed": zlib.compress(text, 6)}


def _excerpt(value: Any) -> Any:
    if not isinstance(value, str) or len(value) <= 2 * _EXCERPT:
        return value
    return f"{value[:_EXCERPT]}… ({len(value):,} characters; all of it is kept compressed)"


def _safe(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload in a form that every engine's JSON takes; nothing is left out."""
    return {str(name): _jsonable(value) for name, value in payload.items()}


def _jsonable(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    if isinstance(value, Mapping):
        return {str(name): _jsonable(part) for name, part in value.items()}
    if value is None or isinstance(value, str | int | float):
        return value
    return repr(value)
