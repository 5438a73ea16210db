"""Readers that poll while snapshots are published: no error, no long wait, no mixed state."""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import text

from models.snapshot import Snapshots

QUESTION = text(
    "SELECT (SELECT min(version) FROM meta_snapshot), (SELECT min(change_sequence) FROM meta_snapshot), "
    "count(*), sum(hours) FROM fct_time_bill"
)
_PAUSE = 0.01  # a page asks, then somebody reads


@dataclass
class Seen:
    """What a reader met."""

    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    answers: dict[int, set[tuple[object, ...]]] = field(default_factory=dict)

    @property
    def p99(self) -> float:
        """The wait that one in a hundred exceeds, in seconds."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]

    @property
    def is_mixed(self) -> bool:
        """Whether one version was seen with two contents."""
        return any(len(answers) > 1 for answers in self.answers.values())


def _poll(folder: Path, pipe: Connection) -> None:
    snapshots, seen = Snapshots(folder), Seen()
    while not pipe.poll():
        began = time.perf_counter()
        try:
            with snapshots.current().engine.connect() as connection:
                version, *rest = connection.execute(QUESTION).one()
            seen.answers.setdefault(int(version), set()).add(tuple(map(str, rest)))
        except Exception as error:
            seen.errors.append(f"{type(error).__name__}: {error}")
        seen.waits.append(time.perf_counter() - began)
        time.sleep(_PAUSE)
    pipe.send(seen)


class Reader:
    """A reader in a process of its own, from its making until it is asked."""

    def __init__(self, folder: Path) -> None:
        self._pipe, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=_poll, args=(folder, theirs))
        self._process.start()

    def stop(self) -> Seen:
        """End it and take what it saw."""
        self._pipe.send("stop")
        seen: Seen = self._pipe.recv()
        self._process.join()
        return seen
