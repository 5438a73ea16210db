"""Where the firm stands against its plan, the year before and what others published: bullet graphs below each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import Against, Compared
from models.metrics.kpi import Basis, Kpi
from models.period import Period
from models.texts import Text, _

from .. import formats
from ..auth.permissions import Permission
from ..components import skeleton
from ..components.bullet import NAMES, TICKS, aims, known, ticks
from ..components.changes import HEADS, arrow, change_text, tone, why_not
from ..components.states import nothing
from ..components.table import framed
from ..components.tile import named
from ..components.track import Mark, Scale, legend, track_cell, track_head
from ..page import Section, nothing_else
from ..visit import Visit
from .asking import line_of
from .breakdown import number_cell
from .card import card
from .tiles import lacking

_BASES = tuple(TICKS)
_HEIGHT = 415  # of five numbers and a heading, as of a card with its legend
_Line = tuple[Kpi, Compared]


@dataclass(frozen=True, kw_only=True)
class Half:
    """One of the cards that stand beside each other.

    Attributes:
        keys: of the KPIs, in order.
        below: heading -> keys of what stands below them.
    """

    title: Text
    keys: tuple[str, ...]
    below: Mapping[Text, tuple[str, ...]] = field(default_factory=dict)

    @property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """Everything on it; what the card is about has no heading of its own."""
        return {"": self.keys, **self.below}

    @property
    def every(self) -> tuple[str, ...]:
        """All its keys."""
        return tuple(key for keys in self.groups.values() for key in keys)


def bullets(
    *halves: Half,
    name: str,
    title: Text,
    now: Collection[str] = (),
    ahead: Mapping[str, str] | None = None,
    class_name: str = "",
    permission: Permission | None = None,
) -> Section:
    """The numbers as a section, each on a scale of its own.

    Args:
        now: those that are known as they stand today alone.
        ahead: key -> the KPI that tells where it will stand at the end of a period that is not over.
    """

    def render(visit: Visit) -> Component:
        wanted = [kpis()[key] for half in halves for key in half.every]
        able = [kpi for kpi in wanted if not visit.ask.lacks(kpi)]
        told = _told(visit, [kpi for kpi in able if kpi.key not in now], visit.period)
        told |= _told(visit, [kpi for kpi in able if kpi.key in now], visit.today.period)
        coming = _coming(visit, ahead or {})
        cards = [_half(visit, half, told, coming, now) for half in halves]
        return html.Div(cards, className="two-columns") if len(cards) > 1 else cards[0]

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.of_height(_HEIGHT),
        label=title,
        class_name=class_name,
        permission=permission,
    )


def _half(
    visit: Visit,
    half: Half,
    told: Mapping[str, Compared | None],
    coming: Mapping[str, _Line],
    now: Collection[str],
) -> Component:
    shown = {
        heading: [
            (kpis()[key], line)
            for key in keys
            if (line := told.get(key)) and line.row.value is not None
        ]
        for heading, keys in half.groups.items()
    }
    lines = [line for several in shown.values() for _kpi, line in several]
    if not lines:
        lacks = visit.ask.lacks(kpis()[half.keys[0]])
        return card(half.title, nothing(lacking(lacks) if lacks else _("Nothing in this period.")))
    has_ahead = any(key in coming for key in half.every)
    bases = [
        basis
        for basis in HEADS
        if any(line.against[basis].delta is not None for line in lines if basis in line.against)
    ]
    rows: list[Component] = []
    for heading, several in shown.items():
        if heading and several:
            rows.append(_heading(heading, 3 + len(bases) + has_ahead))
        for kpi, line in several:
            at = visit.today if kpi.key in now else visit
            row = _row(at, (kpi, line), coming.get(kpi.key), bases, is_today=kpi.key in now)
            if has_ahead:
                row.children.insert(3, _ahead_cell(visit, coming.get(kpi.key)))
            rows.append(row)
    says = _legend(lines, has_ahead=has_ahead)
    return card(half.title, _table(rows, bases, has_ahead=has_ahead), says=says)


def _coming(visit: Visit, ahead: Mapping[str, str]) -> dict[str, _Line]:
    """Key -> where the number will stand; nothing of a period that is over."""
    if visit.period.end < visit.snapshot.today:
        return {}
    able = [kpis()[key] for key in ahead.values() if not visit.ask.lacks(kpis()[key])]
    told = _told(visit, able, visit.period)
    return {
        key: (kpis()[of], line)
        for key, of in ahead.items()
        if (line := told.get(of)) and line.row.value is not None
    }


def _told(visit: Visit, wanted: list[Kpi], period: Period) -> dict[str, Compared | None]:
    if not wanted:
        return {}
    found = visit.ask.compare(wanted, [period], bases=_BASES)
    return {key: line_of(visit, lines) for (key, _), lines in found.items()}


def _legend(told: Sequence[Compared], *, has_ahead: bool) -> list[Component]:
    """What the marks mean, those that are there."""
    used = {basis for line in told for basis in known(line)}
    named = [("ac", "AC"), *((("fc", "FC"),) if has_ahead else ())]
    named += [(TICKS[basis], text) for basis, text in NAMES.items() if basis in used]
    return legend((f"tick-{role}", text) for role, text in named)


def _table(rows: list[Component], bases: Sequence[Basis], *, has_ahead: bool) -> Component:
    heads = [_ACTUAL, *((_FORECAST,) if has_ahead else ()), *(HEADS[basis] for basis in bases)]
    head = html.Tr(
        [
            html.Th("", scope="col"),
            track_head(),
            *(
                html.Th(_(text), scope="col", className=_class(text, bases), title=_(full))
                for text, full in heads
            ),
        ]
    )
    return framed([html.Thead(head), html.Tbody(rows)], "tracks bullets")


_ACTUAL: tuple[Text, Text] = ("AC", "Actual")
_FORECAST: tuple[Text, Text] = ("FC", "where it will stand at the end of the period")


def _class(head: str, bases: Sequence[Basis], more: str = "") -> str:
    """A narrow screen has room for one comparison, the first that there is."""
    aside = "aside" if head not in {_ACTUAL[0], *(HEADS[basis][0] for basis in bases[:1])} else ""
    return " ".join(filter(None, ("figures", aside, more)))


def _heading(text: str, columns: int) -> Component:
    return html.Tr(html.Th(_(text), colSpan=columns, scope="colgroup"), className="group-row")


def _row(
    visit: Visit, told: _Line, ahead: _Line | None, bases: Sequence[Basis], *, is_today: bool
) -> Component:
    kpi, line = told
    value = line.row.value or Decimal(0)
    marks = [Mark(start=Decimal(0), end=value)]
    if ahead is not None:
        marks.append(Mark(start=value, end=ahead[1].row.value or value, role="fc"))
    marks += ticks(line)
    name = named(kpi)
    if is_today:
        name.append(html.Span(_("today"), className="badge"))
    return html.Tr(
        [
            html.Th([html.Span(name), aims(kpi, line)], scope="row"),
            track_cell(marks, Scale.of(marks)),
            number_cell(visit, kpi, line, kpi.record, []),
            *(_change(line.against[basis], kpi, line.row.currency, bases) for basis in bases),
        ]
    )


def _ahead_cell(visit: Visit, ahead: _Line | None) -> Component:
    if ahead is None:
        return html.Td("", className=_class("FC", ()))
    kpi, line = ahead
    cell = number_cell(visit, kpi, line, kpi.record, [])
    cell.className = _class("FC", ())
    return cell


def _change(against: Against, kpi: Kpi, currency: str | None, bases: Sequence[Basis]) -> Component:
    head, _full = HEADS[against.basis]
    text, full = change_text(against, kpi, currency)
    if not text:
        name = _class(head, bases, "soft")
        return html.Td(formats.MISSING, className=name, title=why_not(against))
    name = _class(head, bases, tone(against, text))
    return html.Td([*arrow(against, text), text], className=name, title=full)
