"""Rows as NetSuite holds them, from the domain."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sync.sandbox.system import Row

from .calendar import Clock
from .firm import ACCOUNTS, SERVICE_TM
from .model import CAPPED, RETAINER, TM, ZERO, Customer, Person, Project, TimeBill
from .model_money import Application, Document, Line, Plan, Vendor
from .rates import CURRENCIES

BOOK = 1
TIME_APPROVED = "3"
RECORD_TYPES = {
    "CustInvc": "invoice", "CustCred": "creditmemo", "CustPymt": "customerpayment", "SalesOrd": "salesorder",
    "VendBill": "vendorbill", "VendPymt": "vendorpayment", "ExpRept": "expensereport",
    "Journal": "journalentry", "Check": "check", "Opprtnty": "opportunity",
}  # fmt: skip
JOB_TYPES = {1: "Client", 2: "Internal"}
_FIRST_PERIOD = 100


def period_id(month: int, clock: Clock) -> int:
    """The accounting period of a month; quarters and years have ids of their own."""
    return _FIRST_PERIOD + month - clock.first


def currency_id(code: str) -> int:
    """NetSuite's id of a currency."""
    return CURRENCIES[code][0]


def employee(person: Person, clock: Clock) -> Row:
    """employee."""
    gone = person.released is not None and person.released < clock.today
    return {
        "id": person.ns_id, "entityid": person.name, "firstname": person.first, "lastname": person.last,
        "email": person.email, "title": person.role.name, "department": person.department.id,
        "subsidiary": person.subsidiary.id, "supervisor": person.manager.ns_id if person.manager else None,
        "hiredate": person.hired, "releasedate": person.released, "isinactive": gone,
        "externalid": str(person.id), "lastmodifieddate": person.updated,
    }  # fmt: skip


def customer(it: Customer) -> Row:
    """customer."""
    return {
        "id": it.ns_id, "entityid": it.number, "companyname": it.name, "parent": None,
        "currency": currency_id(it.currency), "terms": it.terms, "isinactive": False,
        "datecreated": it.created, "externalid": str(it.id), "lastmodifieddate": it.updated,
    }  # fmt: skip


def vendor(it: Vendor, clock: Clock) -> Row:
    """vendor."""
    made = clock.at(clock.start, 9)
    return {
        "id": it.ns_id, "entityid": f"V{it.ns_id}", "companyname": it.name,
        "subsidiary": it.subsidiary.id, "currency": currency_id(it.subsidiary.currency),
        "isinactive": False, "datecreated": made, "lastmodifieddate": made,
    }  # fmt: skip


def job(it: Project) -> Row:
    """job."""
    billing = (
        "TM"
        if it.contract_type in (TM, CAPPED)
        else "FBI"
        if it.contract_type == RETAINER
        else "FBM"
    )
    return {
        "id": it.ns_id, "entityid": it.code, "companyname": it.name, "customer": it.customer.ns_id,
        "jobtype": 1 if it.is_client else 2, "jobbillingtype": billing if it.is_client else None,
        "currency": currency_id(it.currency), "projectmanager": it.owner.ns_id, "startdate": it.start,
        "projectedenddate": it.finish if it.is_client else None, "percentcomplete": None,
        "isinactive": it.ended, "datecreated": it.created,
        "externalid": None if it.id is None else str(it.id), "lastmodifieddate": it.updated,
    }  # fmt: skip


def document(it: Document, clock: Clock) -> Row:
    """transaction."""
    tax = sum((line.foreign for line in it.lines if line.tax), ZERO)
    unpaid = it.unpaid if it.type in ("CustInvc", "CustCred", "CustPymt", "VendBill") else None
    return {
        "id": it.id, "tranid": it.number, "type": it.type, "recordtype": RECORD_TYPES[it.type],
        "trandate": it.day, "duedate": it.due, "closedate": None, "entity": it.entity,
        "posting": it.posting, "postingperiod": period_id(it.month, clock) if it.posting else None,
        "status": it.status, "approvalstatus": 2 if it.type in ("VendBill", "Journal") else None,
        "currency": currency_id(it.currency), "exchangerate": it.rate,
        "foreigntotal": -it.total if it.type == "CustCred" else it.total,
        "foreignamountpaid": None if unpaid is None else it.total - unpaid,
        "foreignamountunpaid": unpaid, "taxtotal": abs(tax) if tax else None, "memo": it.memo,
        "voided": False, "probability": it.probability, "expectedclosedate": it.expected_close,
        "externalid": it.external_id, "createddate": it.created, "lastmodifieddate": it.updated,
    }  # fmt: skip


def _line_type(it: Document, line: Line) -> str | None:
    if line.item is not None and it.type in ("CustInvc", "CustCred", "SalesOrd", "Opprtnty"):
        return "INCOME"
    return {"1100": "ASSET", "1000": "ASSET"}.get(line.account) if it.type != "Journal" else None


def lines(it: Document) -> Iterator[Row]:
    """transactionline."""
    for line in it.lines:
        department = line.department or (line.project.department if line.project else None)
        yield {
            "transaction": it.id, "id": line.number, "uniquekey": it.id * 1000 + line.number,
            "linesequencenumber": line.number, "mainline": line.number == 0, "taxline": line.tax, "item": line.item,
            "entity": line.entity, "subsidiary": it.subsidiary.id,
            "department": department.id if department else None, "quantity": line.quantity,
            "rate": line.rate, "foreignamount": line.foreign, "netamount": line.amount,
            "createdfrom": line.created_from.id if line.created_from else None,
            "accountinglinetype": _line_type(it, line), "isclosed": line.closed,
            "memo": line.memo, "linelastmodifieddate": it.updated,
        }  # fmt: skip


def accounting_lines(it: Document) -> Iterator[Row]:
    """transactionaccountingline, of the primary book."""
    for line in it.lines:
        if not it.posting and line.number == 0:
            continue
        amount = line.amount
        yield {
            "transaction": it.id, "transactionline": line.number, "accountingbook": BOOK,
            "account": ACCOUNTS[line.account].id, "amount": amount,
            "debit": amount if amount > 0 else None, "credit": -amount if amount < 0 else None,
            "posting": it.posting, "lastmodifieddate": it.updated,
        }  # fmt: skip


def application(it: Application) -> Row:
    """nexttransactionlinelink of kind Payment."""
    return {
        "previousdoc": it.invoice.id, "previousline": 0, "previoustype": it.invoice.type,
        "nextdoc": it.payer.id, "nextline": it.payer_line, "nexttype": it.payer.type,
        "linktype": "Payment", "foreignamount": it.amount, "lastmodifieddate": it.updated,
    }  # fmt: skip


def billed_orders(it: Document) -> Iterator[Row]:
    """nexttransactionlinelink of kind OrdBill: an order's line to the invoice's."""
    for line in it.lines:
        if line.created_from is not None:
            yield {
                "previousdoc": line.created_from.id, "previousline": 1, "previoustype": "SalesOrd",
                "nextdoc": it.id, "nextline": line.number, "nexttype": it.type, "linktype": "OrdBill",
                "foreignamount": -line.foreign, "lastmodifieddate": it.created,
            }  # fmt: skip


def time_bill(it: TimeBill) -> Row:
    """timebill; its customer is the project."""
    entry = it.entry
    return {
        "id": it.id, "employee": entry.person.ns_id, "customer": entry.project.ns_id,
        "item": SERVICE_TM, "department": entry.person.department.id,
        "subsidiary": entry.person.subsidiary.id, "hours": it.hours, "isbillable": entry.billable,
        "timetype": "A", "trandate": it.day, "approvalstatus": TIME_APPROVED, "memo": entry.notes,
        "externalid": str(entry.id), "lastmodifieddate": it.updated,
    }  # fmt: skip


def revenue_element(it: Plan, rate: Decimal) -> Row:
    """revenueelement."""
    project = it.project
    return {
        "id": it.element_id, "recordnumber": f"RE{it.element_id}", "entity": project.ns_id,
        "item": SERVICE_TM, "subsidiary": project.subsidiary.id,
        "currency": currency_id(project.currency), "exchangerate": rate,
        "discountedsalesamount": it.amount, "source": "Sales Order", "lastmodifieddate": it.updated,
    }  # fmt: skip


def revenue_plan(it: Plan, rate: Decimal) -> Row:
    """revenueplan."""
    return {
        "id": it.plan_id, "recordnumber": f"RP{it.plan_id}", "createdfrom": it.element_id,
        "revenueplantype": "ACTUAL", "amount": sum((amount for _, _, amount, _ in it.months), ZERO),
        "revenueplancurrency": currency_id(it.project.currency), "exchangerate": rate,
        "lastmodifieddate": it.updated,
    }  # fmt: skip


def planned_revenue(it: Plan, rate: Decimal, clock: Clock) -> Iterator[Row]:
    """revenueplanplannedrevenue."""
    for id_, month, amount, done in it.months:
        period = period_id(month, clock)
        yield {
            "id": id_, "revenueplan": it.plan_id, "plannedperiod": period,
            "postingperiod": period if done else None, "amount": amount, "exchangerate": rate,
            "isrecognized": done,
        }  # fmt: skip
