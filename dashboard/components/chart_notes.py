"""Events and comments on a chart by month: a mark on its day, the words below, and in the table behind it."""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from dash import html
from dash.development.base_component import Component

from models.period import Month
from models.texts import Text, _

from .. import formats
from ..notes import Note
from .icons import icon

NOTED: Text = "Noted"  # the head of the table's column
_TOP = 30  # pixels above the columns, for the marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """The notes of one chart.

    Attributes:
        months: those of the chart, from left to right.
        notes: by day.
        adds: whether the reader may add one.
        changes: the notes that the reader may change or remove.
    """

    months: Sequence[Month]
    notes: Sequence[Note]
    adds: bool = False
    changes: frozenset[int] = frozenset()

    def numbered(self) -> list[tuple[int, Note]]:
        """The notes with the numbers that their marks bear."""
        return list(enumerate(self.notes, 1))

    def of(self, month: Month) -> list[tuple[int, Note]]:
        """Those of one month."""
        return [(number, note) for number, note in self.numbered() if Month.of(note.day) == month]


def with_marks(figure: Mapping[str, Any], marked: Marked) -> dict[str, Any]:
    """The figure with a line and a number where something was noted."""
    if not marked.notes:
        return dict(figure)
    layout = dict(figure["layout"])
    shapes, labels = list(layout.get("shapes", ())), list(layout.get("annotations", ()))
    for place, month in enumerate(marked.months):
        if here := marked.of(month):
            at = place + _within(here[0][1])
            shapes.append(_line(at))
            labels.append(_label(at, here))
    margin = layout["margin"] | {"t": _TOP}
    return dict(figure) | {
        "layout": layout | {"shapes": shapes, "annotations": labels, "margin": margin}
    }


def _within(note: Note) -> float:
    """How far right of the middle of its month's place a day is, in months."""
    return (note.day.day - 0.5) / monthrange(note.day.year, note.day.month)[1] - 0.5


def _line(at: float) -> dict[str, Any]:
    look = {"color": "var(--ink-faint)", "width": 1, "dash": "dot"}
    return {"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": look}


def _label(at: float, here: Sequence[tuple[int, Note]]) -> dict[str, Any]:
    return {
        "x": at,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 4,
        "showarrow": False,
        "text": " ".join(str(number) for number, _ in here),
        "font": {"color": "var(--card)", "size": 11},
        "bgcolor": "var(--ink-soft)",
        "borderpad": 3,
        "hovertext": "<br>".join(escape(f"{formats.day(n.day)}: {n.text}") for _, n in here),
    }


def with_words(
    behind: tuple[Sequence[str], Sequence[Sequence[Any]]], marked: Marked
) -> tuple[list[str], list[list[Any]]]:
    """The table with what was noted in each month."""
    head, rows = list(behind[0]), [list(row) for row in behind[1]]
    if not marked.notes:
        return head, rows
    for month, row in zip(marked.months, rows, strict=True):
        row.append("; ".join(_told(note) for _, note in marked.of(month)))
    return [*head, _(NOTED)], rows


def _told(note: Note) -> str:
    return f"{formats.day(note.day)}: {note.text} ({note.author})"


def listed(marked: Marked) -> Component | None:
    """What was noted, in words: the number of its mark, the day, who and when."""
    if not marked.notes:
        return None
    return html.Ol(
        [
            _item(number, note, change_button(note) if note.note_id in marked.changes else None)
            for number, note in marked.numbered()
        ],
        className="chart-notes",
        **{"aria-label": _("Events and comments")},
    )


def _item(number: int, note: Note, change: Component | None) -> Component:
    written = formats.day(note.written_at.date())
    return html.Li(
        [
            html.Span(str(number), className="note-mark", **{"aria-hidden": "true"}),
            html.Span(
                [
                    html.Strong(formats.day(note.day)),
                    " ",
                    note.text,
                    html.Span(
                        _by(note, written),
                        className="second-line",
                    ),
                ],
            ),
            change,
        ]
    )


def _by(note: Note, written: str) -> str:
    text = (
        _("Event by {author}, {day}", author=note.author, day=written)
        if note.is_event
        else _("Comment by {author}, {day}", author=note.author, day=written)
    )
    return _("{text}, changed", text=text) if note.changed_at else text


def change_button(note: Note) -> Component:
    """Opens the dialog with the note in it; `assets/lists.js` tells the app which."""
    return html.Button(
        _("Change"),
        className="link-button",
        type="button",
        # not its words: an administrator may remove a comment, but not read it
        **{
            "data-note": json.dumps({"note": note.note_id}),
            "aria-label": _(
                "Change what {author} noted on {day}", author=note.author, day=formats.day(note.day)
            ),
        },
    )


def add_button(name: str, label: str) -> Component:
    """Opens the dialog for a new note; `name` is the section's."""
    return html.Button(
        [icon("note"), html.Span(_("Note"))],
        className="button small",
        type="button",
        title=_("Note an event, or comment on this chart"),
        **{
            "data-note": json.dumps({"name": name}),
            "aria-label": _("Note something on: {label}", label=label),
        },
    )
