"""How the mirror stands: each entity, the last runs; as a plain table or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, func, inspect, select

from models.alarms import Alarm, open_alarms
from models.tables.fields import ops_schema_event
from models.tables.operations import ops_cursor, ops_entity_run, ops_quarantine, ops_run

from .engine.stage import DELETED, staging_table
from .entities.entity import Entity
from .quotas import QuotaStatus, quota_lines, read_quotas

RUNS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityStatus:
    """How one entity stands."""

    entity: str
    state: str  # of its last run; 'never' before the first
    rows: int
    as_of: datetime | None
    complete_from: int | None
    quarantined: int
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStatus:
    """How one run went."""

    run_id: int
    trigger: str
    mode: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    snapshot_version: int | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How everything stands."""

    entities: Sequence[EntityStatus]
    runs: Sequence[RunStatus]
    alarms: Sequence[Alarm] = ()
    quotas: Sequence[QuotaStatus] = ()
    schema_events: int = 0  # changes of the sources' fields since the last full run


def read_status(engine: Engine, entities: Iterable[Entity]) -> Status:
    """Read how the mirror stands from the record."""
    known = list(entities)
    tables = set(inspect(engine).get_table_names())
    with engine.connect() as connection:
        cursors = {row.entity: row for row in connection.execute(select(ops_cursor))}
        last = _last_entity_runs(connection)
        counted = select(ops_quarantine.c.entity, func.count()).group_by(ops_quarantine.c.entity)
        aside = {row[0]: row[1] for row in connection.execute(counted)}
        statuses = [
            EntityStatus(
                entity=entity.key,
                state=last[entity.key].state if entity.key in last else "never",
                rows=_living(connection, entity) if entity.table in tables else 0,
                as_of=cursors[entity.key].watermark if entity.key in cursors else None,
                complete_from=cursors[entity.key].complete_from if entity.key in cursors else None,
                quarantined=aside.get(entity.key, 0),
                error=last[entity.key].error if entity.key in last else None,
            )
            for entity in known
        ]
        names = list(RunStatus.__dataclass_fields__)
        rows = connection.execute(
            select(*(ops_run.c[name] for name in names))
            .order_by(ops_run.c.run_id.desc())
            .limit(RUNS_SHOWN)
        )
        runs = [RunStatus(**row) for row in rows.mappings()]
        quotas = read_quotas(connection)
        events = _schema_events(connection)
    return Status(
        entities=statuses,
        alarms=open_alarms(engine),
        runs=runs,
        quotas=quotas,
        schema_events=events,
    )


def _schema_events(connection: Connection) -> int:
    """How many fields came, went or changed since the last full run that succeeded."""
    full = select(func.max(ops_run.c.run_id)).where(
        ops_run.c.mode == "full", ops_run.c.state == "succeeded"
    )
    last = connection.scalar(full) or 0
    count = select(func.count()).select_from(ops_schema_event)
    return int(connection.scalar(count.where(ops_schema_event.c.run_id >= last)) or 0)


def _last_entity_runs(connection: Connection) -> dict[str, Any]:
    newest = (
        select(ops_entity_run.c.entity, func.max(ops_entity_run.c.run_id).label("run_id"))
        .group_by(ops_entity_run.c.entity)
        .subquery()
    )
    joined = select(ops_entity_run).join(
        newest,
        (ops_entity_run.c.entity == newest.c.entity) & (ops_entity_run.c.run_id == newest.c.run_id),
    )
    return {row.entity: row for row in connection.execute(joined)}


def _living(connection: Connection, entity: Entity) -> int:
    table = staging_table(entity)
    count = select(func.count()).select_from(table).where(table.c[DELETED].is_(None))
    return int(connection.scalar(count) or 0)


def as_json(status: Status) -> str:
    """The status as JSON."""
    return orjson.dumps(asdict(status), option=orjson.OPT_INDENT_2).decode()


def as_text(status: Status) -> str:
    """The status as a table that fits a terminal."""
    header = ("entity", "state", "rows", "as of (UTC)", "quarantined")
    rows = [
        (
            one.entity,
            one.state,
            f"{one.rows:,}",
            _minute(one.as_of)
            + (f", history from {one.complete_from}" if one.complete_from else ""),
            str(one.quarantined or ""),
        )
        for one in status.entities
    ]
    lines = _table([header, *rows])
    lines += ["", "Last runs"]
    lines += _table(
        [
            ("run", "trigger", "mode", "state", "started (UTC)", "snapshot"),
            *(
                (
                    str(run.run_id),
                    run.trigger,
                    run.mode,
                    run.state,
                    _minute(run.started_at),
                    str(run.snapshot_version or ""),
                )
                for run in status.runs
            ),
        ]
    )
    lines += [f"Run {run.run_id}: {run.error}" for run in status.runs[:1] if run.error]
    lines += [
        f"Alarm since {alarm.opened_at:%Y-%m-%d %H:%M} UTC: {alarm.text}" for alarm in status.alarms
    ]
    if status.schema_events:
        lines.append(
            f"{status.schema_events} changes of the sources' fields since the last full run: oneview sync fields"
        )
    if status.quotas:
        lines += ["", "Requests to the sources", *quota_lines(status.quotas)]
    return "\n".join(lines)


def _minute(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else "–"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
