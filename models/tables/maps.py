"""The crosswalk between the systems: what is in doubt, and what people have decided about it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from .conformed import SNAPSHOT
from .operations import RECORD
from .types import Instant, Key, money

map_suggestion = Table(  # two records that may be one thing; counts once a person has confirmed it
    "map_suggestion",
    SNAPSHOT,
    Column("kind", String),  # customer | project | person | department | service | invoice
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
    Column("kind", String),  # as of a suggestion
    # two_claims: of two records that name each other or one twin, another pair is linked |
    # no_twin: what it names is not in the mirror | in_flight: it is being exported |
    # refused: a person said that the two are not one
    Column("finding", String),
    Column("suiteprojects_id", BigInteger),
    Column("name", String),
    Column("netsuite_id", BigInteger),  # what it names, or what names it; null in flight
    Column("held_by", BigInteger),  # the SuiteProjects Pro record that has this twin, if one has
)

map_invoice = Table(  # an invoice or credit that both systems have
    "map_invoice",
    SNAPSHOT,
    Column("suiteprojects_id", BigInteger),
    Column("netsuite_id", BigInteger),  # of the transaction
    # suiteprojects, netsuite: by the id it stores | number: both bear it, and nothing else does | person
    Column("told_by", String),
)

ops_map_decision = Table(  # what a person said of a suggestion; of a pair the newest holds
    "ops_map_decision",
    RECORD,
    Column("decision_id", Key, primary_key=True),
    Column("kind", String(20), nullable=False),  # as of a suggestion
    Column("suiteprojects_id", BigInteger, nullable=False),
    Column("netsuite_id", BigInteger, nullable=False),
    Column("state", String(20), nullable=False),  # confirmed | rejected
    Column("note", Text),
    Column("decided_by", String(200), nullable=False),
    Column("decided_at", Instant, nullable=False),
    Index("ix_ops_map_decision_pair", "kind", "suiteprojects_id", "netsuite_id"),
)
