"""What waits too long for its invoice, what is credited and what is written off (B7)."""

from __future__ import annotations

from dataclasses import replace

from ..tables.billing import fct_application, fct_invoice_line, fct_psa_invoice_line
from ..tables.realization import fct_unbilled_item
from .billing import BILLED_NET, PSA_BILLED
from .collections import PAID
from .kpi import Kind, Measure, NotHeld, Side, Total, columns_of
from .leakage import FIRM, piece
from .realization import termed

_WAITING = Measure(
    key="waiting",
    title="Not invoiced for too long",
    system="suiteprojects",
    table=fct_unbilled_item,
    value=fct_unbilled_item.c.amount_base,
    month=fct_unbilled_item.c.month,
    where=(fct_unbilled_item.c.kind != "expense",),
    dimensions=columns_of(fct_unbilled_item, (*FIRM, "stream", "person")),
    columns=(
        fct_unbilled_item.c.day,
        fct_unbilled_item.c.worked_day,
        fct_unbilled_item.c.waiting_days,
        fct_unbilled_item.c.kind,
        fct_unbilled_item.c.project_key,
        fct_unbilled_item.c.customer_key,
        fct_unbilled_item.c.person_key,
        fct_unbilled_item.c.description,
        fct_unbilled_item.c.hours,
        fct_unbilled_item.c.amount,
        fct_unbilled_item.c.currency,
    ),
)
_WAITING_TERMS = termed(_WAITING)
AGED_UNBILLED = piece(
    "aged_unbilled",
    "Work unbilled for too long",
    "How much work has waited for its invoice for too long?",
    (
        "Charges that were not on an invoice more than 60 days after the work (unless configured otherwise), and approved "
        "billable time that is billed by the hour and was not charged by then, at the agreed rate."
    ),
    Total(terms=((1, _WAITING_TERMS),)),
    kind=Kind.STOCK,
    edge_cases=(
        "At the closing rate. Past months are told as of today: what has been charged or approved since counts as "
        "if it had been then. Hours above a cap that is reached are left out."
    ),
    controls=("RC-05",),
)
MISSED_EXPENSES = piece(
    "missed_expenses",
    "Expenses not billed on",
    "Which billable expenses have we not billed on?",
    "Billable receipts of approved reports that were not charged more than 60 days after their date, unless configured otherwise.",
    Total(
        terms=(
            (
                1,
                replace(
                    _WAITING_TERMS,
                    key="missed_receipts",
                    title="Billable receipts without a charge",
                    where=(fct_unbilled_item.c.kind == "expense",),
                ),
            ),
        )
    ),
    kind=Kind.STOCK,
    edge_cases="Net of tax, at the closing rate. Receipts without a project are left out.",
    controls=("RC-10",),
)
CREDIT_MEMOS = piece(
    "credit_memos",
    "Credit memos",
    "How much have we credited?",
    "Credit memos net of tax, as a positive number, at their own date.",
    Total(
        terms=(
            (
                -1,
                replace(
                    PSA_BILLED,
                    key="psa_credits",
                    title="Approved credits",
                    where=(
                        *PSA_BILLED.where,
                        fct_psa_invoice_line.c.original_invoice_id.is_not(None),
                    ),
                ),
            ),
        )
    ),
    by=(*FIRM, "stream"),
    erp=Total(
        terms=(
            (
                -1,
                replace(
                    BILLED_NET,
                    key="credits",
                    title="Credit memos",
                    where=(*BILLED_NET.where, fct_invoice_line.c.type == "CustCred"),
                ),
            ),
        )
    ),
    record=Side.ERP,
    edge_cases=(
        "NetSuite also holds credits that did not come from SuiteProjects Pro. Realisation counts a credit in the "
        "month of the invoice it is given on, this number at its own date."
    ),
    controls=("RC-01",),
)
BAD_DEBT = piece(
    "bad_debt",
    "Bad debt",
    "How much of our invoices have we written off?",
    "What journal entries took off invoices, by the day they were applied; tax included.",
    NotHeld(why="Payments and what is written off are kept in NetSuite's ledger."),
    by=FIRM,
    erp=Total(
        terms=(
            (
                1,
                replace(
                    PAID,
                    key="written_off",
                    title="Journal entries set against invoices",
                    where=(fct_application.c.payer_type == "Journal",),
                ),
            ),
        )
    ),
    record=Side.ERP,
    edge_cases=(
        "A receivable may be moved by a journal entry for other reasons, too: the rows tell. Bad debt that is credited "
        "instead is among the credit memos."
    ),
    controls=("RC-07",),
)
