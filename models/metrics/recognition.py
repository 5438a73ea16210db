"""Revenue as it is recognised, and as it is scheduled: by method, ahead, and against the plan (D1, D5, D7)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement

from ..tables.finance import fct_gl, fct_rev_plan
from ..tables.projects import dim_project_method, fct_projection, fct_rev_rec
from .finance import INCOME_POSTINGS, RECOGNITION
from .forecast import PROJECTIONS, REVENUE_PLAN, SCHEDULED_BY
from .kpi import Better, Join, Kind, Kpi, NotHeld, Ratio, Reason, Side, Total, Unit
from .plan import planned
from .window import BEYOND, Window, ahead

_QUARTER_AHEAD = ahead(3)
_SCHEDULED_RULES = (
    "It stands as the schedules are today: neither system keeps what it planned before. A month that is over "
    "has left only what was planned for it and never recognised."
)


def of_method(project: ColumnElement[Any]) -> Join:
    """What tells the method that a project's revenue is recognised by."""
    return Join(table=dim_project_method, on=dim_project_method.c.project_key == project)


BY_METHOD = replace(
    RECOGNITION,
    key="recognition_by_method",
    dimensions={
        **RECOGNITION.dimensions,
        "rec_method": fct_rev_rec.c.method,
    },
)
SCHEDULED = replace(
    REVENUE_PLAN,
    key="scheduled",
    columns=(
        fct_rev_plan.c.month,
        fct_rev_plan.c.project_key,
        fct_rev_plan.c.customer_key,
        fct_rev_plan.c.department_key,
        fct_rev_plan.c.subsidiary_key,
        fct_rev_plan.c.stream,
        fct_rev_plan.c.amount,
        fct_rev_plan.c.currency,
    ),
)
PROJECTED = replace(
    PROJECTIONS,
    key="projected",
    columns=(
        fct_projection.c.day,
        fct_projection.c.month,
        fct_projection.c.project_key,
        fct_projection.c.customer_key,
        fct_projection.c.department_key,
        fct_projection.c.subsidiary_key,
        fct_projection.c.stream,
        fct_projection.c.amount,
        fct_projection.c.currency,
    ),
)
ALL_INCOME = replace(
    INCOME_POSTINGS,
    key="all_income",
    title="Income postings of every kind",
    where=(fct_gl.c.account_type == "Income",),
    eliminated=fct_gl.c.is_intercompany.is_(True) | fct_gl.c.is_elimination.is_(True),
)


def _scheduled(window: Window) -> tuple[Total, Total]:
    return (
        Total(terms=((1, SCHEDULED),), window=window),
        Total(terms=((1, PROJECTED),), window=window),
    )


_PLAN_AHEAD = Total(terms=((1, planned("revenue")),), window=_QUARTER_AHEAD, empty=Reason.NO_PLAN)

REVENUE_BY_METHOD = Kpi(
    key="revenue_by_method",
    title="Revenue by recognition method",
    question="How was our project revenue recognised?",
    definition=(
        "Revenue recognition transactions by accounting date, told apart by the kind of rule that made them, at "
        "the month's average rate."
    ),
    unit=Unit.MONEY,
    kind=Kind.FLOW,
    better=Better.HIGHER,
    erp=NotHeld(
        why="NetSuite posts what SuiteProjects Pro recognised without the rule that it came from."
    ),
    psa=Total(terms=((1, BY_METHOD),)),
    record=Side.PSA,
    by=(*SCHEDULED_BY, "rec_method"),
    tolerance=Decimal(100),
    tolerance_share=Decimal("0.005"),
    source="KPI catalogue D1",
    group="D",
    edge_cases=(
        "Recognition may be negative where a percentage falls. A kind of rule without a known name is told by "
        "the letter SuiteProjects Pro gives it."
    ),
    controls=("RC-02",),
)
SCHEDULED_REVENUE = Kpi(
    key="scheduled_revenue",
    title="Scheduled revenue",
    question="How much revenue do our schedules still plan to recognise in the period?",
    definition=(
        "NetSuite: planned revenue of revenue plans that is not recognised yet. SuiteProjects Pro: projected "
        "recognition. Both by the month they are planned for."
    ),
    unit=Unit.MONEY,
    kind=Kind.FLOW,
    better=Better.HIGHER,
    erp=Total(terms=((1, SCHEDULED),)),
    psa=Total(terms=((1, PROJECTED),)),
    record=Side.ERP,
    by=SCHEDULED_BY,
    tolerance=Decimal(100),
    tolerance_share=Decimal("0.01"),
    source="KPI catalogue D4, D5",
    group="D",
    compared=(),
    edge_cases=_SCHEDULED_RULES,
    controls=("RC-08",),
)
SCHEDULED_NEXT_QUARTER = Kpi(
    key="scheduled_next_quarter",
    title="Revenue scheduled for the next three months",
    question="How much revenue of the three months to come is already scheduled?",
    definition="Scheduled revenue of the three months that follow the period.",
    unit=Unit.MONEY,
    kind=Kind.FLOW,
    better=Better.HIGHER,
    erp=_scheduled(_QUARTER_AHEAD)[0],
    psa=_scheduled(_QUARTER_AHEAD)[1],
    record=Side.ERP,
    by=SCHEDULED_BY,
    tolerance=Decimal(100),
    tolerance_share=Decimal("0.01"),
    source="KPI catalogue D4, D5",
    group="D",
    compared=(),
    edge_cases=_SCHEDULED_RULES,
    controls=("RC-08",),
)
COMMITTED_REVENUE = Kpi(
    key="committed_revenue",
    title="Committed revenue",
    question="How much revenue of the period is earned or firmly scheduled?",
    definition=(
        "Recognised revenue of the period and what is scheduled for it and not recognised yet, client projects "
        "only."
    ),
    unit=Unit.MONEY,
    kind=Kind.FLOW,
    better=Better.HIGHER,
    erp=Total(terms=((-1, INCOME_POSTINGS), (1, SCHEDULED))),
    psa=Total(terms=((1, RECOGNITION), (1, PROJECTED))),
    record=Side.ERP,
    by=SCHEDULED_BY,
    tolerance=Decimal(100),
    tolerance_share=Decimal("0.01"),
    source="KPI catalogue D5",
    group="D",
    edge_cases=(
        "Tentative bookings, backlog without a schedule and pipeline are not in it, nor is time worked and not "
        f"recognised yet. {_SCHEDULED_RULES}"
    ),
    controls=("RC-02", "RC-08"),
)
NEXT_QUARTER_COVERAGE = Kpi(
    key="next_quarter_coverage",
    title="Coverage of the next three months",
    question="Which share of the revenue planned for the three months to come is already scheduled?",
    definition="Scheduled revenue of the three months that follow, divided by the revenue planned for them.",
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=Ratio(
        numerator=_scheduled(_QUARTER_AHEAD)[0],
        denominator=_PLAN_AHEAD,
        empty=Reason.NO_PLAN,
        positive=True,
    ),
    psa=NotHeld(why="SuiteProjects Pro does not hold the firm's plan."),
    record=Side.ERP,
    by=SCHEDULED_BY,
    tolerance=Decimal("0.01"),
    source="KPI catalogue D7",
    group="D",
    compared=(),
    edge_cases=(
        "Backlog counts as far as it is scheduled month by month. Without a plan for the months to come there is no "
        f"coverage. {_SCHEDULED_RULES}"
    ),
    controls=("RC-08",),
)
_BEYOND_A_YEAR = BEYOND.shifted(12, "more than 12 months after the period")
SCHEDULED_BEYOND_YEAR = replace(
    SCHEDULED_NEXT_QUARTER,
    key="scheduled_beyond_year",
    title="Revenue scheduled beyond 12 months",
    question="How much of what is scheduled lies more than a year ahead?",
    definition="Scheduled revenue of the months more than 12 months after the period: the long part of backlog.",
    erp=_scheduled(_BEYOND_A_YEAR)[0],
    psa=_scheduled(_BEYOND_A_YEAR)[1],
    source="KPI catalogue E2, D4",
)
