"""The head of a project's page: who and what, both systems side by side, where it will end."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from models.metrics.members import ProjectFacts
from models.period import Month, Period
from models.texts import Text, _

from .. import formats
from ..auth.permissions import Permission, may
from ..components import skeleton
from ..components.breadcrumb import breadcrumb
from ..components.comparison import comparison
from ..components.icons import icon
from ..components.project_facts import project_facts
from ..page import Section
from ..visit import Visit
from .agreement import agreement
from .card import card
from .matrix import State, matrix
from .project_alone import alone, facts_of

_MONTHS = 13


def project_head() -> Section:
    """Who and what the project is, and whether both systems agree on it."""
    return Section(name="head", render=_head, skeleton=skeleton.heading)


def project_sides() -> Section:
    """Both systems side by side, of the period and to date."""
    return Section(
        name="compared",
        render=_compared,
        skeleton=skeleton.of_height(380),
        label="Both systems side by side",
    )


def project_outlook() -> Section:
    """Revenue, cost and margin to date, at completion, as planned."""
    return Section(
        name="outlook",
        render=_outlook,
        skeleton=skeleton.of_height(345),
        label="To date, at completion, as planned",
        class_name="half",
    )


def _head(visit: Visit) -> Component:
    facts = facts_of(visit)
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
            agreement(alone(visit), _TOLD_TWICE),
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
    facts, period, running = facts_of(visit), visit.period, Month.of(visit.snapshot.today)
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
    facts, own = facts_of(visit), alone(visit)
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
