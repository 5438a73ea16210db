"""The record's change sequence: what is built holds every change up to a number."""

from __future__ import annotations

from sqlalchemy import Connection, insert, update

from .tables.operations import ops_change


def next_sequence(connection: Connection) -> int:
    """Move the change sequence on; the lock it takes makes commits arrive in its order."""
    moved = connection.execute(
        update(ops_change)
        .where(ops_change.c.id == 1)
        .values(sequence=ops_change.c.sequence + 1)
        .returning(ops_change.c.sequence)
    ).scalar_one_or_none()
    if moved is None:
        connection.execute(insert(ops_change).values(id=1, sequence=1))
        return 1
    return int(moved)
