"""Profitability: what projects and customers earn, at which prices, and what is lost on the way."""

from __future__ import annotations

from decimal import Decimal

from ..auth.permissions import Permission
from ..blocks.adjacent import Bar, adjacent
from ..blocks.breakdown import breakdown
from ..blocks.bridge import Lines
from ..blocks.cloud import cloud
from ..blocks.filters import filters
from ..blocks.head import head
from ..blocks.ladder import ladder
from ..blocks.margin_drivers import margin_drivers
from ..blocks.members import both, changed, listing
from ..blocks.role_mix import role_mix
from ..blocks.tiles import tiles
from ..blocks.today import today
from ..blocks.trend import trend
from ..blocks.waterfall import waterfall
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
        cloud(
            "project",
            across="recognized_revenue",
            up="project_gross_margin_pct",
            size="margin_erosion",
            name="projects-cloud",
            title="Projects by revenue and margin",
            says="Revenue on a logarithmic scale; size: planned margin that is lost, today; outlined: a loss contract",
            guides=(None, Decimal(0)),
            is_log=True,
            outlined="loss_contracts",
            is_loss=True,
        ),
        today(
            adjacent(
                "project",
                Bar(key="planned_project_margin_pct", title="PL", role="pl"),
                Bar(key="project_margin_to_date_pct", title="AC", role="ac"),
                Bar(key="forecast_project_margin_pct", title="EAC", role="fc"),
                worst="margin_erosion",
                name="erosion",
                title="Margin planned, so far and at completion, as of today",
                says="AC: so far; EAC: at completion; most of the plan lost first",
            )
        ),
        margin_drivers(
            lines=Lines(
                total="firm_gross_margin", earns=("firm_revenue",), costs=("firm_direct_cost",)
            ),
            title="Why the gross margin is not as planned",
            class_name="",
            permission=Permission.VIEW_STATEMENT,
        ),
        role_mix(title="Why the margin of hours is not what it was a year before"),
        tiles(
            "average_bill_rate",
            "effective_bill_rate",
            "cost_per_hour",
            "rate_spread",
            name="rates",
            title="Rates",
            heading="What an hour earns and costs",
        ),
        ladder(
            "rate_realization",
            "billing_realization",
            "collection_realization",
            "net_realization",
            "leakage_pct",
            "over_servicing_pct",
            name="realization",
            title="Realisation",
            says="What becomes of an hour's list value: agreed, billed, paid",
        ),
        breakdown("project_gross_margin", by=("department", "subsidiary", "stream")),
        breakdown("role_share_of_hours", by=("role",), title="Who does the client work"),
        breakdown("effective_bill_rate", by=("department", "subsidiary", "customer", "stream")),
        ladder(
            "rate_discounts",
            "write_downs",
            "capped_time_value",
            "non_billable_client_value",
            "over_servicing",
            "unentered_time_value",
            "late_time_value",
            "missed_expenses",
            "aged_unbilled",
            "credit_memos",
            "bad_debt",
            name="leakage",
            title="Where value leaks",
            says="Each piece by itself; they overlap and are not added up",
            class_name="",
        ),
        waterfall(
            "project_gross_margin",
            by=("customer", "department", "project"),
            name="makes",
            title="What makes the margin",
        ),
        breakdown(
            "project_gross_margin",
            by=("customer", "project"),
            name="customers",
            title="Margin by customer",
        ),
        today(
            listing(
                "project",
                (
                    "revenue_at_completion",
                    "cost_at_completion",
                    "planned_project_margin",
                    "forecast_project_margin",
                    "planned_project_margin_pct",
                    "forecast_project_margin_pct",
                    "margin_erosion",
                    "expected_contract_loss",
                ),
                title="Projects under way: planned and at completion, as of today",
                name="at-completion",
                sort="margin_erosion",
                most=10,
            )
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
