"""The worker: mirrors each group on its schedule and when a person asks, one run at a time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection, Engine, and_, func, select, update
from sqlalchemy.exc import DBAPIError

from models.database import is_current, writing
from models.errors import BusyError, OneViewError, QuestionError
from models.refresh import DONE, QUEUED, TAKEN, requeue_taken
from models.tables.operations import ops_entity_run, ops_refresh_request, ops_run

from .engine.extract import NOTHING_KEPT, Stopped
from .engine.fetch import Clock
from .engine.lease import Heartbeat, Lease, take
from .engine.part import Target
from .engine.payloads import Payloads
from .engine.progress import SUCCEEDED
from .engine.run import Build, RunResult, run_part, run_sync
from .projects import project_target
from .publishing import Publishing
from .selection.select import Selection
from .source import Source
from .timetable import Slots, Timetable

LEASE = "worker"
_POLL_SECONDS = 1
_TRY_AGAIN_SECONDS = 5
_PROBE_AFTER = timedelta(seconds=10)
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
        selection: Selection,
        history_months: int,
        payloads: Payloads = NOTHING_KEPT,
        stop: threading.Event,
        probe: Callable[[], object] | None = None,
        sync: Sync = run_sync,
        part: Sync = run_part,
        publish_gap: timedelta = timedelta(0),
    ) -> None:
        self._engine, self._sources, self._clock = engine, sources, clock
        self._publishing = Publishing(build, publish_gap)
        self._selection, self._history_months = selection, history_months
        self._payloads = payloads
        self._probe = probe
        self._timetable = Timetable(selection.groups)
        self._stop, self._sync, self._part = stop, sync, part
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
        executors = {"default": ThreadPoolExecutor(1)}
        defaults = {"coalesce": True, "max_instances": 1}
        scheduler = BackgroundScheduler(timezone=UTC, executors=executors, job_defaults=defaults)

        if (
            self._probe is not None
        ):  # behind the first run, which waits for nothing; asks once a day
            scheduler.add_job(
                self._probe, "interval", hours=1, next_run_time=datetime.now(UTC) + _PROBE_AFTER,
                misfire_grace_time=3600, id="probe",
            )  # fmt: skip
        for group, schedule in self._selection.groups.items():
            first = self.first_at(group)
            self._timetable.put(group, first)
            scheduler.add_job(
                self.sync_due,
                Slots(schedule, first),
                misfire_grace_time=int(schedule.interval.total_seconds()),
                id=f"sync {group}",
            )
        scheduler.start()
        try:
            while not self._stop.wait(_POLL_SECONDS):
                if heart.is_lost:
                    _log.error("Another worker took over this record; this one ends.")
                    self._stop.set()
                # not from a job: a scheduler that shuts down waits for its jobs with its lock held
                if not self._busy.locked() and self.has_requests():
                    scheduler.add_job(self.serve_requests, id="refresh", replace_existing=True)
                if self._timetable.is_time_to_try_again(datetime.now(UTC)):
                    scheduler.add_job(self.sync_due, id="again", replace_existing=True)
                if self._publishing.is_due():
                    scheduler.add_job(self.publish_deferred, id="publish", replace_existing=True)
        finally:
            scheduler.shutdown(wait=True)

    def first_at(self, group: str) -> datetime:
        """When a group is first due: at once, unless its last run is recent and all went well since."""
        now = datetime.now(UTC)  # the scheduler runs on the machine's clock
        mine = [key for key, one in self._selection.entities.items() if one.group == group]
        with self._engine.connect() as connection:
            newest = select(_run.state).order_by(_run.run_id.desc()).limit(1)
            if connection.scalar(newest) != SUCCEEDED:
                return now
            last: datetime | None = connection.scalar(
                select(func.max(_run.started_at))
                .join(ops_entity_run, ops_entity_run.c.run_id == _run.run_id)
                .where(_run.state == SUCCEEDED, ops_entity_run.c.entity.in_(mine))
            )
        if last is None:
            return now
        return max(now, self._selection.groups[group].next_after(min(last, now)))

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
        """Run the sync for those who asked; all who wait by then are served by one run.

        Somebody who waits for everything is served first: that serves who waits for a project, too.
        """
        with self._engine.connect() as connection:
            asked = connection.execute(
                select(_request.requested_by, _request.project)
                .where(_request.state == QUEUED)
                .order_by(_request.project.is_not(None), _request.request_id)
                .limit(1)
            ).first()
        if asked is None:
            return None
        if asked.project is None:
            return self._run("refresh", asked.requested_by)
        return self._run_project(asked.requested_by, asked.project)

    def sync_due(self) -> RunResult | None:
        """Run the sync for every group that is due by now; those that are due together make one run."""
        groups = self._timetable.due(datetime.now(UTC))
        if not groups:
            return None  # the run of another group took this one along
        result = self.sync_on_schedule(groups)
        ended = datetime.now(UTC)
        if result is not None and result.state == SUCCEEDED:
            self._timetable.served(groups, ended)
        else:
            self._timetable.put_off(groups, ended)
        return result

    def sync_on_schedule(self, groups: Collection[str] | None = None) -> RunResult | None:
        """Run the sync because it is time; without groups, and at the very first time, for all."""
        with self._engine.connect() as connection:
            ever = connection.scalar(select(_run.run_id).where(_run.state == SUCCEEDED).limit(1))
        if ever is None:
            return self._run("first", None)
        return self._run("schedule", None, groups)

    def publish_deferred(self) -> None:
        """Let readers have what a scheduled run before left to be published later."""
        if self._stop.is_set() or not self._publishing.is_due():
            return
        with self._busy:
            try:
                self._publishing.now()
            except OneViewError as error:
                _log.error("The snapshot could not be published. %s", error)

    def _run(
        self, trigger: str, requested_by: str | None, groups: Collection[str] | None = None
    ) -> RunResult | None:
        return self._alone(
            lambda: self._sync(
                self._engine, self._sources, self._clock, trigger=trigger,
                build=self._publishing.of_run(trigger),
                requested_by=requested_by, history_months=self._history_months,
                entities=self._selection.of_groups(groups), off=self._selection.off,
                payloads=self._payloads,
                must_stop=self._stop.is_set, started=self._take_requests,
            )
        )  # fmt: skip

    def _run_project(self, requested_by: str, project: str) -> RunResult | None:
        def run() -> RunResult:
            try:
                target = project_target(self._engine, project)
            except QuestionError as error:
                _log.warning("%s", error)
                target = Target(title=f"project {project}", roots={})
            return self._part(
                self._engine, self._sources, self._clock, target,
                trigger="refresh", build=self._publishing.of_run("refresh"), requested_by=requested_by,
                entities=self._selection.entities, payloads=self._payloads,
                must_stop=self._stop.is_set,
                started=lambda run_id: self._take_requests(run_id, project),
            )  # fmt: skip

        return self._alone(run)

    def _alone(self, run: Callable[[], RunResult]) -> RunResult | None:
        if self._stop.is_set() or not self._is_current():
            return None
        with self._busy:
            try:
                result = run()
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

    def _is_current(self) -> bool:
        """Whether the record is still of this program's version; else this worker ends."""
        if is_current(self._engine):
            return True
        _log.error(
            "The record was upgraded to another version; this worker ends. Start the new one."
        )
        self._stop.set()
        return False

    def _take_requests(self, run_id: int, project: str | None = None) -> None:
        """All who wait are served by a run of everything, by that of a project those who wait for it."""
        served = _request.state == QUEUED
        if project is not None:
            served = and_(served, _request.project == project)
        with writing(self._engine) as connection:
            connection.execute(
                update(ops_refresh_request).where(served).values(state=TAKEN, run_id=run_id)
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
