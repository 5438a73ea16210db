"""Billing: what was invoiced, what is still open, how long it takes to be paid."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..tables.billing import fct_ar_open, fct_invoice_line, fct_psa_invoice_line
from .kpi import Basis, Better, Countback, Kind, Kpi, Measure, NotHeld, Record, Side, Total, Unit
from .open_items import AGE, INVOICE_AGE
from .plan import planned_total

BY_INVOICE = ("subsidiary", "department", "customer", "project")

BILLED = Measure(
    key="billed",
    title="Invoices and credit memos, tax included",
    system="netsuite",
    table=fct_invoice_line,
    value=fct_invoice_line.c.amount_base,
    month=fct_invoice_line.c.month,
    dimensions={name: fct_invoice_line.c[f"{name}_key"] for name in BY_INVOICE}
    | {"stream": fct_invoice_line.c.stream},
    columns=(
        fct_invoice_line.c.day,
        fct_invoice_line.c.month,
        fct_invoice_line.c.type,
        fct_invoice_line.c.number,
        fct_invoice_line.c.project_key,
        fct_invoice_line.c.customer_key,
        fct_invoice_line.c.department_key,
        fct_invoice_line.c.subsidiary_key,
        fct_invoice_line.c.item,
        fct_invoice_line.c.stream,
        fct_invoice_line.c.description,
        fct_invoice_line.c.amount,
        fct_invoice_line.c.currency,
    ),
    record=Record(type="transaction", id=fct_invoice_line.c.transaction_id),
)
BILLED_NET = replace(
    BILLED,
    key="billed_net",
    title="Invoices and credit memos",
    where=(fct_invoice_line.c.is_tax.is_(False),),
)
PSA_BILLED = Measure(
    key="psa_billed",
    title="Approved invoices and credits",
    system="suiteprojects",
    table=fct_psa_invoice_line,
    value=fct_psa_invoice_line.c.amount_base,
    month=fct_psa_invoice_line.c.month,
    where=(fct_psa_invoice_line.c.status == "approved",),
    dimensions={name: fct_psa_invoice_line.c[f"{name}_key"] for name in BY_INVOICE}
    | {"stream": fct_psa_invoice_line.c.stream},
    columns=(
        fct_psa_invoice_line.c.day,
        fct_psa_invoice_line.c.month,
        fct_psa_invoice_line.c.number,
        fct_psa_invoice_line.c.project_key,
        fct_psa_invoice_line.c.customer_key,
        fct_psa_invoice_line.c.department_key,
        fct_psa_invoice_line.c.subsidiary_key,
        fct_psa_invoice_line.c.stream,
        fct_psa_invoice_line.c.description,
        fct_psa_invoice_line.c.amount,
        fct_psa_invoice_line.c.currency,
    ),
    record=Record(type="Invoice", id=fct_psa_invoice_line.c.invoice_id),
)


def _open(system: str, record: str) -> Total:
    measure = Measure(
        key=f"{system}_open",
        title="Open items",
        system=system,
        table=fct_ar_open,
        value=fct_ar_open.c.amount_base,
        month=fct_ar_open.c.month,
        where=(fct_ar_open.c.system == system,),
        dimensions={name: fct_ar_open.c[f"{name}_key"] for name in BY_INVOICE}
        | ({"age": AGE, "invoice_age": INVOICE_AGE} if system == "netsuite" else {}),
        columns=(
            fct_ar_open.c.day,
            fct_ar_open.c.type,
            fct_ar_open.c.number,
            fct_ar_open.c.customer_key,
            fct_ar_open.c.project_key,
            fct_ar_open.c.department_key,
            fct_ar_open.c.subsidiary_key,
            fct_ar_open.c.invoiced_on,
            fct_ar_open.c.due_on,
            fct_ar_open.c.amount,
            fct_ar_open.c.currency,
        ),
        record=Record(type=record, id=fct_ar_open.c.document_id),
    )
    return Total(terms=((1, measure),))


ERP_OPEN = _open("netsuite", "transaction")

INVOICED_REVENUE = Kpi(
    key="invoiced_revenue",
    title="Invoiced revenue",
    question="How much did we bill our customers in the period?",
    definition=(
        "Invoices less credit memos, net of tax. NetSuite: invoices, cash sales and credit memos by "
        "posting period. SuiteProjects Pro: approved invoices and credits by accounting date."
    ),
    unit=Unit.MONEY,
    kind=Kind.FLOW,
    better=Better.HIGHER,
    erp=Total(terms=((1, BILLED_NET),)),
    psa=Total(terms=((1, PSA_BILLED),)),
    record=Side.ERP,
    by=(*BY_INVOICE, "stream"),
    tolerance=Decimal(100),
    tolerance_share=Decimal("0.005"),
    source="KPI catalogue D2",
    group="D",
    compared=(Basis.PRIOR_PERIOD, Basis.PRIOR_YEAR, Basis.PLAN),
    plan=planned_total("billings"),
    edge_cases=(
        "A credit memo counts at its own date. Tax is left out; cash sales are invoices that were paid at once."
    ),
    controls=("RC-01",),
)
RECEIVABLES = Kpi(
    key="receivables",
    title="Receivables",
    question="How much do customers owe us?",
    definition=(
        "Open items on the day, tax included, at the closing rate. NetSuite: invoices, credit memos "
        "and payments less what has been applied. SuiteProjects Pro: approved invoices less the "
        "payments imported from NetSuite."
    ),
    unit=Unit.MONEY,
    kind=Kind.STOCK,
    better=Better.LOWER,
    erp=ERP_OPEN,
    psa=_open("suiteprojects", "Invoice"),
    record=Side.ERP,
    by=(*BY_INVOICE, "age", "invoice_age"),
    tolerance=Decimal(100),
    tolerance_share=Decimal("0.005"),
    needs_history=True,
    source="KPI catalogue F1",
    group="F",
    edge_cases=(
        "An unapplied credit or payment stays a negative open item. A document that spans several projects "
        "belongs to none. Consolidated: what stands in the books, at the closing rate, as the control accounts are; "
        "each item is rounded to a hundredth of a cent, the accounts as a whole."
    ),
    controls=("RC-07",),
)
DAYS_SALES_OUTSTANDING = Kpi(
    key="days_sales_outstanding",
    title="Days sales outstanding",
    question="How many days of billings do customers still owe us?",
    definition=(
        "Countback: open receivables are taken off the billings (tax included) of the newest month, "
        "then the month before and so on; whole months count their days, the last one a share of "
        "them. At most 720 days."
    ),
    unit=Unit.DAYS,
    kind=Kind.STOCK,
    better=Better.LOWER,
    erp=Countback(balance=ERP_OPEN, billings=Total(terms=((1, BILLED),))),
    psa=NotHeld(
        why="Payments and tax are NetSuite's; SuiteProjects Pro keeps no ledger of receivables."
    ),
    record=Side.ERP,
    by=BY_INVOICE,
    tolerance=Decimal(1),
    needs_history=True,
    source="KPI catalogue F2",
    group="F",
    edge_cases="Tax is in both the balance and the billings. The running month counts its days up to today.",
    controls=("RC-07",),
)
