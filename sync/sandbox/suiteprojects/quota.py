"""The account's request limits per 60 seconds and per 24 hours, shared by all surfaces."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

_MINUTE = timedelta(seconds=60)
_DAY = timedelta(hours=24)


class Quota:
    """Counts requests in two sliding windows."""

    def __init__(self, per_minute: int, per_day: int, clock: Callable[[], datetime]) -> None:
        self._limits = (per_minute, per_day)
        self._clock = clock
        self._minute: deque[datetime] = deque()
        self._day: deque[datetime] = deque()
        self._lock = Lock()

    def take(self) -> bool:
        """Count one request; False when it is over a limit (and then it is not counted)."""
        with self._lock:
            now = self._forget()
            per_minute, per_day = self._limits
            if len(self._minute) >= per_minute or len(self._day) >= per_day:
                return False
            self._minute.append(now)
            self._day.append(now)
            return True

    def left_today(self) -> int:
        """How many requests the 24 hours still allow."""
        with self._lock:
            self._forget()
            return max(0, self._limits[1] - len(self._day))

    def _forget(self) -> datetime:
        now = self._clock()
        for stamps, length in ((self._minute, _MINUTE), (self._day, _DAY)):
            while stamps and stamps[0] <= now - length:
                stamps.popleft()
        return now
