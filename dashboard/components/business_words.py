"""What the settings of the business are called on the page Settings, and how their values are written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from .. import formats

THRESHOLDS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "health": (
        "Project health",
        {
            "margin_erosion": "Forecast margin below the planned one by",
            "cpi": "Cost performance (CPI) below",
            "spi": "Performance in time (SPI) below",
            "burn_ratio": "Budget burn against percent complete above",
            "unbilled_days": "Unbilled for more days than",
            "overdue_days": "Invoices overdue for more days than",
            "status_days": "Status not updated for more days than",
            "needs_budget": "A project without a budget",
            "needs_baseline": "A project without a baseline",
        },
    ),
    "overload": (
        "Overload of people",
        {
            "utilization": "Utilisation above",
            "weeks": "in so many weeks",
            "of_weeks": "of the last",
        },
    ),
    "bench": (
        "Bench",
        {
            "booked": "Booked for less than",
            "weeks": "in so many weeks",
            "of_weeks": "of the next",
        },
    ),
    "concentration": (
        "Concentration",
        {
            "top_1": "Share of the largest customer above",
            "hhi": "Concentration index (HHI) above",
        },
    ),
    "budget": (
        "Budgets",
        {
            "alerts": "Alerts at these shares of the budget",
            "eac_spread": "Estimates at completion apart by, of the budget",
            "burn_days": "Working days that the daily burn is the mean of",
        },
    ),
    "time": (
        "Timesheets",
        {
            "deadline_days": "Days after the week in which time may be entered",
            "late_approval_days": "Approval late after days",
        },
    ),
    "billing": (
        "Billing",
        {
            "unbilled_days": "Unbilled work is leakage after days",
            "invoiced_by_day": "Invoices of a month due by this day of the next",
        },
    ),
    "pipeline": (
        "Pipeline",
        {
            "soft_probability": "Probability of a tentative booking without an opportunity",
            "stale_factor": "Factor on the probability of what should have closed",
            "calibrate_from": "Closed deals from which on their win rate is used",
        },
    ),
    "delivery": (
        "Delivery",
        {"tolerance_days": "Working days after the baseline that are still on time"},
    ),
    "receivables": (
        "Expected losses of receivables",
        {
            "loss_current": "Not due yet",
            "loss_1_30": "1 to 30 days overdue",
            "loss_31_60": "31 to 60 days overdue",
            "loss_61_90": "61 to 90 days overdue",
            "loss_over_90": "More than 90 days overdue",
        },
    ),
}

BASICS: Mapping[tuple[str, ...], str] = {
    ("finance", "fiscal_start_month"): "First month of the fiscal year",
    ("finance", "practice_segment"): "What is a practice",
    ("finance", "revenue_posting"): "How revenue of projects comes into the ledger",
    ("finance", "corporate"): "Departments that are no practice",
    ("labor", "cost_level"): "Level of the loaded cost",
    ("labor", "management_level"): "Level of the management margin",
    ("labor", "source"): "Labour cost of projects from",
    ("calendar", "workdays"): "Working days",
    ("calendar", "hours_per_day"): "Hours of a full-time day",
    ("calendar", "holidays"): "Days off for everybody",
    ("plan", "prefer"): "Plan versions compared with first",
}

RULES: Mapping[tuple[str, ...], str] = {
    ("streams", "items"): "Streams of items",
    ("streams", "accounts"): "Streams of accounts",
    ("streams", "contracts"): "Streams of contracts",
    ("lines",): "Lines of the income statement",
    ("bookings",): "Booking types",
}

_SHARES = {  # settings that are fractions of a whole
    "margin_erosion", "utilization", "booked", "top_1", "alerts", "eac_spread", "soft_probability",
    "loss_current", "loss_1_30", "loss_31_60", "loss_61_90", "loss_over_90",
}  # fmt: skip
_WORDS = {
    "psa": "SuiteProjects Pro: hours at loaded cost",
    "erp": "NetSuite: postings",
    "recognition": "SuiteProjects Pro recognises it",
    "arm": "NetSuite's revenue plans recognise it",
    "invoices": "an invoice is revenue",
}


def shown(name: str, value: Any) -> str:
    """A value in words."""
    if isinstance(value, tuple):
        return ", ".join(shown(name, one) for one in value) or "none"
    if isinstance(value, bool):
        return "a warning" if value else "no warning"
    if name == "fiscal_start_month":
        return formats.month_of_year(value)
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, int):
        return formats.count(value)
    if isinstance(value, Decimal):
        if name in _SHARES:
            digits = 0 if (value * 100) % 1 == 0 else 1
            return formats.percent(value, digits)
        return formats.quantity(value)
    return _WORDS.get(str(value), str(value).capitalize() if name == "workdays" else str(value))
