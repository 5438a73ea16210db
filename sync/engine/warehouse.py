"""The warehouse as a whole: make it again from the record, and prove that it equals the record."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import duckdb
from sqlalchemy import Engine, Table

from models.errors import NoSnapshotError
from models.settings import WarehouseSettings
from models.snapshot import Pointer, read_pointer
from models.tables.conformed import SNAPSHOT, meta_entity, meta_snapshot, meta_source
from models.told import told

from .build import Clock, build
from .meta import SourceInfo
from .publish import build_next, business_of, completeness, limits_of
from .turn import turn
from .workfiles import Limits, quoted

_OWN = {  # differ from build to build by nature
    meta_snapshot.name: ("version", "built_at"),
    meta_entity.name: ("age_minutes",),
}
_AS_OF = {
    meta_source.name: ("as_of",),
    meta_entity.name: ("as_of", "age_minutes", "change_minutes"),
}
_KEYS = ("system", "entity", "month", "day")
_SAMPLES = 3
_PREFIX = "verify-"
_ABANDONED = 24 * 3600.0  # seconds; no comparison takes longer


def rebuild(
    engine: Engine, warehouse: WarehouseSettings, sources: Sequence[SourceInfo], clock: Clock
) -> int:
    """Throw the work files away, make them again from the record, publish; return the version."""
    with turn(warehouse.work_dir):
        return build_next(engine, warehouse, sources, clock, rebuild=True)


def verify(
    engine: Engine, warehouse: WarehouseSettings, sources: Sequence[SourceInfo], clock: Clock
) -> list[str]:
    """Compare the published snapshot, row by row, with one made of the record from nothing.

    Works on files of its own: neither the worker nor readers notice.

    Returns:
        What differs, a sentence a table; empty when they are equal.

    Raises:
        NoSnapshotError: nothing has been published yet.
    """
    with _own_folder(warehouse.work_dir) as folder:
        published = _held(warehouse.snapshot_dir, folder)
        limits = limits_of(warehouse)
        fresh = build(
            engine, folder, sources, clock,
            version=published.version, observing=False, limits=limits, business=business_of(engine, warehouse),
        )  # fmt: skip
        without = {
            **_OWN,
            **(_AS_OF if published.as_of else {}),
        }  # checked again since, nothing new
        differing = compare(published.path, fresh.path, without, limits)
    moved_on = (fresh.sequence, completeness(fresh.state, fresh.given)) != (
        published.sequence, published.completeness,
    )  # fmt: skip
    if differing and moved_on:
        differing.insert(
            0,
            f"The record has moved on since: the snapshot holds change {published.sequence}, "
            f"the record is at {fresh.sequence}. Publish, then verify again.",
        )
    return differing


@contextmanager
def _own_folder(work_dir: Path) -> Iterator[Path]:
    """A folder beside the work files, where there is room for as much; what a crash left goes."""
    work_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in work_dir.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=work_dir) as folder:
        yield Path(folder)


def _held(snapshots: Path, folder: Path) -> Pointer:
    """The newest snapshot under a second name, so that it stays however many are published meanwhile."""
    published = read_pointer(snapshots)
    if published is None:
        raise NoSnapshotError(
            told("Nothing has been published yet, so there is nothing to verify.")
        )
    held = folder / f"published-{published.path.name}"
    try:
        os.link(published.path, held)
    except OSError:  # no second names on this file system, or the file is gone: that is told later
        return published
    return replace(published, path=held)


def compare(
    published: Path,
    fresh: Path,
    without: Mapping[str, Sequence[str]] = _OWN,
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> list[str]:
    """Name the tables in which two files of facts differ, with how many rows each has alone."""
    with _both(published, fresh, limits) as connection:
        return [
            text
            for table in SNAPSHOT.sorted_tables
            for text in _differing(connection, table, without.get(table.name, ()))
        ]


def _differing(
    connection: duckdb.DuckDBPyConnection, table: Table, without: Sequence[str]
) -> Iterator[str]:
    columns = f"* EXCLUDE ({', '.join(without)})" if without else "*"
    connection.execute(  # added up in one pass: an EXCEPT ALL each way sorts both sides twice
        "CREATE OR REPLACE TEMP TABLE differing AS SELECT * EXCLUDE (_side), sum(_side) AS _more FROM "
        f"(SELECT {columns}, 1 AS _side FROM published.{table.name} "
        f"UNION ALL SELECT {columns}, -1 FROM fresh.{table.name}) GROUP BY ALL HAVING sum(_side) <> 0"
    )
    more = "SELECT sum(greatest(_more, 0)), sum(greatest(-_more, 0)) FROM differing"
    only_published, only_fresh = connection.execute(more).fetchone() or (0, 0)
    if only_published or only_fresh:
        yield (
            f"{table.name}: {only_published} rows only in the snapshot, "
            f"{only_fresh} rows only in what the record makes{_samples(connection, table)}."
        )


def _samples(connection: duckdb.DuckDBPyConnection, table: Table) -> str:
    """The first few keys of what differs."""
    keys = [
        column.name
        for column in table.columns
        if column.name in _KEYS or column.name.endswith(("_id", "_key"))
    ][:4]
    if not keys:
        return ""
    found = connection.execute(
        f"SELECT DISTINCT {', '.join(keys)} FROM differing ORDER BY ALL LIMIT {_SAMPLES}"
    ).fetchall()
    told = [
        " ".join(f"{key} {value}" for key, value in zip(keys, row, strict=True)) for row in found
    ]
    return f"; such as {', '.join(told)}"


@contextmanager
def _both(published: Path, fresh: Path, limits: Limits) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config=limits.config(fresh.parent)) as connection:
        for name, path in (("published", published), ("fresh", fresh)):
            connection.execute(f"ATTACH '{quoted(path)}' AS {name} (READ_ONLY)")
        yield connection
