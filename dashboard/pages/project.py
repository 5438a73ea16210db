"""One project in both systems, down to its records."""

from __future__ import annotations

from models.metrics import members

from ..auth.permissions import Permission
from ..blocks.adjacent import Bar, adjacent
from ..blocks.breakdown import breakdown
from ..blocks.course import course
from ..blocks.filters import filters
from ..blocks.ladder import ladder
from ..blocks.project_alone import only
from ..blocks.project_head import project_head, project_outlook, project_sides
from ..blocks.project_months import project_months
from ..blocks.project_records import project_records
from ..blocks.stack import layers
from ..blocks.today import today
from ..blocks.trend import trend
from ..exports.records import project_key
from ..page import Access, Page
from ..visit import Visit


def _allows(visit: Visit) -> Access:
    key = project_key(visit)
    if members.project(visit.snapshot, key, visit.scope) is not None:
        return Access.OPEN
    return Access.FORBIDDEN if members.project_exists(visit.snapshot, key) else Access.UNKNOWN


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
        project_head(),
        project_sides(),
        project_outlook(),
        only(
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
        only(
            course(
                name="course",
                title="Planned value, cost and earned value",
                empty="The project has no baseline, so nothing can be earned against it.",
            )
        ),
        project_months(),
        only(
            trend(
                "recognized_revenue",
                name="revenue",
                title="Revenue by month, and what is scheduled",
                ahead="scheduled_revenue",
                class_name="half",
            )
        ),
        only(trend("project_direct_cost", name="cost", class_name="half")),
        only(trend("project_gross_margin", name="margin", class_name="half")),
        only(
            trend(
                "invoiced_revenue",
                name="billed",
                title="Invoiced by month",
                class_name="half",
            )
        ),
        only(
            layers(
                "unbilled_receivable",
                "deferred_revenue",
                name="open",
                title="Earned and not billed, billed and not earned",
                back=13,
                class_name="half",
            )
        ),
        only(
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
        only(
            breakdown(
                "client_hours", by=("role",), name="roles", title="Hours of the period by role"
            )
        ),
        only(
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
        project_records(),
    ),
)
