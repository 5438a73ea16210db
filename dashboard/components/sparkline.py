"""Thirteen months of both systems as two thin lines, without a chart library."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

_SAFE = "<>/:=' "
_WIDTH, _HEIGHT, _PAD = 100, 30, 3


def sparkline(
    erp: Sequence[Decimal | None], psa: Sequence[Decimal | None], label: str
) -> Component:
    """Two lines on one scale; the style sheet gives each its colour in either theme."""
    known = [float(value) for value in (*erp, *psa) if value is not None]
    if len(known) < 2:
        return html.Div(className="spark spark-empty", role="img", **{"aria-label": label})
    low, high = min(known), max(known)
    return html.Div(
        [
            _line(name, values, low, high)
            for name, values in (("spark-psa", psa), ("spark-erp", erp))
            if any(
                value is not None for value in values
            )  # paper would show an empty one as a block
        ],
        className="spark",
        role="img",
        title=label,
        **{"aria-label": label},
    )


def _line(name: str, values: Sequence[Decimal | None], low: float, high: float) -> Component:
    path, pen = [], "M"
    span = (high - low) or 1.0
    for index, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        x = _PAD + index * (_WIDTH - 2 * _PAD) / max(len(values) - 1, 1)
        y = _HEIGHT - _PAD - (float(value) - low) / span * (_HEIGHT - 2 * _PAD)
        path.append(f"{pen}{x:.1f} {y:.1f}")
        pen = "L"
    drawing = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {_HEIGHT}' "
        f"preserveAspectRatio='none'><path d='{''.join(path)}' fill='none' stroke='#000' "
        "stroke-width='1.8' vector-effect='non-scaling-stroke' stroke-linejoin='round' "
        "stroke-linecap='round'/></svg>"
    )
    encoded = quote(drawing, safe=_SAFE)
    picture = f'url("data:image/svg+xml,{encoded}")'
    return html.Span(className=name, style={"maskImage": picture})
