"""One run: fetch both systems side by side, build, publish. The only place that knows the order."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from models.database import writing
from models.errors import LeaseLostError, OneViewError, WarehouseError
from models.told import told

from ..entities import ENTITIES
from ..entities.entity import Entity
from ..source import Source
from . import limit, probed, progress, selected
from .chunk import CHUNK_ROWS
from .extract import NOTHING_KEPT, Stopped
from .fetch import Clock, Fetch, failure_text, storage_text
from .lease import Heartbeat, Lease, take
from .memory import give_back, rare_collections
from .part import Target
from .payloads import Payloads
from .proving import prove_run
from .replay import Replay
from .stage import ensure_tables
from .sweeps import Sweeps

LEASE = "sync"
HISTORY_MONTHS = 14
MODE_LENGTH = 200
_BUILD = "Build"
_QUARANTINE = "Quarantine"
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
    quarantine_limit: float | None = limit.LIMIT_PERCENT,
    prove_all: bool = False,
    chunk_rows: int = CHUNK_ROWS,
    payloads: Payloads = NOTHING_KEPT,
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
        quarantine_limit: percent of an entity's records that may be set aside anew before nothing is
            published; None: publish whatever is left out.
        prove_all: compare every entity with its source, whether its turn has come or not.
        chunk_rows: how many rows are written in one transaction, about.
        payloads: where what comes is kept as it came.
        started: told the run's id once it is known.

    Raises:
        BusyError: another run is at work.
        WarehouseError: the record cannot be written at all.
    """
    systems = {source.system for source in sources}
    chosen = {key: entity for key, entity in entities.items() if entity.system in systems}

    def mirror(run: Run) -> None:
        present = _present(engine, run, chosen, clock()) if trigger == "schedule" else chosen
        fetch = Fetch(
            engine, run.lease, run.run_id, clock, present, must_stop=run.must_stop,
            chunk_rows=chunk_rows, payloads=payloads,
        )  # fmt: skip
        run.failures = fetch.failures
        run.quarantine_limit = quarantine_limit
        payloads.prune()
        fetch.open(
            sources, history_months, accept_deletions=accept_deletions, urgent=trigger in _URGENT
        )
        _in_order(
            run, fetch,
            full=mode == Mode.FULL, sweeps=_sweeps(trigger, mode), prove_all=prove_all,
        )  # fmt: skip
        run.is_parked = fetch.parked_until is not None

    return perform(
        engine, clock, chosen, mirror,
        trigger=trigger, mode=mode, requested_by=requested_by, off=off, build=build,
        must_stop=must_stop, started=started,
    )  # fmt: skip


def _present(
    engine: Engine, run: Run, entities: Mapping[str, Entity], now: datetime
) -> Mapping[str, Entity]:
    """Those that the last probe of the account found; a person's run asks for the others, too."""
    with writing(engine) as connection:
        run.lease.extend(connection)
        absent = probed.not_there(connection, entities)
        progress.leave_out(connection, run.run_id, absent, now)
    return {key: entity for key, entity in entities.items() if key not in absent}


def _in_order(run: Run, fetch: Fetch, *, full: bool, sweeps: Sweeps, prove_all: bool) -> None:
    """Fetch and publish; older records after an early snapshot of the recent ones."""
    fetch.changes(full=full)
    if not run.failures:
        fetch.sweep(sweeps)
        run.publish()
    if not run.failures and fetch.pending():
        run.stage("fetching")
        fetch.history()
        if not run.failures:
            run.publish()
    if not run.failures and not run.must_stop():
        run.stage("proving")
        if prove_run(fetch.works, everything=prove_all):  # what that mends is published, too
            run.publish()


def run_part(
    engine: Engine,
    sources: Sequence[Source],
    clock: Clock,
    target: Target,
    *,
    trigger: str,
    build: Build,
    requested_by: str | None = None,
    entities: Mapping[str, Entity] = ENTITIES,
    must_stop: Callable[[], bool] = lambda: False,
    payloads: Payloads = NOTHING_KEPT,
    started: Callable[[int], None] = lambda _: None,
) -> RunResult:
    """Mirror one project with all that belongs to it, or one record, and publish.

    Watermarks stay as they are: the next run of everything reads what it would have read.

    Raises:
        BusyError: another run is at work.
        WarehouseError: the record cannot be written at all.
    """
    systems = {entities[key].system for key in target.roots if key in entities}
    chosen = {key: entity for key, entity in entities.items() if entity.system in systems}

    def bring(run: Run) -> None:
        fetch = Fetch(
            engine, run.lease, run.run_id, clock, chosen, must_stop=run.must_stop, payloads=payloads
        )
        run.failures = fetch.failures
        wanted = [source for source in sources if source.system in systems]
        fetch.open(wanted, HISTORY_MONTHS, accept_deletions=False, urgent=trigger in _URGENT)
        if not run.failures:
            fetch.part(target)
        if not run.failures:
            run.publish()

    return perform(
        engine, clock, chosen, bring, trigger=trigger, mode=f"part: {target.title}"[:MODE_LENGTH],
        requested_by=requested_by, build=build, must_stop=must_stop, started=started,
    )  # fmt: skip


def replay_runs(
    engine: Engine,
    clock: Clock,
    payloads: Payloads,
    runs: Sequence[int],
    *,
    build: Build,
    entities: Mapping[str, Entity] = ENTITIES,
    must_stop: Callable[[], bool] = lambda: False,
) -> RunResult:
    """Merge again what earlier runs brought, without asking the sources, and publish.

    Raises:
        BusyError: another run is at work.
        WarehouseError: the record cannot be written, or the payloads cannot be read.
    """

    def merge(run: Run) -> None:
        Replay(
            engine=engine, lease=run.lease, run_id=run.run_id, clock=clock, payloads=payloads,
            entities=entities, must_stop=run.must_stop,
        ).merge(runs)  # fmt: skip
        run.publish()

    return perform(
        engine, clock, entities, merge, trigger="command", mode="replay", build=build,
        must_stop=must_stop,
    )  # fmt: skip


def perform(
    engine: Engine,
    clock: Clock,
    entities: Mapping[str, Entity],
    task: Callable[[Run], None],
    *,
    trigger: str,
    mode: str,
    build: Build,
    requested_by: str | None = None,
    off: Collection[str] | None = None,
    must_stop: Callable[[], bool] = lambda: False,
    started: Callable[[int], None] = lambda _: None,
) -> RunResult:
    """Do a task as a run: alone, under the lease, from its first to its last line in the log.

    Args:
        off: keys of what the configuration switched off; None: the task does not speak of the choice.

    Raises:
        BusyError: another run is at work.
        WarehouseError: the record cannot be written at all.
    """
    try:
        ensure_tables(engine, entities.values())
        lease = take(engine, LEASE)
        try:
            with writing(engine) as connection:
                lease.extend(connection)
                run_id = progress.start_run(
                    connection, entities, trigger=trigger, mode=mode,
                    requested_by=requested_by, now=clock(),
                )  # fmt: skip
                if off is not None:
                    selected.note(connection, entities.values(), off, clock())
            started(run_id)
            run = Run(engine, lease, run_id, clock, build, entities)
            with Heartbeat(engine, lease, run.beat) as heart, rare_collections():
                run.must_stop = lambda: must_stop() or heart.is_lost
                return run.execute(task)
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


class Run:
    """One run at work.

    Attributes:
        failures: by entity what went wrong so far.
        is_parked: a system has no more requests for us today: nothing is wrong, it is gone on with later.
        quarantine_limit: percent of an entity's records; None: publish whatever is left out.
    """

    def __init__(
        self,
        engine: Engine,
        lease: Lease,
        run_id: int,
        clock: Clock,
        build: Build,
        entities: Mapping[str, Entity],
    ) -> None:
        self.lease, self.run_id = lease, run_id
        self.failures: dict[str, str] = {}
        self.is_parked = False
        self.quarantine_limit: float | None = limit.LIMIT_PERCENT
        self.must_stop: Callable[[], bool] = lambda: False
        self._engine, self._clock, self._build, self._entities = engine, clock, build, entities
        self._version: int | None = None

    def beat(self, connection: Connection) -> None:
        """Say that the run is alive."""
        progress.set_run(connection, self.run_id, heartbeat_at=self._clock())

    def execute(self, task: Callable[[Run], None]) -> RunResult:
        """Do the task, and write down how it ended."""
        try:
            try:
                task(self)
            except Stopped:
                return self._finish(progress.INTERRUPTED, _STOPPED)
            except LeaseLostError:
                raise
            except OneViewError as error:
                self.failures["Run"] = str(error)
            if self.failures:
                state = progress.INTERRUPTED if self.is_parked else progress.FAILED
                return self._finish(state, failure_text(self._entities, self.failures))
            return self._finish(progress.SUCCEEDED, None)
        except LeaseLostError as error:  # the new owner has marked this run: not ours to write
            return self._result(progress.INTERRUPTED, str(error))

    def publish(self) -> None:
        """Build and publish; what goes wrong is one of the failures."""
        if self.must_stop():
            raise Stopped
        if refusal := self._too_much_aside():
            self.failures[_QUARANTINE] = refusal
            return
        self.stage("building")
        give_back(self._engine)
        try:
            version = self._build()
        except OneViewError as error:
            self.failures[_BUILD] = str(error)
        except Exception as error:
            _log.exception("the build failed")
            self.failures[_BUILD] = told(
                "The snapshot could not be built ({fault}: {error}).",
                fault=type(error).__name__,
                error=error,
            )
        else:
            self._version = version or self._version
            self.stage("building", snapshot_version=self._version)
            with writing(self._engine) as connection:
                self.lease.extend(connection)
                limit.published(connection, now=self._clock())

    def _too_much_aside(self) -> str | None:
        """Why nothing may be published, where too many records are in quarantine."""
        if self.quarantine_limit is None:
            return None
        with writing(self._engine) as connection:
            self.lease.extend(connection)
            return limit.check(connection, self._entities, self.quarantine_limit, now=self._clock())

    def stage(self, stage: str, **values: object) -> None:
        """Say what the run is at."""
        now = self._clock()
        with writing(self._engine) as connection:
            self.lease.extend(connection)
            progress.set_run(connection, self.run_id, stage=stage, heartbeat_at=now, **values)

    def _finish(self, state: str, error: str | None) -> RunResult:
        now = self._clock()
        with writing(self._engine) as connection:
            self.lease.extend(connection)
            progress.close_entities(connection, self.run_id, state, now)
            progress.set_run(
                connection, self.run_id,
                state=state, stage="done", finished_at=now, heartbeat_at=now, error=error,
            )  # fmt: skip
        return self._result(state, error)

    def _result(self, state: str, error: str | None) -> RunResult:
        return RunResult(
            run_id=self.run_id, state=state, snapshot_version=self._version, error=error
        )
