"""Names: which REST resource serves which XML datatype, and how element names become attribute names.

The vendor documents the rule by examples only (underscores dropped, camelCase, `xxxid` and `xxx_id` to
`xxxId`, flags to `isXxx`), so all exceptions stand here, where they are corrected once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

READ = ("GET",)
READ_DISCOVER = ("GET", "OPTIONS")
ALL = ("GET", "POST", "PUT", "DELETE", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Resource:
    """One REST collection: the datatype behind it and the verbs the vendor offers on it."""

    path: str
    datatype: str
    methods: tuple[str, ...]
    task_class: str | None = None
    attachments: bool = False


RESOURCES = {
    resource.path: resource
    for resource in (
        Resource("bookings", "Booking", READ),
        Resource("contacts", "Contact", ALL),
        Resource("customers", "Customer", READ_DISCOVER),
        Resource("expense-reports", "Envelope", ALL, attachments=True),
        Resource("job-codes", "Jobcode", ALL),
        Resource("projects", "Project", ALL, attachments=True),
        Resource("project-milestones", "Projecttask", READ, task_class="M"),
        Resource("project-phases", "Projecttask", READ, task_class="P"),
        Resource("project-tasks", "Projecttask", ("GET", "POST"), task_class="T"),
        Resource("receipts", "Ticket", ALL, attachments=True),
        Resource("time-entries", "Task", ("GET", "POST", "DELETE", "OPTIONS")),
        Resource("users", "User", READ_DISCOVER),
    )
}

REFRESH_CACHE = "session/cache/refresh"

# Words that element names glue together.
_WORDS = {
    "projecttask": "project_task",
    "jobcode": "job_code",
    "costcenter": "cost_center",
    "projectstage": "project_stage",
    "customerpo": "customer_po",
    "bookingtype": "booking_type",
    "startdate": "start_date",
    "enddate": "end_date",
    "starttime": "start_time",
    "endtime": "end_time",
}

_NO_REFERENCE = frozenset({"paid"})  # ends in id and refers to nothing

_EXCEPTIONS: dict[tuple[str, str], str] = {
    ("Project", "auto_bill_override"): "isAutoBillOverriden",  # the vendor's spelling
    ("Project", "az_approver"): "expenseAuthorizationApprover",
    ("Project", "az_approvalprocess"): "expenseAuthorizationApprovalProcess",
    ("Ticket", "city"): "receiptLocation",
    ("Ticket", "cost"): "costPerUnit",
    ("Ticket", "currency_cost"): "foreignCurrencyCost",
    ("Ticket", "currency_rate"): "foreignCurrencyRate",
    ("Ticket", "currency_symbol"): "foreignCurrencySymbol",
    ("Ticket", "currency_exchange_intolerance"): "isForeignCurrencyExchangeIntolerance",
}

_SHARED_EXCEPTIONS = {"acct_date": "accountingDate"}

_FLAGS = frozenset(
    {
        "active", "admin_role", "all_access", "all_can_assign", "as_percentage", "auto_bill",
        "auto_bill_cap", "can_bill_to", "can_ship_to", "can_sold_to", "closed", "default_role",
        "exported", "generic", "is_a_phase", "is_overlapping", "is_portfolio_project",
        "is_user_schedule", "locked", "missing_receipt", "no_dirty", "non_billable",
        "notify_assignees", "notify_owner", "only_owner_can_edit", "password_forced_change",
        "sync_workpace", "taxable", "use_project_assignment",
    }
)  # fmt: skip

# Custom fields and long texts are taken as not queryable; the vendor marks each in the account's schema.
_NOT_QUERYABLE = frozenset({"notes", "description", "workschedule_workhours", "email"})
_NOT_SORTABLE = frozenset({"notes", "description"})


@cache
def rest_name(datatype: str, column: str) -> str:
    """The REST attribute that carries an XML element."""
    if column.endswith("__c"):
        return f"cf{column.removesuffix('__c')}"
    special = _EXCEPTIONS.get((datatype, column)) or _SHARED_EXCEPTIONS.get(column)
    if special:
        return special
    name = _camel(_split(column))
    if column in _FLAGS and not column.startswith("is_"):
        return f"is{name[0].upper()}{name[1:]}"
    return name


def queryable(column: str) -> bool:
    """Whether `q` may name a column."""
    return not column.endswith("__c") and column not in _NOT_QUERYABLE


def sortable(column: str) -> bool:
    """Whether `orderBy` may name a column."""
    return not column.endswith("__c") and column not in _NOT_SORTABLE


def _split(column: str) -> str:
    """The element name with its glued words taken apart: `projecttask_typeid`, `project_task_type_id`."""
    glued = column.split("_")
    parts = []
    for part in glued:
        refers = part.endswith("id") and len(part) > 2 and part not in _NO_REFERENCE
        stem, tail = (part[:-2], "_id") if refers else (part, "")
        parts.append(_WORDS.get(stem, stem) + tail)
    return "_".join(parts)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)
