"""The published snapshots: read-only DuckDB files, the newest named by a pointer.

The one module that knows how a DuckDB file is opened for reading. A file is never replaced under its
own name: a process that has the old one open would go on reading it.
"""

from __future__ import annotations

import weakref
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock
from time import sleep
from typing import Any

import orjson
from sqlalchemy import URL, Connection, Engine, create_engine, func, literal_column, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from .errors import NoSnapshotError, QuestionError, WarehouseError
from .period import Month, Period, day_of
from .tables.conformed import dim_period, meta_lineage, meta_snapshot, meta_source
from .texts import _

POINTER = "current.json"
_TRIES = 20
_PAUSE = 0.05  # seconds; a pointer names a pruned file only while a newer one is being put in place
_EARLIER = 2  # earlier snapshots held open, for who reads on where they began
_CONFIG = {
    "threads": 1,
    "memory_limit": "1GB",
    "enable_external_access": False,
    # a page of up to so many rows would be looked for twice: by its order, then by its rows' places
    "late_materialization_max_rows": 0,
}
_DIGITS = 8  # of a version; 20260331 is none
_Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """What the pointer file says."""

    version: int
    path: Path
    sequence: int  # the record's newest change that the snapshot holds
    today: date
    completeness: str = ""  # stands for what it tells of quarantine and of history still to come
    # up to when a later run found nothing new; empty: as the snapshot itself says
    as_of: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How one source system stands in a snapshot."""

    system: str  # 'netsuite' | 'suiteprojects'
    as_of: datetime | None  # UTC
    complete_from: Month | None  # None: all history is here
    account: str
    record_url: str
    quarantined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityStanding:
    """How one entity stands in a snapshot."""

    system: str
    title: str
    quarantined: int
    rows: int = 0  # living ones
    as_of: datetime | None = None  # UTC
    area: str = ""  # projects | staffing | billing | finance | sales; empty: not told


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The month whose closing a snapshot was kept for.

    Attributes:
        was_seen: whether One View saw it being closed; False: it was closed when first mirrored.
    """

    month: Month
    kept_at: datetime
    was_seen: bool


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class Snapshot:
    """One published snapshot, open for reading as long as somebody holds it."""

    version: int
    path: Path
    engine: Engine
    built_at: datetime
    reporting_currency: str
    today: date
    last_closed_month: Month  # newest month closed in NetSuite's books
    sources: Mapping[str, SourceState]
    entities: Mapping[str, EntityStanding] = field(default_factory=dict)
    lineage: Mapping[str, frozenset[str]] = field(default_factory=dict)  # table -> its entities
    lacks: Mapping[str, frozenset[str]] = field(
        default_factory=dict
    )  # table -> columns; of archives
    closing: Closing | None = None
    fiscal_start: int = 1  # the month in which fiscal years begin
    found: dict[Any, Any] = field(  # what follows from it and is found only once
        default_factory=dict, init=False, repr=False, compare=False
    )

    def period(self, text: str) -> Period:
        """The period a text stands for, fiscal years and quarters as this firm has them.

        Raises:
            QuestionError: it stands for none.
        """
        return Period.parse(text, self.fiscal_start)


class Snapshots:
    """The folder of snapshots. `current()` costs a stat when nothing changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()
        self._seen: tuple[_Stamp, Snapshot] | None = None
        self._earlier: dict[int, Snapshot] = {}

    def current(self) -> Snapshot:
        """The newest published snapshot.

        Raises:
            NoSnapshotError: nothing has been published yet.
            WarehouseError: the newest snapshot cannot be read.
        """
        seen = self._seen
        if seen and seen[0] == self._stamp():
            return seen[1]
        with self._lock:
            return self._refresh()

    def version(self, number: int) -> Snapshot:
        """The snapshot of that version, as long as it is kept.

        Raises:
            NoSnapshotError: it is not kept any more, or never was.
            WarehouseError: it cannot be read.
        """
        current = self.current()
        if current.version == number:
            return current
        with self._lock:
            if number not in self._earlier:
                path = self.folder / file_name(number)
                if number > current.version or not path.is_file():
                    raise NoSnapshotError(
                        _("Version {number} of the data is not kept any more.", number=number)
                    )
                while len(self._earlier) >= _EARLIER:
                    self._earlier.pop(next(iter(self._earlier)))
                self._earlier[number] = open_snapshot(path)
            return self._earlier[number]

    def since(self, text: str) -> Snapshot:
        """The snapshot that somebody names by its version, or by a day: the last one made on it or before.

        Raises:
            QuestionError: the text is neither.
            NoSnapshotError: none so old is kept.
            WarehouseError: it cannot be read.
        """
        if text.isascii() and text.isdigit() and len(text) < _DIGITS:
            return self.version(int(text))
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise QuestionError(
                _(
                    "'{text}' is neither a version of the data (41) nor a day (2026-03-31).",
                    text=text,
                )
            ) from None
        newest = self.current().version
        kept = {number: at for number, at in self.kept().items() if number <= newest}
        found = [number for number, at in kept.items() if at.date() <= day]
        if found:
            return self.version(max(found))
        said = _("No version of the data of {day} or before is kept.", day=text)
        if kept:
            oldest = f"{kept[min(kept)]:%Y-%m-%d}"
            said += " " + _(
                "The oldest is version {version}, of {day}.", version=min(kept), day=oldest
            )
        raise NoSnapshotError(said)

    def kept(self) -> dict[int, datetime]:
        """The versions that are on disk, and when each was made (UTC)."""
        found = {}
        for path in self.folder.glob("v*.duckdb"):
            number = path.stem[1:]
            if number.isdigit():
                found[int(number)] = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return found

    def _refresh(self) -> Snapshot:
        failure: Exception | None = None
        for _try in range(_TRIES):
            stamp = self._stamp()
            if self._seen and self._seen[0] == stamp:
                return self._seen[1]
            pointer = read_pointer(self.folder)
            if pointer is None:
                raise _nothing_yet()
            if self._seen and self._seen[1].version == pointer.version:
                snapshot = self._seen[1]
            else:
                try:
                    snapshot = open_snapshot(pointer.path)
                except WarehouseError as error:  # pruned between reading the pointer and opening
                    failure = error
                    sleep(_PAUSE)
                    continue
            self._seen = (stamp, _checked(snapshot, pointer.as_of))
            return self._seen[1]
        raise WarehouseError(
            _("The newest snapshot cannot be read. {failure}", failure=failure)
        ) from failure

    def _stamp(self) -> _Stamp:
        try:
            found = (self.folder / POINTER).stat()
        except FileNotFoundError:
            raise _nothing_yet() from None
        return found.st_ino, found.st_mtime_ns, found.st_size


def file_name(version: int) -> str:
    """The name of a snapshot's file."""
    return f"v{version:06d}.duckdb"


def read_pointer(folder: Path) -> Pointer | None:
    """What the pointer says; None when nothing has been published yet.

    Raises:
        WarehouseError: the pointer is damaged.
    """
    try:
        said = orjson.loads((folder / POINTER).read_bytes())
        return Pointer(
            version=int(said["version"]),
            path=folder / Path(said["file"]).name,
            sequence=int(said["change_sequence"]),
            today=date.fromisoformat(said["today"]),
            completeness=str(said.get("completeness", "")),
            as_of={
                str(system): datetime.fromisoformat(at)
                for system, at in said.get("as_of", {}).items()
            },
        )
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise WarehouseError(
            _(
                "{file} is damaged; the snapshots beside it are whole. Run `oneview warehouse rebuild`.",
                file=folder / POINTER,
            )
        ) from error


def open_snapshot(path: Path) -> Snapshot:
    """Open a snapshot's file; it is closed when the last holder lets go.

    Raises:
        WarehouseError: it is not there, or cannot be read.
    """
    if not path.is_file():  # DuckDB's own words speak of creating it
        raise WarehouseError(_("{name} is not there.", name=path.name))
    engine = engine_for_reading(path, _CONFIG)
    try:
        with engine.connect() as connection:
            snapshot = describe(connection, path, engine)
    except (SQLAlchemyError, DBAPIError) as error:
        engine.dispose()
        raise WarehouseError(
            _("{name} cannot be read: {error}", name=path.name, error=error)
        ) from error
    weakref.finalize(snapshot, engine.dispose)
    return snapshot


def engine_for_reading(path: Path, config: Mapping[str, Any]) -> Engine:
    """An engine on a file that never changes, with DuckDB's settings for it."""
    return create_engine(
        URL.create("duckdb", database=str(path)),
        connect_args={"read_only": True, "config": dict(config)},
        isolation_level="AUTOCOMMIT",  # nothing to begin, nothing to end,
        skip_autocommit_rollback=True,  # and nothing to roll back, which takes as long as a small question
    )


def _checked(snapshot: Snapshot, as_of: Mapping[str, datetime]) -> Snapshot:
    """The snapshot, fresher: its sources were asked again and had nothing new."""
    sources = {
        system: replace(state, as_of=as_of.get(system, state.as_of))
        for system, state in snapshot.sources.items()
    }
    if sources == snapshot.sources:
        return snapshot
    fresher = replace(snapshot, sources=sources)
    weakref.finalize(fresher, _let_go, snapshot)
    return fresher


def _let_go(_: Snapshot) -> None:
    """Until its successor on the same file goes, a snapshot stays: with it goes the engine of both."""


def describe(connection: Connection, path: Path, engine: Engine) -> Snapshot:
    """A snapshot as it speaks of itself."""
    about = connection.execute(select(meta_snapshot)).one()
    entities, lineage = _lineage(connection)
    return Snapshot(
        version=about.version,
        path=path,
        engine=engine,
        built_at=about.built_at.replace(tzinfo=UTC),
        reporting_currency=about.reporting_currency,
        today=day_of(about.today),
        last_closed_month=_last_closed(connection, day_of(about.today)),
        sources={
            row.system: SourceState(
                system=row.system,
                as_of=row.as_of.replace(tzinfo=UTC) if row.as_of else None,
                complete_from=Month.from_key(row.complete_from) if row.complete_from else None,
                account=row.account,
                record_url=row.record_url,
                quarantined=row.quarantined,
            )
            for row in connection.execute(select(meta_source))
        },
        entities=entities,
        lineage=lineage,
        fiscal_start=_fiscal_start(connection),
    )


def _lineage(
    connection: Connection,
) -> tuple[dict[str, EntityStanding], dict[str, frozenset[str]]]:
    """How the entities stand and which tables are made of them; less in a snapshot of an earlier version."""
    known = "SELECT count(*) FROM information_schema.tables WHERE table_name = 'meta_lineage'"
    if not connection.scalar(text(known)):
        return {}, {}
    lines = connection.execute(select(meta_lineage)).all()
    titles = {line.entity: line.title for line in lines}
    entities = {
        row["entity"]: EntityStanding(
            system=row["system"],
            title=row.get("title") or titles.get(row["entity"], row["entity"]),
            quarantined=row["quarantined"] or 0,
            rows=row["rows"] or 0,
            as_of=row["as_of"].replace(tzinfo=UTC) if row["as_of"] else None,
            area=row.get("area") or "",
        )
        for row in connection.execute(text("SELECT * FROM meta_entity")).mappings()
    }
    made_of: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        made_of[line.fact].add(line.entity)
    return entities, {table: frozenset(names) for table, names in made_of.items()}


def _last_closed(connection: Connection, today: date) -> Month:
    """The newest closed month; the month before today's while no book has been closed."""
    month = connection.scalar(
        select(func.max(dim_period.c.month)).where(
            dim_period.c.is_closed.is_(True),
            dim_period.c.ends_on <= literal_column(f"DATE '{today}'"),
        )
    )
    return Month.from_key(month) if month else Month.of(today).plus(-1)


def _fiscal_start(connection: Connection) -> int:
    """The month in which the newest fiscal year begins; January where the books tell none."""
    found: int | None = connection.scalar(
        select(dim_period.c.year_month)
        .where(dim_period.c.year_month.is_not(None))
        .order_by(dim_period.c.month.desc())
        .limit(literal_column("1"))
    )
    return found % 100 if found else 1


def _nothing_yet() -> NoSnapshotError:
    return NoSnapshotError(
        _(
            "Nothing has been published yet: the first sync has not finished. "
            "Start it with `oneview sync run`, or wait for the worker."
        )
    )
