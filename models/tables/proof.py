"""The record's tables of proof: what source and mirror count and add up to, and the alarms that follow."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from .operations import RECORD
from .types import Instant, Key, Told

ops_proof = Table(  # one comparison of source and mirror; of equal ones only the newest is kept
    "ops_proof",
    RECORD,
    Column("proof_id", Key, primary_key=True),
    Column("run_id", BigInteger, nullable=False),
    Column("entity", String(80), nullable=False),
    Column("month", Integer),  # yyyymm; null: records without a date, or all of them
    Column("measure", String(80), nullable=False),  # 'rows', or the column that was added up
    Column("source_value", Text),  # decimals as text: a sum may be longer than any amount
    Column("mirror_value", Text),
    Column("state", String(20), nullable=False),  # equal | explained | differs | not_checked
    Column("detail", Told),  # why it is explained, or was not checked
    Column("keys_total", Integer, nullable=False, default=0),  # how many keys differ; some are kept
    Column("proven_at", Instant, nullable=False),
    Index("ix_ops_proof_entity", "entity", "run_id"),
)

ops_proof_key = Table(  # a record that differs between source and mirror, as a proof found it
    "ops_proof_key",
    RECORD,
    Column("proof_key_id", Key, primary_key=True),
    Column("run_id", BigInteger, nullable=False),
    Column("entity", String(80), nullable=False),
    Column("month", Integer),
    Column("record_key", String(200), nullable=False),
    Column(
        "finding", String(20), nullable=False
    ),  # missing_here | missing_there | differs | moved | quarantined | …
    Column("explained", Boolean, nullable=False),
    Column("detail", JSON, nullable=False),  # stamps and values of both sides
    Index("ix_ops_proof_key_entity", "entity", "run_id"),
)

ops_alarm = Table(  # what a person must know; one open alarm a kind and subject
    "ops_alarm",
    RECORD,
    Column("alarm_id", Key, primary_key=True),
    Column("kind", String(40), nullable=False),  # proof | quarantine | …
    Column("entity", String(80), nullable=False),
    Column("month", Integer),
    Column("text", Told, nullable=False),  # what it is, what was done, what to do
    Column("detail", JSON, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("closed_at", Instant),  # null while it is open
    Index("ix_ops_alarm_closed_at", "closed_at"),
)
