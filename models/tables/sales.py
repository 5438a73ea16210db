"""Sales facts: orders and what of them is still to be earned."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table

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
    Column("day", Integer),
    Column("month", Integer),
    *in_each_lens(),  # positive: booked; at the average rate of the month, never restated
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
