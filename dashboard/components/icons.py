"""Icons: shapes drawn in the style sheet, in the colour of the text around them."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component


def icon(name: str) -> Component:
    """An icon that only decorates: the words beside it say the same."""
    return html.Span(className=f"icon icon-{name}", **{"aria-hidden": "true"})
