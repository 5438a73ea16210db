"""Numbers below each other on one scale: the steps from what was worked to what was paid, the pieces of a loss."""

from __future__ import annotations

from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import Compared
from models.metrics.kpi import Basis, Kpi, NotHeld, Side, Unit
from models.texts import Text, _

from .. import formats
from ..components import skeleton
from ..components.changes import HEADS
from ..components.table import framed
from ..components.tile import definition
from ..components.words import BADGES, system_of
from ..page import Section, nothing_else
from ..visit import Visit
from . import gist
from .asking import line_of
from .breakdown import bar, change_cell, difference_cell, number_cell
from .card import card, empty_card
from .tiles import lacking


def ladder(
    *keys: str,
    name: str,
    title: Text,
    says: Text = "",
    empty: Text = "Nothing in this period.",
    class_name: str = "half",
) -> Section:
    """The numbers as a section; those of one unit share a scale."""

    def render(visit: Visit) -> Component:
        wanted = [kpis()[key] for key in keys]
        able = [kpi for kpi in wanted if not visit.ask.lacks(kpi)]
        if not able:
            return empty_card(title, lacking(visit.ask.lacks(wanted[0])))
        found = visit.ask.compare(able, [visit.period], bases=(Basis.PRIOR_YEAR,))
        told = [
            (kpi, line)
            for kpi in able
            if (line := line_of(visit, found[kpi.key, visit.period]))
            and (line.row.erp is not None or line.row.psa is not None)
        ]
        if not told:
            return empty_card(title, empty)
        return card(title, _table(visit, told), says=says or None, gist=gist.of_kpis(told))

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.of_height(skeleton.rows(len(keys))),
        label=title,
        class_name=class_name,
    )


def _widest(told: list[tuple[Kpi, Compared]]) -> dict[Unit, Decimal]:
    """By unit the largest number; a number that is the only one of its unit has no bar to be compared with."""
    sizes: dict[Unit, list[Decimal]] = {}
    for kpi, line in told:
        if line.row.value is not None:
            sizes.setdefault(kpi.unit, []).append(abs(line.row.value))
    return {unit: max(found) for unit, found in sizes.items() if len(found) > 1}


def _table(visit: Visit, told: list[tuple[Kpi, Compared]]) -> Component:
    both = any(_is_double(kpi) for kpi, _ in told)
    sides = [one for one in Side if any(line.row.side(one) is not None for _, line in told)]
    changes = any(against.delta for _, line in told for against in line.against.values())
    widest = _widest(told)
    heads = [(BADGES[side], system_of(side)) for side in sides]
    heads += [(_("Difference"), _("NetSuite less SuiteProjects Pro"))] if both else []
    heads += [HEADS[Basis.PRIOR_YEAR]] if changes else []
    head = html.Tr(
        [
            html.Th(_("Number"), scope="col"),
            html.Td("", className="bar-head", **{"aria-hidden": "true"}),
            *(
                html.Th(_(text), scope="col", className="figures", title=_(full))
                for text, full in heads
            ),
        ]
    )
    rows = []
    for kpi, line in told:
        name = html.Span([_(kpi.title), definition(kpi)], className="title-line")
        (against,) = line.against.values()
        rows.append(
            html.Tr(
                [
                    html.Th(name, scope="row"),
                    html.Td(
                        bar(line.row.value, widest.get(kpi.unit)),
                        className="bar-cell",
                        **{"aria-hidden": "true"},
                    ),
                    *(
                        number_cell(visit, kpi, line, side, [])
                        if line.row.side(side) is not None
                        else html.Td(formats.MISSING, className="figures soft")
                        for side in sides
                    ),
                    *([difference_cell(kpi, line)] if both else []),
                    *([change_cell(against, kpi, line.row.currency)] if changes else []),
                ]
            )
        )
    return framed([html.Thead(head), html.Tbody(rows)], "bars ladder")


def _is_double(kpi: Kpi) -> bool:
    return not isinstance(kpi.erp, NotHeld) and not isinstance(kpi.psa, NotHeld)
