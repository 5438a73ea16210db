"""Sales facts: orders and what of them is still to be earned."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, String, Table

from .conformed import SNAPSHOT
from .types import in_each_lens, money

fct_so_line = Table(  # NetSuite; one line of a sales order
    "fct_so_line",
    SNAPSHOT,
    Column("transaction_id", BigInteger),
    Column("line_id", BigInteger),
    Column("number", String),
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("day", Integer),
    Column("month", Integer),
    Column("item", String),
    Column("stream", String),
    Column("status", String),
    *in_each_lens(),  # positive
)

fct_order_intake = Table(  # NetSuite; what an order's line added to what is booked, and took off (E1)
    "fct_order_intake",
    SNAPSHOT,
    Column("transaction_id", BigInteger),
    Column("line_id", BigInteger),
    Column("number", String),
    # order: on the day of its approval | amendment: what a later change added or took off, on that day |
    # cancellation: what had not been billed when it was cancelled or closed, negative, on that day
    Column("kind", String),
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("item_key", BigInteger),
    Column("item", String),
    Column("stream", String),
    Column("has_products", Boolean),  # the order sells hardware or subscriptions, too or alone
    Column("day", Integer),
    Column("month", Integer),
    *in_each_lens(),  # positive: booked; at the average rate of the month, never restated
    Column(
        "term_start", Date
    ),  # of a subscription: the first and the last day that it is for; null: not told
    Column("term_end", Date),
    Column("term_months", money()),  # and how many months that is
    Column("acv", money()),  # what of the amount a year is, in `currency`; null without a term
    Column("acv_subsidiary", money()),
    Column("acv_base", money()),
)

fct_backlog = Table(  # one contract with work left, at the end of a month (E2)
    "fct_backlog",
    SNAPSHOT,
    Column("system", String),  # netsuite | suiteprojects
    Column("month", Integer),
    Column("day", Integer),  # the day it is stated for
    Column("contract", String),  # order number, or customer PO number
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("stream", String),
    Column("contracted", money()),  # in `currency`
    Column("recognized", money()),
    Column("remaining", money()),  # at least 0
    *in_each_lens(),  # `remaining`, at the day's and the closing rate
)

fct_backlog_staffing = (
    Table(  # what of a contract's backlog the hours of its project cover, as of today (E2)
        "fct_backlog_staffing",
        SNAPSHOT,
        Column("system", String),  # netsuite | suiteprojects
        Column("month", Integer),  # today's
        Column("day", Integer),
        Column("contract", String),  # as of fct_backlog
        Column("project_key", BigInteger),
        Column("department_key", BigInteger),
        Column("customer_key", BigInteger),
        Column("subsidiary_key", BigInteger),
        Column("stream", String),
        # worked: and not earned yet | booked: firmly | soft: tentatively | open: by nothing |
        # goods: ordered without a project and no services, so that nobody is booked for it
        Column("staffing", String),
        Column("remaining", money()),  # of the whole contract, in `currency`
        *in_each_lens(),  # this part of it; a contract's parts are its backlog
    )
)

fct_backlog_move = Table(  # NetSuite; why one contract's backlog moved in a month (E2)
    "fct_backlog_move",
    SNAPSHOT,
    Column("month", Integer),
    Column("day", Integer),  # the month's last, today of the running one
    # order: the first of a contract | change: later ones of it | revenue: earned from backlog |
    # closure: what was left when it was closed | exchange: the same amounts at other rates
    Column("kind", String),
    Column("contract", String),
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("stream", String),
    # as it moved backlog: what was earned or closed is negative. In the books' currency, and at the month's
    # average rate; exchange has no amount but in the reporting currency
    *in_each_lens(),
)
