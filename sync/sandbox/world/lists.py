"""NetSuite's small lists: offices, lines of business, terms, stages, categories."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sync.sandbox.system import Row

from .firm import MANAGED
from .model import Person, Project, Subsidiary

CALENDAR = 1  # the fiscal calendar of all companies

# id: (name, the subsidiary it belongs to)
OFFICES = {
    301: ("Chicago", 1), 302: ("Boston", 1), 303: ("Frankfurt", 2), 304: ("Hamburg", 2), 305: ("London", 3),
}  # fmt: skip
_OFFICES_OF = {s: [id_ for id_, (_, there) in OFFICES.items() if there == s] for s in (1, 2, 3)}

SERVICES, CONSULTING, RUNNING, RESALE, SUBSCRIPTION, HARDWARE_CLASS = range(401, 407)
CLASSES = {  # id: (name, parent)
    SERVICES: ("Services", None), CONSULTING: ("Consulting", SERVICES),
    RUNNING: ("Managed services", SERVICES), RESALE: ("Resale", None),
    SUBSCRIPTION: ("Subscriptions", RESALE), HARDWARE_CLASS: ("Hardware", RESALE),
}  # fmt: skip
_CLASS_OF_ACCOUNT = {
    "4000": CONSULTING,
    "4100": SUBSCRIPTION,
    "4200": HARDWARE_CLASS,
    "5400": RESALE,
}

TERMS = {days: 10 + position for position, days in enumerate((0, 14, 30, 45, 60))}  # days: id

# Stages of leads, prospects and customers, with the chance of an opportunity there, in percent.
STAGES = {
    6: ("LEAD", "Unqualified", 0), 7: ("LEAD", "Qualified", 5), 8: ("PROSPECT", "In Discussion", 10),
    9: ("PROSPECT", "Identified Decision Makers", 25), 10: ("PROSPECT", "Proposal", 50),
    11: ("PROSPECT", "In Negotiation", 75), 12: ("PROSPECT", "Purchasing", 90),
    13: ("CUSTOMER", "Closed Won", 100), 14: ("PROSPECT", "Closed Lost", 0),
    16: ("CUSTOMER", "Lost Customer", 0),
}  # fmt: skip
STAGE_OF_CHANCE = {5: 7, 10: 8, 25: 9, 50: 10, 75: 11, 90: 12, 100: 13, 0: 14}

CUSTOMER_CATEGORIES = {1: "Industry", 2: "Financial services", 3: "Public sector", 4: "Trade and consumer"}  # fmt: skip
SUBCONTRACTOR, SUPPLIER, LANDLORD = 1, 2, 3
VENDOR_CATEGORIES = {SUBCONTRACTOR: "Subcontractor", SUPPLIER: "Supplier", LANDLORD: "Premises and utilities"}  # fmt: skip

# What people claim, by the words of the receipt.
EXPENSE_CATEGORIES = {
    "Flight": (21, "Air travel"), "Hotel": (22, "Lodging"), "Rail ticket": (23, "Rail"),
    "Taxi": (24, "Taxi"), "Client dinner": (25, "Entertainment"), "Car rental": (26, "Car rental"),
    "Meals": (27, "Meals"),
}  # fmt: skip


def office_of(person: Person) -> int:
    """Where somebody works: the offices of a subsidiary share its people."""
    offices = _OFFICES_OF[person.subsidiary.id]
    return offices[person.id % len(offices)]


def head_office(subsidiary: Subsidiary) -> int | None:
    """Where the books of a subsidiary are kept; a company for eliminations only has no office."""
    return None if subsidiary.elimination else _OFFICES_OF[subsidiary.id][0]


def class_of(project: Project | None, account: str) -> int | None:
    """The line of business of a posting."""
    if project is not None and project.is_client:
        return RUNNING if project.department.name == MANAGED else CONSULTING
    return _CLASS_OF_ACCOUNT.get(account)


def list_rows(old: datetime) -> dict[str, list[Row]]:
    """The rows of these lists, by table; `old` is when they were last changed."""
    return {
        "location": [
            {"id": id_, "name": name, "fullname": name, "parent": None, "subsidiary": str(there),
             "isinactive": False, "lastmodifieddate": old}
            for id_, (name, there) in OFFICES.items()
        ],
        "classification": list(_classes(old)),
        "term": [
            {"id": id_, "name": f"Net {days}" if days else "Due on receipt", "daysuntilnetdue": days,
             "isinactive": False}
            for days, id_ in TERMS.items()
        ],
        "entitystatus": [
            {"key": key, "name": name, "entitytype": kind, "probability": chance, "inactive": False}
            for key, (kind, name, chance) in STAGES.items()
        ],
        "customercategory": [{"id": i, "name": name} for i, name in CUSTOMER_CATEGORIES.items()],
        "vendorcategory": [{"id": i, "name": name} for i, name in VENDOR_CATEGORIES.items()],
        "expensecategory": [
            {"id": id_, "name": name, "isinactive": False} for id_, name in EXPENSE_CATEGORIES.values()
        ],
        "fiscalcalendar": [
            {"id": CALENDAR, "name": "Standard fiscal calendar", "fiscalmonth": "JANUARY", "isdefault": True}
        ],
    }  # fmt: skip


def _classes(old: datetime) -> Iterator[Row]:
    for id_, (name, parent) in CLASSES.items():
        full = f"{CLASSES[parent][0]} : {name}" if parent else name
        yield {
            "id": id_, "name": name, "fullname": full, "parent": parent, "isinactive": False,
            "lastmodifieddate": old,
        }  # fmt: skip
