"""The range of the months ahead: a whisker over each, or a fan over all of them."""

from __future__ import annotations

from typing import Any

from models.texts import _

from .series import Full, Range


def whisker(within: Range, full: Full) -> dict[str, Any]:
    """A line from low to high with a mark in the middle, for each month that has a range."""
    places = [
        (
            at,
            float(low),
            float(middle),
            float(high),
            _("{low} to {high}", low=full(low), high=full(high)),
        )
        for at, (low, middle, high) in enumerate(
            zip(within.low, within.middle, within.high, strict=True)
        )
        if low is not None and middle is not None and high is not None
    ]
    return {
        "name": within.name,
        "type": "scatter",
        "mode": "markers",
        "x": [at for at, *_rest in places],
        "y": [middle for _at, _low, middle, *_rest in places],
        "customdata": [[words, None] for *_rest, words in places],
        "hovertemplate": "%{customdata[0]}<extra>" + within.name + "</extra>",
        "marker": {"symbol": "circle", "size": 6, "color": "var(--ink)"},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [high - middle for _at, _low, middle, high, *_rest in places],
            "arrayminus": [middle - low for _at, low, middle, *_rest in places],
            "color": "var(--ink)",
            "thickness": 1.6,
            "width": 5,
        },
        "meta": {"swatch": "range"},
    }


def fan(within: Range, full: Full) -> list[dict[str, Any]]:
    """The space between low and high, and the middle as a dotted line."""
    words = [
        None
        if low is None or high is None
        else [_("{low} to {high}", low=full(low), high=full(high)), None]
        for low, high in zip(within.low, within.high, strict=True)
    ]
    shared = {"type": "scatter", "mode": "lines", "x": list(range(len(words)))}
    ends = [
        shared
        | {
            "name": within.name,
            "y": within.drawn(values),
            "line": {"color": "var(--fan-line)", "width": 1},
            "meta": {"swatch": "fan"},
        }
        for values in (within.low, within.high)
    ]
    ends[0]["hoverinfo"] = "skip"
    ends[1] |= {
        "fill": "tonexty",
        "fillcolor": "var(--fan)",
        "customdata": words,
        "hovertemplate": "%{customdata[0]}<extra>" + within.name + "</extra>",
    }
    if not within.middle_name:
        return ends
    middle = shared | {
        "name": within.middle_name,
        "y": within.drawn(within.middle),
        "customdata": [None if one is None else [full(one), None] for one in within.middle],
        "hovertemplate": "%{customdata[0]}<extra>" + within.middle_name + "</extra>",
        "line": {"color": "var(--ink)", "width": 1.4, "dash": "dot"},
        "meta": {"swatch": "middle"},
    }
    return [*ends, middle]
