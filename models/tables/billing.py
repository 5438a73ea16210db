"""Billing facts: charges, invoices of both systems, what is open.

Money is there in each lens (`types.in_each_lens`). Flows are translated at the average rate of the accounting month, open balances at the closing rate
of the month they are stated for (R5). Money is positive when billed to the customer, credits negative.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, String, Table

from .conformed import SNAPSHOT
from .types import in_each_lens, money

fct_charge = Table(  # SuiteProjects Pro; one charge (slip), billed or not
    "fct_charge",
    SNAPSHOT,
    Column("charge_id", BigInteger),
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("person_key", BigInteger),
    Column("stream", String),  # as of fct_rev_rec
    Column("day", Integer),
    Column("month", Integer),
    Column("role_key", BigInteger),  # the job code it was charged at
    Column("service_key", BigInteger),
    Column("billing_rule_id", BigInteger),
    Column("worked_day", Integer),  # when the work was done; `day` is the accounting date
    Column("worked_month", Integer),
    Column("invoice_day", Integer),  # its invoice's date; null = not invoiced
    Column(
        "cohort_month", Integer
    ),  # its invoice's; of a credit, that of the invoice it is given on
    Column("days_to_invoice", Integer),  # from the work
    Column("is_invoiced_in_time", Boolean),  # by the configured day of the month after the work
    Column(
        "days_to_submit", Integer
    ),  # of time: from the work until its last timesheet was handed in
    Column("days_to_approve", Integer),  # from then until it was approved
    Column("days_from_approval", Integer),  # from then to the invoice
    Column("invoice_status", String),  # open | submitted | approved | rejected; null = not invoiced
    Column("is_credit", Boolean),  # its invoice takes from another
    # made of time entries, or a credit on an invoice of such that is not of expenses or a fixed fee
    Column("is_for_time", Boolean),
    Column("is_capped", Boolean),  # its rule has a cap
    Column("status", String),  # invoiced | on_hold: its stage is kept from invoicing | open
    Column("stage", String),
    Column("type", String),  # T time, E expense, P purchase, F fixed fee, O other rate
    Column("hours", money()),
    Column("rate", money()),  # an hour's, in `currency`
    Column("entry_hours", money()),  # of the time entries it was made of
    Column("list_value", money()),  # what these are listed at; null where one has no list rate
    Column("list_value_currency", String),
    Column("list_value_subsidiary", money()),
    Column("list_value_base", money()),
    Column("invoice_id", BigInteger),  # null = not invoiced
    Column("description", String),
    *in_each_lens(),
    Column("cut", money()),  # of time: hours at `rate` less `amount`, at least 0; in `currency`
    Column("cut_subsidiary", money()),
    Column("cut_base", money()),
)

fct_psa_invoice_line = Table(  # SuiteProjects Pro; one charge on an invoice, at the invoice's date
    "fct_psa_invoice_line",
    SNAPSHOT,
    Column("charge_id", BigInteger),
    Column("invoice_id", BigInteger),
    Column("number", String),
    Column("status", String),  # open | submitted | approved | rejected
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("day", Integer),  # accounting date, else invoice date
    Column("month", Integer),
    Column("stream", String),  # as of fct_rev_rec
    Column("description", String),
    *in_each_lens(),  # net of tax
    Column("netsuite_id", BigInteger),  # the exported invoice; null = not exported
    Column("original_invoice_id", BigInteger),  # the invoice it is a credit on; null = it is none
    Column("emailed_on", Date),  # when it was sent; null: not by mail, or not yet
    Column("days_to_send", Integer),  # from its own date until then
)

fct_invoice_line = Table(  # NetSuite; one line of an invoice, cash sale or credit memo
    "fct_invoice_line",
    SNAPSHOT,
    Column("transaction_id", BigInteger),
    Column("line_id", BigInteger),
    Column("number", String),
    Column("type", String),  # CustInvc | CashSale | CustCred
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("day", Integer),
    Column("month", Integer),  # posting period
    Column("item", String),
    Column("stream", String),
    Column("is_tax", Boolean),
    Column("description", String),
    *in_each_lens(),
)

fct_ar_open = Table(  # one open document at the end of a month (for the running month: today)
    "fct_ar_open",
    SNAPSHOT,
    Column("system", String),  # netsuite | suiteprojects
    Column("month", Integer),
    Column("day", Integer),  # the day it is stated for
    Column("document_id", BigInteger),
    Column("type", String),
    Column("number", String),
    Column("project_key", BigInteger),  # UNKNOWN where the document spans several
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("invoiced_on", Date),
    Column("due_on", Date),
    *in_each_lens(),  # open, gross of tax; in the books as posted, in base at the closing rate
)

fct_application = Table(  # NetSuite; a payment or credit set against an invoice
    "fct_application",
    SNAPSHOT,
    Column("invoice_id", BigInteger),
    Column("invoice_number", String),
    Column("payer_id", BigInteger),
    Column("payer_line", BigInteger),
    Column("payer_number", String),
    Column("payer_type", String),  # NetSuite's transaction type
    Column("kind", String),  # payment: money came, deposits included | credit | other
    Column("project_key", BigInteger),  # the invoice's; UNKNOWN where it spans several
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("invoiced_on", Date),
    Column("due_on", Date),
    Column("applied_on", Date),  # the payer's date
    Column("day", Integer),  # of the application, not before the invoice
    Column("month", Integer),
    Column("invoice_month", Integer),  # the cohort (B4)
    Column("days_to_pay", Integer),  # from the invoice; may be negative
    Column("days_late", Integer),  # from when it was due; negative: early
    *in_each_lens(),  # gross of tax, positive; in the books at the invoice's rate
)

fct_payment_wait = Table(  # NetSuite; a part of an invoice: how long it waited for its payment, or has so far (F4)
    "fct_payment_wait",
    SNAPSHOT,
    Column("invoice_id", BigInteger),
    Column("number", String),
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("month", Integer),  # the invoice's
    Column("invoiced_on", Date),
    Column("due_on", Date),
    Column("until_on", Date),  # when it was paid or credited; what is open: today
    Column("days", Integer),  # from the invoice until then, at least 0
    Column("is_paid", Boolean),  # if not, it was credited, or is open
    Column("is_open", Boolean),
    *in_each_lens(),  # gross of tax; in the books at the invoice's rate, in base at its month's average rate
)

fct_unbilled = Table(  # one project at the end of a month whose revenue and billing differ (D3, D4)
    "fct_unbilled",
    SNAPSHOT,
    Column("system", String),  # netsuite: ledger and invoices | suiteprojects
    Column("month", Integer),
    Column("day", Integer),  # the day it is stated for
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("stream", String),  # of the project's contract
    Column("recognized", money()),  # to date, in `currency`
    Column("billed", money()),  # to date, net of tax, in `currency`
    *in_each_lens("asset"),  # recognised and not billed, at least 0; at the closing rate
    Column("liability", money()),  # billed and not recognised, at least 0, in `currency`
    Column("liability_subsidiary", money()),
    Column("liability_base", money()),
)
