"""A number beside what it is compared with: the period before, the year before, the plan, a benchmark (R4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from ..access import Scope
from ..period import Month, Period, day_key
from .answer import Answer, AnswerRow
from .compile import Filters
from .formula import NotHeld
from .goals import goal_of
from .kpi import Kpi
from .query import Ask, answer_many
from .sides import is_stock
from .vocabulary import Basis, Lens, Reason, Side
from .window import Span

if TYPE_CHECKING:
    from ..snapshot import Snapshot

_PLACES = Decimal("0.000001")
_SHIFTS = {Basis.PRIOR_PERIOD: "prior", Basis.PRIOR_YEAR: "prior_year"}


class Published(Protocol):
    """A benchmark, as `models.business` keeps it."""

    value: Decimal
    source: str
    year: int | None
    currency: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """A number against one reference.

    Attributes:
        period: what the reference is of; None for a benchmark.
        primary: the number it is compared with: of a running period, up to today.
        delta: primary - reference.
        delta_share: delta / reference; None where the reference is not above 0.
        improved: whether the difference is good; None where there is none.
        equal_part: whether a running period was set against the equal part of the other.
        source: who published a benchmark, and when.
    """

    basis: Basis
    period: Period | None
    primary: Decimal | None
    reference: Decimal | None
    delta: Decimal | None = None
    delta_share: Decimal | None = None
    improved: bool | None = None
    equal_part: bool = False
    reason: Reason | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A line of an answer, with what it is compared with."""

    row: AnswerRow
    against: Mapping[Basis, Against]


def compare(
    snapshot: Snapshot,
    kpi: Kpi,
    period: Period,
    scope: Scope,
    *,
    by: Sequence[str] = (),
    where: Filters | None = None,
    lens: Lens = Lens.CONSOLIDATED,
    bases: Sequence[Basis] | None = None,
    benchmark: Published | None = None,
) -> list[Compared]:
    """Set the number of record against each of `bases`, by default all that the KPI declares and its target.

    A period that is not over is set against the equal part of the other, where the facts bear days.

    Raises:
        QuestionError: the KPI lacks a dimension of `by` or `where`.
    """
    ask = Ask(kpi=kpi, period=period, by=tuple(by), where=where or {}, lens=lens)
    published = {kpi.key: benchmark} if benchmark else {}
    return compare_many(snapshot, [ask], scope, bases=bases, benchmarks=published)[0]


def compare_many(
    snapshot: Snapshot,
    asks: Sequence[Ask],
    scope: Scope,
    *,
    bases: Sequence[Basis] | None = None,
    benchmarks: Mapping[str, Published] | None = None,
) -> list[list[Compared]]:
    """Set each question's number against its references, all of them answered together.

    Args:
        benchmarks: key of the KPI -> what was published of it.

    Raises:
        QuestionError: a KPI lacks a dimension it is asked by.
    """
    pairs = {ask.key: _pairs(ask, _referring(ask, bases), snapshot) for ask in asks}
    wanted = {ask.key: ask for ask in asks}
    for found in pairs.values():
        wanted |= {one.key: one for pair in found.values() for one in pair}
    answers = answer_many(snapshot, list(wanted.values()), scope)
    told = dict(zip(wanted, answers, strict=True))
    published = benchmarks or {}
    compared = [
        _compared(ask, pairs[ask.key], told, _referring(ask, bases), published.get(ask.kpi.key))
        for ask in asks
    ]
    if bases is not None and Basis.TARGET not in bases:
        return compared
    return [
        [_aimed(snapshot, scope, ask, line) for line in lines]
        for ask, lines in zip(asks, compared, strict=True)
    ]


def _referring(ask: Ask, bases: Sequence[Basis] | None) -> list[Basis]:
    """What each line is set against, with a number or a reason; a target stands only where there is one."""
    return [
        one for one in (ask.kpi.compared if bases is None else bases) if one is not Basis.TARGET
    ]


def _aimed(snapshot: Snapshot, scope: Scope, ask: Ask, line: Compared) -> Compared:
    """A line with its target, where there is one."""
    goal = goal_of(snapshot, scope, ask, line.row)
    if goal is None:
        return line
    found = Against(basis=Basis.TARGET, period=ask.period, primary=line.row.value, reference=goal)
    return replace(line, against={**line.against, Basis.TARGET: _told(ask.kpi, found)})


def _pairs(ask: Ask, bases: Sequence[Basis], snapshot: Snapshot) -> dict[Basis, tuple[Ask, Ask]]:
    return {
        basis: pair for basis in bases if (pair := reference_of(ask, basis, snapshot)) is not None
    }


def _compared(
    ask: Ask,
    pairs: Mapping[Basis, tuple[Ask, Ask]],
    told: Mapping[Any, Answer],
    bases: Sequence[Basis],
    benchmark: Published | None,
) -> list[Compared]:
    kpi = ask.kpi
    lines = {
        basis: (_by_member(told[primary.key]), _by_member(told[reference.key]), reference)
        for basis, (primary, reference) in pairs.items()
    }
    return [
        Compared(
            row=row,
            against={
                basis: _benchmarked(kpi, row, benchmark)
                if basis is Basis.BENCHMARK
                else _set_against(kpi, basis, row, lines.get(basis))
                for basis in bases
            },
        )
        for row in told[ask.key].rows
    ]


@cache
def plan_of(kpi: Kpi) -> Kpi:
    """The plan of a KPI as a number of its own."""
    assert kpi.plan is not None
    return replace(
        kpi, erp=kpi.plan, psa=NotHeld(why="Plans belong to neither system."), record=Side.ERP
    )


def equal_part(period: Period, other: Period, today: Month, until: int) -> tuple[Period, int]:
    """The part of `other` that is as long as that of `period` up to the day `until`, and its last day."""
    done = Period(period.first, today)
    span = Span(done.first.key, done.last.key, until).plus(_months(period.first, other.first))
    assert span.first is not None
    assert span.last is not None
    assert span.until is not None
    return Period(Month.from_key(span.first), Month.from_key(span.last)), span.until


def reference_of(ask: Ask, basis: Basis, snapshot: Snapshot) -> tuple[Ask, Ask] | None:
    """The number and its reference, as they are asked for; None where it has no such reference."""
    if basis is Basis.PLAN:
        return (ask, replace(ask, kpi=plan_of(ask.kpi))) if ask.kpi.plan is not None else None
    if basis is Basis.BENCHMARK:
        return None
    other: Period = getattr(ask.period, _SHIFTS[basis])
    today = Month.of(snapshot.today)
    running = ask.period.first <= today and snapshot.today < ask.period.end
    if not running or not can_be_cut(ask.kpi):
        return ask, replace(ask, period=other)
    until = day_key(snapshot.today)
    part, last = equal_part(ask.period, other, today, until)
    mine = replace(ask, period=Period(ask.period.first, today), until=until)
    return mine, replace(ask, period=part, until=last)


def can_be_cut(kpi: Kpi) -> bool:
    """Whether a part of a period can be told: a flow whose facts all bear days."""
    measures = kpi.side(kpi.record).measures
    return not is_stock(kpi) and all(measure.days is not None for measure in measures)


def _set_against(
    kpi: Kpi,
    basis: Basis,
    row: AnswerRow,
    lines: tuple[Mapping[Any, AnswerRow], Mapping[Any, AnswerRow], Ask] | None,
) -> Against:
    if lines is None:
        return Against(
            basis=basis, period=None, primary=row.value, reference=None, reason=Reason.NO_PLAN
        )
    mine, theirs, asked = lines
    primary, reference = mine.get(_member(row)), theirs.get(_member(row))
    found = Against(
        basis=basis,
        period=asked.period,
        primary=primary.value if primary else None,
        reference=reference.value if reference else None,
        equal_part=asked.until is not None,
    )
    if found.reference is None:
        missing = Reason.NO_PLAN if basis is Basis.PLAN else Reason.NO_HISTORY
        why = reference.reasons.get(asked.kpi.record, missing) if reference else missing
        return replace(found, reason=missing if why is Reason.NO_DATA else why)
    return _told(kpi, found)


def _benchmarked(kpi: Kpi, row: AnswerRow, benchmark: Published | None) -> Against:
    found = Against(basis=Basis.BENCHMARK, period=None, primary=row.value, reference=None)
    if benchmark is None or (kpi.is_money and benchmark.currency != row.currency):
        return replace(found, reason=Reason.NO_BENCHMARK)
    year = f", {benchmark.year}" if benchmark.year else ""
    source = f"{benchmark.source}{year}"
    return _told(kpi, replace(found, reference=benchmark.value, source=source))


def _told(kpi: Kpi, found: Against) -> Against:
    if found.primary is None or found.reference is None:
        return found
    delta = found.primary - found.reference
    share = None
    if found.reference > 0:
        share = (delta / found.reference).quantize(_PLACES, rounding=ROUND_HALF_EVEN)
    improved = kpi.improved(found.primary, found.reference)
    return replace(found, delta=delta, delta_share=share, improved=improved)


def _by_member(answered: Answer) -> dict[Any, AnswerRow]:
    return {_member(row): row for row in answered.rows}


def _member(row: AnswerRow) -> tuple[Any, ...]:
    return (*row.dimensions.items(), row.currency)


def _months(first: Month, other: Month) -> int:
    return (other.year - first.year) * 12 + other.number - first.number
