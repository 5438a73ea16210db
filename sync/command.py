"""What the commands of the sync share: connections, the build, how a result is told."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime

import orjson
import typer
from sqlalchemy import Engine

from models.database import open_record, require_current
from models.errors import QuestionError
from models.settings import WarehouseSettings

from .clients import connect
from .engine.payloads import Payloads
from .engine.run import Build, RunResult
from .engine.stage import ensure_tables
from .entities import ENTITIES
from .settings import SyncSettings
from .source import Source
from .worker import waiting_with

INTERRUPTED = 3  # exit code


@contextmanager
def connected(
    warehouse: WarehouseSettings, settings: SyncSettings, stop: threading.Event
) -> Iterator[tuple[Engine, list[Source]]]:
    """The record and both systems, let go of at the end."""
    with record_of(warehouse) as engine:
        ensure_tables(engine, ENTITIES.values())  # the facts are made of all, whatever is chosen
        sources = list(connect(settings, engine, waiting_with(stop)).values())
        try:
            yield engine, sources
        finally:
            for source in sources:
                source.close()


def builder(engine: Engine, warehouse: WarehouseSettings, settings: SyncSettings) -> Build:
    """What builds and publishes at the end of a run."""
    from .engine.meta import source_infos  # DuckDB is loaded by those who build, not by `status`
    from .engine.publish import build_and_publish, file_of

    sources = source_infos(settings)
    file_of(warehouse.business_file)  # a wrong file stops the start, not the first build
    return lambda: build_and_publish(engine, warehouse, sources, now)


def stop_on_signal() -> threading.Event:
    """Set when somebody asks this process to end."""
    stop = threading.Event()

    def ask_to_stop(*_: object) -> None:
        # by a thread: the one that is interrupted here may hold the event's lock, waiting for it
        threading.Thread(target=stop.set, daemon=True).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    return stop


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@contextmanager
def record_of(warehouse: WarehouseSettings) -> Iterator[Engine]:
    """The record, of this version, let go of at the end.

    Raises:
        WarehouseError: it is of another version.
    """
    engine = open_record(warehouse.record_url)
    try:
        require_current(engine)
        yield engine
    finally:
        engine.dispose()


def check_known(entity: str | None) -> None:
    """Refuse an entity that there is not.

    Raises:
        QuestionError: names it.
    """
    if entity is not None and entity not in ENTITIES:
        raise QuestionError(f"There is no entity '{entity}'. `oneview sync status` lists them.")


def payloads_of(warehouse: WarehouseSettings, settings: SyncSettings) -> Payloads:
    """Where what the sources send is kept."""
    return Payloads(warehouse.payload_dir, settings.payload_days)


def tell(result: RunResult, *, as_json: bool) -> None:
    """Say how a run ended; the exit code is 0, 1 when it failed, 3 when it was stopped."""
    if as_json:
        typer.echo(orjson.dumps(asdict(result)))
    else:
        published = (
            f" Snapshot {result.snapshot_version} is published." if result.snapshot_version else ""
        )
        typer.echo(f"Run {result.run_id} {result.state}.{published} {result.error or ''}".strip())
    if result.state != "succeeded":
        raise typer.Exit(INTERRUPTED if result.state == "interrupted" else 1)
