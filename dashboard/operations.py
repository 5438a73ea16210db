"""How the sync stands, read from the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, case, func, select

from models.alarms import Alarm, open_alarms
from models.tables.operations import (
    ops_entity_run,
    ops_lease,
    ops_probe,
    ops_quarantine,
    ops_refresh_request,
    ops_run,
    ops_selection,
)
from models.tables.proof import ops_proof
from models.texts import _

_DONE = ("succeeded", "failed", "not_offered")
_STAGE_START = {
    "fetching": 0.02,
    "building": 0.72,
    "publishing": 0.92,
    "proving": 0.95,
    "done": 1.0,
}
_FETCHING_SHARE = 0.68


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProgress:
    """A run of the sync, as the page shows it."""

    run_id: int
    state: str
    stage: str
    trigger: str
    mode: str  # incremental | full | sweep | replay | part: …
    started_at: datetime
    finished_at: datetime | None
    heartbeat_at: datetime
    error: str | None
    snapshot_version: int | None
    entities: int
    entities_done: int
    entities_failed: int
    rows_read: int
    rows_changed: int
    current: str
    moved_at: datetime  # when a table was last begun or ended, or rows came

    @property
    def is_part(self) -> bool:
        """Whether it is about one project or record only."""
        return self.mode.startswith("part: ")

    @property
    def silent(self) -> timedelta:
        """For how long nothing has come from either system while the run asks for it."""
        is_asking = self.state == "running" and self.stage == "fetching"
        return self.heartbeat_at - self.moved_at if is_asking else timedelta(0)

    @property
    def fraction(self) -> float:
        """How far it is, 0 to 1."""
        if self.state != "running":
            return 1.0
        start = _STAGE_START.get(self.stage, 0.02)
        if self.stage != "fetching" or not self.entities:
            return start
        return start + _FETCHING_SHARE * self.entities_done / self.entities


def refresh_request(record: Engine, request_id: int) -> Row[Any] | None:
    """A request and what became of it."""
    with record.connect() as connection:
        return connection.execute(
            select(ops_refresh_request).where(ops_refresh_request.c.request_id == request_id)
        ).one_or_none()


def newest_run(record: Engine) -> RunProgress | None:
    """The run that began last."""
    with record.connect() as connection:
        row = connection.execute(select(ops_run).order_by(ops_run.c.run_id.desc()).limit(1)).first()
        return _progress(connection, row) if row else None


def run(record: Engine, run_id: int) -> RunProgress | None:
    """One run."""
    with record.connect() as connection:
        row = connection.execute(select(ops_run).where(ops_run.c.run_id == run_id)).one_or_none()
        return _progress(connection, row) if row else None


def last_runs(record: Engine, limit: int = 12) -> list[RunProgress]:
    """The newest runs, newest first."""
    with record.connect() as connection:
        found = connection.execute(select(ops_run).order_by(ops_run.c.run_id.desc()).limit(limit))
        return [_progress(connection, row) for row in found.all()]


def entity_runs(record: Engine, run_id: int) -> list[Row[Any]]:
    """The entities of one run, in order of name."""
    with record.connect() as connection:
        return list(
            connection.execute(
                select(ops_entity_run)
                .where(ops_entity_run.c.run_id == run_id)
                .order_by(ops_entity_run.c.entity)
            )
        )


def newest_entity_runs(record: Engine) -> dict[str, Row[Any]]:
    """Entity -> what its newest run did."""
    newest = (
        select(ops_entity_run.c.entity, func.max(ops_entity_run.c.run_id).label("run_id"))
        .group_by(ops_entity_run.c.entity)
        .subquery()
    )
    with record.connect() as connection:
        found = connection.execute(
            select(ops_entity_run).join(
                newest,
                (ops_entity_run.c.entity == newest.c.entity)
                & (ops_entity_run.c.run_id == newest.c.run_id),
            )
        )
        return {row.entity: row for row in found}


def quarantine(record: Engine, limit: int = 200, *, with_content: bool = False) -> list[Row[Any]]:
    """Records that could not be used, newest first; without their content, which may be personal."""
    hidden = ("payload_packed",) if with_content else ("payload", "payload_packed")
    columns = [column for column in ops_quarantine.c if column.name not in hidden]
    with record.connect() as connection:
        return list(
            connection.execute(
                select(*columns).order_by(ops_quarantine.c.last_seen_at.desc()).limit(limit)
            )
        )


def worker_is_alive(record: Engine, now: datetime) -> bool:
    """Whether a sync worker, or a sync, is at work; it says so anew every few seconds."""
    query = select(func.max(ops_lease.c.expires_at)).where(ops_lease.c.name.in_(("worker", "sync")))
    with record.connect() as connection:
        until = connection.scalar(query)
    return until is not None and until > now


def alarms(record: Engine) -> list[Alarm]:
    """The alarms that are open, the oldest first."""
    return open_alarms(record)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityProof:
    """How source and mirror of one entity compared last."""

    entity: str
    state: str  # equal | explained | differs | not_checked
    proven_at: datetime
    source_rows: int | None
    mirror_rows: int | None
    equal: int  # months
    explained: int
    differing: int
    detail: str | None


def proofs(record: Engine) -> list[EntityProof]:
    """The newest proof of every entity, those that differ first."""
    part = ops_proof.c
    newest = select(part.entity, func.max(part.run_id).label("run_id")).group_by(part.entity)
    last = newest.subquery()
    both = (part.entity == last.c.entity) & (part.run_id == last.c.run_id)
    lines: dict[str, list[Row[Any]]] = {}
    with record.connect() as connection:
        for row in connection.execute(select(ops_proof).join(last, both)):
            lines.setdefault(row.entity, []).append(row)
    found = [_proof(entity, rows) for entity, rows in lines.items()]
    return sorted(found, key=lambda one: (_WORST.index(one.state), one.entity))


_WORST = ("differs", "not_checked", "explained", "equal")


def _proof(entity: str, rows: list[Row[Any]]) -> EntityProof:
    counts = [row for row in rows if row.measure == "rows" and row.source_value is not None]
    states = {row.state for row in rows}
    by_month: dict[int | None, set[str]] = {}
    for row in rows:
        if row.source_value is not None:
            by_month.setdefault(row.month, set()).add(row.state)
    worst = [_worst(found) for found in by_month.values()]
    return EntityProof(
        entity=entity,
        state=_worst(states),
        proven_at=max(row.proven_at for row in rows),
        source_rows=sum(int(row.source_value) for row in counts) if counts else None,
        mirror_rows=sum(int(row.mirror_value) for row in counts) if counts else None,
        equal=worst.count("equal"),
        explained=worst.count("explained"),
        differing=worst.count("differs"),
        detail=next(
            (row.detail for row in rows if row.detail and row.state == _worst(states)), None
        ),
    )


def _worst(states: set[str]) -> str:
    return next(state for state in _WORST if state in states)


def failed_systems(record: Engine) -> dict[str, str]:
    """System -> error, for systems whose newest attempt of any entity failed."""
    found: dict[str, str] = {}
    for entity, row in newest_entity_runs(record).items():
        if row.state == "failed":
            found.setdefault(entity.split("__", 1)[0], row.error or _("The last sync failed."))
    return found


def probe_findings(record: Engine) -> list[Row[Any]]:
    """What the last probe of each account found; what is wrong first."""
    order = case({"wrong": 0, "forbidden": 1, "off": 2}, value=ops_probe.c.state, else_=3)
    with record.connect() as connection:
        return list(
            connection.execute(select(ops_probe).order_by(order, ops_probe.c.subject)).all()
        )


def switched_off(record: Engine) -> list[Row[Any]]:
    """The entities that the configuration leaves out, with the moment up to which they were refreshed."""
    off = select(ops_selection).where(ops_selection.c.state == "off")
    with record.connect() as connection:
        return list(connection.execute(off.order_by(ops_selection.c.entity)).all())


def _progress(connection: Connection, row: Row[Any]) -> RunProgress:
    part = ops_entity_run.c
    is_coming = (part.state == "running") & (part.rows_read > 0)
    done, failed, read, changed, total, coming, begun, ended = connection.execute(
        select(
            func.sum(case((part.state.in_(_DONE), 1), else_=0)),
            func.sum(case((part.state == "failed", 1), else_=0)),
            func.sum(part.rows_read),
            func.sum(part.rows_inserted + part.rows_updated + part.rows_deleted),
            func.count(),
            func.sum(case((is_coming, 1), else_=0)),
            func.max(part.started_at),
            func.max(part.finished_at),
        ).where(part.run_id == row.run_id)
    ).one()
    current = (
        connection.execute(
            select(part.entity)
            .where(part.run_id == row.run_id, part.state == "running")
            .order_by(part.entity)
        )
        .scalars()
        .first()
    )
    return RunProgress(
        run_id=row.run_id,
        state=row.state,
        stage=row.stage,
        trigger=row.trigger,
        mode=row.mode,
        started_at=row.started_at,
        finished_at=row.finished_at,
        heartbeat_at=row.heartbeat_at,
        error=row.error,
        snapshot_version=row.snapshot_version,
        entities=total,
        entities_done=int(done or 0),
        entities_failed=int(failed or 0),
        rows_read=int(read or 0),
        rows_changed=int(changed or 0),
        current=current or "",
        moved_at=row.heartbeat_at
        if coming
        else max(moment for moment in (row.started_at, begun, ended) if moment is not None),
    )
