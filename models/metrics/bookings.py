"""Bookings: what customers ordered, changed and took back (E1, E3)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..tables.sales import fct_order_intake as intake
from .billing import BILLED_NET
from .kpi import (
    Basis,
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
    Window,
    trailing,
)
from .plan import planned_total
from .statement_lines import REVENUE, profit

BY_ORDER = ("subsidiary", "department", "customer", "project", "stream")
NO_ORDERS = NotHeld(
    why="Orders are approved, changed and closed in NetSuite; SuiteProjects Pro holds copies without these days."
)
ORDERED = Measure(
    key="ordered",
    title="Orders, amendments and cancellations",
    system="netsuite",
    table=intake,
    value=intake.c.amount_base,
    month=intake.c.month,
    dimensions={
        **{name: intake.c[f"{name}_key"] for name in BY_ORDER[:-1]},
        "stream": intake.c.stream,
    },
    columns=(
        intake.c.day,
        intake.c.month,
        intake.c.kind,
        intake.c.number,
        intake.c.item,
        intake.c.stream,
        intake.c.project_key,
        intake.c.customer_key,
        intake.c.department_key,
        intake.c.subsidiary_key,
        intake.c.amount,
        intake.c.currency,
    ),
    record=Record(type="transaction", id=intake.c.transaction_id),
)
CANCELED = replace(
    ORDERED,
    key="canceled",
    title="Cancellations and closures",
    where=(intake.c.kind == "cancellation",),
)
AMENDED = replace(ORDERED, key="amended", title="Amendments", where=(intake.c.kind == "amendment",))
_EDGE = (
    "An amendment counts in the month it was made, by the versions kept since the first load; a cancellation or "
    "closure takes off what was not billed, in the month it happened. Translated at the month's average rate and "
    "not restated."
)


def _flow(
    key: str, title: str, question: str, definition: str, erp: Total, *, better: Better = Better.HIGHER,
    plan: Formula | None = None,
) -> Kpi:  # fmt: skip
    return Kpi(
        key=key,
        title=title,
        question=question,
        definition=definition,
        unit=Unit.MONEY,
        kind=Kind.FLOW,
        better=better,
        erp=erp,
        psa=NO_ORDERS,
        record=Side.ERP,
        by=BY_ORDER,
        tolerance=Decimal("0.01"),
        source="KPI catalogue E1",
        group="E",
        compared=(
            Basis.PRIOR_PERIOD,
            Basis.PRIOR_YEAR,
            *((Basis.PLAN,) if plan is not None else ()),
        ),
        plan=plan,
        edge_cases=_EDGE,
        controls=("RC-08",),
    )


BOOKINGS = _flow(
    "bookings",
    "Bookings",
    "How much did customers order in the period?",
    "Sales order lines net of tax by the day of approval, with amendments, less cancellations and closures.",
    Total(terms=((1, ORDERED),)),
    plan=planned_total("bookings"),
)
CANCELED_BOOKINGS = _flow(
    "canceled_bookings",
    "Cancelled bookings",
    "How much of what was ordered did customers take back?",
    "What had not been billed of orders cancelled or closed in the period, net of tax.",
    Total(terms=((-1, CANCELED),)),
    better=Better.LOWER,
)
AMENDED_BOOKINGS = _flow(
    "amended_bookings",
    "Amendments",
    "How much did changes of orders add or take off?",
    "The difference that changes of approved orders made, in the month of the change, net of tax.",
    Total(terms=((1, AMENDED),)),
)


def _book_to_bill(
    key: str, title: str, question: str, definition: str, under: Total, window: Window, empty: Reason
) -> Kpi:  # fmt: skip
    over: Formula = Total(terms=((1, ORDERED),), window=window)
    below = Total(terms=under.terms, window=window)
    return Kpi(
        key=key,
        title=title,
        question=question,
        definition=definition,
        unit=Unit.FACTOR,
        kind=Kind.RATIO,
        better=Better.HIGHER,
        erp=Ratio(numerator=over, denominator=below, empty=empty, positive=True),
        psa=NO_ORDERS,
        record=Side.ERP,
        by=BY_ORDER,
        tolerance=Decimal("0.01"),
        source="KPI catalogue E3",
        group="E",
        compared=(Basis.PRIOR_PERIOD, Basis.PRIOR_YEAR),
        edge_cases="Above 1 the backlog grows. A denominator that is not above zero leaves no number.",
        controls=("RC-08",),
    )


_ASKED = "Do we take more orders than we use up?"
_BILLED = Total(terms=((1, BILLED_NET),))
BOOK_TO_REVENUE = _book_to_bill(
    "book_to_bill",
    "Book-to-bill, 3 months",
    _ASKED,
    "Bookings divided by the firm's revenue, both of the last 3 months (the services convention).",
    profit(REVENUE),
    trailing(3),
    Reason.NO_REVENUE,
)
BOOK_TO_REVENUE_YEAR = _book_to_bill(
    "book_to_bill_12",
    "Book-to-bill, 12 months",
    _ASKED,
    "Bookings divided by the firm's revenue, both of the last 12 months (the services convention).",
    profit(REVENUE),
    trailing(12),
    Reason.NO_REVENUE,
)
BOOK_TO_BILLINGS = _book_to_bill(
    "book_to_billings",
    "Book-to-billings, 3 months",
    _ASKED,
    "Bookings divided by what was invoiced net of tax, both of the last 3 months.",
    _BILLED,
    trailing(3),
    Reason.NO_BILLINGS,
)
BOOK_TO_BILLINGS_YEAR = _book_to_bill(
    "book_to_billings_12",
    "Book-to-billings, 12 months",
    _ASKED,
    "Bookings divided by what was invoiced net of tax, both of the last 12 months.",
    _BILLED,
    trailing(12),
    Reason.NO_BILLINGS,
)
