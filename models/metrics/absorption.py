"""What people earn and cost the firm: EBITDA per head, and how much of delivery's payroll its hours take up (G2, G5)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..access import Hidden
from ..tables.conformed import dim_person
from ..tables.staffing import fct_time
from ..tables.statements import fct_pnl
from .kpi import (
    Band,
    Better,
    Kind,
    Kpi,
    NotHeld,
    Ratio,
    Reason,
    Side,
    Total,
    Unit,
    trailing,
)
from .people import heads_of, mean_of_months
from .projects import LABOR
from .staffing import COMPARED, by_person, of_person
from .statement_lines import NO_LEDGER, OPERATING, REVENUE, cost, profit

_BY = ("subsidiary", "department")
_YEAR = trailing(12)
PROJECT_WORK = ("client", "internal_productive")

_HOURS = replace(
    LABOR,
    key="costed_labor",
    title="Labour at loaded cost",
    where=(
        fct_time.c.status == "approved",
        fct_time.c.kind.in_(PROJECT_WORK),
        dim_person.c.netsuite_id.is_not(None),
    ),
    joins=of_person(fct_time),
    dimensions=by_person(fct_time),
)
_PAYROLL = replace(
    cost(OPERATING).measures[0],
    key="delivery_payroll",
    title="Labour on the payroll of practices",
    where=(fct_pnl.c.is_payroll.is_(True), fct_pnl.c.is_practice.is_(True)),
    hidden_by=Hidden.PERSON_COST,
)
_COSTED = Total(terms=((1, _HOURS),))
_PAID = Total(terms=((-1, _PAYROLL),))
_EDGE = (
    "Hours belong to the month whose books they are in and to the person's own department and subsidiary; contractors are "
    "on no payroll and are left out. Wages are accounts that `payroll` of the business file names, of departments that are "
    "practices."
)

EBITDA_PER_HEAD = Kpi(
    key="ebitda_per_head",
    title="EBITDA per head",
    question="What does an employee earn for the firm in a year?",
    definition=(
        "EBITDA of the last twelve months divided by the mean of the twelve month-ends' headcounts, everybody included."
    ),
    unit=Unit.RATE,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=Ratio(
        numerator=replace(profit((*REVENUE, *OPERATING)), window=_YEAR),
        denominator=mean_of_months(heads_of("netsuite"), _YEAR),
        empty=Reason.NO_PEOPLE,
    ),
    psa=NO_LEDGER,
    record=Side.ERP,
    by=_BY,
    tolerance=Decimal(100),
    needs_history=True,
    source="KPI catalogue G2",
    group="G",
    compared=COMPARED,
    edge_cases="Without twelve months of data there is no number. Intercompany is left out when consolidated.",
    controls=("RC-09", "RC-12"),
)
DELIVERY_LABOR_COST = Kpi(
    key="delivery_labor_cost",
    title="Labour cost of delivery",
    question="Do the hours on projects cost what the payroll of delivery says?",
    definition=(
        "NetSuite: wages and what comes with them, of departments that are practices. SuiteProjects Pro: approved hours "
        "of employees on client and productive internal projects at loaded cost."
    ),
    unit=Unit.MONEY,
    kind=Kind.FLOW,
    better=Better.LOWER,
    erp=_PAID,
    psa=_COSTED,
    record=Side.ERP,
    by=_BY,
    tolerance=Decimal(100),
    tolerance_share=Decimal("0.05"),
    source="KPI catalogue G5, RC-04",
    group="G",
    compared=COMPARED,
    edge_cases=_EDGE,
    controls=("RC-04",),
)
LABOR_ABSORPTION = Kpi(
    key="labor_absorption",
    title="Labour absorption",
    question="How much of the payroll of delivery do its hours on projects take up?",
    definition=(
        "Approved hours of employees on client and productive internal projects at loaded cost, divided by the wages of "
        "departments that are practices."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.BAND,
    band=Band(low=Decimal("0.95"), high=Decimal("1.05")),
    erp=NotHeld(
        why="NetSuite knows no loaded cost of hours; its payroll is what they are held against."
    ),
    psa=Ratio(numerator=_COSTED, denominator=_PAID, empty=Reason.NO_COST, positive=True),
    record=Side.PSA,
    by=_BY,
    tolerance=Decimal("0.01"),
    source="KPI catalogue G5",
    group="G",
    compared=COMPARED,
    edge_cases=(
        f"Below 1: bench, leave, missing time, or loaded cost too low; above 1: cost too high, or overtime. {_EDGE}"
    ),
    controls=("RC-04",),
)
