"""What hours are used and booked for, week by week, beside the hours there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import Compared
from models.metrics.dimensions import DIMENSIONS, Key
from models.metrics.kpi import Kpi, Unit
from models.period import Month, Period, week_of
from models.texts import Text, _

from .. import formats
from ..components import skeleton
from ..components.chart import Told, chart
from ..components.opening import Gist
from ..components.tile import definition
from ..figures.columns import AHEAD
from ..figures.series import Series
from ..figures.weeks import weeks_figure
from ..page import Section, nothing_else
from ..visit import Visit
from .asking import lines_of, rows_of
from .card import card, empty_card
from .tiles import lacking

_REACH = 2  # months before and after the running one
_COLOURS: Mapping[Key, str] = {  # what is ahead bears the colour of its kind, hatched
    "billable": "c1",
    "productive": "c3",
    "admin": "c6",
    "leave": "c4",
    "booked": f"c1{AHEAD}",
    "booked_internal": f"c3{AHEAD}",
    "leave_ahead": f"c4{AHEAD}",
}


def weeks(*, name: str, title: Text, class_name: str = "") -> Section:
    """The chart as a section: two months back and two ahead, whichever period is chosen."""

    def render(visit: Visit) -> Component:
        used, there = kpis()["hours_by_use"], kpis()["capacity_with_ahead"]
        if missing := visit.ask.lacks(used) or visit.ask.lacks(there):
            return empty_card(title, lacking(missing))
        running = Month.of(visit.snapshot.today)
        period = Period(running.plus(-_REACH), running.plus(_REACH))
        lines = visit.ask.compare([used], [period], by=("use", "week"), bases=())
        told = _by_use(lines_of(visit, lines[used.key, period]))
        capacity = _by_week(lines_of(visit, _capacity(visit, there, period)))
        # a month cuts its first and last week, which would look half empty
        shown = sorted({week for weeks in told.values() for week in weeks} | set(capacity))[1:-1]
        if not shown:
            return empty_card(title, _("No hours are known of these weeks."))
        looking = visit.at(period)
        parts = [_series(looking, used, use, told[use], shown) for use in _COLOURS if use in told]
        line = Series(
            name=_("Capacity"),
            role="middle-line",
            values=[capacity.get(week) for week in shown],
            links=[
                rows_of(looking, there, there.record, members=[("week", week)]) for week in shown
            ],
        )
        return card(
            title,
            chart(
                name,
                weeks_figure(shown, parts, line),
                _behind(shown, [*parts, line]),
                label=title,
            ),
            says=_(
                "Hours of people with a target; what is left to the line is free, or not written down yet"
            ),
            gist=_gist(visit.snapshot.today, told, capacity),
            definition=definition(used),
        )

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.chart(461),
        label=title,
        class_name=class_name,
    )


def _capacity(visit: Visit, there: Kpi, period: Period) -> Sequence[Compared]:
    return visit.ask.compare([there], [period], by=("week",), bases=())[there.key, period]


_Weeks = dict[str, Decimal]


def _gist(today: date, told: Mapping[Key, _Weeks], capacity: _Weeks) -> Gist:
    """How much of the coming week is booked: in the running one much is not written down yet."""
    week = week_of(today + timedelta(weeks=1))
    if week not in capacity:
        return ()
    used = sum((weeks.get(week, Decimal(0)) for weeks in told.values()), Decimal(0))
    return (
        (
            week,
            _(
                "{used} of {capacity} h",
                used=formats.short_hours(used),
                capacity=formats.short_hours(capacity[week]),
            ),
        ),
    )


def _by_use(lines: Sequence[Compared]) -> dict[Key, _Weeks]:
    found: dict[Key, _Weeks] = {}
    for line in lines:
        if line.row.value:
            week = str(line.row.dimensions["week"])
            found.setdefault(line.row.dimensions["use"], {})[week] = line.row.value
    return found


def _by_week(lines: Sequence[Compared]) -> _Weeks:
    return {
        str(line.row.dimensions["week"]): line.row.value
        for line in lines
        if line.row.value is not None
    }


def _series(visit: Visit, used: Kpi, use: Key, told: _Weeks, shown: Sequence[str]) -> Series:
    return Series(
        name=_(DIMENSIONS["use"].words[str(use)]),
        role=_COLOURS[use],
        values=[told.get(week) for week in shown],
        links=[
            rows_of(visit, used, used.record, members=[("use", use), ("week", week)])
            for week in shown
        ],
    )


def _behind(shown: Sequence[str], series: Sequence[Series]) -> tuple[list[str], list[list[Told]]]:
    rows: list[list[Told]] = []
    for at, week in enumerate(shown):
        cells: list[Told] = [week]
        for one in series:
            value = one.values[at]
            cells.append(
                formats.MISSING
                if value is None
                else (formats.exact(value, Unit.HOURS, None), one.links[at])
            )
        rows.append(cells)
    return [_("Week"), *(one.name for one in series)], rows
