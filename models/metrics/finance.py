"""Finance: revenue as the books have recognised it."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import or_

from ..access import Hidden
from ..tables.finance import fct_gl
from ..tables.projects import fct_rev_rec
from .kpi import Basis, Better, Kind, Kpi, Measure, Record, Side, Total, Unit
from .plan import planned_of_projects

# Cost that comes with a document of its own: all other cost on a project is people's time. What is
# not known to be such a document counts as labour, so that nobody's cost is shown by mistake.
_DOCUMENTS = (
    "VendBill",
    "VendCred",
    "ExpRept",
    "CardChrg",
    "CardRfnd",
    "CustInvc",
    "CustCred",
    "CashSale",
    "ItemRcpt",
    "ItemShip",
)
COST_ACCOUNTS = ("COGS", "Expense")

_GL_DIMENSIONS = {
    "subsidiary": fct_gl.c.subsidiary_key,
    "department": fct_gl.c.department_key,
    "customer": fct_gl.c.customer_key,
    "project": fct_gl.c.project_key,
    "stream": fct_gl.c.stream,
}
_GL_COLUMNS = (
    fct_gl.c.day,
    fct_gl.c.month,
    fct_gl.c.type,
    fct_gl.c.number,
    fct_gl.c.account_key,
    fct_gl.c.project_key,
    fct_gl.c.customer_key,
    fct_gl.c.department_key,
    fct_gl.c.subsidiary_key,
    fct_gl.c.stream,
    fct_gl.c.memo,
    fct_gl.c.amount,
    fct_gl.c.currency,
)
_GL_RECORD = Record(type="transaction", id=fct_gl.c.transaction_id)
IS_DOCUMENT = fct_gl.c.type.in_(_DOCUMENTS)
NOT_DOCUMENT = or_(fct_gl.c.type.is_(None), fct_gl.c.type.not_in(_DOCUMENTS))
_IS_CLIENT = fct_gl.c.project_kind == "client"

INCOME_POSTINGS = Measure(
    key="income_postings",
    title="Income postings",
    system="netsuite",
    table=fct_gl,
    value=fct_gl.c.amount_base,
    month=fct_gl.c.month,
    where=(fct_gl.c.account_type == "Income", _IS_CLIENT),
    dimensions=_GL_DIMENSIONS,
    columns=_GL_COLUMNS,
    record=_GL_RECORD,
)
COST_POSTINGS = Measure(
    key="cost_postings",
    title="Cost postings",
    system="netsuite",
    table=fct_gl,
    value=fct_gl.c.amount_base,
    month=fct_gl.c.month,
    where=(fct_gl.c.account_type.in_(COST_ACCOUNTS), _IS_CLIENT, IS_DOCUMENT),
    dimensions=_GL_DIMENSIONS,
    columns=_GL_COLUMNS,
    record=_GL_RECORD,
)
LABOR_POSTINGS = Measure(
    key="labor_postings",
    title="Labour cost postings",
    system="netsuite",
    table=fct_gl,
    value=fct_gl.c.amount_base,
    month=fct_gl.c.month,
    where=(fct_gl.c.account_type.in_(COST_ACCOUNTS), _IS_CLIENT, NOT_DOCUMENT),
    dimensions=_GL_DIMENSIONS,
    columns=_GL_COLUMNS,
    record=_GL_RECORD,
    hidden_by=Hidden.PERSON_COST,
)
RECOGNITION = Measure(
    key="recognition",
    title="Recognition transactions",
    system="suiteprojects",
    table=fct_rev_rec,
    value=fct_rev_rec.c.amount_base,
    month=fct_rev_rec.c.month,
    dimensions={
        "subsidiary": fct_rev_rec.c.subsidiary_key,
        "department": fct_rev_rec.c.department_key,
        "customer": fct_rev_rec.c.customer_key,
        "project": fct_rev_rec.c.project_key,
        "stream": fct_rev_rec.c.stream,
    },
    columns=(
        fct_rev_rec.c.day,
        fct_rev_rec.c.month,
        fct_rev_rec.c.project_key,
        fct_rev_rec.c.customer_key,
        fct_rev_rec.c.department_key,
        fct_rev_rec.c.subsidiary_key,
        fct_rev_rec.c.stream,
        fct_rev_rec.c.method,
        fct_rev_rec.c.person_key,
        fct_rev_rec.c.hours,
        fct_rev_rec.c.amount,
        fct_rev_rec.c.currency,
    ),
    record=Record(type="Revenue_recognition_transaction", id=fct_rev_rec.c.recognition_id),
)

GL_REVENUE = Total(terms=((-1, INCOME_POSTINGS),))
RECOGNIZED = Total(terms=((1, RECOGNITION),))

RECOGNIZED_REVENUE = Kpi(
    key="recognized_revenue",
    title="Recognised revenue",
    question="How much revenue did our client work earn in the period?",
    definition=(
        "NetSuite: income postings of client projects, by posting period. SuiteProjects Pro: "
        "revenue recognition transactions, by accounting date. Both at the month's average rate."
    ),
    unit=Unit.MONEY,
    kind=Kind.FLOW,
    better=Better.HIGHER,
    erp=GL_REVENUE,
    psa=RECOGNIZED,
    record=Side.ERP,
    by=("subsidiary", "department", "customer", "project", "stream"),
    tolerance=Decimal(100),
    tolerance_share=Decimal("0.005"),
    source="KPI catalogue D1",
    group="D",
    compared=(Basis.PRIOR_PERIOD, Basis.PRIOR_YEAR, Basis.PLAN),
    plan=planned_of_projects(),
    edge_cases=(
        "Recognition may be negative where a percentage falls. A late time entry raises the revenue of the "
        "month whose books it belongs to."
    ),
    controls=("RC-02",),
)
