"""Records that could not be used, with what is wrong; their content for administrators only."""

from __future__ import annotations

import json
from typing import Any

from dash import html
from dash.development.base_component import Component
from sqlalchemy import Row

from models.texts import Text, _, ngettext

from .. import findings, formats, operations
from ..auth.permissions import Permission, may
from ..visit import Visit
from .ages import age
from .checks import check
from .export_link import export_link
from .prose import prose
from .table import Cell, minor, numbers, table, words

_COLUMNS = words("Record", "Table", "What is wrong", "First seen", "Last seen") + minor(
    numbers("Tried")
)
_LONGEST = 2_000  # characters of a content that are shown
_SHOWN = 50
_WHAT: Text = (
    "They are kept whole, are read again when the source changes them, and are asked for again by themselves "
    "at growing intervals."
)
_RETRY: Text = "To have all of them tried at once, on the machine of the sync: `oneview sync quarantine retry --all`"


def quarantine(visit: Visit) -> Component:
    """The section of the page."""
    shows_content = may(visit.person, Permission.VIEW_CONTENT)
    count = findings.quarantine_count(visit.services.record)
    if not count:
        return check(_("Quarantine"), _("No record is in quarantine: all of them could be used."))
    found = operations.quarantine(visit.services.record, limit=_SHOWN, with_content=shows_content)
    rows = [_row(visit, row, shows_content=shows_content) for row in found]
    more = count - len(found)
    body = html.Div(
        [
            html.P(
                [_(_WHAT), *([" ", *prose(_(_RETRY))] if shows_content else [])], className="hint"
            ),
            table(_COLUMNS, rows, stacks=True),
            html.P(
                _("and {count} more, all of them in the export", count=formats.count(more)),
                className="hint",
            )
            if more > 0
            else None,
        ]
    )
    return check(
        _("Quarantine"),
        ngettext(
            "{count} record could not be used.",
            "{count} records could not be used.",
            count,
            count=formats.count(count),
        ),
        body,
        tone="warn",
        tools=export_link(visit, "quarantine", _("Export quarantine")),
    )


def _row(visit: Visit, row: Row[Any], *, shows_content: bool) -> list[Cell]:
    now = visit.services.clock()
    where = [html.Strong(f"{row.field}: ")] if row.field else []
    reason: Cell = html.Div(
        [*where, row.reason, _content(row) if shows_content else None], className="wrapping"
    )
    return [
        row.record_key,
        visit.titles.full(row.entity),
        reason,
        age(row.first_seen_at, now),
        age(row.last_seen_at, now),
        formats.count(row.attempts),
    ]


def _content(row: Row[Any]) -> Component:
    text = json.dumps(row.payload, indent=1, ensure_ascii=False)
    if len(text) > _LONGEST:
        text = _("{text}… (oneview sync quarantine show has all of it)", text=text[:_LONGEST])
    size = _("Content, {count} bytes", count=formats.count(row.payload_bytes))
    return html.Details([html.Summary(size), html.Pre(text)], className="payload")
