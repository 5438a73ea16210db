"""Where a value of the business comes from, and what it will be at the next build."""

from __future__ import annotations

from datetime import datetime

from dash import html
from dash.development.base_component import Component

from models.business.decision import Place
from models.texts import _

from ..configuration import Standing
from .ages import age
from .place_words import value_words


def by_file(line: int | None) -> Component:
    """The line of the file that says a value; none: it is built in."""
    if line is None:
        return html.Span(_("built in"), className="soft")
    return html.Span(_("the file, line {line}", line=line))


def said_by(found: Standing, place: Place, now: datetime, line: int | None) -> Component:
    """Who or what says a value: built in, a line of the file, or a person, with when and why."""
    told = found.next.decided.get(place)
    if told is None:
        words = by_file(line)
        if place in found.next.ignored:
            left = html.Span(
                _("what was decided does not fit any more"), className="second-line warn"
            )
            return html.Div([words, left], className="two-lines")
        return words
    second: list[Component | str] = [age(told.at, now)] if told.at else []
    if told.note:
        second.append(f", {told.note}")
    return html.Div(
        [html.Span(found.who(told)), html.Span(second, className="second-line wrapping")],
        className="two-lines",
    )


def value_cell(found: Standing, place: Place) -> Component:
    """The value that is in the numbers, and below it the one from the next build on where that is another."""
    now, then = found.value(place), found.value(place, then=True)
    shown = html.Span(value_words(place, now, found.currency), className="wrapping")
    if now == then:
        return shown
    return waiting_cell(shown, value_words(place, then, found.currency))


def waiting_cell(shown: Component, then: str) -> Component:
    """What is in the numbers, and below it in words what will be from the next build on."""
    text = _("{value} at the next build", value=then)
    return html.Div(
        [shown, html.Strong(text, className="second-line wrapping pending")], className="two-lines"
    )
