"""The record's tables about time: when an entity's keys were last swept, which days were observed."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Integer, String, Table

from .operations import RECORD
from .types import Instant, Told

ops_sweep = Table(  # the comparison of an entity's keys with the source's
    "ops_sweep",
    RECORD,
    Column("entity", String(80), primary_key=True),
    Column("due_at", Instant, nullable=False),
    Column("swept_at", Instant),  # the last one that came to its end
    Column("listed", BigInteger),  # keys that the source named
    Column("buried", Integer),  # rows marked as deleted because the source has them no more
    Column("recovered", Integer),  # records that the mirror lacked and that were read by id
    Column("refusal", Told),  # why the last one deleted nothing; null after a good one
)

ops_observation = Table(  # an observation of a day, as it stands in dated_<key>
    "ops_observation",
    RECORD,
    Column("observation", String(80), primary_key=True),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("taken_at", Instant, nullable=False),
    Column("sequence", BigInteger, nullable=False),  # the change of the record it was made of
    Column("rows", BigInteger, nullable=False),  # that hold on the last day
    Column("revision", BigInteger, nullable=False),  # grows when what is known of a day changes
)
