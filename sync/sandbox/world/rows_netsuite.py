"""Rows as NetSuite holds them, from the domain."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sync.sandbox.system import Row

from .calendar import Clock
from .firm import ACCOUNTS, SALES, SERVICE_TM
from .lists import LANDLORD, SUBCONTRACTOR, SUPPLIER, TERMS, class_of, office_of
from .model import (
    CAPPED,
    CENT,
    HUNDRED,
    RETAINER,
    TM,
    ZERO,
    Customer,
    Person,
    Project,
    Task,
    TimeBill,
)
from .model_money import Vendor
from .rates import CURRENCIES
from .relations import Contact, address_of, credit_limit, is_customer, search_stage

BOOK = 1
TIME_APPROVED = "3"
JOB_TYPES = {1: "Client", 2: "Internal"}
_FIRST_PERIOD, _YEARS = 100, 6000


def period_id(month: int, clock: Clock) -> int:
    """The accounting period of a month; quarters and years have ids of their own."""
    return _FIRST_PERIOD + month - clock.first


def year_id(year: int) -> int:
    """The accounting period that is a whole year."""
    return _YEARS + year


def currency_id(code: str) -> int:
    """NetSuite's id of a currency."""
    return CURRENCIES[code][0]


def employee(person: Person, clock: Clock) -> Row:
    """employee."""
    gone = person.released is not None and person.released < clock.today
    return {
        "id": person.ns_id, "entityid": person.name, "firstname": person.first, "lastname": person.last,
        "email": person.email, "title": person.role.name, "department": person.department.id,
        "class": None, "location": office_of(person), "subsidiary": person.subsidiary.id,
        "supervisor": person.manager.ns_id if person.manager else None,
        "currency": currency_id(person.subsidiary.currency),
        "issalesrep": person.department.name == SALES, "hiredate": person.hired,
        "releasedate": person.released, "isinactive": gone,
        "datecreated": clock.at(max(person.hired, clock.start), 8),
        "externalid": str(person.id), "lastmodifieddate": person.updated,
    }  # fmt: skip


def customer(it: Customer) -> Row:
    """customer; leads and prospects are customers, too."""
    bought = is_customer(it)
    return {
        "id": it.ns_id, "entityid": it.number, "companyname": it.name, "altname": it.name,
        "isperson": False, "parent": it.parent.ns_id if it.parent else None, "entitystatus": it.stage,
        "searchstage": search_stage(it), "category": it.category,
        "salesrep": it.sales_rep.ns_id if it.sales_rep else None, "terms": TERMS[it.terms],
        "currency": currency_id(it.currency), "creditlimit": credit_limit(it) if bought else None,
        "email": address_of("accounts", "payable", it.name) if bought else None, "phone": None,
        "startdate": it.created.date() if bought else None, "dateclosed": None, "isinactive": False,
        "datecreated": it.created, "externalid": None if it.id is None else str(it.id),
        "lastmodifieddate": it.updated,
    }  # fmt: skip


def contact(it: Contact) -> Row:
    """contact."""
    return {
        "id": it.id, "entityid": f"{it.first} {it.last}", "firstname": it.first, "lastname": it.last,
        "title": it.title, "email": address_of(it.first, it.last, it.customer.name), "phone": None,
        "company": it.customer.ns_id, "contactrole": -10 if it.primary else None, "isinactive": False,
        "datecreated": it.created, "lastmodifieddate": it.created,
    }  # fmt: skip


def vendor(it: Vendor, position: int, clock: Clock) -> Row:
    """vendor; the first five of a subsidiary lend people."""
    made = clock.at(clock.start, 9)
    category = SUBCONTRACTOR if position < 5 else LANDLORD if position in (7, 8) else SUPPLIER
    return {
        "id": it.ns_id, "entityid": f"V{it.ns_id}", "companyname": it.name, "altname": it.name,
        "isperson": False, "category": category, "terms": TERMS[30],
        "currency": currency_id(it.subsidiary.currency), "subsidiary": it.subsidiary.id,
        "payablesaccount": ACCOUNTS["2000"].id, "isjobresourcevend": category == SUBCONTRACTOR,
        "email": address_of("accounts", "receivable", it.name), "isinactive": False,
        "datecreated": made, "externalid": None, "lastmodifieddate": made,
    }  # fmt: skip


def job(it: Project) -> Row:
    """job."""
    done = sum((task.billed_hours for task in it.tasks), ZERO)
    billing = (
        "TM"
        if it.contract_type in (TM, CAPPED)
        else "FBI"
        if it.contract_type == RETAINER
        else "FBM"
    )
    return {
        "id": it.ns_id, "entityid": it.code, "companyname": it.name, "parent": it.customer.ns_id,
        "customer": it.customer.ns_id, "entitystatus": 4 if it.ended else 2, "jobtype": 1 if it.is_client else 2, "jobbillingtype": billing if it.is_client else None,
        "currency": currency_id(it.currency), "projectmanager": it.owner.ns_id, "startdate": it.start,
        "enddate": it.finish if it.ended else None,
        "projectedenddate": it.finish if it.is_client else None, "percentcomplete": _percent(done, it),
        "estimatedtime": it.expected_hours or None, "actualtime": done,
        "isinactive": it.ended, "datecreated": it.created,
        "externalid": None if it.id is None else str(it.id), "lastmodifieddate": it.updated,
    }  # fmt: skip


def _percent(done: Decimal, it: Project) -> Decimal | None:
    """How far the scheduler last found a project to be."""
    if not it.expected_hours:
        return None
    return min(HUNDRED, (done * HUNDRED / it.expected_hours).quantize(CENT))


def time_bill(it: TimeBill) -> Row:
    """timebill; its customer is the project."""
    entry = it.entry
    return {
        "id": it.id, "employee": entry.person.ns_id, "customer": entry.project.ns_id,
        "item": SERVICE_TM, "department": entry.person.department.id,
        "class": class_of(entry.project, "4000"), "location": office_of(entry.person),
        "subsidiary": entry.person.subsidiary.id, "hours": it.hours, "isbillable": entry.billable,
        "timetype": "A", "trandate": it.day, "approvalstatus": TIME_APPROVED, "memo": entry.notes,
        "externalid": str(entry.id), "lastmodifieddate": it.updated,
    }  # fmt: skip


def project_task(it: Task) -> Row:
    """projecttask; its actual work is what was exported."""
    updated = it.updated or it.project.updated
    return {
        "id": it.ns_id, "project": it.project.ns_id, "title": it.name, "estimatedwork": it.planned_hours,
        "actualwork": it.billed_hours, "status": _task_status(it),
        "lastmodifieddate": max(updated, it.billed_at or updated),
    }  # fmt: skip


def _task_status(it: Task) -> str:
    if it.project.ended:
        return "COMPLETE"
    return "PROGRESS" if it.billed_hours else "NOTSTART"


def belongs(id_: int, entity: int, subsidiary: int, at: datetime) -> Row:
    """A relationship of a customer, vendor or project with its subsidiary."""
    return {
        "id": id_, "entity": entity, "subsidiary": subsidiary, "isprimarysub": True, "lastmodifieddate": at,
    }  # fmt: skip
