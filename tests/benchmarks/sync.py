"""The mirror against its limits, against dlt, in memory, and with a small change; readers beside a writer.

python -m tests.benchmarks.sync            all of it
python -m tests.benchmarks.sync mirror     only that part: mirror, memory, change, publish
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

from models.database import open_record, writing
from models.settings import WarehouseSettings
from tests.servers import is_installed, postgres

from .readers import Reader, Seen
from .stub import PAGE, Stub, serving

ROOT = Path(__file__).parents[2]
DLT = ROOT / ".venv-bench" / "bin" / "python"
SETTINGS = (
    "-c shared_buffers=512MB -c max_wal_size=4GB"  # it keeps what it commits, as a customer's does
)
PUBLISHES = 12

Line = tuple[str, str, str, str]  # what, measured, wanted, verdict


def job(*words: object) -> dict[str, Any]:
    """Run one measurement in a process of its own."""
    return _run([sys.executable, "-m", "tests.benchmarks.job", *map(str, words)])


def _run(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def free_port() -> int:
    """A port that nobody serves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def records() -> Iterator[Callable[[str, str], str]]:
    """Fresh records of either engine by name: `record(engine, name)` is a URL."""
    with tempfile.TemporaryDirectory(prefix="oneview-bench-") as folder:

        def sqlite(name: str) -> str:
            return f"sqlite:///{folder}/{name}.db"

        if not is_installed():
            print("PostgreSQL 15 is not installed: measured on SQLite alone.")
            yield lambda engine, name: sqlite(name) if engine == "sqlite" else ""
            return
        with postgres(SETTINGS, free_port()) as server:
            admin = create_engine(server, isolation_level="AUTOCOMMIT")

            def record(engine: str, name: str) -> str:
                if engine == "sqlite":
                    return sqlite(name)
                with admin.connect() as connection:
                    connection.execute(text(f'CREATE DATABASE "{name}"'))
                return server.replace("/postgres?", f"/{name}?")

            yield record
            admin.dispose()


# ---------------------------------------------------------------- the parts


def mirror(rows: int, record: Callable[[str, str], str]) -> list[Line]:
    """A first load against the sum of the two limits, and against dlt on the same job."""
    lines: list[Line] = []
    with serving(rows) as stub, tempfile.TemporaryDirectory() as data:
        wire = job("wire", stub.url)
        lines.append(_plain(f"limit: fetch and decode {rows:,} rows", wire))
        ours: dict[str, dict[str, Any]] = {}
        for engine in ("sqlite", "postgresql"):
            url = record(engine, f"mirror_{engine}")
            if not url:
                continue
            bulk = job("bulk", url, rows)
            lines.append(_plain(f"limit: bulk load into a keyed table, {engine}", bulk))
            ours[engine] = job("mirror", stub.url, url, f"{data}/{engine}", "plain")
            _check(ours[engine], rows)
            lines.append(_plain(f"One View, {engine}", ours[engine]))
            ratio = ours[engine]["seconds"] / (wire["seconds"] + bulk["seconds"])
            lines.append(
                _ratio(f"  of the sum of both limits, {engine}", ratio, 2.5, at_most=True, aim=1.5)
            )
        if "postgresql" in ours:
            lines += _against_dlt(stub, rows, record, ours["postgresql"])
    return lines


def _against_dlt(
    stub: Stub, rows: int, record: Callable[[str, str], str], ours: dict[str, Any]
) -> list[Line]:
    if not DLT.exists():
        return [("dlt", "not installed", "make bench installs it", "not measured")]
    lines = []
    for way, wanted in (("tuned", 3.0), ("default", 5.0)):
        url = make_url(record("postgresql", f"dlt_{way}"))
        dlt = _run(
            [
                str(DLT), str(ROOT / "tests" / "benchmarks" / "dlt_job.py"), way, stub.url,
                str(url.database), str(url.query["port"]), str(rows // PAGE),
            ]
        )  # fmt: skip
        _check(dlt, rows)
        lines.append(_plain(f"dlt's REST source with merge, {way}, postgresql", dlt))
        ratio = (ours["rows"] / ours["seconds"]) / (dlt["rows"] / dlt["seconds"])
        lines.append(_ratio(f"  our rows a second to dlt's, {way}", ratio, wanted, at_most=False))
    return lines


def memory(sizes: list[int], record: Callable[[str, str], str]) -> list[Line]:
    """Peak memory of the sync process, first load with build and publish."""
    lines: list[Line] = []
    for rows in sizes:
        with serving(rows) as stub, tempfile.TemporaryDirectory() as data:
            found = job("mirror", stub.url, record("sqlite", f"memory_{rows}"), data, "build")
            _check(found, rows)
            lines.append(
                (
                    f"peak memory at {rows:,} rows, build and publish included",
                    f"{found['peak_mb']:,.0f} MB", "< 400 MB", verdict(found["peak_mb"] < 400),
                )
            )  # fmt: skip
            lines.append(_plain(f"  and its time, {rows:,} rows", found))
    return lines


def change(rows: int, record: Callable[[str, str], str]) -> list[Line]:
    """One row in a hundred has changed: the whole run, with build and publish."""
    lines: list[Line] = []
    for engine in ("sqlite", "postgresql"):
        url = record(engine, f"change_{engine}")
        if not url:
            continue
        with serving(rows) as stub, tempfile.TemporaryDirectory() as data:
            full = job("mirror", stub.url, url, data, "build")
            _check(full, rows)
            stub.change()
            some = job("mirror", stub.url, url, data, "build")
            if some["changed"] != rows // 100:
                raise SystemExit(f"{some['changed']:,} rows changed, not one in a hundred")
            lines.append(_plain(f"full run with build and publish, {engine}", full))
            lines.append(_plain(f"1 % changed, with build and publish, {engine}", some))
            share = some["seconds"] / full["seconds"]
            lines.append(_ratio("  of the full run's time", share, 0.10, at_most=True))
    return lines


def publish(rows: int, record: Callable[[str, str], str]) -> list[Line]:
    """A reader that polls while the worker publishes again and again."""
    url = record("sqlite", "publish")
    with serving(rows) as stub, tempfile.TemporaryDirectory() as data:
        _check(job("mirror", stub.url, url, data, "build"), rows)
        settings = WarehouseSettings(data_dir=Path(data), database_url=url)
        idle = _watch(settings, lambda: time.sleep(10))
        busy = _watch(settings, lambda: _publish_again(settings))
    return [
        ("reader, nothing published: 99 of 100 waits within", f"{idle.p99 * 1e3:.1f} ms", "", ""),
        (
            f"reader beside {PUBLISHES} publishes: errors", str(len(busy.errors)), "0",
            verdict(not busy.errors and not idle.errors),
        ),
        (
            "  versions seen with two contents", str(int(busy.is_mixed)), "0",
            verdict(not busy.is_mixed and len(busy.answers) > 2),
        ),
        _ratio("  99 of 100 waits to those when idle", busy.p99 / idle.p99, 3.0, at_most=True),
        (
            "  longest wait", f"{max(busy.waits) * 1e3:.1f} ms",
            f"idle: {max(idle.waits) * 1e3:.1f} ms", "",
        ),
    ]  # fmt: skip


def _watch(settings: WarehouseSettings, meanwhile: Callable[[], object]) -> Seen:
    reader = Reader(settings.snapshot_dir)
    time.sleep(2)  # it has begun
    meanwhile()
    return reader.stop()


def _publish_again(settings: WarehouseSettings) -> None:
    """Change some rows in the record, build, publish; again and again."""
    from .job import JOB, builder

    engine = open_record(settings.record_url)
    build = builder(engine, settings)
    for round_ in range(PUBLISHES):
        with writing(engine) as connection:
            sequence = connection.exec_driver_sql(
                "UPDATE ops_change SET sequence = sequence + 1 RETURNING sequence"
            ).scalar_one()
            connection.exec_driver_sql(
                f"UPDATE {JOB.table} SET hours = hours + 10000, _sequence = {int(sequence)} "
                f"WHERE id % 100 = {round_}"
            )
        build()
    engine.dispose()


# ---------------------------------------------------------------- the table


def _check(found: dict[str, Any], rows: int) -> None:
    if found["rows"] != rows:
        raise SystemExit(f"{found['rows']:,} rows arrived of {rows:,}: the measurement is void")


def _plain(what: str, found: dict[str, Any]) -> Line:
    return (
        what,
        f"{found['seconds']:.2f} s, {found['rows'] / found['seconds']:,.0f} rows/s",
        "",
        f"{found['peak_mb']:,.0f} MB" if "peak_mb" in found else "",
    )


def _ratio(
    what: str, ratio: float, wanted: float, *, at_most: bool, aim: float | None = None
) -> Line:
    sign = "≤" if at_most else "≥"
    holds = ratio <= wanted if at_most else ratio >= wanted
    aimed = f" (aim {sign} {aim:g})" if aim is not None else ""
    return what, f"{ratio:.3g} ×", f"{sign} {wanted:g} ×{aimed}", verdict(holds)


def verdict(holds: bool) -> str:
    """How the table says it."""
    return "holds" if holds else "MISSED"


def show(title: str, lines: list[Line]) -> bool:
    """Print the lines of a part; whether all it wants holds."""
    print(f"\n{title}")
    width = max(len(line[0]) for line in lines) + 2
    for what, measured, wanted, verdict in lines:
        print(f"  {what:<{width}}{measured:>28}  {wanted:<24}{verdict}", flush=True)
    return all(line[3] != "MISSED" for line in lines)


def main() -> None:
    """Measure and print the table; exit code 1 where something is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="*", help="mirror, memory, change, publish; default all")
    parser.add_argument(
        "--rows", type=int, default=1_000_000, help="how many rows (default 1,000,000)"
    )
    parser.add_argument(
        "--large", type=int, default=10_000_000, help="rows of the larger memory run"
    )
    asked = parser.parse_args()
    parts = asked.part or ["mirror", "memory", "change", "publish"]
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f} before the start; ratios within one run.")
    holds = True
    with records() as record:
        if "mirror" in parts:
            holds &= show("A first load", mirror(asked.rows, record))
        if "change" in parts:
            holds &= show("A small change", change(asked.rows, record))
        if "publish" in parts:
            holds &= show("Publishing beside a reader", publish(asked.rows, record))
        if "memory" in parts:
            holds &= show("Memory", memory([asked.rows, asked.large], record))
    if not holds:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
