"""Members whose end is told by several methods: where they are far apart, nobody knows it yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import Compared
from models.metrics.dimensions import DIMENSIONS, Key
from models.metrics.kpi import Kpi
from models.texts import Text, _

from .. import formats
from ..components import skeleton
from ..components.table import framed
from ..components.tile import definition
from ..components.track import Mark, Scale, legend, track_cell, track_head
from ..page import Section, nothing_else
from ..visit import Visit
from .asking import lines_of, member_address
from .breakdown import number_cell
from .card import card, empty_card
from .tiles import lacking

_ZERO = Decimal(0)
_TOP = 10
_FARTHEST = Decimal(3)  # times the budget, as far as a mark is drawn
_LEGEND: tuple[tuple[str, Text], ...] = (("tick-pl", "budget"), ("dot-first", "a method"))


def estimates(
    by: str,
    budget: str,
    *methods: str,
    name: str,
    title: Text,
    says: Text,
    empty: Text,
    class_name: str = "half",
) -> Section:
    """The members as a section, those whose methods differ most first; drawn as shares of the budget."""

    def render(visit: Visit) -> Component:
        wanted = [kpis()[key] for key in (budget, *methods)]
        missing = next((m for kpi in wanted if (m := visit.ask.lacks(kpi, by))), None)
        if missing:
            return empty_card(title, lacking(missing))
        found = _members(visit, by, wanted)
        if not found:
            return empty_card(title, empty)
        shown = sorted(found, key=lambda one: one.apart, reverse=True)[:_TOP]
        words = (
            _("{says}; {count} of {total}", says=_(says), count=len(shown), total=len(found))
            if len(found) > len(shown)
            else _(says)
        )
        first = shown[0]
        return card(
            title,
            _table(visit, by, wanted[0], shown),
            says=[*legend(_LEGEND), html.Span(words)],
            gist=(
                (
                    first.budget.row.labels[by],
                    _("{share} apart", share=formats.percent(first.apart, 0)),
                ),
            ),
        )

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.of_height(skeleton.rows(_TOP)),
        label=title,
        class_name=class_name,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """One member: its budget, and its end by each method that can tell it, the lowest first."""

    key: Key
    budget: Compared
    ends: Sequence[tuple[Kpi, Compared]]

    def share(self, line: Compared) -> Decimal:
        """A number as a share of the budget."""
        return (line.row.value or _ZERO) / (self.budget.row.value or Decimal(1))

    @property
    def apart(self) -> Decimal:
        """How far the methods differ, as a share of the budget."""
        return self.share(self.ends[-1][1]) - self.share(self.ends[0][1])


def _members(visit: Visit, by: str, wanted: Sequence[Kpi]) -> list[_Member]:
    """The members that have a budget and at least two methods."""
    told = visit.ask.compare(wanted, [visit.period], by=(by,), bases=())
    lines = {
        key: {
            line.row.dimensions[by]: line
            for line in lines_of(visit, found)
            if line.row.value is not None
        }
        for (key, _), found in told.items()
    }
    budget, *methods = wanted
    members = []
    for key, line in lines[budget.key].items():
        ends = [(kpi, lines[kpi.key][key]) for kpi in methods if key in lines[kpi.key]]
        if len(ends) > 1 and (line.row.value or _ZERO) > 0:
            ends.sort(key=lambda end: end[1].row.value or _ZERO)
            members.append(_Member(key=key, budget=line, ends=ends))
    return members


def _table(visit: Visit, by: str, budget: Kpi, shown: Sequence[_Member]) -> Component:
    marks = {one.key: _marks(one) for one in shown}
    scale = Scale.of([mark for several in marks.values() for mark in several])
    head = html.Tr(
        [
            html.Th(_(DIMENSIONS[by].title), scope="col"),
            track_head(),
            html.Th(
                html.Span([_("Budget"), definition(budget)], className="title-line"),
                scope="col",
                className="figures",
            ),
            *(
                html.Th(_(text), scope="col", className="figures", title=_(full))
                for text, full in _HEADS
            ),
        ]
    )
    rows = [_row(visit, by, budget, one, (marks[one.key], scale)) for one in shown]
    return framed([html.Thead(head), html.Tbody(rows)], "tracks estimates", folds=True)


_HEADS: tuple[tuple[Text, Text], ...] = (
    ("Lowest", "the cost at completion by the method that tells the least"),
    ("Highest", "by the method that tells the most"),
    ("Apart", "the highest less the lowest, as a share of the budget"),
)


def _marks(one: _Member) -> list[Mark]:
    places = [min(one.share(line), _FARTHEST) for _kpi, line in one.ends]
    over = "between over" if places[-1] > 1 else "between"
    return [
        Mark(start=places[0], end=places[-1], role=over),
        *(Mark(end=place, role="dot first") for place in places),
        Mark(end=Decimal(1), role="pl"),
    ]


def _row(
    visit: Visit,
    by: str,
    budget: Kpi,
    one: _Member,
    drawn: tuple[Sequence[Mark], Scale],
) -> Component:
    label, href = one.budget.row.labels[by], member_address(visit, by, one.key)
    told = [(budget, one.budget), one.ends[0], one.ends[-1]]
    return html.Tr(
        [
            html.Th(
                dcc.Link(label, href=href, refresh=False) if href else label,
                scope="row",
                title=label,
            ),
            track_cell(*drawn),
            *(number_cell(visit, kpi, line, kpi.record, [(by, one.key)]) for kpi, line in told),
            html.Td(formats.percent(one.apart, 0), className="figures"),
        ]
    )
