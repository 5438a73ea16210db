"""The frame of a block: heading, a line that explains, choices on the right, and words where nothing can be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from dash import dcc, html
from dash.development.base_component import Component

from models.texts import Text, _

from ..components.states import nothing
from ..filters import others
from ..visit import Visit

Body: TypeAlias = Component | str | Sequence[Component | str | None] | None


def card(
    title: Text, body: Body, *, says: Body = None, tools: Body = None, definition: Body = None
) -> Component:
    """A card with a heading."""
    return html.Div(
        [
            html.Header(
                [
                    html.Div(
                        [
                            html.Div([html.H2(_(title)), definition], className="title-line"),
                            html.P(_(says) if isinstance(says, str) else says, className="subline")
                            if says
                            else None,
                        ]
                    ),
                    html.Div(tools, className="card-tools") if tools else None,
                ],
                className="band-head",
            ),
            *(body if isinstance(body, list | tuple) else [body]),
        ],
        className="card",
    )


def empty_card(title: Text, words: Text) -> Component:
    """A card that says why it shows nothing."""
    return card(title, nothing(words))


def choice(
    visit: Visit, parameter: str, options: Mapping[str, str], chosen: str, label: str
) -> Component | None:
    """One of a few, as links: what is chosen stands in the address."""
    if len(options) < 2:
        return None
    return html.Div(
        [
            dcc.Link(
                _(words),
                href=with_parameters(visit, **{parameter: value}),
                refresh=False,
                className="segment" + (" current" if value == chosen else ""),
            )
            for value, words in options.items()
        ],
        className="segments small",
        role="group",
        **{"aria-label": label},
    )


def with_parameters(visit: Visit, **changed: str | None) -> str:
    """This page's address with other parameters; None takes one away."""
    kept: dict[str, str | None] = {**others(visit.search), **changed}
    return visit.path + visit.filters.search(
        **{name: value for name, value in kept.items() if value is not None}
    )
