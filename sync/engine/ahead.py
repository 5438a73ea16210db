"""Fetches the pages of a window while those before are written: the source and the record work at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue
from threading import Semaphore, Thread
from typing import Any, Self

from models.errors import SourceContractError
from models.told import told

from ..entities.entity import Entity
from ..source import Page
from .parse import Parser
from .payloads import Journal
from .reading import Read, Reader, as_page

_AHEAD = 8  # pages that wait for the writer at the most
_ALONE = 50_000  # rows of a window from which on a second process reads along

Position = Sequence[Any] | None
Step = tuple[Page, Reader | None]


class Ahead:
    """The pages of one window with what they hold, in order; to be closed before it is let go of."""

    def __init__(
        self,
        entity: Entity,
        parser: Parser,
        journal: Journal,
        fetch: Callable[[Position], Page],
        position: Position,
    ) -> None:
        self._entity, self._parser, self._journal = entity, parser, journal
        self._fetch, self._position = fetch, position
        self._steps: SimpleQueue[Step | BaseException | None] = SimpleQueue()
        self._room = Semaphore(_AHEAD)
        self._has_ended = False
        self._rows = 0
        self._reader: Reader | None = None
        self._thread = Thread(target=self._run, name=f"fetch {entity.key}")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._has_ended = True
        self._room.release()
        if self._reader is not None:
            self._reader.close()  # what waits to be read by it is not wanted any more
        self._thread.join()
        if self._reader is not None:
            self._reader.close()

    def __iter__(self) -> Iterator[tuple[Page, Read]]:
        """Each page with its rows and its bad records.

        Raises:
            whatever fetching raised, after the pages before it.
        """
        while (step := self._steps.get()) is not None:
            if isinstance(step, BaseException):
                raise step
            page, reader = step
            answer = reader.answer() if reader is not None else None
            yield page, answer or self._parser.read(page.records)
            self._room.release()

    def _run(self) -> None:
        try:
            self._fetch_all()
        except BaseException as error:  # told where the pages are taken
            self._steps.put(error)
        else:
            self._steps.put(None)

    def _fetch_all(self) -> None:
        position, is_last = self._position, False
        while not is_last:
            self._room.acquire()
            if self._has_ended:
                return
            page = self._fetch(position)
            kept = self._journal.records(page.records)  # before any of it is written
            is_last = page.position is None
            if not is_last and page.position == position:
                raise SourceContractError(
                    told(
                        "{title}: the source sent the same page again instead of the next.",
                        title=told(self._entity.title),
                    )
                )
            position = page.position
            self._steps.put((page, self._read_along(page, kept)))

    def _read_along(self, page: Page, kept: bytes | None) -> Reader | None:
        """Have the page read by the second process, if the window is large enough for one."""
        self._rows += len(page.records)
        if self._reader is None and self._rows > _ALONE and (os.cpu_count() or 1) > 1:
            self._reader = Reader(self._entity)
        if self._reader is None or self._has_ended:
            return None
        content = kept or as_page(page.records)
        return self._reader if content and self._reader.ask(content) else None
