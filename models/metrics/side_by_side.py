"""Sales and services side by side: what services come with goods, and what each stream leaves (E6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import Column, ColumnElement, case

from ..business.rules import ANY_SERVICES, PRODUCT_STREAMS, SERVICES
from ..tables.finance import fct_gl
from ..tables.receivables import fct_ar_stream
from ..tables.sales import fct_order_intake as intake
from .aging import NO_DUE_DATES
from .bookings import BY_ORDER, NO_ORDERS, ORDERED
from .finance import COST_ACCOUNTS, COST_POSTINGS, LABOR_POSTINGS
from .kpi import (
    CLOSING,
    Basis,
    Better,
    CountOf,
    Formula,
    Kind,
    Kpi,
    Lens,
    Measure,
    Ratio,
    Reason,
    Record,
    Side,
    Sum,
    Total,
    Unit,
    trailing,
)
from .recognition import ALL_INCOME
from .statement_lines import NO_LEDGER

_BY = ("subsidiary", "department", "customer", "project", "stream")


_OF_PRODUCTS = replace(
    ORDERED,
    key="products",
    title="Products ordered",
    where=(intake.c.has_products.is_(True), intake.c.stream.in_(PRODUCT_STREAMS)),
)


def _services(amount: Column[Any]) -> ColumnElement[Any]:
    return case((intake.c.stream.in_(ANY_SERVICES), amount), else_=0)


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
        "Bookings of services divided by bookings of hardware, licences and subscriptions, of orders that hold any of these."
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


_RESALE = replace(
    COST_POSTINGS,
    key="stream_resale",
    title="Cost of goods beside projects",
    where=(
        fct_gl.c.account_type.in_(COST_ACCOUNTS),
        fct_gl.c.stream.in_(PRODUCT_STREAMS),
        fct_gl.c.project_key == -1,
    ),
    eliminated=fct_gl.c.is_intercompany.is_(True) | fct_gl.c.is_elimination.is_(True),
)
_INCOME = Total(terms=((-1, replace(ALL_INCOME, key="stream_income")),))
_COST = Total(
    terms=(
        (1, replace(COST_POSTINGS, key="stream_cost")),
        (1, replace(LABOR_POSTINGS, key="stream_labor")),
        (1, _RESALE),
    )
)
_MARGIN: Formula = Sum(terms=((1, _INCOME), (-1, _COST)))
_EDGE = (
    "Cost of services is what is coded to client projects, as project direct cost has it: people's time that is on no project "
    "is in the firm's gross margin, not in this. Cost of goods, licences and subscriptions is that of their items or accounts. What is "
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
STREAM_INCOME = _margin(
    key="stream_income",
    title="Income of streams",
    question="What do customers pay us for?",
    definition="Income postings of every kind, by what was sold.",
    unit=Unit.MONEY,
    kind=Kind.FLOW,
    erp=_INCOME,
    tolerance=Decimal("0.01"),
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

owed = fct_ar_stream.c
RECEIVABLES_BY_STREAM = Kpi(
    key="receivables_by_stream",
    title="Receivables by stream",
    question="For what do customers owe us?",
    definition="Open invoices, credits and payments, tax included, shared out by the streams of their lines.",
    unit=Unit.MONEY,
    kind=Kind.STOCK,
    better=Better.LOWER,
    erp=Total(
        terms=(
            (
                1,
                Measure(
                    key="open_by_stream",
                    title="Open documents by stream",
                    system="netsuite",
                    table=fct_ar_stream,
                    value=owed.amount_base,
                    month=owed.month,
                    dimensions={
                        **{name: owed[f"{name}_key"] for name in _BY[:-1]},
                        "stream": owed.stream,
                    },
                    columns=(
                        owed.day,
                        owed.number,
                        owed.type,
                        owed.stream,
                        owed.customer_key,
                        owed.project_key,
                        owed.department_key,
                        owed.subsidiary_key,
                        owed.invoiced_on,
                        owed.due_on,
                        owed.amount,
                        owed.currency,
                    ),
                    record=Record(type="transaction", id=owed.document_id),
                ),
            ),
        ),
        window=CLOSING,
    ),
    psa=NO_DUE_DATES,
    record=Side.ERP,
    by=_BY,
    tolerance=Decimal("0.01"),
    needs_history=True,
    source="KPI catalogue E6",
    group="E",
    compared=(Basis.PRIOR_PERIOD, Basis.PRIOR_YEAR),
    edge_cases=(
        "A document that is paid in part is open in equal parts of all its lines. Payments that are not applied have no "
        "stream."
    ),
    controls=("RC-07",),
)

_BOUGHT = Total(
    terms=(
        (
            -1,
            replace(
                ALL_INCOME,
                key="bought",
                dimensions={
                    **ALL_INCOME.dimensions,
                    "stream": case(
                        (fct_gl.c.stream.in_(ANY_SERVICES), SERVICES), else_=fct_gl.c.stream
                    ),
                },
            ),
        ),
    ),
    window=trailing(12),
)
_PAYING = Total(terms=((-1, replace(ALL_INCOME, key="paying")),), window=trailing(12))
_NONE = Decimal(0)
STREAMS_PER_CUSTOMER = Kpi(
    key="streams_per_customer",
    title="Streams per customer",
    question="Of how many of our streams does a customer buy?",
    definition=(
        "Streams that customers had income of in the last twelve months, divided by the customers that had any: 1 is "
        "no cross-selling."
    ),
    unit=Unit.FACTOR,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=Ratio(
        numerator=CountOf(formula=_BOUGHT, of=("customer", "stream"), above=_NONE),
        denominator=CountOf(formula=_PAYING, of=("customer",), above=_NONE),
        empty=Reason.NO_REVENUE,
    ),
    psa=NO_LEDGER,
    record=Side.ERP,
    by=("subsidiary", "department"),
    tolerance=Decimal("0.01"),
    needs_history=True,
    source="KPI catalogue E6",
    group="E",
    edge_cases=(
        "Services are one stream, by whatever contract. Expenses that are billed on are another, as the ledger tells "
        "them. A stream of a customer whose income is not "
        "above zero does not count; income without a customer counts as one."
    ),
    controls=("RC-09",),
)
