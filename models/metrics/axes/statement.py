"""What the income statement, the balance sheet, open items and money to come are broken down by."""

from __future__ import annotations

from types import MappingProxyType

from ..dimensions import Dimension

LINE = Dimension(
    name="line",
    title="Line of the income statement",
    is_text=True,
    words=MappingProxyType(
        {
            "revenue": "Revenue",
            "direct_labor": "Direct labour",
            "subcontractors": "Subcontractors",
            "project_expenses": "Project expenses",
            "resale": "Cost of resale",
            "practice_overhead": "Practice overhead",
            "corporate_overhead": "Corporate overhead",
            "stock_compensation": "Stock compensation",
            "allocations": "Allocations",
            "depreciation": "Depreciation",
            "amortization": "Amortisation",
            "non_operating": "Other income and expense",
            "interest": "Interest",
            "tax": "Income tax",
        }
    ),
)
BALANCE_LINE = Dimension(
    name="balance_line",
    title="Line of the balance sheet",
    is_text=True,
    words=MappingProxyType(
        {
            "cash": "Cash and banks",
            "receivables": "Receivables",
            "unbilled": "Unbilled receivable",
            "other_current_assets": "Other current assets",
            "fixed_assets": "Fixed assets",
            "other_assets": "Other assets",
            "payables": "Payables",
            "cards": "Credit cards",
            "deferred_revenue": "Deferred revenue",
            "other_current_liabilities": "Other current liabilities",
            "long_term_liabilities": "Long-term liabilities",
            "capital": "Capital and reserves",
            "retained_earnings": "Retained earnings",
            "net_income": "Result of the year",
            "translation_adjustment": "Translation adjustment",
            "intercompany_difference": "Intercompany not cancelled out",
        }
    ),
)
PRACTICE = Dimension(name="practice", title="Practice", is_text=True)
SINCE = {  # days since something, in bands of thirty
    "0-30": "Up to 30 days",
    "31-60": "31 to 60 days",
    "61-90": "61 to 90 days",
    "over 90": "Over 90 days",
}
_UNAPPLIED = {"unapplied": "Unapplied credits and payments"}
AGE = Dimension(
    name="age",
    title="Days past due",
    is_text=True,
    words=MappingProxyType(
        {
            "current": "Not due",
            "1-30": "1 to 30 days",
            "31-60": "31 to 60 days",
            "61-90": "61 to 90 days",
            "over 90": "Over 90 days",
        }
        | _UNAPPLIED
    ),
)
INVOICE_AGE = Dimension(
    name="invoice_age",
    title="Days since the invoice",
    is_text=True,
    words=MappingProxyType(SINCE | _UNAPPLIED),
)
WAITING = Dimension(
    name="waiting",
    title="Days since it was handed in",
    is_text=True,
    words=MappingProxyType(
        {
            "0-7": "Up to 7 days",
            "8-14": "8 to 14 days",
            "15-30": "15 to 30 days",
            "over 30": "Over 30 days",
        }
    ),
)
RECEIPT_KIND = Dimension(
    name="receipt_kind",
    title="What is to be paid",
    is_text=True,
    words=MappingProxyType({"open": "Open invoice", "scheduled": "Fixed fee to be invoiced"}),
)
LATENESS_BASIS = Dimension(
    name="lateness_basis",
    title="Whose payments tell how late it will be",
    is_text=True,
    words=MappingProxyType(
        {"customer": "The customer's own", "firm": "All customers'", "none": "Nobody's"}
    ),
)
BOOKS_MONTH = Dimension(name="books_month", title="Month of the books", is_text=True)
