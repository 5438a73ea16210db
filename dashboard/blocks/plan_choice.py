"""The versions of the plan in the order in which numbers are compared with them, and at which rates each is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from models.business.decision import VERSIONS, Place
from models.period import Month
from models.plan.choosing import Version, compared, in_order, versions
from models.texts import Text, _, ngettext

from .. import formats
from ..components.place_words import rates_words, title_of
from ..components.said_by import said_by, waiting_cell
from ..components.setting_dialog import change_button
from ..components.states import nothing
from ..components.table import Cell, numbers, table, words
from ..configuration import Standing
from ..edits import PREFER, VERSION
from ..page import Section
from ..visit import Visit
from . import gist
from .business import settings_section
from .card import card
from .setting_edit import change_column, may_change

_TITLE: Text = "Plan versions"
_SOURCES: Mapping[str, Text] = {
    "erp_budget": "NetSuite's budget",
    "psa_budget": "SuiteProjects Pro's project budgets",
    "upload": "uploaded",
}


def plan_choice() -> Section:
    """Which version is compared with, and at which rates."""
    return settings_section("plan-choice", _TITLE, _render, 260, "")


def _render(visit: Visit, found: Standing) -> Component:
    there = versions(found.snapshot) if found.snapshot is not None else ()
    rows = _rows(visit, found, there)
    columns = (
        *words(_("Version"), _("Months")), *numbers(_("Compared with in")),
        *words(_("Told at"), _("Said by")), *change_column(visit),
    )  # fmt: skip
    tools = [
        change_button(PREFER, title_of(PREFER), _("Change the order")),
        change_button(VERSION, "", _("Rates of a version")),
    ]
    return card(
        _(_TITLE),
        [
            _order(visit, found),
            table(columns, rows, stacks=True) if rows else nothing(_("There is no plan yet.")),
        ],
        says=_(
            "Of each measure and month numbers are compared with the first version that plans it: those preferred, then "
            "uploads, the newest first, then budgets"
        ),
        gist=gist.of_settings(
            gist.in_words(
                ngettext(
                    "{count} version", "{count} versions", len(rows), count=formats.count(len(rows))
                )
            ),
            found,
            [PREFER, *((*VERSIONS, one.name) for one in there)],
        ),
        tools=tools if may_change(visit) else None,
    )


def _order(visit: Visit, found: Standing) -> Component:
    """What is preferred, and who says so."""
    now, then = (", ".join(one.file.plan.prefer) or _("none") for one in (found.now, found.next))
    shown: Component = html.Strong(now)
    return html.Div(
        [
            html.Span(_("Preferred:"), className="soft"),
            shown if now == then else waiting_cell(shown, then),
            said_by(found, PREFER, visit.services.clock(), found.base.line_of(*PREFER)),
        ],
        className="plan-order",
    )


def _rows(visit: Visit, found: Standing, there: Sequence[Version]) -> list[list[Cell]]:
    """Those there are in their order, then those that only have rates."""
    prefer = found.next.file.plan.prefer
    chosen: dict[int, set[int]] = {}
    for (_measure, month), one in compared(there, prefer).items():
        chosen.setdefault(id(one), set()).add(month)
    known = {one.name for one in there}
    files = (found.next.file, found.now.file, found.base.file)
    others = dict.fromkeys(one.version for file in files for one in file.plan.versions)
    rows: list[list[Cell]] = [
        [
            _named(f"{at}. {one.name}", _(_SOURCES.get(one.source, one.source))),
            _months(one.months),
            _share(len(chosen.get(id(one), ())), len(one.months)),
            *_rates(visit, found, one.name),
        ]
        for at, one in enumerate(in_order(there, prefer), 1)
    ]  # fmt: skip
    rows += [
        [_named(name, _("there is no such version now")), "", "", *_rates(visit, found, name)]
        for name in others
        if name not in known
    ]
    return rows


def _share(count: int, total: int) -> str:
    return ngettext(
        "{count} of {total} month", "{count} of {total} months", total, count=count, total=total
    )


def _named(name: str, second: str) -> Component:
    return html.Div(
        [html.Span(name, className="wrapping"), html.Span(second, className="second-line")],
        className="two-lines",
    )


def _months(months: Sequence[int]) -> str:
    if not months:
        return ""
    first, last = (
        formats.month_name(Month.from_key(one), long=False) for one in (months[0], months[-1])
    )
    return first if first == last else _("{first} to {last}", first=first, last=last)


def _rates(visit: Visit, found: Standing, name: str) -> list[Cell]:
    place: Place = (*VERSIONS, name)
    now, then = found.value(place), found.value(place, then=True)
    shown = html.Span(rates_words(now), className="wrapping")
    cells: list[Cell] = [
        shown if now == then else waiting_cell(shown, rates_words(then)),
        said_by(found, place, visit.services.clock(), _line(found, name)),
    ]
    if may_change(visit):
        cells.append(change_button(place, title_of(place)))
    return cells


def _line(found: Standing, name: str) -> int | None:
    """The line of the file where a version's rates stand."""
    names = [one.version for one in found.base.file.plan.versions]
    if name not in names or found.base.path is None:
        return None
    return found.base.document.line((*VERSIONS, str(names.index(name))))
