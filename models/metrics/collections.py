"""What was paid, how fast, and how long work waits for its money (F2 to F4)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..tables.billing import fct_application, fct_unbilled
from .aging import BY_OPEN, CURRENT, NO_DUE_DATES
from .billing import BILLED, DAYS_SALES_OUTSTANDING, ERP_OPEN
from .finance import INCOME_POSTINGS, RECOGNITION
from .kpi import (
    CLOSING,
    OPENING,
    Basis,
    Better,
    Calendar,
    Elapsed,
    Formula,
    Kind,
    Kpi,
    Measure,
    NotHeld,
    Ratio,
    Reason,
    Record,
    Side,
    Sum,
    Total,
    Unit,
    columns_of,
    trailing,
)

PAID = Measure(
    key="paid",
    title="Payments applied to invoices",
    system="netsuite",
    table=fct_application,
    value=fct_application.c.amount_base,
    month=fct_application.c.month,
    where=(fct_application.c.kind == "payment",),
    dimensions={name: fct_application.c[f"{name}_key"] for name in BY_OPEN},
    columns=(
        fct_application.c.day,
        fct_application.c.invoice_number,
        fct_application.c.payer_number,
        fct_application.c.customer_key,
        fct_application.c.project_key,
        fct_application.c.department_key,
        fct_application.c.subsidiary_key,
        fct_application.c.invoiced_on,
        fct_application.c.due_on,
        fct_application.c.days_to_pay,
        fct_application.c.days_late,
        fct_application.c.amount,
        fct_application.c.currency,
    ),
    record=Record(type="transaction", id=fct_application.c.payer_id),
)
_PAID = Total(terms=((1, PAID),))
_EDGE = (
    "Money that came, deposits included; credits set against an invoice are none. What is still open has no day of "
    "payment yet and is left out: such a mean is a lower bound."
)


def _kpi(
    key: str, title: str, question: str, definition: str, erp: Formula, unit: Unit, kind: Kind,
    *, better: Better = Better.LOWER, psa: Formula = NO_DUE_DATES, tolerance: str = "1",
    source: str = "KPI catalogue F4", edge_cases: str = _EDGE, controls: tuple[str, ...] = ("RC-07",),
    by: tuple[str, ...] = BY_OPEN,
) -> Kpi:  # fmt: skip
    return Kpi(
        key=key,
        title=title,
        question=question,
        definition=definition,
        unit=unit,
        kind=kind,
        better=better,
        erp=erp,
        psa=psa,
        record=Side.ERP,
        by=by,
        tolerance=Decimal(tolerance),
        needs_history=True,
        source=source,
        group="F",
        compared=(Basis.PRIOR_PERIOD, Basis.PRIOR_YEAR),
        edge_cases=edge_cases,
        controls=controls,
    )


CASH_COLLECTED = _kpi(
    "cash_collected",
    "Cash collected",
    "How much did customers pay in the period?",
    "Payments and deposits by the day they were applied to invoices, tax included.",
    _PAID,
    Unit.MONEY,
    Kind.FLOW,
    better=Better.HIGHER,
    tolerance="0.01",
)
INVOICE_TO_CASH = _kpi(
    "invoice_to_cash",
    "Invoice to cash",
    "How many days after the invoice do customers pay?",
    "Days from invoice to application, weighted by the amount paid in the period.",
    Ratio(
        numerator=Total(
            terms=((1, replace(PAID, key="paid_days", title="Payments by days to pay",
                times=fct_application.c.days_to_pay)),)
        ),
        denominator=_PAID,
        empty=Reason.NO_CASES,
    ),
    Unit.DAYS,
    Kind.RATIO,
)  # fmt: skip
DUE_TO_PAID = _kpi(
    "due_to_paid",
    "Due to paid",
    "How many days late do customers pay?",
    "Days from the due date to application, weighted by the amount paid in the period; negative is early.",
    Ratio(
        numerator=Total(
            terms=((1, replace(PAID, key="paid_late", title="Payments by days late",
                times=fct_application.c.days_late)),)
        ),
        denominator=_PAID,
        empty=Reason.NO_CASES,
    ),
    Unit.DAYS,
    Kind.RATIO,
)  # fmt: skip
_BILLINGS = Total(terms=((1, BILLED),))
_OPENING = Total(terms=ERP_OPEN.terms, window=OPENING)
_CLOSING = Total(terms=ERP_OPEN.terms, window=CLOSING)
COLLECTION_EFFECTIVENESS = _kpi(
    "collection_effectiveness",
    "Collection effectiveness",
    "How much of what could be collected was?",
    "Opening receivables and billings less closing receivables, divided by opening receivables and billings less "
    "what is not yet due at the end; tax included.",
    Ratio(
        numerator=Sum(terms=((1, _OPENING), (1, _BILLINGS), (-1, _CLOSING))),
        denominator=Sum(terms=((1, _OPENING), (1, _BILLINGS), (-1, CURRENT))),
        empty=Reason.NO_BILLINGS,
        positive=True,
    ),
    Unit.PERCENT,
    Kind.RATIO,
    better=Better.HIGHER,
    tolerance="0.001",
    edge_cases="Opening and closing receivables are at their own closing rates, so exchange rates move it a little.",
)

_BY_PROJECT = (*BY_OPEN, "stream")
_QUARTER = trailing(3)
_DAYS = Elapsed(unit=Calendar.DAYS, window=_QUARTER)


def _balance(system: str, kind: str, title: str) -> Measure:
    return Measure(
        key=f"{system}_{kind}",
        title=title,
        system=system,
        table=fct_unbilled,
        value=fct_unbilled.c[f"{kind}_base"],
        month=fct_unbilled.c.month,
        where=(fct_unbilled.c.system == system,),
        dimensions=columns_of(fct_unbilled, _BY_PROJECT),
        columns=(
            fct_unbilled.c.day,
            fct_unbilled.c.project_key,
            fct_unbilled.c.customer_key,
            fct_unbilled.c.recognized,
            fct_unbilled.c.billed,
            fct_unbilled.c.currency,
        ),
    )


def _in_days(system: str, kind: str, title: str) -> Ratio:
    income = (-1, INCOME_POSTINGS) if system == "netsuite" else (1, RECOGNITION)
    return Ratio(
        numerator=Total(terms=((1, _balance(system, kind, title)),), window=CLOSING),
        denominator=Total(terms=(income,), window=_QUARTER),
        empty=Reason.NO_REVENUE,
        times=_DAYS,
        positive=True,
    )


_UNBILLED = "Recognised, not billed"
_DEFERRED = "Billed, not recognised"
_ERP_DSU = _in_days("netsuite", "asset", _UNBILLED)
_LOCKED = NotHeld(why="Lock-up needs days sales outstanding, which only NetSuite's ledger holds.")
DAYS_SALES_UNBILLED = _kpi(
    "days_sales_unbilled",
    "Days sales unbilled",
    "How many days of revenue are earned and not billed?",
    "Unbilled revenue of projects (recognised less billed, never below zero) divided by client revenue of the last "
    "3 months, times their days.",
    _ERP_DSU,
    Unit.DAYS,
    Kind.RATIO,
    psa=_in_days("suiteprojects", "asset", _UNBILLED),
    source="KPI catalogue F3",
    edge_cases="One project's deferred revenue never takes from another's unbilled revenue.",
    controls=("RC-05",),
    by=_BY_PROJECT,
)
LOCK_UP = _kpi(
    "lock_up",
    "Lock-up",
    "How many days pass between earning and having the money?",
    "Days sales unbilled plus days sales outstanding (countback).",
    Sum(terms=((1, _ERP_DSU), (1, DAYS_SALES_OUTSTANDING.erp))),
    Unit.DAYS,
    Kind.RATIO,
    psa=_LOCKED,
    source="KPI catalogue F3",
    controls=("RC-05", "RC-07"),
)
NET_LOCK_UP = _kpi(
    "net_lock_up",
    "Net lock-up",
    "How many days is money locked up, after what was billed in advance?",
    "Lock-up less the days of revenue that were billed before they were recognised.",
    Sum(
        terms=(
            (1, _ERP_DSU),
            (1, DAYS_SALES_OUTSTANDING.erp),
            (-1, _in_days("netsuite", "liability", _DEFERRED)),
        )
    ),
    Unit.DAYS,
    Kind.RATIO,
    psa=_LOCKED,
    source="KPI catalogue F3",
    controls=("RC-05", "RC-06", "RC-07"),
)
