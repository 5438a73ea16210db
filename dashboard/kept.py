"""Finished sections, kept: what one person has been shown is sent again to whoever would see exactly the same.

What has not been asked for longest goes first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Event, Lock

ROOM = 64 * 1024 * 1024  # bytes, of each web process
_OWN = 2048  # bytes that a key takes, about


class Kept:
    """A store of finished parts, bounded in bytes; each is made once however many ask for it at the same time."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._parts: OrderedDict[Hashable, bytes] = OrderedDict()
        self._taken = 0
        self._making: dict[Hashable, Event] = {}
        self._lock = Lock()

    def part(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """What is kept under a key, else what `make` returns; while one makes it, others wait for it.

        Where making fails, the one who made it gets the error, and the next one tries.
        """
        while True:
            with self._lock:
                found = self._parts.get(key)
                if found is not None:
                    self._parts.move_to_end(key)
                    return found
                making = self._making.get(key)
                if making is None:
                    self._making[key] = Event()
            if making is None:
                return self._made(key, make)
            making.wait()

    def __len__(self) -> int:
        return len(self._parts)

    @property
    def taken(self) -> int:
        """How many bytes it takes, about."""
        return self._taken

    def _made(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        try:
            made = make()
            with self._lock:
                self._keep(key, made)
            return made
        finally:
            with self._lock:
                self._making.pop(key).set()

    def _keep(self, key: Hashable, made: bytes) -> None:
        self._parts[key] = made
        self._taken += len(made) + _OWN
        while self._taken > self._room and len(self._parts) > 1:
            self._taken -= len(self._parts.popitem(last=False)[1]) + _OWN
