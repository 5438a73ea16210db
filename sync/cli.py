"""`oneview sync`: mirror once, serve as the worker, or tell how things stand."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import orjson
import typer
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from models.database import is_current, open_record
from models.errors import QuestionError, WarehouseError
from models.settings import WarehouseSettings

from .clients import connect
from .engine.run import Build, Mode, family, run_sync
from .engine.stage import ensure_tables
from .engine.sweep_store import outcomes
from .entities import ENTITIES
from .entities.entity import Entity
from .selection.select import Selection, load
from .settings import SyncSettings
from .source import Source
from .status import as_json, as_text, read_status
from .worker import Worker, waiting_with

app = typer.Typer(
    help="Mirror the two systems: run, sweep, worker, status.",
    no_args_is_help=True,
    add_completion=False,
)
_INTERRUPTED = 3  # exit code


@app.command()
def run(
    full: Annotated[bool, typer.Option("--full", help="Read everything again.")] = False,
    entity: Annotated[
        str | None, typer.Option(help="Only this entity, with its owner and lines.")
    ] = None,
    accept_deletions: Annotated[
        bool, typer.Option("--accept-deletions", help="With --full: delete however many are gone.")
    ] = False,
    as_json_: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Mirror what changed, build, publish; exit code 1 if that failed, 3 if it was stopped."""
    warehouse, settings, stop = WarehouseSettings.load(), SyncSettings.load(), _stop_on_signal()
    selection = load(settings)
    check_entity(selection, entity)
    with connected(warehouse, settings, stop) as (engine, sources):
        result = run_sync(
            engine, sources, _now,
            trigger="command",
            build=_builder(engine, warehouse, settings),
            mode=Mode.FULL if full else Mode.INCREMENTAL,
            entities=family(selection.entities, entity) if entity else selection.entities,
            off=selection.off,
            history_months=settings.history_months_first,
            must_stop=stop.is_set,
            accept_deletions=accept_deletions,
        )  # fmt: skip
    if as_json_:
        typer.echo(orjson.dumps(asdict(result)))
    else:
        published = (
            f" Snapshot {result.snapshot_version} is published." if result.snapshot_version else ""
        )
        typer.echo(f"Run {result.run_id} {result.state}.{published} {result.error or ''}".strip())
    if result.state != "succeeded":
        raise typer.Exit(_INTERRUPTED if result.state == "interrupted" else 1)


@app.command()
def sweep(
    entity: Annotated[
        str | None, typer.Option(help="Only this entity, with its owner and lines.")
    ] = None,
    accept_deletions: Annotated[
        bool, typer.Option("--accept-deletions", help="Delete however many are gone.")
    ] = False,
) -> None:
    """Mirror what changed, then compare all keys: delete what is gone, read what was missed."""
    warehouse, settings, stop = WarehouseSettings.load(), SyncSettings.load(), _stop_on_signal()
    selection = load(settings)
    check_entity(selection, entity)
    chosen = family(selection.entities, entity) if entity else selection.entities
    with connected(warehouse, settings, stop) as (engine, sources):
        began = _now()
        result = run_sync(
            engine, sources, _now,
            trigger="command",
            build=_builder(engine, warehouse, settings),
            mode=Mode.SWEEP,
            entities=chosen,
            off=selection.off,
            history_months=settings.history_months_first,
            must_stop=stop.is_set,
            accept_deletions=accept_deletions,
        )  # fmt: skip
        refused = _tell_sweeps(engine, chosen, began)
    typer.echo(f"Run {result.run_id} {result.state}. {result.error or ''}".strip())
    if result.state != "succeeded" or refused:
        raise typer.Exit(_INTERRUPTED if result.state == "interrupted" else 1)


def _tell_sweeps(engine: Engine, entities: Mapping[str, Entity], since: datetime) -> bool:
    """Say what came of each sweep; whether one was refused."""
    refused = False
    for key, row in sorted(outcomes(engine).items()):
        if key not in entities:
            continue
        if row.refusal is not None:
            refused = True
            typer.echo(f"{key}: {row.refusal}", err=True)
        elif row.swept_at is not None and row.swept_at >= since:
            typer.echo(
                f"{key}: {row.listed:,} keys compared, {row.buried:,} rows deleted, "
                f"{row.recovered:,} records read that were missing."
            )
    return refused


@app.command()
def worker() -> None:
    """Mirror on the schedule and when a person asks, until stopped."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level="INFO")
    for chatty in ("apscheduler", "httpx", "httpcore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    warehouse, settings, stop = WarehouseSettings.load(), SyncSettings.load(), _stop_on_signal()
    with connected(warehouse, settings, stop) as (engine, sources):
        Worker(
            engine, sources, _now,
            build=_builder(engine, warehouse, settings),
            selection=load(settings),
            history_months=settings.history_months_first,
            stop=stop,
        ).serve()  # fmt: skip


@app.command()
def status(
    as_json_: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Tell how each entity stands, and how the last runs went."""
    engine = open_record(WarehouseSettings.load().record_url)
    try:
        found = read_status(engine, ENTITIES.values())
    except DBAPIError as error:
        raise WarehouseError(
            "The record is not prepared or does not answer. Run: oneview db upgrade"
        ) from error
    finally:
        engine.dispose()
    typer.echo(as_json(found) if as_json_ else as_text(found))


def check_entity(selection: Selection, entity: str | None) -> None:
    """Refuse an entity that there is not, or that is switched off.

    Raises:
        QuestionError: says which.
    """
    if entity is not None and entity not in selection.entities:
        raise QuestionError(
            f"{entity} is switched off in the file that ONEVIEW_SYNC_FILE names."
            if entity in ENTITIES
            else f"There is no entity '{entity}'. `oneview sync status` lists them."
        )


@contextmanager
def connected(
    warehouse: WarehouseSettings, settings: SyncSettings, stop: threading.Event
) -> Iterator[tuple[Engine, list[Source]]]:
    """The record and both systems, let go of at the end."""
    engine = open_record(warehouse.record_url)
    try:
        if not is_current(engine):
            raise WarehouseError("The record is of another version. Run: oneview db upgrade")
        ensure_tables(engine, ENTITIES.values())  # the facts are made of all, whatever is chosen
        sources = list(connect(settings, engine, waiting_with(stop)).values())
        try:
            yield engine, sources
        finally:
            for source in sources:
                source.close()
    finally:
        engine.dispose()


def _builder(engine: Engine, warehouse: WarehouseSettings, settings: SyncSettings) -> Build:
    from .engine.meta import source_infos  # DuckDB is loaded by those who build, not by `status`
    from .engine.publish import build_and_publish

    sources = source_infos(settings)
    return lambda: build_and_publish(engine, warehouse, sources, _now)


def _stop_on_signal() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _now() -> datetime:
    return datetime.now(UTC)
