"""Processes that ask at once, without a pause, while a sync writes."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

from models.metrics import catalogue, query
from models.metrics.vocabulary import Side
from models.snapshot import Snapshot, Snapshots

from .asked import ASKED, EVERYTHING, MONTH, YEAR
from .firm import Size
from .scale import Firm, version_of, write_once
from .ways import Answers, Process

_BACK = 12  # months that a question is asked of, so that readers do not all ask the same
_BETWEEN = 5.0  # seconds between two rounds of the sync: far more often than any sync writes
GROUPS = ("headline", "facts", "cached", "rows")
_ROWS = ("project_gross_margin", "recognized_revenue", "project_direct_cost")


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
    chance, answers, snapshots = random.Random(seed), Answers(), Snapshots(folder)
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
