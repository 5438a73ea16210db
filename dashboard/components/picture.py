"""The menu that saves a chart as a picture, with its title, period, filters and legend (`assets/pictures.js`)."""

from __future__ import annotations

from html import escape

from dash.development.base_component import Component

from models.texts import _

from .plain import Html


def picture_menu(label: str) -> Component:
    """A button that saves the chart beside it as a picture (`assets/pictures.js`)."""
    told = escape(_("Save as a picture: {label}", label=label))
    return Html(
        "details",
        f'<summary class="button small" aria-label="{told}" title="{escape(_("Save as a picture"))}">'
        '<span class="icon icon-download" aria-hidden="true"></span></summary>'
        f'<div class="chooser-list"><button type="button" data-picture="png">{escape(_("Picture (PNG)"))}</button>'
        f'<button type="button" data-picture="svg">{escape(_("Drawing (SVG)"))}</button></div>',
        {"className": "chooser picture"},
    )
