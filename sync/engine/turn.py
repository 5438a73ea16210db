"""Only one process at a time builds and publishes from a folder; a killed one holds up nobody."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.errors import WarehouseError
from models.told import told

_FILE = "turn.lock"
_PATIENCE = 600.0  # seconds; longer than a build of everything should take
_PAUSE = 0.2


@contextmanager
def turn(work_dir: Path, patience: float = _PATIENCE) -> Iterator[None]:
    """Wait until no other process builds from this folder, then be the one that does.

    Raises:
        WarehouseError: the other one is not done in time; nothing was changed.
    """
    work_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (work_dir / _FILE).open("a") as handle:  # the lock goes with it, even when killed
        until = time.monotonic() + patience
        while not _taken(handle.fileno()):
            if time.monotonic() >= until:
                raise WarehouseError(
                    told(
                        "Another process is building the warehouse in {work_dir}; nothing was changed. Try "
                        "again when it has finished.",
                        work_dir=work_dir,
                    )
                )
            time.sleep(_PAUSE)
        yield


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
