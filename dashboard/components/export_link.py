"""The button that takes a table along as a file."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from ..auth.permissions import may
from ..export import exports
from ..listing import export_address
from ..visit import Visit
from .icons import icon


def export_link(visit: Visit, key: str, words: str = "Export CSV") -> Component | None:
    """The button; None for who may not have the file."""
    if not may(visit.person, exports()[key].permission):
        return None
    return html.A(
        [icon("download"), words],
        id={"type": "export", "name": key},
        download="",
        href=export_address(visit.path, visit.search, key),
        className="button",
    )
