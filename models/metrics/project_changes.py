"""What changed on a project, as its records tell: which field, from what to what, when, and since when that is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from ..tables.changes import fct_project_change
from ..texts import Text, _
from .answer import RowColumn, RowPage
from .measure import Measure, Record
from .vocabulary import Unit

FIELDS: Mapping[str, Text] = MappingProxyType(
    {
        "active": "Active",
        "actual_finish_date": "Actual end",
        "added": "Added",
        "approval": "Approval",
        "booked_hours": "Booked hours",
        "booked_share": "Booked share, %",
        "booking_type": "Booking type",
        "budget": "Budget",
        "budget_hours": "Budgeted hours",
        "budgeted_revenue": "Budgeted revenue",
        "calculated_finish_date": "Calculated end",
        "calculated_start_date": "Calculated start",
        "closed": "Closed",
        "closed_on": "Closed on",
        "code": "Code",
        "contract_type": "Contract type",
        "contract_value": "Contract value",
        "currency": "Currency",
        "customer": "Customer",
        "date": "Date",
        "end_date": "End",
        "estimated_hours": "Estimated hours",
        "finish_date": "Planned end",
        "first_seen": "First seen",
        "inactive": "Inactive",
        "name": "Name",
        "not_billable": "Not billable",
        "number": "Number",
        "person": "Person",
        "planned_hours": "Planned hours",
        "project": "Project",
        "project_manager": "Project manager",
        "rate": "Rate an hour",
        "rate_card": "Rate card",
        "removed": "Removed",
        "restored": "Back again",
        "stage": "Stage",
        "start_date": "Start",
        "task": "Task",
    }
)
_KINDS: Sequence[tuple[str, Text, str, str]] = (  # kind, title, system, record type
    ("project", "Project in SuiteProjects Pro", "suiteprojects", "Project"),
    ("job", "Project in NetSuite", "netsuite", "job"),
    ("purchase_order", "Customer purchase order", "suiteprojects", "Customerpo"),
    ("sales_order", "Sales order", "netsuite", "transaction"),
    ("budget", "Project budget", "suiteprojects", "Budget"),
    ("rate", "Rate of a rate card", "suiteprojects", "RateCardItem"),
    ("task", "Task", "suiteprojects", "Projecttask"),
    ("booking", "Booking", "suiteprojects", "Booking"),
)
_TOLD = fct_project_change.c
_UNITS: Mapping[str, Text] = MappingProxyType({"hours": "Hours", "days": "Days"})
_COLUMNS = (  # as they are shown; the fact holds all of them as exact text
    RowColumn(name="changed_at", title="Changed", type="moment"),
    RowColumn(name="measure", title="Kind", type="text"),
    RowColumn(name="about", title="Which", type="text"),
    RowColumn(name="field", title="What changed", type="text"),
    RowColumn(name="was", title="Before", type="any"),
    RowColumn(name="now", title="After", type="any"),
    RowColumn(name="difference", title="Change", type="any"),
    RowColumn(name="unit", title="Unit", type="text"),
    RowColumn(name="seen_at", title="First seen", type="moment"),
)

CHANGES = tuple(
    Measure(
        key=f"changes_of_{kind}",
        title=title,
        system=system,
        table=fct_project_change,
        unit=Unit.COUNT,
        month=None,
        where=(_TOLD.kind == kind,),
        dimensions={
            "project": _TOLD.project_key,
            "department": _TOLD.department_key,
            "customer": _TOLD.customer_key,
            "subsidiary": _TOLD.subsidiary_key,
        },
        columns=(
            _TOLD.changed_at,
            _TOLD.seen_at,
            _TOLD.about,
            _TOLD.field,
            _TOLD.value_kind,
            _TOLD.was,
            _TOLD.now,
            _TOLD.difference,
            _TOLD.unit,
        ),
        record=Record(type=record, id=_TOLD.record_id),
    )
    for kind, title, system, record in _KINDS
)
NEWEST_FIRST = (("changed_at", True), ("seen_at", True))
OLDEST_SEEN = (("seen_at", False),)


def as_shown(page: RowPage) -> RowPage:
    """A page of changes with each value as what it is, and without what only counts them."""
    return replace(page, columns=_COLUMNS, rows=[_row(row) for row in page.rows], totals={})


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    kind = row["value_kind"]
    field = row["field"]
    told = dict(row)
    told["measure"] = _(row["measure"])
    told["field"] = _(FIELDS[field]) if field in FIELDS else field
    told["was"], told["now"] = typed(row["was"], kind), typed(row["now"], kind)
    if kind == "day" and row["difference"] is not None:
        told["difference"] = int(row["difference"])
    told["unit"] = _(_UNITS[unit]) if (unit := row["unit"]) in _UNITS else unit
    told["changed_at"], told["seen_at"] = _moment(row["changed_at"]), _moment(row["seen_at"])
    return told


def typed(text: str | None, kind: str) -> date | Decimal | bool | str | None:
    """A value as what it is, from the text that the fact holds."""
    if text is None or text == "":
        return None
    if kind == "day":
        return date.fromisoformat(text)
    if kind == "flag":
        return text == "true"
    return Decimal(text) if kind in {"money", "hours", "percent"} else text


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
