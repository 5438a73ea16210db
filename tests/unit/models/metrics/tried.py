"""A formula tried on the small books: its number, which its rows make every time."""

from __future__ import annotations

from decimal import Decimal

from models.access import Hidden, Scope
from models.metrics.billing import PSA_BILLED
from models.metrics.finance import RECOGNITION
from models.metrics.kpi import (
    TO_DATE,
    Better,
    Floor,
    Kind,
    Kpi,
    NotHeld,
    Side,
    Total,
    Unit,
)
from models.metrics.parts import number_of_rows
from models.metrics.query import answer, rows
from models.period import Period

EVERYTHING = Scope.everything()
NO_COST = Scope(managers=frozenset({20, 22}), hidden=frozenset(Hidden))
JANUARY, FEBRUARY, MARCH = (Period.parse(f"2026-0{number}") for number in (1, 2, 3))
QUARTER = Period.parse("2026-Q1")


def total(*measures, window=None):
    terms = tuple((1, measure) for measure in measures)
    return Total(terms=terms) if window is None else Total(terms=terms, window=window)


def kpi(formula, kind=Kind.FLOW, by=("project",), unit=Unit.FACTOR):
    return Kpi(
        key="tried",
        title="Tried",
        question="Does it hold?",
        definition="It does.",
        unit=unit,
        kind=kind,
        better=Better.HIGHER,
        erp=NotHeld(why="Tried on one side."),
        psa=formula,
        record=Side.PSA,
        by=by,
        tolerance=Decimal(0),
    )


def told(snapshot, formula, period=JANUARY, scope=EVERYTHING, **how):
    """The number; its rows make it, page by page or at once."""
    kind, where = how.pop("kind", Kind.FLOW), how.pop("where", {})
    one = kpi(formula, kind, **how)
    line = answer(snapshot, one, period, scope, where=where).only
    page = rows(snapshot, one, Side.PSA, period, scope, where=where, limit=None)
    pages = [
        row
        for offset in range(0, page.total_rows, 2)
        for row in rows(
            snapshot, one, Side.PSA, period, scope, where=where, offset=offset, limit=2
        ).rows
    ]
    assert pages == page.rows
    if line.psa is None:
        return line.reasons[Side.PSA]
    assert number_of_rows(formula, page.rows) == line.psa
    return line.psa


WIP = Floor(
    total=Total(terms=((1, RECOGNITION), (-1, PSA_BILLED)), window=TO_DATE), per=("project",)
)
