"""A source in memory that pages by key as the real ones do, and a small set of entities to mirror from it."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from models.database import open_record, upgrade
from models.tables.operations import ops_cursor, ops_quarantine
from sync.engine.asof import read_as_of, versions
from sync.engine.run import RunResult, run_sync
from sync.engine.stage import staging_table
from sync.entities.entity import Entity, Field, History, Kind, Surface, System
from sync.source import Deletion, KeyPage, Listed, Page, Source, SourceField, Total, Totals, Window
from tests.faults.written import bounds, moment, place, value

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
Record = dict[str, Any]


def _entity(key: str, fields: dict[str, Kind], **more: Any) -> Entity:
    system = System.NETSUITE if key.startswith("netsuite") else System.SUITEPROJECTS
    identity = more.pop("identity", ("id",))
    declared = {
        name: Field(source=name, kind=kind, required=name in identity)
        for name, kind in fields.items()
    }
    return Entity(
        key=key,
        title=key.partition("__")[2].title(),
        area="finance",
        system=system,
        surface=Surface.SUITEQL,
        resource=key.partition("__")[2],
        identity=identity,
        fields=declared,
        **more,
    )


ORDER = _entity(
    "netsuite__order",
    {
        "id": Kind.ID, "number": Kind.TEXT, "day": Kind.DATE, "amount": Kind.DECIMAL,
        "rate": Kind.RATE, "posting": Kind.FLAG, "changed": Kind.INSTANT,
    },
    modified="changed", dated="day", deletions="order", measures=("amount",),
    history=History(),
)  # fmt: skip
LINE = _entity(
    "netsuite__line",
    {
        "order": Kind.ID, "id": Kind.ID, "kind": Kind.TEXT, "amount": Kind.DECIMAL,
        "changed": Kind.INSTANT,
    },
    identity=("order", "id", "kind"), modified="changed", parent="netsuite__order",
    parent_key="order", measures=("amount",), history=History(),
)  # fmt: skip
RATE = _entity("netsuite__rate", {"id": Kind.ID, "rate": Kind.RATE}, history=History())
PERSON = _entity(
    "suiteprojects__person",
    {"id": Kind.ID, "name": Kind.TEXT, "changed": Kind.INSTANT},
    modified="changed", deletions="Person",
)  # fmt: skip
HOURS = _entity(
    "suiteprojects__hours",
    {"id": Kind.ID, "person": Kind.ID, "day": Kind.DATE, "hours": Kind.DECIMAL, "changed": Kind.INSTANT},
    modified="changed", dated="day", deletions="Hours", measures=("hours",),
)  # fmt: skip


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@dataclass
class StubSource:
    """One system whose records are dictionaries; serves pages by key inside a window."""

    system: System
    clock: Callable[[], datetime]
    account: str = "stub"
    page_size: int = 20
    records: dict[str, dict[Any, Record]] = field(default_factory=dict)
    gone: dict[str, list[Deletion]] = field(default_factory=dict)
    faults: dict[str, Exception] = field(default_factory=dict)
    custom: dict[str, list[SourceField]] = field(default_factory=dict)
    before_page: Callable[[Entity], None] = lambda _: None
    pages: int = 0
    served: list[tuple[str, Any]] = field(default_factory=list)
    without_totals: set[str] = field(default_factory=set)  # as XML, which counts nothing
    asked: list[str] = field(default_factory=list)  # totals, keys and single records
    urgent: bool = False

    def put(self, entity: Entity, record: Record, *, key: Any = None) -> None:
        """Save a record; its change is dated now. A child's change dates its parent's, too."""
        record = dict(record)
        if entity.modified and "changed" not in record:
            record["changed"] = moment(self.clock())
        identity = tuple(record.get(name) for name in entity.identity)
        self.records.setdefault(entity.key, {})[key or identity] = record

    def remove(self, entity: Entity, *identity: Any) -> None:
        """Delete a record; the list of deletions names it if the entity has one."""
        del self.records[entity.key][identity]
        if entity.deletions:
            deletion = Deletion(identity=tuple(map(int, identity)), at=self.clock())
            self.gone.setdefault(entity.key, []).append(deletion)

    def begin_run(self, *, urgent: bool = False) -> None:
        self.urgent = urgent

    def close(self) -> None:
        pass

    def page(self, entity: Entity, window: Window, after: Sequence[Any] | None) -> Page:
        self.before_page(entity)
        if fault := self.faults.get(entity.key):
            raise fault
        found = self._inside(entity, window)
        # position counts the sorted records: the tests do not insert while a window is read
        rest = [item for item in found if after is None or item[0] > after[0]]
        chosen = rest[: self.page_size]
        self.pages += 1
        self.served += [(entity.key, record.get("id")) for _, record in chosen]
        return Page(
            records=[record for _, record in chosen],
            position=[chosen[-1][0]] if len(rest) > len(chosen) else None,
            expected=len(found),
            requests=1,
            bytes_read=100,
            waited_ms=1,
        )

    def keys(self, entity: Entity, window: Window, after: Sequence[Any] | None) -> KeyPage:
        """Every key inside the window, in one page after another."""
        if fault := self.faults.get(f"keys {entity.key}"):
            raise fault
        self.asked.append(f"keys {entity.key}")
        found = [item for item in self._inside(entity, window) if not after or item[0] > after[0]]
        chosen = found[: self.page_size]
        return KeyPage(
            keys=[self._listed(entity, record) for _, record in chosen],
            position=[chosen[-1][0]] if len(found) > len(chosen) else None,
            requests=1,
            bytes_read=10,
            waited_ms=1,
        )

    def by_id(self, entity: Entity, identities: Sequence[Sequence[int | str]]) -> Page:
        if fault := self.faults.get(f"by_id {entity.key}"):
            raise fault
        self.asked.append(f"by_id {entity.key}")
        wanted = {tuple(map(str, identity)) for identity in identities}
        found = [
            record
            for record in self.records.get(entity.key, {}).values()
            if tuple(str(record.get(name)) for name in entity.identity) in wanted
        ]
        return Page(
            records=found, position=None, expected=None, requests=1, bytes_read=10, waited_ms=1
        )

    def totals(self, entity: Entity, window: Window) -> Totals | None:
        """By month with sums, as SuiteQL tells; of the other system one count, as REST tells."""
        if fault := self.faults.get(f"totals {entity.key}"):
            raise fault
        self.asked.append(f"totals {entity.key}")
        if entity.key in self.without_totals:
            return None
        found = [record for _, record in self._inside(entity, window)]
        if self.system is not System.NETSUITE:
            total = Total(month=None, rows=len(found))
            return Totals(totals=[total], by_month=False, requests=1)
        months: dict[int | None, list[Record]] = {}
        for record in found:
            day = self._owner(entity, record).get("day")
            month = int(day[:7].replace("-", "")) if day else None
            months.setdefault(month, []).append(record)
        return Totals(
            totals=[
                Total(
                    month=month,
                    rows=len(records),
                    sums={
                        name: sum((value(record.get(name)) for record in records), Decimal(0))
                        for name in entity.measures
                    },
                )
                for month, records in months.items()
            ],
            by_month=True,
            requests=1,
        )

    def _inside(self, entity: Entity, window: Window) -> list[tuple[int, Record]]:
        records = self.records.get(entity.key, {})
        newest_of_set: dict[str, str] = {}
        for record in records.values() if entity.parent else ():
            order, changed = record[str(entity.parent_key)], record["changed"]
            newest_of_set[order] = max(newest_of_set.get(order, ""), changed)
        within = bounds(window)
        return [
            (index, record)
            for index, (_, record) in enumerate(
                sorted(records.items(), key=lambda item: place(item[0]))
            )
            if self._is_inside(entity, record, within, newest_of_set)
            and all(one.holds(record.get(one.source)) for one in entity.conditions)
        ]

    def _listed(self, entity: Entity, record: Record) -> Listed:
        kinds = [entity.fields[name].kind for name in entity.identity]
        return Listed(
            identity=tuple(
                str(record[name]) if kind is Kind.TEXT else int(record[name])
                for name, kind in zip(entity.identity, kinds, strict=True)
            ),
            modified=record.get("changed"),
            dated=self._owner(entity, record).get("day"),
            values=tuple(record.get(name) for name in entity.measures),
        )

    def _owner(self, entity: Entity, record: Record) -> Record:
        if entity.parent is None:
            return record
        return self.records[entity.parent].get((record[str(entity.parent_key)],), {})

    def _is_inside(
        self, entity: Entity, record: Record, within: Sequence[str], newest: Mapping[str, str]
    ) -> bool:
        changed_from, changed_before, dated_from, dated_before = within
        dated = self._owner(entity, record)
        day = dated.get("day")
        if day is None:
            if dated_from and ("day" in entity.fields or "day" in dated):
                return False
        elif day < dated_from or (dated_before and day >= dated_before):
            return False
        stamps = [record.get("changed")] if entity.modified else []
        if entity.parent:
            stamps += [dated.get("changed"), newest.get(record[str(entity.parent_key)])]
        if not stamps:
            return True
        changed = max(stamp for stamp in stamps if stamp)
        return changed >= changed_from and not (changed_before and changed >= changed_before)

    def custom_fields(self, entity: Entity, *, fresh: bool = False) -> Sequence[SourceField]:
        return self.custom.get(entity.key, [])

    def deletions(self, entity: Entity, since: datetime) -> Sequence[Deletion]:
        return [deletion for deletion in self.gone.get(entity.key, []) if deletion.at >= since]


class Builds:
    """Stands for build and publish: remembers what was asked of it."""

    def __init__(self) -> None:
        self.calls = 0
        self.fault: Exception | None = None
        self.before: Callable[[], None] = lambda: None

    def __call__(self) -> int:
        self.before()
        self.calls += 1
        if self.fault:
            raise self.fault
        return self.calls


@dataclass
class Mirror:
    """A record, two stub sources, and the runs between them."""

    url: str
    engine: Engine
    clock: Clock
    netsuite: StubSource
    suiteprojects: StubSource
    builds: Builds
    entities: Mapping[str, Entity]

    order, line, rate, person, hours = ORDER, LINE, RATE, PERSON, HOURS

    def run(self, *sources: Source, **options: Any) -> RunResult:
        """Run the sync once."""
        options = {
            "trigger": "command", "entities": self.entities, "build": self.builds,
            "chunk_rows": 1,  # each page is a chunk, so that there is much to be cut off between
        } | options  # fmt: skip
        chosen = sources or (self.netsuite, self.suiteprojects)
        return run_sync(self.engine, chosen, self.clock, **options)

    def rows(self, entity: Entity, *, deleted: bool = False) -> dict[Any, Any]:
        """The living (or the deleted) rows of an entity, by identity."""
        table = staging_table(entity)
        wanted = table.c._deleted_at.is_not(None) if deleted else table.c._deleted_at.is_(None)
        with self.engine.connect() as connection:
            rows = connection.execute(select(table).where(wanted)).all()
        keys = [tuple(getattr(row, name) for name in entity.identity) for row in rows]
        return {key[0] if len(key) == 1 else key: row for key, row in zip(keys, rows, strict=True)}

    def as_of(self, entity: Entity, at: datetime, **options: Any) -> dict[Any, Any]:
        """The records of an entity as they were, by identity."""
        found = {}
        for row in read_as_of(self.engine, entity, at, **options):
            key = tuple(row[name] for name in entity.identity)
            assert key not in found, f"two versions of {key} at {at}"
            found[key] = row
        return {key[0] if len(key) == 1 else key: row for key, row in found.items()}

    def versions(self, entity: Entity, *identity: Any) -> list[Any]:
        """All versions of a record, from the first to the newest."""
        version = versions(entity).subquery("v")
        mine = [
            version.c[name] == part for name, part in zip(entity.identity, identity, strict=True)
        ]
        # the newest has not been replaced, so what has comes before it
        order = (version.c._known_to.is_(None), version.c._known_to)
        with self.engine.connect() as connection:
            return list(connection.execute(select(version).where(*mine).order_by(*order)))

    def cursor(self, entity: Entity) -> Any:
        """The cursor of an entity."""
        with self.engine.connect() as connection:
            return connection.execute(
                select(ops_cursor).where(ops_cursor.c.entity == entity.key)
            ).one()

    def aside(self) -> list[Any]:
        """What is in quarantine."""
        with self.engine.connect() as connection:
            return list(connection.execute(select(ops_quarantine)))

    def state(self) -> dict[str, Any]:
        """What a person would compare: rows, deletions, watermarks, quarantine; no run ids."""
        found: dict[str, Any] = {}
        for entity in self.entities.values():
            names = [*entity.fields, "custom"]
            for deleted in (False, True):
                found[f"{entity.key} {deleted}"] = {
                    key: tuple(getattr(row, name) for name in names)
                    for key, row in self.rows(entity, deleted=deleted).items()
                }
        with self.engine.connect() as connection:
            columns = (ops_cursor.c.entity, ops_cursor.c.watermark, ops_cursor.c.complete_from)
            found["cursors"] = sorted(map(tuple, connection.execute(select(*columns))))
            aside = select(ops_quarantine.c.entity, ops_quarantine.c.record_key)
            found["quarantine"] = sorted(map(tuple, connection.execute(aside)))
        return found

    def let_go(self) -> None:
        """Hold no connection while a child is forked: SQLite must not be carried across a fork.

        A child that inherits an open file believes that it holds the parent's locks, and asks for none.
        """
        self.engine.dispose()

    def reopen(self) -> None:
        """Open the record anew, as a process that starts does."""
        self.let_go()
        self.engine = open_record(self.url)

    def run_and_die(self, at: str, count: int) -> None:
        """Run in this process, which is killed as the `count`-th transaction begins or commits."""
        self.reopen()
        left = count

        def die(_: object) -> None:
            nonlocal left
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(self.engine, at, die)
        self.run()


def _fill(netsuite: StubSource, suiteprojects: StubSource) -> None:
    """A little business of three years: 120 orders of two or three lines, 90 entries of hours."""
    for number in range(1, 121):
        day = date(2023, 6, 1) + timedelta(days=8 * number)
        changed = moment(START - timedelta(days=130 - number))
        netsuite.put(
            ORDER,
            {
                "id": str(number), "number": f"SO{number}", "day": str(day), "amount": f"{number}.10",
                "rate": "1.08730000", "posting": "T", "changed": changed, "custbody_region": "North",
            },
        )  # fmt: skip
        for index in range(2 + number % 2):
            netsuite.put(
                LINE,
                {
                    "order": str(number), "id": str(index), "kind": "A", "amount": "-0.05",
                    "changed": changed,
                },
            )  # fmt: skip
    for number in range(1, 8):
        netsuite.put(RATE, {"id": str(number), "rate": f"1.0{number}"})
        suiteprojects.put(PERSON, {"id": number, "name": f"Person {number}"})
    for number in range(1, 91):
        day = date(2024, 1, 1) + timedelta(days=8 * number)
        suiteprojects.put(
            HOURS, {"id": number, "person": 1 + number % 7, "day": str(day), "hours": "7.5"}
        )


@pytest.fixture
def make_mirror(record_url: str) -> Iterator[Callable[..., Mirror]]:
    """Makes the mirror anew from its URL, as another process would."""
    made: list[Mirror] = []

    def make(url: str = record_url) -> Mirror:
        clock = Clock()
        netsuite = StubSource(System.NETSUITE, clock)
        suiteprojects = StubSource(System.SUITEPROJECTS, clock)
        _fill(netsuite, suiteprojects)
        clock.move(hours=1)
        entities = {entity.key: entity for entity in (LINE, ORDER, RATE, HOURS, PERSON)}
        engine = open_record(url)
        upgrade(engine)
        mirror = Mirror(url, engine, clock, netsuite, suiteprojects, Builds(), entities)
        made.append(mirror)
        return mirror

    yield make
    for mirror in made:
        mirror.engine.dispose()


@pytest.fixture
def mirror(make_mirror: Callable[..., Mirror]) -> Mirror:
    """A fresh record and two systems full of records; nothing is synced yet."""
    return make_mirror()


@pytest.fixture
def undisturbed(make_mirror: Callable[..., Mirror], sqlite_record: Path, tmp_path: Path) -> Mirror:
    """The same two systems and a record of its own, on which nothing ever goes wrong."""
    return make_mirror(f"sqlite:///{copy(sqlite_record, tmp_path / 'undisturbed.db')}")


@pytest.fixture
def in_child(mirror: Mirror) -> Iterator[Callable[[Callable[[], object]], int | None]]:
    """Runs something in a real process of its own and returns its exit code, negative for a signal."""
    context = multiprocessing.get_context("fork")
    children: list[Any] = []

    def run(work: Callable[[], object]) -> int | None:
        mirror.let_go()
        child = context.Process(target=work)
        children.append(child)
        child.start()
        child.join(timeout=60)
        return child.exitcode

    yield run
    for child in children:
        child.kill()
        child.join()
