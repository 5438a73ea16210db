"""Carries what people decided about links from the record into the mirror: the newest word on each pair."""

from __future__ import annotations

import duckdb
from sqlalchemy import Connection, func, select

from models.tables.maps import ops_map_decision

from .changes import Changes

DECISIONS = "own_map_decision"
_COLUMNS = ("kind", "suiteprojects_id", "netsuite_id", "state")
_SHAPE = "(kind VARCHAR, suiteprojects_id BIGINT, netsuite_id BIGINT, state VARCHAR)"


def create_decision_table(work: duckdb.DuckDBPyConnection) -> None:
    """Create the mirror's table, empty."""
    work.execute(f"CREATE TABLE IF NOT EXISTS mirror.{DECISIONS} {_SHAPE}")


def carry_decisions(record: Connection, work: duckdb.DuckDBPyConnection, changes: Changes) -> None:
    """Bring the decisions that hold; only what differs counts as changed."""
    create_decision_table(work)
    table = ops_map_decision
    newest = select(func.max(table.c.decision_id)).group_by(
        table.c.kind, table.c.suiteprojects_id, table.c.netsuite_id
    )
    found = record.execute(
        select(*(table.c[name] for name in _COLUMNS)).where(table.c.decision_id.in_(newest))
    ).fetchall()
    work.execute(f"CREATE OR REPLACE TEMP TABLE fresh_decision {_SHAPE}")
    for row in found:
        work.execute("INSERT INTO fresh_decision VALUES (?, ?, ?, ?)", list(row))
    place = f"mirror.{DECISIONS}"
    for left, right in ((place, "fresh_decision"), ("fresh_decision", place)):
        changes.add(DECISIONS, place, f"FROM {left} EXCEPT ALL FROM {right}")
    if changes.among([DECISIONS]):
        work.execute(f"DELETE FROM {place}")
        work.execute(f"INSERT INTO {place} FROM fresh_decision")
    work.execute("DROP TABLE temp.fresh_decision")
