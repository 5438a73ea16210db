"""The one place where what a person may see becomes conditions on a table."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, false, select

from ..access import Scope
from ..tables.conformed import dim_project
from .kpi import Measure


def restrict(
    scope: Scope, *, department: ColumnElement[Any] | None, project: ColumnElement[Any] | None
) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that keep rows within `scope`, given their department and project.

    A table that lacks the column a scope restricts by shows nothing.
    """
    if scope.is_nothing:
        return (false(),)
    conditions: list[ColumnElement[bool]] = []
    if scope.departments is not None:
        conditions.append(
            false() if department is None else department.in_(sorted(scope.departments))
        )
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
    )


def can_see(scope: Scope, measure: Measure) -> bool:
    """Whether the scope's restrictions can be applied to the measure at all."""
    if scope.is_nothing:
        return False
    by_department = scope.departments is None or "department" in measure.dimensions
    by_project = scope.managers is None or "project" in measure.dimensions
    return by_department and by_project
