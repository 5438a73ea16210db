"""Sync: the log of its runs, and the records that could not be used."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Row, Select, func, select

from models.metrics.answer import RowColumn, RowPage
from models.tables.operations import ops_entity_run, ops_quarantine, ops_run

from ..auth.permissions import Permission, may
from ..components.words import SYSTEM_TITLES, run_subject
from ..export import Export, Order
from ..titles import system_of
from ..visit import Visit

_RUN, _ENTITY = ops_run.c, ops_entity_run.c


def _columns(*names: tuple[str, str, str]) -> tuple[RowColumn, ...]:
    return tuple(RowColumn(name=name, title=title, type=kind) for name, title, kind in names)


_LOG = _columns(
    ("run_id", "Run", "integer"), ("trigger", "Trigger", "text"), ("about", "About", "text"),
    ("requested_by", "Asked for by", "text"), ("system", "System", "text"),
    ("title", "Table", "text"), ("entity", "Key of the table", "text"), ("state", "State", "text"),
    ("started_at", "Started (UTC)", "moment"), ("finished_at", "Finished (UTC)", "moment"),
    ("seconds", "Seconds", "text"), ("requests", "Requests", "integer"),
    ("rows_read", "Rows read", "integer"), ("rows_inserted", "Rows inserted", "integer"),
    ("rows_updated", "Rows updated", "integer"), ("rows_unchanged", "Rows unchanged", "integer"),
    ("rows_deleted", "Rows deleted", "integer"),
    ("rows_quarantined", "Rows quarantined", "integer"), ("bytes_read", "Bytes read", "integer"),
    ("waited_ms", "Waited (ms)", "integer"),
    ("watermark_before", "Mirrored to, before (UTC)", "moment"),
    ("watermark_after", "Mirrored to, after (UTC)", "moment"), ("error", "Error", "text"),
    ("run_state", "State of the run", "text"), ("run_error", "Error of the run", "text"),
)  # fmt: skip
_ASIDE = _columns(
    ("system", "System", "text"), ("title", "Table", "text"),
    ("entity", "Key of the table", "text"), ("record_key", "Record", "text"),
    ("field", "Field", "text"), ("reason", "What is wrong", "text"),
    ("first_seen_at", "First seen (UTC)", "moment"), ("last_seen_at", "Last seen (UTC)", "moment"),
    ("attempts", "Tried again", "integer"), ("next_try_at", "Next try (UTC)", "moment"),
    ("payload_bytes", "Bytes", "integer"), ("run_id", "Run", "integer"),
)  # fmt: skip
_CONTENT = RowColumn(name="payload", title="Content", type="text")


def _run_log(visit: Visit, offset: int, limit: int | None, order: Order) -> RowPage:
    """Run by run as it happened: what is written while the file is sent comes at its end."""
    query = (
        select(
            ops_entity_run, _RUN.trigger, _RUN.mode, _RUN.requested_by,
            _RUN.state.label("run_state"), _RUN.error.label("run_error"),
        )
        .join(ops_run, _RUN.run_id == _ENTITY.run_id)
        .order_by(_ENTITY.run_id, _ENTITY.entity)
    )  # fmt: skip
    total, found = _page(visit.services.record, query, offset, limit)
    rows = [
        _named(visit, row) | {"about": run_subject(row.mode), "seconds": _seconds(row)}
        for row in found
    ]
    return RowPage(columns=_LOG, rows=rows, total_rows=total, totals={})


def _quarantine(visit: Visit, offset: int, limit: int | None, order: Order) -> RowPage:
    """The records set aside; their content, which may be personal, for who may see it."""
    hidden = {"payload", "payload_packed"}
    names = [column for column in ops_quarantine.c if column.name not in hidden]
    shows_content = may(visit.person, Permission.VIEW_CONTENT)
    if shows_content:
        names.append(ops_quarantine.c.payload)
    query = select(*names).order_by(ops_quarantine.c.quarantine_id)
    total, found = _page(visit.services.record, query, offset, limit)
    rows = [_named(visit, row) for row in found]
    if shows_content:
        for row in rows:
            row["payload"] = json.dumps(row["payload"], ensure_ascii=False, default=str)
    columns = (*_ASIDE, _CONTENT) if shows_content else _ASIDE
    return RowPage(columns=columns, rows=rows, total_rows=total, totals={})


def _page(
    record: Engine, query: Select[Any], offset: int, limit: int | None
) -> tuple[int, Sequence[Row[Any]]]:
    counted = select(func.count()).select_from(query.order_by(None).subquery())
    with record.connect() as connection:
        total = connection.scalar(counted) or 0
        return total, connection.execute(query.limit(limit).offset(offset)).all()


def _named(visit: Visit, row: Row[Any]) -> dict[str, Any]:
    system = system_of(row.entity)
    return {
        **row._mapping,
        "system": SYSTEM_TITLES.get(system, system),
        "title": visit.titles.of(row.entity),
    }


def _seconds(row: Row[Any]) -> str | None:
    if row.started_at is None or row.finished_at is None:
        return None
    return f"{(row.finished_at - row.started_at).total_seconds():.3f}"


RUN_LOG = Export(
    key="run_log",
    title="Run log",
    page="sync",
    permission=Permission.VIEW_OPERATIONS,
    of_record=True,
    place=10,
    rows=_run_log,
)
QUARANTINE = Export(
    key="quarantine",
    title="Quarantine",
    page="sync",
    permission=Permission.VIEW_OPERATIONS,
    of_record=True,
    place=20,
    rows=_quarantine,
)
