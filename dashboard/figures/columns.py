"""Numbers by month: actual solid, the year before lighter, the plan outlined, what is ahead hatched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from models.metrics.kpi import Unit
from models.period import Month
from models.texts import _

from .. import formats
from .months import layout, left_of, round_steps, tick
from .ranges import fan, whisker
from .series import Full, Range, Series

# role -> (width of a column, how far left of its month it begins)
_PLACES = {"py": (0.5, -0.42), "pl": (0.5, -0.08), "ac": (0.52, -0.26), "fc": (0.52, -0.26)}
AHEAD = "-ahead"  # ends the role of a part that lies ahead
_ORDER = ("py", "pl", "fc", "ac", "other")


def columns_figure(
    months: Sequence[Month],
    series: Sequence[Series],
    unit: Unit,
    currency: str | None,
    within: Range | None = None,
) -> dict[str, Any]:
    """Columns for what is summed, zero always in sight; over them the fan that the months ahead lie within."""
    full = _full(unit, currency)
    ordered = sorted(_seen(series), key=lambda one: _ORDER.index(one.role))
    traces = [_column(months, one, full) for one in ordered if _known(one)]
    if within is not None and within.is_known:
        traces += fan(within, full)
        series = [*series, *within.bounds]
    return _figure(months, traces, series, unit, currency, {"barmode": "overlay"})


def _seen(series: Sequence[Series]) -> list[Series]:
    """Without the other system's marks on months in which neither has anything: a row of them on the axis says nothing."""
    actual = next((one for one in series if one.role == "ac"), None)
    if actual is None:
        return list(series)
    return [
        replace(
            one,
            values=[
                value if value or own else None
                for value, own in zip(one.values, actual.values, strict=True)
            ],
        )
        if one.role == "other"
        else one
        for one in series
    ]


def lines_figure(
    months: Sequence[Month], series: Sequence[Series], unit: Unit, currency: str | None
) -> dict[str, Any]:
    """Lines for what is divided."""
    full = _full(unit, currency)
    traces = [_line(months, one, full) for one in series if _known(one)]
    return _figure(months, traces, series, unit, currency, {"yaxis_rangemode": "normal"})


def stacked_figure(
    months: Sequence[Month],
    series: Sequence[Series],
    unit: Unit,
    currency: str | None,
    within: Range | None = None,
    outline: Series | None = None,
) -> dict[str, Any]:
    """Parts on top of each other, in the order given; over them the range that the whole lies within, and its plan."""
    full = _full(unit, currency)
    traces = [part(len(months), one, full) for one in series if _known(one)]
    if outline is not None and _known(outline):
        traces.append(_outline(months, outline, full))
    if within is not None and within.is_known:
        traces.append(whisker(within, full))
        series = [*series, Series(name="", role="ac", values=within.high)]
    totals = [
        sum((v for one in series if (v := one.values[at]) is not None and v > 0), Decimal(0))
        for at in range(len(months))
    ]
    tall = [Series(name="", role="ac", values=totals), *series]
    if outline is not None:
        tall.append(outline)
    return _figure(months, traces, tall, unit, currency, {"barmode": "relative"})


def months_with(
    months: Sequence[Month], series: Sequence[Series], unit: Unit, currency: str | None
) -> tuple[list[str], list[list[tuple[str, str | None]]]]:
    """The same numbers as a table: the heads, and of each month its cells with their links."""
    full = _full(unit, currency)
    told = [one for one in series if _known(one)]
    rows = []
    for at, month in enumerate(months):
        cells: list[tuple[str, str | None]] = [(formats.month_name(month), None)]
        for one in told:
            value = one.values[at]
            link = one.links[at] if one.links else None
            cells.append((formats.MISSING, None) if value is None else (full(value), link))
        rows.append(cells)
    return [_("Month"), *(one.name for one in told)], rows


def _known(one: Series) -> bool:
    return any(value is not None for value in one.values)


def _full(unit: Unit, currency: str | None) -> Full:
    return lambda value: formats.exact(value, unit, currency)


def data(count: int, one: Series, full: Full) -> dict[str, Any]:
    """What each trace is made of: its numbers, their words, where they lead."""
    links = one.links or [None] * count
    return {
        "name": one.name,
        "x": list(range(count)),
        # a chart is drawn in floats; the words beside it are made from the exact number
        "y": [None if value is None else float(value) for value in one.values],
        "customdata": [
            None if value is None else [full(value), link]
            for value, link in zip(one.values, links, strict=True)
        ],
        "hovertemplate": "%{customdata[0]}<extra>" + one.name + "</extra>",
        "meta": {"swatch": one.role},
    }


def _column(months: Sequence[Month], one: Series, full: Full) -> dict[str, Any]:
    if one.role == "other":
        return _marks(months, one, full)
    width, offset = _PLACES[one.role]
    found = data(len(months), one, full) | {
        "type": "bar",
        "width": width,
        "offset": offset,
        "marker": _fill(one.role),
    }
    return found | ({"base": [float(base or 0) for base in one.bases]} if one.bases else {})


def _marks(months: Sequence[Month], one: Series, full: Full) -> dict[str, Any]:
    """The other system: marks on what the number of record draws, so that both are seen where they agree."""
    mark = {
        "symbol": "diamond",
        "size": 8,
        "color": "var(--psa)",
        "line": {"color": "var(--card)", "width": 1.5},
    }
    look = {"type": "scatter", "mode": "markers", "marker": mark, "cliponaxis": False}
    return data(len(months), one, full) | look


def _fill(role: str) -> dict[str, Any]:
    colour = f"var(--{role})"
    if role == "pl":
        return {"color": "var(--card)", "line": {"color": "var(--pl)", "width": 1.4}}
    if role == "fc":
        pattern = {
            "shape": "/",
            "fillmode": "replace",
            "fgcolor": "var(--ac)",
            "bgcolor": "var(--card)",
            "size": 6,
            "solidity": 0.28,
        }
        return {
            "color": "var(--ac)",
            "line": {"color": "var(--ac)", "width": 1},
            "pattern": pattern,
        }
    return {"color": colour}


def _line(months: Sequence[Month], one: Series, full: Full) -> dict[str, Any]:
    if one.role == "other":
        return _marks(months, one, full)
    look = {
        "ac": {"color": "var(--ac)", "width": 2.6},
        "py": {"color": "var(--py)", "width": 2.2},
        "pl": {"color": "var(--pl)", "width": 1.4, "dash": "dash"},
        "fc": {"color": "var(--ac)", "width": 2, "dash": "dot"},
    }.get(one.role, {"color": f"var(--{one.role})", "width": 2.2})
    return data(len(months), one, full) | {
        "type": "scatter",
        "mode": "lines+markers",
        "cliponaxis": False,  # or the marks at the edge are cut in halves
        "line": look,
        "marker": {"color": look["color"], **(_POINT if _is_alone(one) else {"size": 5})},
        "connectgaps": False,
    }


_POINT = {"size": 11, "symbol": "diamond"}  # what has no line to be seen by


def _is_alone(one: Series) -> bool:
    return sum(value is not None for value in one.values) == 1


def part(count: int, one: Series, full: Full) -> dict[str, Any]:
    """A part of a whole; what is ahead (c1-ahead) is hatched in its colour."""
    colour = f"var(--{one.role.removesuffix(AHEAD)})"
    marker: dict[str, Any] = {"color": colour, "line": {"color": "var(--card)", "width": 0.6}}
    if one.role.endswith(AHEAD):
        marker |= {
            "line": {"color": colour, "width": 1},
            "pattern": {
                "shape": "/",
                "fillmode": "replace",
                "fgcolor": colour,
                "bgcolor": "var(--card)",
                "size": 6,
                "solidity": 0.28,
            },
        }
    return data(count, one, full) | {"type": "bar", "width": 0.62, "marker": marker}


def _outline(months: Sequence[Month], one: Series, full: Full) -> dict[str, Any]:
    """A frame around each month's parts; what has a base of its own is not stacked on them."""
    edge = {"color": "var(--pl)", "width": 1.4}
    return data(len(months), one, full) | {
        "type": "bar",
        "base": 0,
        "width": 0.8,
        "marker": {"color": "rgba(0, 0, 0, 0)", "line": edge},
    }


def _figure(
    months: Sequence[Month],
    traces: list[dict[str, Any]],
    series: Sequence[Series],
    unit: Unit,
    currency: str | None,
    more: dict[str, Any],
) -> dict[str, Any]:
    tops = [top for one in series for top in one.tops]
    ratio = more.pop("yaxis_rangemode", None) is not None
    steps = round_steps(tops, from_zero=not ratio)
    found = layout(currency or "", months, steps) | more
    axis = found["xaxis"]
    axis |= {
        "type": "linear",
        "tickvals": list(range(len(months))),
        "range": [-0.6, len(months) - 0.4],
        "zeroline": False,
    }
    found["meta"] = {"months": [str(month) for month in months]}
    found["yaxis"]["ticktext"] = [tick(step, unit, currency) for step in steps]
    found["margin"]["l"] = left_of(found["yaxis"]["ticktext"])
    if ratio and steps:
        found["yaxis"] |= {"rangemode": "normal", "range": [float(steps[0]), float(steps[-1])]}
    if tops and min(tops) < 0 and max(tops) <= 0:  # room for the marks that lie on zero
        low = float(min(tops))
        found["yaxis"] |= {"autorange": False, "range": [low * 1.08, -low * 0.05]}
    found["bargap"] = 0
    return {"data": traces, "layout": found}
