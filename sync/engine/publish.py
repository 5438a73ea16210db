"""Publishes the facts: a whole new file under a new name, then the pointer moves to it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import orjson
from sqlalchemy import Engine

from models.errors import WarehouseError
from models.settings import WarehouseSettings
from models.snapshot import POINTER, Pointer, file_name, read_pointer

from ..entities.entity import System
from .build import Built, Clock, build
from .carry import RecordState, reading, record_state
from .meta import SourceInfo, as_of_system, today_of

_SNAPSHOT = re.compile(r"^v(\d{6,})\.duckdb$")
_UNFINISHED = ".unfinished"
_ROOM = 2  # times the file's size must be free


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
    folder = warehouse.snapshot_dir
    published = whole_pointer(folder)
    if published and not force:
        with reading(engine) as record:
            state = record_state(record)
        if state.sequence == published.sequence and today_of(state, _utc(clock)) == published.today:
            try:
                _point(folder, replace(published, as_of=_as_of(state)))
            except OSError as error:
                raise _not_written(folder, error) from error
            return None
    version = next_version(folder)
    built = build(engine, warehouse.work_dir, sources, clock, version=version)
    publish(built, folder, version, warehouse.snapshots_kept)
    return version


def publish(built: Built, folder: Path, version: int, kept: int) -> None:
    """Copy a finished file of facts under its own name, move the pointer, drop what is too old.

    A crash at any moment leaves the pointer on a whole snapshot.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _clean(folder)
    _need_room(folder, built.path.stat().st_size)
    target = folder / file_name(version)
    unfinished = target.with_name(target.name + _UNFINISHED)
    try:
        shutil.copyfile(built.path, unfinished)
        _to_disk(unfinished)
        unfinished.replace(target)
        _point(
            folder,
            Pointer(version=version, path=target, sequence=built.sequence, today=built.today),
        )
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise _not_written(folder, error) from error
    _prune(folder, version, kept)


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
    return max([published.version if published else 0, *_versions(folder)]) + 1


def _utc(clock: Clock) -> datetime:
    return clock().astimezone(UTC)


def _as_of(state: RecordState) -> dict[str, datetime]:
    found = {str(system): as_of_system(state.entities, system) for system in System}
    return {system: at for system, at in found.items() if at is not None}


def _need_room(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < _ROOM * size:
        raise WarehouseError(
            f"The disk of {folder} is too full to publish: {free / 1e6:,.0f} MB are free, "
            f"{_ROOM * size / 1e6:,.0f} MB are needed. Readers keep the snapshot before, nothing is "
            "lost. Free some space; the next sync publishes."
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
                "as_of": {system: at.isoformat() for system, at in to.as_of.items()},
            }
        )
    )
    _to_disk(unfinished)
    unfinished.replace(pointer)
    _to_disk(folder)


def _to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, would survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _versions(folder: Path) -> list[int]:
    if not folder.is_dir():
        return []
    found = (_SNAPSHOT.match(path.name) for path in folder.iterdir())
    return sorted(int(match[1]) for match in found if match)


def _prune(folder: Path, current: int, kept: int) -> None:
    for version in _versions(folder)[:-kept]:
        if version != current:
            (folder / file_name(version)).unlink(missing_ok=True)


def _clean(folder: Path) -> None:
    """Take away what a crash left half-written; only one process publishes."""
    for path in folder.glob(f"*{_UNFINISHED}"):
        path.unlink(missing_ok=True)
