"""Sales and backlog: what was booked, what is still to be delivered, on whom the firm depends."""

from __future__ import annotations

from ..auth.permissions import Permission
from ..blocks.adjacent import Bar, adjacent
from ..blocks.breakdown import breakdown
from ..blocks.curve import curve
from ..blocks.filters import filters
from ..blocks.head import head
from ..blocks.heat import heat
from ..blocks.ladder import ladder
from ..blocks.members import as_of_today, both, changed, listing
from ..blocks.roll_forward import roll_forward
from ..blocks.stack import split
from ..blocks.tiles import tiles
from ..blocks.today import today
from ..blocks.trend import trend
from ..page import Page

SALES = Page(
    key="sales",
    path="/sales",
    title="Sales",
    nav=60,
    permission=Permission.VIEW_NUMBERS,
    dated=True,
    class_name="board",
    sections=(
        filters(),
        head("bookings", beside=("backlog", "book_to_bill"), driver="customer"),
        tiles(
            "bookings",
            "backlog",
            "book_to_bill",
            "book_to_bill_12",
            "canceled_bookings",
            "amended_bookings",
            "win_rate",
            "top_5_customers_share",
        ),
        trend("bookings", class_name="half"),
        trend("backlog", title="Backlog at the end of the month", class_name="half"),
        split(
            "bookings",
            by=("stream", "department"),
            name="streams",
            title="Bookings by stream",
            class_name="half",
        ),
        trend("book_to_bill", class_name="half"),
        ladder(
            "subscription_tcv",
            "subscription_acv",
            "subscription_tcv_without_term",
            name="subscriptions",
            title="Subscriptions booked",
            says="TCV over the whole term, ACV for one year of it",
        ),
        adjacent(
            "customer",
            Bar(key="subscription_tcv", title="TCV", role="pl"),
            Bar(key="subscription_acv", title="ACV", role="ac"),
            name="subscribers",
            title="Subscriptions booked by customer",
            says="the largest first",
            empty="No subscription was ordered.",
        ),
        today(
            tiles(
                "pipeline",
                "weighted_pipeline",
                "stale_pipeline",
                "pipeline_coverage",
                name="open",
                title="What is in the pipeline today?",
                heading="What is in the pipeline today?",
            )
        ),
        today(
            adjacent(
                "stage",
                Bar(key="pipeline", title="Open deals", role="pl"),
                Bar(key="weighted_pipeline", title="Weighted", role="ac"),
                name="stages",
                title="Pipeline by stage, as of today",
                says="weighted: times the probability that was stated",
                empty="No deal is open.",
            )
        ),
        today(
            breakdown(
                "pipeline",
                by=("forecast_type", "department"),
                title="Pipeline, as of today",
                says="Each deal once, in its own forecast type; a sales forecast adds the types before it",
                in_order=True,
            )
        ),
        today(
            adjacent(
                "close_month",
                Bar(key="pipeline", title="Open deals", role="pl"),
                Bar(key="weighted_pipeline", title="Weighted", role="ac"),
                by_name=True,
                name="closes",
                title="Pipeline by expected close, as of today",
                says="weighted: times the probability that was stated",
                empty="No deal is open.",
            )
        ),
        today(
            ladder(
                "pipeline",
                "weighted_pipeline",
                "calibrated_pipeline",
                "pipeline_worst_case",
                "pipeline_most_likely",
                "pipeline_upside",
                "pipeline_age",
                name="worth",
                title="What the pipeline is worth, as of today",
                empty="There are no open deals.",
            )
        ),
        roll_forward(
            "backlog_opening",
            "backlog_orders",
            "backlog_changes",
            "revenue_from_backlog",
            "backlog_closures",
            "backlog_exchange",
            closing="backlog",
            takes=("revenue_from_backlog", "backlog_closures"),
            name="roll_forward",
            title="Backlog from the beginning to the end of the period",
        ),
        ladder(
            "win_rate",
            "win_rate_value",
            "sales_cycle",
            "slippage",
            name="deals",
            title="Deals decided in the period",
        ),
        trend("win_rate", class_name="half"),
        trend("slippage", class_name="half"),
        today(
            tiles(
                "backlog_by_staffing",
                "staffed_backlog",
                "unstaffed_backlog",
                "staffed_backlog_share",
                name="staffed",
                title="Is the backlog staffed?",
                heading="Is the backlog staffed? As of today",
            )
        ),
        today(
            breakdown(
                "backlog_by_staffing",
                by=("staffing", "department", "customer"),
                title="Who earns the backlog, as of today",
                in_order=True,
            )
        ),
        today(
            breakdown(
                "unstaffed_backlog",
                by=("project", "customer", "department"),
                title="Backlog not staffed, as of today",
                top=5,
            )
        ),
        listing(
            "stream",
            (
                changed("bookings"),
                "subscription_acv",
                as_of_today("pipeline"),
                "backlog",
                changed("stream_income"),
                "stream_gross_margin",
                "stream_gross_margin_pct",
                "receivables_by_stream",
            ),
            title="Sales and services side by side",
            name="side-by-side",
        ),
        heat(
            "stream_income",
            down="customer",
            across="stream",
            title="What each customer buys",
            says="Income of the period; the largest customers",
            name="cross-sell",
        ),
        tiles(
            "services_attach",
            "streams_per_customer",
            "stream_gross_margin",
            "stream_gross_margin_pct",
            name="attached",
            title="What is sold together",
            heading="What is sold together",
        ),
        curve(
            "firm_revenue",
            by="customer",
            name="concentration",
            title="How much of revenue the largest customers bring",
        ),
        ladder(
            "top_customer_share",
            "top_5_customers_share",
            "top_10_customers_share",
            "customer_hhi",
            "effective_customers",
            "backlog_hhi",
            "receivables_hhi",
            name="dependence",
            title="How much depends on few customers",
        ),
        breakdown("bookings", by=("stream", "department", "subsidiary")),
        breakdown("backlog", by=("customer", "department", "project"), title="Backlog", top=6),
        listing(
            "customer",
            (
                changed("bookings"),
                both("backlog"),
                both("recognized_revenue"),
                both("invoiced_revenue"),
                "book_to_bill_12",
                as_of_today("pipeline"),
            ),
            title="Customers",
        ),
    ),
)
