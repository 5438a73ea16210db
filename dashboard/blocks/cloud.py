"""Members as points between two numbers: who is off, and how much that matters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.dimensions import DIMENSIONS
from models.metrics.kpi import Kpi, Unit
from models.texts import Text, _

from .. import formats
from ..components import skeleton
from ..components.chart import Told, chart
from ..components.opening import Gist
from ..figures.months import axis_layout, left_of, round_steps, tick
from ..page import Section, nothing_else
from ..visit import Visit
from .asking import lines_of, member_address
from .card import card, empty_card
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
    title: Text,
    says: Text = "",
    guides: tuple[Decimal | None, Decimal | None] = (None, None),
    empty: Text = "Nothing to compare in this period.",
    class_name: str = "half",
    is_log: bool = False,
    outlined: str | None = None,
    is_loss: bool = False,
) -> Section:
    """Members of a dimension as points.

    Args:
        is_log: the axis across is logarithmic; members at or below zero are left to the table.
        outlined: a KPI of today; members that have some of it bear an outline.
        across, up: the KPIs of the two axes.
        size: the KPI whose size the points have.
        is_loss: the size is what of that KPI is below zero, as it stands today.
        guides: where each axis is crossed by a line between good and bad.
    """

    def render(visit: Visit) -> Component:
        about = [kpis()[key] for key in (across, up, size)]
        wanted = list(dict.fromkeys(about))
        missing = next((m for kpi in wanted if (m := visit.ask.lacks(kpi, by))), None)
        if missing:
            return empty_card(title, lacking(missing))
        points = _points(visit, by, about, is_loss=is_loss)
        marked = _marked(visit, by, outlined) if outlined else frozenset[str]()
        if not points:
            return empty_card(title, empty)
        kpi_x, kpi_y, kpi_size = about
        return card(
            title,
            chart(
                name,
                _figure(
                    points,
                    (kpi_x, kpi_y, kpi_size),
                    guides,
                    visit,
                    marked,
                    name=_(DIMENSIONS[by].title),
                    is_log=is_log,
                    is_loss=is_loss,
                ),
                _behind(points, (kpi_x, kpi_y, kpi_size), visit),
                label=title,
            ),
            says=says
            or _(
                "{up} over {across}; size: {size}",
                up=_(kpi_y.title),
                across=_(kpi_x.title),
                size=_(kpi_size.title),
            ),
            gist=_gist(visit, points[0], kpi_x, kpi_y),
        )

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.chart(640),
        label=title,
        class_name=class_name,
    )


_Point = tuple[str, str | None, list[Decimal]]  # label, address, the three numbers


def _gist(visit: Visit, point: _Point, across: Kpi, up: Kpi) -> Gist:
    """The member that matters most, and where it stands."""
    label, _href, (x, y, _size) = point
    currency = visit.snapshot.reporting_currency
    told = (formats.short(value, kpi.unit, currency) for value, kpi in ((x, across), (y, up)))
    return ((label, ", ".join(told)),)


def _points(visit: Visit, by: str, wanted: Sequence[Kpi], *, is_loss: bool) -> list[_Point]:
    across, up, size = wanted
    labels: dict[Any, str] = {}
    told = [_by_member(visit, by, kpi, labels) for kpi in (across, up)]
    sizes = _by_member(visit.today if is_loss else visit, by, size, labels)
    both = [key for key in told[0] if key in told[1]]

    def largest(key: Any) -> Decimal:
        value = sizes.get(key, _ZERO)
        return value if is_loss else -abs(value)

    return [
        (
            labels[key],
            member_address(visit, by, key),
            [told[0][key], told[1][key], sizes.get(key, _ZERO)],
        )
        for key in sorted(both, key=largest)
    ]


def _by_member(visit: Visit, by: str, kpi: Kpi, labels: dict[Any, str]) -> dict[Any, Decimal]:
    """The number of each member that has one; their names are put into `labels`."""
    told = visit.ask.compare([kpi], [visit.period], by=(by,), bases=())
    found: dict[Any, Decimal] = {}
    for line in lines_of(visit, told[kpi.key, visit.period]):
        if line.row.value is not None:
            found[line.row.dimensions[by]] = line.row.value
            labels[line.row.dimensions[by]] = line.row.labels[by]
    return found


def _marked(visit: Visit, by: str, outlined: str) -> frozenset[str]:
    """The names of the members that have some of a number today."""
    kpi, now = kpis()[outlined], visit.today
    if now.ask.lacks(kpi, by):
        return frozenset()
    told = now.ask.compare([kpi], [now.period], by=(by,), bases=())
    return frozenset(one.row.labels[by] for one in told[kpi.key, now.period] if one.row.value)


def _figure(
    told: Sequence[_Point],
    about: tuple[Kpi, Kpi, Kpi],
    guides: tuple[Decimal | None, Decimal | None],
    visit: Visit,
    marked: Collection[str],
    *,
    name: str,
    is_log: bool,
    is_loss: bool,
) -> dict[str, Any]:
    across, up = about[:2]
    currency = visit.snapshot.reporting_currency
    points = [one for one in told if not is_log or one[2][0] > 0]
    sizes = [max(-told[2], _ZERO) if is_loss else abs(told[2]) for _, _, told in points]
    widest = max(sizes, default=_ZERO) or Decimal(1)
    diameters = [_SMALLEST + (_WIDEST - _SMALLEST) * float(size / widest) ** 0.5 for size in sizes]
    good = [_is_good(told[1], up, guides[1]) for _, _, told in points]
    trace = {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [float(told[0]) for _, _, told in points],
        "y": [float(told[1]) for _, _, told in points],
        "customdata": [
            [f"{label}<br>{_words(told, about, currency)}", href] for label, href, told in points
        ],
        "hovertemplate": "%{customdata[0]}<extra></extra>",
        "marker": {
            "size": diameters,
            "color": ["var(--ac)" if one else "var(--bad)" for one in good],
            "symbol": ["circle" if one else "diamond" for one in good],
            "opacity": 0.72,
            "line": {
                "color": ["var(--c4)" if one[0] in marked else "var(--card)" for one in points],
                "width": [3 if one[0] in marked else 1 for one in points],
            },
        },
        "meta": {"swatch": "ac"},
    }
    found = axis_layout(hover="closest")
    for axis, place, kpi in (("xaxis", 0, across), ("yaxis", 1, up)):
        numbers = [told[place] for _, _, told in points]
        if is_log and axis == "xaxis":
            found[axis]["type"] = "log"
            steps = _powers(numbers)
        else:
            steps = round_steps(numbers, from_zero=False)
        found[axis] |= {
            "tickvals": [float(step) for step in steps],
            "ticktext": [tick(step, kpi.unit, currency) for step in steps],
            "title": {"text": _(kpi.title), "font": {"size": 12}},
        }
    found["shapes"] = [
        _guide(axis, value) for axis, value in zip("xy", guides, strict=True) if value is not None
    ]
    found["margin"] = {"l": 8 + left_of(found["yaxis"]["ticktext"]), "r": 12, "t": 8, "b": 52}
    return {"data": [trace], "layout": found}


def _powers(numbers: Sequence[Decimal]) -> list[Decimal]:
    """Round values for a logarithmic axis: 1, 3, 10, 30, …"""
    if not numbers:
        return []
    first, last = min(numbers).adjusted(), max(numbers).adjusted()
    return [Decimal(times).scaleb(power) for power in range(first, last + 2) for times in (1, 3)]


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
        f"{_(kpi.title)}: {formats.short(value, kpi.unit, currency if kpi.is_money else None)}"
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
    return ["", *(_(kpi.title) for kpi in about)], rows
