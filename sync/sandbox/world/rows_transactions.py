"""Rows of NetSuite's transactions, their lines, postings and links, from the domain."""

from __future__ import annotations

from collections.abc import Iterator

from sync.sandbox.system import Row

from .calendar import Clock
from .firm import ACCOUNTS, HARDWARE, ITEMS
from .lists import STAGE_OF_CHANCE, TERMS, class_of, head_office, office_of
from .model import HUNDRED, ZERO
from .model_money import Application, Document, Line
from .rows_netsuite import BOOK, currency_id, period_id

RECORD_TYPES = {
    "CustInvc": "invoice", "CustCred": "creditmemo", "CustPymt": "customerpayment", "SalesOrd": "salesorder",
    "VendBill": "vendorbill", "VendPymt": "vendorpayment", "ExpRept": "expensereport",
    "Journal": "journalentry", "Check": "check", "Opprtnty": "opportunity", "Estimate": "estimate",
    "CashSale": "cashsale", "Deposit": "deposit", "VendCred": "vendorcredit", "PurchOrd": "purchaseorder",
    "CustDep": "customerdeposit", "DepAppl": "depositapplication",
}  # fmt: skip
_SETTLED = ("CustInvc", "CustCred", "CustPymt", "VendBill", "VendCred", "ExpRept")
_APPROVED = ("VendBill", "VendCred", "PurchOrd", "Journal")
_BOUGHT = ("VendBill", "VendCred", "PurchOrd")
_SOLD = ("CustInvc", "CustCred", "CashSale", "SalesOrd", "Estimate", "Opprtnty")
_FORECAST = {"A": "2", "B": "3", "C": "2", "D": "0"}  # most likely, upside, omitted
_LINK_TYPES = {
    ("Opprtnty", "Estimate"): "OppEst", ("Opprtnty", "SalesOrd"): "OppSale",
    ("Estimate", "SalesOrd"): "EstInvc", ("SalesOrd", "CustDep"): "OrdDep",
}  # fmt: skip
_ASSETS = ("1000", "1050", "1100")


def document(it: Document, clock: Clock) -> Row:
    """transaction."""
    tax = sum((line.foreign for line in it.lines if line.tax), ZERO)
    unpaid = it.unpaid if it.type in _SETTLED else None
    return {
        "id": it.id, "tranid": it.number, "type": it.type, "recordtype": RECORD_TYPES[it.type],
        "trandate": it.day, "duedate": it.due, "closedate": it.closed, "entity": it.entity,
        "employee": it.employee, "posting": it.posting,
        "postingperiod": period_id(it.month, clock) if it.posting else None, "status": it.status,
        "approvalstatus": 2 if it.type in _APPROVED else None,
        "source": "Web Services" if it.external_id else None,
        "terms": TERMS.get((it.due - it.day).days) if it.due else None,
        "otherrefnum": it.reference, "currency": currency_id(it.currency), "exchangerate": it.rate,
        "foreigntotal": -it.total if it.type in ("CustCred", "VendCred") else it.total,
        "foreignamountpaid": None if unpaid is None else it.total - unpaid,
        "foreignamountunpaid": unpaid, "taxtotal": abs(tax) if tax else None, "memo": it.memo,
        "voided": False, "intercoadj": it.elimination, "externalid": it.external_id,
        "createddate": it.created, "lastmodifieddate": it.updated, **_chance(it),
    }  # fmt: skip


def _chance(it: Document) -> Row:
    """What only opportunities and estimates have."""
    if it.probability is None:
        return {}
    return {
        "probability": it.probability, "expectedclosedate": it.expected_close,
        "entitystatus": STAGE_OF_CHANCE[int(it.probability * HUNDRED)],
        "forecasttype": _FORECAST[it.status] if it.type == "Opprtnty" else None,
        "projectedtotal": it.total, "weightedtotal": it.total * it.probability,
    }  # fmt: skip


def _line_type(it: Document, line: Line) -> str | None:
    if line.item is not None and it.type in _SOLD:
        return "INCOME"
    if line.item is not None and it.type in _BOUGHT:
        return "EXPENSE"
    return "ASSET" if line.account in _ASSETS and it.type not in ("Journal", "Deposit") else None


def lines(it: Document) -> Iterator[Row]:
    """transactionline."""
    subsidiary, main_office = it.subsidiary.id, head_office(it.subsidiary)
    source = next((line.created_from.id for line in it.lines if line.created_from), None)
    for line in it.lines:
        project = line.project
        department = line.department or (project.department if project else None)
        account = ACCOUNTS[line.account]
        yield {
            "transaction": it.id, "id": line.number, "uniquekey": it.id * 1000 + line.number,
            "linesequencenumber": line.number, "mainline": line.number == 0, "taxline": line.tax,
            "iscogs": False, "transactiondiscount": False, "item": line.item,
            "itemtype": ITEMS[line.item].type if line.item else None, "entity": line.entity,
            "subsidiary": subsidiary, "department": department.id if department else None,
            "class": class_of(project, line.account),
            "location": office_of(project.owner) if project else main_office, "category": line.category,
            "expenseaccount": account.id if account.type in ("COGS", "Expense") else None,
            "quantity": line.quantity, "quantitybilled": line.billed,
            "quantityshiprecv": line.billed if line.item in HARDWARE else None, "rate": line.rate,
            "foreignamount": line.foreign, "netamount": line.amount,
            "createdfrom": line.created_from.id if line.created_from else source if line.number == 0 else None,
            "accountinglinetype": _line_type(it, line), "isbillable": False, "isclosed": line.closed,
            "eliminate": account.eliminate, "costestimate": line.cost,
            "estgrossprofit": None if line.cost is None else -line.amount - line.cost,
            "revenueelement": line.element, "revrecstartdate": line.starts, "revrecenddate": line.ends,
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
    """nexttransactionlinelink of kind Payment; of kind Deposit for what is taken to the bank."""
    return {
        "previousdoc": it.invoice.id, "previousline": 0, "previoustype": it.invoice.type,
        "nextdoc": it.payer.id, "nextline": it.payer_line, "nexttype": it.payer.type,
        "linktype": it.kind, "foreignamount": it.amount, "lastmodifieddate": it.updated,
    }  # fmt: skip


def origins(it: Document) -> Iterator[Row]:
    """nexttransactionlinelink from the lines a document was made of: order to invoice, estimate to order."""
    for line in it.lines:
        origin = line.created_from
        if origin is not None:
            kind = _LINK_TYPES.get((origin.type, it.type), "OrdBill")
            yield {
                "previousdoc": origin.id, "previousline": line.from_line, "previoustype": origin.type,
                "nextdoc": it.id, "nextline": line.number, "nexttype": it.type, "linktype": kind,
                "foreignamount": abs(line.foreign), "lastmodifieddate": it.created,
            }  # fmt: skip
