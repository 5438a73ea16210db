"""Projects: what client work earns after what it costs."""

from __future__ import annotations

from decimal import Decimal

from ..access import Hidden
from ..tables.conformed import dim_project
from ..tables.projects import fct_expense, fct_purchase
from ..tables.staffing import fct_time
from .finance import (
    COST_POSTINGS,
    GL_REVENUE,
    INCOME_POSTINGS,
    LABOR_POSTINGS,
    RECOGNITION,
    RECOGNIZED,
)
from .kpi import (
    Basis,
    Better,
    Join,
    Kind,
    Kpi,
    Measure,
    Ratio,
    Reason,
    Record,
    Side,
    Total,
    Unit,
    columns_of,
)

_BY = ("subsidiary", "department", "customer", "project", "stream")

LABOR = Measure(
    key="labor",
    title="Labour cost",
    system="suiteprojects",
    table=fct_time,
    value=fct_time.c.cost_base,
    month=fct_time.c.accounting_month,
    where=(fct_time.c.status == "approved", fct_time.c.kind == "client"),
    dimensions=columns_of(fct_time, _BY) | {"department": fct_time.c.project_department_key},
    columns=(
        fct_time.c.day,
        fct_time.c.accounting_month,
        fct_time.c.project_key,
        fct_time.c.customer_key,
        fct_time.c.project_department_key,
        fct_time.c.subsidiary_key,
        fct_time.c.stream,
        fct_time.c.person_key,
        fct_time.c.task_key,
        fct_time.c.hours,
        fct_time.c.cost,
        fct_time.c.currency,
        fct_time.c.notes,
    ),
    record=Record(type="Task", id=fct_time.c.time_entry_id),
    hidden_by=Hidden.PERSON_COST,
)
RECEIPTS = Measure(
    key="receipts",
    title="Expense receipts",
    system="suiteprojects",
    table=fct_expense,
    value=fct_expense.c.amount_base,
    month=fct_expense.c.month,
    where=(fct_expense.c.status == "approved", dim_project.c.kind == "client"),
    joins=(Join(table=dim_project, on=dim_project.c.project_key == fct_expense.c.project_key),),
    dimensions=columns_of(fct_expense, _BY),
    columns=(
        fct_expense.c.day,
        fct_expense.c.month,
        fct_expense.c.project_key,
        fct_expense.c.customer_key,
        fct_expense.c.department_key,
        fct_expense.c.subsidiary_key,
        fct_expense.c.stream,
        fct_expense.c.person_key,
        fct_expense.c.description,
        fct_expense.c.amount,
        fct_expense.c.currency,
    ),
    record=Record(type="Ticket", id=fct_expense.c.receipt_id),
)
PURCHASES = Measure(
    key="purchases",
    title="Purchases",
    system="suiteprojects",
    table=fct_purchase,
    value=fct_purchase.c.amount_base,
    month=fct_purchase.c.month,
    where=(dim_project.c.kind == "client",),
    joins=(Join(table=dim_project, on=dim_project.c.project_key == fct_purchase.c.project_key),),
    dimensions=columns_of(fct_purchase, _BY),
    columns=(
        fct_purchase.c.day,
        fct_purchase.c.month,
        fct_purchase.c.project_key,
        fct_purchase.c.customer_key,
        fct_purchase.c.department_key,
        fct_purchase.c.subsidiary_key,
        fct_purchase.c.stream,
        fct_purchase.c.description,
        fct_purchase.c.amount,
        fct_purchase.c.currency,
    ),
    record=Record(type="Purchase_item", id=fct_purchase.c.purchase_item_id),
)

GL_MARGIN = Total(terms=((-1, INCOME_POSTINGS), (-1, COST_POSTINGS), (-1, LABOR_POSTINGS)))
PROJECT_MARGIN = Total(terms=((1, RECOGNITION), (-1, LABOR), (-1, RECEIPTS), (-1, PURCHASES)))

PROJECT_GROSS_MARGIN = Kpi(
    key="project_gross_margin",
    title="Project gross margin",
    question="What is left of client revenue after the direct cost of the projects?",
    definition=(
        "NetSuite: income postings less cost and expense postings coded to client projects. "
        "SuiteProjects Pro: recognised revenue less approved hours at loaded cost, approved expense "
        "receipts and purchases."
    ),
    unit=Unit.MONEY,
    kind=Kind.FLOW,
    better=Better.HIGHER,
    erp=GL_MARGIN,
    psa=PROJECT_MARGIN,
    record=Side.ERP,
    by=_BY,
    tolerance=Decimal(100),
    tolerance_share=Decimal("0.01"),
    source="KPI catalogue C3",
    group="C",
    edge_cases=(
        "Revenue that is not recognised yet makes an early margin look low. Hours without a known cost count "
        "for nothing and are told."
    ),
    controls=("RC-01", "RC-02", "RC-03", "RC-04", "RC-05", "RC-06"),
)
PROJECT_GROSS_MARGIN_PCT = Kpi(
    key="project_gross_margin_pct",
    title="Project gross margin %",
    question="Which share of client revenue is left after the direct cost of the projects?",
    definition=(
        "Project gross margin divided by recognised revenue, both summed first. Without revenue in "
        "the period there is no percentage."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=Ratio(numerator=GL_MARGIN, denominator=GL_REVENUE, empty=Reason.NO_REVENUE),
    psa=Ratio(numerator=PROJECT_MARGIN, denominator=RECOGNIZED, empty=Reason.NO_REVENUE),
    record=Side.ERP,
    by=_BY,
    tolerance=Decimal("0.005"),
    source="KPI catalogue C3",
    group="C",
    compared=(Basis.PRIOR_PERIOD, Basis.PRIOR_YEAR, Basis.BENCHMARK),
    edge_cases="Without revenue there is no percentage, whatever the cost.",
    controls=("RC-01", "RC-02", "RC-03", "RC-04", "RC-05", "RC-06"),
)
