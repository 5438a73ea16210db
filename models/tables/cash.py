"""What is on its way to the cash, or out of it: fees that are due, receipts of people, payments to come.

Money is there in each lens (`types.in_each_lens`).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, String, Table

from .conformed import SNAPSHOT
from .types import in_each_lens, money

fct_milestone = Table(  # SuiteProjects Pro; one fixed fee that was due and not all invoiced (F5); in its month each
    "fct_milestone",
    SNAPSHOT,
    Column("month", Integer),
    Column("day", Integer),  # the day it is stated for: the month's last, today in the running one
    Column("billing_rule_id", BigInteger),
    Column("name", String),
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("stream", String),  # of the project's contract
    Column("reached_on", Date),
    Column("waiting_days", Integer),  # since then
    Column("fee", money()),  # all of it, in `currency`
    *in_each_lens(),  # what of it is not invoiced; net of tax, at the closing rate
)

fct_reimbursable = (
    Table(  # SuiteProjects Pro; one approved receipt that somebody is to be paid for (F6)
        "fct_reimbursable",
        SNAPSHOT,
        Column("month", Integer),
        Column(
            "day", Integer
        ),  # the day it is stated for: the month's last, today in the running one
        Column("receipt_id", BigInteger),
        Column("report_number", String),
        Column("project_key", BigInteger),
        Column("department_key", BigInteger),
        Column("customer_key", BigInteger),
        Column("subsidiary_key", BigInteger),
        Column("person_key", BigInteger),
        Column("stream", String),  # as of fct_expense
        Column("submitted_on", Date),
        Column("approved_on", Date),
        Column(
            "waiting_days", Integer
        ),  # since it was handed in; without that, since it was approved
        Column("description", String),
        *in_each_lens(),  # net of tax; at the rates of the receipt
    )
)

fct_receipt_chance = Table(  # in which months a payment to come may come, as of today (F7)
    "fct_receipt_chance",
    SNAPSHOT,
    Column("kind", String),  # as of fct_receipt_ahead, and what follows
    Column("document_id", BigInteger),
    Column("billing_rule_id", BigInteger),
    Column("number", String),
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("due_on", Date),
    Column("basis", String),
    Column("month", Integer),  # it may come in
    Column("is_near", Boolean),  # within thirteen weeks of today
    Column("item", String),  # of one name: it comes in one of these months
    Column("chance_from", money()),  # what share of such payments came before
    Column("chance_to", money()),  # ... and by its end
    *in_each_lens(),  # times the chance; rates as of fct_receipt_ahead
)

fct_receipt_ahead = Table(  # one payment to come, as of today (F7)
    "fct_receipt_ahead",
    SNAPSHOT,
    Column(
        "kind", String
    ),  # open: an open invoice of NetSuite | scheduled: a fixed fee not invoiced
    Column("document_id", BigInteger),  # the invoice; null where scheduled
    Column("billing_rule_id", BigInteger),  # the fixed fee; null where open
    Column("number", String),  # the invoice's number, the fee's name
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column(
        "due_on", Date
    ),  # of a scheduled one: the day it is to be invoiced, today at the earliest
    Column("planned_on", Date),  # of a scheduled one: the day planned, which may be over; else null
    Column(
        "is_reached", Boolean
    ),  # of a scheduled one: its day has come or its milestone is closed
    # whose payments tell how late it will be: customer | firm: the customer has paid too few | none
    Column("basis", String),
    # the median of their days after `due_on`, of those payments that came later than it is today
    Column("days_after", Integer),
    Column("expected_on", Date),  # null: nobody ever paid so late
    Column("day", Integer),  # the same
    Column("month", Integer),  # of it
    Column("is_near", Boolean),  # within thirteen weeks of today
    *in_each_lens(),  # open with its tax, scheduled without; at the closing rate
)
