"""Rows of NetSuite's allocations and budgets, from the domain."""

from __future__ import annotations

from collections.abc import Iterator

from sync.sandbox.system import Row

from .calendar import Clock
from .firm import ACCOUNTS
from .planning import BUDGET_CATEGORIES, Allocation, Budget
from .rows_netsuite import period_id, year_id


def allocation(it: Allocation) -> Row:
    """resourceallocation, as a share of the week."""
    return {
        "id": it.id, "allocationresource": it.person.ns_id, "project": it.project.ns_id,
        "projecttask": None, "startdate": it.start, "enddate": it.end, "allocationamount": it.percent,
        "allocationunit": "P", "percentoftime": it.percent, "numberhours": it.hours,
        "allocationtype": "1", "approvalstatus": "5", "lastmodifieddate": it.updated,
    }  # fmt: skip


def categories() -> Iterator[Row]:
    """budgetcategory."""
    for id_, name in BUDGET_CATEGORIES.items():
        yield {"id": id_, "name": name, "isinactive": False}


def budget(it: Budget) -> Row:
    """budgets."""
    return {
        "id": it.id, "account": ACCOUNTS[it.account].id, "category": it.category,
        "department": it.department, "class": None, "location": None, "subsidiary": it.subsidiary.id,
        "year": year_id(it.year), "total": it.total,
    }  # fmt: skip


def months(it: Budget, clock: Clock) -> Iterator[Row]:
    """budgetsmachine: one row a month."""
    for month, amount in it.months.items():
        yield {"budget": it.id, "period": period_id(month, clock), "amount": amount}
