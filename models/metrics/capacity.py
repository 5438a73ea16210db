"""Capacity: the hours there were."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

from ..tables.staffing import fct_capacity
from .kpi import Better, Kind, Kpi, NotHeld, Side, Total, Unit
from .staffing import BY_CLASS, NET_CAPACITY, TARGET_CAPACITY

_NO_SCHEDULES = NotHeld(
    why="Work schedules, holidays and leave are kept in SuiteProjects Pro; NetSuite knows none of them."
)
_ONE_HOUR = Decimal("0.1")

ALL_GROSS = replace(
    NET_CAPACITY,
    key="all_gross_capacity",
    title="Gross capacity of everybody",
    value=fct_capacity.c.gross_hours,
    where=(),
)
ALL_NET = replace(NET_CAPACITY, key="all_net_capacity", title="Net capacity of everybody", where=())
ALL_LEAVE = replace(
    NET_CAPACITY,
    key="all_leave",
    title="Leave of everybody",
    value=fct_capacity.c.leave_hours,
    where=(),
)

_capacity = partial(
    Kpi,
    unit=Unit.HOURS,
    kind=Kind.FLOW,
    better=Better.HIGHER,
    erp=_NO_SCHEDULES,
    record=Side.PSA,
    by=BY_CLASS,
    tolerance=_ONE_HOUR,
    source="KPI catalogue A1",
    group="A",
    controls=("RC-12",),
)

GROSS_CAPACITY = _capacity(
    key="gross_capacity",
    title="Gross capacity",
    question="How many hours were people scheduled to work?",
    definition=(
        "Scheduled hours of each day between hiring and release, by the person's own week, less public "
        "holidays."
    ),
    psa=Total(terms=((1, ALL_GROSS),)),
    edge_cases=(
        "Part-time is hours per weekday, not a share of eight. Overtime never adds capacity. Generic "
        "resources have none; contractors have it on days they are booked for alone. Days up to today."
    ),
)
NET_CAPACITY_HOURS = _capacity(
    key="net_capacity",
    title="Net capacity",
    question="How many hours were people there to work?",
    definition="Gross capacity less approved leave, day by day and never below zero.",
    psa=Total(terms=((1, ALL_NET),)),
    edge_cases=(
        "Leave counts once and never above the day's scheduled hours; a holiday within leave is a holiday. "
        "Half a day of leave is its hours."
    ),
)
LEAVE_HOURS = _capacity(
    key="leave_hours",
    title="Leave",
    question="How many scheduled hours were people away?",
    definition="Approved time off within the scheduled hours of each day.",
    better=Better.LOWER,
    psa=Total(terms=((1, ALL_LEAVE),)),
    edge_cases="Time off on a day without scheduled hours takes nothing away.",
)
BILLABLE_CAPACITY = _capacity(
    key="billable_capacity",
    title="Billable capacity",
    question="How many hours were people meant to bill?",
    definition="Net capacity of each day times the person's target utilisation of that day.",
    psa=Total(terms=((1, TARGET_CAPACITY),)),
    edge_cases="Without a target there is no billable capacity.",
)
