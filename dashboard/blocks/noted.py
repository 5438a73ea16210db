"""Events and comments: on the chart of a series, and all of them as a list."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from models.access import Role
from models.metrics.catalogue import kpis
from models.period import Month
from models.texts import Text, _

from .. import formats, notes
from ..auth.permissions import Permission, may
from ..components import skeleton
from ..components.chart_notes import Marked, add_button, change_button
from ..components.states import nothing
from ..components.table import Cell, table, words
from ..notes import Note
from ..page import Section, Series
from ..visit import Visit
from .card import card

_TITLE: Text = "Events and comments"


def series_for(key: str) -> Series:
    """A KPI under the page's filters, as far as the reader may see.

    A project's page opens to its manager and shows all of it to them: there it is the project alone that counts.
    """

    def series(visit: Visit) -> tuple[str, str]:
        filters, scope, project = visit.filters, visit.scope, visit.params.get("project", "")
        if project.isdecimal():
            filters = filters.bare.with_members("project", (int(project),))
            scope = replace(scope, managers=None)
        return key, notes.series_of(filters, scope)

    return series


def notes_on(visit: Visit) -> Hashable:
    """For `Section.kept` of a chart with notes: which there are, and what this reader may do with them."""
    mark, own = notes.mark(visit.services.record, visit.person.subject)
    return mark, visit.person.role, visit.person.subject if own else ""


def marked(visit: Visit, series: tuple[str, str], months: Sequence[Month]) -> Marked:
    """What was noted on a chart of these months."""
    found = notes.on_chart(visit.services.record, *series, min(months), max(months))
    adds = may(visit.person, Permission.COMMENT) or may(visit.person, Permission.NOTE_EVENTS)
    return Marked(
        months=months,
        notes=found,
        adds=adds and not visit.scope.is_nothing,
        changes=frozenset(one.note_id for one in found if notes.may_remove(visit.person, one)),
    )


def noted() -> Section:
    """The list of all of them."""
    return Section(
        name="noted",
        render=_render,
        skeleton=skeleton.of_height(220),
        label=_TITLE,
        noted=True,
    )


def _render(visit: Visit) -> Component:
    found = notes.every(visit.services.record)
    tools = add_button("", _(_TITLE)) if may(visit.person, Permission.NOTE_EVENTS) else None
    if not found:
        empty = _(
            "Nobody has noted anything yet. An event, such as a price rise, shows on every chart by month."
        )
        return card(_TITLE, nothing(empty), tools=tools)
    rows = [_row(visit, note) for note in found]
    return card(
        _TITLE,
        table(words(_("Day"), _("What"), _("Who"), ""), rows, stacks=True),
        says=_("Events show on every chart by month, comments on the one they were written on"),
        gist=((_("Written"), formats.count(len(found))),),
        tools=tools,
    )


def _row(visit: Visit, note: Note) -> list[Cell]:
    reads = note.is_event or visit.person.role is Role.CFO or note.subject == visit.person.subject
    kpi = kpis().get(note.kpi or "")
    where = (
        _("Event")
        if note.is_event
        else _("Comment on {title}", title=_(kpi.title) if kpi else note.kpi)
    )
    return [
        formats.day(note.day),
        html.Span(
            [
                note.text if reads else _("For those who see this number"),
                html.Span(where, className="second-line"),
            ],
            className="wrapping",
        ),
        html.Span(
            [
                note.author,
                html.Span(formats.day(note.written_at.date()), className="second-line"),
            ]
        ),
        change_button(note) if notes.may_remove(visit.person, note) else "",
    ]
