"""Bars, ticks and dots on one scale, in a cell of a table: what is compared stands below each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from models.texts import Text, _

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A bar from `start` to `end`; without `start` a tick or a dot at `end`.

    Attributes:
        role: its look: ac, pl, py, good, bad, … (`.mark` in the style sheet).
    """

    end: Decimal
    start: Decimal | None = None
    role: str = "ac"


@dataclass(frozen=True, slots=True)
class Scale:
    """From the lowest to the highest number, zero included."""

    low: Decimal
    high: Decimal

    @classmethod
    def of(cls, marks: Sequence[Mark]) -> Scale:
        """The scale on which all these marks are seen."""
        ends = [one for mark in marks for one in (mark.start, mark.end) if one is not None]
        return cls(min([_ZERO, *ends]), max([_ZERO, *ends]))

    def at(self, number: Decimal) -> Decimal:
        """Where a number is, in per cent from the left."""
        reach = self.high - self.low
        return (number - self.low) / reach * 100 if reach else _ZERO


def track(marks: Sequence[Mark], scale: Scale) -> Component:
    """The marks, and the line of zero where the scale goes below it."""
    shown = [_mark(one, scale) for one in marks]
    if scale.low < 0:
        shown.insert(
            0, html.Span(className="mark zero", style={"left": _per_cent(scale.at(_ZERO))})
        )
    return html.Span(shown, className="track", **{"aria-hidden": "true"})


def legend(named: Iterable[tuple[str, Text]]) -> list[Component]:
    """What marks mean: the look of each (`.swatch` in the style sheet), and its words."""
    return [
        html.Span([html.Span(className=f"swatch {look}", **{"aria-hidden": "true"}), _(text)])
        for look, text in named
    ]


def track_head() -> Component:
    """What stands above a column of tracks: nothing."""
    return html.Td("", className="track-head", **{"aria-hidden": "true"})


def track_cell(marks: Sequence[Mark], scale: Scale) -> Component:
    """The marks as a cell; what they show, the numbers beside them tell."""
    return html.Td(track(marks, scale), className="track-cell", **{"aria-hidden": "true"})


def _mark(mark: Mark, scale: Scale) -> Component:
    if mark.start is None:
        return html.Span(
            className=f"mark point {mark.role}", style={"left": _per_cent(scale.at(mark.end))}
        )
    left, right = sorted((scale.at(mark.start), scale.at(mark.end)))
    return html.Span(
        className=f"mark {mark.role}",
        style={"left": _per_cent(left), "width": _per_cent(right - left)},
    )


def _per_cent(share: Decimal) -> str:
    return f"{share:.2f}%"
