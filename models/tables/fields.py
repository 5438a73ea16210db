"""The record's tables of custom fields: which there are, and what became of them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text

from .operations import RECORD
from .types import Instant, Key, Told

ops_field = Table(  # custom fields, and declared fields that the source refused
    "ops_field",
    RECORD,
    Column("entity", String(80), primary_key=True),
    Column("name", String(120), primary_key=True),  # the source's
    Column("label", Text),
    Column("source_type", String(120), nullable=False),  # the source's word
    Column("kind", String(20), nullable=False),  # how we read it: text, integer, decimal, date, …
    Column("is_custom", Boolean, nullable=False),
    Column("state", String(20), nullable=False),  # present | gone | forbidden
    Column("first_seen_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("filled_at", Instant),  # null: records from before it are still to be read again
)

ops_field_look = Table(  # when the source was last asked for an entity's fields
    "ops_field_look",
    RECORD,
    Column("entity", String(80), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("error", Told),  # why it did not tell; what was known stays
)

ops_schema_event = Table(  # a field appeared, vanished, changed its type, was refused, came back
    "ops_schema_event",
    RECORD,
    Column("id", Key, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("run_id", BigInteger, nullable=False),
    Column("entity", String(80), nullable=False),
    Column("field", String(120), nullable=False),
    Column(
        "event", String(20), nullable=False
    ),  # appeared | vanished | retyped | forbidden | restored
    Column("before", String(120)),  # its type before and after, the source's words
    Column("after", String(120)),
    Index("ix_ops_schema_event_at", "at"),
)
