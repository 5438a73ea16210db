"""One way of asking, in a process of its own: it loads what that way of asking needs and nothing else."""

from __future__ import annotations

import gc
import multiprocessing
import time
from collections.abc import Callable, Hashable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from models.access import Scope
from models.metrics import query
from models.metrics.cache import Cache
from models.snapshot import Snapshot, Snapshots

from .asked import ASKED, Told

_SPAWN = multiprocessing.get_context("spawn")
_BY_KEY = {one.key: one for one in ASKED}


class Process:
    """A process with a pipe to it."""

    def __init__(self, run: Callable[..., None], *arguments: object) -> None:
        self.pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=run, args=(*arguments, theirs), daemon=True)
        self._process.start()

    def result(self) -> Any:
        """What it says last; then it ends."""
        found = self.pipe.recv()
        self._process.join()
        return found


class Answers(Cache):
    """Remembers answers for those who ask to be reminded; an uncached question is asked of the snapshot."""

    reminds = False

    def find(self, snapshot: Snapshot, scope: Scope, question: Hashable) -> Any:
        return super().find(snapshot, scope, question) if self.reminds else None


def _answer(ask: Callable[[str], Told], pipe: Connection) -> None:
    gc.collect()
    pipe.send("ready")
    while (key := pipe.recv()) is not None:
        began = time.perf_counter()
        told = ask(key)
        pipe.send((time.perf_counter() - began, told))
    pipe.send(held_mb())


def ask_snapshot(folder: Path, pipe: Connection) -> None:
    """The metric layer, nothing remembered."""
    vars(query)["ANSWERS"] = Answers()
    snapshots = Snapshots(folder)
    _answer(lambda key: _BY_KEY[key].ask(snapshots.current()), pipe)


def ask_record(url: str, pipe: Connection) -> None:
    """SQL on the raw tables."""
    from .live import ask_postgres, connect

    with connect(url) as server:
        server.execute("SET jit = off")
        _answer(lambda key: ask_postgres(server, _BY_KEY[key]), pipe)


def ask_memory(folder: Path, pipe: Connection) -> None:
    """Frames held in memory; nobody else loads pandas."""
    from .frames import ask_frames, read_frames

    frames = read_frames(folder)
    _answer(lambda key: ask_frames(frames, _BY_KEY[key]), pipe)


def held_mb() -> float:
    """The memory this process has in use, in MB."""
    [line] = [
        line
        for line in Path("/proc/self/status").read_text().splitlines()
        if line.startswith("VmRSS")
    ]
    return int(line.split()[1]) / 1024
