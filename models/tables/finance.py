"""Finance facts: the ledger line by line, its balances, and the revenue it has scheduled."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table

from .conformed import SNAPSHOT
from .types import in_each_lens, money

fct_gl = Table(  # NetSuite; one posting line of the primary book, the balance sheet's too
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
    Column("class_key", BigInteger),  # the line's
    Column("location_key", BigInteger),  # the line's
    Column("item_key", BigInteger),  # UNKNOWN unless the line sells or buys an item
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("person_key", BigInteger),  # UNKNOWN unless the line bears an employee
    Column("stream", String),  # of models.business.rules.Stream
    Column("day", Integer),
    Column("month", Integer),  # posting period
    Column("is_adjustment", Boolean),  # posted in an adjustment period of that month
    Column("is_intercompany", Boolean),  # between companies of the group: not consolidated (R11)
    Column("is_elimination", Boolean),  # takes intercompany out again
    Column("is_after_close", Boolean),  # made on a later day than its period was closed on
    Column("memo", String),
    # debit positive; into base by the account's own kind of rate: flows at the posting period's
    # average, the balance sheet's movements at its closing rate, equity at its historical rate
    *in_each_lens(),
)

fct_gl_balance = Table(  # NetSuite; the balance sheet at the end of a month, today's of the running one
    "fct_gl_balance",
    SNAPSHOT,
    Column("month", Integer),
    Column("day", Integer),  # the day it is stated for
    Column("subsidiary_key", BigInteger),
    # account: a balance sheet account's own | net_income: a P&L account since the fiscal year began |
    # retained_earnings: a P&L account before that | translation_adjustment: what is left (R5) |
    # intercompany_difference: what the books' intercompany lines come to, once as intercompany and negative, so
    # that it is nothing within one subsidiary and all that elimination leaves behind when consolidated
    Column("kind", String),
    Column("account_key", BigInteger),  # UNKNOWN for what no account holds
    Column("account_type", String),
    Column("is_intercompany", Boolean),  # as of fct_gl
    Column("amount_subsidiary", money()),  # debit positive; sums to 0 in each subsidiary
    Column("subsidiary_currency", String),
    # debit positive, at the month's closing rate, equity historical, profit and loss average;
    # sums to 0 with the translation adjustment, in each subsidiary and without intercompany
    Column("amount_base", money()),
)

fct_rev_plan = Table(  # NetSuite; planned revenue not yet recognised, by month
    "fct_rev_plan",
    SNAPSHOT,
    Column("planned_revenue_id", BigInteger),
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("stream", String),  # of the item, else of the account it will be posted to
    Column("month", Integer),
    *in_each_lens(),  # positive
)
