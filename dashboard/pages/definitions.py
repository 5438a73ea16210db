"""What every number means, and which system has the last word: a list of them, and a page for each."""

from __future__ import annotations

from collections.abc import Iterator

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics.catalogue import GROUPS, grouped, kpis
from models.metrics.dimensions import DIMENSIONS
from models.metrics.kpi import Kpi, NotHeld, Side, Unit
from models.metrics.words import KINDS, UNITS, formula, rows_words, source_fields

from .. import formats
from ..auth.permissions import Permission
from ..components import skeleton
from ..components.prose import prose
from ..components.table import grouped_table, words
from ..components.words import system_of
from ..page import Access, Page, Section
from ..visit import Visit


def _list(_visit: Visit) -> Component:
    return html.Div(
        [
            html.H1("What the numbers mean"),
            html.P(
                "One definition each, the same on every page, in every export and on the command line.",
                className="subline",
            ),
            grouped_table(
                words("Number", "What it answers", "Number of record"),
                {
                    GROUPS.get(letter, "Others"): [
                        (
                            dcc.Link(kpi.title, href=f"/definitions/{kpi.key}"),
                            kpi.question,
                            system_of(kpi.record),
                        )
                        for kpi in declared
                    ]
                    for letter, declared in grouped().items()
                },
            ),
        ]
    )


def _one(visit: Visit) -> Component:
    kpi = kpis()[visit.params["key"]]
    return html.Article(
        [
            html.P(dcc.Link("All definitions", href="/definitions"), className="way-back"),
            html.H1(kpi.title),
            html.P(kpi.question, className="question"),
            html.P(kpi.definition),
            html.Dl([_fact(name, value) for name, value in _facts(kpi)], className="facts"),
        ],
        className="definition",
    )


def _facts(kpi: Kpi) -> Iterator[tuple[str, Component | str | list[Component | str]]]:
    for side in Side:
        yield f"In {system_of(side)}", prose(formula(kpi.side(side)))
    yield "Number of record", system_of(kpi.record)
    if not any(isinstance(kpi.side(side), NotHeld) for side in Side):
        yield "Tolerated difference", _tolerance(kpi)
    yield "Unit", f"{UNITS[kpi.unit]}; {KINDS[kpi.kind]}"
    yield "Better when", kpi.better.value
    yield "Can be filtered by", ", ".join(DIMENSIONS[name].title for name in kpi.by)
    if kpi.compared:
        yield "Compared with", ", ".join(one.value.replace("_", " ") for one in kpi.compared)
    if drill := rows_words(kpi):
        yield "Rows behind it", prose(drill)
    for side in Side:
        if fields := source_fields(kpi.side(side)):
            yield f"Made of, in {system_of(side)}", prose(fields)
    if kpi.edge_cases:
        yield "Mind", kpi.edge_cases
    yield "Key", html.Code(kpi.key)
    yield "Source", kpi.source


def _fact(name: str, value: Component | str | list[Component | str]) -> Component:
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


def _is_declared(visit: Visit) -> Access:
    return Access.OPEN if visit.params["key"] in kpis() else Access.UNKNOWN


DEFINITIONS = Page(
    key="definitions",
    path="/definitions",
    title="Definitions",
    nav=110,
    permission=Permission.VIEW_DEFINITIONS,
    needs_snapshot=False,
    sections=(Section(name="list", render=_list, skeleton=skeleton.of_height(600), live=False),),
)
DEFINITION = Page(
    key="definition",
    path="/definitions/<key>",
    title="Definition",
    permission=Permission.VIEW_DEFINITIONS,
    allows=_is_declared,
    needs_snapshot=False,
    sections=(Section(name="one", render=_one, skeleton=skeleton.of_height(400), live=False),),
)
