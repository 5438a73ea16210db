"""How long work waits on its way to the invoice, step by step (F4)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import Column

from ..tables.billing import fct_charge, fct_psa_invoice_line
from .billing import BY_INVOICE, PSA_BILLED
from .kpi import Better, Kind, Kpi, NotHeld, Ratio, Reason, Side, Total, Unit
from .realization import BY_ENTRY, TIME_CHARGES

_NOT_DATED = NotHeld(why="NetSuite's invoices do not tell when the work was done.")
_EDGE = (
    "By the month of the invoice. What is not invoiced yet is left out, and so are credits: while much waits, it is a "
    "lower bound."
)


def _lag(
    key: str, title: str, question: str, definition: str, days: Column[int], edge_cases: str
) -> Kpi:
    measure = replace(
        TIME_CHARGES,
        key=key,
        title=f"Charges by {title.lower()}",
        times=days,
        where=(
            fct_charge.c.is_credit.is_(False),
            fct_charge.c.days_to_invoice.is_not(None),
            days.is_not(None),
        ),
    )
    weight = replace(measure, key=f"{key}_charges", title="Invoiced charges", times=None)
    return Kpi(
        key=key,
        title=title,
        question=question,
        definition=definition,
        unit=Unit.DAYS,
        kind=Kind.RATIO,
        better=Better.LOWER,
        erp=_NOT_DATED,
        psa=Ratio(
            numerator=Total(terms=((1, measure),)),
            denominator=Total(terms=((1, weight),)),
            empty=Reason.NO_CASES,
        ),
        record=Side.PSA,
        by=BY_ENTRY,
        tolerance=Decimal(1),
        source="KPI catalogue F4",
        group="F",
        edge_cases=f"{edge_cases} {_EDGE}",
        controls=("RC-01",),
    )


_TIME = (
    "Charges made of time entries; of several, the last timesheet counts. The steps of these sum to their days from "
    "work to invoice."
)
WORK_TO_INVOICE = _lag(
    "work_to_invoice",
    "Work to invoice",
    "How many days after the work do we invoice it?",
    "Days from the date of a charge's work to that of its invoice, weighted by the amount.",
    fct_charge.c.days_to_invoice,
    "Time, expenses, purchases and fixed fees alike. It is below zero where work is billed in advance.",
)
WORK_TO_SUBMIT = _lag(
    "work_to_submit",
    "Work to timesheet",
    "How many days after the work is its time handed in?",
    "Days from the work of a charge until its timesheet was handed in, weighted by the amount.",
    fct_charge.c.days_to_submit,
    _TIME,
)
SUBMIT_TO_APPROVE = _lag(
    "submit_to_approve",
    "Timesheet to approval",
    "How many days does the time that we bill wait for approval?",
    "Days from handing in to approval of the timesheet of a charge, weighted by the amount.",
    fct_charge.c.days_to_approve,
    _TIME,
)
_SENT = replace(
    PSA_BILLED,
    key="sent_by_days",
    title="Invoices by days until sent",
    times=fct_psa_invoice_line.c.days_to_send,
    where=(
        *PSA_BILLED.where,
        fct_psa_invoice_line.c.original_invoice_id.is_(None),
        fct_psa_invoice_line.c.days_to_send.is_not(None),
    ),
    columns=(
        *PSA_BILLED.columns,
        fct_psa_invoice_line.c.emailed_on,
        fct_psa_invoice_line.c.days_to_send,
    ),
)
INVOICE_TO_SENT = Kpi(
    key="invoice_to_sent",
    title="Invoice to sent",
    question="How many days after its date does an invoice go out?",
    definition="Days from the date of an approved invoice to the day it was sent by mail, weighted by the amount.",
    unit=Unit.DAYS,
    kind=Kind.RATIO,
    better=Better.LOWER,
    erp=NotHeld(why="NetSuite's invoices do not tell when they were sent."),
    psa=Ratio(
        numerator=Total(terms=((1, _SENT),)),
        denominator=Total(
            terms=((1, replace(_SENT, key="sent", title="Invoices sent", times=None)),)
        ),
        empty=Reason.NO_CASES,
    ),
    record=Side.PSA,
    by=BY_INVOICE,
    tolerance=Decimal(1),
    source="KPI catalogue F4",
    group="F",
    edge_cases=(
        "By the month of the invoice. What went by post, or has not been sent, has no such day and is left out, and so are "
        "credits."
    ),
    controls=("RC-01",),
)
APPROVE_TO_INVOICE = _lag(
    "approve_to_invoice",
    "Approval to invoice",
    "How many days does approved time wait for its invoice?",
    "Days from the approval of the timesheet of a charge to its invoice's date, weighted by the amount.",
    fct_charge.c.days_from_approval,
    f"{_TIME} It is below zero where an invoice bears the date of the month that it is for.",
)
