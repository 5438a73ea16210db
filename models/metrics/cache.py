"""Answers kept in memory: one place, one key, a bound.

The key is the snapshot, the scope and the question. A snapshot never changes, so nothing is ever stale;
what has not been asked for longest goes first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..access import Scope

if TYPE_CHECKING:
    from ..snapshot import Snapshot

T = TypeVar("T")
LIMIT = 100_000  # lines of answers, at about 1 kB each


class Cache:
    """A bounded store that forgets what was asked for longest ago; safe between threads."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lines = 0
        self._lock = Lock()

    def kept(
        self, snapshot: Snapshot, scope: Scope, question: Hashable, make: Callable[[], T]
    ) -> T:
        """What `make` returns, made once for each snapshot, scope and question."""
        found = self.find(snapshot, scope, question)
        return self.keep(snapshot, scope, question, make()) if found is None else cast("T", found)

    def of_snapshot(self, snapshot: Snapshot, question: Hashable, make: Callable[[], T]) -> T:
        """What is the same for everybody: how a snapshot is made, not what it says."""
        kept = self.kept(snapshot, Scope.nothing(), ("of snapshot", question), lambda: (make(),))
        return kept[0]

    def find(self, snapshot: Snapshot, scope: Scope, question: Hashable) -> Any:
        """What is kept; None if nothing is."""
        key = _key(snapshot, scope, question)
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, snapshot: Snapshot, scope: Scope, question: Hashable, answer: T) -> T:
        """Keep an answer and return it."""
        key = _key(snapshot, scope, question)
        with self._lock:
            self._lines += _lines(answer) - _lines(self._kept.pop(key, None))
            self._kept[key] = answer
            while self._lines > self._limit and len(self._kept) > 1:
                self._lines -= _lines(self._kept.popitem(last=False)[1])
        return answer

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._lines = 0

    def __len__(self) -> int:
        return len(self._kept)


def _lines(answer: object) -> int:
    """How much room an answer takes."""
    if answer is None:
        return 0
    lines = getattr(answer, "lines", None)
    if isinstance(lines, int):
        return lines
    return max(1, len(answer)) if isinstance(answer, tuple) else 1


def _key(snapshot: Snapshot, scope: Scope, question: Hashable) -> Hashable:
    loaded = tuple(
        (system, state.complete_from) for system, state in sorted(snapshot.sources.items())
    )
    return (str(snapshot.path), snapshot.version, snapshot.built_at, loaded, scope, question)


ANSWERS = Cache()
