"""The warehouse as a whole: make it again from the record, and prove that it equals the record."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
from sqlalchemy import Engine

from models.errors import NoSnapshotError
from models.settings import WarehouseSettings
from models.snapshot import read_pointer
from models.tables.conformed import SNAPSHOT, meta_snapshot

from .build import Clock, build
from .meta import SourceInfo
from .publish import next_version, publish

_OWN = ("version", "built_at")  # differ from build to build by nature


def rebuild(
    engine: Engine, warehouse: WarehouseSettings, sources: Sequence[SourceInfo], clock: Clock
) -> int:
    """Throw the work file away, make it again from the record, publish; return the version."""
    version = next_version(warehouse.snapshot_dir)
    built = build(engine, warehouse.work_dir, sources, clock, version=version, rebuild=True)
    publish(built, warehouse.snapshot_dir, version, warehouse.snapshots_kept)
    return version


def verify(
    engine: Engine, warehouse: WarehouseSettings, sources: Sequence[SourceInfo], clock: Clock
) -> list[str]:
    """Compare the published snapshot, row by row, with one made of the record from nothing.

    Returns:
        What differs, a sentence a table; empty when they are equal.

    Raises:
        NoSnapshotError: nothing has been published yet.
    """
    published = read_pointer(warehouse.snapshot_dir)
    if published is None:
        raise NoSnapshotError("Nothing has been published yet, so there is nothing to verify.")
    with tempfile.TemporaryDirectory(prefix="oneview-verify-") as folder:
        fresh = build(
            engine, Path(folder), sources, clock, version=published.version, observing=False
        )
        differing = compare(published.path, fresh.path)
    if differing and fresh.sequence != published.sequence:
        differing.insert(
            0,
            f"The record has moved on since: the snapshot holds change {published.sequence}, "
            f"the record is at {fresh.sequence}. Publish, then verify again.",
        )
    return differing


def compare(published: Path, fresh: Path) -> list[str]:
    """Name the tables in which two files of facts differ, with how many rows each has alone."""
    with _both(published, fresh) as connection:
        return [text for table in SNAPSHOT.sorted_tables for text in _differing(connection, table)]


def _differing(connection: duckdb.DuckDBPyConnection, table: object) -> Iterator[str]:
    name = str(table)
    columns = f"* EXCLUDE ({', '.join(_OWN)})" if name == meta_snapshot.name else "*"
    alone = [
        connection.execute(
            f"SELECT count(*) FROM (SELECT {columns} FROM {one}.{name} "
            f"EXCEPT ALL SELECT {columns} FROM {other}.{name})"
        ).fetchone()
        for one, other in (("published", "fresh"), ("fresh", "published"))
    ]
    only_published, only_fresh = (row[0] if row else 0 for row in alone)
    if only_published or only_fresh:
        yield (
            f"{name}: {only_published} rows only in the snapshot, "
            f"{only_fresh} rows only in what the record makes."
        )


@contextmanager
def _both(published: Path, fresh: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for name, path in (("published", published), ("fresh", fresh)):
            quoted = str(path).replace("'", "''")
            connection.execute(f"ATTACH '{quoted}' AS {name} (READ_ONLY)")
        yield connection
