"""What people say of two records that may be one thing: kept in the record, in force at the next build."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, func, insert, select

from .database import writing
from .errors import QuestionError
from .sequence import next_sequence
from .tables.maps import ops_map_decision
from .tables.operations import ops_audit
from .texts import _

KINDS = ("customer", "project", "person", "department", "service", "invoice")
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

    The audit trail tells who said it.

    Raises:
        QuestionError: there is no such kind or state.
    """
    if kind not in KINDS or state not in STATES:
        raise QuestionError(
            _(
                "Links are decided for {kinds}, and are {states}; nothing was written down of '{kind}' and '{state}'.",
                kinds=", ".join(KINDS),
                states=" or ".join(STATES),
                kind=kind,
                state=state,
            )
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
        detail = {
            "kind": kind,
            "suiteprojects_id": suiteprojects_id,
            "netsuite_id": netsuite_id,
            "note": note,
        }
        connection.execute(
            insert(ops_audit).values(
                at=now, subject=decided_by, action=f"link_{state}", detail=detail
            )
        )
        next_sequence(connection)  # so that the next build looks


def decisions(engine: Engine) -> list[Row[Any]]:
    """What people said of links, the newest word on each pair, in the order it was said."""
    table = ops_map_decision
    newest = select(func.max(table.c.decision_id)).group_by(
        table.c.kind, table.c.suiteprojects_id, table.c.netsuite_id
    )
    with engine.connect() as connection:
        query = select(table).where(table.c.decision_id.in_(newest)).order_by(table.c.decision_id)
        return list(connection.execute(query))
