"""A local stand-in for NetSuite that answers pages as fast as a socket takes them.

It serves one table of time bills, 12 columns wide, 1,000 rows a page, in the shape of SuiteQL over REST:
values are text, absent values are left out. Pages are made from templates by filling in the page's
number, so that ten million rows cost no more memory than one. Whatever else is asked is not offered.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any

import orjson

PAGE = 1_000
TEMPLATES = (
    64  # so many pages differ in all their values; more distinct values than any cache holds
)
FIRST_DAY = date(2021, 1, 4)
CREATED = datetime(2025, 6, 1, tzinfo=UTC)
CHANGED = datetime(2026, 6, 1, tzinfo=UTC)  # later than any row's first stamp
COLUMNS = (
    "id", "employee", "customer", "item", "department", "subsidiary", "hours", "isbillable",
    "trandate", "approvalstatus", "externalid", "lastmodifieddate",
)  # fmt: skip
_NUMBER = b"PPPPPP"  # six digits of the page's number
_AFTER = re.compile(rb"t\.id > (\d+)")
_HISTORY = re.compile(rb"trandate < TO_DATE")  # what is older than all there is
_CHANGES = re.compile(rb"lastmodifieddate\) >= TO_TIMESTAMP")
_ROW_SHARE = 100  # one row in so many changes


def _row(number: str, dice: random.Random, stamp: datetime) -> dict[str, Any]:
    day = FIRST_DAY + timedelta(days=dice.randrange(1800))
    return {
        "links": [],
        "id": number,
        "employee": str(dice.randrange(1, 2000)),
        "customer": str(dice.randrange(1, 1500)),
        "item": str(dice.randrange(1, 12)),
        "department": str(dice.randrange(1, 9)),
        "subsidiary": str(dice.randrange(1, 4)),
        "hours": f"{dice.randrange(1, 40) / 4:.2f}",
        "isbillable": "T" if dice.random() < 0.7 else "F",
        "trandate": day.isoformat(),
        "approvalstatus": "3",
        "externalid": f"SPP-{number}",
        "lastmodifieddate": stamp.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _body(items: list[dict[str, Any]], *, more: bool, total: int) -> bytes:
    return orjson.dumps(
        {
            "links": [], "count": len(items), "hasMore": more, "items": items, "offset": 0,
            "totalResults": total,
        }
    )  # fmt: skip


class Table:
    """The rows of the table, page by page, before and after one in a hundred has changed."""

    def __init__(self, rows: int) -> None:
        if rows % (PAGE * _ROW_SHARE):
            raise ValueError(f"rows come in lots of {PAGE * _ROW_SHARE:,}")
        self._rows, self._pages = rows, rows // PAGE
        dice = random.Random(7)
        self._templates = []
        for _ in range(TEMPLATES):
            items = [
                _row(
                    f"{_NUMBER.decode()}{index:03d}", dice,
                    CREATED + timedelta(seconds=dice.randrange(10_000_000)),
                )
                for index in range(PAGE)
            ]  # fmt: skip
            self._templates.append(
                (_body(items, more=True, total=rows), _body(items, more=False, total=rows))
            )

    def page(self, after: int) -> bytes:
        """The page behind an id; ids begin at 1,000."""
        page = after // PAGE if after else 0
        if page >= self._pages:
            return _body([], more=False, total=self._rows)
        more, last = self._templates[page % TEMPLATES]
        text = last if page + 1 == self._pages else more
        return text.replace(_NUMBER, b"%d" % (page + 1))

    def changes(self, after: int) -> bytes:
        """The page of changed rows behind an id: every hundredth row."""
        first = (after // _ROW_SHARE + 1) * _ROW_SHARE if after else PAGE
        end = self._rows + PAGE
        dice = random.Random(first)
        numbers = range(first, min(first + PAGE * _ROW_SHARE, end), _ROW_SHARE)
        items = [
            _row(str(number), dice, CHANGED + timedelta(seconds=number % 3600))
            for number in numbers
        ]
        more = bool(numbers) and numbers[-1] + _ROW_SHARE < end
        return _body(items, more=more, total=self._rows // _ROW_SHARE)


class _Server(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, as much of it as the client uses."""

    def __init__(self, table: Table, state: dict[str, bool]) -> None:
        self._table, self._state = table, state
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while True:
            head, found, rest = self._received.partition(b"\r\n\r\n")
            if not found:
                return
            length = re.search(rb"(?i)content-length: *(\d+)", head)
            size = int(length[1]) if length else 0
            if len(rest) < size:
                return
            self._received = rest[size:]
            status, body = self._answer(head.split(b" ", 2)[1], rest[:size])
            self._transport.write(
                b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                % (status, len(body))
            )
            self._transport.write(body)

    def _answer(self, path: bytes, body: bytes) -> tuple[bytes, bytes]:
        if path.startswith(b"/plain"):  # for clients that page by number: the same rows
            page = int(path.partition(b"page=")[2] or 1)
            items = self._table.page((page - 1) * PAGE + PAGE - 1 if page > 1 else 0)
            return b"200 OK", items.replace(b'"links":[],', b"")
        query = orjson.loads(body)["q"].encode() if body else b""
        if b"FROM DUAL" in query:
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            return b"200 OK", _body([{"now": now}], more=False, total=1)
        if b"FROM timebill t" in query and b"GROUP BY" not in query and b"COUNT(" not in query:
            return b"200 OK", self._page(query)
        return b"400 Bad Request", orjson.dumps(
            {"o:errorDetails": [{"detail": "Record 'this' was not found."}], "status": 400}
        )

    def _page(self, query: bytes) -> bytes:
        found = _AFTER.search(query)
        after = int(found[1]) if found else 0
        if not _CHANGES.search(query) and not _HISTORY.search(query):
            return self._table.page(after)
        if self._state["changed"] and not _HISTORY.search(query):
            return self._table.changes(after)
        return _body([], more=False, total=0)


def _serve(rows: int, pipe: Connection) -> None:
    async def main() -> None:
        table, state = Table(rows), {"changed": False}
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Server(table, state), "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        while await loop.run_in_executor(None, pipe.recv) == "change":
            state["changed"] = True
            pipe.send("changed")
        server.close()

    asyncio.run(main())


class Stub:
    """The running stand-in."""

    def __init__(self, url: str, pipe: Connection) -> None:
        self.url, self._pipe = url, pipe

    def change(self) -> None:
        """From now on one row in a hundred has changed."""
        self._pipe.send("change")
        self._pipe.recv()


@contextmanager
def serving(rows: int) -> Iterator[Stub]:
    """Serve that many rows from a process of its own."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(rows, theirs))
    process.start()
    try:
        yield Stub(f"http://127.0.0.1:{ours.recv()}", ours)
    finally:
        ours.send("stop")
        process.join(10)
        process.kill()
