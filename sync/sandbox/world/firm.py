"""The fixed frame of the firm: subsidiaries, departments, roles, chart of accounts, items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import holidays

from .calendar import Clock
from .model import Department, Role, Subsidiary
from .names import FIRM

_D = Decimal

STRATEGY = "Strategy & Transformation"
DATA = "Data & Analytics"
CLOUD = "Cloud Engineering"
APPLICATIONS = "Enterprise Applications"
MANAGED = "Managed Services"
SALES = "Sales"
FINANCE = "Finance & Administration"

# Consultants at the start of history, by country and practice.
TEAMS: dict[tuple[str, str], int] = {
    ("US", STRATEGY): 8,
    ("US", DATA): 13,
    ("US", CLOUD): 14,
    ("US", APPLICATIONS): 12,
    ("US", MANAGED): 6,
    ("DE", STRATEGY): 5,
    ("DE", DATA): 8,
    ("DE", CLOUD): 10,
    ("DE", APPLICATIONS): 9,
    ("GB", STRATEGY): 6,
    ("GB", DATA): 8,
    ("GB", CLOUD): 7,
    ("GB", MANAGED): 5,
}
STAFF: dict[tuple[str, str], int] = {
    ("US", SALES): 6,
    ("DE", SALES): 3,
    ("GB", SALES): 3,
    ("US", FINANCE): 8,
    ("DE", FINANCE): 4,
    ("GB", FINANCE): 3,
}


def sizes(teams: Mapping[tuple[str, str], int], size: float) -> dict[tuple[str, str], int]:
    """Teams of a smaller or larger firm; none is without a lead, a manager and somebody to lead.

    Args:
        size: its people against the usual firm's.
    """
    return {place: max(3, round(usual * size)) for place, usual in teams.items()}


# What an hour costs and is billed at, against the US.
COST_LEVEL = {"USD": 1.0, "EUR": 0.90, "GBP": 0.765}
BILL_LEVEL = {"USD": 1.0, "EUR": 0.90, "GBP": 0.765, "CHF": 0.95}


def subsidiaries(clock: Clock) -> dict[str, Subsidiary]:
    """The three companies of the group, by country."""
    made = {
        "US": Subsidiary(1, f"{FIRM} Group Inc.", "USD", None, "US", None, 1, _D(0)),
        "DE": Subsidiary(2, f"{FIRM} Deutschland GmbH", "EUR", 1, "DE", "HE", 2, _D("0.19")),
        "GB": Subsidiary(3, f"{FIRM} UK Ltd", "GBP", 1, "GB", "ENG", 3, _D("0.20")),
    }
    years = range(clock.start.year, clock.today.year + 2)
    for subsidiary in made.values():
        found = holidays.country_holidays(
            subsidiary.country, subdiv=subsidiary.subdivision, years=years
        )
        subsidiary.holidays = dict(sorted((day, str(name)) for day, name in found.items()))
    return made


def departments() -> dict[str, Department]:
    """Practices and support departments, by name."""
    delivery = (STRATEGY, DATA, CLOUD, APPLICATIONS, MANAGED)
    names = (*delivery, SALES, FINANCE)
    return {
        name: Department(10 + 2 * position, position + 1, name, name in delivery)
        for position, name in enumerate(names)
    }


def roles() -> dict[str, Role]:
    """Job codes, by name."""
    rows = (
        (1, "Analyst", 65, 122, 80),
        (2, "Consultant", 84, 155, 78),
        (3, "Senior Consultant", 104, 186, 76),
        (4, "Manager", 128, 226, 68),
        (5, "Principal", 160, 278, 58),
        (6, "Account Executive", 98, 0, 0),
        (7, "Finance and Operations", 62, 0, 0),
        (8, "Executive", 165, 0, 0),
    )
    return {
        name: Role(id_, name, _D(cost), _D(bill), _D(goal)) for id_, name, cost, bill, goal in rows
    }


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the chart."""

    id: int
    number: str
    name: str
    type: str
    rate: str  # the consolidated rate that translates it
    special: str | None = None  # what NetSuite uses it for
    eliminate: bool = False  # between companies of the group


# What NetSuite itself posts to.
_SPECIAL = {
    "1100": "AcctRec", "1050": "UndepFunds", "2000": "AcctPay", "3100": "RetEarnings", "3200": "CumulTransAdj",
    "7900": "FxRateVariance",
}  # fmt: skip

_BETWEEN = ("1900", "2900", "6900", "7500")  # companies of the group


def _chart() -> dict[str, Account]:
    rows = (
        ("1000", "Operating bank account", "Bank", "CURRENT"),
        ("1100", "Accounts receivable", "AcctRec", "CURRENT"),
        ("1500", "Office and IT equipment", "FixedAsset", "CURRENT"),
        ("2000", "Accounts payable", "AcctPay", "CURRENT"),
        ("2050", "Employee reimbursements payable", "AcctPay", "CURRENT"),
        ("2200", "Sales tax payable", "OthCurrLiab", "CURRENT"),
        ("2250", "Payroll liabilities", "OthCurrLiab", "CURRENT"),
        ("2300", "Contract billings", "DeferRevenue", "CURRENT"),
        ("3000", "Share capital", "Equity", "HISTORICAL"),
        ("3100", "Retained earnings", "Equity", "HISTORICAL"),
        ("4000", "Services revenue", "Income", "AVERAGE"),
        ("4050", "Reimbursed expenses", "Income", "AVERAGE"),
        ("4100", "Subscription revenue", "Income", "AVERAGE"),
        ("4200", "Hardware revenue", "Income", "AVERAGE"),
        ("5100", "Project labour cost", "COGS", "AVERAGE"),
        ("5200", "Subcontractors", "COGS", "AVERAGE"),
        ("5300", "Project travel and expenses", "COGS", "AVERAGE"),
        ("5400", "Cost of subscriptions and hardware", "COGS", "AVERAGE"),
        ("5900", "Labour absorption", "Expense", "AVERAGE"),
        ("6000", "Salaries and wages", "Expense", "AVERAGE"),
        ("6050", "Social security and benefits", "Expense", "AVERAGE"),
        ("6100", "Rent and facilities", "Expense", "AVERAGE"),
        ("6200", "Software and cloud", "Expense", "AVERAGE"),
        ("6300", "Marketing and events", "Expense", "AVERAGE"),
        ("6400", "Travel, internal", "Expense", "AVERAGE"),
        ("6500", "Professional fees and insurance", "Expense", "AVERAGE"),
        ("7100", "Depreciation", "Expense", "AVERAGE"),
        ("7900", "Realised exchange gain or loss", "OthExpense", "AVERAGE"),
        ("1050", "Undeposited funds", "OthCurrAsset", "CURRENT"),
        ("3200", "Cumulative translation adjustment", "Equity", "HISTORICAL"),
        ("2400", "Customer deposits", "OthCurrLiab", "CURRENT"),
        ("1900", "Due from group companies", "OthCurrAsset", "CURRENT"),
        ("2900", "Due to group companies", "OthCurrLiab", "CURRENT"),
        ("6900", "Management fees from the group", "Expense", "AVERAGE"),
        ("7500", "Management fees to the group", "OthIncome", "AVERAGE"),
    )
    return {
        number: Account(
            200 + 3 * position, number, name, kind, rate, _SPECIAL.get(number), number in _BETWEEN
        )
        for position, (number, name, kind, rate) in enumerate(rows)
    }


ACCOUNTS = _chart()


@dataclass(frozen=True, slots=True)
class Item:
    """Something sold."""

    id: int
    code: str
    name: str
    type: str
    account: str
    price: int = 0


SERVICE_TM, SERVICE_FIXED, SERVICE_RETAINER, REBILLED = 41, 42, 43, 44
ITEMS = {
    item.id: item
    for item in (
        Item(SERVICE_TM, "SVC-TM", "Consulting services, time and materials", "Service", "2300"),
        Item(SERVICE_FIXED, "SVC-FIX", "Consulting services, fixed fee", "Service", "2300"),
        Item(SERVICE_RETAINER, "SVC-RET", "Managed services retainer", "Service", "2300"),
        Item(REBILLED, "EXP-REB", "Reimbursable expenses", "OthCharge", "2300"),
        Item(51, "SUB-OBS", "Observability subscription", "NonInvtPart", "4100", 1450),
        Item(52, "SUB-INT", "Integration platform subscription", "NonInvtPart", "4100", 2200),
        Item(53, "SUB-ANL", "Analytics workspace subscription", "NonInvtPart", "4100", 980),
        Item(61, "HW-EDGE", "Edge gateway appliance", "InvtPart", "4200", 3850),
        Item(62, "HW-SRV", "Rack server bundle", "InvtPart", "4200", 11200),
    )
}
SUBSCRIPTIONS = (51, 52, 53)
HARDWARE = (61, 62)
STAGES = {1: "Planned", 2: "In progress", 3: "Completed", 4: "Internal"}
