"""The course of a project: what was planned to be done and what it has cost, summed month by month; what is done today."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.kpi import Kpi
from models.period import Month, Period
from models.texts import Text, _

from .. import formats
from ..components import skeleton
from ..components.chart import chart
from ..components.tile import definition
from ..figures.columns import lines_figure, months_with
from ..figures.series import Series
from ..page import Section, nothing_else
from ..visit import Visit
from .asking import currency_of, points_of, rows_of
from .card import card, empty_card
from .tiles import lacking

_PLANNED, _SPENT, _EARNED = "planned_value_by_month", "earned_value_cost_by_month", "earned_value"
_LONGEST = 36  # months


def course(*, name: str, title: Text, empty: Text, class_name: str = "half") -> Section:
    """The lines as a section: the plan to its end, cost so far, earned value as of today."""

    def render(visit: Visit) -> Component:
        planned = kpis()[_PLANNED]
        if missing := visit.ask.lacks(planned):
            return empty_card(title, lacking(missing))
        running = Month.of(visit.snapshot.today)
        months = _months(visit, planned, running)
        if not months:
            return empty_card(title, empty)
        series = [
            _series(visit, _PLANNED, _("PV"), "pl", months, months),
            _series(
                visit, _SPENT, _("AC"), "ac", months, [one for one in months if one <= running]
            ),
            _series(visit, _EARNED, _("EV"), "other", months, [running]),
        ]
        currency = currency_of(visit) or visit.snapshot.reporting_currency
        return card(
            title,
            chart(
                name,
                lines_figure(months, series, planned.unit, currency),
                months_with(months, series, planned.unit, currency),
                label=title,
            ),
            says=_(
                "in {currency}, summed; PV: work due, AC: what the work has cost, EV: work done as of today",
                currency=currency,
            ),
            gist=[
                (one.name, formats.short(value, planned.unit, currency))
                for one in series
                if (value := dict(zip(months, one.values, strict=True)).get(running)) is not None
            ],
            definition=definition(planned),
        )

    return Section(
        kept=nothing_else,
        name=name,
        render=render,
        skeleton=skeleton.chart(461),
        label=title,
        class_name=class_name,
    )


def _months(visit: Visit, planned: Kpi, running: Month) -> list[Month]:
    """From the month in which something is due to that in which all of it is, today among them; none without a plan."""
    reach = [running.plus(step) for step in range(-_LONGEST, _LONGEST + 1)]
    points = points_of(visit, visit.ask.trends([planned], reach)[planned.key])
    due = [(one.month, one.psa) for one in points if one.psa]
    if not due:
        return []
    whole = due[-1][1]
    last = next(month for month, value in due if value == whole)
    first, last = min(due[0][0], running), max(last, running)
    return [month for month in reach if first <= month <= last][-_LONGEST:]


def _series(
    visit: Visit, key: str, name: str, role: str, months: Sequence[Month], told: Sequence[Month]
) -> Series:
    kpi = kpis()[key]
    values: dict[Month, Decimal | None] = {}
    if told and not visit.ask.lacks(kpi):
        points = points_of(visit, visit.ask.trends([kpi], told)[kpi.key])
        values = {one.month: one.psa for one in points}
    return Series(
        name=name,
        role=role,
        values=[values.get(month) for month in months],
        links=[
            rows_of(visit, kpi, kpi.record, period=Period.of(month)) if month in values else None
            for month in months
        ],
    )
