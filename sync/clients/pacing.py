"""How hard a source is pressed: requests in flight, and the waits between attempts."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition

from models.errors import RateLimitedError, SourceUnavailableError

_CALM = 25  # good answers in a row before one more request may be in flight again


@dataclass(slots=True)
class Tally:
    """What a piece of work cost."""

    requests: int = 0
    bytes_read: int = 0
    waited_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """When another attempt is worth it: full jitter, within a number of attempts and a budget of waiting."""

    attempts: int = 7
    first: float = 0.5
    longest: float = 30.0
    longest_named: float = 90.0  # cap on the wait a source names itself
    budget: float = 240.0
    jitter: Callable[[float, float], float] = random.uniform

    def wait(self, error: SourceUnavailableError, attempt: int) -> float:
        """Seconds to wait after the given failed attempt, the first being 1."""
        if isinstance(error, RateLimitedError) and error.retry_after is not None:
            return min(max(error.retry_after, 0.0), self.longest_named)
        return self.jitter(0.0, min(self.longest, self.first * 2.0**attempt))


_LOOK_AGAIN = 0.5  # seconds until a change of our share of the account's permits is seen


class Governor:
    """Limits the requests in flight; halves when the source asks to slow down, recovers by and by.

    `share` tells how many of the account's permits are ours now; other processes may hold the rest.
    """

    def __init__(
        self,
        most: int,
        monotonic: Callable[[], float] = time.monotonic,
        share: Callable[[], int] | None = None,
    ) -> None:
        self._most = most
        self._share = share or (lambda: most)
        self._limit = most
        self._in_flight = 0
        self._calm = 0
        self._changed = Condition()
        self._monotonic = monotonic

    @property
    def limit(self) -> int:
        """How many requests may be in flight now."""
        return self._limit

    @contextmanager
    def permit(self, tally: Tally) -> Iterator[bool]:
        """Hold one of the requests in flight; tells whether the account may find them too many.

        That is so when all that may be in flight are, and either others of ours are among them, or the
        account has lately asked to slow down.
        """
        asked = self._monotonic()
        with self._changed:
            while self._in_flight >= max(1, min(self._limit, self._share())):
                self._changed.wait(_LOOK_AGAIN)
            self._in_flight += 1
            crowded = self._in_flight >= self._limit and (
                self._in_flight > 1 or self._limit < self._most
            )
        tally.waited_ms += round((self._monotonic() - asked) * 1000)
        try:
            yield crowded
        finally:
            with self._changed:
                self._in_flight -= 1
                self._changed.notify_all()

    def slow_down(self) -> None:
        """The source refused a request as one too many."""
        with self._changed:
            self._limit = max(1, self._limit // 2)
            self._calm = 0

    def carry_on(self) -> None:
        """The source gave a good answer."""
        with self._changed:
            self._calm += 1
            if self._calm >= _CALM and self._limit < self._most:
                self._limit += 1
                self._calm = 0
                self._changed.notify_all()
