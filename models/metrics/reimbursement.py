"""What people have laid out and wait for, and how soon it is handed in and billed on (F6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import case

from ..tables.billing import fct_charge
from ..tables.cash import fct_reimbursable
from ..tables.projects import fct_expense
from .billing_timeliness import CHARGES
from .kpi import (
    CLOSING,
    Better,
    Formula,
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
)
from .projects import RECEIPTS

_BY = ("subsidiary", "department", "customer", "project")
_NO_RECEIPTS = NotHeld(
    why="Receipts are written down, handed in and approved in SuiteProjects Pro; NetSuite tells only when they are paid."
)
_WAITING = case(
    (fct_reimbursable.c.waiting_days <= 7, "0-7"),
    (fct_reimbursable.c.waiting_days <= 14, "8-14"),
    (fct_reimbursable.c.waiting_days <= 30, "15-30"),
    else_="over 30",
)
_OPEN = Measure(
    key="reimbursable",
    title="Approved receipts that are not paid",
    system="suiteprojects",
    table=fct_reimbursable,
    value=fct_reimbursable.c.amount_base,
    month=fct_reimbursable.c.month,
    dimensions={**{name: fct_reimbursable.c[f"{name}_key"] for name in _BY}, "waiting": _WAITING},
    columns=(
        fct_reimbursable.c.day,
        fct_reimbursable.c.report_number,
        fct_reimbursable.c.person_key,
        fct_reimbursable.c.project_key,
        fct_reimbursable.c.submitted_on,
        fct_reimbursable.c.approved_on,
        fct_reimbursable.c.waiting_days,
        fct_reimbursable.c.description,
        fct_reimbursable.c.amount,
        fct_reimbursable.c.currency,
    ),
    record=Record(type="Ticket", id=fct_reimbursable.c.receipt_id),
)
_BILLABLE = replace(
    RECEIPTS,
    key="billable_receipts",
    title="Billable receipts",
    where=(*RECEIPTS.where, fct_expense.c.is_billable.is_(True)),
)
_REBILLED = replace(
    _BILLABLE,
    key="charged_receipts",
    title="Billable receipts that are charged on",
    where=(*_BILLABLE.where, fct_expense.c.charge_id.is_not(None)),
)
_HANDED_IN = replace(
    RECEIPTS,
    key="handed_in",
    title="Receipts that are handed in",
    where=(
        fct_expense.c.status.in_(("submitted", "approved")),
        fct_expense.c.days_to_submit.is_not(None),
    ),
    joins=(),
)
_EXPENSE_CHARGES = replace(
    CHARGES,
    key="expense_charges",
    title="Invoiced charges of expenses",
    month=fct_charge.c.cohort_month,
    day=fct_charge.c.invoice_day,
    where=(*CHARGES.where, fct_charge.c.type == "E", fct_charge.c.days_to_invoice.is_not(None)),
)


def _kpi(
    key: str, title: str, question: str, definition: str, psa: Formula, unit: Unit, kind: Kind,
    *, edge_cases: str, better: Better = Better.LOWER, tolerance: str = "1",
    by: tuple[str, ...] = _BY, controls: tuple[str, ...] = ("RC-10",),
) -> Kpi:  # fmt: skip
    return Kpi(
        key=key,
        title=title,
        question=question,
        definition=definition,
        unit=unit,
        kind=kind,
        better=better,
        erp=_NO_RECEIPTS,
        psa=psa,
        record=Side.PSA,
        by=by,
        tolerance=Decimal(tolerance),
        source="KPI catalogue F6",
        group="F",
        edge_cases=edge_cases,
        controls=controls,
    )


def _mean(measure: Measure, times: Measure) -> Ratio:
    return Ratio(
        numerator=Total(terms=((1, times),)),
        denominator=Total(terms=((1, measure),)),
        empty=Reason.NO_CASES,
    )


_EDGE = (
    "Reports that nobody is to be paid for (company cards, advances) are left out. At the exchange rates of the receipts, "
    "net of tax. A report counts as paid from the day NetSuite settled it; one that was not exported is open."
)

REIMBURSEMENTS_OPEN = _kpi(
    "reimbursements_open",
    "Expenses to reimburse",
    "How much do we owe our people for what they laid out?",
    "Receipts of approved reports that are not paid on the day, by the days since the report was handed in.",
    Total(terms=((1, _OPEN),)),
    Unit.MONEY,
    Kind.STOCK,
    by=(*_BY, "waiting"),
    tolerance="0.01",
    edge_cases=_EDGE,
)
REIMBURSEMENT_WAIT = _kpi(
    "reimbursement_wait",
    "Waiting for reimbursement",
    "For how many days have our people waited for their money?",
    "Days since the report was handed in, of approved receipts not paid on the day, weighted by the amount.",
    Ratio(
        numerator=Total(
            terms=(
                (
                    1,
                    replace(
                        _OPEN,
                        key="reimbursable_days",
                        title="Unpaid receipts by days since they were handed in",
                        times=fct_reimbursable.c.waiting_days,
                    ),
                ),
            ),
            window=CLOSING,
        ),
        denominator=Total(terms=((1, _OPEN),), window=CLOSING),
        empty=Reason.NO_CASES,
    ),
    Unit.DAYS,
    Kind.RATIO,
    edge_cases=_EDGE,
)
EXPENSE_SUBMISSION_LAG = _kpi(
    "expense_submission_lag",
    "Receipt to expense report",
    "How many days after they spent it do people hand in what they spent?",
    "Days from the date of a receipt until its report was handed in, weighted by the amount.",
    _mean(
        _HANDED_IN,
        replace(
            _HANDED_IN,
            key="handed_in_days",
            title="Receipts by days until they were handed in",
            times=fct_expense.c.days_to_submit,
        ),
    ),
    Unit.DAYS,
    Kind.RATIO,
    edge_cases="By the month of the receipt, all projects. What is not handed in yet is left out: it is a lower bound.",
)
EXPENSE_REBILL_LAG = _kpi(
    "expense_rebill_lag",
    "Receipt to invoice",
    "How many days after the expense do we invoice it?",
    "Days from the date of an expense to that of the invoice it is on, weighted by the amount.",
    _mean(
        _EXPENSE_CHARGES,
        replace(
            _EXPENSE_CHARGES,
            key="expense_charge_days",
            title="Charges of expenses by days to the invoice",
            times=fct_charge.c.days_to_invoice,
        ),
    ),
    Unit.DAYS,
    Kind.RATIO,
    edge_cases="By the month of the invoice. What is not invoiced yet is left out: it is a lower bound.",
    controls=("RC-01", "RC-10"),
)
EXPENSE_REBILL_RATE = _kpi(
    "expense_rebill_rate",
    "Expenses billed on",
    "Which share of billable expenses do we bill on?",
    "Approved billable receipts of client projects that are charged on, divided by all of them; at cost.",
    Ratio(
        numerator=Total(terms=((1, _REBILLED),)),
        denominator=Total(terms=((1, _BILLABLE),)),
        empty=Reason.NO_CASES,
    ),
    Unit.PERCENT,
    Kind.RATIO,
    better=Better.HIGHER,
    tolerance="0.005",
    edge_cases="By the month of the receipt, before any markup: the newest months still wait for their billing run.",
)
