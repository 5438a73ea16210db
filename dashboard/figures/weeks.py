"""Hours week by week: parts on top of each other, those ahead hatched, and the line of what there is."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from models.metrics.kpi import Unit

from .. import formats
from .columns import data, part
from .months import axis_layout, left_of, round_steps, tick
from .series import Series

_NONE = Decimal(0)
_EACH = 4  # weeks that bear a label


def weeks_figure(weeks: Sequence[str], parts: Sequence[Series], line: Series) -> dict[str, Any]:
    """The chart; `weeks` are of ISO 8601, 2026-W03."""
    count = len(weeks)
    traces = [part(count, one, _hours) for one in parts if any(one.values)]
    traces.append(_line(count, line))
    wholes = [sum((one.values[at] or _NONE for one in parts), _NONE) for at in range(count)]
    steps = round_steps([*(value for value in line.values if value), *wholes])
    found = axis_layout() | {"barmode": "relative", "bargap": 0}
    found["xaxis"] |= {
        "type": "linear",
        "tickvals": list(range(count)),
        "ticktext": [
            week[-3:] + (f"<br>{week[:4]}" if not at else "") if not at % _EACH else ""
            for at, week in enumerate(weeks)
        ],
        "tickangle": 0,
        "range": [-0.6, count - 0.4],
    }
    found["yaxis"] |= {
        "rangemode": "tozero",
        "tickvals": [float(step) for step in steps],
        "ticktext": [tick(step, Unit.HOURS, None) for step in steps],
    }
    found["margin"]["l"] = left_of(found["yaxis"]["ticktext"])
    # a narrow screen keeps the labels of what looks like a quarter's first month
    found["meta"] = {"months": ["" if at % (2 * _EACH) else "-01" for at in range(count)]}
    return {"data": traces, "layout": found}


def _line(count: int, one: Series) -> dict[str, Any]:
    return data(count, one, _hours) | {
        "type": "scatter",
        "mode": "lines",
        "line": {"color": "var(--ink)", "width": 2, "shape": "hvh"},
    }


def _hours(value: Any) -> str:
    return formats.exact(value, Unit.HOURS, None)
