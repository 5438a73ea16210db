"""The record's table of what people note on time series: events for everybody, comments on one number."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from .operations import RECORD
from .types import Instant, Key

ops_note = Table(  # what somebody noted on a day
    "ops_note",
    RECORD,
    Column("note_id", Key, primary_key=True),
    Column("kpi", String(80)),  # the number that is commented on; null: an event, on every chart
    Column(
        "series", Text
    ),  # under which members, those of the writer's scope included; null with `kpi`
    Column("day", Integer, nullable=False),  # yyyymmdd
    Column("text", Text, nullable=False),
    Column("subject", String(200), nullable=False),
    Column("author", String(200), nullable=False),  # as they were called when they wrote it
    Column("written_at", Instant, nullable=False),
    Column("changed_at", Instant),
    Index("ix_ops_note_day", "day"),
)
