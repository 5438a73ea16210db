"""What people say of two records that may be one thing: kept in the record, in force at the next build."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, insert

from .database import writing
from .errors import QuestionError
from .sequence import next_sequence
from .tables.maps import ops_map_decision

KINDS = ("customer", "project", "person")
STATES = ("confirmed", "rejected")


def decide(
    engine: Engine,
    *,
    kind: str,
    suiteprojects_id: int,
    netsuite_id: int,
    state: str,
    decided_by: str,
    now: datetime,
    note: str | None = None,
) -> None:
    """Write down that two records are one thing, or are not; what was said before of the pair ends.

    Raises:
        QuestionError: there is no such kind or state.
    """
    if kind not in KINDS or state not in STATES:
        raise QuestionError(
            f"Links are decided for {', '.join(KINDS)}, and are {' or '.join(STATES)}; "
            f"nothing was written down of '{kind}' and '{state}'."
        )
    with writing(engine) as connection:
        connection.execute(
            insert(ops_map_decision).values(
                kind=kind,
                suiteprojects_id=suiteprojects_id,
                netsuite_id=netsuite_id,
                state=state,
                note=note,
                decided_by=decided_by,
                decided_at=now,
            )
        )
        next_sequence(connection)  # so that the next build looks
