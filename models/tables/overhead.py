"""Overhead as client projects bear it (C5)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table

from .conformed import SNAPSHOT
from .types import money

fct_overhead = Table(  # what a client project bears of the firm's overhead in a month; reporting currency
    "fct_overhead",
    SNAPSHOT,
    Column("month", Integer),
    # facility: overhead of the ledger by all hours worked | internal_time: time that is not for clients
    # by the hours that are
    Column("overhead", String),
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),  # the project's
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("stream", String),  # as of fct_time
    Column("hours", money()),  # approved, on the project
    Column("cost_base", money()),  # of the firm, that is shared out
    Column("over_hours", money()),  # what it is shared out over
    Column("amount_base", money()),
)
