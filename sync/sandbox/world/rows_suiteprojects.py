"""Rows as SuiteProjects Pro holds them, from the domain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from sync.sandbox.system import Row

from . import psa_links as links
from . import psa_lists as lists
from .calendar import Clock
from .model import HUNDRED, Customer, Order, Person, Project, TimeEntry, Timesheet
from .model_money import (
    Charge,
    ExpenseReport,
    Payment,
    Projection,
    PsaInvoice,
    Receipt,
    Recognition,
)
from .psa_rates import LISTS

OPEN_STAGE, BILLED_STAGE = 1, 2
_BUDGET = Decimal("0.97")
_ZONES = {"US": "-0500", "DE": "+0100", "GB": "+0000"}


def user(person: Person, clock: Clock) -> Row:
    """User."""
    active = person.released is None or person.released >= clock.today
    made = clock.at(max(person.hired, clock.start), 8)
    return {
        "id": person.id, "name": person.name, "nickname": person.email.split("@")[0],
        "email": person.email, "departmentid": person.department.psa_id, "job_codeid": person.role.id,
        "line_managerid": person.manager.id if person.manager else None,
        "currency": person.subsidiary.currency, "active": active, "generic": False,
        "workscheduleid": person.subsidiary.schedule_id,
        "account_workscheduleid": person.subsidiary.schedule_id,
        "is_user_schedule": person.week != lists.full_week(person),
        "workschedule_workhours": lists.week_text(person.week),
        "cost_centerid": links.cost_center_of(person), "rate": lists.list_rate(person) or None,
        "hierarchy_node_ids": str(lists.team_node(person)),
        "timezone": _ZONES[person.subsidiary.country],
        "externalid": f"E{person.ns_id}", "netsuite_user_id__c": person.ns_id,
        "created": made, "updated": max(made, person.updated or made),
    }  # fmt: skip


def customer(it: Customer) -> Row:
    """Customer."""
    return {
        "id": it.id, "name": it.name, "currency": it.currency, "active": True,
        "externalid": it.number, "terms": f"Net {it.terms}",
        "hierarchy_node_ids": str(lists.region_node(it.subsidiary.id)), "netsuite_customer_id__c": it.ns_id,
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
        "netsuite_project_id__c": it.ns_id, "pm_approver_1": it.owner.id,
        "rate_cardid": LISTS[it.currency] if it.is_client else None,
        "cost_centerid": links.cost_center_of_project(it),
        "hierarchy_node_ids": str(lists.practice_node(it.department.psa_id)) if it.is_client else None,
        "auto_bill": it.is_client, "is_portfolio_project": False, "portfolio_projectid": None,
        "created": it.created, "updated": it.updated,
    }  # fmt: skip


def timesheet(it: Timesheet) -> Row:
    """Timesheet."""
    return {
        "id": it.id, "name": f"{it.start:%m-%d-%y} to {it.end:%m-%d-%y}", "userid": it.person.id,
        "status": it.status, "starts": it.start, "ends": it.end, "submitted": it.submitted,
        "approved": it.approved, "approved_by": _approver(it), "acct_date": None, "total": it.total, "created": it.created, "updated": it.updated,
    }  # fmt: skip


def entry(it: TimeEntry) -> Row:
    """Task: SuiteProjects Pro's name of a time entry."""
    return {
        "id": it.id, "userid": it.person.id, "projectid": it.project.id, "project_taskid": it.task.id,
        "customerid": it.project.customer.id, "timesheetid": it.timesheet.id, "date": it.day,
        "acct_date": it.accounting_day, "decimal_hours": it.hours, "notes": it.notes,
        "timetypeid": links.time_type(it.task), "categoryid": links.service(it.project),
        "cost_centerid": links.cost_center_of(it.person), "job_codeid": it.person.role.id,
        "slipid": it.charge.id if it.charge else None, "loaded_cost": it.person.cost_on(it.day),
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
        "acct_date": None, "totreimburse": total, "advance": Decimal(0), "balance": total,
        "created": it.created, "updated": it.updated,
    }  # fmt: skip


def receipt(it: Receipt) -> Row:
    """Ticket."""
    return {
        "id": it.id, "envelopeid": it.report.id, "userid": it.report.person.id,
        "projectid": it.project.id, "customerid": it.project.customer.id, "date": it.day,
        "acct_date": None, "description": it.description, "total_no_tax": it.amount,
        "currency": it.report.person.subsidiary.currency, "non_billable": not it.billable,
        "status": "R", "itemid": links.EXPENSE_ITEMS[it.description],
        "cost_centerid": links.cost_center_of(it.report.person), "vendorid": None,
        "slipid": it.charge.id if it.charge else None, "quantity": Decimal(1),
        "total_tax_paid": Decimal(0), "missing_receipt": False, "created": it.report.created, "updated": it.updated,
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
        "project_billing_ruleid": links.billing_rule(it), "categoryid": links.service(it.project),
        "timetypeid": links.PROJECT_TIME if it.type == "T" else None,
        "job_code_id": it.person.role.id if it.person else None,
        "cost_centerid": links.cost_center_of_project(it.project),
        "customerpoid": links.first_order(it.project), "itemid": links.expense_item(it),
        "productid": links.SPECIALIST if it.type == "P" else None, "cost": None,
        "ref_slipid": _credited(it),
        "created": it.created, "updated": it.updated,
    }  # fmt: skip


def invoice(it: PsaInvoice) -> Row:
    """Invoice; a credit is one with a negative total."""
    return {
        "id": it.id, "number": it.number, "date": it.day, "acct_date": it.day,
        "customerid": it.project.customer.id, "currency": it.project.currency, "total": it.total,
        "contactid": None, "credit": max(Decimal(0), -it.total), "tax": it.tax, "balance": it.balance, "approval_status": it.status,
        "credit_reason": it.credit_reason, "original_invoiceid": it.original.id if it.original else None,
        "terms": f"Net {it.project.customer.terms}", "emailed": it.emailed,
        "netsuite_invoice_id__c": it.netsuite_id,
        "created": it.created, "updated": it.updated,
    }  # fmt: skip


def payment(it: Payment) -> Row:
    """Payment, imported from NetSuite."""
    return {
        "id": it.id, "invoiceid": it.invoice.id, "customerid": it.invoice.project.customer.id,
        "date": it.day, "total": it.amount, "currency": it.invoice.project.currency,
        "externalid": None,
        "created": it.updated, "updated": it.updated,
    }  # fmt: skip


def recognition(it: Recognition) -> Row:
    """Revenue_recognition_transaction."""
    return {
        "id": it.id, "projectid": it.project.id, "customerid": it.project.customer.id,
        "userid": it.person.id if it.person else None, "date": it.day, "acct_date": it.day,
        "type": it.type, "recognition_type": "R", "revenue_recognition_ruleid": links.recognition_rule(it),
        "project_taskid": None, "categoryid": links.service(it.project),
        "job_codeid": it.person.role.id if it.person else None, "decimal_hours": it.hours, "rate": it.rate,
        "total": it.amount, "currency": it.project.currency,
        "netsuite_revenue_recognition_transaction_id__c": it.netsuite_id,
        "created": it.created, "updated": it.updated,
    }  # fmt: skip


def projection(it: Projection) -> Row:
    """RevenueProjection."""
    return {
        "id": it.id, "project_id": it.project.id, "customer_id": it.project.customer.id,
        "date": it.day, "total": it.amount, "currency": it.project.currency, "type": "T",
        "revenue_recognition_rule_id": links.rule_id(it.project, _projected_by(it.project)),
        "revenue_projection_type": "R", "user_id": None, "job_code_id": None,
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


def _approver(it: Timesheet) -> int | None:
    manager = it.person.manager
    return manager.id if manager and it.approved else None


def _credited(it: Charge) -> int | None:
    """The charge that a credit takes back part of."""
    original = it.invoice.original if it.invoice else None
    return original.charges[0].id if original and it.type == "O" else None


def _projected_by(project: Project) -> int:
    return links.TIME_RULE if project.bills_time else links.FIXED_RULE
