"""What becomes of work on its way to the cash: terms, what waits, what is paid in time, what exceeds the sale.

Money is there in each lens (`types.in_each_lens`).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, String, Table

from .conformed import SNAPSHOT
from .types import in_each_lens, money

dim_project_terms = Table(  # how a project's time is billed; one row a project
    "dim_project_terms",
    SNAPSHOT,
    Column("project_key", BigInteger),
    # by its billing rules: hourly | capped: by the hour up to a cap | fixed: at a fixed fee | none
    Column("terms", String),
    Column("is_cap_reached", Boolean),  # what was charged by a capped rule has come to its cap
)

fct_unbilled_item = (
    Table(  # SuiteProjects Pro; what has waited for its invoice for longer than configured
        "fct_unbilled_item",
        SNAPSHOT,
        Column("month", Integer),
        Column(
            "day", Integer
        ),  # the day it is stated for: the month's last, today in the running one
        # charge: not invoiced | time: approved, billed by the hour, not charged, no cap reached |
        # expense: a billable approved receipt that was not charged
        Column("kind", String),
        Column("item_id", BigInteger),
        Column("project_key", BigInteger),
        Column("department_key", BigInteger),
        Column("customer_key", BigInteger),
        Column("subsidiary_key", BigInteger),
        Column("person_key", BigInteger),
        Column("stream", String),  # of the charge, the time, the receipt
        Column("worked_day", Integer),
        Column("waiting_days", Integer),  # since the work
        Column("hours", money()),
        Column("description", String),
        *in_each_lens(),  # net of tax; time at the rate agreed; at the closing rate
    )
)

fct_unbilled_work = (
    Table(  # SuiteProjects Pro; what waited for its invoice at the end of a month (D3)
        "fct_unbilled_work",
        SNAPSHOT,
        Column("month", Integer),
        Column("day", Integer),  # the month's last, today in the running one
        Column("kind", String),  # charge | time: what it is by now, as of fct_unbilled_item
        Column("item_id", BigInteger),
        Column("project_key", BigInteger),
        Column("department_key", BigInteger),
        Column("customer_key", BigInteger),
        Column("subsidiary_key", BigInteger),
        Column("person_key", BigInteger),
        Column("stream", String),  # of the charge, the time
        Column("worked_day", Integer),
        Column("waiting_days", Integer),  # since the work
        Column("age", String),  # 0-30 | 31-60 | 61-90 | over 90
        Column("hours", money()),
        Column("description", String),  # of a charge
        *in_each_lens(),  # net of tax; time at the rate agreed; at the closing rate
    )
)

fct_collection = (
    Table(  # NetSuite; one invoice that is at least 90 days old, and what it brought (B4)
        "fct_collection",
        SNAPSHOT,
        Column("invoice_id", BigInteger),
        Column("number", String),
        Column("project_key", BigInteger),  # UNKNOWN where it spans several
        Column("department_key", BigInteger),
        Column("customer_key", BigInteger),
        Column("subsidiary_key", BigInteger),
        Column("day", Integer),  # of the invoice
        Column("month", Integer),  # of the invoice: the cohort
        Column("due_on", Date),
        *in_each_lens(),  # gross of tax
        Column("collected", money()),  # payments within 90 days, in `currency`
        Column("collected_subsidiary", money()),
        Column("collected_base", money()),  # at the rates of the invoice
    )
)

fct_over_servicing = (
    Table(  # approved hours beyond what was sold, in the month they were worked (B8)
        "fct_over_servicing",
        SNAPSHOT,
        Column("grain", String),  # project: its hours against its budget | task: against its plan
        Column("project_key", BigInteger),
        Column("department_key", BigInteger),
        Column("customer_key", BigInteger),
        Column("subsidiary_key", BigInteger),
        Column("task_key", BigInteger),  # UNKNOWN for a project
        Column("stream", String),  # of the project's contract
        Column("month", Integer),
        Column("sold_hours", money()),
        Column("hours", money()),  # worked in the month
        Column("to_date_hours", money()),
        Column(
            "over_hours", money()
        ),  # of those of the month; negative where hours were taken back
        *in_each_lens("value"),  # of `over_hours`, at the list rate of the month's hours
    )
)
