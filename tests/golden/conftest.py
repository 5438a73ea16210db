"""The world's rows, put straight into a record's staging tables, and the facts built of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert

from models.database import open_record, upgrade, writing
from models.settings import WarehouseSettings
from models.snapshot import Snapshot, Snapshots
from models.tables.operations import ops_cursor
from sync.engine.meta import SourceInfo
from sync.engine.parse import parser_of
from sync.engine.publish import build_and_publish
from sync.engine.stage import ensure_tables
from sync.engine.upsert import upsert
from sync.entities import ENTITIES
from sync.entities.entity import Entity, Surface, System
from sync.sandbox.suiteprojects.names import RESOURCES, rest_name
from sync.sandbox.world import World
from tests.golden.corrections import Corrected, corrected_copy
from tests.golden.days import Firm
from tests.golden.gaps import out_of_order

TODAY = date(2026, 11, 20)
SOURCES = (
    SourceInfo(system=System.NETSUITE, account="1234567", record_url="https://erp.example"),
    SourceInfo(system=System.SUITEPROJECTS, account="demo", record_url="https://psa.example"),
)


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A record that mirrors a world, and the snapshot published of it."""

    world: World
    record: Engine
    settings: WarehouseSettings
    clock: Callable[[], datetime]

    @cached_property
    def snapshots(self) -> Snapshots:
        return Snapshots(self.settings.snapshot_dir)

    @property
    def snapshot(self) -> Snapshot:
        return self.snapshots.current()


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


PLAIN: dict[type, Callable[[Any], str]] = {
    datetime: _instant,
    date: date.isoformat,
    Decimal: str,
}


def _plain(values: list[Any]) -> list[Any]:
    """Values of a column as a client gives them."""
    kinds = {kind: PLAIN[kind] for kind in set(map(type, values)) if kind in PLAIN}
    if not kinds:
        return values
    return [kinds[type(value)](value) if type(value) in kinds else value for value in values]


def _records(world: World, entity: Entity) -> list[Mapping[str, Any]]:
    if entity.system is System.NETSUITE:
        table = world.netsuite.tables[entity.resource]
    else:
        rest = entity.surface is Surface.REST
        path = entity.resource.strip("/")
        table = world.suiteprojects.tables[RESOURCES[path].datatype if rest else path]
    names = [
        rest_name(table.name, column)
        if entity.surface is Surface.REST and not column.endswith("__c")
        else column
        for column in table.columns
    ]
    rows = table.rows.values()
    columns = [_plain([row.get(column) for row in rows]) for column in table.columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _rows(entity: Entity, records: list[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    rows, bad = parser_of(entity).read(records)
    assert not bad, (entity.key, bad[0])
    return rows


@pytest.fixture(scope="package")
def load_world() -> Callable[[World, Path, str], Loaded]:
    """Mirror a world into a fresh record without any wire, and publish it."""

    def load(world: World, folder: Path, record_url: str = "") -> Loaded:
        kept = _kept(world) if not record_url else None
        if kept and kept.exists():
            shutil.copytree(kept, folder, dirs_exist_ok=True)
            return _opened(world, folder)
        settings = WarehouseSettings(data_dir=folder, database_url=record_url)
        engine = open_record(settings.record_url)
        upgrade(engine)
        ensure_tables(engine, ENTITIES.values())
        now = datetime.combine(world.today, time(12), UTC)
        with writing(engine) as connection:
            for entity in ENTITIES.values():
                rows = _rows(entity, _records(world, entity))
                upsert(connection, entity, rows, run_id=1, now=now)
                connection.execute(
                    insert(ops_cursor).values(entity=entity.key, watermark=now, updated_at=now)
                )
        loaded = Loaded(world=world, record=engine, settings=settings, clock=lambda: now)
        assert build_and_publish(engine, settings, SOURCES, loaded.clock) == 1
        if kept:
            engine.dispose()  # all of it is in the file
            shutil.copytree(folder, kept)
        return loaded

    return load


def _opened(world: World, folder: Path) -> Loaded:
    settings = WarehouseSettings(data_dir=folder, database_url="")
    now = datetime.combine(world.today, time(12), UTC)
    record = open_record(settings.record_url)
    return Loaded(world=world, record=record, settings=settings, clock=lambda: now)


def _kept(world: World) -> Path | None:
    """Where a loaded world is kept between runs while the code that makes it stays the same.

    Only for who works on numbers and asks for it by ONEVIEW_TEST_CACHE, a folder.
    """
    if not (cache := os.environ.get("ONEVIEW_TEST_CACHE")):
        return None
    root = Path(__file__).parents[2]
    made_by = sha256()
    folders = ("sync", "models/tables", "models/business", "models/migrations")
    paths = [path for name in folders for path in (root / name).rglob("*")]
    for path in sorted([*paths, *(root / "models").glob("*.py"), Path(__file__)]):
        if path.is_file() and path.suffix != ".pyc":
            made_by.update(path.read_bytes())
    size = len(world.netsuite.tables["transaction"].rows)
    return Path(cache) / f"{made_by.hexdigest()[:16]}-{world.seed}-{world.today}-{size}"


@pytest.fixture(scope="package")
def loaded(
    load_world: Callable[[World, Path], Loaded], tmp_path_factory: pytest.TempPathFactory
) -> Loaded:
    """The world of seed 7."""
    return load_world(World(7, today=TODAY), tmp_path_factory.mktemp("golden"))


@pytest.fixture(scope="package")
def short(
    load_world: Callable[[World, Path], Loaded], tmp_path_factory: pytest.TempPathFactory
) -> Loaded:
    """A smaller firm with a year and a half behind it: a quarter of the rows, every kind of them."""
    world = World(7, today=TODAY, months=18, size=0.4)
    return load_world(world, tmp_path_factory.mktemp("short"))


@pytest.fixture(scope="package")
def gaps(short: Loaded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """The smaller firm a week later, put out of order."""
    business = tmp_path_factory.mktemp("business") / "business.toml"
    made = out_of_order(short, tmp_path_factory.mktemp("gaps"), business)
    yield made
    made.record.dispose()


@pytest.fixture(scope="package")
def corrected(short: Loaded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corrected]:
    """The smaller firm before and after corrections."""
    made = corrected_copy(short, tmp_path_factory.mktemp("corrected"))
    yield made
    made.loaded.record.dispose()


@pytest.fixture(scope="module")
def record(loaded: Loaded) -> Iterator[Connection]:
    """The record of the world of seed 7, to be asked by plain SQL."""
    with loaded.record.connect() as connection:
        yield connection


@pytest.fixture(scope="package")
def firm(loaded: Loaded) -> Firm:
    """The people of the world of seed 7, their days and their bookings."""
    return Firm(loaded.record)
