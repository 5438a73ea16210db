"""What the account's schema says beyond the rows: empty tables, references, texts of codes."""

from __future__ import annotations

from ..netsuite_tables import NETSUITE_TABLES

COMMON = ("id", "name", "externalid", "isinactive", "lastmodifieddate")

_PLAIN_TABLES = """
charge chargerule taxacct accountingbook location classification budgetcategory  budgetimport
budgetlegacy billingclass billingaccount billingratecard  billingratecardversion pricelevel term
paymentmethod salesrep revrecschedule revrecplan  revrectemplate taxschedule timesheet
resourceallocationtype customercategory  vendorcategory entitygroup systemnote note file
subsidiary department currency account  accountingperiod customer vendor contact partner job
employee item projecttask timebill  opportunity estimate salesorder invoice cashsale creditmemo
customerpayment  customerdeposit customerrefund vendorbill vendorcredit vendorpayment
purchaseorder  expensereport journalentry check deposit transfer itemfulfillment itemreceipt
revenuearrangement returnauthorization jobtype jobstatus entitystatus customsegment
""".split()  # noqa: SIM905 - a list to read

# Tables a client may ask for although this account holds none of their rows.
EMPTY_TABLES: dict[str, tuple[str, ...]] = (
    dict.fromkeys(_PLAIN_TABLES, COMMON)
    | {"billingschedule": ("id", "name", "scheduletype", "job", "frequency", "isinactive")}
    | {name: tuple(columns.split()) for name, (_, columns, _) in NETSUITE_TABLES.items()}
)

DELETED = "deletedrecord"
DELETED_COLUMNS = EMPTY_TABLES[DELETED]
# Record kinds whose deletion is listed, with the number NetSuite gives the kind.
DELETABLE = {
    "customer": -2,
    "vendor": -3,
    "employee": -4,
    "contact": -6,
    "job": -7,
    "item": -10,
    "transaction": -30,
    "timebill": -256,
    "projecttask": -27,
    "resourceallocation": -295,
    "revenueelement": -420,
    "revenueplan": -421,
    "charge": -290,
}

# transaction.type -> (record service name, label)
TRANSACTION_TYPES = {
    "Opprtnty": ("opportunity", "Opportunity"),
    "Estimate": ("estimate", "Estimate"),
    "SalesOrd": ("salesOrder", "Sales Order"),
    "CustInvc": ("invoice", "Invoice"),
    "CashSale": ("cashSale", "Cash Sale"),
    "CustCred": ("creditMemo", "Credit Memo"),
    "CustPymt": ("customerPayment", "Payment"),
    "CustDep": ("customerDeposit", "Customer Deposit"),
    "DepAppl": ("depositApplication", "Deposit Application"),
    "CustRfnd": ("customerRefund", "Customer Refund"),
    "VendBill": ("vendorBill", "Bill"),
    "VendCred": ("vendorCredit", "Bill Credit"),
    "VendPymt": ("vendorPayment", "Bill Payment"),
    "PurchOrd": ("purchaseOrder", "Purchase Order"),
    "ExpRept": ("expenseReport", "Expense Report"),
    "Journal": ("journalEntry", "Journal"),
    "Check": ("check", "Check"),
    "Deposit": ("deposit", "Deposit"),
    "Transfer": ("transfer", "Transfer"),
    "ItemShip": ("itemFulfillment", "Item Fulfillment"),
    "ItemRcpt": ("itemReceipt", "Item Receipt"),
    "RevArrng": ("revenueArrangement", "Revenue Arrangement"),
    "RtnAuth": ("returnAuthorization", "Return Authorization"),
}

_STATUSES = {
    "CustInvc": "A Open|B Paid In Full|D Pending Approval|E Rejected|V Voided",
    "CustCred": "A Open|B Fully Applied|V Voided",
    "CustPymt": "A Unapproved Payment|B Not Deposited|C Deposited|V Voided",
    "CustDep": "A Not Deposited|B Deposited|C Fully Applied",
    "SalesOrd": "A Pending Approval|B Pending Fulfillment|C Cancelled|D Partially Fulfilled"
    "|E Pending Billing/Partially Fulfilled|F Pending Billing|G Billed|H Closed",
    "Estimate": "A Open|B Processed|C Closed|V Voided|X Expired",
    "Opprtnty": "A In Progress|B Issued Estimate|C Closed Won|D Closed Lost",
    "PurchOrd": "A Pending Supervisor Approval|B Pending Receipt|C Rejected by Supervisor"
    "|D Partially Received|E Pending Billing/Partially Received|F Pending Bill|G Fully Billed"
    "|H Closed",
    "VendBill": "A Open|B Paid In Full|C Cancelled|D Pending Approval|E Rejected",
    "ExpRept": "A In Progress|B Pending Supervisor Approval|C Pending Accounting Approval"
    "|D Rejected by Supervisor|E Rejected by Accounting|F Approved by Accounting"
    "|G Approved (Overridden) by Accounting|H Rejected (Overridden) by Accounting|I Paid In Full",
    "Journal": "A Pending Approval|B Approved for Posting",
    "ItemShip": "A Picked|B Packed|C Shipped",
    "CustRfnd": "V Voided",
}

# Column -> the tables it may refer to; the first that holds the id gives the text.
REFERENCES: dict[str, tuple[str, ...]] = {
    "subsidiary": ("subsidiary",),
    "fromsubsidiary": ("subsidiary",),
    "tosubsidiary": ("subsidiary",),
    "department": ("department",),
    "class": ("classification",),
    "location": ("location",),
    "currency": ("currency",),
    "basecurrency": ("currency",),
    "transactioncurrency": ("currency",),
    "revenueplancurrency": ("currency",),
    "postingperiod": ("accountingperiod",),
    "plannedperiod": ("accountingperiod",),
    "account": ("account",),
    "incomeaccount": ("account",),
    "expenseaccount": ("account",),
    "payablesaccount": ("account",),
    "recognitionaccount": ("account",),
    "deferralaccount": ("account",),
    "deferredrevenueaccount": ("account",),
    "terms": ("term",),
    "fiscalcalendar": ("fiscalcalendar",),
    "accountingbook": ("accountingbook",),
    "salesrep": ("employee",),
    "allocationresource": ("employee",),
    "project": ("job",),
    "projecttask": ("projecttask",),
    "company": ("customer", "vendor"),
    "year": ("accountingperiod",),
    "period": ("accountingperiod",),
    "item": ("item",),
    "employee": ("employee",),
    "supervisor": ("employee",),
    "projectmanager": ("employee",),
    "customer": ("job", "customer"),
    "entity": ("customer", "job", "employee", "vendor"),
    "createdfrom": ("transaction",),
    "transaction": ("transaction",),
    "previousdoc": ("transaction",),
    "nextdoc": ("transaction",),
}

DISPLAY: dict[str, str] = {
    "subsidiary": "name",
    "department": "name",
    "classification": "name",
    "location": "name",
    "term": "name",
    "fiscalcalendar": "name",
    "accountingbook": "name",
    "projecttask": "title",
    "currency": "name",
    "accountingperiod": "periodname",
    "account": "fullname",
    "item": "itemid",
    "employee": "entityid",
    "customer": "entityid",
    "job": "entityid",
    "vendor": "entityid",
    "transaction": "tranid",
}

APPROVALS = {"1": "Pending Approval", "2": "Approved", "3": "Rejected"}
TIME_APPROVALS = {"1": "Open", "2": "Pending Approval", "3": "Approved", "4": "Rejected"}


def transaction_statuses() -> list[dict[str, str]]:
    """The rows of the table `transactionstatus`."""
    rows = []
    for type_, text in _STATUSES.items():
        label = TRANSACTION_TYPES[type_][1]
        for entry in text.split("|"):
            code, name = entry.split(" ", 1)
            rows.append(
                {"id": code, "trantype": type_, "name": name, "fullname": f"{label} : {name}"}
            )
    return rows
