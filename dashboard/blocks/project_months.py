"""A project's revenue month by month in both systems, and what each has scheduled."""

from __future__ import annotations

from dash.development.base_component import Component

from models.period import Month
from models.texts import _

from ..components import skeleton
from ..components.chart import chart
from ..components.tile import definition
from ..figures.months import MonthBar, months_figure, months_table
from ..headline import headline_kpis
from ..page import Section
from ..visit import Visit
from .card import card
from .noted import marked, series_for
from .project_alone import facts_of

_MONTHS = 13
_AHEAD = 6
_SERIES = series_for("recognized_revenue")


def project_months() -> Section:
    """The months as a section."""
    return Section(
        name="months",
        render=_months,
        skeleton=skeleton.chart(461),
        label="Revenue by month",
        series=_SERIES,
        class_name="half",
    )


def _months(visit: Visit) -> Component:
    facts = facts_of(visit)
    ask, running = visit.ask.narrowed("project", facts.key), Month.of(visit.snapshot.today)
    last = min(visit.period.last, running)
    months = [last.plus(step - _MONTHS + 1) for step in range(_MONTHS)]
    ahead = [last.plus(step) for step in range(1, _AHEAD + 1)]
    kpi = headline_kpis()["recognized_revenue"]
    actual = {
        point.month: point
        for point in ask.trend(kpi, [m for m in (*months, *ahead) if m <= running])
    }
    planned = ask.schedule([*months, *ahead])
    bars = [
        MonthBar(
            month=month,
            erp=actual[month].erp if month in actual else None,
            psa=actual[month].psa if month in actual else None,
            erp_ahead=planned[month].erp if month >= running else None,
            psa_ahead=planned[month].psa if month >= running else None,
        )
        for month in (*months, *ahead)
    ]
    currency = visit.snapshot.reporting_currency
    return card(
        _("Recognised revenue, both systems"),
        chart(
            "months",
            months_figure(bars, currency),
            months_table(bars, currency),
            label=_("Recognised revenue of {name} by month", name=facts.name),
            marked=marked(visit, _SERIES(visit), [bar.month for bar in bars]),
        ),
        says=_("in {currency}; hatched: scheduled in each system", currency=currency),
        definition=definition(kpi),
    )
