"""Carries uploaded plans from the record into the mirror: those that count now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy import Connection, select

from models.tables.plan import ops_plan, ops_plan_row

from .changes import Changes

PLAN = "own_plan"
_TYPES = {
    "plan_id": ("BIGINT", pa.int64()),
    "version": ("VARCHAR", pa.string()),
    "approved_month": ("INTEGER", pa.int32()),
    "row_number": ("BIGINT", pa.int64()),
    "measure": ("VARCHAR", pa.string()),
    "month": ("INTEGER", pa.int32()),
    **{
        name: ("VARCHAR", pa.string())
        for name in (
            "subsidiary", "department", "customer", "project", "account", "stream", "line",
            "currency",
        )
    },
    "amount": ("DECIMAL(18,4)", pa.decimal128(18, 4)),
    "hours": ("DECIMAL(18,4)", pa.decimal128(18, 4)),
}  # fmt: skip


def create_plan_table(work: duckdb.DuckDBPyConnection) -> None:
    """Create the mirror's table, empty."""
    columns = ", ".join(f"{name} {type_}" for name, (type_, _) in _TYPES.items())
    work.execute(f"CREATE TABLE IF NOT EXISTS mirror.{PLAN} ({columns})")


def carry_plans(record: Connection, work: duckdb.DuckDBPyConnection, changes: Changes) -> None:
    """Bring the rows of active plans; only what differs counts as changed."""
    create_plan_table(work)
    tables = ops_plan.join(ops_plan_row, ops_plan.c.plan_id == ops_plan_row.c.plan_id)
    columns = [
        (ops_plan if name in ("plan_id", "version", "approved_month") else ops_plan_row).c[name]
        for name in _TYPES
    ]
    found = record.execute(
        select(*columns).select_from(tables).where(ops_plan.c.state == "active")
    ).fetchall()
    fresh = _arrow(found)
    work.register("fresh_plan", fresh)
    try:
        for left, right in ((f"mirror.{PLAN}", "fresh_plan"), ("fresh_plan", f"mirror.{PLAN}")):
            changes.add(PLAN, f"mirror.{PLAN}", f"FROM {left} EXCEPT ALL FROM {right}")
        if changes.among([PLAN]):
            work.execute(f"DELETE FROM mirror.{PLAN}")
            work.execute(f"INSERT INTO mirror.{PLAN} FROM fresh_plan")
    finally:
        work.unregister("fresh_plan")


def _arrow(rows: Sequence[Sequence[Any]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(_TYPES)
    return pa.table(
        {
            name: pa.array(list(column), type_)
            for (name, (_, type_)), column in zip(_TYPES.items(), columns, strict=True)
        }
    )
