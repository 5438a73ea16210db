"""Members as points between two numbers: who is off, and how much that matters."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.kpi import Kpi, Unit

from .. import formats
from ..components import skeleton
from ..components.chart import Told, chart
from ..components.states import nothing
from ..figures.months import axis_layout, left_of, round_steps, tick
from ..page import Section
from ..visit import Visit
from .asking import lines_of, member_address
from .card import card
from .tiles import lacking

_SMALLEST, _WIDEST = 8.0, 44.0  # diameters in pixels
_ZERO = Decimal(0)


def cloud(
    by: str,
    *,
    across: str,
    up: str,
    size: str,
    name: str,
    title: str,
    says: str = "",
    guides: tuple[Decimal | None, Decimal | None] = (None, None),
    empty: str = "Nothing to compare in this period.",
    class_name: str = "half",
) -> Section:
    """Members of a dimension as points.

    Args:
        across, up: the KPIs of the two axes.
        size: the KPI whose size the points have.
        guides: where each axis is crossed by a line between good and bad.
    """

    def render(visit: Visit) -> Component:
        wanted = [kpis()[key] for key in dict.fromkeys((across, up, size))]
        missing = next((m for kpi in wanted if (m := visit.ask.lacks(kpi, by))), None)
        if missing:
            return card(title, nothing(lacking(missing)))
        points = _points(visit, by, [kpis()[key] for key in (across, up, size)])
        if not points:
            return card(title, nothing(empty))
        kpi_x, kpi_y, kpi_size = (kpis()[key] for key in (across, up, size))
        return card(
            title,
            chart(
                name,
                _figure(points, kpi_x, kpi_y, kpi_size, guides, visit),
                _behind(points, (kpi_x, kpi_y, kpi_size), visit),
                label=title,
            ),
            says=says or f"{kpi_y.title} over {kpi_x.title}; size: {kpi_size.title}",
        )

    return Section(
        name=name,
        render=render,
        skeleton=skeleton.of_height(420),
        label=title,
        class_name=class_name,
    )


_Point = tuple[str, str | None, list[Decimal]]  # label, address, the three numbers


def _points(visit: Visit, by: str, wanted: Sequence[Kpi]) -> list[_Point]:
    told = visit.ask.compare(wanted, [visit.period], by=(by,), bases=())
    values: list[dict[Any, Decimal]] = []
    labels: dict[Any, str] = {}
    for kpi in wanted:
        found: dict[Any, Decimal] = {}
        for line in lines_of(visit, told[kpi.key, visit.period]):
            if line.row.value is not None:
                found[line.row.dimensions[by]] = line.row.value
                labels[line.row.dimensions[by]] = line.row.labels[by]
        values.append(found)
    both = [key for key in values[0] if key in values[1]]
    return [
        (labels[key], member_address(visit, by, key), [one.get(key, _ZERO) for one in values])
        for key in sorted(both, key=lambda key: -abs(values[2].get(key, _ZERO)))
    ]


def _figure(
    points: Sequence[_Point],
    across: Kpi,
    up: Kpi,
    size: Kpi,
    guides: tuple[Decimal | None, Decimal | None],
    visit: Visit,
) -> dict[str, Any]:
    currency = visit.snapshot.reporting_currency
    widest = max((abs(told[2]) for _, _, told in points), default=_ZERO) or Decimal(1)
    diameters = [
        _SMALLEST + (_WIDEST - _SMALLEST) * float(abs(told[2]) / widest) ** 0.5
        for _, _, told in points
    ]
    good = [_is_good(told[1], up, guides[1]) for _, _, told in points]
    trace = {
        "type": "scatter",
        "mode": "markers",
        "name": size.title,
        "x": [float(told[0]) for _, _, told in points],
        "y": [float(told[1]) for _, _, told in points],
        "customdata": [
            [f"{label}<br>{_words(told, (across, up, size), currency)}", href]
            for label, href, told in points
        ],
        "hovertemplate": "%{customdata[0]}<extra></extra>",
        "marker": {
            "size": diameters,
            "color": ["var(--ac)" if one else "var(--bad)" for one in good],
            "symbol": ["circle" if one else "diamond" for one in good],
            "opacity": 0.72,
            "line": {"color": "var(--card)", "width": 1},
        },
        "meta": {"swatch": "ac"},
    }
    found = axis_layout(hover="closest")
    for axis, place, kpi in (("xaxis", 0, across), ("yaxis", 1, up)):
        steps = round_steps([told[place] for _, _, told in points], from_zero=False)
        found[axis] |= {
            "tickvals": [float(step) for step in steps],
            "ticktext": [tick(step, kpi.unit, currency) for step in steps],
            "title": {"text": kpi.title, "font": {"size": 12}},
        }
    found["shapes"] = [
        _guide(axis, value) for axis, value in zip("xy", guides, strict=True) if value is not None
    ]
    found["margin"] = {"l": 8 + left_of(found["yaxis"]["ticktext"]), "r": 12, "t": 8, "b": 52}
    return {"data": [trace], "layout": found}


def _is_good(value: Decimal, kpi: Kpi, guide: Decimal | None) -> bool:
    return guide is None or kpi.improved(value, guide) is not False


def _guide(axis: str, value: Decimal) -> dict[str, Any]:
    other = "y" if axis == "x" else "x"
    return {
        "type": "line",
        f"{axis}0": float(value),
        f"{axis}1": float(value),
        f"{axis}ref": axis,
        f"{other}0": 0,
        f"{other}1": 1,
        f"{other}ref": "paper",
        "line": {"color": "var(--line-strong)", "width": 1.4, "dash": "dot"},
        "layer": "below",
    }


def _words(told: Sequence[Decimal], about: Sequence[Kpi], currency: str) -> str:
    return "<br>".join(
        f"{kpi.title}: {formats.short(value, kpi.unit, currency if kpi.is_money else None)}"
        for kpi, value in zip(about, told, strict=True)
    )


def _behind(
    points: Sequence[_Point], about: Sequence[Kpi], visit: Visit
) -> tuple[list[str], list[list[Told]]]:
    currency = visit.snapshot.reporting_currency
    rows: list[list[Told]] = [
        [
            (label, href),
            *(
                formats.exact(value, kpi.unit, currency if kpi.unit is not Unit.PERCENT else None)
                for kpi, value in zip(about, told, strict=True)
            ),
        ]
        for label, href, told in points
    ]
    return ["", *(kpi.title for kpi in about)], rows
