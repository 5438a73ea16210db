"""The configuration: what it makes of the systems' lists, what people decided of it, what a snapshot was built with."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from .conformed import SNAPSHOT
from .operations import RECORD
from .types import Instant, Key

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

meta_business = Table(  # one row: how the firm counted when the snapshot was built
    "meta_business",
    SNAPSHOT,
    Column("file", String),  # the file of the business; empty: the defaults alone
    Column("text", String),  # what it said
    Column(
        "decided", String
    ),  # JSON: what people had decided, as models.business.decided writes it
)

ops_business_decision = Table(  # what a person decided of one value; of a place the newest holds
    "ops_business_decision",
    RECORD,
    Column("decision_id", Key, primary_key=True),
    Column(
        "place", String(500), nullable=False
    ),  # JSON list: the path of keys, as of models.business.decision
    Column("state", String(20), nullable=False),  # set | left_out | put_back
    Column("value", Text),  # JSON, as the file would write it; null unless set
    Column("was", Text),  # JSON: what stood before
    Column("note", Text),
    Column("decided_by", String(200), nullable=False),
    Column("decided_at", Instant, nullable=False),
    Index("ix_ops_business_decision_place", "place"),
)
