"""The words every declaration of a number is written in: units, kinds, sides, reasons, lenses."""

from __future__ import annotations

from enum import StrEnum


class Unit(StrEnum):
    """What the number counts."""

    MONEY = "money"
    PERCENT = "percent"  # a fraction: 0.689 is 68.9 %
    HOURS = "hours"
    DAYS = "days"
    COUNT = "count"  # heads, projects, documents; a mean of them may have places
    RATE = "rate"  # money an hour, or a head
    FACTOR = "factor"  # a plain quotient: book-to-bill, CPI, HHI
    POINTS = (
        "points"  # a difference of two percentages, as a fraction: 0.012 is 1.2 percentage points
    )
    MINUTES = "minutes"


class Kind(StrEnum):
    """How periods add up."""

    FLOW = "flow"  # summed over the period
    STOCK = "stock"  # as of the period's last day
    RATIO = "ratio"  # numerator over denominator, both summed first


class Better(StrEnum):
    """Which direction is good."""

    HIGHER = "higher"
    LOWER = "lower"
    BAND = "band"  # good between two bounds, which the KPI's `band` names


class Side(StrEnum):
    """The two systems a KPI is asked of."""

    ERP = "erp"
    PSA = "psa"


class Lens(StrEnum):
    """The currency that money is told in (R5)."""

    CONSOLIDATED = "consolidated"  # the reporting currency; the default
    SUBSIDIARY = "subsidiary"  # each subsidiary's books, a line a currency
    TRANSACTION = "transaction"  # as it was agreed, a line a currency


class Basis(StrEnum):
    """What a number is compared with."""

    PRIOR_PERIOD = "prior_period"
    PRIOR_YEAR = "prior_year"
    PLAN = "plan"
    BENCHMARK = "benchmark"
    TARGET = "target"  # where there is one for exactly this


class Reason(StrEnum):
    """Why there is no number (R2)."""

    NOT_HELD = "not_held"  # this system does not know it
    NO_CAPACITY = "no_capacity"
    NO_REVENUE = "no_revenue"
    NO_BILLINGS = "no_billings"  # an open balance, but nothing billed that it could be days of
    NO_BOOKINGS = "no_bookings"
    NO_COST = "no_cost"
    NO_HOURS = "no_hours"
    NO_VALUE = "no_value"  # no standard, budget or contract value to divide by
    NO_PEOPLE = "no_people"
    NO_TARGET = "no_target"
    NO_BUDGET = "no_budget"
    BUDGET_EXHAUSTED = "budget_exhausted"  # as much is spent as there was, or more
    NO_BASELINE = "no_baseline"
    NO_CASES = "no_cases"  # nothing of the kind that is counted happened
    NOT_REACHED = "not_reached"  # less than half of it has ended so far
    NO_PLAN = "no_plan"
    NO_HISTORY = "no_history"  # what it is compared with lies before the first data
    NO_BENCHMARK = "no_benchmark"
    NO_DATA = "no_data"  # no row for this period at all
    NO_RATE = "no_rate"  # rows there are, but none could be translated
    NO_TERM = "no_term"  # subscriptions there are, but none tells from when to when it runs
    HISTORY_LOADING = "history_loading"  # needs more history than is loaded so far
    LENS_NOT_HELD = "lens_not_held"  # the facts are not kept in this currency
    NOT_ARCHIVED = "not_archived"  # the closed month was kept by a version that did not hold it
    OUT_OF_SCOPE = "out_of_scope"  # the person may not see what it needs
