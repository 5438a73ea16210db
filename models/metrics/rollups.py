"""The rollups that snapshots keep: the headline numbers by month."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from ..registry import collect
from .billing import BILLED_NET, PSA_BILLED
from .finance import COST_POSTINGS, INCOME_POSTINGS, LABOR_POSTINGS, RECOGNITION
from .projects import LABOR
from .rollup import Rollup
from .staffing import (
    BILLABLE_HOURS,
    BILLABLE_TIME_BILLS,
    GROSS_CAPACITY,
    LOGGED_HOURS,
    NET_CAPACITY,
    PRODUCTIVE_HOURS,
    SUBMITTED_BILLABLE_HOURS,
    TARGET_CAPACITY,
    WORKED_HOURS,
)

_PROJECT = ("subsidiary", "department", "customer", "project")
_PERSON = ("subsidiary", "department", "person", "role")  # the role is the person's: no more rows

TIME = Rollup(
    key="roll_time",
    measures=(
        BILLABLE_HOURS,
        SUBMITTED_BILLABLE_HOURS,
        PRODUCTIVE_HOURS,
        WORKED_HOURS,
        LOGGED_HOURS,
    ),
    dimensions=_PERSON,
)
TIME_BILLS = Rollup(key="roll_time_bill", measures=(BILLABLE_TIME_BILLS,), dimensions=_PERSON)
CAPACITY = Rollup(
    key="roll_capacity",
    measures=(NET_CAPACITY, GROSS_CAPACITY, TARGET_CAPACITY),
    dimensions=_PERSON,
)
LABOR_COST = Rollup(key="roll_labor", measures=(LABOR,), dimensions=_PROJECT)
LEDGER = Rollup(
    key="roll_gl",
    measures=(INCOME_POSTINGS, COST_POSTINGS, LABOR_POSTINGS),
    dimensions=_PROJECT,
)
RECOGNIZED = Rollup(key="roll_rev_rec", measures=(RECOGNITION,), dimensions=_PROJECT)
INVOICED = Rollup(key="roll_invoice", measures=(BILLED_NET,), dimensions=_PROJECT)
PSA_INVOICED = Rollup(key="roll_psa_invoice", measures=(PSA_BILLED,), dimensions=_PROJECT)


@cache
def rollups() -> Mapping[str, Rollup]:
    """Return the declared rollups by key."""
    return collect(Rollup, "models.metrics")
