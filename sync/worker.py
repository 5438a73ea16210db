"""The worker: mirrors on a schedule and when a person asks, one run at a time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.exc import DBAPIError

from models.database import writing
from models.errors import BusyError, OneViewError
from models.refresh import DONE, QUEUED, TAKEN, requeue_taken
from models.tables.operations import ops_refresh_request, ops_run

from .engine.extract import Stopped
from .engine.fetch import Clock
from .engine.lease import Heartbeat, Lease, take
from .engine.progress import SUCCEEDED
from .engine.run import Build, RunResult, run_sync
from .source import Source

LEASE = "worker"
_POLL_SECONDS = 1
_TRY_AGAIN_SECONDS = 5
_request, _run = ops_refresh_request.c, ops_run.c
_log = logging.getLogger(__name__)

Sync = Callable[..., RunResult]


class Worker:
    """Serves one record; a second worker of the same record waits until the first is gone."""

    def __init__(
        self,
        engine: Engine,
        sources: Sequence[Source],
        clock: Clock,
        build: Build,
        *,
        interval: timedelta,
        history_months: int,
        stop: threading.Event,
        sync: Sync = run_sync,
    ) -> None:
        self._engine, self._sources, self._clock, self._build = engine, sources, clock, build
        self._interval, self._history_months = interval, history_months
        self._stop, self._sync = stop, sync
        self._busy = threading.Lock()

    def serve(self) -> None:
        """Work until `stop` is set; a run at work then ends after its chunk, to be gone on with."""
        lease = self._wait_for_lease()
        if lease is None:
            return
        try:
            with Heartbeat(self._engine, lease) as heart:
                with writing(self._engine) as connection:
                    lease.extend(connection)
                    requeue_taken(connection)
                self._schedule(heart)
        finally:
            lease.release(self._engine)

    def _wait_for_lease(self) -> Lease | None:
        told = False
        while not self._stop.is_set():
            try:
                return take(self._engine, LEASE)
            except BusyError as error:
                if not told:
                    _log.warning("%s This worker waits until it is needed.", error)
                told = True
            self._stop.wait(_TRY_AGAIN_SECONDS)
        return None

    def _schedule(self, heart: Heartbeat) -> None:
        executors = {"default": ThreadPoolExecutor(1), "poll": ThreadPoolExecutor(1)}
        defaults = {
            "coalesce": True,
            "max_instances": 1,
            "misfire_grace_time": int(self._interval.total_seconds()),
        }
        scheduler = BackgroundScheduler(timezone=UTC, executors=executors, job_defaults=defaults)

        def poll() -> None:
            if self.has_requests() and not self._busy.locked():
                scheduler.add_job(self.serve_requests, id="refresh", replace_existing=True)

        scheduler.add_job(
            self.sync_on_schedule,
            "interval",
            seconds=self._interval.total_seconds(),
            next_run_time=self.first_at(),
            id="sync",
        )
        scheduler.add_job(poll, "interval", seconds=_POLL_SECONDS, executor="poll", id="poll")
        scheduler.start()
        try:
            while not self._stop.wait(_POLL_SECONDS):
                if heart.is_lost:
                    _log.error("Another worker took over this record; this one ends.")
                    self._stop.set()
        finally:
            scheduler.shutdown(wait=True)

    def first_at(self) -> datetime:
        """When the first scheduled run is due: at once, unless the last one is recent and went well."""
        now = datetime.now(UTC)  # the scheduler runs on the machine's clock
        with self._engine.connect() as connection:
            last = connection.execute(
                select(_run.state, _run.started_at).order_by(_run.run_id.desc()).limit(1)
            ).first()
        if last is None or last.state != SUCCEEDED:
            return now
        started: datetime = min(last.started_at, now)
        return max(now, started + self._interval)

    def has_requests(self) -> bool:
        """Whether somebody waits for a refresh."""
        try:
            with self._engine.connect() as connection:
                queued = select(_request.request_id).where(_request.state == QUEUED).limit(1)
                return connection.scalar(queued) is not None
        except DBAPIError as error:
            _log.warning("The record does not answer: %s", error.orig)
            return False

    def serve_requests(self) -> RunResult | None:
        """Run the sync for those who asked; all who wait by then are served by one run."""
        with self._engine.connect() as connection:
            who = connection.scalar(
                select(_request.requested_by)
                .where(_request.state == QUEUED)
                .order_by(_request.request_id)
                .limit(1)
            )
        return self._run("refresh", who) if who is not None else None

    def sync_on_schedule(self) -> RunResult | None:
        """Run the sync because it is time."""
        with self._engine.connect() as connection:
            ever = connection.scalar(select(_run.run_id).where(_run.state == SUCCEEDED).limit(1))
        return self._run("first" if ever is None else "schedule", None)

    def _run(self, trigger: str, requested_by: str | None) -> RunResult | None:
        if self._stop.is_set():
            return None
        with self._busy:
            try:
                result = self._sync(
                    self._engine, self._sources, self._clock, build=self._build, trigger=trigger,
                    requested_by=requested_by, history_months=self._history_months,
                    must_stop=self._stop.is_set, started=self._take_requests,
                )  # fmt: skip
            except BusyError:
                _log.info("Another process syncs this record now; this run is left out.")
                self._stop.wait(_POLL_SECONDS)
                return None
            except OneViewError as error:
                _log.error("The sync could not run. %s", error)
                self._stop.wait(_TRY_AGAIN_SECONDS)
                return None
            finally:
                self._close_requests()
        _log.info("Run %s %s. %s", result.run_id, result.state, result.error or "")
        return result

    def _take_requests(self, run_id: int) -> None:
        with writing(self._engine) as connection:
            connection.execute(
                update(ops_refresh_request)
                .where(_request.state == QUEUED)
                .values(state=TAKEN, run_id=run_id)
            )

    def _close_requests(self) -> None:
        try:
            with writing(self._engine) as connection:
                _close(connection)
        except DBAPIError as error:
            _log.warning("The record does not answer: %s", error.orig)


def _close(connection: Connection) -> None:
    """What a run took is done when it ends, well or not; its outcome is the run's."""
    connection.execute(
        update(ops_refresh_request).where(_request.state == TAKEN).values(state=DONE)
    )


def waiting_with(stop: threading.Event) -> Callable[[float], None]:
    """A way to wait between attempts that ends, and ends the run, when `stop` is set."""

    def wait(seconds: float) -> None:
        if stop.wait(seconds):
            raise Stopped

    return wait
