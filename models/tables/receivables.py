"""Receivables beyond their age: what is likely lost of them, and which streams they are owed for."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Integer, String, Table

from .conformed import SNAPSHOT
from .types import in_each_lens, money

fct_loss_rate = Table(  # what is expected to be lost of open invoices of one age (F1)
    "fct_loss_rate",
    SNAPSHOT,
    Column("age", String),  # current | 1-30 | 31-60 | 61-90 | over 90: days past due
    Column("basis", String),  # own: as the last two years' invoices went | configured
    # own: what was open at that age at month-ends 24 to 6 months ago, and what of it came to be over 90
    Column("seen", money()),
    Column("rolled", money()),
    Column("loss_percent", money()),  # 0 to 100
)

fct_ar_stream = (
    Table(  # NetSuite; what of an open document is owed for one stream, as fct_ar_open (E6)
        "fct_ar_stream",
        SNAPSHOT,
        Column("month", Integer),
        Column("day", Integer),  # the day it is stated for
        Column("document_id", BigInteger),
        Column("type", String),
        Column("number", String),
        Column("project_key", BigInteger),
        Column("department_key", BigInteger),
        Column("customer_key", BigInteger),
        Column("subsidiary_key", BigInteger),
        Column("invoiced_on", Date),
        Column("due_on", Date),
        Column("stream", String),  # of the lines; null: payments, which have none
        *in_each_lens(),  # open, tax included, shared out by the lines' amounts
    )
)
