"""What a run would fetch and cost, told beforehand: counted by the source where it counts, else from the last runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import ceil

from sqlalchemy import Connection, Engine, func, inspect, select

from models.errors import NotOfferedError, OneViewError
from models.tables.operations import ops_entity_run, ops_run

from .engine import cursors
from .engine.cursors import Cursor
from .engine.extract import OVERLAP
from .engine.stage import DELETED, staging_table
from .entities.entity import Entity, Surface, System
from .source import Source, Telling, Window

SECONDS_A_REQUEST = 1.0  # before any run has told better: a page of a thousand rows, about
PAGE = {Surface.SUITEQL: 1000, Surface.REST: 1000, Surface.XML: 980}  # XML reads twenty again
_RUNS = 5
_part = ops_entity_run.c


class Reading(StrEnum):
    """How an entity would be read."""

    FIRST = "first load"
    WHOLE = "whole"
    CHANGES = "changes"
    NOT_OFFERED = "not offered"


class Basis(StrEnum):
    """Where the number of rows is from."""

    COUNTED = "counted by the source"
    MIRROR = "rows in the mirror"
    LAST_RUNS = "as in the last runs"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a run would do with one entity. `rows` None: nothing tells; then one page is reckoned."""

    entity: str
    system: str
    reading: Reading
    changed_from: datetime | None
    rows: int | None
    basis: Basis
    pages: int
    requests: int
    seconds: float
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run would do. Systems are read side by side, so the longer one makes the time.

    `left_today`: system -> requests that its account still takes today, where it tells.
    """

    steps: Sequence[Step]
    rows: int
    requests: Mapping[str, int]
    seconds: float
    left_today: Mapping[str, int]

    def share(self, system: str) -> float | None:
        """The part of what the account still takes today that the run would use."""
        left = self.left_today.get(system)
        return self.requests.get(system, 0) / left if left else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Past:
    """What the last runs of an entity tell."""

    rows: int | None
    seconds_a_request: float


def make_plan(
    engine: Engine, sources: Iterable[Source], entities: Mapping[str, Entity], *, full: bool
) -> Plan:
    """Ask the sources for counts and reckon; the record is only read."""
    steps: list[Step] = []
    left: dict[str, int] = {}
    for source in sources:
        source.begin_run()
        steps += [
            _step(engine, source, entity, full=full)
            for entity in entities.values()
            if entity.system is source.system
        ]
        if source.system is System.SUITEPROJECTS and isinstance(source, Telling):
            left |= {
                str(source.system): fact.number
                for fact in source.account_facts()
                if fact.subject == "limit" and fact.number is not None
            }
    requests = {
        str(system): sum(step.requests for step in steps if step.system == system)
        for system in System
    }
    times = [sum(step.seconds for step in steps if step.system == system) for system in System]
    return Plan(
        steps=steps,
        rows=sum(step.rows or 0 for step in steps),
        requests=requests,
        seconds=max(times),
        left_today=left,
    )


def _step(engine: Engine, source: Source, entity: Entity, *, full: bool) -> Step:
    cursor = cursors.load(engine, entity.key)
    reading = _reading(entity, cursor, full=full)
    since = None
    if reading is Reading.CHANGES and cursor.watermark is not None:
        since = cursor.window_from or cursor.watermark - OVERLAP
    note = ""
    past = _past(engine, entity)
    try:
        rows, basis = _rows(engine, source, entity, since, past)
    except NotOfferedError as error:
        reading, rows, basis, note = Reading.NOT_OFFERED, 0, Basis.COUNTED, str(error)
    except OneViewError as error:
        rows, basis, note = past.rows, Basis.LAST_RUNS, f"Could not be counted: {error}"
    pages = max(1, ceil((rows or 0) / PAGE[entity.surface]))
    requests = pages + (reading is Reading.CHANGES and entity.deletions is not None)
    return Step(
        entity=entity.key,
        system=str(entity.system),
        reading=reading,
        changed_from=since,
        rows=rows,
        basis=basis if rows is not None else Basis.UNKNOWN,
        pages=pages,
        requests=requests,
        seconds=round(requests * past.seconds_a_request, 1),
        note=note,
    )


def _reading(entity: Entity, cursor: Cursor, *, full: bool) -> Reading:
    if entity.modified is None and entity.parent is None:
        return Reading.WHOLE
    if cursor.watermark is None:
        return Reading.FIRST
    return Reading.WHOLE if full else Reading.CHANGES


def _rows(
    engine: Engine, source: Source, entity: Entity, since: datetime | None, past: _Past
) -> tuple[int | None, Basis]:
    """How many rows would come, and how we know."""
    if since is not None and entity.surface is not Surface.SUITEQL:
        return past.rows, Basis.LAST_RUNS  # its lists count by days only
    totals = source.totals(entity, Window(modified_from=since))
    if totals is not None:
        return sum(total.rows for total in totals.totals), Basis.COUNTED
    with engine.connect() as connection:
        return _held(connection, engine, entity), Basis.MIRROR


def _held(connection: Connection, engine: Engine, entity: Entity) -> int | None:
    table = staging_table(entity)
    if not inspect(engine).has_table(table.name):
        return None
    count = select(func.count()).select_from(table).where(table.c[DELETED].is_(None))
    return connection.scalar(count) or None


def _past(engine: Engine, entity: Entity) -> _Past:
    """The last runs that read the entity: rows of those that read changes, time of all."""
    query = (
        select(
            _part.rows_read,
            _part.requests,
            _part.started_at,
            _part.finished_at,
            _part.watermark_before,
            ops_run.c.mode,
        )
        .join(ops_run, ops_run.c.run_id == _part.run_id)
        .where(_part.entity == entity.key, _part.state == "succeeded", _part.requests > 0)
        .order_by(_part.run_id.desc())
        .limit(_RUNS)
    )
    with engine.connect() as connection:
        runs = connection.execute(query).all()
    changes = [
        run.rows_read
        for run in runs
        if run.mode == "incremental" and run.watermark_before is not None
    ]
    requests = sum(run.requests for run in runs)
    took = sum(
        (run.finished_at - run.started_at).total_seconds()
        for run in runs
        if run.finished_at and run.started_at
    )
    return _Past(
        rows=round(sum(changes) / len(changes)) if changes else None,
        seconds_a_request=took / requests if requests and took else SECONDS_A_REQUEST,
    )
