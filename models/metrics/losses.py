"""What is likely lost of receivables, by how long they are past due (F1)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

from sqlalchemy import literal_column

from ..tables.receivables import fct_loss_rate
from .aging import BY_OPEN, INVOICES, NO_DUE_DATES
from .kpi import CLOSING, Basis, Better, Join, Kind, Kpi, Ratio, Reason, Side, Total, Unit
from .open_items import AGE

_LOST = replace(
    INVOICES,
    key="expected_loss",
    title="Open invoices times what is lost of such",
    times=fct_loss_rate.c.loss_percent * literal_column("0.01"),
    joins=(*INVOICES.joins, Join(table=fct_loss_rate, on=fct_loss_rate.c.age == AGE)),
    columns=(
        *INVOICES.columns,
        fct_loss_rate.c.age,
        fct_loss_rate.c.basis,
        fct_loss_rate.c.loss_percent,
    ),
)
_LOSS = Total(terms=((1, _LOST),), window=CLOSING)
_EDGE = (
    "Of invoices over 90 days past due the configured share is lost. Of younger ones the same share of what came to be "
    "over 90 days of the amounts that were open at their age at the month-ends 24 to 6 months ago; with less history, or "
    "nothing open at that age, the configured share. Months that are over are told at today's shares. Unapplied credits "
    "and payments are left out."
)

_kpi = partial(
    Kpi,
    better=Better.LOWER,
    psa=NO_DUE_DATES,
    record=Side.ERP,
    by=(*BY_OPEN, "age"),
    needs_history=True,
    source="KPI catalogue F1",
    group="F",
    compared=(Basis.PRIOR_PERIOD, Basis.PRIOR_YEAR),
    edge_cases=_EDGE,
    controls=("RC-07",),
)
EXPECTED_LOSS = _kpi(
    key="expected_loss",
    title="Expected loss of receivables",
    question="How much of what customers owe us will never come?",
    definition="Open invoices, tax included, times the share that is lost of invoices so long past due.",
    unit=Unit.MONEY,
    kind=Kind.STOCK,
    erp=_LOSS,
    tolerance=Decimal("0.01"),
)
EXPECTED_LOSS_SHARE = _kpi(
    key="expected_loss_share",
    title="Expected loss, share",
    question="What share of what customers owe us will never come?",
    definition="Expected loss of receivables divided by open invoices.",
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    erp=Ratio(
        numerator=_LOSS,
        denominator=Total(terms=((1, INVOICES),), window=CLOSING),
        empty=Reason.NO_VALUE,
        positive=True,
    ),
    tolerance=Decimal("0.001"),
)
