"""How far the single cases of a mean lie apart: the quartiles of a lag behind its weighted mean (F4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..access import Scope
from ..errors import QuestionError
from .cache import ANSWERS
from .formula import Ratio, Total
from .kpi import Kpi
from .measure import Measure
from .query import Ask, question_of
from .sides import Question, base_span
from .vocabulary import Reason, Unit
from .written import StandIns, values

if TYPE_CHECKING:
    from ..snapshot import Snapshot

_SHARES = tuple(Decimal(share) for share in ("0.1", "0.25", "0.5", "0.75", "0.9"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Where the cases lie, each counted once whatever its amount.

    Attributes:
        low, high: a tenth lies below, a tenth above.
        lower, upper: a quarter lies below, a quarter above: the middle half is between them.
    """

    cases: int
    low: Decimal
    lower: Decimal
    middle: Decimal
    upper: Decimal
    high: Decimal


def spreads(snapshot: Snapshot, asks: Sequence[Ask], scope: Scope) -> list[Spread | Reason]:
    """The spread behind each question, within `scope`; why there is none where there is none.

    Raises:
        QuestionError: a KPI is no weighted mean, or lacks a dimension it is asked by.
    """
    return [
        ANSWERS.kept(
            snapshot,
            scope,
            ("spread", *ask.key),
            lambda of=ask: _spread(question_of(snapshot, of, scope), of),  # type: ignore[misc]
        )
        for ask in asks
    ]


def spread_of(found: Sequence[tuple[Decimal, int]]) -> Spread | None:
    """The spread of values, each with how often it occurs; None without any."""
    ordered = sorted(found)
    cases = sum(often for _, often in ordered)
    if not cases:
        return None
    low, lower, middle, upper, high = (_at(ordered, share * (cases - 1)) for share in _SHARES)
    return Spread(cases=cases, low=low, lower=lower, middle=middle, upper=upper, high=high)


def _at(ordered: Sequence[tuple[Decimal, int]], place: Decimal) -> Decimal:
    """The value at a place counted from 0; between two of them in proportion."""
    first = int(place)
    before, after = _nth(ordered, first), _nth(ordered, first + 1 if place > first else first)
    return before + (after - before) * (place - first)


def _nth(ordered: Sequence[tuple[Decimal, int]], place: int) -> Decimal:
    seen = 0
    for value, often in ordered:
        seen += often
        if place < seen:
            return value
    return ordered[-1][0]


def _spread(question: Question, ask: Ask) -> Spread | Reason:
    kpi = question.kpi
    formula, span = kpi.side(kpi.record), base_span(ask.period)
    refusal = question.refusal(formula, span)
    if refusal is not None:
        return refusal
    measure, given = _cases(kpi), StandIns()
    # days are the same in every currency: no line is apart
    asked = replace(question.asked, by=())
    statement = values(measure, given.asked(asked), given.span(span))
    with question.snapshot.engine.connect() as connection:
        rows: list[Any] = list(statement.run(connection, given.values))
    return spread_of([(Decimal(value), int(often)) for value, often in rows]) or Reason.NO_CASES


def _cases(kpi: Kpi) -> Measure:
    """What is averaged, without the amounts that it is weighted by."""
    formula = kpi.side(kpi.record)
    top = formula.numerator if isinstance(formula, Ratio) else None
    if not isinstance(top, Total) or len(top.terms) != 1 or top.measures[0].times is None:
        raise QuestionError(f"{kpi.key} is no weighted mean; only such a number has a spread.")
    measure = top.measures[0]
    return replace(measure, value=measure.times, times=None, unit=Unit.DAYS, lenses={})
