"""How source and mirror compare, table by table, and the alarms that are open."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from .. import formats, operations
from ..visit import Visit
from . import states
from .ages import age
from .icons import icon
from .table import Cell, numbers, table, words
from .words import full_title

_COLUMNS = words("Table", "State", "Compared") + numbers(
    "Records in the source", "Records in the mirror", "Months equal", "Months explained", "Differ"
)
_STATES = {
    "differs": ("bad", "alert", "Differs"),
    "not_checked": ("", "clock", "Not compared"),
    "explained": ("good", "check", "Explained"),
    "equal": ("good", "check", "Equal"),
}


def proof(visit: Visit) -> Component:
    """The section of the page."""
    found, now = operations.proofs(visit.services.record), visit.services.clock()
    what = (
        "After each run the source is asked to count its records, and to add up amounts and hours, month "
        "by month. What differs is looked into record by record and read again."
    )
    heading = [html.H2("Proof"), html.P(what, className="subline"), _alarms(visit)]
    if not found:
        return html.Div([*heading, states.nothing("The first comparison follows the first sync.")])
    rows = [_row(one, age(one.proven_at, now)) for one in found]
    return html.Div([*heading, table(_COLUMNS, rows)])


def _row(one: operations.EntityProof, compared: Component | str) -> list[Cell]:
    return [
        html.Span(full_title(one.entity), title=one.entity),
        _state(one),
        compared,
        formats.MISSING if one.source_rows is None else formats.count(one.source_rows),
        formats.MISSING if one.mirror_rows is None else formats.count(one.mirror_rows),
        formats.count(one.equal),
        formats.count(one.explained),
        formats.count(one.differing),
    ]


def _state(one: operations.EntityProof) -> Component:
    kind, mark, word = _STATES[one.state]
    return html.Span([icon(mark), word], className=f"verdict {kind}", title=one.detail or "")


def _alarms(visit: Visit) -> Component:
    found, now = operations.alarms(visit.services.record), visit.services.clock()
    if not found:
        return html.P([icon("check"), "No alarm is open."], className="verdict good")
    return html.Ul(
        [
            html.Li(
                [icon("alert"), html.Span([alarm.text, " Since ", age(alarm.opened_at, now), "."])]
            )
            for alarm in found
        ],
        className="alarms",
        **{"aria-label": "Open alarms"},
    )
