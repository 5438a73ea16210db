"""A project's revenue month by month in both systems, and what each has scheduled."""

from __future__ import annotations

from dash.development.base_component import Component

from models.period import Month
from models.texts import _

from ..components import skeleton
from ..components.chart import chart
from ..components.tile import definition
from ..figures.months import months_figure, months_table
from ..headline import headline_kpis
from ..page import Section
from ..visit import Visit
from .card import card
from .month_bars import AHEAD, month_bars, newest
from .noted import marked, series_for
from .project_alone import facts_of
from .tiles import months_to

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
    ask = visit.ask.narrowed("project", facts.key)
    last = min(visit.period.last, Month.of(visit.snapshot.today))
    bars = month_bars(ask, months_to(last, ahead=AHEAD))
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
        gist=newest(bars, visit.period.last, currency),
        definition=definition(headline_kpis()["recognized_revenue"]),
    )
