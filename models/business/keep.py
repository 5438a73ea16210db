"""What people decided of the business, as the record keeps it: each word with who said it, when, and what stood before."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select

from ..tables.business import ops_business_decision
from .decision import PUT_BACK, SET, Decision, Place, dumped, parsed

_table = ops_business_decision


def decisions(record: Engine | Connection) -> list[Decision]:
    """What holds: the newest word on each place that is not put back, in the order it was said."""
    newest = select(func.max(_table.c.decision_id)).group_by(_table.c.place)
    query = (
        select(_table)
        .where(_table.c.decision_id.in_(newest), _table.c.state != PUT_BACK)
        .order_by(_table.c.decision_id)
    )
    if isinstance(record, Connection):
        return [_decision(row) for row in record.execute(query)]
    with record.connect() as connection:
        return [_decision(row) for row in connection.execute(query)]


def history(record: Engine, place: Place) -> list[tuple[Decision, Any]]:
    """What was said of a place and what stood before it, the newest first."""
    query = select(_table).where(_table.c.place == dumped(list(place)))
    with record.connect() as connection:
        found = connection.execute(query.order_by(_table.c.decision_id.desc()))
        return [(_decision(row), parsed(row.was)) for row in found]


def write(connection: Connection, decision: Decision, was: Any) -> int:
    """Write a decision down, with what stood before; return its number."""
    values = {
        "place": dumped(list(decision.place)),
        "state": decision.state,
        "value": dumped(decision.value) if decision.state == SET else None,
        "was": dumped(was),
        "note": decision.note,
        "decided_by": decision.by,
        "decided_at": decision.at,
    }
    query = insert(_table).values(values).returning(_table.c.decision_id)
    return int(connection.execute(query).scalar_one())


def _decision(row: Row[Any]) -> Decision:
    return Decision(
        place=tuple(parsed(row.place)),
        state=row.state,
        value=parsed(row.value),
        note=row.note,
        by=row.decided_by,
        at=row.decided_at,
        number=row.decision_id,
    )
