"""A balance from the beginning of a period to its end, and what moved it: a waterfall whose steps lead to their rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from dash import html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import Compared
from models.metrics.kpi import Kpi
from models.texts import Text, _

from ..components import skeleton
from ..components.tile import definition
from ..page import Section, nothing_else
from ..visit import Visit
from . import gist
from .asking import line_of, rows_of
from .bridge import Step, bridge_table
from .card import card, empty_card
from .tiles import lacking


def roll_forward(
    opening: str,
    *moves: str,
    closing: str,
    takes: Collection[str],
    name: str,
    title: Text,
    says: Text = "",
    class_name: str = "half",
) -> Section:
    """The waterfall as a section.

    Args:
        moves: the KPIs that move the balance, in order.
        takes: those of them that take from it.
    """
    keys = (opening, *moves, closing)

    def render(visit: Visit) -> Component:
        wanted = [kpis()[key] for key in keys]
        if missing := visit.ask.lacks(wanted[0]):
            return empty_card(title, lacking(missing))
        found = visit.ask.compare(wanted, [visit.period], bases=())
        told = {key: line_of(visit, lines) for (key, _), lines in found.items()}
        ends = [told.get(opening), told.get(closing)]
        if not any(line and line.row.value is not None for line in ends):
            return empty_card(title, _("There is nothing at either end of the period."))
        steps = [
            _step(visit, kpi, told, is_end=kpi.key in (opening, closing), takes=kpi.key in takes)
            for kpi in wanted
        ]
        currency = next(line.row.currency for line in ends if line)
        shown = [one for one in steps if one]
        return card(
            title,
            bridge_table(shown, currency),
            says=says or None,
            gist=gist.of_ends([one.total for one in shown], currency),
        )

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.of_height(skeleton.rows(len(keys), each=40)),
        label=title,
        class_name=class_name,
    )


def _step(
    visit: Visit,
    kpi: Kpi,
    told: Mapping[str, Compared | None],
    *,
    is_end: bool,
    takes: bool,
) -> Step | None:
    """One row; a move of nothing is left out."""
    line = told.get(kpi.key)
    value = line.row.value if line else None
    if value is None or not (value or is_end):
        return None
    named = html.Span([_(kpi.title), definition(kpi)], className="title-line")
    href = rows_of(visit, kpi, kpi.record)
    if is_end:
        return Step(name=named, total=value, role="ac", href=href)
    return Step(name=named, effect=-value if takes else value, href=href)
