"""Gathers the pages that are written together."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any

from ..source import Page
from .parse import Key, Parser, Row, Unusable
from .progress import Tally

CHUNK_ROWS = 10_000  # as much is read again at the most when a run is cut off
_CHUNK_SECONDS = 2.0  # from a slow source: what came by then is kept, and shown, already


class Chunk:
    """The rows of some pages, and what could not be read of them."""

    def __init__(self, parser: Parser, most: int, expected: int) -> None:
        self._parser, self._most, self._before = parser, most, expected
        self.expected = expected
        self.renew()

    def renew(self) -> None:
        """Begin the next chunk."""
        self.rows: list[Row] = []
        self.bad: list[Unusable] = []
        self.left_out: dict[Key, frozenset[str]] = {}
        self.tally = Tally()
        self.position: Sequence[Any] | None = None
        self._since = monotonic()

    @property
    def is_full(self) -> bool:
        """Whether it is time to write."""
        return len(self.rows) >= self._most or monotonic() - self._since >= _CHUNK_SECONDS

    def add(self, page: Page, rows: Sequence[Row], bad: Sequence[Unusable]) -> None:
        """Take one page more, and what could and could not be read of it."""
        self.rows += rows
        self.bad += bad
        if page.left_out:
            self.left_out.update((self._parser.key(row), page.left_out) for row in rows)
        self.tally.add(page)
        self.position = page.position
        if page.expected is not None:
            self.expected = self._before + page.expected
