"""What became of the sources' fields: which came, went, changed or are kept from us."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from .. import formats, operations
from ..visit import Visit
from . import states
from .ages import age
from .table import table, words
from .words import full_title

_COLUMNS = words("Table", "Field", "What happened", "Type", "When")
_WORDS = {
    "appeared": "Appeared: its values are read for all records",
    "vanished": "Vanished: its values are kept",
    "retyped": "Changed its type: values are kept as they come",
    "forbidden": "Not shown to us any more: its values are kept",
    "restored": "Came back: it is read for all records",
}
_WHAT = (
    "Custom fields are mirrored by themselves. A field that comes, goes or is kept from us breaks no sync and "
    "loses no value. All fields with their types: oneview sync fields."
)


def field_changes(visit: Visit) -> Component:
    """The section of the page."""
    found = operations.schema_events(visit.services.record)
    heading = html.H2("Changes of the sources' fields")
    if not found:
        return html.Div([heading, states.nothing("None: both systems have the fields they had.")])
    now = visit.services.clock()
    rows = [
        [
            full_title(row.entity),
            row.field,
            _WORDS.get(row.event, row.event),
            " → ".join(text for text in (row.before, row.after) if text) or formats.MISSING,
            age(row.at, now),
        ]
        for row in found
    ]
    return html.Div([heading, html.P(_WHAT, className="subline"), table(_COLUMNS, rows)])
