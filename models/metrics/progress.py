"""How far projects are, in each way it can be told; the ways are never merged (C6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import ColumnElement

from ..tables.delivery import fct_task_value
from .earned_value import BY_TASK, NO_TASKS, TODAY_ONLY, of_task
from .formula import Formula
from .kpi import CLOSING, Better, Kind, Kpi, Measure, Ratio, Reason, Side, Total, Unit

_EDGE = (
    "Active client projects; tasks that have planned hours, others are left out on both sides. "
    f"{TODAY_ONLY} It may fall when the plan grows. "
)


_SHOWN = (
    fct_task_value.c.planned_hours,
    fct_task_value.c.approved_hours,
    fct_task_value.c.remaining_hours,
)


def _hours(key: str, title: str, *, reported: bool = False) -> Measure:
    """Hours of tasks that have planned hours; of those alone whose progress is reported, if asked."""
    measure = of_task(key, title, fct_task_value.c[key], *_SHOWN)
    where: tuple[ColumnElement[bool], ...] = (fct_task_value.c.planned_hours > 0,)
    if reported:
        where += (fct_task_value.c.reported_hours.is_not(None),)
        measure = replace(measure, key=f"reported_{key}")
    return replace(measure, where=where)


def _total(*measures: Measure) -> Total:
    return Total(terms=tuple((1, one) for one in measures), window=CLOSING, empty=Reason.NO_PLAN)


_APPROVED = _hours("approved_hours", "Approved hours")
_REMAINING = _hours("remaining_hours", "Remaining planned hours")
_PLANNED = _hours("planned_hours", "Planned hours")
_DONE = _hours("reported_hours", "Planned hours times reported percent complete")
REPORTED = Ratio(
    numerator=_total(replace(_DONE, where=(fct_task_value.c.reported_hours.is_not(None),))),
    denominator=_total(_hours("planned_hours", "Planned hours", reported=True)),
    empty=Reason.NO_PLAN,
)


def percent_complete(
    key: str, title: str, definition: str, formula: Formula, *, edge: str = _EDGE
) -> Kpi:
    """One way to tell how far projects are."""
    return Kpi(
        key=f"percent_complete_{key}",
        title=f"Percent complete, {title}",
        question="How far are our projects?",
        definition=definition,
        unit=Unit.PERCENT,
        kind=Kind.RATIO,
        better=Better.HIGHER,
        erp=NO_TASKS,
        psa=formula,
        record=Side.PSA,
        by=BY_TASK,
        tolerance=Decimal("0.005"),
        source="KPI catalogue C6",
        group="C",
        compared=(),
        edge_cases=edge,
        controls=("RC-03",),
    )


BY_HOURS = percent_complete(
    "hours",
    "by hours",
    "Approved hours divided by approved plus remaining hours. Remaining are a task's planned hours less the approved "
    "ones, none of a closed task.",
    Ratio(
        numerator=_total(_APPROVED), denominator=_total(_APPROVED, _REMAINING), empty=Reason.NO_PLAN
    ),
    edge=_EDGE + "Never above 100 %.",
)
BY_PLAN = percent_complete(
    "plan",
    "by plan",
    "Approved hours divided by planned hours.",
    Ratio(numerator=_total(_APPROVED), denominator=_total(_PLANNED), empty=Reason.NO_PLAN),
    edge=_EDGE + "Above 100 % the plan is used up.",
)
BY_REPORT = percent_complete(
    "reported",
    "as reported",
    "The percent complete of tasks as the project's manager reports it, weighted by planned hours.",
    REPORTED,
    edge=_EDGE + "Tasks nobody has reported on are left out.",
)
