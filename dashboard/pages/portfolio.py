"""Portfolio and delivery: every project, how far it is, what it has used, what it will earn."""

from __future__ import annotations

from decimal import Decimal

from ..auth.permissions import Permission
from ..blocks.breakdown import breakdown
from ..blocks.cloud import cloud
from ..blocks.estimates import estimates
from ..blocks.filters import filters
from ..blocks.head import head
from ..blocks.ladder import ladder
from ..blocks.members import changed, flagged, listing
from ..blocks.milestones import milestones
from ..blocks.pairs import pairs
from ..blocks.tiles import tiles
from ..blocks.today import today
from ..page import Page

PORTFOLIO = Page(
    key="portfolio",
    path="/portfolio",
    title="Portfolio",
    nav=50,
    permission=Permission.VIEW_NUMBERS,
    dated=True,
    class_name="board",
    sections=(
        filters(),
        head("project_margin_to_date_pct", beside=("backlog", "budget_hours_burn"), driver=None),
        tiles(
            "project_margin_to_date_pct",
            "budget_hours_burn",
            "backlog",
            "unbilled_receivable",
        ),
        today(
            tiles(
                "live_projects",
                "red_projects",
                "red_projects_pct",
                "project_alerts",
                name="health",
                title="Health",
                heading="Which projects are in trouble today?",
            )
        ),
        today(
            breakdown(
                "project_alerts",
                by=("health_rule", "project", "department"),
                name="alerts",
                title="What is wrong, as of today",
            )
        ),
        today(
            breakdown(
                "live_projects",
                by=("health", "contract_type", "department"),
                name="live",
                title="Live projects, as of today",
                in_order=True,
            )
        ),
        today(
            cloud(
                "project",
                across="schedule_performance_time",
                up="cost_performance_index",
                size="budget_at_completion",
                name="quadrants",
                title="Ahead or behind, cheaper or dearer than planned, as of today",
                says="Right of the line ahead of plan, above it below cost; size: budget",
                guides=(Decimal(1), Decimal(1)),
                empty="No project has a baseline and a percentage complete to compare.",
            )
        ),
        today(
            pairs(
                "project",
                "percent_complete_cost",
                "budget_cost_burn",
                name="burn",
                title="Budget used and work done, as of today",
                names=("Done", "Used"),
                says="of budgets of cost",
            )
        ),
        today(
            ladder(
                "cost_performance_index",
                "schedule_performance_index",
                "schedule_performance_time",
                "to_complete_index",
                "planned_value",
                "earned_value",
                "earned_value_cost",
                "cost_variance",
                "schedule_variance",
                name="earned",
                title="Earned value, as of today",
                says="What was planned by now, what is done, what it has cost",
                empty="No project has a baseline, so nothing can be earned against it.",
            )
        ),
        today(
            ladder(
                "budget_at_completion",
                "estimate_at_completion",
                "estimate_at_completion_plan",
                "estimate_at_completion_cpi",
                "estimate_at_completion_cpi_spi",
                "estimate_to_complete",
                "variance_at_completion",
                "open_commitments",
                name="completion",
                title="Cost at completion, as of today",
                says="By four methods; those at the CPI leave out projects on which nothing is done yet",
                empty="No project has a budget of cost to complete.",
            )
        ),
        today(
            estimates(
                "project",
                "budget_at_completion",
                "estimate_at_completion",
                "estimate_at_completion_plan",
                "estimate_at_completion_cpi",
                "estimate_at_completion_cpi_spi",
                name="estimates",
                title="Cost at completion by four methods, as of today",
                says="shares of the budget; those that differ most",
                empty="No project's cost at completion is told by two methods.",
            )
        ),
        milestones(name="milestones", title="Milestones due, as of today"),
        tiles(
            "change_orders",
            "change_order_yield",
            "on_time_delivery",
            "milestones_not_billed",
            name="changes",
            title="Changes and delivery",
            heading="What was changed, and was it on time?",
        ),
        breakdown(
            "change_orders",
            by=("project", "customer", "department"),
            title="Change orders",
        ),
        today(
            breakdown(
                "open_commitments",
                by=("project", "customer", "department"),
                title="Ordered and not delivered, as of today",
            )
        ),
        breakdown(
            "budget_hours_burn", by=("project", "customer"), title="Hours burn", class_name="half"
        ),
        breakdown("backlog", by=("project", "customer"), title="Backlog", class_name="half"),
        today(
            listing(
                "project",
                (
                    flagged("project_alerts"),
                    "percent_complete_cost",
                    "budget_cost_burn",
                    "burn_ratio",
                    "budget_runway",
                    "forecast_slip_days",
                    "margin_erosion",
                    "estimate_at_completion",
                    "variance_at_completion",
                ),
                title="Projects under way, as of today",
                name="under-way",
                sort="-project_alerts",
            )
        ),
        listing(
            "project",
            (
                "recognized_revenue",
                changed("project_gross_margin_pct"),
                "project_margin_to_date_pct",
                "budget_hours_burn",
                "backlog",
                "unbilled_receivable",
            ),
            title="Projects in the period",
        ),
    ),
)
