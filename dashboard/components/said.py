"""What came of something a person did: done, or refused."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from .icons import icon


def done(text: str) -> Component:
    """What was done."""
    return html.P([icon("check"), text], className="verdict good")


def hint(text: str) -> Component:
    """A remark."""
    return html.P(text, className="hint")


def refused(text: str | Component) -> Component:
    """Why nothing was done, or what wants attention."""
    return html.P([icon("alert"), text], className="verdict warn")
