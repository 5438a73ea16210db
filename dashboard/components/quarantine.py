"""Records that could not be used, with what is wrong; their content for administrators only."""

from __future__ import annotations

import json
from typing import Any

from dash import html
from dash.development.base_component import Component
from sqlalchemy import Row

from .. import formats, operations
from ..auth.permissions import Permission, may
from ..visit import Visit
from . import states
from .ages import age
from .table import Cell, numbers, table, words
from .words import full_title

_COLUMNS = words("Table", "Record", "Field", "Reason", "First seen", "Last seen") + numbers("Tried")
_LONGEST = 2_000  # characters of a content that are shown
_WHAT = (
    "Records that could not be used. They are kept whole, are read again when the source changes them, and "
    "are asked for again by themselves at growing intervals. By hand: oneview sync quarantine retry."
)


def quarantine(visit: Visit) -> Component:
    """The section of the page."""
    shows_content = may(visit.person, Permission.VIEW_CONTENT)
    found = operations.quarantine(visit.services.record, with_content=shows_content)
    heading = html.H2("Quarantine")
    if not found:
        empty = states.nothing("Empty: every record of both systems could be used.")
        return html.Div([heading, empty])
    rows = [_row(visit, row, shows_content=shows_content) for row in found]
    return html.Div([heading, html.P(_WHAT, className="subline"), table(_COLUMNS, rows)])


def _row(visit: Visit, row: Row[Any], *, shows_content: bool) -> list[Cell]:
    now = visit.services.clock()
    reason: Cell = row.reason
    if shows_content:
        reason = html.Div([row.reason, _content(row)])
    return [
        full_title(row.entity),
        row.record_key,
        row.field or formats.MISSING,
        reason,
        age(row.first_seen_at, now),
        age(row.last_seen_at, now),
        formats.count(row.attempts),
    ]


def _content(row: Row[Any]) -> Component:
    text = json.dumps(row.payload, indent=1, ensure_ascii=False)
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}… (oneview sync quarantine show has all of it)"
    size = f"Content, {formats.count(row.payload_bytes)} bytes"
    return html.Details([html.Summary(size), html.Pre(text)], className="payload")
