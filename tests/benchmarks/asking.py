"""Processes that ask: eight readers at once while a sync writes, and one for each way of asking in turn."""

from __future__ import annotations

import gc
import multiprocessing
import random
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

from models.access import Scope
from models.metrics import catalogue, query
from models.metrics.cache import Cache
from models.metrics.vocabulary import Side
from models.snapshot import Snapshot, Snapshots

from .asked import ASKED, EVERYTHING, MONTH, YEAR, Told
from .firm import Size
from .scale import Firm, version_of, write_once

_SPAWN = multiprocessing.get_context("spawn")
_BACK = 12  # months that a question is asked of, so that readers do not all ask the same
_BETWEEN = 5.0  # seconds between two rounds of the sync: far more often than any sync writes
GROUPS = ("headline", "facts", "cached", "rows")
_ROWS = ("project_gross_margin", "recognized_revenue", "project_direct_cost")


class _Answers(Cache):
    """Remembers answers for those who ask to be reminded; an uncached question is asked of the snapshot."""

    reminds = False

    def find(self, snapshot: Snapshot, scope: Scope, question: Hashable) -> Any:
        return super().find(snapshot, scope, question) if self.reminds else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long answers took, in seconds, and how long a processor worked at each."""

    seconds: Sequence[float]
    work: Sequence[float] = ()

    @property
    def median(self) -> float:
        """Half of them took no longer."""
        return median(self.seconds)

    @property
    def p95(self) -> float:
        """One in twenty took longer."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


# ---------------------------------------------------------------- readers


def _read(folder: Path, size: Size, seed: int, pipe: Connection) -> None:
    chance, answers, snapshots = random.Random(seed), _Answers(), Snapshots(folder)
    vars(query)["ANSWERS"] = answers
    questions = {
        group: [one for one in ASKED if one.group == group] for group in ("headline", "facts")
    }
    took: dict[str, list[tuple[float, float]]] = defaultdict(list)
    errors: list[str] = []
    warm = False

    def timed(group: str, ask: Callable[[Snapshot], object]) -> None:
        began, worked = time.perf_counter(), time.process_time()
        try:
            ask(snapshots.current())
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
        if warm:
            took[group].append((time.perf_counter() - began, time.process_time() - worked))

    def round_() -> None:
        for group, asked in questions.items():
            one, back = chance.choice(asked), chance.randrange(min(_BACK, size.months - 12) or 1)
            timed(group, partial(one.ask, back=back))
            if group == "headline":
                answers.reminds = True
                timed("cached", partial(one.ask, back=back))
                answers.reminds = False
        timed("rows", partial(_rows, chance=chance, size=size))

    for _ in range(10):
        round_()
    pipe.send("ready")
    pipe.recv()  # everybody is ready
    warm = True
    while not pipe.poll():
        round_()
    pipe.send((dict(took), errors))


def _rows(snapshot: Snapshot, chance: random.Random, size: Size) -> None:
    """A page of the rows behind a number of one project."""
    kpi = catalogue.kpi(chance.choice(_ROWS))
    project = 2 * (1 + chance.randrange(size.projects))
    side = chance.choice([*Side])
    query.rows(
        snapshot, kpi, side, chance.choice([MONTH, YEAR]), EVERYTHING, where={"project": (project,)}
    )


def _write(firm: Firm, record: str, pipe: Connection) -> None:
    pipe.recv()
    first = version = version_of(firm)
    while not pipe.poll(_BETWEEN):
        version += 1
        write_once(firm, record, version)
    pipe.send(version - first)


def load(
    firm: Firm, size: Size, record: str, *, readers: int, seconds: float
) -> tuple[Mapping[str, Times], int]:
    """Let readers ask without a pause while a sync writes; group -> times, and how many snapshots there were.

    Raises:
        SystemExit: a question failed.
    """
    asking = [Process(_read, firm.snapshots, size, seed) for seed in range(readers)]
    for one in asking:
        one.pipe.recv()
    writer = Process(_write, firm, record)
    writer.pipe.send("go")
    for one in asking:
        one.pipe.send("go")
    time.sleep(seconds)
    for one in asking:
        one.pipe.send("stop")
    told = [one.result() for one in asking]
    writer.pipe.send("stop")
    versions = int(writer.result())
    errors = [error for _, failed in told for error in failed]
    if errors:
        raise SystemExit(f"{len(errors)} questions failed, such as {errors[0]}")
    return {
        group: Times(
            seconds=[wait for took, _ in told for wait, _ in took.get(group, ())],
            work=[work for took, _ in told for _, work in took.get(group, ())],
        )
        for group in GROUPS
    }, versions


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


# ---------------------------------------------------------------- one way of asking each


def _answer(ask: Callable[[str], Told], pipe: Connection) -> None:
    gc.collect()
    pipe.send("ready")
    while (key := pipe.recv()) is not None:
        began = time.perf_counter()
        told = ask(key)
        pipe.send((time.perf_counter() - began, told))
    pipe.send(held_mb())


_BY_KEY = {one.key: one for one in ASKED}


def ask_snapshot(folder: Path, pipe: Connection) -> None:
    """The metric layer, nothing remembered."""
    vars(query)["ANSWERS"] = _Answers()
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
