"""Deals decided: how many are won, how long it takes, how many move on (E5)."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement

from ..tables.pipeline import fct_deal, fct_slippage
from .bookings import BY_ORDER
from .kpi import Better, Kind, Kpi, Measure, Median, Ratio, Reason, Record, Side, Total, Unit
from .pipeline import NO_DEALS

deal, slip = fct_deal.c, fct_slippage.c
_WHICH = (
    "Opportunities, and estimates without one, by the day NetSuite closed them; where it names none, the day of their last "
    "change."
)


def _decided(
    key: str, title: str, number: ColumnElement[Any] | None, *where: Any, unit: Unit | None = None
) -> Measure:
    return Measure(
        key=key,
        title=title,
        system="netsuite",
        table=fct_deal,
        value=number,
        unit=unit,
        month=deal.month,
        where=where,
        dimensions={
            **{name: deal[f"{name}_key"] for name in BY_ORDER[:-1]},
            "stream": deal.stream,
        },
        columns=(
            deal.day,
            deal.month,
            deal.number,
            deal.type,
            deal.is_won,
            deal.opened_on,
            deal.cycle_days,
            deal.stream,
            deal.project_key,
            deal.customer_key,
            deal.department_key,
            deal.subsidiary_key,
            deal.amount,
            deal.currency,
        ),
        record=Record(type="transaction", id=deal.transaction_id),
    )


_HEAD, _WON = deal.is_head.is_(True), deal.is_won.is_(True)


def _sum(measure: Measure) -> Total:
    return Total(terms=((1, measure),))


_deal = partial(
    Kpi,
    psa=NO_DEALS,
    record=Side.ERP,
    by=BY_ORDER,
    source="KPI catalogue E5",
    group="E",
)

WON_DEALS = _deal(
    key="won_deals",
    title="Deals won",
    question="How many deals did we win?",
    definition="Deals won, by the day they were closed.",
    unit=Unit.COUNT,
    kind=Kind.FLOW,
    better=Better.HIGHER,
    erp=_sum(_decided("won_deals", "Deals won", None, _HEAD, _WON)),
    tolerance=Decimal(0),
    edge_cases=_WHICH,
)
WIN_RATE = _deal(
    key="win_rate",
    title="Win rate",
    question="Which share of the deals that were decided did we win?",
    definition="Deals won divided by deals won and lost, by the day they were closed.",
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=Ratio(
        numerator=_sum(_decided("won", "Deals won", None, _HEAD, _WON)),
        denominator=_sum(_decided("decided", "Deals won and lost", None, _HEAD)),
        empty=Reason.NO_CASES,
    ),
    tolerance=Decimal("0.005"),
    edge_cases=f"{_WHICH} A deal of several lines counts in the stream and department of its largest.",
)
WIN_RATE_VALUE = _deal(
    key="win_rate_value",
    title="Win rate by value",
    question="Which share of the value that was decided did we win?",
    definition=(
        "Projected totals of deals won divided by those of deals won and lost, net of tax, at the month's average rate."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=Ratio(
        numerator=_sum(_decided("won_value", "Value won", deal.amount_base, _WON)),
        denominator=_sum(_decided("decided_value", "Value won and lost", deal.amount_base)),
        empty=Reason.NO_CASES,
        positive=True,
    ),
    tolerance=Decimal("0.005"),
    edge_cases=f"{_WHICH} The value is what was last projected, not what was ordered.",
)
SALES_CYCLE = _deal(
    key="sales_cycle",
    title="Sales cycle",
    question="How long does it take to win a deal?",
    definition="Days from the day a deal was entered to the day it was won; the median.",
    unit=Unit.DAYS,
    kind=Kind.RATIO,
    better=Better.LOWER,
    erp=Median(
        measure=_decided("cycle", "Days to win", deal.cycle_days, _HEAD, _WON, unit=Unit.DAYS)
    ),
    tolerance=Decimal(1),
    edge_cases=f"{_WHICH} Deals lost are left out. A deal entered with an earlier date began on that date.",
)


def _expected(key: str, title: str, *where: Any) -> Measure:
    return Measure(
        key=key,
        title=title,
        system="netsuite",
        table=fct_slippage,
        month=slip.month,
        where=where,
        dimensions={
            **{name: slip[f"{name}_key"] for name in BY_ORDER[:-1]},
            "stream": slip.stream,
        },
        columns=(
            slip.number,
            slip.type,
            slip.expected_close,
            slip.expected_now,
            slip.is_slipped,
            slip.stream,
            slip.project_key,
            slip.customer_key,
            slip.department_key,
            slip.subsidiary_key,
        ),
        record=Record(type="transaction", id=slip.transaction_id),
    )


SLIPPAGE = _deal(
    key="slippage",
    title="Slippage",
    question="Which share of the deals expected in a quarter moved out of it?",
    definition=(
        "Open deals whose expected close was moved beyond the quarter, divided by deals that were expected to close in it "
        "when it began."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.LOWER,
    erp=Ratio(
        numerator=_sum(_expected("slipped", "Deals that moved on", slip.is_slipped.is_(True))),
        denominator=_sum(_expected("expected", "Deals expected when the quarter began")),
        empty=Reason.NO_HISTORY,
    ),
    tolerance=Decimal("0.005"),
    edge_cases=(
        "Fiscal quarters that began after the first load: what was expected before is not known. A quarter that runs is told "
        "as it stands today. A month tells the deals that were expected in it. A deal that is still open, but was not moved, "
        "has not slipped; nor has one that was lost."
    ),
)
