"""After how many days invoices are paid, those that are still open counted as far as they go (F4)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

from ..tables.billing import fct_payment_wait
from .aging import BY_OPEN, NO_DUE_DATES
from .kpi import (
    Basis,
    Better,
    Kind,
    Kpi,
    Measure,
    Ratio,
    Reason,
    Record,
    Side,
    Survival,
    Total,
    Unit,
    trailing,
)

wait = fct_payment_wait.c
_YEAR = trailing(12, is_partial=True)
_WAITED = Measure(
    key="waited",
    title="What was invoiced, by its wait for payment",
    system="netsuite",
    table=fct_payment_wait,
    value=wait.amount_base,
    month=wait.month,
    dimensions={name: wait[f"{name}_key"] for name in BY_OPEN},
    columns=(
        wait.number,
        wait.customer_key,
        wait.project_key,
        wait.department_key,
        wait.subsidiary_key,
        wait.invoiced_on,
        wait.due_on,
        wait.until_on,
        wait.days,
        wait.is_paid,
        wait.is_open,
        wait.amount,
        wait.currency,
    ),
    record=Record(type="transaction", id=wait.invoice_id),
)
_OPEN = replace(
    _WAITED, key="not_paid", title="Not paid yet", where=(wait.is_open.is_(True),), since=()
)
_EDGE = (
    "Invoices of the twelve months to the period's end, as they stand today. What a credit settled is known not to have been "
    "paid until then, and no longer. "
)
_kpi = partial(
    Kpi,
    kind=Kind.RATIO,
    better=Better.LOWER,
    psa=NO_DUE_DATES,
    record=Side.ERP,
    by=BY_OPEN,
    needs_history=True,
    source="KPI catalogue F4",
    group="F",
    compared=(Basis.PRIOR_PERIOD, Basis.PRIOR_YEAR),
    controls=("RC-07",),
)
DAYS_TO_PAY_MEDIAN = _kpi(
    key="days_to_pay_median",
    title="Days until half is paid",
    question="How many days after the invoice is half of the money there?",
    definition=(
        "The first day by which half of what was invoiced is paid, by the amount; what is still open counts as unpaid for "
        "as long as it has been open, and for no longer (Kaplan-Meier)."
    ),
    unit=Unit.DAYS,
    erp=Survival(measure=_WAITED, days=wait.days, ended=wait.is_paid, window=_YEAR),
    tolerance=Decimal(1),
    edge_cases=(
        f"{_EDGE}A mean of what was paid leaves out who has not paid; where more than a fifth is open, this is the number to "
        "go by. While half has not been reached there is none."
    ),
)
INVOICED_NOT_PAID = _kpi(
    key="invoiced_not_paid_share",
    title="Invoiced and not paid",
    question="Which share of a year's invoices is still open?",
    definition="What is open of the invoices of the twelve months to the period's end, divided by all of them.",
    unit=Unit.PERCENT,
    erp=Ratio(
        numerator=Total(terms=((1, _OPEN),), window=_YEAR),
        denominator=Total(terms=((1, _WAITED),), window=_YEAR),
        empty=Reason.NO_BILLINGS,
        positive=True,
    ),
    tolerance=Decimal("0.005"),
    edge_cases=_EDGE,
)
