"""Where a page stands: links back up, the filters kept."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from models.texts import _


def breadcrumb(above: Sequence[tuple[str, str]], here: str) -> Component:
    """The way back: (words, address) of each page above, and what this one is called."""
    return html.Nav(
        html.Ol(
            [
                *(html.Li(dcc.Link(words, href=href, refresh=False)) for words, href in above),
                html.Li(here, **{"aria-current": "page"}),
            ]
        ),
        className="breadcrumb",
        **{"aria-label": _("Where you are")},
    )
