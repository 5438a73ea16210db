"""The roll-forward of deferred revenue in the books, and what is scheduled to be released when (D4)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

from ..tables.finance import fct_gl
from .deferral import LEDGER_DEFERRED
from .finance import INCOME_POSTINGS
from .kpi import (
    CLOSING,
    OPENING,
    PERIOD,
    Better,
    Kind,
    Kpi,
    Lens,
    Measure,
    NotHeld,
    Side,
    Sum,
    Total,
    Unit,
)

_BY = ("subsidiary", "account")
_CLOSES = (
    "Deferred revenue at the beginning, plus what was deferred, less what was released, plus exchange differences, is "
    "deferred revenue at the end, for every period, subsidiary and account. Accounts are those NetSuite calls deferred "
    "revenue; an entry that takes back another counts as its opposite."
)
_BALANCE = LEDGER_DEFERRED.erp
assert isinstance(_BALANCE, Total)
_POSTED = replace(
    INCOME_POSTINGS,
    key="deferred_postings",
    title="Postings to deferred revenue",
    where=(fct_gl.c.account_type == "DeferRevenue",),
    dimensions={"subsidiary": fct_gl.c.subsidiary_key, "account": fct_gl.c.account_key},
    eliminated=fct_gl.c.is_intercompany.is_(True),
    lenses={Lens.SUBSIDIARY: ("amount_subsidiary", "subsidiary_currency")},
)
_CREDITS = replace(
    _POSTED,
    key="deferred_credits",
    title="Credits to deferred revenue",
    where=(*_POSTED.where, fct_gl.c.amount < 0),
)
_DEBITS = replace(
    _POSTED,
    key="deferred_debits",
    title="Debits to deferred revenue",
    where=(*_POSTED.where, fct_gl.c.amount >= 0),
)


def _moved(measure: Measure, sign: int) -> Total:
    return Total(terms=((sign, measure),), window=PERIOD)


_roll = partial(
    Kpi,
    unit=Unit.MONEY,
    psa=NotHeld(why="SuiteProjects Pro keeps no ledger."),
    record=Side.ERP,
    by=_BY,
    tolerance=Decimal("0.01"),
    needs_history=True,
    source="KPI catalogue D4",
    group="D",
    edge_cases=_CLOSES,
    controls=("RC-06",),
)
_flow = partial(_roll, kind=Kind.FLOW, better=Better.HIGHER)

DEFERRED_OPENING = _roll(
    key="deferred_opening",
    title="Deferred revenue at the beginning",
    question="How much was deferred when the period began?",
    definition="Balance of the deferred revenue accounts at the end of the month before the period, at its closing rate.",
    kind=Kind.STOCK,
    better=Better.HIGHER,
    erp=replace(_BALANCE, window=OPENING),
)
DEFERRED_ADDED = _flow(
    key="deferred_added",
    title="Revenue deferred",
    question="How much did we bill in advance?",
    definition="Credits to the deferred revenue accounts, by posting period.",
    erp=_moved(_CREDITS, -1),
)
DEFERRED_RELEASED = _flow(
    key="deferred_released",
    title="Deferred revenue released",
    question="How much of what was billed in advance did we earn?",
    definition="Debits to the deferred revenue accounts, by posting period.",
    erp=_moved(_DEBITS, 1),
)
DEFERRED_EXCHANGE = _flow(
    key="deferred_exchange",
    title="Exchange differences of deferred revenue",
    question="How much did exchange rates move deferred revenue?",
    definition="Deferred revenue at the closing rates of both ends, less what moved it at the rates of its postings.",
    erp=Sum(
        terms=(
            (1, replace(_BALANCE, window=CLOSING)),
            (-1, replace(_BALANCE, window=OPENING)),
            (-1, _moved(_CREDITS, -1)),
            (1, _moved(_DEBITS, 1)),
        )
    ),
)
