"""One View: are we on plan, and why not? The headline numbers of both systems, the bridge, what wants a hand."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from models.metrics.margins import extremes
from models.period import Month
from models.texts import _

from .. import formats
from ..auth.permissions import Permission, may
from ..blocks.bridge import DIRECT_COSTS, Lines
from ..blocks.bullets import Half, bullets
from ..blocks.card import card
from ..blocks.exceptions import Watch, exceptions
from ..blocks.filters import filters, whose
from ..blocks.head import as_of
from ..blocks.margin_drivers import margin_drivers
from ..blocks.members import flagged, heated, listing
from ..blocks.month_bars import AHEAD, month_bars, newest
from ..blocks.noted import marked, notes_on, series_for
from ..blocks.tiles import months_to, tiles
from ..blocks.today import today
from ..blocks.trend import trend
from ..components import skeleton
from ..components.chart import chart
from ..components.message import message
from ..components.ranking import ranking
from ..components.tile import definition
from ..figures.months import months_figure, months_table
from ..headline import HEADLINE, headline_kpis
from ..page import Page, Section, nothing_else
from ..visit import Visit

_REVENUE = series_for("recognized_revenue")
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
                            html.Span(_("closed") if closed else _("not closed yet")),
                            html.Span(
                                _(
                                    "in {currency}, consolidated",
                                    currency=snapshot.reporting_currency,
                                )
                            ),
                            html.Span(whose(visit)),
                            *as_of(snapshot),
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
    bars = month_bars(visit.ask, _months(visit))
    currency = visit.snapshot.reporting_currency
    return card(
        _("Recognised revenue, both systems"),
        chart(
            "revenue",
            months_figure(bars, currency),
            months_table(bars, currency),
            label=_("Recognised revenue by month, NetSuite and SuiteProjects Pro"),
            marked=marked(visit, _REVENUE(visit), [bar.month for bar in bars]),
        ),
        says=_(
            "in {currency}; hatched: scheduled in each system for the months ahead",
            currency=currency,
        ),
        gist=newest(bars, visit.period.last, currency),
        definition=definition(headline_kpis()["recognized_revenue"]),
    )


def _months(visit: Visit) -> list[Month]:
    """Thirteen up to the period's last, and those ahead unless the period lies back."""
    last = min(visit.period.last, Month.of(visit.snapshot.today))
    return months_to(last, ahead=AHEAD if last >= visit.snapshot.last_closed_month else 0)


def _projects(visit: Visit) -> Component:
    currency = visit.snapshot.reporting_currency
    top, bottom = extremes(visit.ask.margins(visit.period), _TOP)
    return html.Div(
        [
            ranking(_("Highest margin"), top, visit.period, currency),
            ranking(_("Lowest margin"), bottom, visit.period, currency),
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
    class_name="board",
    sections=(
        filters(status=True),
        Section(
            name="head",
            render=_head,
            skeleton=skeleton.heading,
            kept=lambda visit: may(visit.person, Permission.VIEW_STATEMENT),
        ),
        tiles(*HEADLINE),
        bullets(
            Half(
                title="Sell",
                keys=("bookings", "weighted_pipeline", "backlog"),
                below={"Cash": ("days_sales_outstanding", "lock_up")},
            ),
            Half(
                title="Deliver and earn",
                keys=("firm_revenue", "firm_gross_margin_pct", "billable_utilization"),
                below={"Result": ("ebitda_pct",)},
            ),
            name="on-plan",
            title="Where we stand",
            now=("weighted_pipeline",),
            ahead={"firm_revenue": "revenue_forecast"},
        ),
        trend(
            "firm_revenue",
            name="forecast",
            title="Firm revenue, and what is forecast",
            ahead="revenue_forecast",
            is_whole=True,
            within=("revenue_forecast_p10", "revenue_forecast_p50", "revenue_forecast_p90"),
            class_name="half",
        ),
        margin_drivers(
            lines=Lines(
                total="firm_gross_margin",
                earns=("firm_revenue",),
                costs=DIRECT_COSTS,
            ),
            title="Why the gross margin is not as planned",
            permission=Permission.VIEW_STATEMENT,
        ),
        Section(
            name="revenue",
            render=_revenue,
            kept=notes_on,
            skeleton=skeleton.chart(461),
            label="Revenue by month",
            series=_REVENUE,
        ),
        exceptions(
            Watch(key="overdue_receivables", by="customer", page="cash"),
            Watch(key="charges_on_hold", by="project", page="cash"),
            Watch(key="milestones_not_billed", by="project", page="cash"),
            Watch(key="aged_unbilled", by="project", page="cash"),
            Watch(key="pending_orders", by="project", page="sales"),
            Watch(key="missed_expenses", by="project", page="cash"),
            Watch(key="bench_cost", by="department", page="utilization"),
            Watch(key="unsubmitted_hours", by="department", page="utilization"),
            Watch(key="unapproved_hours", by="department", page="utilization"),
            Watch(key="expected_contract_loss", by="project", page="portfolio", is_today=True),
            Watch(key="red_projects", by="department", page="portfolio", is_today=True),
            Watch(key="stale_pipeline", by="customer", page="sales", is_today=True),
            Watch(key="stale_backlog", by="project", page="sales", is_today=True),
            title="What wants a hand",
        ),
        listing(
            "department",
            (
                heated("recognized_revenue"),
                heated("firm_gross_margin"),
                heated("firm_gross_margin_pct"),
                heated("bookings"),
                heated("backlog"),
                heated("billable_utilization"),
                heated("receivables"),
            ),
            title="Departments",
            says="Against the plan where there is one, else against the year before",
        ),
        today(
            listing(
                "project",
                (
                    "planned_project_margin",
                    "forecast_project_margin",
                    "planned_project_margin_pct",
                    "forecast_project_margin_pct",
                    "margin_erosion",
                    "expected_contract_loss",
                    flagged("project_alerts"),
                ),
                title="Projects whose margin is at risk, as they stand today",
                name="at-risk",
                sort="margin_erosion",
                most=10,
            )
        ),
        Section(
            name="projects",
            render=_projects,
            kept=nothing_else,
            skeleton=skeleton.of_height(593),
            label="Projects by margin",
        ),
    ),
)
