"""Fetches both systems side by side, entity by entity; what fails is written down and stops no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError

from models.errors import (
    LeaseLostError,
    NotOfferedError,
    OneViewError,
    QuotaSpentError,
    SourceAuthError,
    SourceUnavailableError,
)
from models.tables.operations import ops_cursor, ops_entity_run
from models.told import together, told

from ..entities.entity import Entity, System
from ..source import Source
from . import cursors, progress
from .chunk import CHUNK_ROWS
from .extract import NOTHING_KEPT, Stopped, Work, extract, extract_history
from .fields import Fields
from .lease import Lease, leased
from .part import Target, refresh
from .payloads import Payloads
from .retry import retry_due
from .shaped import ShapedSource
from .sweeps import Sweeps, chosen, sweep_one

# A change that is being saved right now may bear an earlier time than its first appearance; what is
# later still is met again through the overlap of the next window.
MARGIN = timedelta(seconds=5)
_SHOWN = 3  # failures in the text of a run
_LISTENS = 1.0  # seconds between two looks for a signal
_GIVE_UP_AFTER = 3  # entities in a row that a system did not answer for
_HOPELESS = (SourceAuthError, QuotaSpentError)  # for every entity of the system alike

Clock = Callable[[], datetime]
T = TypeVar("T")
_log = logging.getLogger(__name__)


class Fetch:
    """The fetching part of one run; `failures` tells by entity what went wrong."""

    def __init__(
        self,
        engine: Engine,
        lease: Lease,
        run_id: int,
        clock: Clock,
        entities: Mapping[str, Entity],
        *,
        must_stop: Callable[[], bool],
        chunk_rows: int = CHUNK_ROWS,
        payloads: Payloads = NOTHING_KEPT,
    ) -> None:
        self._chunk_rows, self._payloads = chunk_rows, payloads
        self._engine, self._lease, self._run_id, self._clock = engine, lease, run_id, clock
        self._entities, self._must_stop = entities, must_stop
        self._works: list[Work] = []
        self.failures: dict[str, str] = {}
        self.parked_until: datetime | None = None  # a system's requests of the day are spent

    def open(
        self,
        sources: Sequence[Source],
        history_months: int,
        *,
        accept_deletions: bool,
        urgent: bool = False,
    ) -> None:
        """Prepare the systems; of one that does not let us in, every entity fails."""
        works = _side_by_side(
            partial(self._open, source, history_months, accept_deletions, urgent)
            for source in sources
        )
        self._works = [work for work in works if work is not None]

    def changes(self, *, full: bool) -> None:
        """Bring every entity up to date; of a first load the recent records only."""

        def read(work: Work, entity: Entity) -> None:
            extract(work, entity, full=full)
            retry_due(work, entity)

        self._fetch(read, self._entities.keys())

    def history(self) -> None:
        """Bring the older records that first loads left for later."""
        self._fetch(extract_history, self.pending())

    def sweep(self, which: Sweeps) -> None:
        """Compare keys with the sources'; what could not be is written down and fails no run."""

        def one_system(work: Work) -> None:
            for entity in chosen(work, self._of(work.source.system), which):
                sweep_one(work, entity, self._text_of)

        _side_by_side(partial(one_system, work) for work in self._works)

    def part(self, target: Target) -> None:
        """Bring one part of the mirror up to date, in each system that knows it."""

        def one_system(work: Work) -> None:
            try:
                refresh(work, target)
            except (Stopped, LeaseLostError):
                raise
            except Exception as error:
                self.failures[work.source.system] = self._text_of(error, target.title)

        _side_by_side(partial(one_system, work) for work in self._works)

    def pending(self) -> frozenset[str]:
        """The entities whose older records are still missing."""
        waiting = select(ops_cursor.c.entity).where(ops_cursor.c.complete_from.is_not(None))
        with self._engine.connect() as connection:
            return frozenset(connection.scalars(waiting)) & self._entities.keys()

    @property
    def works(self) -> Sequence[Work]:
        """The systems that let us in."""
        return self._works

    def _open(
        self, source: Source, history_months: int, accept_deletions: bool, urgent: bool
    ) -> Work | None:
        """Prepare a system; when it does not let us in, all of its entities fail."""
        keys = [entity.key for entity in self._of(source.system)]
        try:
            source.begin_run(urgent=urgent)
            upper = source.clock() - MARGIN
        except (Stopped, LeaseLostError):
            raise
        except Exception as error:
            text = self._text_of(error, source.system)
            for key in keys:
                self._fail(key, text)
            return None
        upper = upper.replace(microsecond=0)
        fields = Fields(
            source, self._engine, partial(leased, self._engine, self._lease),
            run_id=self._run_id, clock=self._clock, upper=upper,
        )  # fmt: skip
        return Work(
            engine=self._engine,
            source=ShapedSource(source, fields),
            fields=fields,
            lease=self._lease,
            run_id=self._run_id,
            clock=self._clock,
            upper=upper,
            recent_from=cursors.months_before(self._clock().date(), history_months),
            entities=self._entities,
            must_stop=self._must_stop,
            accept_deletions=accept_deletions,
            chunk_rows=self._chunk_rows,
            payloads=self._payloads,
        )

    def _of(self, system: System) -> list[Entity]:
        """The entities of a system, owners before what they own."""
        mine = [entity for entity in self._entities.values() if entity.system is system]
        return sorted(mine, key=lambda entity: entity.parent is not None)

    def _fetch(self, read: Callable[[Work, Entity], None], keys: Collection[str]) -> None:
        def one_system(work: Work) -> None:
            silent = 0
            for entity in self._of(work.source.system):
                if entity.key not in keys:
                    continue
                error = self._one(work, entity, read)
                silent = silent + 1 if isinstance(error, SourceUnavailableError) else 0
                if isinstance(error, _HOPELESS) or silent >= _GIVE_UP_AFTER:
                    self._not_tried(work.source.system)
                    return

        _side_by_side(partial(one_system, work) for work in self._works)

    def _one(
        self, work: Work, entity: Entity, read: Callable[[Work, Entity], None]
    ) -> Exception | None:
        """Mirror one entity; a failure is written down and does not stop the others."""
        before = cursors.load(self._engine, entity.key).watermark
        # older records come in a second part of the same run
        began = func.coalesce(ops_entity_run.c.started_at, self._clock())
        self._stands(entity.key, state=progress.RUNNING, started_at=began, watermark_before=before)
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
            self._stands(entity.key, state=progress.WAITING)
        else:
            self._stands(entity.key, state=progress.SUCCEEDED, finished_at=self._clock(),
                rows_expected=ops_entity_run.c.rows_read,
            )  # fmt: skip

    def _text_of(self, error: Exception, what: str) -> str:
        """What a person reads of a failure; of those we did not foresee the log has the rest."""
        if isinstance(error, QuotaSpentError):
            self.parked_until = max(self.parked_until or error.until, error.until)
        if isinstance(error, OneViewError):
            return str(error)
        if isinstance(error, (DBAPIError, self._engine.dialect.loaded_dbapi.Error)):
            return storage_text(getattr(error, "orig", None) or error)
        _log.error("%s failed", what, exc_info=error)
        return told(
            "An unexpected fault ({fault}); the log has the details.", fault=type(error).__name__
        )

    def _fail(self, key: str, text: str) -> None:
        self.failures[key] = text
        now = self._clock()
        self._stands(key, state=progress.FAILED, finished_at=now, error=text)

    def _not_tried(self, system: System) -> None:
        for key in progress.unfinished(self._engine, self._run_id):
            if self._entities[key].system is system:
                self._fail(key, "Not tried: the system did not answer, or refused us, just before.")

    def _stands(self, key: str, **values: object) -> None:
        progress.set_entity(self._engine, self._run_id, key, **values)


def failure_text(entities: Mapping[str, Entity], failures: Mapping[str, str]) -> str:
    """What went wrong, what was kept, what happens next."""
    named: list[str] = [
        told(
            "{table}: {text}",
            table=told(entities[key].title) if key in entities else key,
            text=text,
        )
        for key, text in failures.items()
    ]
    shown = named[:_SHOWN]
    if len(named) > _SHOWN:
        shown.append(told("And {count} more.", count=len(named) - _SHOWN))
    return told(
        "{failures} What was read is kept; readers go on seeing the last snapshot, which is whole. The next "
        "run goes on from here.",
        failures=together(shown),
    )


def _side_by_side(tasks: Iterable[Callable[[], T]]) -> list[T]:
    """Do the systems' parts at the same time; a fault of one is raised when all have ended."""
    with ThreadPoolExecutor(len(System), thread_name_prefix="system") as pool:
        futures = [pool.submit(task) for task in tasks]
        while wait(futures, timeout=_LISTENS).not_done:
            pass  # a signal that comes just before this thread falls asleep is heard when it wakes
        return [future.result() for future in futures]


def storage_text(error: BaseException) -> str:
    """What a person reads when the record refuses a write."""
    return told(
        "The record could not be written ({error}). The chunk at hand was rolled back, everything before it is "
        "kept. Check the free space and the database, then run again.",
        error=error,
    )
