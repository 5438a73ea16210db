"""One View: the eight headline numbers of both systems, revenue by month, projects by margin."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from models.metrics.margins import extremes
from models.period import Month

from .. import formats
from ..auth.permissions import Permission
from ..blocks.filters import filters, whose
from ..blocks.members import heated, listing
from ..blocks.tiles import months_to, tiles
from ..components import skeleton
from ..components.chart import chart
from ..components.message import message
from ..components.ranking import ranking
from ..figures.months import MonthBar, months_figure, months_table
from ..headline import HEADLINE, headline_kpis
from ..page import Page, Section
from ..visit import Visit

_AHEAD = 6
_TOP = 10


def _head(visit: Visit) -> Component:
    snapshot, period = visit.snapshot, visit.period
    closed = period.last <= snapshot.last_closed_month
    return html.Div(
        [
            html.Div(
                [
                    html.H1(message(visit)),
                    html.P(
                        [
                            html.Span(formats.period_name(period)),
                            html.Span("closed" if closed else "not closed yet"),
                            html.Span(f"in {snapshot.reporting_currency}, consolidated"),
                            html.Span(whose(visit)),
                        ],
                        className="subline",
                    ),
                ],
                className="message",
            ),
        ],
        className="overview-head",
    )


def _revenue(visit: Visit) -> Component:
    bars = _bars(visit)
    currency = visit.snapshot.reporting_currency
    return html.Div(
        [
            html.Header(
                [
                    html.Div(
                        [
                            html.H2("Recognised revenue by month"),
                            html.P(
                                "Columns: recognised. Hatched: scheduled in each system for the months ahead.",
                                className="subline",
                            ),
                        ]
                    ),
                ],
                className="band-head",
            ),
            chart(
                "revenue",
                months_figure(bars, currency),
                months_table(bars, currency),
                label="Recognised revenue by month, NetSuite and SuiteProjects Pro",
            ),
        ],
        className="card",
    )


def _bars(visit: Visit) -> list[MonthBar]:
    kpi = headline_kpis()["recognized_revenue"]
    running = Month.of(visit.snapshot.today)
    last = min(visit.period.last, running)
    past = visit.ask.trend(kpi, months_to(last))
    ahead = (
        [last.plus(step) for step in range(1, _AHEAD + 1)]
        if last >= visit.snapshot.last_closed_month
        else []
    )
    actual = {point.month: point for point in past}
    for point in visit.ask.trend(kpi, [month for month in ahead if month <= running]):
        actual[point.month] = point
    planned = visit.ask.schedule([*actual, *ahead])
    return [
        MonthBar(
            month=month,
            erp=actual[month].erp if month in actual else None,
            psa=actual[month].psa if month in actual else None,
            erp_ahead=planned[month].erp if month >= running and month in planned else None,
            psa_ahead=planned[month].psa if month >= running and month in planned else None,
        )
        for month in dict.fromkeys([*actual, *ahead])
    ]


def _projects(visit: Visit) -> Component:
    currency = visit.snapshot.reporting_currency
    top, bottom = extremes(visit.ask.margins(visit.period), _TOP)
    return html.Div(
        [
            ranking("Highest margin", top, visit.period, currency),
            ranking("Lowest margin", bottom, visit.period, currency),
        ],
        className="two-columns",
    )


OVERVIEW = Page(
    key="overview",
    path="/",
    title="One View",
    nav=10,
    permission=Permission.VIEW_NUMBERS,
    dated=True,
    sections=(
        filters(status=True),
        Section(name="head", render=_head, skeleton=skeleton.heading),
        tiles(*HEADLINE),
        Section(
            name="revenue",
            render=_revenue,
            skeleton=skeleton.of_height(420),
            label="Revenue by month",
        ),
        listing(
            "department",
            (
                heated("recognized_revenue"),
                heated("bookings"),
                heated("backlog"),
                heated("project_gross_margin"),
                heated("project_gross_margin_pct"),
                heated("billable_utilization"),
                heated("receivables"),
            ),
            title="Departments",
        ),
        Section(
            name="projects",
            render=_projects,
            skeleton=skeleton.of_height(480),
            label="Projects by margin",
        ),
    ),
)
