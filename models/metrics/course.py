"""The course of a project: hours by person planned, worked and booked; what was due and spent to date (C7, C13)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

from ..access import Hidden
from ..tables.booking import fct_booking
from ..tables.conformed import dim_project
from ..tables.course import fct_assignment, fct_earned_month
from ..tables.staffing import fct_time
from .earned_value import BY_TASK, NO_TASKS
from .kpi import (
    TO_DATE,
    Better,
    Join,
    Kind,
    Kpi,
    Measure,
    Reason,
    Record,
    Side,
    Total,
    Unit,
    columns_of,
)
from .outlook import BOOKED, NO_BOOKINGS
from .staffing import BILLABLE_HOURS

_BY = ("subsidiary", "department", "customer", "project", "person")
_OF_PROJECT = ("subsidiary", "customer", "project", "person")

_ASSIGNED = Measure(
    key="assigned_hours",
    title="Planned hours of people on tasks",
    system="suiteprojects",
    table=fct_assignment,
    value=fct_assignment.c.hours,
    month=None,
    dimensions={name: fct_assignment.c[f"{name}_key"] for name in _BY},
    columns=(
        fct_assignment.c.project_key,
        fct_assignment.c.task_key,
        fct_assignment.c.person_key,
        fct_assignment.c.customer_key,
        fct_assignment.c.hours,
    ),
)
_WORKED = replace(
    BILLABLE_HOURS,
    key="approved_client_hours",
    title="Approved hours on client projects",
    where=(fct_time.c.status == "approved", fct_time.c.kind == "client"),
    joins=(),
    dimensions={
        **{name: fct_time.c[f"{name}_key"] for name in _OF_PROJECT},
        "department": fct_time.c.project_department_key,
    },
)
_BOOKED = replace(
    BOOKED,
    key="booked_client_hours",
    title="Hours booked on client projects, from today on",
    month=None,
    where=(*BOOKED.where, fct_booking.c.kind == "client"),
    joins=BOOKED.joins[-1:],  # the day's
    dimensions={
        **{name: fct_booking.c[f"{name}_key"] for name in _OF_PROJECT},
        "department": fct_booking.c.project_department_key,
    },
)

_hours = partial(
    Kpi,
    unit=Unit.HOURS,
    kind=Kind.STOCK,
    better=Better.HIGHER,
    erp=NO_BOOKINGS,
    record=Side.PSA,
    by=_BY,
    tolerance=Decimal("0.1"),
    source="KPI catalogue C13",
    group="C",
    compared=(),
    controls=("RC-03",),
)

ASSIGNED_HOURS = _hours(
    key="assigned_hours",
    title="Hours planned for people",
    question="Who is to do how much of our client work?",
    definition="Planned hours of the people that are assigned to tasks of client projects.",
    psa=Total(terms=((1, _ASSIGNED),), empty=Reason.NO_HOURS),
    edge_cases="As of today: no system keeps plans as they were. Tasks that nobody is assigned to have none.",
)
HOURS_TO_DATE = _hours(
    key="client_hours_to_date",
    title="Hours on client work to date",
    question="Who has done how much of our client work?",
    definition="Approved hours on client projects since they began, to the end of the period.",
    psa=Total(terms=((1, _WORKED),), window=TO_DATE, empty=Reason.NO_HOURS),
    needs_history=True,
    edge_cases="Whatever the contract, billable or not.",
)
HOURS_BOOKED = _hours(
    key="client_hours_booked",
    title="Hours booked on client work",
    question="Who is booked for how much of our client work yet?",
    definition="Hours booked on client projects from today on, soft bookings times their probability.",
    psa=Total(terms=((1, _BOOKED),), empty=Reason.NO_BOOKINGS),
    edge_cases="As of today, whatever the period. Rejected bookings are left out.",
)


def _monthly(key: str, title: str, column: str, *, cost: bool = False) -> Total:
    measure = Measure(
        key=key,
        title=title,
        system="suiteprojects",
        table=fct_earned_month,
        value=fct_earned_month.c[column],
        month=fct_earned_month.c.month,
        dimensions=columns_of(fct_earned_month, BY_TASK),
        columns=(
            fct_earned_month.c.month,
            fct_earned_month.c.project_key,
            fct_earned_month.c.customer_key,
            fct_earned_month.c.manager_key,
        ),
        joins=(
            Join(table=dim_project, on=dim_project.c.project_key == fct_earned_month.c.project_key),
        ),
        record=Record(type="Project", id=dim_project.c.suiteprojects_id),
        hidden_by=Hidden.PERSON_COST if cost else None,
    )
    return Total(terms=((1, measure),), window=TO_DATE, empty=Reason.NO_BASELINE)


_course = partial(
    Kpi,
    unit=Unit.MONEY,
    kind=Kind.STOCK,
    better=Better.HIGHER,
    erp=NO_TASKS,
    record=Side.PSA,
    by=BY_TASK,
    tolerance=Decimal(1),
    needs_history=True,
    source="KPI catalogue C7",
    group="C",
    compared=(),
    controls=("RC-03", "RC-04"),
)
_EDGE = (
    "Active client projects, tasks that have a budget of cost, dates and a reported percent complete. The plan is today's, "
    "at the exchange rates of the project's beginning."
)

PLANNED_COURSE = _course(
    key="planned_value_by_month",
    title="Planned value by the month's end",
    question="What work was to be done by when?",
    definition="Budgeted cost of the work that is due by the end of the period, task by task in proportion to working days.",
    psa=_monthly("due_by_month", "Budgeted cost of work due in the month", "pv_base"),
    edge_cases=f"{_EDGE} Of today it is planned value, but for the days to the month's end.",
)
SPENT_COURSE = _course(
    key="earned_value_cost_by_month",
    title="Actual cost of work by the month's end",
    question="What had the work cost by when?",
    definition="Actual cost of the work done by the end of the period, as earned value counts it.",
    better=Better.LOWER,
    psa=_monthly("spent_by_month", "Labour cost of the month's work", "ac_base", cost=True),
    edge_cases=f"{_EDGE} A task's cost is shared out over months as its cost at current rates is.",
)
