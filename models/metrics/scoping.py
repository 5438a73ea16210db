"""The one place where what a person may see becomes conditions on a table."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, false, select

from ..access import Scope
from ..tables.conformed import dim_project
from .measure import Measure


def restrict(
    scope: Scope,
    *,
    department: ColumnElement[Any] | None,
    project: ColumnElement[Any] | None,
    subsidiary: ColumnElement[Any] | None = None,
    customer: ColumnElement[Any] | None = None,
) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that keep rows within `scope`, given whom and what they belong to.

    A table that lacks the column a scope restricts by shows nothing.
    """
    if scope.is_nothing:
        return (false(),)
    conditions: list[ColumnElement[bool]] = []
    for allowed, column in (
        (scope.subsidiaries, subsidiary),
        (scope.departments, department),
        (scope.customers, customer),
    ):
        if allowed is not None:
            conditions.append(false() if column is None else column.in_(sorted(allowed)))
    if scope.managers is not None:
        theirs = select(dim_project.c.project_key).where(
            dim_project.c.manager_key.in_(sorted(scope.managers))
        )
        conditions.append(false() if project is None else project.in_(theirs))
    return tuple(conditions)


def restrict_measure(scope: Scope, measure: Measure) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that keep a measure's rows within `scope`."""
    return restrict(
        scope,
        department=measure.dimensions.get("department"),
        project=measure.dimensions.get("project"),
        subsidiary=measure.dimensions.get("subsidiary"),
        customer=measure.dimensions.get("customer"),
    )


def can_see(scope: Scope, measure: Measure, names: Collection[str] = ()) -> bool:
    """Whether the scope's restrictions can be applied to the measure, told apart by `names`.

    What a person costs is kept back from a breakdown by person as it is from the rows.
    """
    if scope.is_nothing:
        return False
    if measure.hidden_by in scope.hidden and "person" in names:
        return False
    return all(
        allowed is None or name in measure.dimensions
        for name, allowed in (
            ("subsidiary", scope.subsidiaries),
            ("department", scope.departments),
            ("customer", scope.customers),
            ("project", scope.managers),
        )
    )
