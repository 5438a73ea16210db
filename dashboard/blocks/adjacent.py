"""Members with one number in several states, as bars below each other: planned, so far, at completion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import Compared
from models.metrics.dimensions import DIMENSIONS, Key
from models.metrics.kpi import Unit
from models.texts import Text, _

from .. import formats
from ..auth.permissions import Permission
from ..components import skeleton
from ..components.opening import Gist
from ..components.table import framed
from ..components.tile import definition
from ..components.track import Mark, Scale, legend, track_cell, track_head
from ..page import Section, nothing_else
from ..visit import Visit
from . import gist
from .asking import lines_of, member_address
from .breakdown import MOST_BESIDE, number_cell
from .card import card, empty_card
from .tiles import lacking

_TOP = 10


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One of the states.

    Attributes:
        role: pl | ac | fc, its look.
    """

    key: str
    title: Text
    role: str


def adjacent(
    by: str,
    *bars: Bar,
    worst: str | None = None,
    by_name: bool = False,
    name: str,
    title: Text,
    says: Text,
    empty: Text = "Nothing has these numbers.",
    class_name: str = "half",
    permission: Permission | None = None,
    rows: int = _TOP,
) -> Section:
    """The members as a section.

    Args:
        worst: the KPI that tells their order: who has the least of it comes first, and who has one bar alone does not
            show. Without it all members show, the longest bar first.
        by_name: they stand in the order of their names: months.
        rows: how many members there usually are.
    """

    def render(visit: Visit) -> Component:
        ordered = (worst,) if worst else ()
        wanted = [kpis()[key] for key in (*(one.key for one in bars), *ordered)]
        missing = next((m for kpi in wanted if (m := visit.ask.lacks(kpi, by))), None)
        if missing:
            return empty_card(title, lacking(missing))
        told = visit.ask.compare(wanted, [visit.period], by=(by,), bases=())
        lines = {
            key: {line.row.dimensions[by]: line for line in lines_of(visit, found)}
            for (key, _), found in told.items()
        }
        members = _members(lines, bars, worst)
        if by_name:
            members.sort(key=str)
        if not members:
            return empty_card(title, empty)
        shown = members[:_TOP]
        words = (
            _("{says}; {count} of {total}", says=_(says), count=len(shown), total=len(members))
            if len(members) > len(shown)
            else _(says)
        )
        return card(
            title,
            _table(visit, by, bars, lines, shown),
            says=[*legend((f"tick-{bar.role}", bar.title) for bar in bars), html.Span(words)],
            gist=_gist(by, bars[0], lines, shown[0]),
        )

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.of_height(skeleton.rows(rows, each=50)),
        label=title,
        class_name=class_name,
        permission=permission,
    )


_Lines = Mapping[str, Mapping[Key, Compared]]


def _gist(by: str, bar: Bar, lines: _Lines, first: Key) -> Gist:
    """The member that stands first."""
    line = lines[bar.key].get(first)
    return gist.of_lines([(line.row.labels[by], kpis()[bar.key], line)]) if line else ()


def _value(lines: _Lines, key: str, member: Key) -> Decimal | None:
    line = lines[key].get(member)
    return line.row.value if line else None


def _members(lines: _Lines, bars: Sequence[Bar], worst: str | None) -> list[Key]:
    """Those that show, in their order."""
    told: dict[Key, list[Decimal]] = {}
    for bar in bars:
        for member in lines[bar.key]:
            if (value := _value(lines, bar.key, member)) is not None:
                told.setdefault(member, []).append(value)
    if worst is None:
        return sorted(told, key=lambda one: -max(told[one]))
    compared = [member for member, values in told.items() if len(values) > 1]
    return sorted(compared, key=lambda one: _value(lines, worst, one) or Decimal(0))


def _table(
    visit: Visit, by: str, bars: Sequence[Bar], lines: _Lines, shown: Sequence[Key]
) -> Component:
    marks = {member: _marks(lines, bars, member) for member in shown}
    scale = Scale.of([mark for several in marks.values() for mark in several])
    head = html.Tr(
        [
            html.Th(_(DIMENSIONS[by].title), scope="col"),
            track_head(),
            *(
                html.Th(
                    html.Span([_(bar.title), definition(kpis()[bar.key])], className="title-line"),
                    scope="col",
                    className="figures",
                )
                for bar in bars
            ),
        ]
    )
    rows = [_row(visit, by, bars, lines, member, (marks[member], scale)) for member in shown]
    kind = "tracks adjacent above of-4" if len(bars) > MOST_BESIDE else "tracks adjacent"
    return framed([html.Thead(head), html.Tbody(rows)], kind, folds=True)


def _marks(lines: _Lines, bars: Sequence[Bar], member: Key) -> list[Mark]:
    return [
        Mark(start=Decimal(0), end=_drawn(value, bar), role=f"{bar.role} bar-{place}")
        for place, bar in enumerate(bars, 1)
        if (value := _value(lines, bar.key, member)) is not None
    ]


def _drawn(value: Decimal, bar: Bar) -> Decimal:
    """How far a bar reaches: a share of many times the whole must not make all others invisible."""
    if kpis()[bar.key].unit is not Unit.PERCENT:
        return value
    return max(min(value, Decimal(1)), Decimal(-1))


def _row(
    visit: Visit,
    by: str,
    bars: Sequence[Bar],
    lines: _Lines,
    member: Key,
    drawn: tuple[Sequence[Mark], Scale],
) -> Component:
    label = next(lines[bar.key][member].row.labels[by] for bar in bars if member in lines[bar.key])
    href = member_address(visit, by, member)
    cells = []
    for bar in bars:
        kpi, line = kpis()[bar.key], lines[bar.key].get(member)
        cells.append(
            html.Td(formats.MISSING, className="figures soft")
            if line is None
            else number_cell(visit, kpi, line, kpi.record, [(by, member)])
        )
    return html.Tr(
        [
            html.Th(
                dcc.Link(label, href=href, refresh=False) if href else label,
                scope="row",
                title=label,
            ),
            track_cell(*drawn),
            *cells,
        ]
    )
