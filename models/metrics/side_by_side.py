"""Sales and services side by side: what services come with goods, and what each stream leaves (E6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import Column, ColumnElement, case

from ..tables.finance import fct_gl
from ..tables.sales import fct_order_intake as intake
from .bookings import BY_ORDER, NO_ORDERS, ORDERED
from .finance import COST_ACCOUNTS, COST_POSTINGS, LABOR_POSTINGS
from .kpi import Better, Formula, Kind, Kpi, Lens, Measure, Ratio, Reason, Side, Sum, Total, Unit
from .recognition import ALL_INCOME
from .statement_lines import NO_LEDGER

_PRODUCTS = ("hardware", "subscription")
_BY = ("subsidiary", "department", "customer", "project", "stream")


_OF_PRODUCTS = replace(
    ORDERED,
    key="products",
    title="Products ordered",
    where=(intake.c.has_products.is_(True), intake.c.stream.in_(_PRODUCTS)),
)


def _services(amount: Column[Any]) -> ColumnElement[Any]:
    return case((intake.c.stream == "services", amount), else_=0)


# all lines of such orders, so that without any services there is a true zero
_ATTACHED = replace(
    ORDERED,
    key="attached",
    title="Services ordered with products",
    value=_services(intake.c.amount_base),
    unit=Unit.MONEY,
    lenses={
        Lens.TRANSACTION: (_services(intake.c.amount), "currency"),
        Lens.SUBSIDIARY: (_services(intake.c.amount_subsidiary), "subsidiary_currency"),
    },
    where=(intake.c.has_products.is_(True),),
)
SERVICES_ATTACH = Kpi(
    key="services_attach",
    title="Services attach",
    question="How much services do customers order with goods and subscriptions?",
    definition=(
        "Bookings of services divided by bookings of hardware and subscriptions, of orders that hold hardware or "
        "subscriptions."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=Ratio(
        numerator=Total(terms=((1, _ATTACHED),)),
        denominator=Total(terms=((1, _OF_PRODUCTS),)),
        empty=Reason.NO_BOOKINGS,
        positive=True,
    ),
    psa=NO_ORDERS,
    record=Side.ERP,
    by=BY_ORDER[:-1],
    tolerance=Decimal("0.005"),
    source="KPI catalogue E6",
    group="E",
    edge_cases=(
        "Services that a customer orders by an order of their own are not attached. Amendments and cancellations count as they "
        "do in bookings."
    ),
    controls=("RC-08",),
)


def _by_stream(measure: Measure, key: str) -> Measure:
    return replace(measure, key=key, dimensions={**measure.dimensions, "stream": fct_gl.c.stream})


_RESALE = replace(
    _by_stream(COST_POSTINGS, "stream_resale"),
    title="Cost of goods beside projects",
    where=(
        fct_gl.c.account_type.in_(COST_ACCOUNTS),
        fct_gl.c.stream.in_(_PRODUCTS),
        fct_gl.c.project_key == -1,
    ),
    eliminated=fct_gl.c.is_intercompany.is_(True) | fct_gl.c.is_elimination.is_(True),
)
_INCOME = Total(terms=((-1, _by_stream(ALL_INCOME, "stream_income")),))
_COST = Total(
    terms=(
        (1, _by_stream(COST_POSTINGS, "stream_cost")),
        (1, _by_stream(LABOR_POSTINGS, "stream_labor")),
        (1, _RESALE),
    )
)
_MARGIN: Formula = Sum(terms=((1, _INCOME), (-1, _COST)))
_EDGE = (
    "Cost of services is what is coded to client projects, as project direct cost has it: people's time that is on no project "
    "is in the firm's gross margin, not in this. Cost of goods and subscriptions is that of their items or accounts. What is "
    "sold together is split as the ledger splits it."
)
_margin = partial(
    Kpi,
    better=Better.HIGHER,
    psa=NO_LEDGER,
    record=Side.ERP,
    by=_BY,
    source="KPI catalogue E6",
    group="E",
    edge_cases=_EDGE,
    controls=("RC-04", "RC-09"),
)
STREAM_GROSS_MARGIN = _margin(
    key="stream_gross_margin",
    title="Gross margin of streams",
    question="What do services, subscriptions and hardware each leave?",
    definition="Income less project direct cost of services and less the cost of what is resold.",
    unit=Unit.MONEY,
    kind=Kind.FLOW,
    erp=_MARGIN,
    tolerance=Decimal("0.01"),
)
STREAM_GROSS_MARGIN_PCT = _margin(
    key="stream_gross_margin_pct",
    title="Gross margin % of streams",
    question="What share of their income do services, subscriptions and hardware each leave?",
    definition="Gross margin of streams divided by their income.",
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    erp=Ratio(numerator=_MARGIN, denominator=_INCOME, empty=Reason.NO_REVENUE, positive=True),
    tolerance=Decimal("0.005"),
)
