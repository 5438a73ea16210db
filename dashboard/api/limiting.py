"""How many requests a token may send: a bucket for each, that fills again all the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from math import ceil
from threading import Lock

_MOST = 10_000  # buckets kept; the fullest go first, for they are as good as new


class Limiter:
    """Counts within this process.

    A bucket holds the requests of a minute and fills at this process's share of them, so that all web
    processes together let a token send no more than `per_minute` in the long run.
    """

    def __init__(self, per_minute: int, processes: int, clock: Callable[[], datetime]) -> None:
        self._room = float(per_minute)
        self._each_second = per_minute / 60 / processes
        self._clock = clock
        self._lock = Lock()
        self._buckets: dict[int, tuple[float, datetime]] = {}

    def wait(self, token_id: int) -> int:
        """Take one request out of the token's bucket; 0, or the seconds to wait if there is none."""
        now = self._clock()
        with self._lock:
            left = self._left(token_id, now)
            if left < 1:
                return max(1, ceil((1 - left) / self._each_second))
            if token_id not in self._buckets and len(self._buckets) >= _MOST:
                self._forget(now)
            self._buckets[token_id] = (left - 1, now)
            return 0

    def _left(self, token_id: int, now: datetime) -> float:
        left, since = self._buckets.get(token_id, (self._room, now))
        passed = max((now - since).total_seconds(), 0)
        return min(self._room, left + passed * self._each_second)

    def _forget(self, now: datetime) -> None:
        fullest = sorted(self._buckets, key=lambda one: -self._left(one, now))
        for token_id in fullest[: _MOST // 2]:
            del self._buckets[token_id]
