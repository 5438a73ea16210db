"""Who looks after a reconciliation control: kept in the record, each change with who made it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Engine, func, insert, select

from .controls import CONTROLS
from .database import writing
from .errors import QuestionError
from .tables.access import ops_person
from .tables.controls import ops_control_owner
from .tables.operations import ops_audit
from .texts import _

_owner = ops_control_owner.c


def assign(
    engine: Engine, *, control: str, subject: str | None, assigned_by: str, now: datetime
) -> None:
    """Make a person the owner of a control, or nobody; the audit trail tells who said so.

    Raises:
        QuestionError: there is no such control, or no such person who may come in. Nothing was changed.
    """
    if control not in CONTROLS:
        raise QuestionError(
            _("There is no control '{control}'. Nothing was changed.", control=control)
        )
    if subject is not None and subject not in candidates(engine):
        raise QuestionError(
            _("An owner must have signed in, and may not be kept out. Nothing was changed.")
        )
    before = owners(engine).get(control)
    if before == subject:
        return
    with writing(engine) as connection:
        connection.execute(
            insert(ops_control_owner).values(
                control=control, subject=subject, assigned_by=assigned_by, assigned_at=now
            )
        )
        detail = {"control": control, "owner": subject, "before": before}
        connection.execute(
            insert(ops_audit).values(
                at=now, subject=assigned_by, action="control_owner", detail=detail
            )
        )


def owners(engine: Engine) -> Mapping[str, str]:
    """Control -> the person who looks after it; those of nobody are left out."""
    newest = select(func.max(_owner.assignment_id)).group_by(_owner.control)
    query = select(_owner.control, _owner.subject).where(
        _owner.assignment_id.in_(newest), _owner.subject.is_not(None)
    )
    with engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def candidates(engine: Engine) -> Mapping[str, str]:
    """Who may be an owner: subject -> name of those who may come in, by name."""
    query = (
        select(ops_person.c.subject, ops_person.c.name)
        .where(ops_person.c.role.is_not(None), ops_person.c.disabled_at.is_(None))
        .order_by(ops_person.c.name)
    )
    with engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}
