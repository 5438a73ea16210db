"""Portfolio and delivery: every project, how far it is, what it has used, what it will earn."""

from __future__ import annotations

from decimal import Decimal

from ..auth.permissions import Permission
from ..blocks.breakdown import breakdown
from ..blocks.cloud import cloud
from ..blocks.filters import filters
from ..blocks.head import head
from ..blocks.ladder import ladder
from ..blocks.members import changed, listing
from ..blocks.tiles import tiles
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
        cloud(
            "project",
            across="schedule_performance_index",
            up="cost_performance_index",
            size="budget_at_completion",
            name="quadrants",
            title="Ahead or behind, cheaper or dearer than planned",
            says="Right of the line ahead of plan, above it below cost; size: budget",
            guides=(Decimal(1), Decimal(1)),
            empty="No project has a baseline and a percentage complete to compare.",
        ),
        ladder(
            "cost_performance_index",
            "schedule_performance_index",
            "to_complete_index",
            "budget_at_completion",
            "planned_value",
            "earned_value",
            "earned_value_cost",
            "cost_variance",
            "schedule_variance",
            name="earned",
            title="Earned value",
            says="What was planned by now, what is done, what it has cost",
            empty="No project has a baseline, so nothing can be earned against it.",
        ),
        breakdown(
            "budget_hours_burn", by=("project", "customer"), title="Hours burn", class_name="half"
        ),
        breakdown("backlog", by=("project", "customer"), title="Backlog", class_name="half"),
        listing(
            "project",
            (
                "recognized_revenue",
                changed("project_gross_margin_pct"),
                "project_margin_to_date_pct",
                "budget_hours_burn",
                "percent_complete_plan",
                "cost_performance_index",
                "schedule_performance_index",
                "backlog",
            ),
            title="Projects",
        ),
    ),
)
