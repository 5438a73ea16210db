"""The dialog in which a setting is changed, and the button that opens it."""

from __future__ import annotations

import json
from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from models.business.deciding import LONGEST
from models.business.decision import Place
from models.texts import _

from .setting_fields import Field


def change_button(place: Place | str, title: str, words: str = "") -> Component:
    """A button that opens the dialog; `assets/lists.js` tells the app which.

    Args:
        place: of what is changed, or what is added.
        title: what it is called, for who does not see the row.
        words: what stands on it.
    """
    asked: dict[str, object] = {"adds": place} if isinstance(place, str) else {"place": list(place)}
    return html.Button(
        words or _("Change"),
        type="button",
        className="button small",
        **{"data-setting": json.dumps(asked), "aria-label": _("Change {title}", title=title)}
        if not words
        else {"data-setting": json.dumps(asked)},
    )


def dialog() -> Component:
    """The dialog, closed and empty."""
    return html.Div(
        [
            dcc.Store(id="setting-asked"),
            html.Div(id={"type": "said", "of": "settings"}, role="status"),
            dmc.Modal(
                html.Div(
                    [
                        html.Div(id="setting-form", className="setting-fields"),
                        html.Div(id="setting-said", role="alert"),
                        html.Div(
                            [
                                html.Button(
                                    _("Save"), id="setting-save", className="button primary", type="button",
                                    **{"data-saves": ""},
                                ),
                                html.Button(
                                    _("Try it"), id="setting-try", className="button", type="button"
                                ),
                                html.Button(
                                    _("Put back"), id="setting-back", className="button", type="button"
                                ),
                                html.Button(
                                    _("Leave out"), id="setting-out", className="button", type="button"
                                ),
                            ],
                            className="dialog-buttons",
                        ),
                        dcc.Store(id="setting-about"),
                    ],
                    className="note-dialog",
                ),
                id="setting-dialog",
                size="md",
                closeButtonProps={"aria-label": _("Close")},
            ),
        ]
    )  # fmt: skip


def form(says: Sequence[Component | None], fields: Sequence[Field]) -> list[Component]:
    """What is in the dialog: where the value comes from, the fields, the reason."""
    return [
        *(one for one in says if one is not None),
        *(one.shown(first=not place) for place, one in enumerate(fields)),
        dmc.TextInput(
            id={"type": "setting-field", "name": "why"},
            label=_("Why"),
            description=_("For who reads it later; at most {count} letters", count=LONGEST),
            size="sm",
            inputProps={"autoComplete": "off", "maxLength": LONGEST},
        ),
    ]
