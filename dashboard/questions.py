"""The questions a page asks, answered once for each snapshot, scope and question.

The numbers of KPIs are kept by the metric layer itself; what pages make of them beside is kept here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from hashlib import sha256
from typing import Any, TypeVar, cast

from flask_caching import Cache

from models.access import Scope
from models.business import in_force
from models.errors import QuestionError
from models.metrics import members, query
from models.metrics.answer import Answer, RowPage, TrendPoint
from models.metrics.cache import ANSWERS
from models.metrics.change import Change, Moved
from models.metrics.compare import Compared, compare_many
from models.metrics.dimensions import DIMENSIONS, NOT_ASSIGNED, Key
from models.metrics.explain import explain_change
from models.metrics.forecast import planned_revenue
from models.metrics.kpi import Basis, Kpi, Lens, Reason, Side
from models.metrics.margin_bridge import MarginBridge as DriverBridge
from models.metrics.margin_bridge import bridge_from
from models.metrics.margins import ProjectMargin, project_margins
from models.metrics.members import Member
from models.metrics.mix import MarginBridge, bridge_between
from models.metrics.since import Since, since
from models.metrics.spread import Spread, spreads
from models.period import Month, Period
from models.snapshot import Snapshot
from models.texts import _

from . import formats
from .texts import is_english, language

T = TypeVar("T")


class Questions:
    """Asks within one snapshot and one scope; there is no way to ask outside them."""

    def __init__(
        self,
        snapshot: Snapshot,
        scope: Scope,
        cache: Cache,
        where: Mapping[str, Sequence[Key]],
        lens: Lens = Lens.CONSOLIDATED,
    ) -> None:
        self.snapshot = snapshot
        self.scope = scope
        self.where = where
        self.lens = lens
        self._cache = cache

    def answer(
        self,
        kpi: Kpi,
        period: Period,
        *,
        by: Sequence[str] = (),
        lens: Lens | None = None,
    ) -> Answer:
        """A KPI's answer."""
        return query.answer(
            self.snapshot, kpi, period, self.scope, by=by, where=self.where, lens=lens or self.lens
        )

    def prepare(self, kpis: Iterable[Kpi], periods: Sequence[Period]) -> None:
        """Answer what a page is about to ask, all together: each fact is then read once."""
        asks = [
            query.Ask(kpi=kpi, period=period, where=self.where, lens=self.lens)
            for kpi in kpis
            if not self.lacks(kpi)
            for period in periods
        ]
        query.answer_many(self.snapshot, asks, self.scope)

    def lacks(self, kpi: Kpi, *by: str) -> list[str]:
        """The chosen filters, and the dimensions of `by`, that a KPI cannot be told by."""
        wanted = [*(name for name, keys in self.where.items() if keys), *by]
        return [name for name in dict.fromkeys(wanted) if name not in kpi.by]

    def compare(
        self,
        kpis: Iterable[Kpi],
        periods: Sequence[Period],
        *,
        by: Sequence[str] = (),
        bases: Sequence[Basis] | None = None,
        lens: Lens | None = None,
    ) -> Mapping[tuple[str, Period], list[Compared]]:
        """Numbers with what they are compared with, all read together; those that cannot be asked are left out.

        Returns:
            (key of the KPI, period) -> its lines.
        """
        asks = [
            query.Ask(
                kpi=kpi, period=period, by=tuple(by), where=self.where, lens=lens or self.lens
            )
            for kpi in kpis
            if not self.lacks(kpi, *by)
            for period in periods
        ]
        published = {
            ask.kpi.key: one
            for ask in asks
            if (one := next(iter(in_force(self.snapshot).benchmarks(ask.kpi.key).values()), None))
        }
        found = compare_many(self.snapshot, asks, self.scope, bases=bases, benchmarks=published)
        return {
            (ask.kpi.key, ask.period): spoken(lines) for ask, lines in zip(asks, found, strict=True)
        }

    def spreads(self, kpis: Sequence[Kpi], period: Period) -> Mapping[str, Spread | Reason]:
        """Key of the KPI -> where the cases of a mean lie, or why that cannot be told; those that can be asked."""
        asks = [
            query.Ask(kpi=kpi, period=period, where=self.where, lens=self.lens)
            for kpi in kpis
            if not self.lacks(kpi)
        ]
        found = spreads(self.snapshot, asks, self.scope)
        return {ask.kpi.key: one for ask, one in zip(asks, found, strict=True)}

    def since(
        self, before: Snapshot, kpi: Kpi, period: Period, *, by: Sequence[str] = (), lens: Lens
    ) -> Since:
        """A KPI's answer, every line beside what it was in an earlier snapshot."""
        ask = query.Ask(kpi=kpi, period=period, by=tuple(by), where=self.where, lens=lens)
        return since(before, self.snapshot, ask, self.scope)

    def trends(
        self, kpis: Iterable[Kpi], months: Sequence[Month]
    ) -> Mapping[str, list[TrendPoint]]:
        """KPIs month by month, all read together; those that cannot be asked are left out."""
        able = [kpi for kpi in kpis if not self.lacks(kpi)]
        found = query.trend_many(
            self.snapshot, able, months, self.scope, where=self.where, lens=self.lens
        )
        return {kpi.key: points for kpi, points in zip(able, found, strict=True)}

    def trend(self, kpi: Kpi, months: Sequence[Month]) -> list[TrendPoint]:
        """A KPI month by month."""
        return query.trend(self.snapshot, kpi, months, self.scope, where=self.where, lens=self.lens)

    def rows(
        self,
        kpi: Kpi,
        side: Side,
        period: Period,
        *,
        lens: Lens | None = None,
        currency: str | None = None,
        offset: int = 0,
        limit: int | None = 100,
        order: Sequence[tuple[str, bool]] = (),
        search: str = "",
    ) -> RowPage:
        """A page of the rows behind one side of a KPI."""
        return query.rows(
            self.snapshot,
            kpi,
            side,
            period,
            self.scope,
            where=self.where,
            lens=lens or self.lens,
            currency=currency,
            offset=offset,
            limit=limit,
            order=order,
            search=search,
        )

    def changes(
        self,
        before: Snapshot,
        kpi: Kpi,
        side: Side,
        period: Period,
        *,
        lens: Lens | None = None,
        currency: str | None = None,
        kinds: Collection[Moved] = (),
        offset: int = 0,
        limit: int | None = 100,
    ) -> Change:
        """What became of one side of a KPI since an earlier snapshot."""
        return explain_change(
            before,
            self.snapshot,
            kpi,
            side,
            period,
            self.scope,
            where=self.where,
            lens=lens or self.lens,
            currency=currency,
            kinds=kinds,
            offset=offset,
            limit=limit,
        )

    def schedule(self, months: Sequence[Month]) -> Mapping[Month, TrendPoint]:
        """What each system has scheduled to recognise in these months."""
        found = self.cached(
            ("schedule", tuple(month.key for month in months)),
            lambda: planned_revenue(self.snapshot, months, self.scope, where=self.where),
        )
        return {point.month: point for point in found}

    def margins(self, period: Period) -> list[ProjectMargin]:
        """The projects by margin, the best first."""
        return self.cached(
            ("margins", str(period)),
            lambda: project_margins(self.snapshot, period, self.scope, self.where),
        )

    def bridge(self, before: Period, after: Period) -> MarginBridge | None:
        """Why the margin of hours sold by the hour differs; None where the scope hides cost."""
        return self.cached(
            ("bridge", str(before), str(after)),
            lambda: (bridge_between(self.snapshot, before, after, self.scope, self.where),),
        )[0]

    def drivers(self, basis: Basis, period: Period) -> DriverBridge | Reason:
        """What moved the gross margin of the firm, or why that is not known."""
        return self.cached(
            ("drivers", str(basis), str(period)),
            lambda: bridge_from(self.snapshot, basis, period, self.scope, self.where),
        )

    def choices(self, dimension: str) -> Sequence[tuple[Key, str]]:
        """The members of a dimension that one may filter by, within the scope; none of one without a list."""
        listed = _LISTS.get(dimension)
        if listed is None:
            return _fixed(dimension)
        return ANSWERS.kept(
            self.snapshot,
            self.scope,
            ("choices", dimension),
            lambda: tuple((one.key, _named(one)) for one in listed(self.snapshot, self.scope)),
        )

    def written(self, dimension: str, write: Callable[[Sequence[tuple[Key, str]]], T]) -> T:
        """The members of a dimension as `write` writes them, written once."""
        question = ("written", write, dimension, language())
        return ANSWERS.kept(
            self.snapshot, self.scope, question, lambda: write(self.choices(dimension))
        )

    def narrowed(self, dimension: str, key: int) -> Questions:
        """The same questions about one member alone."""
        where = {**self.where, dimension: (key,)}
        return Questions(self.snapshot, self.scope, self._cache, where, self.lens)

    def cached(self, question: tuple[Any, ...], make: Callable[[], T]) -> T:
        """The answer to a question, kept under the snapshot, the scope and the question."""
        key = self._key(question)
        kept = self._cache.get(key)
        if kept is None:
            kept = make()
            self._cache.set(key, kept)
        return cast("T", kept)

    def _key(self, question: tuple[Any, ...]) -> str:
        scope = plain(self.scope)
        where = tuple(sorted((name, tuple(keys)) for name, keys in self.where.items()))
        text = repr((str(self.snapshot.path), self.snapshot.version, scope, where, question))
        return sha256(text.encode()).hexdigest()


_LISTS: Mapping[str, Callable[[Snapshot, Scope], list[Member]]] = {
    "subsidiary": members.subsidiaries,
    "department": members.departments,
    "customer": members.customers,
    "manager": members.managers,
    "project": members.projects,
    "person": members.people,
}


def _named(one: Member) -> str:
    return f"{one.code} {one.name}" if one.code else one.name


def _fixed(name: str) -> list[tuple[Key, str]]:
    """The members that a declaration names itself."""
    about = DIMENSIONS[name]
    return [(key, _(text)) for key, text in about.words.items()]


def spoken(lines: list[Compared]) -> list[Compared]:
    """Lines with members that declarations name, and nobody's, as the reader's language calls them."""
    names = lines[0].row.labels if lines else {}
    if not names or (is_english() and not any(DIMENSIONS[name].is_month for name in names)):
        return lines
    return [
        replace(
            one,
            row=replace(
                one.row,
                labels={name: label(name, text) for name, text in one.row.labels.items()},
            ),
        )
        for one in lines
    ]


def label(dimension: str, text: str) -> str:
    """What a member is called, in the reader's language where a declaration names it."""
    about = DIMENSIONS[dimension]
    if about.is_month:
        return month_of(text)
    is_declared = bool(about.words) or text == NOT_ASSIGNED
    return _(text) if is_declared else text


def month_of(text: str) -> str:
    """A month that a fact holds as text, as the reader writes it."""
    try:
        return formats.month_name(Period.parse(text).first, long=False)
    except QuestionError:  # what stands for no month
        return _(text)


def plain(scope: Scope) -> tuple[tuple[str, tuple[Any, ...] | None], ...]:
    """A scope with all its axes, in one order whichever order its sets have in this process."""
    axes = ((one.name, getattr(scope, one.name)) for one in fields(scope))
    return tuple((name, None if keys is None else tuple(sorted(keys))) for name, keys in axes)
