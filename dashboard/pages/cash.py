"""Billing and cash: from the work to the invoice to the money."""

from __future__ import annotations

from ..auth.permissions import Permission
from ..blocks.breakdown import breakdown
from ..blocks.filters import filters
from ..blocks.head import head
from ..blocks.ladder import ladder
from ..blocks.members import both, listing
from ..blocks.spread import spread
from ..blocks.stack import layers, split
from ..blocks.tiles import tiles
from ..blocks.trend import trend
from ..page import Page

CASH = Page(
    key="cash",
    path="/cash",
    title="Cash",
    nav=70,
    permission=Permission.VIEW_NUMBERS,
    dated=True,
    class_name="board",
    sections=(
        filters(),
        head(
            "receivables",
            beside=("overdue_share", "days_sales_outstanding"),
            driver="customer",
        ),
        tiles(
            "days_sales_outstanding",
            "days_sales_unbilled",
            "lock_up",
            "cash_collected",
            "receivables",
            "overdue_receivables",
            "overdue_share",
            "unbilled_receivable",
        ),
        ladder(
            "standard_value",
            "recognized_revenue",
            "invoiced_revenue",
            "cash_collected",
            "write_downs",
            "credit_memos",
            "bad_debt",
            name="value",
            title="From value to cash",
            says="What the period's work is worth, earned, billed and paid",
        ),
        spread(
            "work_to_submit",
            "submit_to_approve",
            "approve_to_invoice",
            "work_to_invoice",
            "invoice_to_sent",
            "invoice_to_cash",
            "due_to_paid",
            name="lags",
            title="How long it takes, step by step",
            empty="Nothing was invoiced or paid in this period.",
        ),
        split(
            "receivables",
            by=("age", "department"),
            name="ages",
            title="Receivables by age",
            class_name="half",
        ),
        layers(
            "receivables",
            "unbilled_receivable",
            name="tied-up",
            title="Tied up in work and invoices",
            back=13,
            class_name="half",
        ),
        layers(
            "lock_up",
            "days_sales_outstanding",
            "days_sales_unbilled",
            name="lock-up",
            title="Lock-up: days from the work to the money",
            back=13,
            class_name="half",
            is_lines=True,
        ),
        trend(
            "cash_collected",
            title="Cash collected, and what is expected",
            ahead="expected_receipts",
            within=("expected_receipts_p10", "expected_receipts_p50", "expected_receipts_p90"),
            no_range="no range: nothing is open, or too few payments tell when customers pay",
            class_name="half",
        ),
        ladder(
            "receipts_next_13_weeks",
            "receipts_next_13_weeks_p10",
            "receipts_next_13_weeks_p50",
            "receipts_next_13_weeks_p90",
            "receipts_without_date",
            name="receipts",
            title="Money to come within 13 weeks",
            says="When customers usually pay; P10, P50, P90: at most so much in one of ten simulations, in five, in nine",
        ),
        breakdown(
            "expected_loss",
            by=("age",),
            title="Likely to be lost",
            in_order=True,
        ),
        breakdown(
            "receipts_next_13_weeks",
            by=("week", "customer", "receipt_kind"),
            title="Money of the next 13 weeks",
            in_order=True,
            top=14,
            weeks=13,  # which end within a fourteenth, unless today is a Monday
        ),
        breakdown(
            "overdue_receivables", by=("customer", "department"), title="Overdue by customer"
        ),
        breakdown(
            "receivables",
            by=("age",),
            name="ageing",
            title="Ageing",
            in_order=True,
        ),
        breakdown(
            "unbilled_work",
            by=("unbilled_age", "unbilled_kind", "customer", "stream"),
            title="Unbilled work by age",
            in_order=True,
        ),
        breakdown(
            "reimbursements_open",
            by=("waiting", "department"),
            title="Expenses to reimburse",
            in_order=True,
        ),
        breakdown(
            "milestones_not_billed",
            by=("project", "customer"),
            title="To bill now: milestones reached",
        ),
        breakdown("charges_on_hold", by=("project", "customer"), title="On hold"),
        breakdown("missed_expenses", by=("project", "customer"), title="Expenses not billed on"),
        tiles(
            "billing_timeliness",
            "milestones_not_billed",
            "charges_on_hold",
            "expense_rebill_rate",
            "expense_submission_lag",
            "expense_rebill_lag",
            "reimbursement_wait",
            "receipts_without_date",
            name="timely",
            title="Billed and handed in on time",
            heading="Billed and handed in on time",
        ),
        tiles(
            "invoice_to_cash",
            "days_to_pay_median",
            "invoiced_not_paid_share",
            "due_to_paid",
            "collection_effectiveness",
            "average_days_overdue",
            "expected_loss",
            "expected_loss_share",
            "dso_best_possible",
            "net_lock_up",
            name="speed",
            title="How fast customers pay",
            heading="How fast customers pay",
        ),
        listing(
            "customer",
            (
                both("receivables"),
                "overdue_receivables",
                "days_sales_outstanding",
                both("unbilled_receivable"),
                "cash_collected",
                "invoice_to_cash",
            ),
            title="Customers",
        ),
    ),
)
