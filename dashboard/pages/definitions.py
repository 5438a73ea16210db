"""What every number means, and which system has the last word."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.kpi import Kpi, NotHeld, Side, Unit

from .. import formats
from ..auth.permissions import Permission
from ..components import skeleton
from ..components.words import system_of
from ..headline import HEADLINE, headline_kpis
from ..page import Page, Section
from ..visit import Visit


def _list(_visit: Visit) -> Component:
    return html.Div(
        [
            html.H1("What the numbers mean"),
            html.P(
                "One definition each, the same on every page, in every export and on the command line.",
                className="subline",
            ),
            html.Div([_entry(kpi) for kpi in _ordered()], className="definitions"),
        ]
    )


def _ordered() -> list[Kpi]:
    """The headline numbers first, in their order."""
    rest = {key: kpi for key, kpi in kpis().items() if key not in HEADLINE}
    return [*headline_kpis().values(), *rest.values()]


def _entry(kpi: Kpi) -> Component:
    return html.Article(
        [
            html.H2(kpi.title),
            html.P(kpi.question, className="question"),
            html.P(kpi.definition),
            html.Dl(
                [
                    _fact("Number of record", system_of(kpi.record)),
                    *(
                        _fact(f"Not in {system_of(side)}", formula.why)
                        for side in Side
                        if isinstance(formula := kpi.side(side), NotHeld)
                    ),
                    _fact("Tolerated difference", _tolerance(kpi)) if _has_both(kpi) else None,
                    _fact("Can be filtered by", ", ".join(kpi.by)),
                    _fact("Better when", kpi.better.value),
                    _fact("Key", html.Code(kpi.key)),
                    _fact("Source", kpi.source) if kpi.source else None,
                ],
                className="facts",
            ),
        ],
        className="definition",
        id=kpi.key,
    )


def _has_both(kpi: Kpi) -> bool:
    return not any(isinstance(kpi.side(side), NotHeld) for side in Side)


def _fact(name: str, value: Component | str) -> Component:
    return html.Div([html.Dt(name), html.Dd(value)])


def _tolerance(kpi: Kpi) -> str:
    absolute = (
        formats.points(kpi.tolerance)
        if kpi.unit is Unit.PERCENT
        else formats.full_money(kpi.tolerance, None)
        if kpi.unit is Unit.MONEY
        else formats.short(kpi.tolerance, kpi.unit, None)
    )
    if not kpi.tolerance_share:
        return absolute
    return f"{absolute} or {formats.percent(kpi.tolerance_share)} of NetSuite's number, whichever is larger"


DEFINITIONS = Page(
    key="definitions",
    path="/definitions",
    title="Definitions",
    nav=110,
    permission=Permission.VIEW_DEFINITIONS,
    needs_snapshot=False,
    sections=(Section(name="list", render=_list, skeleton=skeleton.of_height(600), live=False),),
)
