"""What every number means, and which system has the last word: a list of them, and a page for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dash import dcc, html
from dash.development.base_component import Component

from models.errors import NoSnapshotError
from models.metrics.catalogue import GROUPS, grouped, kpis
from models.metrics.dimensions import DIMENSIONS
from models.metrics.kpi import Basis, Better, Kpi, NotHeld, Side, Unit
from models.metrics.words import KINDS, UNITS, formula, rows_words, source_fields
from models.texts import Text, _

from .. import formats
from ..auth.permissions import Permission, may
from ..blocks.tiles import tiles_of
from ..components import skeleton
from ..components.list_tools import found_line, nothing_found, search_box
from ..components.prose import prose
from ..components.table import grouped_table, words
from ..components.tile import compares_both
from ..components.words import system_of
from ..finding import find_of, is_found
from ..page import Access, Page, Section
from ..visit import Visit

_LIST = "definitions"  # as the address calls it
_BETTER: Mapping[Better, Text] = {
    Better.HIGHER: "higher",
    Better.LOWER: "lower",
    Better.BAND: "band",
}
_BASES: Mapping[Basis, Text] = {
    Basis.PRIOR_PERIOD: "prior period",
    Basis.PRIOR_YEAR: "prior year",
    Basis.PLAN: "plan",
    Basis.BENCHMARK: "benchmark",
}


def _list(visit: Visit) -> Component:
    find, whole = find_of(visit, _LIST), grouped()
    told = {
        letter: found
        for letter, declared in whole.items()
        if (found := [kpi for kpi in declared if is_found(_searched(kpi), find)])
    }
    return html.Div(
        [
            html.Div(
                [
                    html.H1(_("What the numbers mean")),
                    html.P(
                        _(
                            "One definition each, the same on every page, in every export and on the command line."
                        ),
                        className="subline",
                    ),
                ],
                className="message",
            ),
            html.Div(
                [search_box(visit, _LIST, _("Definitions")), *_found(visit, told)], className="card"
            ),
        ]
    )


def _searched(kpi: Kpi) -> str:
    return " ".join((_(kpi.title), _(kpi.question), _(kpi.definition), kpi.key))


def _found(visit: Visit, told: Mapping[str, Sequence[Kpi]]) -> Iterator[Component]:
    """The list, and how much of the whole it is."""
    if not told:
        yield nothing_found(visit, _LIST, _("the definitions"))
        return
    if find_of(visit, _LIST):
        yield found_line(visit, _LIST, sum(map(len, told.values())), len(kpis()))
    yield grouped_table(
        words(_("Number"), _("What it answers"), _("Number of record")),
        {
            _(GROUPS[letter]) if letter in GROUPS else _("Others"): [
                (
                    dcc.Link(_(kpi.title), href=f"/definitions/{kpi.key}"),
                    html.Span(_(kpi.question), className="wrapping"),
                    system_of(kpi.record),
                )
                for kpi in declared
            ]
            for letter, declared in told.items()
        },
        stacks=True,
    )


def _one(visit: Visit) -> Component:
    kpi = kpis()[visit.params["key"]]
    return html.Article(
        [
            html.P(dcc.Link(_("All definitions"), href="/definitions"), className="way-back"),
            html.H1(_(kpi.title)),
            html.P(_(kpi.question), className="question"),
            html.P(_(kpi.definition)),
            html.Dl([_fact(name, value) for name, value in _facts(visit, kpi)], className="facts"),
        ],
        className="definition",
    )


def _facts(visit: Visit, kpi: Kpi) -> Iterator[tuple[str, Component | str | list[Component | str]]]:
    for side in Side:
        yield _("In {system}", system=system_of(side)), prose(formula(kpi.side(side)))
    yield _("Number of record"), system_of(kpi.record)
    if not any(isinstance(kpi.side(side), NotHeld) for side in Side):
        yield _("Tolerated difference"), _tolerance(kpi)
    yield _("Unit"), f"{_(UNITS[kpi.unit])}; {_(KINDS[kpi.kind])}"
    yield _("Better when"), _(_BETTER[kpi.better])
    yield _("Can be filtered by"), ", ".join(_(DIMENSIONS[name].title) for name in kpi.by)
    if kpi.compared:
        yield _("Compared with"), ", ".join(_(_BASES[one]) for one in kpi.compared)
    if drill := rows_words(kpi):
        yield _("Rows behind it"), [*prose(drill), *_rows_links(visit, kpi)]
    for side in Side:
        if fields := source_fields(kpi.side(side)):
            yield _("Made of, in {system}", system=system_of(side)), prose(fields)
    if kpi.edge_cases:
        yield _("Mind"), _(kpi.edge_cases)
    yield _("Key"), html.Code(kpi.key)
    yield _("Source"), _(kpi.source)


def _rows_links(visit: Visit, kpi: Kpi) -> list[Component | str]:
    """Where the rows are that make the number, system by system."""
    if not may(visit.person, Permission.VIEW_NUMBERS):
        return []
    sides = [side for side in Side if not isinstance(kpi.side(side), NotHeld)] or [kpi.record]
    links = [
        dcc.Link(
            _("In both systems")
            if compares_both(kpi)
            else _("In {system}", system=system_of(side)),
            href=f"/rows/{kpi.key}?side={side.value}",
            refresh=False,
        )
        for side in sides
    ]
    return [html.Span(links, className="record-links rows-links")]


def _newest(visit: Visit) -> Component | list[Component]:
    """What the number is by now, as far as this person may see it."""
    try:
        month = visit.snapshot.last_closed_month
    except NoSnapshotError:
        return []
    return [
        html.H2(
            _("In {month}, the last closed month", month=formats.month_name(month)),
            className="band",
        ),
        html.Div(tiles_of(visit, [visit.params["key"]]), className="tiles"),
    ]


def _fact(name: str, value: Component | str | list[Component | str]) -> Component:
    return html.Div([html.Dt(name), html.Dd(value)])


def _tolerance(kpi: Kpi) -> str:
    if kpi.tolerance is None:
        return _("none: each system's number is its own")
    absolute = (
        formats.points(kpi.tolerance)
        if kpi.unit is Unit.PERCENT
        else formats.full_money(kpi.tolerance, None)
        if kpi.unit is Unit.MONEY
        else formats.short(kpi.tolerance, kpi.unit, None)
    )
    if not kpi.tolerance_share:
        return absolute
    return _(
        "{number} or {share} of NetSuite's number, whichever is larger",
        number=absolute,
        share=formats.percent(kpi.tolerance_share),
    )


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
    sections=(
        Section(name="one", render=_one, skeleton=skeleton.of_height(400), live=False),
        Section(
            name="newest",
            render=_newest,
            skeleton=skeleton.of_height(230),
            permission=Permission.VIEW_NUMBERS,
            label="The newest value",
        ),
    ),
)
