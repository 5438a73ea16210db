"""Subscriptions ordered: what they are worth over their whole term, and in a year of it (E1)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

from ..business.rules import Stream
from ..tables.sales import fct_order_intake as intake
from .bookings import BY_ORDER, NO_ORDERS, ORDERED
from .kpi import Better, Kind, Kpi, Reason, Side, Total, Unit

_IS_SUBSCRIPTION = intake.c.stream == Stream.SUBSCRIPTION
SUBSCRIBED = replace(
    ORDERED,
    key="subscribed",
    title="Subscriptions ordered, changed and cancelled",
    where=(_IS_SUBSCRIPTION,),
    columns=(
        intake.c.day,
        intake.c.month,
        intake.c.kind,
        intake.c.number,
        intake.c.item,
        intake.c.customer_key,
        intake.c.term_start,
        intake.c.term_end,
        intake.c.term_months,
        intake.c.amount,
        intake.c.acv,
        intake.c.currency,
        intake.c.department_key,
        intake.c.subsidiary_key,
        intake.c.project_key,
    ),
)
SUBSCRIBED_A_YEAR = replace(
    SUBSCRIBED,
    key="subscribed_a_year",
    title="A year of subscriptions ordered, changed and cancelled",
    value=intake.c.acv_base,
    unvalued=Reason.NO_TERM,
)
WITHOUT_TERM = replace(
    SUBSCRIBED,
    key="subscribed_without_term",
    title="Subscriptions without a term",
    where=(_IS_SUBSCRIPTION, intake.c.term_months.is_(None)),
    since=(_IS_SUBSCRIPTION,),
)
_EDGE = (
    "Lines of items that are subscriptions (non-inventory items in NetSuite). Amendments, cancellations and rates count "
    "as in bookings. NetSuite does not tell renewals from new orders, so both count."
)
_TERM = (
    "The term is that of the line's revenue element in NetSuite, else of the line itself; both tell it only where revenue "
    "is managed there. Days beyond whole months count as a share of their month. A line without a term counts for "
    "nothing here: subscription TCV without a term tells how much that is. An amendment or cancellation takes the term "
    "that the line has today."
)

_subscription = partial(
    Kpi,
    unit=Unit.MONEY,
    kind=Kind.FLOW,
    psa=NO_ORDERS,
    record=Side.ERP,
    by=BY_ORDER,
    tolerance=Decimal("0.01"),
    source="KPI catalogue E1",
    group="E",
    controls=("RC-08",),
)

SUBSCRIPTION_TCV = _subscription(
    key="subscription_tcv",
    title="Subscription TCV booked",
    question="How much are the subscriptions worth that customers ordered in the period?",
    definition=(
        "Total contract value: bookings of subscriptions, net of tax, over their whole term. "
        "It is the subscriptions' part of bookings."
    ),
    better=Better.HIGHER,
    erp=Total(terms=((1, SUBSCRIBED),)),
    edge_cases=_EDGE,
)
SUBSCRIPTION_ACV = _subscription(
    key="subscription_acv",
    title="Subscription ACV booked",
    question="How much are they worth in one year?",
    definition=(
        "Annual contract value: of each line of subscription TCV, its value × 12 ÷ the months of its term. A term of "
        "less than a year counts with all of its value and no more: nobody has signed for the rest of the year."
    ),
    better=Better.HIGHER,
    erp=Total(terms=((1, SUBSCRIBED_A_YEAR),)),
    edge_cases=f"{_EDGE} {_TERM}",
)
SUBSCRIPTION_TCV_WITHOUT_TERM = _subscription(
    key="subscription_tcv_without_term",
    title="Subscription TCV without a term",
    question="How much of subscription TCV has no term?",
    definition="The part of subscription TCV whose lines have no term, so that no ACV can be told of it.",
    better=Better.LOWER,
    erp=Total(terms=((1, WITHOUT_TERM),)),
    edge_cases=f"{_EDGE} {_TERM}",
)
