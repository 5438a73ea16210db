"""The reconciliation controls, check by check."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table

from .conformed import SNAPSHOT
from .operations import RECORD
from .types import Instant, Key, money

fct_control = Table(  # one thing that was checked; what, and how, is told by models.controls
    "fct_control",
    SNAPSHOT,
    Column("control", String),  # RC-01 …, as in the catalogue
    Column("month", Integer),
    Column("subsidiary_key", BigInteger),
    Column("department_key", BigInteger),  # UNKNOWN where the check is of a subsidiary
    Column("customer_key", BigInteger),
    Column("project_key", BigInteger),
    Column("name", String),  # the document's number, the record's name
    Column("netsuite_id", BigInteger),  # the transaction's, where the check is of one
    Column("amount", money()),  # what is checked; null: it is not there
    Column("against", money()),  # what it must be; null: it is not there
    Column("currency", String),  # of both; null: the reporting currency, or no money
    Column("holds", Boolean),
    # in the reporting currency, never negative; of hours and counts nothing is at stake
    Column("weight_base", money()),  # how much is at stake
    Column("unexplained_base", money()),  # how far the two are apart; 0 where it holds
)

ops_control_owner = Table(  # who looks after a control; of a control the newest holds
    "ops_control_owner",
    RECORD,
    Column("assignment_id", Key, primary_key=True),
    Column("control", String(20), nullable=False),
    Column("subject", String(200)),  # of ops_person; null: nobody
    Column("assigned_by", String(200), nullable=False),
    Column("assigned_at", Instant, nullable=False),
    Index("ix_ops_control_owner_control", "control"),
)
