"""Where the firm stands against its plan, the year before and what others published: bullet graphs below each other."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import Against, Compared
from models.metrics.kpi import Basis, Kpi
from models.period import Period

from .. import formats
from ..auth.permissions import Permission
from ..components import skeleton
from ..components.changes import HEADS, arrow, change_text, tone, why_not
from ..components.states import nothing
from ..components.table import framed
from ..components.tile import definition
from ..components.track import Mark, Scale, track_cell, track_head
from ..page import Section, nothing_else
from ..visit import Visit
from .asking import line_of
from .breakdown import number_cell
from .card import card
from .tiles import lacking

_BASES = (Basis.PLAN, Basis.PRIOR_YEAR, Basis.BENCHMARK)
_TICKS = {Basis.PLAN: "pl", Basis.PRIOR_YEAR: "py", Basis.BENCHMARK: "benchmark"}


def bullets(
    *keys: str,
    name: str,
    title: str,
    now: Collection[str] = (),
    class_name: str = "half",
    permission: Permission | None = None,
) -> Section:
    """The numbers as a section, each on a scale of its own.

    Args:
        now: those that are known as they stand today alone.
    """

    def render(visit: Visit) -> Component:
        wanted = [kpis()[key] for key in keys]
        able = [kpi for kpi in wanted if not visit.ask.lacks(kpi)]
        if not able:
            return card(title, nothing(lacking(visit.ask.lacks(wanted[0]))))
        told = _told(visit, [kpi for kpi in able if kpi.key not in now], visit.period)
        told |= _told(visit, [kpi for kpi in able if kpi.key in now], visit.today.period)
        rows = [
            _row(visit.today if kpi.key in now else visit, kpi, line, is_today=kpi.key in now)
            for kpi in able
            if (line := told.get(kpi.key)) and line.row.value is not None
        ]
        if not rows:
            return card(title, nothing("Nothing in this period."))
        return card(title, _table(rows), says=_legend(told.values()))

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.of_height(497),
        label=title,
        class_name=class_name,
        permission=permission,
    )


def _told(visit: Visit, wanted: list[Kpi], period: Period) -> dict[str, Compared | None]:
    if not wanted:
        return {}
    found = visit.ask.compare(wanted, [period], bases=_BASES)
    return {key: line_of(visit, lines) for (key, _), lines in found.items()}


def _legend(told: Collection[Compared | None]) -> list[Component]:
    """What the marks mean, those that are there."""
    used = {
        basis
        for line in told
        if line
        for basis, against in line.against.items()
        if against.reference is not None
    }
    named = [("ac", "AC", None), *((_TICKS[one], text, one) for one, text in _NAMES.items())]
    return [
        html.Span([html.Span(className=f"swatch tick-{role}", **{"aria-hidden": "true"}), text])
        for role, text, basis in named
        if basis is None or basis in used
    ]


_NAMES = {Basis.PLAN: "PL", Basis.PRIOR_YEAR: "PY", Basis.BENCHMARK: "benchmark"}


def _table(rows: list[Component]) -> Component:
    head = html.Tr(
        [
            html.Th("", scope="col"),
            track_head(),
            html.Th("AC", scope="col", className="figures"),
            *(
                html.Th(text, scope="col", className="figures", title=full)
                for text, full in HEADS.values()
            ),
        ]
    )
    return framed([html.Thead(head), html.Tbody(rows)], "tracks bullets")


def _row(visit: Visit, kpi: Kpi, line: Compared, *, is_today: bool) -> Component:
    value = line.row.value or Decimal(0)
    marks = [Mark(start=Decimal(0), end=value)]
    marks += [
        Mark(end=against.reference, role=_TICKS[basis])
        for basis, against in line.against.items()
        if against.reference is not None and basis in _TICKS
    ]
    name = [kpi.title, definition(kpi)]
    if is_today:
        name.insert(1, html.Span("today", className="badge"))
    return html.Tr(
        [
            html.Th(html.Span(name, className="title-line"), scope="row"),
            track_cell(marks, Scale.of(marks)),
            number_cell(visit, kpi, line, kpi.record, []),
            *(_change(line.against[basis], kpi, line.row.currency) for basis in HEADS),
        ]
    )


def _change(against: Against, kpi: Kpi, currency: str | None) -> Component:
    text, full = change_text(against, kpi, currency)
    if not text:
        return html.Td(formats.MISSING, className="figures soft", title=why_not(against))
    return html.Td([*arrow(against), text], className=f"figures {tone(against)}", title=full)
