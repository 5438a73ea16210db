"""Numbers that both systems know, side by side: the difference, the tolerance, and whether it holds."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import Compared
from models.metrics.kpi import Kpi, NotHeld, Side, Unit
from models.texts import Text, _, ngettext

from .. import formats
from ..components import skeleton
from ..components.icons import icon
from ..components.table import framed, labelled
from ..components.tile import definition
from ..components.words import system_of
from ..page import Section, nothing_else
from ..visit import Visit
from .asking import line_of
from .breakdown import number_cell
from .card import card, empty_card


def known_to_both() -> list[Kpi]:
    """The KPIs that both systems can tell, and that should be the same in both."""
    return [
        kpi
        for kpi in kpis().values()
        if kpi.tolerance is not None
        and not isinstance(kpi.erp, NotHeld)
        and not isinstance(kpi.psa, NotHeld)
    ]


def sides(*keys: str, title: Text, name: str = "sides") -> Section:
    """The table as a section; without keys every number that both systems know, those apart first."""

    def render(visit: Visit) -> Component:
        wanted = [kpis()[key] for key in keys] if keys else known_to_both()
        found = visit.ask.compare(wanted, [visit.period], bases=())
        told = [
            (kpi, line)
            for kpi in wanted
            if (line := line_of(visit, found.get((kpi.key, visit.period))))
            and (line.row.erp is not None or line.row.psa is not None)
        ]
        if not told:
            return empty_card(title, _("Neither system has a number here for this period."))
        if not keys:
            told.sort(key=lambda pair: (_state(pair[1]), pair[0].group, pair[0].title))
        return card(title, _table(visit, told), says=_says(told))

    return Section(
        name=name,
        render=render,
        skeleton=skeleton.of_height(skeleton.rows(len(keys) or 36)),
        label=title,
        kept=nothing_else,
    )


def _says(told: Sequence[tuple[Kpi, Compared]]) -> str:
    both = [line for _kpi, line in told if line.row.within_tolerance is not None]
    apart = sum(1 for line in both if not line.row.within_tolerance)
    return ngettext(
        "{count} number known to both, {apart} of them outside its tolerance",
        "{count} numbers known to both, {apart} of them outside their tolerance",
        len(both),
        count=len(both),
        apart=apart,
    )


def _state(line: Compared) -> int:
    """What wants a look first."""
    return {False: 0, None: 1, True: 2}[line.row.within_tolerance]


def _table(visit: Visit, told: Sequence[tuple[Kpi, Compared]]) -> Component:
    *heads, state = names = (
        system_of(Side.ERP),
        system_of(Side.PSA),
        _("Difference"),
        _("Tolerance"),
        _("State"),
    )
    head = html.Tr(
        [
            html.Th(_("Number"), scope="col"),
            *(html.Th(text, scope="col", className="figures") for text in heads),
            html.Th(state, scope="col"),
        ]
    )
    body = html.Tbody([_row(visit, kpi, line, names) for kpi, line in told])
    return framed([html.Thead(head), body], "stacks threes", folds=True)


def _row(visit: Visit, kpi: Kpi, line: Compared, names: Sequence[str]) -> Component:
    row = line.row
    gap = (
        formats.MISSING
        if row.variance is None
        else formats.difference(row.variance, kpi.unit, row.currency)
    )
    cells = [
        *(number_cell(visit, kpi, line, side, []) for side in Side),
        html.Td(gap, className="figures"),
        html.Td(_tolerance(kpi, row.currency), className="figures soft"),
        html.Td(_verdict(row.within_tolerance)),
    ]
    name = html.Span([_(kpi.title), definition(kpi)], className="title-line")
    return html.Tr([html.Th(name, scope="row"), *labelled(cells, names)])


def _tolerance(kpi: Kpi, currency: str | None) -> str:
    """What a difference may be without being news."""
    if kpi.tolerance is None:
        return formats.MISSING
    if kpi.unit is Unit.PERCENT:
        text = formats.points(kpi.tolerance)
    else:
        text = formats.short(kpi.tolerance, kpi.unit, currency)
    if not kpi.tolerance_share:
        return text
    return _("{number} or {share}", number=text, share=formats.percent(kpi.tolerance_share))


def _verdict(within: bool | None) -> Component:
    if within is None:
        return html.Span(_("one side only"), className="verdict")
    if within:
        return html.Span([icon("check"), _("within tolerance")], className="verdict good")
    return html.Span([icon("alert"), _("outside tolerance")], className="verdict bad")
