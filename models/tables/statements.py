"""The income statement's fact: what the ledger's profit and loss accounts hold, line by line of the statement."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table

from .conformed import SNAPSHOT
from .types import in_each_lens, money

fct_pnl = Table(  # NetSuite; one posting line of an account of profit and loss, profit positive
    "fct_pnl",
    SNAPSHOT,
    Column("transaction_id", BigInteger),
    Column("line_id", BigInteger),
    Column("number", String),
    Column("type", String),
    Column(
        "line", String
    ),  # of models.business.rules.Line, overhead already told apart; '': no rule
    Column("account_key", BigInteger),
    Column("stream", String),
    Column("practice", String),  # by the configured segment; '' where the posting names none
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("project_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("person_key", BigInteger),
    Column("day", Integer),
    Column("month", Integer),  # posting period
    Column("is_adjustment", Boolean),  # posted in an adjustment period
    Column("is_intercompany", Boolean),
    Column("is_labor", Boolean),  # not known to come with a document of its own: people's cost
    Column("is_payroll", Boolean),  # on an account of wages and what comes with them
    Column("is_practice", Boolean),  # its department (class, location) is a practice
    Column("memo", String),
    *in_each_lens(),  # income positive, cost negative; intercompany included
    Column("amount_consolidated", money()),  # `amount_base`, 0 where intercompany (R11)
    # the same at the average rate of the month a year earlier; null: none is known
    Column("amount_prior_rates", money()),
)
