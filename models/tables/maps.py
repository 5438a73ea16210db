"""The crosswalk between the systems: what is in doubt, and what people have decided about it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from .conformed import SNAPSHOT
from .operations import RECORD
from .types import Instant, money

_Key = BigInteger().with_variant(Integer, "sqlite")  # SQLite autoincrements only INTEGER

map_suggestion = Table(  # two records that may be one thing; counts once a person has confirmed it
    "map_suggestion",
    SNAPSHOT,
    Column("kind", String),  # customer | project | person
    Column("suiteprojects_id", BigInteger),
    Column("suiteprojects_name", String),
    Column("netsuite_id", BigInteger),
    Column("netsuite_name", String),
    Column("score", money()),  # 0 to 1
    Column("reason", String),  # what speaks for it
)

map_finding = Table(  # a link that is not what it should be
    "map_finding",
    SNAPSHOT,
    Column("kind", String),  # customer | project | person | department
    # two_claims: another record has the twin it names | no_twin: what it names is not in the mirror |
    # in_flight: it is being exported
    Column("finding", String),
    Column("suiteprojects_id", BigInteger),
    Column("name", String),
    Column("netsuite_id", BigInteger),  # what it names; null in flight
    Column("held_by", BigInteger),  # of two claims: the SuiteProjects Pro record that has the twin
)

ops_map_decision = Table(  # what a person said of a suggestion; of a pair the newest holds
    "ops_map_decision",
    RECORD,
    Column("decision_id", _Key, primary_key=True),
    Column("kind", String(20), nullable=False),  # customer | project | person
    Column("suiteprojects_id", BigInteger, nullable=False),
    Column("netsuite_id", BigInteger, nullable=False),
    Column("state", String(20), nullable=False),  # confirmed | rejected
    Column("note", Text),
    Column("decided_by", String(200), nullable=False),
    Column("decided_at", Instant, nullable=False),
    Index("ix_ops_map_decision_pair", "kind", "suiteprojects_id", "netsuite_id"),
)
