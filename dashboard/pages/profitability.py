"""Profitability: what projects and customers earn, at which prices, and what is lost on the way."""

from __future__ import annotations

from ..auth.permissions import Permission
from ..blocks.breakdown import breakdown
from ..blocks.filters import filters
from ..blocks.head import head
from ..blocks.members import both, changed, listing
from ..blocks.tiles import tiles
from ..blocks.trend import trend
from ..page import Page

PROFITABILITY = Page(
    key="profitability",
    path="/profitability",
    title="Profitability",
    nav=30,
    permission=Permission.VIEW_NUMBERS,
    dated=True,
    class_name="board",
    sections=(
        filters(),
        head("project_gross_margin", beside=("project_gross_margin_pct",)),
        tiles(
            "project_gross_margin",
            "project_gross_margin_pct",
            "project_direct_cost",
            "project_margin_to_date_pct",
        ),
        trend("project_gross_margin", class_name="half"),
        trend("project_gross_margin_pct", class_name="half"),
        tiles(
            "average_bill_rate",
            "effective_bill_rate",
            "cost_per_hour",
            "rate_spread",
            name="rates",
            title="Rates",
            heading="What an hour earns and costs",
        ),
        breakdown("project_gross_margin", by=("department", "subsidiary")),
        breakdown(
            "project_gross_margin",
            by=("customer", "project"),
            name="customers",
            title="Margin by customer",
        ),
        listing(
            "project",
            (
                both("recognized_revenue"),
                "project_direct_cost",
                both("project_gross_margin"),
                changed("project_gross_margin_pct"),
                "project_margin_to_date_pct",
                "rate_realization",
            ),
            title="Projects",
            sort="project_gross_margin",
        ),
    ),
)
