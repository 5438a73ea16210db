"""What the configuration makes of the systems' lists: streams and lines of the income statement."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table

from .conformed import SNAPSHOT

dim_stream_map = Table(  # one row an item, account or contract type that a rule names
    "dim_stream_map",
    SNAPSHOT,
    Column("kind", String),  # item | account | contract
    Column("member_key", BigInteger),  # NetSuite's id; UNKNOWN for a contract type
    Column("name", String),
    Column("stream", String),  # of models.business.rules.Stream, or services: the contract decides
)

dim_pnl_line = Table(  # one row an account that a rule names
    "dim_pnl_line",
    SNAPSHOT,
    Column("account_key", BigInteger),
    Column("line", String),  # of models.business.rules.Line, or overhead: the department decides
    Column("position", Integer),  # of the line in the statement
)
