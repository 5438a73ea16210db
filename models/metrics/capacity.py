"""Capacity: the hours there were."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..tables.staffing import fct_capacity
from .kpi import Better, Kind, Kpi, NotHeld, Side, Total, Unit
from .staffing import BY_PERSON, NET_CAPACITY, TARGET_CAPACITY

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

GROSS_CAPACITY = Kpi(
    key="gross_capacity",
    title="Gross capacity",
    question="How many hours were people scheduled to work?",
    definition=(
        "Scheduled hours of each day between hiring and release, by the person's own week, less public "
        "holidays."
    ),
    unit=Unit.HOURS,
    kind=Kind.FLOW,
    better=Better.HIGHER,
    erp=_NO_SCHEDULES,
    psa=Total(terms=((1, ALL_GROSS),)),
    record=Side.PSA,
    by=BY_PERSON,
    tolerance=_ONE_HOUR,
    source="KPI catalogue A1",
    group="A",
    edge_cases=(
        "Part-time is hours per weekday, not a share of eight. Overtime never adds capacity. Generic "
        "resources have none. Days up to today."
    ),
    controls=("RC-12",),
)
NET_CAPACITY_HOURS = Kpi(
    key="net_capacity",
    title="Net capacity",
    question="How many hours were people there to work?",
    definition="Gross capacity less approved leave, day by day and never below zero.",
    unit=Unit.HOURS,
    kind=Kind.FLOW,
    better=Better.HIGHER,
    erp=_NO_SCHEDULES,
    psa=Total(terms=((1, ALL_NET),)),
    record=Side.PSA,
    by=BY_PERSON,
    tolerance=_ONE_HOUR,
    source="KPI catalogue A1",
    group="A",
    edge_cases=(
        "Leave counts once and never above the day's scheduled hours; a holiday within leave is a holiday. "
        "Half a day of leave is its hours."
    ),
    controls=("RC-12",),
)
LEAVE_HOURS = Kpi(
    key="leave_hours",
    title="Leave",
    question="How many scheduled hours were people away?",
    definition="Approved time off within the scheduled hours of each day.",
    unit=Unit.HOURS,
    kind=Kind.FLOW,
    better=Better.LOWER,
    erp=_NO_SCHEDULES,
    psa=Total(terms=((1, ALL_LEAVE),)),
    record=Side.PSA,
    by=BY_PERSON,
    tolerance=_ONE_HOUR,
    source="KPI catalogue A1",
    group="A",
    edge_cases="Time off on a day without scheduled hours takes nothing away.",
    controls=("RC-12",),
)
BILLABLE_CAPACITY = Kpi(
    key="billable_capacity",
    title="Billable capacity",
    question="How many hours were people meant to bill?",
    definition="Net capacity of each day times the person's target utilisation of that day.",
    unit=Unit.HOURS,
    kind=Kind.FLOW,
    better=Better.HIGHER,
    erp=_NO_SCHEDULES,
    psa=Total(terms=((1, TARGET_CAPACITY),)),
    record=Side.PSA,
    by=BY_PERSON,
    tolerance=_ONE_HOUR,
    source="KPI catalogue A1",
    group="A",
    edge_cases="Without a target there is no billable capacity.",
    controls=("RC-12",),
)
