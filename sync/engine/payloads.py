"""What the sources sent, kept as it came for some days: a run can be merged again from it.

A run's payloads are files, one an entity, of frames in the order in which they were applied: records that
came, and records that were found gone. They are written before the rows they turn into are committed, so a
file never lacks what the mirror holds; a frame that a crash cut off was not applied either. Of an entity in
which a run changed nothing, nothing is kept.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import struct
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import IO, Any, Self

import orjson
import pyarrow as pa

from models.errors import WarehouseError
from models.told import told

from .parse import Key

_RUN = re.compile(r"^run-(\d{9})$")
_SUFFIX = ".frames"
_FOLDER = Lock()  # entities of one run make and take away one folder
_SIZES = struct.Struct("<II")  # of the frame as kept, and as it was


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One step of a run: records as the client gave them, or the identities that were found gone."""

    records: Sequence[Mapping[str, Any]] = ()
    gone: Mapping[Key, datetime] = field(default_factory=dict)


class Payloads:
    """The folder of the kept payloads; one process writes it."""

    def __init__(self, folder: Path, days: int) -> None:
        self.folder, self._days = folder, days

    def journal(self, run_id: int, entity: str) -> Journal:
        """Where a run writes what came of an entity."""
        return Journal(self._of(run_id) / f"{entity}{_SUFFIX}" if self._days else None)

    def runs(self) -> list[int]:
        """The runs that something is kept of, oldest first."""
        if not self.folder.is_dir():
            return []
        found = (_RUN.match(path.name) for path in self.folder.iterdir())
        return sorted(int(match[1]) for match in found if match)

    def entities(self, run_id: int) -> list[str]:
        """The entities of which a run's payloads are kept."""
        return sorted(path.stem for path in self._of(run_id).glob(f"*{_SUFFIX}"))

    def newest_first(self, run_id: int, entity: str) -> Iterator[Frame]:
        """What a run applied to an entity, the last step first; nothing if nothing is kept.

        Raises:
            WarehouseError: the file is damaged.
        """
        path = self._of(run_id) / f"{entity}{_SUFFIX}"
        if not path.is_file():
            return
        with path.open("rb") as file:
            for place in reversed(_places(file, path.stat().st_size)):
                file.seek(place)
                yield _frame(_read(file, path))

    def prune(self) -> None:
        """Let go of what is older than it is to be kept."""
        oldest = time.time() - timedelta(days=self._days).total_seconds()
        for run_id in self.runs():
            if self._of(run_id).stat().st_mtime < oldest:
                shutil.rmtree(self._of(run_id), ignore_errors=True)

    def _of(self, run_id: int) -> Path:
        return self.folder / f"run-{run_id:09d}"


class Journal:
    """One entity's payloads within a run; closing it drops them unless something was changed."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self._keeps = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is None or self._path is None:
            return
        self._file.close()
        if not self._keeps:
            with _FOLDER:
                self._path.unlink(missing_ok=True)
                with suppress(OSError):  # others of the run still keep theirs there
                    self._path.parent.rmdir()

    def records(self, records: Sequence[Mapping[str, Any]]) -> bytes | None:
        """Keep records as they came; their JSON, `{"records": [...]}`, if it says all of them."""
        return self._write({"records": records})

    def gone(self, gone: Mapping[Key, datetime]) -> None:
        """Keep that these were found gone."""
        if gone:
            self._write({"gone": [[key, at.isoformat()] for key, at in gone.items()]})
            self._keeps = True

    def changed(self) -> None:
        """What is kept so far has changed something."""
        self._keeps = True

    def flush(self) -> None:
        """Hand over to the system what was written: from now on only the machine's own end loses it."""
        if self._file is not None:
            self._file.flush()

    def _write(self, frame: Mapping[str, Any]) -> bytes | None:
        if self._path is None:
            return None
        raw, is_exact = _said(frame)
        kept = pa.compress(raw, codec="zstd", asbytes=True)
        try:
            if self._file is None:
                with _FOLDER:
                    self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                    descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                self._keeps = os.fstat(descriptor).st_size > 0  # gone on with after a pause
                self._file = os.fdopen(descriptor, "ab")
            self._file.write(_SIZES.pack(len(kept), len(raw)) + kept)
        except OSError as error:
            raise WarehouseError(
                told(
                    "What came could not be kept in {folder} ({reason}). The chunk at hand was not "
                    "written, everything before it is kept. Free some space, then run again; or set "
                    "ONEVIEW_PAYLOAD_DAYS to 0 to keep no payloads.",
                    folder=self._path.parent,
                    reason=error.strerror,
                )
            ) from error
        return raw if is_exact else None


def _places(file: IO[bytes], end: int) -> list[int]:
    """Where the whole frames begin; one that a crash cut off is not among them."""
    places, place = [], 0
    while len(head := file.read(_SIZES.size)) == _SIZES.size:
        following = place + _SIZES.size + _SIZES.unpack(head)[0]
        if following > end:
            break
        places.append(place)
        place = file.seek(following)
    return places


def _read(file: IO[bytes], path: Path) -> bytes:
    size, raw_size = _SIZES.unpack(file.read(_SIZES.size))
    try:
        return bytes(pa.decompress(file.read(size), raw_size, codec="zstd", asbytes=True))
    except (pa.ArrowException, ValueError, OSError) as error:
        raise WarehouseError(
            told(
                "The kept payloads {path} are damaged; nothing was merged from this file. Read the "
                "entity anew instead: oneview sync run --full --entity {entity}",
                path=path,
                entity=path.stem,
            )
        ) from error


def _said(frame: Mapping[str, Any]) -> tuple[bytes, bool]:
    """A frame as JSON, and whether orjson reads it back as it was."""
    try:
        return orjson.dumps(frame), True
    except TypeError:  # half a character, a number of many digits
        return json.dumps(frame, default=repr).encode(), False


def _frame(raw: bytes) -> Frame:
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        body = json.loads(raw)
    gone = {
        tuple(key) if isinstance(key, list) else key: datetime.fromisoformat(at)
        for key, at in body.get("gone", ())
    }
    return Frame(records=body.get("records", ()), gone=gone)
