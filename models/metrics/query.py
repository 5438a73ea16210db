"""Questions to the KPIs. Every one takes a scope; there is no other way to the facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from ..access import Scope
from ..period import Month, Period
from .answer import Answer, AnswerRow, RowPage, TrendPoint
from .behind import Cut, rows_behind
from .cache import ANSWERS
from .compile import Filters, Slice
from .dimensions import dimension
from .kpi import Kpi
from .names import texts
from .rollup import rolled
from .rollups import rollups
from .sides import Question, base_span, needed, side_columns
from .sums import Cell, Column, Facts, Group
from .trust import concerns
from .vocabulary import Lens, Reason, Side
from .window import Span

if TYPE_CHECKING:
    from ..snapshot import Snapshot

__all__ = ["Ask", "Filters", "answer", "answer_many", "question_of", "rows", "trend", "trend_many"]

_Columns = Mapping[Side, Column]


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A question to one KPI, as `answer` and `answer_many` take it.

    `until` (yyyymmdd) cuts the period at a day, for facts that bear days; `also` names members, in the order of
    `by`, that get a line of a breakdown even if nothing counts for them.
    """

    kpi: Kpi
    period: Period
    by: tuple[str, ...] = ()
    where: Filters = field(default_factory=dict)
    lens: Lens = Lens.CONSOLIDATED
    until: int | None = None
    also: tuple[Group, ...] = ()

    @cached_property
    def span(self) -> Span:
        """The months asked for, and where they are cut."""
        return base_span(self.period)._replace(until=self.until)

    @cached_property
    def filters(self) -> dict[str, tuple[Any, ...]]:
        """The filters that name members."""
        return {name: tuple(keys) for name, keys in self.where.items() if keys}

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """What the answer is kept under."""
        filters = tuple(sorted((name, tuple(sorted(set(k)))) for name, k in self.filters.items()))
        question = (self.kpi, self.by, filters, self.lens, self.also)
        return ("answer", *self.span, *question)


def answer(
    snapshot: Snapshot,
    kpi: Kpi,
    period: Period,
    scope: Scope,
    *,
    by: Sequence[str] = (),
    where: Filters | None = None,
    lens: Lens = Lens.CONSOLIDATED,
) -> Answer:
    """Answer `kpi` for `period`, within `scope`, broken down `by` dimensions, filtered by `where`.

    A filter that names no member does not filter. In a `lens` other than the consolidated one there is
    a line for each currency.

    Raises:
        QuestionError: the KPI lacks a dimension of `by` or `where`.
    """
    ask = Ask(kpi=kpi, period=period, by=tuple(by), where=where or {}, lens=lens)
    return answer_many(snapshot, [ask], scope)[0]


def answer_many(snapshot: Snapshot, asks: Sequence[Ask], scope: Scope) -> list[Answer]:
    """Answer the questions of a page together: one query for all measures of a fact that can share it.

    Each answer is what `answer` returns for it alone.

    Raises:
        QuestionError: a KPI lacks a dimension it is asked by.
    """
    questions = [question_of(snapshot, ask, scope) for ask in asks]
    found = {ask.key: ANSWERS.find(snapshot, scope, ask.key) for ask in asks}
    fresh = [
        (ask, question)
        for ask, question in zip(asks, questions, strict=True)
        if found[ask.key] is None
    ]
    if fresh:
        for ask, lines in zip((ask for ask, _ in fresh), _lines(snapshot, fresh), strict=True):
            found[ask.key] = ANSWERS.keep(snapshot, scope, ask.key, lines)
    return [_answer(snapshot, ask, found[ask.key]) for ask in asks]


def trend(
    snapshot: Snapshot,
    kpi: Kpi,
    months: Sequence[Month],
    scope: Scope,
    *,
    where: Filters | None = None,
    lens: Lens = Lens.CONSOLIDATED,
) -> list[TrendPoint]:
    """Answer `kpi` month by month; in a lens of several currencies, month by month for each.

    Raises:
        QuestionError: the KPI lacks a dimension of `where`.
    """
    return trend_many(snapshot, [kpi], months, scope, where=where, lens=lens)[0]


def trend_many(
    snapshot: Snapshot,
    kpis: Sequence[Kpi],
    months: Sequence[Month],
    scope: Scope,
    *,
    where: Filters | None = None,
    lens: Lens = Lens.CONSOLIDATED,
) -> list[list[TrendPoint]]:
    """Answer several KPIs month by month, all read together; each is what `trend` returns for it alone.

    Raises:
        QuestionError: a KPI lacks a dimension of `where`.
    """
    if not months:
        return [[] for _ in kpis]
    period = Period(min(months), max(months))
    asks = [Ask(kpi=kpi, period=period, where=where or {}, lens=lens) for kpi in kpis]
    questions = [question_of(snapshot, ask, scope) for ask in asks]
    each = tuple(month.key for month in months)
    keys = [("trend", each, *ask.key) for ask in asks]
    found = {key: ANSWERS.find(snapshot, scope, key) for key in keys}
    fresh = {key: one for key, one in zip(keys, questions, strict=True) if found[key] is None}
    if fresh:
        told = _points(snapshot, list(fresh.values()), months)
        for key, points in zip(fresh, told, strict=True):
            found[key] = ANSWERS.keep(snapshot, scope, key, tuple(points))
    return [list(found[key]) for key in keys]


def rows(
    snapshot: Snapshot,
    kpi: Kpi,
    side: Side,
    period: Period,
    scope: Scope,
    *,
    where: Filters | None = None,
    lens: Lens = Lens.CONSOLIDATED,
    currency: str | None = None,
    offset: int = 0,
    limit: int | None = 100,
    order: Sequence[tuple[str, bool]] = (),
    search: str = "",
) -> RowPage:
    """Return the rows behind one side of `kpi`; they make its answer exactly.

    `currency` chooses one line of an answer that has a line for each; `order` is (column, descending)
    pairs; `limit=None` is for all; `search` leaves the rows whose texts hold all of its words, and the sums
    are then of those alone.

    Raises:
        QuestionError: the KPI lacks a dimension of `where`, or the rows a column of `order`.
    """
    ask = Ask(kpi=kpi, period=period, where=where or {}, lens=lens)
    question = question_of(snapshot, ask, scope)
    question = replace(question, asked=replace(question.asked, currency=currency))
    cut = Cut(offset=offset, limit=limit, order=order, search=search)
    return rows_behind(question, side, period, cut)


def question_of(snapshot: Snapshot, ask: Ask, scope: Scope) -> Question:
    """A question as it is put to one snapshot, within a scope.

    Raises:
        QuestionError: the KPI lacks a dimension it is asked by.
    """
    for name in (*ask.by, *ask.filters):
        dimension(name, ask.kpi.by)
    asked = Slice(scope=scope, by=ask.by, where=ask.filters, lens=ask.lens)
    return Question(snapshot=snapshot, kpi=ask.kpi, asked=asked)


def _facts(snapshot: Snapshot, connection: Connection) -> Facts:
    """The facts of a snapshot, its rollups in front of them."""
    kept = rolled(snapshot, connection, rollups())
    return Facts(connection, Month.of(snapshot.today), kept, snapshot)


def _points(
    snapshot: Snapshot, questions: Sequence[Question], months: Sequence[Month]
) -> list[list[TrendPoint]]:
    spans = {month: Span.of(month) for month in months}
    if questions[0].asked.scope.is_nothing:
        return [[TrendPoint(month=one, erp=None, psa=None) for one in months] for _ in questions]
    unique = list(dict.fromkeys(spans.values()))
    with snapshot.engine.connect() as connection:
        facts = _facts(snapshot, connection)
        facts.fetch(
            one
            for question in questions
            for formula in question.formulas.values()
            for one in needed(facts, question, formula, unique)
        )
        return [_monthly(facts, question, spans) for question in questions]


def _monthly(facts: Facts, question: Question, spans: Mapping[Month, Span]) -> list[TrendPoint]:
    unique = list(dict.fromkeys(spans.values()))
    found = {
        side: side_columns(facts, question, formula, unique)
        for side, formula in question.formulas.items()
    }
    lines = {
        _currency(group, question)
        for told in found.values()
        for c in told.values()
        for group in c.cells
    }
    return [
        TrendPoint(
            month=month,
            erp=_number(_of(found[Side.ERP][span], currency)),
            psa=_number(_of(found[Side.PSA][span], currency)),
            currency=currency,
        )
        for currency in sorted(lines, key=str) or [None]
        for month, span in spans.items()
    ]


def _lines(
    snapshot: Snapshot, fresh: Sequence[tuple[Ask, Question]]
) -> list[tuple[AnswerRow, ...]]:
    """The lines of each answer, all read together."""
    if fresh[0][1].asked.scope.is_nothing:
        return [_nothing(question) for _, question in fresh]
    with snapshot.engine.connect() as connection:
        facts = _facts(snapshot, connection)
        facts.fetch(
            one
            for ask, question in fresh
            for formula in question.formulas.values()
            for one in needed(facts, question, formula, [ask.span])
        )
        return [tuple(_answered(facts, ask, question)) for ask, question in fresh]


def _nothing(question: Question) -> tuple[AnswerRow, ...]:
    """The one line of somebody who may see no number; a breakdown has none."""
    refused = dict.fromkeys(Side, Column(rest=Reason.OUT_OF_SCOPE))
    return () if question.asked.by else (_row(question, (), {}, refused),)


def _answered(facts: Facts, ask: Ask, question: Question) -> list[AnswerRow]:
    span = ask.span
    found: dict[Side, Column] = {
        side: side_columns(facts, question, formula, [span])[span]
        for side, formula in question.formulas.items()
    }
    groups = _groups(found, question).union(ask.also)
    named = {
        name: texts(
            facts.connection,
            question.snapshot,
            dimension(name, ask.by),
            {group[place] for group in groups},
        )
        for place, name in enumerate(ask.by)
    }
    ordered = sorted(groups, key=lambda group: _reading_order(ask.by, group, named))
    return [_row(question, group, named, found) for group in ordered]


def _answer(snapshot: Snapshot, ask: Ask, lines: Sequence[AnswerRow]) -> Answer:
    return Answer(
        kpi=ask.kpi,
        period=ask.period,
        currency=_reporting(snapshot, ask.kpi, ask.lens),
        as_of={system: state.as_of for system, state in snapshot.sources.items()},
        snapshot=snapshot.version,
        trust={side: concerns(snapshot, ask.kpi, side) for side in Side},
        rows=list(lines),
        lens=ask.lens,
    )


def _groups(found: _Columns, question: Question) -> set[Group]:
    """The members that have a number on either side; without a breakdown, the one group there is."""
    groups = {group for column in found.values() for group in column.cells}
    size = len(question.asked.by)
    apart = {group for group in groups if len(group) > size}
    if apart:  # a side that cannot be told by currency has no line of its own
        return apart
    return groups if question.asked.by else {()}


def _reading_order(
    by: Sequence[str], group: Group, named: Mapping[str, Mapping[Any, str]]
) -> tuple[Any, ...]:
    keys = zip(by, group, strict=False)
    return (*((named[name][key].casefold(), str(key)) for name, key in keys), *group[len(by) :])


def _row(
    question: Question,
    group: Group,
    named: Mapping[str, Mapping[Any, str]],
    found: _Columns,
) -> AnswerRow:
    kpi, by = question.kpi, question.asked.by
    cells = {side: column.of(group) for side, column in found.items()}
    erp, psa = _number(cells[Side.ERP]), _number(cells[Side.PSA])
    variance = erp - psa if erp is not None and psa is not None else None
    own = _currency(group, question)
    reporting = _reporting(question.snapshot, kpi, question.asked.lens)
    return AnswerRow(
        dimensions=dict(zip(by, group, strict=False)),
        labels={name: named[name][key] for name, key in zip(by, group, strict=False)},
        currency=reporting if own is None else own,
        erp=erp,
        psa=psa,
        variance=variance,
        value=_number(cells[kpi.record]),
        reasons={side: cell for side, cell in cells.items() if isinstance(cell, Reason)},
        within_tolerance=_within(kpi, erp, variance),
        blank={side: rows for side, column in found.items() if (rows := column.blank.get(group))},
    )


def _within(kpi: Kpi, erp: Decimal | None, variance: Decimal | None) -> bool | None:
    if erp is None or variance is None or kpi.tolerance is None:
        return None
    return abs(variance) <= max(kpi.tolerance, kpi.tolerance_share * abs(erp))


def _currency(group: Group, question: Question) -> str | None:
    """The currency of a line that is one currency's."""
    return group[-1] if len(group) > len(question.asked.by) else None


def _reporting(snapshot: Snapshot, kpi: Kpi, lens: Lens) -> str | None:
    """The currency that consolidated money is in."""
    return snapshot.reporting_currency if kpi.is_money and lens is Lens.CONSOLIDATED else None


def _of(column: Column, currency: str | None) -> Cell:
    return column.of(() if currency is None else (currency,))


def _number(cell: Cell) -> Decimal | None:
    return None if isinstance(cell, Reason) else cell
