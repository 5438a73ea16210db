"""Keeps a closed month as it was: once its books are closed, the newest snapshot's tables go to files of their own.

A month is kept once and never again, whatever is corrected, reopened or closed later. Months that were closed
before One View first looked are not known as they were; of these the newest is kept, and says so.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from typing import Any

import duckdb
import orjson
from sqlalchemy import select

from models.archive import ABOUT, DERIVED, SCHEMA, file_name, seal, sha256_of
from models.errors import OneViewError, WarehouseError
from models.period import Month
from models.settings import WarehouseSettings
from models.snapshot import Snapshot, open_snapshot, read_pointer
from models.tables.conformed import dim_period
from models.told import told

from .build import Clock
from .files import to_disk
from .workfiles import Limits

SEEN = "seen.json"  # the months that were closed when last looked at
_UNFINISHED = ".unfinished"
_READ_ONLY = 0o440
_ROWS_TOGETHER = 30_720  # a wide fact's fit into a build's memory
_Config = dict[str, str | bool | int | float | list[str]]
_log = logging.getLogger(__name__)


def keep_closed(warehouse: WarehouseSettings, limits: Limits, clock: Clock) -> list[Month]:
    """Keep the months that have been closed since last time, as the newest snapshot has them.

    What is published stays published: a month that cannot be kept is logged and tried again at the next run.

    Returns:
        The months kept now.
    """
    if not warehouse.archive_closed_months:
        return []
    try:
        return _keep(warehouse, limits, clock)
    except (OneViewError, OSError, duckdb.Error) as error:
        _log.error(
            "Closed months could not be kept in %s: %s The numbers are published all the same, and nothing that "
            "was kept before is touched. The next run tries again.",
            warehouse.archive_dir, error,
        )  # fmt: skip
        return []


def _keep(warehouse: WarehouseSettings, limits: Limits, clock: Clock) -> list[Month]:
    pointer = read_pointer(warehouse.snapshot_dir)
    folder = warehouse.archive_dir
    seen = _seen(folder)
    if pointer is None or (seen is not None and seen["version"] == pointer.version):
        return []
    snapshot = open_snapshot(pointer.path)
    if any(one.complete_from for one in snapshot.sources.values()):
        return []  # what is kept now would lack what is still to come
    closed = _closed(snapshot)
    if seen is None:
        new, was_seen = closed[-1:], False
    else:
        new, was_seen = [one for one in closed if one.key not in seen["closed"]], True
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = [one for one in new if not (folder / str(one)).exists()]
    for month in kept:
        _write(snapshot, folder, month, was_seen, limits.config(warehouse.work_dir), clock)
    known = {one.key for one in closed} | set(seen["closed"] if seen else ())
    _replace(folder / SEEN, {"version": pointer.version, "closed": sorted(known)})
    return kept


def _closed(snapshot: Snapshot) -> list[Month]:
    """The months that are closed and over, the oldest first."""
    query = select(dim_period.c.month).where(
        dim_period.c.is_closed.is_(True), dim_period.c.ends_on <= snapshot.today
    )
    with snapshot.engine.connect() as connection:
        return sorted({Month.from_key(key) for key in connection.scalars(query)})


def _seen(folder: Path) -> Mapping[str, Any] | None:
    """What was closed last time; None: nobody has looked yet."""
    try:
        said = orjson.loads((folder / SEEN).read_bytes())
        return {"version": int(said["version"]), "closed": [int(key) for key in said["closed"]]}
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise WarehouseError(
            told(
                "{file} is damaged. Put it back from the backup; without the file the newest closed "
                "month counts as closed before One View looked.",
                file=folder / SEEN,
            )
        ) from error


def _write(
    snapshot: Snapshot, folder: Path, month: Month, was_seen: bool, config: _Config, clock: Clock
) -> None:
    """Write a month's folder under another name first: a crash leaves none that is half-written."""
    target = folder / str(month)
    unfinished = folder / f"{month}{_UNFINISHED}"
    shutil.rmtree(unfinished, ignore_errors=True)
    _need_room(folder, snapshot.path.stat().st_size)
    unfinished.mkdir(mode=0o700)
    tables = _copy(snapshot.path, unfinished, config)
    about = {
        "schema": SCHEMA,
        "month": month.key,
        "version": snapshot.version,
        "kept_at": clock().astimezone(UTC).isoformat(),
        "was_seen": was_seen,
        "tables": tables,
    }
    (unfinished / ABOUT).write_bytes(seal(about))
    for path in unfinished.iterdir():
        path.chmod(_READ_ONLY)
        to_disk(path)
    to_disk(unfinished)
    unfinished.rename(target)
    to_disk(folder)
    _log.info("%s is closed and was kept as it is, in %s.", month, target)


def _copy(source: Path, folder: Path, config: _Config) -> dict[str, dict[str, Any]]:
    """Write the tables of a snapshot as files; return what is to be known of each."""
    found: dict[str, dict[str, Any]] = {}
    with duckdb.connect(config=config) as work:
        work.execute(f"ATTACH '{_quoted(source)}' AS snapshot (READ_ONLY)")
        columns: dict[str, list[str]] = {}
        listed = work.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'snapshot' "
            "AND NOT internal ORDER BY table_name, column_index"
        ).fetchall()
        for table, column in listed:
            if not table.startswith(DERIVED):
                columns.setdefault(table, []).append(column)
        for table, names in columns.items():
            path = folder / file_name(table)
            (rows,) = work.execute(
                f"COPY (SELECT * FROM snapshot.\"{table}\") TO '{_quoted(path)}' "
                f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROWS_TOGETHER})"
            ).fetchone() or (0,)
            found[table] = {
                "columns": names,
                "rows": rows,
                "bytes": path.stat().st_size,
                "sha256": sha256_of(path),
            }
    return found


def _replace(path: Path, said: Mapping[str, Any]) -> None:
    unfinished = path.with_name(path.name + _UNFINISHED)
    unfinished.write_bytes(orjson.dumps(said))
    to_disk(unfinished)
    unfinished.replace(path)
    to_disk(path.parent)


def _need_room(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < size:
        raise WarehouseError(
            told(
                "The disk is too full: {free} MB are free, {needed} MB are needed.",
                free=f"{free / 1e6:,.0f}",
                needed=f"{size / 1e6:,.0f}",
            )
        )


def _quoted(path: Path) -> str:
    return str(path.absolute()).replace("'", "''")
