"""Rows as SuiteProjects Pro holds them, from the domain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from sync.sandbox.system import Row

from .calendar import Clock
from .model import HUNDRED, Customer, Order, Person, Project, Task, TimeEntry, Timesheet
from .model_money import (
    Charge,
    ExpenseReport,
    Payment,
    Projection,
    PsaInvoice,
    Purchase,
    Receipt,
    Recognition,
)

OPEN_STAGE, BILLED_STAGE = 1, 2
_BUDGET = Decimal("0.97")


def user(person: Person, clock: Clock) -> Row:
    """User."""
    active = person.released is None or person.released >= clock.today
    hours = "|".join(format(h.normalize(), "f") if h else "0" for h in person.week)
    made = clock.at(max(person.hired, clock.start), 8)
    return {
        "id": person.id, "name": person.name, "nickname": person.email.split("@")[0],
        "email": person.email, "departmentid": person.department.psa_id, "job_codeid": person.role.id,
        "line_managerid": person.manager.id if person.manager else None,
        "currency": person.subsidiary.currency, "active": active, "generic": False,
        "workscheduleid": person.subsidiary.schedule_id, "workschedule_workhours": hours,
        "externalid": f"E{person.ns_id}", "netsuite_user_id__c": person.ns_id,
        "created": made, "updated": max(made, person.updated or made),
    }  # fmt: skip


def customer(it: Customer) -> Row:
    """Customer."""
    return {
        "id": it.id, "name": it.name, "currency": it.currency, "active": True,
        "externalid": it.number, "netsuite_customer_id__c": it.ns_id,
        "created": it.created, "updated": it.updated,
    }  # fmt: skip


def project(it: Project) -> Row:
    """Project."""
    return {
        "id": it.id, "name": it.name, "code": it.code, "customerid": it.customer.id,
        "userid": it.owner.id, "currency": it.currency, "project_stageid": it.stage,
        "start_date": it.start, "finish_date": it.finish,
        "budget": it.value if it.is_client else None,
        "budget_time": (it.expected_hours * _BUDGET).quantize(HUNDRED / 100) if it.is_client else None,
        "active": not it.ended, "contract_type__c": it.contract_type,
        "netsuite_project_id__c": it.ns_id, "created": it.created, "updated": it.updated,
    }  # fmt: skip


def task(it: Task) -> Row:
    """Projecttask."""
    updated = it.updated or it.project.updated
    return {
        "id": it.id, "name": it.name, "projectid": it.project.id, "customerid": it.project.customer.id,
        "non_billable": it.non_billable, "planned_hours": it.planned_hours,
        "closed": it.project.ended, "created": it.project.created, "updated": updated,
    }  # fmt: skip


def timesheet(it: Timesheet) -> Row:
    """Timesheet."""
    return {
        "id": it.id, "name": f"{it.start:%m-%d-%y} to {it.end:%m-%d-%y}", "userid": it.person.id,
        "status": it.status, "starts": it.start, "ends": it.end, "submitted": it.submitted,
        "approved": it.approved, "total": it.total, "created": it.created, "updated": it.updated,
    }  # fmt: skip


def entry(it: TimeEntry) -> Row:
    """Task: SuiteProjects Pro's name of a time entry."""
    return {
        "id": it.id, "userid": it.person.id, "projectid": it.project.id, "project_taskid": it.task.id,
        "customerid": it.project.customer.id, "timesheetid": it.timesheet.id, "date": it.day,
        "acct_date": it.accounting_day, "decimal_hours": it.hours, "notes": it.notes,
        "netsuite_timebill_id__c": it.bill.id if it.bill else None,
        "created": it.created, "updated": it.updated,
    }  # fmt: skip


def report(it: ExpenseReport) -> Row:
    """Envelope."""
    total = sum((receipt.amount for receipt in it.receipts), Decimal(0))
    return {
        "id": it.id, "number": it.number, "name": f"Expenses {it.day:%b %Y}", "userid": it.person.id,
        "status": it.status, "date": it.day, "currency": it.person.subsidiary.currency, "total": total,
        "submitted": it.day, "approved": it.updated.date() if it.approved else None,
        "created": it.created, "updated": it.updated,
    }  # fmt: skip


def receipt(it: Receipt) -> Row:
    """Ticket."""
    return {
        "id": it.id, "envelopeid": it.report.id, "userid": it.report.person.id,
        "projectid": it.project.id, "customerid": it.project.customer.id, "date": it.day,
        "acct_date": None, "description": it.description, "total_no_tax": it.amount,
        "currency": it.report.person.subsidiary.currency, "non_billable": not it.billable,
        "status": "R", "created": it.report.created, "updated": it.updated,
    }  # fmt: skip


def charge(it: Charge) -> Row:
    """Slip."""
    return {
        "id": it.id, "type": it.type, "date": it.day, "acct_date": it.accounting_day,
        "projectid": it.project.id, "customerid": it.project.customer.id,
        "userid": it.person.id if it.person else None, "projecttaskid": it.task.id if it.task else None,
        "decimal_hours": it.hours, "rate": it.rate, "quantity": it.quantity, "total": it.amount,
        "currency": it.project.currency, "invoiceid": it.invoice.id if it.invoice else None,
        "slip_stageid": BILLED_STAGE if it.invoice else OPEN_STAGE, "description": it.description,
        "created": it.created, "updated": it.updated,
    }  # fmt: skip


def invoice(it: PsaInvoice) -> Row:
    """Invoice; a credit is one with a negative total."""
    return {
        "id": it.id, "number": it.number, "date": it.day, "acct_date": it.day,
        "customerid": it.project.customer.id, "currency": it.project.currency, "total": it.total,
        "tax": it.tax, "balance": it.balance, "approval_status": it.status,
        "credit_reason": it.credit_reason, "original_invoiceid": it.original.id if it.original else None,
        "terms": f"Net {it.project.customer.terms}", "netsuite_invoice_id__c": it.netsuite_id,
        "created": it.created, "updated": it.updated,
    }  # fmt: skip


def payment(it: Payment) -> Row:
    """Payment, imported from NetSuite."""
    return {
        "id": it.id, "invoiceid": it.invoice.id, "customerid": it.invoice.project.customer.id,
        "date": it.day, "total": it.amount, "currency": it.invoice.project.currency,
        "created": it.updated, "updated": it.updated,
    }  # fmt: skip


def recognition(it: Recognition) -> Row:
    """Revenue_recognition_transaction."""
    return {
        "id": it.id, "projectid": it.project.id, "customerid": it.project.customer.id,
        "userid": it.person.id if it.person else None, "date": it.day, "acct_date": it.day,
        "type": it.type, "recognition_type": "R", "decimal_hours": it.hours, "rate": it.rate,
        "total": it.amount, "currency": it.project.currency,
        "netsuite_revenue_recognition_transaction_id__c": it.netsuite_id,
        "created": it.created, "updated": it.updated,
    }  # fmt: skip


def projection(it: Projection) -> Row:
    """RevenueProjection."""
    return {
        "id": it.id, "project_id": it.project.id, "customer_id": it.project.customer.id,
        "date": it.day, "total": it.amount, "currency": it.project.currency, "type": "T",
        "created": it.updated, "updated": it.updated,
    }  # fmt: skip


def order(it: Order) -> Row:
    """Customerpo."""
    made = it.updated
    return {
        "id": it.id, "number": it.number, "name": it.project.name, "date": it.day,
        "customerid": it.project.customer.id, "currency": it.project.currency, "total": it.amount,
        "active": it.active, "externalid": str(it.document.id) if it.document else None,
        "created": it.project.created, "updated": made,
    }  # fmt: skip


def order_link(it: Order) -> Row:
    """Customerpo_to_project."""
    return {
        "id": it.link_id, "customerpoid": it.id, "customerid": it.project.customer.id,
        "projectid": it.project.id, "active": it.active, "created": it.project.created,
        "updated": it.updated,
    }  # fmt: skip


def purchase(it: Purchase) -> Row:
    """Purchase_item."""
    return {
        "id": it.id, "date": it.day, "acct_date": None, "projectid": it.project.id,
        "customerid": it.project.customer.id, "name": it.name, "quantity": Decimal(1), "cost": it.amount,
        "total": it.amount, "currency": it.project.subsidiary.currency,
        "created": it.updated, "updated": it.updated,
    }  # fmt: skip


def loaded_costs(person: Person, clock: Clock) -> Iterator[Row]:
    """LoadedCost, one row a dated rate."""
    for rate in person.costs:
        made = clock.at(max(rate.start or clock.start, person.hired), 7)
        yield {
            "id": rate.id, "userid": person.id, "cost": rate.cost,
            "currency": person.subsidiary.currency, "start": rate.start, "end": rate.end,
            "current": rate.end is None, "lc_level": 0, "projectid": None,
            "created": made, "updated": made,
        }  # fmt: skip


def target(person: Person, id_: int, made: datetime) -> Row:
    """TargetUtilization."""
    return {
        "id": id_, "user_id": person.id, "start_date": None, "end_date": None,
        "percentage": person.role.target, "created": made, "updated": made,
    }  # fmt: skip
