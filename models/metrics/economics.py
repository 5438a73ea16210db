"""What projects cost, what they add to it, and how much of their hours is used up (C2, C3, C6, C10)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..tables.conformed import dim_project
from ..tables.staffing import fct_time
from .finance import COST_POSTINGS, GL_REVENUE, LABOR_POSTINGS, RECOGNIZED
from .kpi import (
    TO_DATE,
    Basis,
    Better,
    Join,
    Kind,
    Kpi,
    Measure,
    NotHeld,
    Ratio,
    Reason,
    Record,
    Side,
    Total,
    Unit,
    columns_of,
)
from .plan import planned_total
from .projects import GL_MARGIN, LABOR, PROJECT_MARGIN, PURCHASES, RECEIPTS

_BY_BUDGET = ("subsidiary", "department", "customer", "project")
_BY = (*_BY_BUDGET, "stream")
_CONTROLS = ("RC-03", "RC-04", "RC-05", "RC-06")

GL_COST = Total(terms=((1, COST_POSTINGS), (1, LABOR_POSTINGS)))
PROJECT_COST = Total(terms=((1, LABOR), (1, RECEIPTS), (1, PURCHASES)))

_BUDGETED = (dim_project.c.kind == "client", dim_project.c.budget_hours > 0)
APPROVED_HOURS = replace(
    LABOR,
    key="approved_hours",
    title="Approved hours of projects with a budget",
    value=fct_time.c.hours,
    month=fct_time.c.month,
    where=(*LABOR.where, *_BUDGETED),
    joins=(Join(table=dim_project, on=dim_project.c.project_key == fct_time.c.project_key),),
    columns=(
        fct_time.c.day,
        fct_time.c.project_key,
        fct_time.c.customer_key,
        fct_time.c.project_department_key,
        fct_time.c.subsidiary_key,
        fct_time.c.person_key,
        fct_time.c.task_key,
        fct_time.c.hours,
        fct_time.c.notes,
    ),
    hidden_by=None,
)
BUDGET_HOURS = Measure(
    key="budget_hours",
    title="Budgeted hours",
    system="suiteprojects",
    table=dim_project,
    value=dim_project.c.budget_hours,
    month=None,
    where=_BUDGETED,
    dimensions=columns_of(dim_project, _BY_BUDGET),
    columns=(
        dim_project.c.project_key,
        dim_project.c.customer_key,
        dim_project.c.department_key,
        dim_project.c.subsidiary_key,
        dim_project.c.starts_on,
        dim_project.c.ends_on,
        dim_project.c.budget_hours,
    ),
    record=Record(type="Project", id=dim_project.c.suiteprojects_id),
)
_NO_TIME = NotHeld(why="Budgets of hours and their use are kept in SuiteProjects Pro.")

PROJECT_DIRECT_COST = Kpi(
    key="project_direct_cost",
    title="Project direct cost",
    question="What did our client projects cost?",
    definition=(
        "NetSuite: cost and expense postings coded to client projects. SuiteProjects Pro: approved hours at "
        "loaded cost, approved expense receipts and purchases."
    ),
    unit=Unit.MONEY,
    kind=Kind.FLOW,
    better=Better.LOWER,
    erp=GL_COST,
    psa=PROJECT_COST,
    record=Side.ERP,
    by=_BY,
    tolerance=Decimal(100),
    tolerance_share=Decimal("0.01"),
    source="KPI catalogue C2",
    group="C",
    compared=(Basis.PRIOR_PERIOD, Basis.PRIOR_YEAR, Basis.PLAN),
    plan=planned_total("project_cost"),
    edge_cases=(
        "Expenses count whether they are billed on or not. Overhead is left out. Hours without a known cost count for "
        "nothing and are told."
    ),
    controls=_CONTROLS,
)
PROJECT_MARKUP_PCT = Kpi(
    key="project_markup_pct",
    title="Project markup %",
    question="How much do we earn on top of what projects cost?",
    definition="Project gross margin divided by project direct cost, both summed first.",
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=Ratio(numerator=GL_MARGIN, denominator=GL_COST, empty=Reason.NO_COST),
    psa=Ratio(numerator=PROJECT_MARGIN, denominator=PROJECT_COST, empty=Reason.NO_COST),
    record=Side.ERP,
    by=_BY,
    tolerance=Decimal("0.01"),
    source="KPI catalogue C3",
    group="C",
    edge_cases=(
        "NetSuite's own project profitability report calls this the margin; it divides by cost, not by revenue. "
        "Without cost there is none."
    ),
    controls=("RC-01", "RC-02", *_CONTROLS),
)


def _to_date(total: Total) -> Total:
    return replace(total, window=TO_DATE)


MARGIN_TO_DATE_PCT = Kpi(
    key="project_margin_to_date_pct",
    title="Project margin % to date",
    question="Which share of their revenue have projects kept since they began?",
    definition="Project gross margin divided by recognised revenue, since the beginning to the period's end.",
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=Ratio(
        numerator=_to_date(GL_MARGIN), denominator=_to_date(GL_REVENUE), empty=Reason.NO_REVENUE
    ),
    psa=Ratio(
        numerator=_to_date(PROJECT_MARGIN),
        denominator=_to_date(RECOGNIZED),
        empty=Reason.NO_REVENUE,
    ),
    record=Side.ERP,
    by=_BY,
    tolerance=Decimal("0.005"),
    needs_history=True,
    source="KPI catalogue C3",
    group="C",
    edge_cases="A fixed fee that is not recognised yet makes an early margin look low.",
    controls=("RC-01", "RC-02", *_CONTROLS),
)
HOURS_BURN = Kpi(
    key="budget_hours_burn",
    title="Hours burn",
    question="Which share of the budgeted hours is used up?",
    definition=(
        "Approved hours worked to date divided by budgeted hours, of client projects that have a budget of hours."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.LOWER,
    erp=_NO_TIME,
    psa=Ratio(
        numerator=Total(terms=((1, APPROVED_HOURS),), window=TO_DATE),
        denominator=Total(terms=((1, BUDGET_HOURS),)),
        empty=Reason.NO_BUDGET,
    ),
    record=Side.PSA,
    by=_BY_BUDGET,
    tolerance=Decimal("0.005"),
    needs_history=True,
    source="KPI catalogue C6, C10",
    group="C",
    edge_cases=(
        "The budget is today's, changes included: neither system keeps what it was. Above 100 % the budget is used "
        "up. Projects without a budget are left out on both sides; finished ones and those yet to begin stay in."
    ),
    controls=("RC-03",),
)
