"""Finance facts: the ledger, line by line, and the revenue it has scheduled."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table

from .conformed import SNAPSHOT
from .types import money

fct_gl = Table(  # NetSuite; one posting line of the primary book
    "fct_gl",
    SNAPSHOT,
    Column("transaction_id", BigInteger),
    Column("line_id", BigInteger),
    Column("number", String),
    Column("type", String),  # NetSuite's transaction type
    Column("account_key", BigInteger),
    Column("account_type", String),
    Column("project_key", BigInteger),  # UNKNOWN: not coded to a project
    Column("project_kind", String),
    Column("department_key", BigInteger),  # the line's
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("person_key", BigInteger),  # UNKNOWN unless the line bears an employee
    Column("stream", String),  # services | subscription | hardware | expenses | other
    Column("day", Integer),
    Column("month", Integer),  # posting period
    Column("memo", String),
    Column("amount", money()),  # debit positive, in the subsidiary's `currency`
    Column("currency", String),
    Column("amount_base", money()),  # debit positive, reporting currency, at the average rate
)

fct_rev_plan = Table(  # NetSuite; planned revenue not yet recognised, by month
    "fct_rev_plan",
    SNAPSHOT,
    Column("planned_revenue_id", BigInteger),
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("month", Integer),
    Column("amount", money()),  # positive
    Column("currency", String),
    Column("amount_base", money()),
)
