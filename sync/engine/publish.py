"""Publishes the facts: a whole new file under a new name, then the pointer moves to it."""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from os import utime
from pathlib import Path

import orjson
from sqlalchemy import Connection, Engine

from models.business import Business, load_file, merged
from models.errors import ConfigError, WarehouseError
from models.settings import WarehouseSettings
from models.snapshot import POINTER, Pointer, file_name, read_pointer
from models.told import told

from ..entities.entity import System
from .archive import keep_closed
from .build import Built, Clock, build, made_from
from .carry import RecordState, reading, record_state
from .files import copy_file, to_disk
from .meta import SourceInfo, as_of_system, today_of
from .retention import Retention, prune, versions
from .turn import turn
from .workfiles import Limits

_UNFINISHED = ".unfinished"
_ROOM = 2  # times the file's size must be free
_read: dict[str, Business] = {}  # file of the business -> what it said when it was last right
_log = logging.getLogger(__name__)


def build_and_publish(
    engine: Engine,
    warehouse: WarehouseSettings,
    sources: Sequence[SourceInfo],
    clock: Clock,
    *,
    force: bool = False,
) -> int | None:
    """Build the facts and let readers have them; return the snapshot's version.

    None when the newest snapshot already holds the record's newest change and speaks of today; the
    pointer then says up to when that has been checked.

    Raises:
        WarehouseError: what is published stays; the text says what to do.
    """
    with turn(warehouse.work_dir):
        published = whole_pointer(warehouse.snapshot_dir)
        if published and not force and _is_current(engine, warehouse, published, clock):
            keep_closed(warehouse, limits_of(warehouse), clock)  # what failed last time
            return None
        return build_next(engine, warehouse, sources, clock)


def build_next(
    engine: Engine,
    warehouse: WarehouseSettings,
    sources: Sequence[SourceInfo],
    clock: Clock,
    *,
    rebuild: bool = False,
) -> int:
    """Build and publish the next version; the caller has the turn."""
    version = next_version(warehouse.snapshot_dir)
    built = build(
        engine, warehouse.work_dir, sources, clock,
        version=version, rebuild=rebuild, limits=limits_of(warehouse), business=business_of(engine, warehouse),
    )  # fmt: skip
    retention = Retention(newest=warehouse.snapshots_kept, days=warehouse.snapshot_days_kept)
    publish(built, warehouse.snapshot_dir, version, retention)
    keep_closed(warehouse, limits_of(warehouse), clock)
    return version


def limits_of(warehouse: WarehouseSettings) -> Limits:
    """What the settings allow a build to take."""
    return Limits(memory_mb=warehouse.build_memory_mb, threads=warehouse.build_threads)


def _is_current(
    engine: Engine, warehouse: WarehouseSettings, published: Pointer, clock: Clock
) -> bool:
    """Whether the snapshot holds all there is; then the pointer is told up to when that was checked."""
    with reading(engine) as record:
        state = record_state(record)
        told = completeness(state, made_from(business_of(record, warehouse)))
    if (state.sequence, today_of(state, clock().astimezone(UTC)), told) != (
        published.sequence, published.today, published.completeness,
    ):  # fmt: skip
        return False
    try:
        _point(warehouse.snapshot_dir, replace(published, as_of=_as_of(state)))
    except OSError as error:
        raise _not_written(warehouse.snapshot_dir, error) from error
    return True


def business_of(record: Engine | Connection, warehouse: WarehouseSettings) -> Business:
    """How the firm counts from now on: as its file says, and people decided.

    Raises:
        ConfigError: the file is wrong.
    """
    return merged(record, file_of(warehouse.business_file))


def file_of(file: str) -> Business:
    """What the file of the business says; what it said before, while somebody is at work on it.

    Raises:
        ConfigError: it is wrong, and was never right in this process.
    """
    try:
        _read[file] = load_file(file)
    except ConfigError as error:
        if file not in _read:
            raise
        _log.warning("What the file of the business said before still holds. %s", error)
    return _read[file]


def completeness(state: RecordState, given: str) -> str:
    """Stands for what a snapshot is made of beside rows and times: what is aside, what is to come, how it counts.

    Args:
        given: stands for how facts are made of rows.
    """
    told = sorted(
        (name, item.complete_from, item.quarantined, item.is_off)
        for name, item in state.entities.items()
    )
    return hashlib.sha256(repr((told, given)).encode()).hexdigest()[:16]


def publish(built: Built, folder: Path, version: int, retention: Retention) -> None:
    """Copy a finished file of facts under its own name, move the pointer, drop what is too old.

    A crash at any moment leaves the pointer on a whole snapshot.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _clean(folder)
    _need_room(folder, built.path.stat().st_size)
    target = folder / file_name(version)
    unfinished = target.with_name(target.name + _UNFINISHED)
    try:
        copy_file(built.path, unfinished)
        utime(unfinished, (built.at.timestamp(), built.at.timestamp()))
        to_disk(unfinished)
        unfinished.replace(target)
        to_disk(folder)  # the pointer must never name what a power cut takes back
        _point(
            folder,
            Pointer(
                version=version,
                path=target,
                sequence=built.sequence,
                today=built.today,
                completeness=completeness(built.state, built.given),
            ),
        )
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise _not_written(folder, error) from error
    prune(folder, version, retention, built.at)


def _not_written(folder: Path, error: OSError) -> WarehouseError:
    return WarehouseError(
        f"The snapshot could not be written to {folder}: {error.strerror}. "
        "Readers keep the one before. Nothing is lost; the next sync tries again."
    )


def whole_pointer(folder: Path) -> Pointer | None:
    """The pointer, if it can be read and names a file that is there: else there is to publish anew."""
    try:
        pointer = read_pointer(folder)
    except WarehouseError:
        return None
    return pointer if pointer and pointer.path.is_file() else None


def next_version(folder: Path) -> int:
    """The version after every snapshot that is known here."""
    published = whole_pointer(folder)
    return max([published.version if published else 0, *versions(folder)]) + 1


def _as_of(state: RecordState) -> dict[str, datetime]:
    found = {str(system): as_of_system(state.entities, system) for system in System}
    return {system: at for system, at in found.items() if at is not None}


def _need_room(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < _ROOM * size:
        raise WarehouseError(
            told(
                "The disk of {folder} is too full to publish: {free} MB are free, {needed} MB are "
                "needed. Readers keep the snapshot before, nothing is lost. Free some space; the next"
                " sync publishes.",
                folder=folder,
                free=f"{free / 1e6:,.0f}",
                needed=f"{_ROOM * size / 1e6:,.0f}",
            )
        )


def _point(folder: Path, to: Pointer) -> None:
    pointer = folder / POINTER
    unfinished = folder / (POINTER + _UNFINISHED)
    unfinished.write_bytes(
        orjson.dumps(
            {
                "version": to.version,
                "file": to.path.name,
                "change_sequence": to.sequence,
                "today": to.today.isoformat(),
                "completeness": to.completeness,
                "as_of": {system: at.isoformat() for system, at in to.as_of.items()},
            }
        )
    )
    to_disk(unfinished)
    unfinished.replace(pointer)
    to_disk(folder)


def _clean(folder: Path) -> None:
    """Take away what a crash left half-written; only one process publishes."""
    for path in folder.glob(f"*{_UNFINISHED}"):
        path.unlink(missing_ok=True)
