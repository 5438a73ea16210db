"""The roll-forward of backlog: what it was, what happened, and what it is, to the last place (E2)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

from ..tables.sales import fct_backlog_move
from .kpi import OPENING, Better, Kind, Kpi, Measure, NotHeld, Side, Total, Unit, columns_of
from .sales import BY_CONTRACT, TO_BE_EARNED

move = fct_backlog_move.c
_NO_MOVES = NotHeld(why="Why backlog moved is told from NetSuite's orders and ledger.")
_CLOSES = (
    "Backlog at the beginning, plus new and change orders, less revenue from backlog and closures, plus exchange differences, "
    "is backlog at the end, for every period, subsidiary, project and stream. Orders are told by their day and as they stand today: "
    "a later amendment of one is in the month of its order."
)


def _moved(key: str, title: str, kind: str) -> Measure:
    return Measure(
        key=key,
        title=title,
        system="netsuite",
        table=fct_backlog_move,
        value=move.amount_base,
        month=move.month,
        where=(move.kind == kind,),
        dimensions=columns_of(fct_backlog_move, BY_CONTRACT),
        columns=(
            move.month,
            move.contract,
            move.stream,
            move.project_key,
            move.customer_key,
            move.department_key,
            move.subsidiary_key,
            move.amount,
            move.currency,
        ),
    )


_roll = partial(
    Kpi,
    unit=Unit.MONEY,
    psa=_NO_MOVES,
    record=Side.ERP,
    by=BY_CONTRACT,
    tolerance=Decimal("0.01"),
    needs_history=True,
    source="KPI catalogue E2",
    group="E",
    controls=("RC-08",),
)


def _flow(
    kind: str,
    key: str,
    title: str,
    question: str,
    definition: str,
    *,
    sign: int = 1,
    better: Better = Better.HIGHER,
    edge: str = "",
) -> Kpi:
    return _roll(
        key=key,
        title=title,
        question=question,
        definition=definition,
        kind=Kind.FLOW,
        better=better,
        erp=Total(terms=((sign, _moved(key, title, kind)),)),
        edge_cases=f"{edge}{_CLOSES}",
    )


BACKLOG_OPENING = _roll(
    key="backlog_opening",
    title="Backlog at the beginning",
    question="How much was still to be earned when the period began?",
    definition="Backlog at the end of the month before the period, at its closing rate.",
    kind=Kind.STOCK,
    better=Better.HIGHER,
    erp=replace(TO_BE_EARNED, window=OPENING),
    edge_cases=_CLOSES,
)
BACKLOG_ORDERS = _flow(
    "order",
    "backlog_orders",
    "New orders in backlog",
    "How much did new contracts add to backlog?",
    "The first order of each project, and orders without one, by their day, at the month's average rate.",
)
BACKLOG_CHANGES = _flow(
    "change",
    "backlog_changes",
    "Change orders in backlog",
    "How much did changes of scope add to backlog?",
    "Orders of a project that had one already, by their day, at the month's average rate.",
)
REVENUE_FROM_BACKLOG = _flow(
    "revenue",
    "revenue_from_backlog",
    "Revenue from backlog",
    "How much of the backlog did we earn?",
    "Revenue recognised of contracts, as far as they held it, at the month's average rate.",
    sign=-1,
    edge=(
        "What is earned beyond a contract is not from backlog; an order that comes later takes it up in its month. Goods and "
        "subscriptions count as earned when they are invoiced. "
    ),
)
BACKLOG_CLOSURES = _flow(
    "closure",
    "backlog_closures",
    "Backlog closed",
    "How much backlog went away without being earned?",
    "What was left of orders when they were closed: of a project's when the project ended, of others with their last invoice.",
    sign=-1,
    better=Better.LOWER,
    edge="An order that was cancelled never was in backlog. ",
)
BACKLOG_EXCHANGE = _flow(
    "exchange",
    "backlog_exchange",
    "Exchange differences of backlog",
    "How much did exchange rates move backlog?",
    "Backlog at the closing rates of both ends, less what moved it at average rates, contract by contract.",
    edge="In the currency of the books there is none. ",
)
