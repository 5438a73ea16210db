"""NetSuite's lists: periods, rates, accounts, items and the small look-ups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from sync.sandbox.system import Row

from .calendar import MONTHS_AHEAD, Clock, end_of, start_of
from .firm import ACCOUNTS, ITEMS
from .lists import CALENDAR, class_of, list_rows
from .model import Department, Subsidiary
from .rates import CURRENCIES, Rates
from .rows_netsuite import BOOK, JOB_TYPES, currency_id, period_id, year_id

_QUARTER_IDS = 4000

# accttype: (long name, debit is normal, on the balance sheet)
_ACCOUNT_TYPES = {
    "Bank": ("Bank", True, True), "AcctRec": ("Accounts Receivable", True, True),
    "OthCurrAsset": ("Other Current Asset", True, True), "FixedAsset": ("Fixed Asset", True, True),
    "OthAsset": ("Other Asset", True, True), "AcctPay": ("Accounts Payable", False, True),
    "CredCard": ("Credit Card", False, True), "OthCurrLiab": ("Other Current Liability", False, True),
    "LongTermLiab": ("Long Term Liability", False, True), "Equity": ("Equity", False, True),
    "Income": ("Income", False, False), "COGS": ("Cost of Goods Sold", True, False),
    "Expense": ("Expense", True, False), "OthIncome": ("Other Income", False, False),
    "OthExpense": ("Other Expense", True, False), "NonPosting": ("Non Posting", False, False),
    "DeferRevenue": ("Deferred Revenue", False, True), "UnbilledRec": ("Unbilled Receivable", True, True),
}  # fmt: skip
_STATUSES = {
    "CustInvc": ("Invoice", {"A": "Open", "B": "Paid In Full"}),
    "CustCred": ("Credit Memo", {"A": "Open", "B": "Fully Applied"}),
    "CustPymt": ("Payment", {"A": "Unapproved Payment", "B": "Not Deposited", "C": "Deposited"}),
    "SalesOrd": (
        "Sales Order",
        {"A": "Pending Approval", "B": "Pending Fulfillment", "C": "Cancelled", "D": "Partially Fulfilled",
         "E": "Pending Billing/Partially Fulfilled", "F": "Pending Billing", "G": "Billed", "H": "Closed"},
    ),
    "Opprtnty": (
        "Opportunity", {"A": "In Progress", "B": "Issued Estimate", "C": "Closed Won", "D": "Closed Lost"},
    ),
    "VendBill": ("Bill", {"A": "Open", "B": "Paid In Full"}),
    "Estimate": ("Estimate", {"A": "Open", "B": "Processed", "C": "Closed", "V": "Voided", "X": "Expired"}),
    "CustDep": ("Customer Deposit", {"A": "Not Deposited", "B": "Deposited", "C": "Fully Applied"}),
    "CashSale": ("Cash Sale", {"B": "Not Deposited", "C": "Deposited"}),
    "Deposit": ("Deposit", {"C": "Deposited"}),
    "VendCred": ("Bill Credit", {"A": "Open", "B": "Fully Applied"}),
    "PurchOrd": (
        "Purchase Order",
        {"A": "Pending Supervisor Approval", "B": "Pending Receipt", "C": "Rejected by Supervisor",
         "D": "Partially Received", "E": "Pending Billing/Partially Received", "F": "Pending Bill",
         "G": "Fully Billed", "H": "Closed"},
    ),
    "VendPymt": ("Bill Payment", {"C": "Deposited"}),
    "ExpRept": ("Expense Report", {"F": "Approved by Accounting", "I": "Paid In Full"}),
    "Journal": ("Journal", {"A": "Pending Approval", "B": "Approved for Posting"}),
    "Check": ("Check", {"C": "Cleared"}),
}  # fmt: skip


def reference_rows(
    clock: Clock, rates: Rates, subsidiaries: list[Subsidiary], departments: list[Department]
) -> dict[str, list[Row]]:
    """The rows of all lists, by table."""
    old = clock.at(clock.start - timedelta(days=30), 9)
    names = {s.id: s.name for s in subsidiaries}
    everywhere = ", ".join(str(id_) for id_ in names)
    periods = list(_periods(clock))
    return {
        **list_rows(old),
        "subsidiary": [
            {
                "id": s.id, "name": s.name, "parent": s.parent, "currency": currency_id(s.currency),
                "fullname": f"{names[s.parent]} : {s.name}" if s.parent else s.name, "legalname": s.name,
                "country": s.country, "fiscalcalendar": CALENDAR, "iselimination": s.elimination,
                "isinactive": False, "lastmodifieddate": old,
            }
            for s in subsidiaries
        ],
        "currency": [
            {"id": id_, "symbol": code, "name": name, "isbasecurrency": id_ == 1, "currencyprecision": 2,
             "isinactive": False}
            for code, (id_, name) in CURRENCIES.items()
        ],
        "department": [
            {"id": d.id, "name": d.name, "fullname": d.name, "parent": None, "subsidiary": everywhere,
             "isinactive": False, "lastmodifieddate": old}
            for d in departments
        ],
        "accountingperiod": periods,
        "accountingperiodfiscalcalendars": list(_calendar(periods)),
        "consolidatedexchangerate": list(_consolidated(clock, rates, subsidiaries)),
        "currencyrate": list(_monthly(clock, rates, subsidiaries)),
        "account": [
            {
                "id": a.id, "acctnumber": a.number, "fullname": a.name,
                "accountsearchdisplayname": f"{a.number} {a.name}", "accttype": a.type, "parent": None,
                "currency": None, "description": None, "generalrate": a.rate, "cashflowrate": a.rate,
                "eliminate": a.eliminate, "sspecacct": a.special, "issummary": False, "isinactive": False,
                "lastmodifieddate": old,
            }
            for a in ACCOUNTS.values()
        ],
        "item": [
            {
                "id": i.id, "itemid": i.code, "displayname": i.name, "fullname": i.code, "description": i.name,
                "itemtype": i.type, "subtype": "Sale" if i.price == 0 else "Resale", "parent": None,
                "department": None, "class": class_of(None, i.account), "location": None,
                "incomeaccount": ACCOUNTS[i.account].id,
                "expenseaccount": ACCOUNTS["5400"].id if i.price else None, "isinactive": False,
                "createddate": old, "externalid": None, "lastmodifieddate": old,
            }
            for i in ITEMS.values()
        ],
        "jobtype": [{"id": id_, "name": name} for id_, name in JOB_TYPES.items()],
        "accountingbook": [
            {"id": BOOK, "name": "Primary accounting book", "isprimary": True, "isadjustmentonly": False,
             "isconsolidated": False}
        ],
        "accounttype": [
            {"id": code, "longname": name, "left": left, "balancesheet": sheet, "seqnum": number}
            for number, (code, (name, left, sheet)) in enumerate(_ACCOUNT_TYPES.items(), 1)
        ],
        "transactionstatus": [
            {"id": letter, "trantype": kind, "name": text, "fullname": f"{label} : {text}"}
            for kind, (label, letters) in _STATUSES.items()
            for letter, text in letters.items()
        ],
    }  # fmt: skip


def _periods(clock: Clock) -> Iterator[Row]:
    """Months inside quarters inside years, from history's first year to a good year ahead."""
    first, last = clock.first, clock.running + MONTHS_AHEAD
    for year in range(first // 12, last // 12 + 1):
        months = range(year * 12, year * 12 + 12)
        yield _period(year_id(year), f"FY {year}", months, None, clock, year=True)
        for quarter in range(4):
            span = months[quarter * 3 : quarter * 3 + 3]
            id_ = _QUARTER_IDS + year * 4 + quarter - 8000
            yield _period(id_, f"Q{quarter + 1} {year}", span, year_id(year), clock, quarter=True)
            for month in span:
                if first <= month <= last:
                    name = f"{start_of(month):%b %Y}"
                    yield _period(
                        period_id(month, clock), name, range(month, month + 1), id_, clock
                    )


def _period(
    id_: int,
    name: str,
    months: range,
    parent: int | None,
    clock: Clock,
    *,
    quarter: bool = False,
    year: bool = False,
) -> Row:
    closed = months[-1] <= clock.closed
    close = clock.at(start_of(months[-1] + 1) + timedelta(days=5), 18)
    return {
        "id": id_, "periodname": name, "startdate": start_of(months[0]), "enddate": end_of(months[-1]),
        "parent": parent, "isposting": not (quarter or year), "isquarter": quarter, "isyear": year,
        "isadjust": False, "isinactive": False, "closed": closed,
        "closedondate": close.date() if closed else None, "alllocked": closed,
        "arlocked": closed, "aplocked": closed,
        "lastmodifieddate": close if closed else clock.at(clock.start, 9),
    }  # fmt: skip


def _calendar(periods: list[Row]) -> Iterator[Row]:
    """Where each period stands in the fiscal calendar."""
    known = {row["id"]: row for row in periods}
    for row in periods:
        path = [row["periodname"]]
        above = row
        while above["parent"] is not None:
            above = known[above["parent"]]
            path.insert(0, above["periodname"])
        yield {
            "accountingperiod": row["id"], "fiscalcalendar": CALENDAR, "parent": row["parent"],
            "fullname": " : ".join(path),
        }  # fmt: skip


def _consolidated(clock: Clock, rates: Rates, subsidiaries: list[Subsidiary]) -> Iterator[Row]:
    root = next(s for s in subsidiaries if s.parent is None)
    id_ = 3000
    for month in clock.months():
        for subsidiary in subsidiaries:
            id_ += 1
            base = subsidiary.currency
            yield {
                "id": id_, "postingperiod": period_id(month, clock), "fromsubsidiary": subsidiary.id,
                "tosubsidiary": root.id, "fromcurrency": currency_id(base),
                "tocurrency": currency_id(root.currency), "accountingbook": BOOK,
                "currentrate": rates.closing(base, month), "averagerate": rates.average(base, month),
                "historicalrate": rates.historical(base),
            }  # fmt: skip


def _monthly(clock: Clock, rates: Rates, subsidiaries: list[Subsidiary]) -> Iterator[Row]:
    id_ = 5000
    for month in clock.months():
        for base in dict.fromkeys(s.currency for s in subsidiaries):
            for currency in CURRENCIES:
                if currency != base:
                    id_ += 1
                    yield {
                        "id": id_, "basecurrency": currency_id(base),
                        "transactioncurrency": currency_id(currency),
                        "exchangerate": Decimal(rates.monthly(currency, base, month)),
                        "effectivedate": start_of(month), "lastmodifieddate": clock.at(start_of(month), 2),
                    }  # fmt: skip
