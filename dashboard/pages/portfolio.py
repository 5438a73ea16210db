"""Portfolio and delivery: every project, how far it is, what it has used, what it will earn."""

from __future__ import annotations

from ..auth.permissions import Permission
from ..blocks.breakdown import breakdown
from ..blocks.filters import filters
from ..blocks.head import head
from ..blocks.members import both, changed, listing
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
        breakdown(
            "budget_hours_burn", by=("project", "customer"), title="Hours burn", class_name="half"
        ),
        breakdown("backlog", by=("project", "customer"), title="Backlog", class_name="half"),
        listing(
            "project",
            (
                both("recognized_revenue"),
                changed("project_gross_margin_pct"),
                "project_margin_to_date_pct",
                "budget_hours_burn",
                both("backlog"),
                "over_under_billing",
            ),
            title="Projects",
        ),
    ),
)
