"""The One View page's first data, asked of the true web app on a large firm by people who read in between.

python -m tests.benchmarks.page     2,000 people, 5 years, 16 sessions that think for a second
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from dashboard.auth.person import Person
from dashboard.auth.session import COOKIE, Sessions
from dashboard.settings import DashboardSettings
from models.access import Role
from models.database import open_record, upgrade
from models.settings import WarehouseSettings

from .answering import firms
from .asked import CLOSED
from .asking import Times
from .firm import DEPARTMENTS, Size
from .scale import Firm
from .sync import Line, free_port, show, verdict

ROOT = Path(__file__).parents[2]
FIRST = ("filters", "head", "tiles")  # what is in view when the page opens
_BACK = 24  # months that are looked at
_SUBSIDIARIES = 3
_LIMITS = {"warm": 0.150, "cold": 0.400}  # s, of the p95
_SORRY = "could not be shown"
_START = 60.0  # s that the web app may take to begin


# ---------------------------------------------------------------- the web app


@contextmanager
def web_app(data: Path) -> Iterator[tuple[str, DashboardSettings, WarehouseSettings]]:
    """The web app as it is run, on the snapshots of a folder."""
    port = free_port()
    given = {
        "ONEVIEW_DATA_DIR": str(data), "ONEVIEW_DATABASE_URL": "", "ONEVIEW_PORT": str(port),
        "ONEVIEW_PUBLIC_URL": f"http://127.0.0.1:{port}", "ONEVIEW_SECRET_KEY": secrets.token_hex(32),
        "ONEVIEW_OIDC_ISSUER": "http://127.0.0.1:9", "ONEVIEW_OIDC_CLIENT_ID": "bench",
        "ONEVIEW_OIDC_CLIENT_SECRET": "bench",
    }  # fmt: skip
    os.environ |= given
    settings, warehouse = DashboardSettings.load(), WarehouseSettings.load()
    record = open_record(warehouse.record_url)
    upgrade(record)
    record.dispose()
    process = subprocess.Popen([sys.executable, "-m", "oneview", "serve"], cwd=ROOT)
    try:
        _until_there(settings.public_url, process)
        yield settings.public_url, settings, warehouse
    finally:
        process.terminate()
        process.wait(30)


def _until_there(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise SystemExit("The web app did not begin.")


def signed_in(settings: DashboardSettings, warehouse: WarehouseSettings, count: int) -> list[str]:
    """The cookies of so many sessions of one who may see everything."""
    record = open_record(warehouse.record_url)
    sessions = Sessions(record, settings, lambda: datetime.now(UTC))
    reader = Person(
        subject="reader", name="A Reader", email="reader@northmere.example", role=Role.CFO
    )
    found = [sessions.open(reader) for _ in range(count)]
    record.dispose()
    return found


# ---------------------------------------------------------------- who reads


def addresses(size: Size) -> list[str]:
    """Every choice of month, practice and subsidiary: nobody has asked for it before."""
    found = [
        urlencode(
            {"period": str(CLOSED.plus(-back)), "department": 2 * one, "subsidiary": subsidiary}
        )
        for back in range(min(_BACK, size.months - 13))
        for one in range(1, DEPARTMENTS + 1)
        for subsidiary in range(1, _SUBSIDIARIES + 1)
    ]
    random.Random(7).shuffle(found)
    return found


def _part(name: str, search: str) -> dict[str, Any]:
    """What Dash asks for a section."""
    own = {"name": name, "type": "asked"}
    asked = {"place": "/", "address": "/", "search": search, "version": 1, "live": True}
    return {
        "output": '{"name":["MATCH"],"type":"section"}.children',
        "outputs": {"id": {"name": name, "type": "section"}, "property": "children"},
        "inputs": [{"id": own, "property": "data", "value": asked}],
        "state": [{"id": own, "property": "id", "value": own}],
        "changedPropIds": [f'{{"name":"{name}","type":"asked"}}.data'],
    }


class Visitor:
    """A session that opens the page and chooses filters."""

    def __init__(self, address: str, cookie: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=address, cookies={COOKIE: cookie}, headers={"Origin": address}, timeout=60,
            limits=httpx.Limits(keepalive_expiry=1),  # the server lets go after two seconds
        )  # fmt: skip

    async def first_data(self, search: str) -> float:
        """Ask for what is in view, in one request as the browser does; how long until all of it was there."""
        if "_csrf_token" not in self._client.cookies:
            await self._client.get(f"/?period={CLOSED}")
        began = time.perf_counter()
        answer = await self._client.post(
            "/_dash-update-components",
            headers={"X-CSRFToken": self._client.cookies["_csrf_token"]},
            json=[_part(name, f"?{search}") for name in FIRST],
        )
        took = time.perf_counter() - began
        told = [line.split(" ", 2) for line in answer.text.splitlines()]
        if [status for _, status, _ in told] != ["200"] * len(FIRST) or _SORRY in answer.text:
            raise SystemExit(f"/?{search}: {answer.status_code} {answer.text[:300]}")
        return took

    async def close(self) -> None:
        """Leave."""
        await self._client.aclose()


async def _read(
    visitors: Sequence[Visitor], search: Callable[[], str], seconds: float, think: float
) -> list[float]:
    """Let all of them ask, think and ask again; every wait."""
    until, took = time.perf_counter() + seconds, list[float]()

    async def one(visitor: Visitor, chance: random.Random) -> None:
        await asyncio.sleep(chance.uniform(0, think))
        while time.perf_counter() < until:
            took.append(await visitor.first_data(search()))
            await asyncio.sleep(chance.uniform(0.5, 1.5) * think)

    await asyncio.gather(*(one(each, random.Random(seed)) for seed, each in enumerate(visitors)))
    return took


async def _measure(
    address: str, cookies: Sequence[str], size: Size, seconds: float, think: float
) -> tuple[Times, Times]:
    visitors = [Visitor(address, cookie) for cookie in cookies]
    usual = f"period={CLOSED}"
    await asyncio.gather(*(each.first_data(usual) for each in visitors))  # everything is loaded
    new = iter(addresses(size))
    cold = await _read(visitors, lambda: next(new, usual), seconds, think)
    await asyncio.gather(*(each.first_data(usual) for each in visitors for _ in range(2)))
    warm = await _read(visitors, lambda: usual, seconds, think)
    for each in visitors:
        await each.close()
    return Times(seconds=warm), Times(seconds=cold)


def measure(
    firm: Firm, size: Size, *, sessions: int, seconds: float, think: float
) -> dict[str, Times]:
    """How long the first data took, with a warm cache and with questions nobody has asked before."""
    with web_app(firm.folder) as (address, settings, warehouse):
        cookies = signed_in(settings, warehouse, sessions)
        warm, cold = asyncio.run(_measure(address, cookies, size, seconds, think))
    return {"warm": warm, "cold": cold}


def _lines(found: dict[str, Times]) -> list[Line]:
    return [
        (
            f"first data, {name} cache ({len(took.seconds):,} visits)",
            f"{took.median * 1e3:.0f} ms, p95 {took.p95 * 1e3:.0f} ms",
            f"p95 ≤ {_LIMITS[name] * 1e3:g} ms", verdict(took.p95 <= _LIMITS[name]),
        )
        for name, took in found.items()
    ]  # fmt: skip


def main() -> None:
    """Measure and print the table; exit code 1 where something is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2000, help="of the firm (default 2,000)")
    parser.add_argument("--months", type=int, default=60, help="of history (default 60)")
    parser.add_argument("--sessions", type=int, default=16, help="at once (default 16)")
    parser.add_argument("--think", type=float, default=1.0, help="seconds (default 1)")
    parser.add_argument("--seconds", type=float, default=30, help="each cache (default 30)")
    parser.add_argument(
        "--keep", default="", help="folder that firms are kept in; default: none is"
    )
    asked = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the start.")
    size = Size(people=asked.people, months=asked.months)
    with firms(size, lambda _engine, _name: "", asked.keep) as (firm, _):
        found = measure(
            firm, size, sessions=asked.sessions, seconds=asked.seconds, think=asked.think
        )
    title = f"{size.people:,} people, {asked.sessions} sessions that think for {asked.think:g} s"
    if not show(title, _lines(found)):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
