"""Reads the pages of a large entity in a process of its own: one processor reads while the other writes.

The process is given the entity once, then one page after the other, as they were kept; it answers each with
its rows. It knows no secret, opens no file and no connection, and ends with the process that began it. Should
it end earlier, the pages it had are read here.
"""

from __future__ import annotations

import marshal
import pickle
import signal
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from fcntl import F_SETPIPE_SZ, fcntl
from typing import IO, Any

import orjson

from ..entities.entity import Entity
from .parse import Parser, Row, Unusable, parser_of

_ROOM = 1 << 20
_SIZE = struct.Struct("<I")

Read = tuple[list[Row], list[Unusable]]


class Reader:
    """A process that reads pages of one entity; answers come in the order of the questions."""

    def __init__(self, entity: Entity) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin, self._process.stdout
        for pipe in (self._to, self._from):
            with suppress(OSError):  # room for several pages, where Linux grants it
                fcntl(pipe, F_SETPIPE_SZ, _ROOM)
        self.ask(pickle.dumps(entity))

    def ask(self, page: bytes) -> bool:
        """Have a page read, `{"records": [...]}` as JSON; False: the process is gone."""
        try:
            _send(self._to, page)
        except (OSError, ValueError):  # ValueError: closed meanwhile
            return False
        return True

    def answer(self) -> Read | None:
        """What the earliest page asked about holds; None: the process is gone."""
        try:
            answer = _receive(self._from)
        except (OSError, ValueError):
            return None
        if answer is None:
            return None
        rows, bad = marshal.loads(answer)  # noqa: S302 (of our own process)
        return rows, pickle.loads(bad) if bad else []  # noqa: S301 (of our own process)

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        for pipe in (self._to, self._from):
            with suppress(OSError):
                pipe.close()
        self._process.wait()


def as_page(records: Sequence[Mapping[str, Any]]) -> bytes | None:
    """Records as `Reader.ask` takes them; None where JSON cannot say them."""
    try:
        return orjson.dumps({"records": records})
    except TypeError:
        return None


def _send(pipe: IO[bytes], content: bytes) -> None:
    pipe.write(_SIZE.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes | None:
    head = pipe.read(_SIZE.size)
    if len(head) < _SIZE.size:
        return None
    (size,) = _SIZE.unpack(head)
    content = pipe.read(size)
    return content if len(content) == size else None


def _serve(parser: Parser, pages: IO[bytes], answers: IO[bytes]) -> None:
    while (page := _receive(pages)) is not None:
        rows, bad = parser.read(orjson.loads(page)["records"])
        _send(answers, marshal.dumps((rows, pickle.dumps(bad) if bad else b"")))


def main() -> None:
    """Be the process: read pages until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who began it
    entity = _receive(sys.stdin.buffer)
    if entity is not None:
        with suppress(BrokenPipeError):
            _serve(parser_of(pickle.loads(entity)), sys.stdin.buffer, sys.stdout.buffer)  # noqa: S301


if __name__ == "__main__":
    main()
