"""Revenue and forecast: what was recognised, what is scheduled, how much of it is covered."""

from __future__ import annotations

from models.texts import Text

from ..auth.permissions import Permission
from ..blocks.breakdown import breakdown
from ..blocks.by_month import Told, by_month
from ..blocks.filters import filters
from ..blocks.head import head
from ..blocks.horizons import horizons
from ..blocks.ladder import ladder
from ..blocks.members import both, changed, listing
from ..blocks.moved import moved
from ..blocks.stack import layers, split
from ..blocks.tiles import tiles
from ..blocks.today import today
from ..blocks.trend import trend
from ..blocks.weights import experience_weights
from ..page import Page

_NOT_JUDGED: Text = "No month has been closed yet whose forecast was written down before it began."

REVENUE = Page(
    key="revenue",
    path="/revenue",
    title="Revenue",
    nav=20,
    permission=Permission.VIEW_NUMBERS,
    dated=True,
    class_name="board",
    sections=(
        filters(),
        head("recognized_revenue", beside=("invoiced_revenue", "next_quarter_coverage")),
        tiles(
            "recognized_revenue",
            "invoiced_revenue",
            "unbilled_receivable",
            "deferred_revenue",
            "scheduled_next_quarter",
            "next_quarter_coverage",
            "forecast_coverage",
            "over_under_billing",
        ),
        trend(
            "recognized_revenue",
            title="Recognised revenue, and what is scheduled",
            ahead="scheduled_revenue",
            class_name="wide",
        ),
        split(
            "revenue_by_method",
            by=("rec_method",),
            name="methods",
            title="By recognition method",
            months=6,
            class_name="narrow",
        ),
        layers(
            "firm_revenue",
            "forecast_in_flight",
            "forecast_booked",
            "forecast_soft",
            "forecast_backlog",
            "forecast_pipeline",
            "forecast_unidentified",
            name="layers",
            title="Forecast by layers, the surer below",
            back=3,
            ahead=6,
            within=("revenue_forecast_p10", "revenue_forecast_p50", "revenue_forecast_p90"),
            plan="revenue_forecast",
            whole="revenue_forecast",
            by=("stream", "project_method", "contract_type", "department", "customer"),
            class_name="half",
        ),
        today(
            ladder(
                "revenue_forecast",
                "revenue_forecast_committed",
                "revenue_forecast_p10",
                "revenue_forecast_p90",
                "unscheduled_backlog",
                "stale_backlog",
                "forecast_known_1",
                "forecast_known_3",
                "forecast_known_6",
                name="forecast",
                title="Forecast of the running month",
            )
        ),
        by_month(
            Told(key="firm_revenue", title="Recognised"),
            Told(key="forecast_in_flight", title="In flight"),
            Told(key="forecast_booked", title="Booked"),
            Told(key="forecast_soft", title="Tentative"),
            Told(key="forecast_backlog", title="Backlog"),
            Told(key="forecast_pipeline", title="Pipeline"),
            Told(key="forecast_unidentified", title="Unidentified"),
            Told(key="revenue_forecast", title="Forecast"),
            Told(key="revenue_forecast", title="PL", is_plan=True),
            Told(key="forecast_coverage", title="Covered"),
            name="month-by-layer",
            title="Forecast month by month, layer by layer",
            says="The surer to the left; covered: recognised, in flight and booked together, of the plan (PL)",
            back=3,
            ahead=6,
        ),
        moved(
            "forecast_week_ago",
            "forecast_change",
            "revenue_forecast",
            by="cause",
            ahead=11,
            name="moved",
            title="How the forecast moved in a week",
            says="From a week ago to now, this month and the eleven after it; blue adds, orange takes",
            empty="What was forecast is written down since less than a week.",
        ),
        horizons(
            ("1 month ahead", "3 months ahead", "6 months ahead"),
            {
                "Error (WAPE)": ("forecast_error_1", "forecast_error_3", "forecast_error_6"),
                "Root mean square error": (
                    "forecast_rmse_1",
                    "forecast_rmse_3",
                    "forecast_rmse_6",
                ),
                "Bias": ("forecast_bias_1", "forecast_bias_3", "forecast_bias_6"),
                "Against the year before (MASE)": (
                    "forecast_mase_1",
                    "forecast_mase_3",
                    "forecast_mase_6",
                ),
                "Value added over the year before": (
                    "forecast_value_added_1",
                    "forecast_value_added_3",
                    "forecast_value_added_6",
                ),
                "Came of what was forecast": (
                    "forecast_kept_1",
                    "forecast_kept_3",
                    "forecast_kept_6",
                ),
                "Within P10 to P90": (
                    "forecast_interval_1",
                    "forecast_interval_3",
                    "forecast_interval_6",
                ),
                "Pinball loss": ("forecast_pinball_1", "forecast_pinball_3", "forecast_pinball_6"),
            },
            name="accuracy",
            title="How far off forecasts are",
            says="Of the twelve months to the period's end whose books are closed",
            empty=_NOT_JUDGED,
        ),
        breakdown(
            "forecast_layer_error_3",
            by=("layer", "department", "stream"),
            name="layer-errors",
            title="Which layer misses, three months ahead",
            says="As a share of revenue; what came is counted towards the surer layers first",
            empty=_NOT_JUDGED,
            in_order=True,
        ),
        breakdown(
            "forecast_kept_3",
            by=("layer", "department", "stream"),
            name="layers-kept",
            title="How much of each layer came, three months ahead",
            says="What came of what a layer told, of the twelve months to the period's end",
            empty=_NOT_JUDGED,
            in_order=True,
        ),
        experience_weights(
            {
                "Error, seen alone": "forecast_seen_error",
                "Error, experience in full": "forecast_full_error",
                "Error, fixed weights": "forecast_fixed_error",
                "Error, learned weights": "forecast_weighed_error",
            },
            name="weights",
            title="What experience counts for",
            says="The share that counts of what experience expects beyond what is seen; nothing before the third month ahead",
            says_judged=(
                "The share that counts of what experience expects beyond what is seen; and by how much each would have missed "
                "closed months"
            ),
        ),
        breakdown(
            "statistical_mase",
            by=("department", "stream"),
            name="experience",
            title="What experience is worth",
            says=(
                "Misses of the statistical forecast in tests, divided by those of the year before; a practice and stream "
                "at 1 or above is left out of the forecast"
            ),
            class_name="",
        ),
        breakdown("recognized_revenue", by=("department", "subsidiary", "stream")),
        breakdown(
            "recognized_revenue",
            by=("customer", "project"),
            name="customers",
            title="Who pays",
            top=5,
        ),
        listing(
            "project",
            (
                both("recognized_revenue"),
                changed("invoiced_revenue"),
                both("unbilled_receivable"),
                "deferred_revenue",
                "scheduled_next_quarter",
                "backlog",
            ),
            title="Projects",
        ),
    ),
)
