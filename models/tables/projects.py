"""Project facts: what projects earned and what they consumed, as SuiteProjects Pro knows it.

Money is there in each lens (`types.in_each_lens`), at NetSuite's rates: into the subsidiary's books at the
day's, into the reporting currency at the accounting month's average (R5). Revenue and costs are positive numbers (R3). `department_key` is the project's.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, String, Table

from .conformed import SNAPSHOT
from .types import in_each_lens, money

fct_rev_rec = Table(  # one revenue recognition transaction
    "fct_rev_rec",
    SNAPSHOT,
    Column("recognition_id", BigInteger),
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("person_key", BigInteger),
    Column("day", Integer),  # accounting date
    Column("month", Integer),
    Column("method", String),  # the vendor's type letter
    Column(
        "stream", String
    ),  # of models.business.rules.Stream, by the contract; what is rebilled: expenses
    Column("hours", money()),
    *in_each_lens(),
    Column("netsuite_id", BigInteger),
)

dim_project_method = Table(  # how a project's revenue is recognised; one row a project
    "dim_project_method",
    SNAPSHOT,
    Column("project_key", BigInteger),
    # the vendor's letter of most of what was recognised; before anything was, of its rule; null: no rule
    Column("method", String),
)

fct_projection = Table(  # one projected recognition: the schedule ahead
    "fct_projection",
    SNAPSHOT,
    Column("projection_id", BigInteger),
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("stream", String),  # as of fct_rev_rec
    Column("day", Integer),
    Column("month", Integer),
    *in_each_lens(),
)

fct_expense = Table(  # one receipt on an expense report
    "fct_expense",
    SNAPSHOT,
    Column("receipt_id", BigInteger),
    Column("expense_report_id", BigInteger),
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("person_key", BigInteger),
    Column("stream", String),  # expenses; other: on no project of a customer
    Column("day", Integer),
    Column("month", Integer),
    Column("report_number", String),
    Column("status", String),  # the report's: open | submitted | approved | rejected
    Column("is_billable", Boolean),
    Column("is_reimbursable", Boolean),  # somebody is to be paid for the report
    Column("submitted_on", Date),  # the report
    Column("approved_on", Date),  # the report
    Column("paid_on", Date),  # the report, in NetSuite; null = not paid, or not exported
    Column("days_to_submit", Integer),  # from the day of the receipt until its report was handed in
    Column("charge_id", BigInteger),  # what it was charged on by; null = not charged
    Column("description", String),
    *in_each_lens(),  # net of tax
)

fct_purchase = Table(  # one purchased item on a project (subcontractors, resale)
    "fct_purchase",
    SNAPSHOT,
    Column("purchase_item_id", BigInteger),
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("stream", String),  # of the project's contract; other: of no customer's project
    Column("day", Integer),
    Column("month", Integer),
    Column("description", String),
    *in_each_lens(),
)
