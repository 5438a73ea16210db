"""Turns at the processor: of those who wait, who asked first is answered first.

Python does one thing at a time. Answers that are all made at once all come late; made one after another the first is
there when it is done, and the last no later than it would have been.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Event, Lock
from time import monotonic

from flask import has_request_context, request

AT_ONCE = 2  # of each web process: while one waits for the warehouse the other goes on


SINCE = (
    "oneview.since"  # of the environment of a request that is a part of another: when that one came
)


def asked_at() -> float:
    """When the request that is being answered came, or the one that it is a part of; now, where there is none."""
    now = monotonic()
    return float(request.environ.get(SINCE, now)) if has_request_context() else now


class Turns:
    """So many at once; the others wait, in the order in which they began to ask."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._free = at_once
        self._waiting: list[tuple[float, int, Event]] = []
        self._number = count()
        self._lock = Lock()

    @contextmanager
    def taken(self, since: float) -> Iterator[None]:
        """Wait for a turn, and give it back at the end.

        Args:
            since: when the one who waits began to ask, in seconds of any one clock; what belongs to a request that
                is half answered comes before one that has just begun.
        """
        turn = self._own(since)
        if turn is not None:
            turn.wait()
        try:
            yield
        finally:
            self._pass_on()

    def __len__(self) -> int:
        """How many wait."""
        with self._lock:
            return len(self._waiting)

    def _own(self, since: float) -> Event | None:
        with self._lock:
            if self._free:
                self._free -= 1
                return None
            turn = Event()
            heapq.heappush(self._waiting, (since, next(self._number), turn))
            return turn

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                heapq.heappop(self._waiting)[2].set()
            else:
                self._free += 1
