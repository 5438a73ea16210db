"""One run: fetch both systems side by side, build, publish. The only place that knows the order."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from models.database import writing
from models.errors import LeaseLostError, OneViewError, WarehouseError

from ..entities import ENTITIES
from ..entities.entity import Entity
from ..source import Source
from . import progress, selected
from .extract import CHUNK_ROWS, Stopped
from .fetch import Clock, Fetch, storage_text
from .lease import Heartbeat, Lease, take
from .proving import prove_run
from .stage import ensure_tables
from .sweeps import Sweeps

LEASE = "sync"
HISTORY_MONTHS = 14
_BUILD = "Build"
_ALLOCATIONS = 200_000  # between two collections of the youngest objects
_URGENT = ("refresh", "command")  # a person waits
_STOPPED = "The run was asked to stop. What it had read is kept; the next run goes on from there."

Build = Callable[[], int | None]
_log = logging.getLogger(__name__)


class Mode(StrEnum):
    """How much a run reads."""

    INCREMENTAL = "incremental"
    FULL = "full"
    SWEEP = "sweep"  # as incremental, and the keys of every entity are compared with the source's


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
    off: Collection[str] = (),
    history_months: int = HISTORY_MONTHS,
    must_stop: Callable[[], bool] = lambda: False,
    accept_deletions: bool = False,
    chunk_rows: int = CHUNK_ROWS,
    started: Callable[[int], None] = lambda _: None,
) -> RunResult:
    """Mirror the sources and publish what changed.

    Args:
        engine: the record.
        sources: the connected systems; entities of others are left alone.
        clock: the time, in UTC.
        trigger: schedule, refresh, command or first.
        build: builds and publishes; returns the snapshot's version, or None when nothing changed.
        mode: full reads everything again and buries what is not met any more; sweep compares all keys.
        requested_by: who asked for it.
        entities: what to mirror.
        off: keys of what the configuration switched off: nothing of it is read or deleted.
        history_months: how much of a first load comes first and is shown early.
        must_stop: asked between chunks; the run ends as interrupted, to be gone on with.
        accept_deletions: a full run may bury more than the guard allows.
        chunk_rows: how many rows are written in one transaction, about.
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
                selected.note(connection, chosen.values(), off, clock())
            started(run_id)
            run = _Run(engine, lease, run_id, clock, build, sweeps=_sweeps(trigger, mode))
            with Heartbeat(engine, lease, run.beat) as heart, rare_collections():
                run.must_stop = lambda: must_stop() or heart.is_lost
                fetch = Fetch(
                    engine, lease, run_id, clock, chosen, must_stop=run.must_stop,
                    chunk_rows=chunk_rows,
                )  # fmt: skip
                return run.execute(
                    fetch,
                    lambda: fetch.open(
                        sources,
                        history_months,
                        accept_deletions=accept_deletions,
                        urgent=trigger in _URGENT,
                    ),
                    full=mode == Mode.FULL,
                )
        finally:
            lease.release(engine)
    except DBAPIError as error:
        raise WarehouseError(storage_text(error.orig or error)) from error


def _sweeps(trigger: str, mode: str) -> Sweeps:
    """Which entities to sweep: nobody who waits for a refresh waits for that, too."""
    if mode == Mode.SWEEP:
        return Sweeps.ALL
    return Sweeps.DUE if mode == Mode.INCREMENTAL and trigger != "refresh" else Sweeps.NONE


def family(entities: Mapping[str, Entity], key: str) -> dict[str, Entity]:
    """An entity with its parent and all their children: a transaction never moves without its lines."""
    root = entities[key].parent or key
    return {
        name: entity for name, entity in entities.items() if name == root or entity.parent == root
    }


@contextmanager
def rare_collections() -> Iterator[None]:
    """Look for reference cycles rarely: a run makes millions of rows and hardly a cycle."""
    before = gc.get_threshold()
    gc.set_threshold(_ALLOCATIONS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class _Run:
    """The state of one run."""

    def __init__(
        self,
        engine: Engine,
        lease: Lease,
        run_id: int,
        clock: Clock,
        build: Build,
        *,
        sweeps: Sweeps,
    ) -> None:
        self._engine, self._lease, self._run_id, self._clock = engine, lease, run_id, clock
        self._build, self._sweeps = build, sweeps
        self._version: int | None = None
        self.must_stop: Callable[[], bool] = lambda: False

    def beat(self, connection: Connection) -> None:
        """Say that the run is alive."""
        progress.set_run(connection, self._run_id, heartbeat_at=self._clock())

    def execute(self, fetch: Fetch, open_systems: Callable[[], None], *, full: bool) -> RunResult:
        """Do everything in its order, and write down how it ended."""
        try:
            try:
                open_systems()
                self._in_order(fetch, full=full)
            except Stopped:
                return self._finish(progress.INTERRUPTED, _STOPPED)
            if fetch.parked_until is not None:  # nothing is wrong: it is gone on with later
                return self._finish(progress.INTERRUPTED, fetch.failure_text())
            if fetch.failures:
                return self._finish(progress.FAILED, fetch.failure_text())
            return self._finish(progress.SUCCEEDED, None)
        except LeaseLostError as error:  # the new owner has marked this run: not ours to write
            return self._result(progress.INTERRUPTED, str(error))

    def _in_order(self, fetch: Fetch, *, full: bool) -> None:
        """Fetch and publish; older records after an early snapshot of the recent ones."""
        fetch.changes(full=full)
        if not fetch.failures:
            fetch.sweep(self._sweeps)
            self._publish(fetch)
        if not fetch.failures and fetch.pending():
            self._stage("fetching")
            fetch.history()
            if not fetch.failures:
                self._publish(fetch)
        if not fetch.failures:
            self._prove(fetch)

    def _prove(self, fetch: Fetch) -> None:
        """Compare source and mirror; what that mends is published, too."""
        if self.must_stop():
            return
        self._stage("proving")
        if prove_run(fetch.works):
            self._publish(fetch)

    def _publish(self, fetch: Fetch) -> None:
        if self.must_stop():
            raise Stopped
        self._stage("building")
        try:
            version = self._build()
        except OneViewError as error:
            fetch.failures[_BUILD] = str(error)
        except Exception as error:
            _log.exception("the build failed")
            fetch.failures[_BUILD] = (
                f"The snapshot could not be built ({type(error).__name__}: {error})."
            )
        else:
            self._version = version or self._version
            self._stage("building", snapshot_version=self._version)

    def _stage(self, stage: str, **values: object) -> None:
        now = self._clock()
        with writing(self._engine) as connection:
            self._lease.extend(connection)
            progress.set_run(connection, self._run_id, stage=stage, heartbeat_at=now, **values)

    def _finish(self, state: str, error: str | None) -> RunResult:
        now = self._clock()
        with writing(self._engine) as connection:
            self._lease.extend(connection)
            progress.close_entities(connection, self._run_id, state, now)
            progress.set_run(
                connection, self._run_id,
                state=state, stage="done", finished_at=now, heartbeat_at=now, error=error,
            )  # fmt: skip
        return self._result(state, error)

    def _result(self, state: str, error: str | None) -> RunResult:
        return RunResult(
            run_id=self._run_id, state=state, snapshot_version=self._version, error=error
        )
