"""The record's tables of what people have arranged for themselves: named filters, how numbers are written, columns."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from .operations import RECORD
from .types import Instant, Key

ops_filter_set = Table(  # filters of the bar under a name, of one person
    "ops_filter_set",
    RECORD,
    Column("filter_set_id", Key, primary_key=True),
    Column("subject", String(200), nullable=False),
    Column("name", String(80), nullable=False),
    Column("search", Text, nullable=False),  # as the query part of an address, without "?"
    Column("is_default", Boolean, nullable=False, default=False, server_default=false()),
    Column("saved_at", Instant, nullable=False),
    UniqueConstraint("subject", "name"),
)

ops_preference = Table(  # what a person prefers; who never chose has no row
    "ops_preference",
    RECORD,
    Column("subject", String(200), primary_key=True),
    Column("locale", String(20)),  # of numbers, money and dates; null: as the browser asks
    Column("saved_at", Instant, nullable=False),
)

ops_hidden_columns = (
    Table(  # the columns of a list that a person left out last; an address goes before it
        "ops_hidden_columns",
        RECORD,
        Column("subject", String(200), primary_key=True),
        Column(
            "list", String(160), primary_key=True
        ),  # key of the page, a dot, the list's name on it
        Column("columns", JSON, nullable=False),
        Column("saved_at", Instant, nullable=False),
    )
)
