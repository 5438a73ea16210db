"""What the settings of the business are called on the page Settings, and how their values are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from pydantic import BaseModel

from models.business.decision import DEAL
from models.business.shape import Finance, Labor, Plan, Sales, Thresholds, WorkCalendar
from models.texts import Text, _, ngettext

from .. import formats

THRESHOLDS: Mapping[str, tuple[Text, Mapping[str, Text]]] = {
    "health": (
        "Project health",
        {
            "margin_erosion": "Forecast margin below the planned one by",
            "cpi": "Cost performance (CPI) below",
            "spi": "Performance in time (SPI) below",
            "burn_ratio": "Budget burn against percent complete above",
            "unbilled_days": "Unbilled for more days than",
            "overdue_days": "Invoices overdue for more days than",
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
            "onboarding_days": "Onboarding days",
            "notice_days": "Notice days",
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
    "forecast": (
        "Revenue forecast",
        {
            "learn_weights": "Weights of experience are learned",
            "learn_from": "Judged month ends before one is learned",
            "fixed_months": "Month ends that the fixed weight stands for",
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

_BASICS: Mapping[tuple[str, str], Text] = {
    ("finance", "fiscal_start_month"): "First month of the fiscal year",
    ("finance", "practice_segment"): "What is a practice",
    ("finance", "revenue_posting"): "How revenue of projects comes into the ledger",
    ("finance", "corporate"): "Departments that are no practice",
    ("labor", "cost_level"): "Level of the loaded cost",
    ("labor", "management_level"): "Level of the management margin",
    ("labor", "source"): "Labour cost of projects from",
    ("labor", "sources"): "Subsidiaries whose labour cost comes from elsewhere",
    ("labor", "payroll"): "Accounts of wages and what comes with them",
    ("calendar", "workdays"): "Working days",
    ("calendar", "hours_per_day"): "Hours of a full-time day",
    ("calendar", "holidays"): "Days off for everybody",
    ("sales", "opportunity_field"): "Custom field of deals that holds their opportunity",
    ("plan", "prefer"): "Plan versions compared with first",
    ("plan", "versions"): "Plan versions with rates of their own",
}

RULES: Mapping[tuple[str, ...], Text] = {
    ("streams", "items"): "Streams of items",
    ("streams", "accounts"): "Streams of accounts",
    ("streams", "contracts"): "Streams of contracts",
    ("lines",): "Lines of the income statement",
    ("bookings",): "Booking types",
    ("practices",): "Single departments that are practices or none",
    ("purposes",): "Purposes of internal work",
    ("crediting",): "Hours credited or excluded",
    ("deals",): "Likelihood of deals without an opportunity",
}

_SHARES = {  # settings that are fractions of a whole
    "margin_erosion", "utilization", "booked", "top_1", "alerts", "eac_spread", "soft_probability",
    "loss_current", "loss_1_30", "loss_31_60", "loss_61_90", "loss_over_90",
}  # fmt: skip
_WORKDAYS: Mapping[str, Text] = {
    "mon": "Mon",
    "tue": "Tue",
    "wed": "Wed",
    "thu": "Thu",
    "fri": "Fri",
    "sat": "Sat",
    "sun": "Sun",
}
_WARNS: Mapping[bool, Text] = {True: "a warning", False: "no warning"}
_YES_NO: Mapping[bool, Text] = {True: "yes", False: "no"}
_UNSAID: Mapping[str, Text] = {"fiscal_start_month": "as NetSuite's calendar says"}
_WORDS: Mapping[str, Text] = {
    "psa": "SuiteProjects Pro: hours at loaded cost",
    "erp": "NetSuite: postings",
    "recognition": "SuiteProjects Pro recognises it",
    "arm": "NetSuite's revenue plans recognise it",
    "invoices": "an invoice is revenue",
}


UNITS: Mapping[str, Text] = {  # of settings that are no shares
    "unbilled_days": "days",
    "overdue_days": "days",
    "weeks": "weeks",
    "of_weeks": "weeks",
    "onboarding_days": "days",
    "notice_days": "days",
    "burn_days": "working days",
    "deadline_days": "days",
    "late_approval_days": "days",
    "calibrate_from": "deals",
    "learn_from": "months",
    "fixed_months": "months",
    "tolerance_days": "working days",
    "hours_per_day": "hours",
}


@dataclass(frozen=True, slots=True)
class MappedKind:
    """What a kind of records is called, and what stands in the columns of their list."""

    title: Text
    every: Text
    rows: Text
    amount: Text = ""
    is_hours: bool = False  # what `amount` counts; else money
    type_: Text = "Type"
    taken: Text = "Taken for"


KINDS: Mapping[str, MappedKind] = {
    "account_line": MappedKind(
        "Line of the income statement", "Accounts: line", "Postings", "Amount"
    ),
    "account_stream": MappedKind("Stream of the account", "Accounts: stream", "Postings", "Amount"),
    "item_stream": MappedKind("Stream of the item", "Items: stream", "Postings", "Revenue"),
    "contract_stream": MappedKind("Stream of the contract type", "Contract types", "Projects"),
    "booking_type": MappedKind("Booking type", "Booking types", "Bookings", "Hours", is_hours=True),
    "practice": MappedKind("Practice or not", "Practices", "Postings", "Cost"),
    "purpose": MappedKind(
        "Purpose of internal work",
        "Internal work: purpose",
        "Time entries",
        "Hours",
        is_hours=True,
        type_="Project",
    ),
    "crediting": MappedKind(
        "Credited or excluded",
        "Unbilled hours: credited",
        "Time entries",
        "Hours",
        is_hours=True,
        type_="Project",
    ),
    DEAL: MappedKind(
        "Likelihood of the deal",
        "Deals: likelihood",
        "Lines",
        "Hours",
        is_hours=True,
        type_="Rating",
        taken="Likelihood",
    ),
}


def is_share(name: str) -> bool:
    """Whether a setting is a fraction of a whole, told in %."""
    return name in _SHARES


def basics() -> dict[tuple[str, ...], str]:
    """Every setting that is neither a rule for records nor a threshold, with its title; the file's own words where we have none."""
    parts: Mapping[str, type[BaseModel]] = {
        "finance": Finance,
        "labor": Labor,
        "calendar": WorkCalendar,
        "sales": Sales,
        "plan": Plan,
    }
    return {
        (part, name): _(_BASICS.get((part, name), "")) or _sentence(field.description or name)
        for part, kind in parts.items()
        for name, field in kind.model_fields.items()
    }


def thresholds() -> dict[str, tuple[str, dict[str, str]]]:
    """Every threshold with its title, by what it is about."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for part, field in Thresholds.model_fields.items():
        title, named = THRESHOLDS.get(part, (_sentence(part), {}))
        kind = cast("type[BaseModel]", field.annotation)
        found[part] = (
            _(title),
            {
                name: _(named.get(name, "")) or _sentence(name)
                for name in (*named, *kind.model_fields)
            },
        )
    return found


def _sentence(text: str) -> str:
    text = text.replace("_", " ")
    return text[:1].upper() + text[1:]


def shown(name: str, value: Any) -> str:
    """A value in words."""
    if value is None:
        return _(_UNSAID[name]) if name in _UNSAID else _("none")
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {shown(name, one)}" for key, one in value.items()) or _("none")
    if isinstance(value, BaseModel):
        told = {field: getattr(value, field) for field in type(value).model_fields}
        return " ".join(shown(field, one) for field, one in told.items() if one)
    if isinstance(value, tuple | list):
        return ", ".join(shown(name, one) for one in value) or _("none")
    return _single(name, value)


_COUNTED: Mapping[Text, Callable[[int, str], str]] = {  # as of `UNITS`, of one and of several
    "days": lambda n, text: ngettext("{count} day", "{count} days", n, count=text),
    "weeks": lambda n, text: ngettext("{count} week", "{count} weeks", n, count=text),
    "months": lambda n, text: ngettext("{count} month", "{count} months", n, count=text),
    "hours": lambda n, text: ngettext("{count} hour", "{count} hours", n, count=text),
    "deals": lambda n, text: ngettext("{count} deal", "{count} deals", n, count=text),
    "working days": lambda n, text: ngettext(
        "{count} working day", "{count} working days", n, count=text
    ),
}


def _measured(name: str, number: Decimal | int, text: str) -> str:
    """A number with its unit."""
    if name not in UNITS:
        return text
    several = 2  # of what is no whole number
    return _COUNTED[UNITS[name]](int(number) if number == int(number) else several, text)


def _single(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _((_YES_NO if name == "learn_weights" else _WARNS)[value])
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, int) and name in _SHARES:
        value = Decimal(value)
    if isinstance(value, int):
        is_month = name == "fiscal_start_month"
        return (
            formats.month_of_year(value)
            if is_month
            else _measured(name, value, formats.count(value))
        )
    if isinstance(value, Decimal):
        if name not in _SHARES:
            return _measured(name, value, formats.quantity(value))
        return formats.percent(value, 0 if (value * 100) % 1 == 0 else 1)
    text = str(value)
    if text in _WORDS:
        return _(_WORDS[text])
    return _(_WORKDAYS[text]) if name == "workdays" and text in _WORKDAYS else text
