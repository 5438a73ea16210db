"""The job that is measured, one process a measurement: prints a line of JSON."""

from __future__ import annotations

import resource
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import psycopg
from sqlalchemy import Engine, make_url, select

from models.database import open_record, upgrade
from models.settings import WarehouseSettings
from models.tables.operations import ops_entity_run
from oneview import NoPandas
from sync.clients.http import Caller
from sync.clients.netsuite import NetSuiteSource
from sync.engine import ahead
from sync.engine.payloads import Payloads
from sync.engine.reading import Reader
from sync.engine.run import run_sync
from sync.engine.stage import ensure_tables
from sync.entities import ENTITIES
from sync.entities.entity import Entity, History, System

from .stub import COLUMNS, PAGE

_BILL = ENTITIES["netsuite__timebill"]
JOB: Entity = replace(
    _BILL, fields={name: _BILL.fields[name] for name in COLUMNS}, history=History()
)


class _Trusted:
    """Signs nothing: the stand-in lets everybody in."""

    def header(self, method: str, url: str, tally: object) -> str:
        return "Bearer none"

    def refused(self) -> bool:
        return False


_PEAKS: list[float] = []  # with each process that read along, up to its end


class _Measured(Reader):
    def close(self) -> None:
        if self._process.poll() is None:
            _PEAKS.append(_peak_mb("self") + _peak_mb(self._process.pid))
        super().close()


def _peak_mb(process: int | str) -> float:
    """The most memory a process has had in use so far, in MB."""
    status = Path(f"/proc/{process}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def _now() -> datetime:
    return datetime.now(UTC)


def source(url: str) -> NetSuiteSource:
    """The product's own client."""
    return NetSuiteSource("BENCH", url, Caller("NetSuite", concurrency=2), _Trusted())


def wire(url: str) -> dict[str, Any]:
    """The first limit: every page fetched and decoded, nothing done with it."""
    rows, after = 0, 0
    began = time.perf_counter()
    with httpx.Client() as client:
        while True:
            query = f"SELECT * FROM timebill t WHERE t.id > {after}"
            answer = client.post(url + "/services", content=orjson.dumps({"q": query}))
            body = orjson.loads(answer.content)
            rows += body["count"]
            if not body["hasMore"]:
                break
            after = int(body["items"][-1]["id"])
    return {"rows": rows, "seconds": time.perf_counter() - began}


def _typed(rows: int) -> list[tuple[Any, ...]]:
    """Rows as a bulk load takes them: typed, in the order of their key."""
    return [
        (
            number, number % 2000, number % 1500, number % 11, number % 8, number % 3,
            number % 40 * 2500, number % 2, f"20{21 + number % 5}-03-{1 + number % 28:02d}", "3",
            f"SPP-{number}", "2025-06-01 00:00:00.000000",
        )
        for number in range(PAGE, PAGE + rows)
    ]  # fmt: skip


def bulk(record: str, rows: int) -> dict[str, Any]:
    """The second limit: typed rows into an empty keyed table by the driver's bulk path."""
    kinds = "integer primary key, " + ", ".join(
        f"{name} {'text' if name in ('trandate', 'approvalstatus', 'externalid', 'stamp') else 'bigint'}"
        for name in (*COLUMNS[1:-1], "stamp")
    )
    lots = [_typed(PAGE * 20)] * (rows // (PAGE * 20))
    url = make_url(record)
    load = _sqlite if url.get_backend_name() == "sqlite" else _postgresql
    began = time.perf_counter()
    spent = load(record, f"CREATE TABLE bulk (id {kinds})", lots)
    return {"rows": rows, "seconds": time.perf_counter() - began - spent}


def _renumbered(lot: list[tuple[Any, ...]], index: int) -> tuple[list[tuple[Any, ...]], float]:
    began = time.perf_counter()
    step = index * len(lot)
    rows = [(row[0] + step, *row[1:]) for row in lot]
    return rows, time.perf_counter() - began


def _sqlite(record: str, create: str, lots: list[list[tuple[Any, ...]]]) -> float:
    path = Path(str(make_url(record).database)).with_name("bulk.db")
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(create)
    places = ", ".join("?" * 12)
    spent = 0.0
    for index, lot in enumerate(lots):
        rows, took = _renumbered(lot, index)
        spent += took
        connection.execute("BEGIN")
        connection.executemany(f"INSERT INTO bulk VALUES ({places})", rows)
        connection.execute("COMMIT")
    connection.close()
    return spent


def _postgresql(record: str, create: str, lots: list[list[tuple[Any, ...]]]) -> float:
    url = make_url(record).set(drivername="postgresql")
    spent = 0.0
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(create)
        for index, lot in enumerate(lots):
            rows, took = _renumbered(lot, index)
            spent += took
            with (
                connection.transaction(),
                connection.cursor() as cursor,
                cursor.copy("COPY bulk FROM STDIN") as copy,
            ):
                for row in rows:
                    copy.write_row(row)
        connection.execute("DROP TABLE bulk")
    return spent


def mirror(url: str, record: str, data: str, build: str) -> dict[str, Any]:
    """The product: pages in, a durable record out; with `build`, a published snapshot, too."""
    settings = WarehouseSettings(data_dir=Path(data), database_url=record)
    engine = open_record(record)
    upgrade(engine)
    ensure_tables(engine, ENTITIES.values())
    entities = {JOB.key: JOB}
    # What a worker has at hand before a run begins: its client, and the modules that build.
    client, make = source(url), builder(engine, settings)
    began = time.perf_counter()
    result = run_sync(
        engine, [client], _now, trigger="first",
        build=make if build == "build" else lambda: None,
        entities=entities, history_months=240, payloads=Payloads(settings.payload_dir, 14),
    )  # fmt: skip
    took = time.perf_counter() - began
    if result.state != "succeeded":
        raise SystemExit(f"the run {result.state}: {result.error}")
    with engine.connect() as connection:
        held = connection.exec_driver_sql(f"SELECT count(*) FROM {JOB.table}").scalar_one()
        log = connection.execute(
            select(ops_entity_run).where(ops_entity_run.c.run_id == result.run_id)
        ).one()
    engine.dispose()
    return {
        "rows": held, "seconds": took, "read": log.rows_read, "new": log.rows_inserted,
        "changed": log.rows_updated, "snapshot": result.snapshot_version,
    }  # fmt: skip


def builder(engine: Engine, settings: WarehouseSettings) -> Callable[[], int | None]:
    """What builds and publishes, as the worker does for a person who waits."""
    from sync.engine.meta import SourceInfo
    from sync.engine.publish import build_and_publish

    infos = [SourceInfo(system=system, account="BENCH", record_url="") for system in System]
    return lambda: build_and_publish(engine, settings, infos, _now)


JOBS: dict[str, Callable[..., dict[str, Any]]] = {"wire": wire, "bulk": bulk, "mirror": mirror}


def main() -> None:
    """Run the job named on the command line."""
    sys.meta_path.insert(0, NoPandas())  # as the command does
    vars(ahead)["Reader"] = _Measured
    name, *words = sys.argv[1:]
    arguments = [int(word) if word.isdigit() else word for word in words]
    found = JOBS[name](*arguments)
    peak = max([_peak_mb("self"), *_PEAKS])
    cpu = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    sys.stdout.write(orjson.dumps({**found, "peak_mb": peak, "cpu": cpu}).decode() + "\n")


if __name__ == "__main__":
    main()
