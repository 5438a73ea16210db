"""The records of a project, tab by tab."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics.kpi import Lens
from models.texts import _, ngettext, within

from .. import formats
from ..components import skeleton, states
from ..components.export_link import export_links
from ..components.words import SYSTEM_TITLES
from ..export import Export, exports_of
from ..finding import find_of, unsearched
from ..page import Section
from ..visit import Visit
from .card import card
from .searched_grid import searched_grid, together

_SAME = frozenset(
    {"project", "project_code", "customer", "department", "subsidiary"}
)  # on every row
_MIXED = frozenset(
    {"ledger_lines", "purchases", "changes"}
)  # rows of several kinds, which one column tells


def project_records() -> Section:
    """The records as a section; which tab is open stands in the address."""
    return Section(
        name="records", render=_records, skeleton=skeleton.of_height(675), label="Records"
    )


def _tab_of(visit: Visit) -> Export:
    asked = visit.query.get("tab", "")
    tables = exports_of("project")
    return next((table for table in tables if table.key == asked), tables[0])


def _records(visit: Visit) -> Component:
    chosen = _tab_of(visit)
    tabs = html.Nav(
        [
            dcc.Link(
                [html.Span(_(table.title)), html.Span(_system(table), className="tab-system")],
                href=visit.path + visit.filters.search(tab=table.key),
                refresh=False,
                className="record-tab" + (" current" if table is chosen else ""),
            )
            for table in exports_of("project")
        ],
        className="record-tabs",
        **{"aria-label": _("Records of this project")},
    )
    every = chosen.rows(unsearched(visit, chosen.key), 0, 1, ()).total_rows
    return card(
        "Records",
        [tabs, _tab(visit, chosen)],
        gist=((_(chosen.title), formats.count(every)),),
    )


def _system(table: Export) -> str:
    return SYSTEM_TITLES[table.system] if table.system else _("both systems")


def _tab(visit: Visit, table: Export) -> Component:
    found = table.rows(visit, 0, 1, ())
    find = find_of(visit, table.key)
    whole = table.rows(unsearched(visit, table.key), 0, 1, ()) if find else found
    if not whole.total_rows:
        return states.nothing(
            _(whole.withheld)
            or _(
                "No {title} of this project in {system}.",
                title=within(table.title),
                system=_system(table),
            )
        )
    count = ngettext(
        "{count} row of all time, {system}",
        "{count} rows of all time, {system}",
        whole.total_rows,
        count=formats.count(whole.total_rows),
        system=_system(table),
    )
    return html.Div(
        [
            html.Div(
                [
                    html.Span(count),
                    html.Span(_(whole.withheld), className="withheld") if whole.withheld else None,
                    *export_links(visit, table.key),
                    html.Span(table.says(visit), className="withheld") if table.says else None,
                ],
                className="tab-head",
            ),
            searched_grid(
                visit,
                table.key,
                found,
                whole.total_rows,
                label=_(table.title),
                sums=lambda page: together(page, _currency(visit)),
                same=_SAME if table.key in _MIXED else _SAME | {"measure"},
            ),
        ]
    )


def _currency(visit: Visit) -> str | None:
    """Whose money the sums of a table are, where it is one currency's."""
    return visit.snapshot.reporting_currency if visit.filters.lens is Lens.CONSOLIDATED else None
