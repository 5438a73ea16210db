"""The rollups that snapshots keep: the headline numbers by month."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from ..registry import collect
from .billing import BILLED, BILLED_NET, PSA_BILLED, RECEIVABLES
from .economics import APPROVED_HOURS
from .finance import COST_POSTINGS, INCOME_POSTINGS, LABOR_POSTINGS, RECOGNITION
from .projects import LABOR, PURCHASES, RECEIPTS
from .rollup import Rollup
from .sales import BACKLOG
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

PEOPLE = Rollup(
    key="roll_person",
    measures=(
        BILLABLE_HOURS,
        SUBMITTED_BILLABLE_HOURS,
        PRODUCTIVE_HOURS,
        WORKED_HOURS,
        LOGGED_HOURS,
        BILLABLE_TIME_BILLS,
        NET_CAPACITY,
        GROSS_CAPACITY,
        TARGET_CAPACITY,
    ),
    dimensions=_PERSON,
)
PROJECTS = Rollup(
    key="roll_project",
    measures=(
        INCOME_POSTINGS,
        COST_POSTINGS,
        LABOR_POSTINGS,
        RECOGNITION,
        LABOR,
        RECEIPTS,
        PURCHASES,
        BILLED,
        BILLED_NET,
        PSA_BILLED,
        *RECEIVABLES.erp.measures,
        *RECEIVABLES.psa.measures,
        *BACKLOG.erp.measures,
        *BACKLOG.psa.measures,
    ),
    dimensions=_PROJECT,
)

HOURS = Rollup(  # by the month worked, where labour cost is by that of the books
    key="roll_project_hours", measures=(APPROVED_HOURS,), dimensions=_PROJECT
)


@cache
def rollups() -> Mapping[str, Rollup]:
    """Return the declared rollups by key."""
    return collect(Rollup, "models.metrics")
