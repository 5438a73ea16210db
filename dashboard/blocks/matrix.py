"""The same few numbers in several states: to date, at completion, as planned; each leads to its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import Compared
from models.texts import Text, _

from .. import formats
from ..components.table import framed
from ..components.tile import definition
from ..components.words import BADGES
from ..visit import Visit
from .asking import line_of
from .breakdown import number_cell


@dataclass(frozen=True, kw_only=True)
class State:
    """A column.

    Attributes:
        visit: looks at the period and the members that the column tells of.
        keys: its KPIs, one a row; None where no system knows the number.
    """

    title: Text
    visit: Visit
    keys: Sequence[str | None]


def matrix(rows: Sequence[str], states: Sequence[State]) -> Component:
    """The table; a row that no state has a number for is left out."""
    told = [_told(state) for state in states]
    head = html.Tr(
        [
            html.Th("", scope="col"),
            *(
                html.Th([_(state.title), *_badges(state)], scope="col", className="figures")
                for state in states
            ),
        ]
    )
    body = [
        html.Tr(
            [
                html.Th(_(name), scope="row"),
                *(
                    _cell(state, state.keys[place], found)
                    for state, found in zip(states, told, strict=True)
                ),
            ]
        )
        for place, name in enumerate(rows)
    ]
    return framed([html.Thead(head), html.Tbody(body)], "matrix")


def _badges(state: State) -> list[Component]:
    """The systems that a column comes from."""
    sides = dict.fromkeys(kpis()[key].record for key in state.keys if key is not None)
    return [html.Span(BADGES[side], className="badge") for side in sides]


def _told(state: State) -> Mapping[str, Compared | None]:
    visit = state.visit
    wanted = [kpis()[key] for key in state.keys if key is not None]
    found = visit.ask.compare(wanted, [visit.period], bases=())
    return {key: line_of(visit, lines) for (key, _), lines in found.items()}


def _cell(state: State, key: str | None, told: Mapping[str, Compared | None]) -> Component:
    line = told.get(key) if key else None
    if key is None or line is None or line.row.value is None:
        return html.Td(formats.MISSING, className="figures soft")
    kpi = kpis()[key]
    cell = number_cell(state.visit, kpi, line, kpi.record, [])
    cell.children = html.Span([cell.children, definition(kpi)], className="told")
    return cell
