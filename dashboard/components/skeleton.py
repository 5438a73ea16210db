"""What stands where data will be: grey shapes of the same size, so that nothing jumps."""

from __future__ import annotations

from collections.abc import Callable

from dash import html
from dash.development.base_component import Component

from models.texts import Text, _


def block(height: int = 120) -> Component:
    """One grey block."""
    return html.Div(
        className="skeleton", style={"height": f"{height}px"}, **{"aria-hidden": "true"}
    )


def of_height(height: int) -> Callable[[], Component]:
    """A maker of one block of that height."""
    return lambda: block(height)


def chart(height: int) -> Callable[[], Component]:
    """A maker of the place of a chart; seeing it, the browser fetches what draws charts (`assets/asking.js`)."""

    def place() -> Component:
        found = block(height)
        found.className += " chart-skeleton"
        return found

    return place


def is_chart(place: Component) -> bool:
    """Whether it is the place of a chart."""
    return "chart-skeleton" in (getattr(place, "className", None) or "").split()


def rows(count: int, *, each: int = 42) -> int:
    """How high a card with a table of so many rows is."""
    return 118 + each * count


def tiles(count: int = 8, heading: Text | None = None) -> Component:
    """Places of the headline tiles, below their heading."""
    places = html.Div(
        [html.Div(className="skeleton tile-skeleton") for _place in range(count)],
        className="tiles",
        **{"aria-hidden": "true"},
    )
    if heading is None:
        return places
    return html.Div(
        [html.Header(html.H2(_(heading), className="band"), className="band-head"), places]
    )


def heading() -> Component:
    """The place of a message and the line below it."""
    return html.Div(
        [
            html.Div(className="skeleton skeleton-title"),
            html.Div(className="skeleton skeleton-line"),
        ],
        **{"aria-hidden": "true"},
    )
