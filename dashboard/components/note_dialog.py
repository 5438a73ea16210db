"""The dialog in which an event or a comment is written, changed and removed; one for all charts of a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from models.texts import Text, _

from ..notes import LONGEST

EVENT, COMMENT = "event", "comment"
KINDS: Mapping[str, Text] = {COMMENT: "On this chart", EVENT: "An event, on every chart"}


def note_dialog(
    *,
    about: Mapping[str, Any],
    on: str,
    kind: str,
    day: str,
    text: str = "",
    chooses: bool = False,
    removes: bool = False,
) -> Component:
    """The dialog, open.

    Args:
        about: the note that is changed, or the section that a new one is on.
        on: what it is on, in words.
        kind: `EVENT` or `COMMENT`.
        day: as a date field has it.
        chooses: whether the kind may be chosen.
        removes: whether the note may be removed.
    """
    return dmc.Modal(
        html.Div(
            [
                html.P(on, className="subline wrapping"),
                dmc.RadioGroup(
                    id="note-kind",
                    value=kind,
                    style={} if chooses else {"display": "none"},
                    label=_("What is it?"),
                    size="sm",
                    children=dmc.Group([dmc.Radio(_(label), value=one) for one, label in KINDS.items()]),
                ),
                dmc.TextInput(  # the browser's own calendar: in the reader's language, by finger and by keys
                    id="note-day", value=day, label=_("Day"), size="sm", inputProps={"type": "date"}, debounce=True
                ),
                dmc.Textarea(
                    id="note-text",
                    value=text,
                    label=_("In a few words"),
                    placeholder=_("Reorganisation, price rise, a large order …"),
                    description=_("At most {count} letters", count=LONGEST),
                    autosize=True,
                    minRows=2,
                    size="sm",
                    debounce=True,  # told when it is left, before what is pressed next
                    **{"data-autofocus": True},  # where the keyboard is when the dialog opens
                ),
                html.Div(id="note-said", role="alert"),
                html.Div(
                    [
                        html.Button(_("Save"), id="note-save", className="button primary", type="button"),
                        html.Button(_("Remove"), id="note-remove", className="button", type="button", hidden=not removes),
                    ],
                    className="dialog-buttons",
                ),
                dcc.Store(id="note-about", data=dict(about)),
            ],
            className="note-dialog",
        ),
        id="note-dialog",
        opened=True,
        title=_("Event or comment"),
        size="md",
        closeButtonProps={"aria-label": _("Close")},
    )  # fmt: skip
