"""Mirrors one entity: its windows, its pages, its deletions; every chunk is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from models.errors import NotOfferedError
from models.sequence import next_sequence

from ..entities.entity import Entity
from ..source import Deletion, Source, Window
from . import cursors, doubles, progress, quarantine
from .ahead import Ahead
from .bury import bury, check_sweep, living_children
from .chunk import CHUNK_ROWS, Chunk
from .cursors import Cursor
from .fields import Fields
from .keep import keep_left_out
from .lease import Lease, leased
from .met import Met
from .parse import Key, key_text, parser_of
from .payloads import Journal, Payloads
from .upsert import Counts, upsert

# Changes that the source shows late, or that share a second with the bound, are met again.
OVERLAP = timedelta(minutes=10)
NOTHING_KEPT = Payloads(Path(), 0)


class Stopped(Exception):
    """Somebody asked the run to stop; what was committed is kept, and the next run goes on from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What the entities of one system have in common within a run."""

    engine: Engine
    source: Source
    lease: Lease
    run_id: int
    clock: Callable[[], datetime]
    upper: datetime  # the source's time up to which this run reads
    recent_from: date  # a first load brings records dated from this day on before the older ones
    entities: Mapping[str, Entity]
    fields: Fields
    must_stop: Callable[[], bool] = field(default=lambda: False)
    accept_deletions: bool = False
    chunk_rows: int = CHUNK_ROWS
    payloads: Payloads = NOTHING_KEPT

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction that commits only while the lease is ours."""
        with leased(self.engine, self.lease) as connection:
            yield connection

    def is_dated(self, entity: Entity) -> bool:
        """Whether a first load may bring the entity's recent records first."""
        parent = self.entities.get(entity.parent or "")
        return entity.dated is not None or (parent is not None and parent.dated is not None)


def extract(work: Work, entity: Entity, *, full: bool = False) -> None:
    """Bring the mirror of an entity up to `work.upper`; recent records only, on a first load.

    With a field that came after records were read, everything is read again.
    """
    work.fields.prepare(entity, full=full)
    unfilled = work.fields.unfilled(entity)
    with work.payloads.journal(work.run_id, entity.key) as journal:
        extraction = _Extraction(work, entity, journal)
        cursor = cursors.load(work.engine, entity.key)
        reads_whole = entity.modified is None and entity.parent is None
        if reads_whole or ((full or unfilled) and cursor.watermark is not None):
            extraction.whole(cursor)
            work.fields.filled(entity, unfilled)
            return
        first = cursor.watermark is None
        cursor = extraction.first(cursor) if first else extraction.changes(cursor)
        # gone on with what an earlier run left open: the time since then is still missing
        if cursor.watermark is None or cursor.watermark < work.upper:
            extraction.changes(cursor)


def extract_history(work: Work, entity: Entity) -> None:
    """Bring the older records that a first load left for later."""
    cursor = cursors.load(work.engine, entity.key)
    if cursor.complete_from is not None:
        with work.payloads.journal(work.run_id, entity.key) as journal:
            _Extraction(work, entity, journal).history(cursor)


class _Extraction:
    """One entity within one run."""

    def __init__(self, work: Work, entity: Entity, journal: Journal) -> None:
        self._work, self._entity, self._journal = work, entity, journal
        self._parser = parser_of(entity)
        self._aside = quarantine.keys(work.engine, entity.key)
        self._children = [child for child in work.entities.values() if child.parent == entity.key]
        self._expected = 0

    def first(self, cursor: Cursor) -> Cursor:
        """The first load, gone on with where a run was cut off."""
        if cursor.window_to is None:
            dated = self._work.is_dated(self._entity)
            month = cursors.month_of(self._work.recent_from) if dated else None
            cursor = Cursor(window_to=self._work.upper, complete_from=month)
        window = Window(modified_to=cursor.window_to, dated_from=cursor.history_before)
        self._read(window, cursor.position, lambda at: cursor._replace(position=at))
        closed = Cursor(watermark=cursor.window_to, complete_from=cursor.complete_from)
        with self._work.transaction() as connection:
            self._save(connection, closed)
        return closed

    def changes(self, cursor: Cursor) -> Cursor:
        """What changed since the watermark, and what was deleted."""
        watermark = cursor.watermark
        assert watermark is not None
        lower, upper = cursor.window_from, cursor.window_to
        if lower is None or upper is None or self._entity.parent:
            # Children start their window anew: which of a parent's were seen is not kept.
            lower = watermark - OVERLAP
            upper = max(self._work.upper, watermark)
            cursor = cursor._replace(window_from=lower, window_to=upper, position=None)
        seen: set[Key] | None = set() if self._entity.parent else None
        self._read(
            Window(modified_from=lower, modified_to=upper),
            cursor.position,
            lambda at: cursor._replace(position=at),
            seen,
        )
        deletions = self._deletions(lower)
        closed = cursor._replace(
            watermark=max(upper, watermark), window_from=None, window_to=None, position=None
        )
        with self._work.transaction() as connection:
            gone = {self._key_of(deletion): deletion.at for deletion in deletions}
            counts = Counts(deleted=self._bury(connection, gone))
            counts.deleted += self._bury_left_out(connection, seen or set())
            self._save(connection, closed, counts)
        return closed

    def whole(self, cursor: Cursor) -> None:
        """Everything, without bounds; what is not met any more is gone."""
        met = Met()
        self._read(Window(), None, None, met)
        now = self._work.clock()
        upper = self._work.upper
        watermark = max(upper, cursor.watermark) if cursor.watermark else upper
        with self._work.transaction() as connection:
            alive, missing = met.missing(connection, self._entity)
            if not self._work.accept_deletions:
                check_sweep(self._entity, alive, len(missing), len(met))
            counts = Counts(deleted=self._bury(connection, dict.fromkeys(missing, now)))
            quarantine.clear_unseen(connection, self._entity.key, self._work.run_id)
            self._save(connection, Cursor(watermark=watermark), counts)

    def history(self, cursor: Cursor) -> None:
        """The records older than those the first load began with."""
        work = self._work
        self._expected = progress.expected(work.engine, work.run_id, self._entity.key)
        if cursor.history_to is None:
            cursor = cursor._replace(history_to=cursor.watermark)
        window = Window(modified_to=cursor.history_to, dated_before=cursor.history_before)
        start = cursor.history_position
        self._read(window, start, lambda at: cursor._replace(history_position=at))
        closed = cursor._replace(complete_from=None, history_to=None, history_position=None)
        with self._work.transaction() as connection:
            next_sequence(
                connection
            )  # that nothing is missing any more is news, even without a row
            self._save(connection, closed)

    # ------------------------------------------------------------ pages

    def _read(
        self,
        window: Window,
        position: Sequence[Any] | None,
        moved: Callable[[Sequence[Any]], Cursor] | None,
        seen: set[Key] | Met | None = None,
    ) -> None:
        """Read a window page by page; the next pages are on their way while some are written.

        Args:
            window: what to read.
            position: where to go on; None begins.
            moved: the cursor to write once the pages up to a position are in; None keeps it as it is.
            seen: takes the identity of every record that was met.
        """
        if self._work.must_stop():
            raise Stopped
        chunk = Chunk(self._parser, self._work.chunk_rows, self._expected)
        entity, source = self._entity, self._work.source
        fetch = partial(source.page, entity, window)
        with Ahead(entity, self._parser, self._journal, fetch, position) as pages:
            try:
                for page, (rows, bad) in pages:
                    if self._work.must_stop():
                        raise Stopped
                    chunk.add(page, rows, bad)
                    if chunk.is_full or page.position is None:
                        self._commit(chunk, moved, seen)
            finally:  # what came before a fault is whole pages: kept, not read again
                self._commit(chunk, moved, seen)

    def _commit(
        self,
        chunk: Chunk,
        moved: Callable[[Sequence[Any]], Cursor] | None,
        seen: set[Key] | Met | None,
    ) -> None:
        """Write a chunk: rows, bad records, cursor, counters and lease, all or nothing."""
        if not chunk.tally.pages:
            return
        work, entity = self._work, self._entity
        rows, doubled = doubles.part(entity, chunk.rows)
        bad = chunk.bad + doubled
        self._expected = chunk.expected
        cursor = moved(chunk.position) if moved and chunk.position is not None else None
        self._journal.flush()
        now = work.clock()
        usable = {key_text(self._parser.key(row)) for row in rows} if self._aside else set()
        recovered = (usable & self._aside) - {record.record_key for record in bad}
        with work.transaction() as connection:
            rows = list(keep_left_out(connection, entity, rows, chunk.left_out))
            counts = upsert(connection, entity, rows, run_id=work.run_id, now=now)
            quarantine.keep(connection, entity.key, bad, run_id=work.run_id, now=now)
            quarantine.clear(connection, entity.key, recovered)
            if cursor is not None:
                cursors.save(connection, entity.key, cursor, now)
            progress.add(
                connection, work.run_id, entity.key, counts, chunk.tally,
                quarantined=len(bad), expected=self._expected or None,
            )  # fmt: skip
        if counts.inserted or counts.updated or bad or recovered:
            self._journal.changed()
        self._aside = (self._aside - recovered) | {record.record_key for record in bad}
        if seen is not None:
            seen.update(map(self._parser.key, rows))
            seen.update(record.key for record in bad if record.key is not None)
        chunk.renew()

    # ------------------------------------------------------------ deletions

    def _deletions(self, since: datetime) -> Sequence[Deletion]:
        if self._entity.deletions is None:
            return ()
        try:
            return self._work.source.deletions(self._entity, since)
        except NotOfferedError:
            return ()

    def _key_of(self, deletion: Deletion) -> Key:
        return deletion.identity[0] if len(deletion.identity) == 1 else deletion.identity

    def _bury_left_out(self, connection: Connection, seen: set[Key]) -> int:
        """Bury what is missing from the sets that were met: no list of deletions names a line."""
        if not seen or self._entity.parent_key is None:
            return 0
        place = self._entity.identity.index(self._entity.parent_key)
        alive = living_children(connection, self._entity, {key[place] for key in seen})
        return self._bury(connection, dict.fromkeys(alive - seen, self._work.clock()))

    def _bury(self, connection: Connection, gone: Mapping[Key, datetime]) -> int:
        work = self._work
        touched = bury(
            connection, self._entity, gone,
            children=self._children, run_id=work.run_id, now=work.clock(),
        )  # fmt: skip
        if touched:
            self._journal.gone(gone)
            self._journal.flush()
        return touched

    def _save(self, connection: Connection, cursor: Cursor, counts: Counts | None = None) -> None:
        work, key = self._work, self._entity.key
        cursors.save(connection, key, cursor, work.clock())
        progress.add(
            connection, work.run_id, key, counts or Counts(), watermark_after=cursor.watermark
        )
