"""What a run tells about itself while it works: in the record, for whoever wants to watch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from models.database import writing
from models.tables.operations import ops_entity_run, ops_run
from models.told import told

from ..source import Page
from .upsert import Counts

RUNNING, SUCCEEDED, FAILED, INTERRUPTED = "running", "succeeded", "failed", "interrupted"
WAITING, NOT_OFFERED = "waiting", "not_offered"
_run, _entity = ops_run.c, ops_entity_run.c

_CUT_OFF = told(
    "The run was cut off before its end. What it had read is kept; the next run goes on from there."
)


@dataclass(slots=True)
class Tally:
    """What reading some pages cost."""

    pages: int = 0
    rows: int = 0
    requests: int = 0
    bytes_read: int = 0
    waited_ms: int = 0

    def add(self, page: Page) -> None:
        """Count one page more."""
        self.pages += 1
        self.rows += len(page.records)
        self.requests += page.requests
        self.bytes_read += page.bytes_read
        self.waited_ms += page.waited_ms


def start_run(
    connection: Connection,
    entities: Iterable[str],
    *,
    trigger: str,
    mode: str,
    requested_by: str | None,
    now: datetime,
) -> int:
    """Open a run; whatever still claims to run is dead, for the caller holds the lease."""
    cut_off = select(_run.run_id).where(_run.state == RUNNING)
    connection.execute(
        update(ops_entity_run)
        .where(_entity.run_id.in_(cut_off), _entity.state.in_([WAITING, RUNNING]))
        .values(state=INTERRUPTED, finished_at=now)
    )
    connection.execute(
        update(ops_run)
        .where(_run.state == RUNNING)
        .values(state=INTERRUPTED, finished_at=now, error=_CUT_OFF)
    )
    run_id = connection.execute(
        insert(ops_run)
        .values(
            trigger=trigger, requested_by=requested_by, mode=mode, state=RUNNING, stage="fetching",
            started_at=now, heartbeat_at=now,
        )
        .returning(_run.run_id)
    ).scalar_one()  # fmt: skip
    rows = [{"run_id": run_id, "entity": entity, "state": WAITING} for entity in entities]
    if rows:
        connection.execute(insert(ops_entity_run), rows)
    return int(run_id)


def leave_out(
    connection: Connection, run_id: int, absent: Mapping[str, str], now: datetime
) -> None:
    """Say of entities that the account does not have them, and why; nothing of them is read or deleted."""
    for entity, why in absent.items():
        entity_stands(
            connection,
            run_id,
            entity,
            state=NOT_OFFERED,
            started_at=now,
            finished_at=now,
            error=why,
        )


def set_run(connection: Connection, run_id: int, **values: Any) -> None:
    """Write how the run stands."""
    connection.execute(update(ops_run).where(_run.run_id == run_id).values(**values))


def set_entity(engine: Engine, run_id: int, entity: str, **values: Any) -> None:
    """Write how an entity stands, in a transaction of its own."""
    with writing(engine) as connection:
        entity_stands(connection, run_id, entity, **values)


def entity_stands(connection: Connection, run_id: int, entity: str, **values: Any) -> None:
    """Write how an entity stands."""
    connection.execute(
        update(ops_entity_run)
        .where(_entity.run_id == run_id, _entity.entity == entity)
        .values(**values)
    )


def add(
    connection: Connection,
    run_id: int,
    entity: str,
    counts: Counts,
    read: Tally | None = None,
    *,
    quarantined: int = 0,
    expected: int | None = None,
    **values: Any,
) -> None:
    """Add what a chunk did to the counters of its entity."""
    sums = {
        "rows_inserted": counts.inserted,
        "rows_updated": counts.updated,
        "rows_unchanged": counts.unchanged,
        "rows_deleted": counts.deleted,
        "rows_quarantined": quarantined,
    }
    if read is not None:
        sums |= {
            "rows_read": read.rows,
            "requests": read.requests,
            "bytes_read": read.bytes_read,
            "waited_ms": read.waited_ms,
        }
    changes: dict[str, Any] = {
        name: ops_entity_run.c[name] + amount for name, amount in sums.items() if amount
    }
    if expected is not None:
        changes["rows_expected"] = expected
    if changes or values:
        entity_stands(connection, run_id, entity, **changes, **values)


def add_requests(connection: Connection, run_id: int, entity: str, requests: int) -> None:
    """Add what a proof asked of the source to the requests of its entity."""
    entity_stands(connection, run_id, entity, requests=_entity.requests + requests)


def expected(engine: Engine, run_id: int, entity: str) -> int:
    """How many rows the entity's windows of this run were said to hold so far."""
    with engine.connect() as connection:
        rows = connection.scalar(
            select(_entity.rows_expected).where(_entity.run_id == run_id, _entity.entity == entity)
        )
    return rows or 0


def unfinished(engine: Engine, run_id: int) -> list[str]:
    """The entities of a run that were not tried yet, or wait for their older records."""
    with engine.connect() as connection:
        return list(
            connection.scalars(
                select(_entity.entity).where(_entity.run_id == run_id, _entity.state == WAITING)
            )
        )


def close_entities(connection: Connection, run_id: int, state: str, now: datetime) -> None:
    """Leave no entity of an ended run waiting or running."""
    connection.execute(
        update(ops_entity_run)
        .where(_entity.run_id == run_id, _entity.state.in_([WAITING, RUNNING]))
        .values(state=state, finished_at=now)
    )
