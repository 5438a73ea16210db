"""A part of a page that a narrow screen keeps closed below its heading until it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from dash import html
from dash.development.base_component import Component

from models.texts import Text, _

Gist: TypeAlias = Sequence[
    tuple[str, str]
]  # names of numbers, and the numbers; "" where the words tell both

CHART_BLOCK = "chart-block"  # the class of what a chart is drawn in


def gist_line(gist: Gist) -> Component | None:
    """The key numbers of a part, which stand in the place of its other words while it is closed."""
    if not gist:
        return None
    return html.P(
        [
            html.Span([name, *((" ", html.Strong(number)) if number else ())])
            for name, number in gist
        ],
        className="subline gist",
    )


def opening(
    title: Text,
    head: Sequence[Component | str | None],
    body: Sequence[Component | str | None],
    class_name: str,
    head_class: str = "",
) -> Component:
    """A heading and what stands below it, with the button that opens and closes it.

    Where the button shows, and what it hides, is said in one place, `assets/50-narrow.css`: below the first parts of a
    page on a narrow screen (`Page.layout`). `assets/oneview.js` keeps what is open for the session.
    """
    button = html.Button(
        className="opener",
        type="button",
        **{"data-opens": "", "aria-expanded": "false", "aria-label": _(title)},
    )
    charted = any(getattr(part, "className", "") == CHART_BLOCK for part in body)
    return html.Div(
        [html.Header([*head, button], className=f"band-head {head_class}".strip()), *body],
        # told by a class: each of the hundreds of lines that a chart is drawn of would have `:has()` asked again
        className=f"{class_name} opens" + (" charted" if charted else ""),
    )
