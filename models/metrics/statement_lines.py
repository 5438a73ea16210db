"""The lines of the income statement as measures: the ledger alone, so that they equal it to the cent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ..access import Hidden
from ..tables.statements import fct_pnl
from .kpi import Lens, Measure, NotHeld, Record, Sum, Total
from .plan import planned, planned_total

BY = (
    "subsidiary",
    "department",
    "practice",
    "line",
    "account",
    "stream",
    "customer",
    "project",
)
NO_LEDGER = NotHeld(why="SuiteProjects Pro keeps no ledger; the income statement is NetSuite's.")
REVENUE = ("revenue",)
LABOR = ("direct_labor",)
DIRECT = ("direct_labor", "subcontractors", "project_expenses", "resale")
DEPRECIATION = ("depreciation", "amortization")
OPERATING = (
    *DIRECT,
    "practice_overhead",
    "corporate_overhead",
    "stock_compensation",
    "allocations",
)


def _measure(lines: Collection[str] | None, streams: Collection[str], *, labor: bool) -> Measure:
    name = "labor" if labor else "documents"
    return Measure(
        key=f"pnl_{name}",
        title="Labour and allocated postings" if labor else "Postings of documents and income",
        system="netsuite",
        table=fct_pnl,
        value=fct_pnl.c.amount_consolidated,
        lenses={
            Lens.TRANSACTION: ("amount", "currency"),
            Lens.SUBSIDIARY: ("amount_subsidiary", "subsidiary_currency"),
        },
        month=fct_pnl.c.month,
        where=(
            fct_pnl.c.is_labor.is_(labor),
            *(() if lines is None else (fct_pnl.c.line.in_(sorted(lines)),)),
            *((fct_pnl.c.stream.in_(sorted(streams)),) if streams else ()),
        ),
        dimensions={
            "subsidiary": fct_pnl.c.subsidiary_key,
            "department": fct_pnl.c.department_key,
            "practice": fct_pnl.c.practice,
            "line": fct_pnl.c.line,
            "account": fct_pnl.c.account_key,
            "stream": fct_pnl.c.stream,
            "customer": fct_pnl.c.customer_key,
            "project": fct_pnl.c.project_key,
        },
        columns=(
            fct_pnl.c.day,
            fct_pnl.c.month,
            fct_pnl.c.type,
            fct_pnl.c.number,
            fct_pnl.c.line,
            fct_pnl.c.account_key,
            fct_pnl.c.practice,
            fct_pnl.c.department_key,
            fct_pnl.c.project_key,
            fct_pnl.c.customer_key,
            fct_pnl.c.subsidiary_key,
            fct_pnl.c.is_adjustment,
            fct_pnl.c.memo,
            fct_pnl.c.amount,
            fct_pnl.c.currency,
        ),
        record=Record(type="transaction", id=fct_pnl.c.transaction_id),
        hidden_by=Hidden.PERSON_COST if labor else None,
    )


def at_prior_rates(total: Total) -> Total:
    """The same at the average rates of a year earlier; books and deals know no rates."""
    terms = tuple(
        (
            sign,
            replace(
                measure,
                key=f"{measure.key}_prior_rates",
                title=f"{measure.title}, at last year's rates",
                value=fct_pnl.c.amount_prior_rates,
            ),
        )
        for sign, measure in total.terms
    )
    return replace(total, terms=terms)


def profit(
    lines: Collection[str] | None = None, *, sign: int = 1, streams: Collection[str] = ()
) -> Total:
    """What lines (all: None) left as profit; with sign -1, what they cost."""
    told = [(sign, _measure(lines, streams, labor=False))]
    if lines is None or set(lines) != set(REVENUE):
        told.append((sign, _measure(lines, streams, labor=True)))
    return Total(terms=tuple(told))


def cost(lines: Collection[str], *, streams: Collection[str] = ()) -> Total:
    """What lines cost, positive."""
    return profit(lines, sign=-1, streams=streams)


_PLANNED_REVENUE = Total(terms=((1, planned("revenue")),))  # none is zero: see below


def planned_cost(*lines: str) -> Total:
    """What is planned on lines of cost, positive."""
    return planned_total("cost", *lines)


def planned_profit(*lines: str) -> Sum:
    """Planned revenue less what is planned on lines of cost; without any of these there is no planned result.

    A plan of revenue alone would else be a plan of profit. A department that earns nothing has cost alone.
    """
    return Sum(terms=((1, _PLANNED_REVENUE), (-1, planned_cost(*lines))))
