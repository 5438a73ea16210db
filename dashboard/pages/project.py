"""One project in both systems, down to its records."""

from __future__ import annotations

from dataclasses import replace

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics import members
from models.metrics.kpi import Lens
from models.metrics.members import ProjectFacts
from models.period import Month, Period
from models.texts import Text, _, ngettext, within

from .. import formats
from ..auth.permissions import Permission, may
from ..blocks.adjacent import Bar, adjacent
from ..blocks.agreement import agreement
from ..blocks.breakdown import breakdown
from ..blocks.card import card
from ..blocks.course import course
from ..blocks.filters import filters
from ..blocks.ladder import ladder
from ..blocks.matrix import State, matrix
from ..blocks.noted import marked, series_for
from ..blocks.searched_grid import searched_grid, together
from ..blocks.stack import layers
from ..blocks.today import today
from ..blocks.trend import trend
from ..components import skeleton, states
from ..components.breadcrumb import breadcrumb
from ..components.chart import chart
from ..components.comparison import comparison
from ..components.export_link import export_links
from ..components.icons import icon
from ..components.project_facts import project_facts
from ..components.tile import definition
from ..components.words import SYSTEM_TITLES
from ..export import Export, exports_of
from ..exports.records import project_key
from ..figures.months import MonthBar, months_figure, months_table
from ..finding import find_of, unsearched
from ..headline import headline_kpis
from ..page import Access, Page, Section
from ..visit import Visit

_MONTHS = 13
_AHEAD = 6
_SERIES = series_for("recognized_revenue")
_SAME = frozenset(
    {"project", "project_code", "customer", "department", "subsidiary"}
)  # on every row


def _allows(visit: Visit) -> Access:
    key = project_key(visit)
    if members.project(visit.snapshot, key, visit.scope) is not None:
        return Access.OPEN
    return Access.FORBIDDEN if members.project_exists(visit.snapshot, key) else Access.UNKNOWN


def _facts(visit: Visit) -> ProjectFacts:
    found = members.project(visit.snapshot, project_key(visit), visit.scope)
    assert found is not None  # the page was allowed
    return found


def _head(visit: Visit) -> Component:
    facts = _facts(visit)
    return html.Div(
        [
            breadcrumb(
                [("One View", "/" + visit.filters.travelling.search())], facts.code or facts.name
            ),
            html.Div(
                [
                    html.Div(
                        [
                            html.P(f"{facts.code or ''} · {facts.customer}", className="overline"),
                            html.H1(facts.name),
                        ]
                    ),
                    html.Div(
                        [
                            _refresh(visit, facts),
                        ],
                        className="head-tools",
                    ),
                ],
                className="page-head",
            ),
            project_facts(facts, visit.snapshot),
            agreement(_alone(visit), _TOLD_TWICE),
        ]
    )


_TOLD_TWICE = ("recognized_revenue", "invoiced_revenue", "project_gross_margin", "backlog")


def _refresh(visit: Visit, facts: ProjectFacts) -> Component | None:
    """Asks both systems for this project alone; for who may refresh everything, too."""
    if not may(visit.person, Permission.REFRESH):
        return None
    return html.Button(
        [icon("refresh"), html.Span(_("Refresh this project"))],
        id={"type": "refresh-project", "project": facts.key},
        className="button",
        type="button",
        title=_("Fetch this project with all that belongs to it from both systems"),
    )


def _compared(visit: Visit) -> Component:
    facts, period, running = _facts(visit), visit.period, Month.of(visit.snapshot.today)
    begin = Month.of(facts.starts_on) if facts.starts_on else running.plus(-_MONTHS * 3)
    spans = [period]
    if begin < min(period.last, running):
        spans.append(Period(begin, min(period.last, running)))
    return html.Div(
        [
            html.Header(
                html.H2(
                    _(
                        "Both systems side by side, in {currency}",
                        currency=visit.snapshot.reporting_currency,
                    )
                ),
                className="band-head",
            ),
            comparison(
                visit.ask.narrowed("project", facts.key),
                spans,
                visit.filters.with_members("project", (facts.key,)).search(),
            ),
        ],
        className="card",
    )


_ROWS: tuple[Text, ...] = ("Revenue", "Cost", "Margin", "Margin %")
_TO_DATE = (
    "recognized_revenue",
    "project_direct_cost",
    "project_gross_margin",
    "project_margin_to_date_pct",
)
_AT_COMPLETION = (
    "revenue_at_completion",
    "cost_at_completion",
    "forecast_project_margin",
    "forecast_project_margin_pct",
)
_PLANNED = (
    "planned_project_revenue",
    "budget_at_completion",
    "planned_project_margin",
    "planned_project_margin_pct",
)


def _outlook(visit: Visit) -> Component:
    facts, own = _facts(visit), _alone(visit)
    running = Month.of(visit.snapshot.today)
    last = min(visit.period.last, running)
    begin = Month.of(facts.starts_on) if facts.starts_on else last
    to_date = Period(min(begin, last), last)
    return card(
        _("To date, at completion, as planned"),
        matrix(
            _ROWS,
            [
                State(title=_("To date"), visit=own.at(to_date), keys=_TO_DATE),
                State(title=_("At completion"), visit=own.today, keys=_AT_COMPLETION),
                State(title=_("Planned"), visit=own.today, keys=_PLANNED),
            ],
        ),
        says=(
            _(
                "in {currency}; to date until the end of {month}, the rest as of today",
                currency=visit.snapshot.reporting_currency,
                month=formats.month_name(last),
            )
        ),
    )


def _alone(visit: Visit) -> Visit:
    """The visit to the numbers of this project alone."""
    return visit.of_member("project", project_key(visit))


def _only(section: Section) -> Section:
    """A section of the firm's numbers, of this project alone."""
    return replace(section, render=lambda visit: section.render(_alone(visit)))


def _months(visit: Visit) -> Component:
    facts = _facts(visit)
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


def _tab_of(visit: Visit) -> Export:
    asked = visit.query.get("tab", "")
    tables = exports_of("project")
    return next((table for table in tables if table.key == asked), tables[0])


def _records(visit: Visit) -> Component:
    chosen = _tab_of(visit)
    tabs = html.Nav(
        [
            dcc.Link(
                [html.Span(_(table.title)), html.Span(_system(table), className="tab-system")],
                href=visit.path + visit.filters.search(tab=table.key),
                refresh=False,
                className="record-tab" + (" current" if table is chosen else ""),
            )
            for table in exports_of("project")
        ],
        className="record-tabs",
        **{"aria-label": _("Records of this project")},
    )
    return html.Div([html.H2(_("Records")), tabs, _tab(visit, chosen)], className="card")


def _system(table: Export) -> str:
    return SYSTEM_TITLES[str(table.system)]


def _tab(visit: Visit, table: Export) -> Component:
    found = table.rows(visit, 0, 1, ())
    find = find_of(visit, table.key)
    whole = table.rows(unsearched(visit, table.key), 0, 1, ()) if find else found
    if not whole.total_rows:
        return states.nothing(
            _(whole.withheld)
            or _(
                "No {title} of this project in {system}.",
                title=within(table.title),
                system=_system(table),
            )
        )
    count = ngettext(
        "{count} row of all time, {system}",
        "{count} rows of all time, {system}",
        whole.total_rows,
        count=formats.count(whole.total_rows),
        system=_system(table),
    )
    return html.Div(
        [
            html.Div(
                [
                    html.Span(count),
                    html.Span(_(whole.withheld), className="withheld") if whole.withheld else None,
                    *export_links(visit, table.key),
                ],
                className="tab-head",
            ),
            searched_grid(
                visit,
                table.key,
                found,
                whole.total_rows,
                label=_(table.title),
                sums=lambda page: together(page, _currency(visit)),
                same=_SAME if table.key == "ledger_lines" else _SAME | {"measure"},
            ),
        ]
    )


def _currency(visit: Visit) -> str | None:
    """Whose money the sums of a table are, where it is one currency's."""
    return visit.snapshot.reporting_currency if visit.filters.lens is Lens.CONSOLIDATED else None


PROJECT = Page(
    key="project",
    path="/project/<project>",
    title="Project",
    permission=Permission.VIEW_NUMBERS,
    dated=True,
    class_name="board",
    allows=_allows,
    sections=(
        filters(lambda _visit: ()),
        Section(name="head", render=_head, skeleton=skeleton.heading),
        Section(
            name="compared",
            render=_compared,
            skeleton=skeleton.of_height(380),
            label="Both systems side by side",
        ),
        Section(
            name="outlook",
            render=_outlook,
            skeleton=skeleton.of_height(345),
            label="To date, at completion, as planned",
            class_name="half",
        ),
        _only(
            today(
                ladder(
                    "planned_value",
                    "earned_value",
                    "earned_value_cost",
                    "cost_performance_index",
                    "schedule_performance_time",
                    name="earned",
                    title="Earned value, as of today",
                    says="What was planned by now, what is done, what it has cost",
                    empty="The project has no baseline, so nothing can be earned against it.",
                )
            )
        ),
        _only(
            course(
                name="course",
                title="Planned value, cost and earned value",
                empty="The project has no baseline, so nothing can be earned against it.",
            )
        ),
        Section(
            name="months",
            render=_months,
            skeleton=skeleton.chart(461),
            label="Revenue by month",
            series=_SERIES,
            class_name="half",
        ),
        _only(
            trend(
                "recognized_revenue",
                name="revenue",
                title="Revenue by month, and what is scheduled",
                ahead="scheduled_revenue",
                class_name="half",
            )
        ),
        _only(trend("project_direct_cost", name="cost", class_name="half")),
        _only(trend("project_gross_margin", name="margin", class_name="half")),
        _only(
            trend(
                "invoiced_revenue",
                name="billed",
                title="Invoiced by month",
                class_name="half",
            )
        ),
        _only(
            layers(
                "unbilled_receivable",
                "deferred_revenue",
                name="open",
                title="Earned and not billed, billed and not earned",
                back=13,
                class_name="half",
            )
        ),
        _only(
            today(
                adjacent(
                    "person",
                    Bar(key="assigned_hours", title="PL", role="pl"),
                    Bar(key="client_hours_to_date", title="AC", role="ac"),
                    Bar(key="client_hours_booked", title="Booked", role="fc"),
                    name="people",
                    title="Hours by person, as of today",
                    says="AC: approved so far; booked: from today on",
                    empty="Nobody is assigned, has worked or is booked.",
                    permission=Permission.VIEW_PEOPLE,
                )
            )
        ),
        _only(
            breakdown(
                "client_hours", by=("role",), name="roles", title="Hours of the period by role"
            )
        ),
        _only(
            today(
                ladder(
                    "budget_hours_burn",
                    "budget_cost_burn",
                    "percent_complete_cost",
                    "percent_complete_reported",
                    "budget_runway",
                    "forecast_slip_days",
                    name="budget",
                    title="Budget and progress, as of today",
                    empty="The project has no budget.",
                )
            )
        ),
        Section(name="records", render=_records, skeleton=skeleton.of_height(675), label="Records"),
    ),
)
