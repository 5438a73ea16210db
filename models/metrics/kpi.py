"""A KPI: the declaration that says what a number means in each system.

`erp` is NetSuite's side, `psa` SuiteProjects Pro's, each a formula (`models.metrics.formula`) over
measures (`models.metrics.measure`); a side that a system does not hold is `NotHeld`, with the words to
show. This module offers the whole vocabulary; `docs/metrics.md` shows how to use it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .formula import (
    Calendar,
    Concentration,
    Constant,
    Countback,
    CountOf,
    Drawn,
    Elapsed,
    Floor,
    Formula,
    Leaf,
    Median,
    NotHeld,
    Product,
    Ratio,
    Root,
    Squares,
    Sum,
    Survival,
    Total,
)
from .measure import Join, Measure, Record, columns_of
from .vocabulary import Basis, Better, Kind, Lens, Reason, Side, Unit
from .window import (
    BEYOND,
    CLOSING,
    OPENING,
    PERIOD,
    PRIOR_YEAR,
    TO_DATE,
    YEAR_CLOSED,
    YEAR_OPEN,
    YEAR_TO_DATE,
    Span,
    Window,
    ahead,
    trailing,
)


@dataclass(frozen=True, slots=True)
class Band:
    """Good from `low` to `high`; None is open."""

    low: Decimal | None
    high: Decimal | None

    def holds(self, number: Decimal) -> bool:
        """Whether a number is good."""
        return not self.distance(number)

    def distance(self, number: Decimal) -> Decimal:
        """How far a number is from being good; 0 where it is."""
        if self.low is not None and number < self.low:
            return self.low - number
        if self.high is not None and number > self.high:
            return number - self.high
        return Decimal(0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Kpi:
    """One number, as both systems know it.

    Attributes:
        key: public and stable, American English.
        group: the letter of its group in the catalogue, A to H.
        question: what an executive asks.
        definition: the formula in words, one or two sentences, for hover and handbook.
        band: what is good, where `better` is `band`.
        record: the side that is the number of record.
        by: the dimensions it can be broken down by.
        tolerance: a variance up to this (absolute, in the unit) is not news; None where each system's number is its own
            and a variance says nothing.
        tolerance_share: ... or up to this share of the ERP's number.
        needs_history: whether it needs every row since the beginning (stocks, countback).
        compared: what it is compared with.
        plan: what its plan is, as a formula over `fct_plan`; needed where `compared` names the plan.
        edge_cases: what a reader might stumble over, in whole sentences.
        controls: the controls its trust depends on, "RC-01".
        source: where the definition comes from, e.g. "KPI catalogue D1".
        submitted: key of the same number with what was submitted and is not approved yet.
    """

    key: str
    title: str
    question: str
    definition: str
    unit: Unit
    kind: Kind
    better: Better
    erp: Formula
    psa: Formula
    record: Side
    by: tuple[str, ...]
    tolerance: Decimal | None
    tolerance_share: Decimal = Decimal(0)
    needs_history: bool = False
    source: str = ""
    group: str = ""
    band: Band | None = None
    compared: tuple[Basis, ...] = (Basis.PRIOR_PERIOD, Basis.PRIOR_YEAR)
    plan: Formula | None = None
    edge_cases: str = ""
    controls: tuple[str, ...] = ()
    submitted: str | None = None

    def side(self, side: Side) -> Formula:
        """The formula of one side."""
        return self.erp if side is Side.ERP else self.psa

    def improved(self, now: Decimal, then: Decimal) -> bool | None:
        """Whether the number moved in the good direction; None where it moved in neither."""
        if self.better is Better.BAND and self.band is not None:
            now, then = -self.band.distance(now), -self.band.distance(then)
        elif self.better is Better.LOWER:
            now, then = -now, -then
        return None if now == then else now > then

    @property
    def is_money(self) -> bool:
        """Whether a currency belongs to the number."""
        return self.unit in {Unit.MONEY, Unit.RATE}

    @property
    def facts(self) -> tuple[str, ...]:
        """The tables it is computed from, by name."""
        measures = self.erp.measures + self.psa.measures
        return tuple(sorted({measure.table.name for measure in measures}))


__all__ = [
    "BEYOND",
    "CLOSING",
    "OPENING",
    "PERIOD",
    "PRIOR_YEAR",
    "TO_DATE",
    "YEAR_CLOSED",
    "YEAR_OPEN",
    "YEAR_TO_DATE",
    "Band",
    "Basis",
    "Better",
    "Calendar",
    "Concentration",
    "Constant",
    "CountOf",
    "Countback",
    "Drawn",
    "Elapsed",
    "Floor",
    "Formula",
    "Join",
    "Kind",
    "Kpi",
    "Leaf",
    "Lens",
    "Measure",
    "Median",
    "NotHeld",
    "Product",
    "Ratio",
    "Reason",
    "Record",
    "Root",
    "Side",
    "Span",
    "Squares",
    "Sum",
    "Survival",
    "Total",
    "Unit",
    "Window",
    "ahead",
    "columns_of",
    "trailing",
]
