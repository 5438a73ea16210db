"""One run: fetch both systems side by side, build, publish. The only place that knows the order."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError

from models.database import writing
from models.errors import (
    LeaseLostError,
    NotOfferedError,
    OneViewError,
    SourceAuthError,
    SourceUnavailableError,
    WarehouseError,
)
from models.tables.operations import ops_cursor, ops_entity_run

from ..entities import ENTITIES
from ..entities.entity import Entity, System
from ..source import Source
from . import cursors, progress
from .extract import Stopped, Work, extract, extract_history
from .lease import Heartbeat, Lease, take
from .stage import ensure_tables

LEASE = "sync"
# A change that is being saved right now may bear an earlier time than its first appearance; what is
# later still is met again through the overlap of the next window.
MARGIN = timedelta(seconds=5)
HISTORY_MONTHS = 14
_GIVE_UP_AFTER = 3  # entities in a row that a system did not answer for

Clock = Callable[[], datetime]
Build = Callable[[], int | None]
T = TypeVar("T")
_log = logging.getLogger(__name__)


class Mode(StrEnum):
    """How much a run reads."""

    INCREMENTAL = "incremental"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """How a run ended."""

    run_id: int
    state: str  # succeeded | failed | interrupted
    snapshot_version: int | None
    error: str | None


def run_sync(
    engine: Engine,
    sources: Sequence[Source],
    clock: Clock,
    *,
    trigger: str,
    build: Build,
    mode: str = Mode.INCREMENTAL,
    requested_by: str | None = None,
    entities: Mapping[str, Entity] = ENTITIES,
    history_months: int = HISTORY_MONTHS,
    must_stop: Callable[[], bool] = lambda: False,
    accept_deletions: bool = False,
    started: Callable[[int], None] = lambda _: None,
) -> RunResult:
    """Mirror the sources and publish what changed.

    Args:
        engine: the record.
        sources: the connected systems; entities of others are left alone.
        clock: the time, in UTC.
        trigger: schedule, refresh, command or first.
        build: builds and publishes; returns the snapshot's version, or None when nothing changed.
        mode: full reads everything again and buries what is not met any more.
        requested_by: who asked for it.
        entities: what to mirror.
        history_months: how much of a first load comes first and is shown early.
        must_stop: asked between chunks; the run ends as interrupted, to be gone on with.
        accept_deletions: a full run may bury more than the guard allows.
        started: told the run's id once it is known.

    Raises:
        BusyError: another run is at work.
        WarehouseError: the record cannot be written at all.
    """
    systems = {source.system for source in sources}
    chosen = {key: entity for key, entity in entities.items() if entity.system in systems}
    try:
        ensure_tables(engine, chosen.values())
        lease = take(engine, LEASE)
        try:
            with writing(engine) as connection:
                lease.extend(connection)
                run_id = progress.start_run(
                    connection, chosen, trigger=trigger, mode=mode,
                    requested_by=requested_by, now=clock(),
                )  # fmt: skip
            started(run_id)
            run = _Run(engine, lease, run_id, clock, chosen)
            with Heartbeat(engine, lease, run.beat) as heart:
                run.must_stop = lambda: must_stop() or heart.is_lost
                return run.execute(
                    sources, build, full=mode == Mode.FULL, history_months=history_months,
                    accept_deletions=accept_deletions,
                )  # fmt: skip
        finally:
            lease.release(engine)
    except DBAPIError as error:
        raise WarehouseError(_storage_text(error.orig or error)) from error


def family(entities: Mapping[str, Entity], key: str) -> dict[str, Entity]:
    """An entity with its parent and all their children: a transaction never moves without its lines."""
    root = entities[key].parent or key
    return {
        name: entity for name, entity in entities.items() if name == root or entity.parent == root
    }


class _Run:
    """The state of one run."""

    def __init__(
        self,
        engine: Engine,
        lease: Lease,
        run_id: int,
        clock: Clock,
        entities: Mapping[str, Entity],
    ) -> None:
        self._engine, self._lease, self._run_id, self._clock = engine, lease, run_id, clock
        self._entities = entities
        self._failures: dict[str, str] = {}
        self._version: int | None = None
        self.must_stop: Callable[[], bool] = lambda: False

    def beat(self, connection: Connection) -> None:
        """Say that the run is alive."""
        progress.set_run(connection, self._run_id, heartbeat_at=self._clock())

    def execute(
        self,
        sources: Sequence[Source],
        build: Build,
        *,
        full: bool,
        history_months: int,
        accept_deletions: bool,
    ) -> RunResult:
        """Fetch, build, publish; older records after an early snapshot of the recent ones."""
        try:
            works = _side_by_side(
                partial(self._open, source, history_months, accept_deletions) for source in sources
            )
            opened = [work for work in works if work is not None]
            self._fetch(opened, lambda work, entity: extract(work, entity, full=full))
            pending = self._pending()
            if not self._failures:
                self._build(build)
            if pending and not self._failures:
                self._stage("fetching")
                self._fetch(opened, extract_history, pending)
                if not self._failures:
                    self._build(build)
        except Stopped:
            return self._finish(progress.INTERRUPTED, _stopped_text())
        except (
            LeaseLostError
        ) as error:  # the new owner has marked this run by now: not ours to write
            return RunResult(
                run_id=self._run_id, state=progress.INTERRUPTED,
                snapshot_version=self._version, error=str(error),
            )  # fmt: skip
        if self._failures:
            return self._finish(progress.FAILED, self._failure_text())
        return self._finish(progress.SUCCEEDED, None)

    # ------------------------------------------------------------ fetch

    def _open(self, source: Source, history_months: int, accept_deletions: bool) -> Work | None:
        """Prepare a system; when it does not let us in, all of its entities fail."""
        keys = [entity.key for entity in self._of(source.system)]
        try:
            source.begin_run()
            upper = source.clock() - MARGIN
        except (Stopped, LeaseLostError):
            raise
        except Exception as error:
            text = self._text_of(error, source.system)
            for key in keys:
                self._fail(key, text)
            return None
        return Work(
            engine=self._engine,
            source=source,
            lease=self._lease,
            run_id=self._run_id,
            clock=self._clock,
            upper=upper.replace(microsecond=0),
            recent_from=cursors.months_before(self._clock().date(), history_months),
            entities=self._entities,
            must_stop=self.must_stop,
            accept_deletions=accept_deletions,
        )

    def _of(self, system: System) -> list[Entity]:
        """The entities of a system, owners before what they own."""
        mine = [entity for entity in self._entities.values() if entity.system is system]
        return sorted(mine, key=lambda entity: entity.parent is not None)

    def _fetch(
        self,
        works: Iterable[Work],
        read: Callable[[Work, Entity], None],
        only: frozenset[str] | None = None,
    ) -> None:
        def one_system(work: Work) -> None:
            silent = 0
            for entity in self._of(work.source.system):
                if only is not None and entity.key not in only:
                    continue
                error = self._one(work, entity, read)
                silent = silent + 1 if isinstance(error, SourceUnavailableError) else 0
                if error and (isinstance(error, SourceAuthError) or silent >= _GIVE_UP_AFTER):
                    self._not_tried(work.source.system)
                    return

        _side_by_side(partial(one_system, work) for work in works)

    def _one(
        self, work: Work, entity: Entity, read: Callable[[Work, Entity], None]
    ) -> Exception | None:
        """Mirror one entity; a failure is written down and does not stop the others."""
        before = cursors.load(self._engine, entity.key).watermark
        began = func.coalesce(
            ops_entity_run.c.started_at, self._clock()
        )  # older records come later
        self._entity_stands(
            entity, state=progress.RUNNING, started_at=began, watermark_before=before
        )
        try:
            read(work, entity)
        except (Stopped, LeaseLostError):
            raise
        except NotOfferedError as error:
            with work.transaction() as connection:
                cursors.forget(connection, entity.key)
                progress.entity_stands(
                    connection, self._run_id, entity.key, state=progress.NOT_OFFERED,
                    finished_at=self._clock(), error=str(error),
                )  # fmt: skip
        except Exception as error:
            self._fail(entity.key, self._text_of(error, entity.key))
            return error
        else:
            self._succeeded(entity)
        return None

    def _succeeded(self, entity: Entity) -> None:
        if cursors.load(self._engine, entity.key).complete_from is not None:
            self._entity_stands(entity, state=progress.WAITING)
        else:
            self._entity_stands(
                entity, state=progress.SUCCEEDED, finished_at=self._clock(),
                rows_expected=ops_entity_run.c.rows_read,
            )  # fmt: skip

    def _text_of(self, error: Exception, what: str) -> str:
        """What a person reads of a failure; of those we did not foresee the log has the rest."""
        if isinstance(error, OneViewError):
            return str(error)
        if isinstance(error, (DBAPIError, self._engine.dialect.loaded_dbapi.Error)):
            return _storage_text(getattr(error, "orig", None) or error)
        _log.error("%s failed", what, exc_info=error)
        return f"An unexpected fault ({type(error).__name__}); the log has the details."

    def _fail(self, key: str, text: str) -> None:
        self._failures[key] = text
        progress.set_entity(
            self._engine, self._run_id, key,
            state=progress.FAILED, finished_at=self._clock(), error=text,
        )  # fmt: skip

    def _not_tried(self, system: System) -> None:
        for key in progress.unfinished(self._engine, self._run_id):
            if self._entities[key].system is system:
                self._fail(key, "Not tried: the system did not answer, or refused us, just before.")

    def _pending(self) -> frozenset[str]:
        """The entities whose older records are still missing."""
        waiting = select(ops_cursor.c.entity).where(ops_cursor.c.complete_from.is_not(None))
        with self._engine.connect() as connection:
            return frozenset(connection.scalars(waiting)) & self._entities.keys()

    # ------------------------------------------------------------ build and end

    def _build(self, build: Build) -> None:
        if self.must_stop():
            raise Stopped
        self._stage("building")
        try:
            version = build()
        except OneViewError as error:
            self._failures["build"] = str(error)
        except Exception as error:
            _log.exception("the build failed")
            self._failures["build"] = (
                f"The snapshot could not be built ({type(error).__name__}: {error})."
            )
        else:
            self._version = version or self._version
            with writing(self._engine) as connection:
                progress.set_run(connection, self._run_id, snapshot_version=self._version)

    def _stage(self, stage: str) -> None:
        with writing(self._engine) as connection:
            self._lease.extend(connection)
            progress.set_run(connection, self._run_id, stage=stage, heartbeat_at=self._clock())

    def _entity_stands(self, entity: Entity, **values: object) -> None:
        progress.set_entity(self._engine, self._run_id, entity.key, **values)

    def _finish(self, state: str, error: str | None) -> RunResult:
        now = self._clock()
        with writing(self._engine) as connection:
            progress.close_entities(connection, self._run_id, state, now)
            progress.set_run(
                connection, self._run_id,
                state=state, stage="done", finished_at=now, heartbeat_at=now, error=error,
            )  # fmt: skip
        return RunResult(
            run_id=self._run_id, state=state, snapshot_version=self._version, error=error
        )

    def _failure_text(self) -> str:
        named = [
            f"{self._entities[key].title if key in self._entities else 'Build'}: {text}"
            for key, text in self._failures.items()
        ]
        shown = " ".join(named[:3]) + (f" And {len(named) - 3} more." if len(named) > 3 else "")
        return (
            f"{shown} What was read is kept; readers go on seeing the last snapshot, which is whole. "
            "The next run goes on from here."
        )


def _side_by_side(tasks: Iterable[Callable[[], T]]) -> list[T]:
    """Do the systems' parts at the same time; a fault of one is raised when all have ended."""
    with ThreadPoolExecutor(len(System), thread_name_prefix="system") as pool:
        futures = [pool.submit(task) for task in tasks]
        return [future.result() for future in futures]


def _stopped_text() -> str:
    return "The run was asked to stop. What it had read is kept; the next run goes on from there."


def _storage_text(error: BaseException) -> str:
    return (
        f"The record could not be written ({error}). The chunk at hand was rolled back, everything "
        "before it is kept. Check the free space and the database, then run again."
    )
