"""Notes what the configuration chose of each entity, and reads one again whose choice has changed.

An entity that is switched off keeps its rows and its cursor: switched on again it goes on from there. One
that is narrowed otherwise, or mirrored with other columns, is read again with the next run; rows that lie
outside the new choice stay as they are, for nothing says that they are gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select

from models.tables.operations import ops_cursor, ops_selection

from ..entities.entity import Entity
from . import cursors

ON, OFF = "on", "off"
_selection = ops_selection.c


def note(
    connection: Connection, entities: Iterable[Entity], off: Collection[str], now: datetime
) -> None:
    """Compare the choice with the one before; runs in the transaction that opens a run."""
    rows = connection.execute(select(ops_selection))
    before = {row.entity: (row.state, row.fingerprint) for row in rows}
    for entity in entities:
        known_state, known = before.get(entity.key, (ON, fingerprint(None)))
        found = fingerprint(entity)
        if found != known:
            cursors.read_anew(connection, entity)
        if (known_state, known) != (ON, found):
            _write(connection, entity.key, ON, found, None, now)
    for key in sorted(off):
        known_state, known = before.get(key, (ON, fingerprint(None)))
        if known_state != OFF:
            reached = connection.scalar(
                select(ops_cursor.c.watermark).where(ops_cursor.c.entity == key)
            )
            _write(connection, key, OFF, known, reached, now)


def fingerprint(entity: Entity | None) -> str:
    """What was chosen, as a short text; of nothing in particular it is empty."""
    if entity is None or not (entity.left_out or entity.conditions or entity.owner_conditions):
        return ""
    parts = (sorted(entity.left_out), entity.conditions, entity.owner_conditions)
    return sha256(repr(parts).encode()).hexdigest()


def _write(
    connection: Connection,
    key: str,
    state: str,
    mark: str,
    refreshed_to: datetime | None,
    now: datetime,
) -> None:
    connection.execute(delete(ops_selection).where(_selection.entity == key))
    connection.execute(
        insert(ops_selection).values(
            entity=key,
            state=state,
            fingerprint=mark,
            changed_at=now,
            refreshed_to=refreshed_to,
        )
    )
