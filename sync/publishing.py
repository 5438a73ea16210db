"""When the worker publishes: what a person asked for at once, what it does by itself not too often."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from .engine.run import Build


class Publishing:
    """Builds and publishes; leaves between snapshots of scheduled runs at least a gap.

    What is left out is not lost: the next run takes it along, and `is_due` tells when the gap is over.

    Args:
        build: builds and publishes.
        gap: at least so long between one snapshot and the next of a scheduled run.
        clock: seconds that only go forward.
    """

    def __init__(
        self, build: Build, gap: timedelta, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._build, self._gap, self._clock = build, gap.total_seconds(), clock
        self._last: float | None = None
        self._deferred = False

    def of_run(self, trigger: str) -> Build:
        """How a run publishes: a scheduled one when the gap is over, any other at once.

        What was left out before is the run's from now on: if it fails, half of it is in the record.
        """
        self._deferred = False
        return self._in_turn if trigger == "schedule" else self.now

    def is_due(self) -> bool:
        """Whether something was left out, and may be published now."""
        return self._deferred and self._gap_is_over()

    def now(self) -> int | None:
        """Build and publish; what was left out is left out no more, unless this fails."""
        before, self._last = self._last, self._clock()
        version = self._build()
        self._deferred = False
        if version is None:  # nothing was new
            self._last = before
        return version

    def _in_turn(self) -> int | None:
        if self._gap_is_over():
            return self.now()
        self._deferred = True
        return None

    def _gap_is_over(self) -> bool:
        return self._last is None or self._clock() - self._last >= self._gap
