"""What the systems know as it stands today alone, or of the months ahead, on a page that may speak of another month."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dash.development.base_component import Component

from models.metrics.answer import RowPage
from models.period import Month, Period

from ..page import Order, Section
from ..visit import Visit


def today(section: Section) -> Section:
    """The same section, of the running month whichever period was chosen.

    Plans, progress and open deals are kept by neither system as they were. The section's title says that it is of
    today; its numbers lead to rows of the running month.
    """

    return _of(section, lambda visit: visit.today)


def ahead(section: Section, months: int) -> Section:
    """The same section, of the running month and those after it: so many in all."""

    def looking(visit: Visit) -> Visit:
        running = Month.of(visit.snapshot.today)
        return visit.at(Period(running, running.plus(months - 1)))

    return _of(section, looking)


def _of(section: Section, looking: Callable[[Visit], Visit]) -> Section:
    def render(visit: Visit) -> Component | list[Component]:
        return section.render(looking(visit))

    def rows(visit: Visit, offset: int, limit: int | None, order: Order) -> RowPage:
        assert section.rows is not None
        return section.rows(looking(visit), offset, limit, order)

    return replace(section, render=render, rows=rows if section.rows else None)
