"""A chart in the theme's colours, and the table behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from models.texts import _

from .chart_notes import NOTED, Marked, add_button, listed, with_marks, with_words
from .opening import CHART_BLOCK
from .picture import picture_menu
from .plain import Html
from .states import nothing
from .table import Cell, Column, table, words

Told = str | tuple[str, str | None]  # a cell's text, and where it leads


class Chart(Component):
    """A figure as plotly draws it; drawn by `assets/charts.js`, which takes a reader from a point to its rows.

    Args:
        figure: traces and layout; colours may be named as `var(--token)`.
    """

    _children_props: list[str] = []  # noqa: RUF012 - how Dash declares a component
    _base_nodes: list[str] = []  # noqa: RUF012
    _namespace = "oneview"
    _type = "Chart"
    _prop_names = ["figure"]  # noqa: RUF012
    _valid_wildcard_attributes: list[str] = []  # noqa: RUF012
    available_properties = _prop_names
    available_wildcard_properties: list[str] = []  # noqa: RUF012

    def __init__(self, figure: Mapping[str, Any]) -> None:
        super().__init__(figure=figure)


def chart(
    name: str,
    figure: Mapping[str, Any],
    behind: tuple[Sequence[str], Sequence[Sequence[Told]]],
    *,
    label: str,
    marked: Marked | None = None,
) -> Component:
    """The chart, a legend in words, and a switch to the same numbers as a table.

    Args:
        name: the section's.
        behind: the heads and the rows of the table; a cell may bear the address it leads to.
        marked: what was noted on its days, if its months are those of `behind`.
    """
    if not any(value for trace in figure["data"] for value in trace["y"]):
        return nothing(_("Nothing in these months."))
    if marked:
        figure, behind = with_marks(figure, marked), with_words(behind, marked)
    return html.Div(
        [
            html.Div(
                [
                    _legend(figure),
                    html.Div(
                        [
                            add_button(name, label) if marked and marked.adds else None,
                            picture_menu(label),
                            _choice(name),
                        ],
                        className="chart-tools",
                    ),
                ],
                className="chart-head",
            ),
            html.Div(
                Chart(figure),
                className="chart",
                role="img",
                tabIndex=0,
                **{"aria-label": _("{label}. Press T to read it as a table.", label=label)},
            ),
            html.Div(_table(*behind), className="chart-table"),
            listed(marked) if marked else None,
        ],
        className=CHART_BLOCK,
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[Told]]) -> Component:
    return table(
        words(head[0]) + tuple(_column(one) for one in head[1:]),
        [[_cell(cell) for cell in row] for row in rows],
    )


def _column(title: str) -> Column:
    return Column(title, number=title != _(NOTED))


def _cell(told: Told) -> Cell:
    if isinstance(told, str):
        return told
    text, href = told
    return dcc.Link(text, href=href, refresh=False, className="plain-link") if href else text


def _choice(name: str) -> Component:
    """Chart or table; what is checked says which of them shows (`assets/20-components.css`)."""
    offered = {"chart": _("Chart"), "table": _("Table")}
    buttons = "".join(
        f'<label class="segment"><input type="radio" name="shown-{escape(name)}" value="{key}"'
        f"{' checked' if key == 'chart' else ''}>{escape(words)}</label>"
        for key, words in offered.items()
    )
    named = {"className": "segments small", "role": "radiogroup", "aria-label": _("Chart or table")}
    return Html("div", buttons, named)


_FIRST = ("ac", "fc", "pl", "py", "other")


def _place(named: tuple[str, str]) -> int:
    """What the chart is about before what it is compared with; the rest as it is drawn."""
    swatch = named[1]
    return _FIRST.index(swatch) if swatch in _FIRST else len(_FIRST)


def _legend(figure: Mapping[str, Any]) -> Component:
    names: dict[str, str] = {}
    for trace in figure["data"]:
        names.setdefault(trace["name"], trace["meta"]["swatch"])
    return html.Ul(
        [
            html.Li([html.Span(className=f"swatch {swatch}", **{"aria-hidden": "true"}), name])
            for name, swatch in sorted(names.items(), key=_place)
        ],
        className="legend",
        **{"aria-hidden": "true"},
    )
