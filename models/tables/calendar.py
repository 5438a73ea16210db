"""Days: the week each is in, and whether it is over."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Integer, String, Table

from .conformed import SNAPSHOT

dim_day = Table(  # from the first day that anything may have happened on, to ten years ahead
    "dim_day",
    SNAPSHOT,
    Column("day", Integer),
    Column("month", Integer),
    Column("date", Date),
    Column("week", String),  # of ISO 8601: 2026-W03
    Column("is_ahead", Boolean),  # today or later
)
