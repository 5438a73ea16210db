"""Money by month in both systems: columns side by side, what is scheduled ahead hatched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from models.metrics.kpi import Unit
from models.period import Month
from models.texts import _

from .. import formats

_ZERO = Decimal(0)
_NICE = tuple(Decimal(one) for one in (1, 2, 5, 10, 20, 25, 50, 100))
_MOST_STEPS = 6
_FONT = 'Inter, "Segoe UI", system-ui, -apple-system, Roboto, "DejaVu Sans", sans-serif'


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthBar:
    """One month: recognised, and scheduled on top of it."""

    month: Month
    erp: Decimal | None
    psa: Decimal | None
    erp_ahead: Decimal | None = None
    psa_ahead: Decimal | None = None


def months_figure(bars: Sequence[MonthBar], currency: str) -> dict[str, Any]:
    """The columns; colours are names of tokens that the browser fills in."""
    traces = [
        _trace(bars, currency, "erp", "NetSuite", "erp", ahead=False),
        _trace(bars, currency, "psa", "SuiteProjects Pro", "psa", ahead=False),
    ]
    if any(bar.erp_ahead is not None or bar.psa_ahead is not None for bar in bars):
        traces += [
            _trace(bars, currency, "erp_ahead", _("NetSuite, scheduled"), "erp", ahead=True),
            _trace(
                bars, currency, "psa_ahead", _("SuiteProjects Pro, scheduled"), "psa", ahead=True
            ),
        ]
    return {"data": traces, "layout": layout(currency, [bar.month for bar in bars], _steps(bars))}


def months_table(
    bars: Sequence[MonthBar], currency: str
) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """The same numbers in words and figures."""
    head = [_("Month"), "NetSuite", "SuiteProjects Pro", _("Difference")]
    ahead = any(bar.erp_ahead is not None or bar.psa_ahead is not None for bar in bars)
    if ahead:
        head += [_("NetSuite, scheduled"), _("SuiteProjects Pro, scheduled")]
    rows = []
    for bar in bars:
        gap = bar.erp - bar.psa if bar.erp is not None and bar.psa is not None else None
        values = [bar.erp, bar.psa, gap] + ([bar.erp_ahead, bar.psa_ahead] if ahead else [])
        rows.append(
            [formats.month_name(bar.month)]
            + [
                formats.MISSING if value is None else formats.full_money(value, currency)
                for value in values
            ]
        )
    return head, rows


def layout(currency: str, months: Sequence[Month], steps: Sequence[Decimal]) -> dict[str, Any]:
    """What all charts by month share."""
    found = axis_layout() | {"barmode": "stack", "bargap": 0.28, "bargroupgap": 0.06}
    found["xaxis"] |= {
        "type": "category",
        "tickvals": [str(month) for month in months],
        "ticktext": [_tick(month, index) for index, month in enumerate(months)],
        "tickangle": 0,
    }
    found["yaxis"] |= {
        "rangemode": "tozero",
        "tickvals": [float(step) for step in steps],
        "ticktext": [_plain(formats.compact_money(step, currency)) for step in steps],
    }
    found["margin"]["l"] = left_of(found["yaxis"]["ticktext"])
    return found


def axis_layout(*, hover: str = "x unified") -> dict[str, Any]:
    """What all charts share: type, colours by name, quiet axes."""
    return {
        "showlegend": False,
        "margin": {"l": 56, "r": 8, "t": 8, "b": 44},
        "autosize": True,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": _FONT, "size": 12, "color": "var(--ink-soft)"},
        "hoverlabel": {
            "bgcolor": "var(--card)",
            "bordercolor": "var(--line-strong)",
            "font": {"family": _FONT, "size": 13, "color": "var(--ink)"},
            "align": "left",
        },
        "hovermode": hover,
        "xaxis": {
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
            "ticks": "",
            "linecolor": "var(--line-strong)",
            "automargin": False,
        },
        "yaxis": {
            "fixedrange": True,
            "gridcolor": "var(--line)",
            "zeroline": True,
            "zerolinecolor": "var(--line-strong)",
        },
    }


def _steps(bars: Sequence[MonthBar]) -> list[Decimal]:
    """Round values for the axis, four to six of them."""
    tops = [(bar.erp or _ZERO) + (bar.erp_ahead or _ZERO) for bar in bars]
    tops += [(bar.psa or _ZERO) + (bar.psa_ahead or _ZERO) for bar in bars]
    return round_steps(tops)


def round_steps(tops: Sequence[Decimal], *, from_zero: bool = True) -> list[Decimal]:
    """Round values for an axis, four or five of them; without zero, those around what is shown."""
    high, low = max(tops, default=_ZERO), min(tops, default=_ZERO)
    if from_zero:
        high, low = max(high, _ZERO), min(low, _ZERO)
    reach = high - low or abs(high) or Decimal(1)
    size = Decimal(10) ** (reach.adjusted() - 1)
    step = next(one * size for one in _NICE if reach / (one * size) <= _MOST_STEPS)
    first = int((low / step).to_integral_value(ROUND_FLOOR))
    last = int((high / step).to_integral_value(ROUND_FLOOR if from_zero else ROUND_CEILING))
    return [step * index for index in range(first, last + 1)]


def tick(value: Decimal, unit: Unit, currency: str | None) -> str:
    """A label of an axis, without decimals that say nothing."""
    return _plain(formats.bare(value, unit, currency))


def _plain(text: str) -> str:
    """An axis label without decimals that say nothing: £20.0k is £20k."""
    sign = re.escape(formats.decimal_sign())
    return re.sub(rf"{sign}0+(?=\D|$)|(?<={sign}\d)0(?=\D|$)", "", text)


def left_of(labels: Sequence[str]) -> int:
    """The room that an axis' labels take on the left, in pixels."""
    return max(56, 10 + 7 * max(map(len, labels), default=0))


def _tick(month: Month, index: int) -> str:
    name = formats.month_letter(month)
    return f"{name}<br>{month.year}" if index == 0 or month.number == 1 else name


def _trace(
    bars: Sequence[MonthBar], currency: str, attribute: str, name: str, token: str, *, ahead: bool
) -> dict[str, Any]:
    values = [getattr(bar, attribute) for bar in bars]
    colour = f"var(--{token})"
    marker: dict[str, Any] = {"color": colour}
    if ahead:
        marker = {
            "color": colour,
            "line": {"color": colour, "width": 1},
            "pattern": {
                "shape": "/",
                "fillmode": "overlay",
                "fgcolor": colour,
                "size": 6,
                "solidity": 0.28,
                "bgcolor": "var(--card)",
            },
        }
        marker["pattern"]["fillmode"] = "replace"
    return {
        "type": "bar",
        "name": name,
        "offsetgroup": token,
        "alignmentgroup": "side",
        "x": [str(bar.month) for bar in bars],
        # a chart is drawn in floats; the words beside it are made from the exact number
        "y": [None if value is None else float(value) for value in values],
        "customdata": [
            None if value is None else formats.full_money(value, currency) for value in values
        ],
        "hovertemplate": "%{customdata}<extra>" + name + "</extra>",
        "marker": marker,
        "meta": {"swatch": f"{token}{' ahead' if ahead else ''}"},
    }
