"""A number by two dimensions as a field of cells: blue where there is enough, orange where it is short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import Compared
from models.metrics.dimensions import DIMENSIONS
from models.metrics.kpi import Kpi
from models.period import Month, Period

from .. import formats
from ..components import skeleton
from ..components.states import nothing
from ..components.tile import definition
from ..page import Section
from ..visit import Visit
from .asking import lines_of, rows_of
from .card import card
from .tiles import lacking

_STRONGEST = 42  # per cent of the colour, so that figures stay readable on it
_MOST = 14  # columns


def heat(
    key: str, *, down: str, across: str, months: int, title: str, says: str = "", name: str = ""
) -> Section:
    """A number of the months from the running one on.

    Args:
        down, across: the dimensions of rows and columns.
        months: how many, the running one included.
    """

    def render(visit: Visit) -> Component:
        kpi = kpis()[key]
        if missing := visit.ask.lacks(kpi, down, across):
            return card(title, nothing(lacking(missing)))
        running = Month.of(visit.snapshot.today)
        period = Period(running, running.plus(months - 1))
        told = visit.ask.compare([kpi], [period], by=(down, across), bases=())
        cells = {
            (line.row.dimensions[down], line.row.dimensions[across]): line
            for line in lines_of(visit, told[kpi.key, period])
            if line.row.value is not None
        }
        if not cells:
            return card(title, nothing("Nothing is known of the weeks ahead."))
        return card(
            title,
            _table(visit, kpi, cells, (down, across), period),
            says=says or None,
            definition=definition(kpi),
        )

    return Section(name=name or key, render=render, skeleton=skeleton.of_height(360), label=title)


def _table(
    visit: Visit,
    kpi: Kpi,
    cells: Mapping[tuple[Any, Any], Compared],
    by: tuple[str, str],
    period: Period,
) -> Component:
    rows = sorted({(line.row.labels[by[0]], key[0]) for key, line in cells.items()})
    heads = sorted({(key[1], line.row.labels[by[1]]) for key, line in cells.items()})[:_MOST]
    widest = max(abs(line.row.value or Decimal(0)) for line in cells.values()) or Decimal(1)
    head = html.Tr(
        [
            html.Th(DIMENSIONS[by[0]].title, scope="col"),
            *(html.Th(label, scope="col", className="figures") for _, label in heads),
        ]
    )
    body = [
        html.Tr(
            [
                html.Th(label, scope="row"),
                *(
                    _cell(visit, kpi, cells.get((key, column)), by, (key, column), period, widest)
                    for column, _ in heads
                ),
            ]
        )
        for label, key in rows
    ]
    return html.Div(
        html.Table([html.Thead(head), html.Tbody(body)], className="table heat"),
        className="table-frame",
        tabIndex=0,
    )


def _cell(
    visit: Visit,
    kpi: Kpi,
    line: Compared | None,
    by: Sequence[str],
    keys: Sequence[Any],
    period: Period,
    widest: Decimal,
) -> Component:
    value = line.row.value if line else None
    if line is None or value is None:
        return html.Td(formats.MISSING, className="figures")
    share = int(abs(value) / widest * _STRONGEST)
    text = formats.short(value, kpi.unit, line.row.currency).removesuffix(" h")
    href = rows_of(visit, kpi, kpi.record, period=period, members=list(zip(by, keys, strict=True)))
    return html.Td(
        dcc.Link(text, href=href, refresh=False) if href else text,
        className="figures " + ("short" if value < 0 else "enough"),
        style={"--heat": f"{share}%"},
        title=formats.exact(value, kpi.unit, line.row.currency),
    )
