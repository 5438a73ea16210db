"""A person's wish for newer numbers: queued in the record, served by the sync worker."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, insert, or_, select, text, update

from .database import writing
from .tables.operations import ops_refresh_request

QUEUED, TAKEN, DONE = "queued", "taken", "done"
_LOCK = 4_021_001  # PostgreSQL: two clicks at the same moment are one after the other
_request = ops_refresh_request.c


def request_refresh(
    engine: Engine, requested_by: str, at: datetime, project: str | None = None
) -> int:
    """Ask for a sync and return the request's id; who asks while one waits or runs joins it.

    Args:
        project: the code of the only project that is wanted, with all that belongs to it. A wish for
            everything that waits or runs serves it, too.
    """
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        open_one = connection.scalar(
            select(_request.request_id)
            .where(
                _request.state.in_([QUEUED, TAKEN]),
                or_(_request.project.is_(None), _request.project == project),
            )
            .order_by(_request.request_id)
            .limit(1)
        )
        if open_one is not None:
            return int(open_one)
        result = connection.execute(
            insert(ops_refresh_request)
            .values(requested_by=requested_by, requested_at=at, state=QUEUED, project=project)
            .returning(_request.request_id)
        )
        return int(result.scalar_one())


def requeue_taken(connection: Connection) -> None:
    """Put back what a worker took and did not finish; only the worker that holds the lease may."""
    connection.execute(
        update(ops_refresh_request).where(_request.state == TAKEN).values(state=QUEUED)
    )
