"""Reads the log of runs: what each did to each entity."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, select

from models.tables.operations import ops_entity_run, ops_run

_run, _entity = ops_run.c, ops_entity_run.c
COLUMNS = (
    "state", "started_at", "finished_at", "requests", "rows_expected", "rows_read", "rows_inserted",
    "rows_updated", "rows_unchanged", "rows_deleted", "rows_quarantined", "bytes_read", "waited_ms",
    "watermark_before", "watermark_after", "error",
)  # fmt: skip


def read_log(
    engine: Engine, *, run_id: int | None = None, entity: str | None = None, last: int = 10
) -> list[dict[str, Any]]:
    """The lines of the log, the newest run first.

    Args:
        run_id: only this run.
        entity: only this entity.
        last: how many of the newest runs, unless one is named.

    Returns:
        One mapping a run and entity; `seconds` is how long it took, None while it has not ended.
    """
    newest = select(_run.run_id).order_by(_run.run_id.desc()).limit(last)
    query = (
        select(
            _run.run_id, _run.trigger, _run.mode, _run.requested_by, _entity.entity,
            *(_entity[name] for name in COLUMNS),
        )
        .join(ops_entity_run, _entity.run_id == _run.run_id)
        .where(_run.run_id == run_id if run_id is not None else _run.run_id.in_(newest))
        .order_by(_run.run_id.desc(), _entity.entity)
    )  # fmt: skip
    if entity is not None:
        query = query.where(_entity.entity == entity)
    with engine.connect() as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
    for row in rows:
        ended = row["started_at"] and row["finished_at"]
        row["seconds"] = (row["finished_at"] - row["started_at"]).total_seconds() if ended else None
    return rows
