"""Lets only so many requests in at one time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Governor:
    """Counts what is in flight; never makes anybody wait."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._inside = 0
        self.most = 0

    @property
    def inside(self) -> int:
        """How many are in flight now."""
        return self._inside

    @contextmanager
    def admitted(self) -> Iterator[bool]:
        """Whether the caller may go on; its place is free again when the block ends."""
        with self._lock:
            allowed = self._inside < self.limit
            self._inside += allowed
            self.most = max(self.most, self._inside)
        try:
            yield allowed
        finally:
            if allowed:
                with self._lock:
                    self._inside -= 1
