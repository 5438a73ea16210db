"""Utilisation: the hours of people against the hours there were, in every way it is told."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from .kpi import Better, Kind, Kpi, NotHeld, Ratio, Reason, Side, Total, Unit
from .staffing import (
    BILLABLE_HOURS,
    BILLABLE_TIME_BILLS,
    BY_CLASS,
    CAPACITY,
    CREDITED_HOURS,
    EXCLUDED_HOURS,
    GROSS_CAPACITY,
    LOGGED_HOURS,
    NET_CAPACITY,
    PRODUCTIVE_HOURS,
    SUBMITTED_BILLABLE_HOURS,
    TARGET_CAPACITY,
    WORKED_HOURS,
)

_CONTROLS = ("RC-03", "RC-04")
_TOLERANCE = Decimal("0.005")
_ONLY_BILLABLE = NotHeld(
    why="Time bills in NetSuite do not tell which internal work was productive and which was not."
)
_GROSS = Total(terms=((1, GROSS_CAPACITY),))
_LOGGED = Total(terms=((1, LOGGED_HOURS),))
_TARGET = Total(terms=((1, TARGET_CAPACITY),))
_BILLED = Total(terms=((1, BILLABLE_TIME_BILLS),))
_BILLABLE = Total(terms=((1, BILLABLE_HOURS),))

_utilization = partial(
    Kpi,
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    record=Side.PSA,
    by=BY_CLASS,
    tolerance=_TOLERANCE,
    group="A",
    controls=_CONTROLS,
)

BILLABLE_UTILIZATION_GROSS = _utilization(
    key="billable_utilization_gross",
    title="Billable utilisation of gross capacity",
    question="Which share of the scheduled hours, leave included, went into billable client work?",
    definition=(
        "Approved billable hours on client projects divided by gross capacity: scheduled hours less "
        "public holidays, leave not taken off. People without a utilisation target are left out."
    ),
    erp=Ratio(numerator=_BILLED, denominator=_GROSS, empty=Reason.NO_CAPACITY),
    psa=Ratio(numerator=_BILLABLE, denominator=_GROSS, empty=Reason.NO_CAPACITY),
    source="KPI catalogue A2",
    edge_cases="It is never above billable utilisation. Surveys by annual hours are near to it.",
)
BILLABLE_UTILIZATION_LOGGED = _utilization(
    key="billable_utilization_logged",
    title="Billable share of logged hours",
    question="Which share of the hours people wrote down was billable client work?",
    definition=(
        "Approved billable hours on client projects divided by all hours written down in any state but "
        "rejected, time off included. People without a utilisation target are left out."
    ),
    erp=NotHeld(why="NetSuite holds the exported hours only, not all that were written down."),
    psa=Ratio(numerator=_BILLABLE, denominator=_LOGGED, empty=Reason.NO_HOURS),
    source="KPI catalogue A2",
    edge_cases="It hides missing time: whoever writes down less looks better.",
)
BILLABLE_UTILIZATION_SUBMITTED = _utilization(
    key="billable_utilization_submitted",
    title="Billable utilisation, submitted hours included",
    question="What will billable utilisation be once the submitted hours are approved?",
    definition=(
        "Approved and submitted billable hours on client projects divided by net capacity. People "
        "without a utilisation target are left out."
    ),
    erp=NotHeld(why="Only approved time is exported to NetSuite."),
    psa=Ratio(
        numerator=Total(terms=((1, BILLABLE_HOURS), (1, SUBMITTED_BILLABLE_HOURS))),
        denominator=CAPACITY,
        empty=Reason.NO_CAPACITY,
    ),
    source="KPI catalogue A2, R9",
    edge_cases="In a closed month it is billable utilisation, unless hours were left unapproved.",
)
PRODUCTIVE_UTILIZATION = _utilization(
    key="productive_utilization",
    title="Productive utilisation",
    question="Which share of our people's hours went into client work or the firm's own future?",
    definition=(
        "Approved billable hours and approved hours of productive internal work (presales, product, "
        "training, practice building) divided by net capacity. People without a utilisation target "
        "are left out."
    ),
    erp=_ONLY_BILLABLE,
    psa=Ratio(
        numerator=Total(terms=((1, BILLABLE_HOURS), (1, PRODUCTIVE_HOURS))),
        denominator=CAPACITY,
        empty=Reason.NO_CAPACITY,
        whole=("purpose",),
    ),
    by=(*BY_CLASS, "purpose"),
    source="KPI catalogue A3, R10",
    edge_cases=(
        "Which internal projects are productive, their contract type says; what they are for, the rules of the "
        "business do. By purpose each has its share of all net capacity, so that shares add up. NetSuite's own "
        'word "productive" means something else.'
    ),
)
INTERNAL_HOURS = Kpi(
    key="productive_internal_hours",
    title="Productive internal hours",
    question="What do our people do for the firm's own future?",
    definition=(
        "Approved hours of productive internal work: presales, product, training, practice building. People without "
        "a utilisation target are left out."
    ),
    unit=Unit.HOURS,
    kind=Kind.FLOW,
    better=Better.HIGHER,
    erp=_ONLY_BILLABLE,
    psa=Total(terms=((1, PRODUCTIVE_HOURS),)),
    record=Side.PSA,
    by=(*BY_CLASS, "purpose"),
    tolerance=Decimal("0.1"),
    source="KPI catalogue A3, R10",
    group="A",
    edge_cases=(
        "What a task is for, the first rule of the business says that names it or its project; what none names has no "
        "purpose, and Trust tells it."
    ),
    controls=_CONTROLS,
)
CREDITED_UTILIZATION = _utilization(
    key="billable_utilization_credited",
    title="Billable utilisation, credited",
    question="What is billable utilisation with the hours that we credit and without those that we excuse?",
    definition=(
        "Approved billable hours and credited hours divided by net capacity less excluded hours. People without a "
        "utilisation target are left out."
    ),
    erp=_ONLY_BILLABLE,
    psa=Ratio(
        numerator=Total(terms=((1, BILLABLE_HOURS), (1, CREDITED_HOURS))),
        denominator=Total(terms=((1, NET_CAPACITY), (-1, EXCLUDED_HOURS))),
        empty=Reason.NO_CAPACITY,
        positive=True,
    ),
    source="KPI catalogue A2",
    edge_cases=(
        "Which hours that nobody bills are credited or excluded, the rules of the business say; without such a rule it is "
        "billable utilisation. Time off is neither: net capacity is without it."
    ),
)
TOTAL_UTILIZATION = _utilization(
    key="total_utilization",
    title="Total utilisation",
    question="How much did people work, measured by the hours they were there for?",
    definition=(
        "All approved hours of work, on any project but time off, divided by net capacity. People "
        "without a utilisation target are left out."
    ),
    erp=_ONLY_BILLABLE,
    psa=Ratio(
        numerator=Total(terms=((1, WORKED_HOURS),)),
        denominator=CAPACITY,
        empty=Reason.NO_CAPACITY,
    ),
    source="KPI catalogue A4",
    edge_cases="Above 100 % there was overtime; far below, time is missing.",
)
TARGET_UTILIZATION = _utilization(
    key="target_utilization",
    title="Target utilisation",
    question="Which share of their hours are our people meant to spend on billable work?",
    definition=(
        "Target hours divided by net capacity; target hours are each day's net capacity times the "
        "person's target of that day. People without a target are left out."
    ),
    erp=NotHeld(why="Targets of people are kept in SuiteProjects Pro."),
    psa=Ratio(numerator=_TARGET, denominator=CAPACITY, empty=Reason.NO_TARGET),
    source="KPI catalogue A5",
    edge_cases="A target that changes within the period weighs by day.",
    controls=("RC-12",),
)
TARGET_ATTAINMENT = _utilization(
    key="target_attainment",
    title="Target attainment",
    question="How much of their billable target did people reach?",
    definition=(
        "Approved billable hours on client projects (NetSuite: as exported time bills) divided by target "
        "hours. People without a target are left out."
    ),
    erp=Ratio(numerator=_BILLED, denominator=_TARGET, empty=Reason.NO_TARGET),
    psa=Ratio(numerator=_BILLABLE, denominator=_TARGET, empty=Reason.NO_TARGET),
    source="KPI catalogue A5, A2",
    edge_cases="NetSuite's report of allocated utilisation shows this and calls it utilisation.",
)
