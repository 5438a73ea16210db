"""`oneview sync`: mirror once, serve as the worker, or tell how things stand."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from models.database import open_record
from models.errors import QuestionError, WarehouseError
from models.settings import WarehouseSettings

from . import log_cli, plan_cli, quarantine_cli, replay_cli
from .command import (
    INTERRUPTED,
    builder,
    check_known,
    connected,
    now,
    payloads_of,
    stop_on_signal,
    tell,
)
from .engine.part import Target, read_key, record_target
from .engine.run import Mode, family, run_part, run_sync
from .engine.sweep_store import outcomes
from .entities import ENTITIES
from .entities.entity import Entity
from .fields_cli import fields
from .probe import probe_if_due
from .projects import project_target
from .proof_cli import proof
from .selection.select import Selection, load
from .settings import SyncSettings
from .status import as_json, as_text, read_status
from .worker import Worker

app = typer.Typer(
    help="Mirror the two systems: run, sweep, worker, status.",
    no_args_is_help=True,
    add_completion=False,
)


@app.command()
def run(
    full: Annotated[bool, typer.Option("--full", help="Read everything again.")] = False,
    entity: Annotated[
        str | None, typer.Option(help="Only this entity, with its owner and lines.")
    ] = None,
    project: Annotated[
        str | None,
        typer.Option(help="Only this project, by code, name or id, with all that belongs to it."),
    ] = None,
    record: Annotated[
        str | None, typer.Option(help="Only this record, as entity:id, with its lines.")
    ] = None,
    accept_deletions: Annotated[
        bool, typer.Option("--accept-deletions", help="With --full: delete however many are gone.")
    ] = False,
    accept_quarantine: Annotated[
        bool,
        typer.Option("--accept-quarantine", help="Publish however many records are unusable."),
    ] = False,
    as_json_: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Mirror what changed, build, publish; exit code 1 if that failed, 3 if it was stopped."""
    if sum(map(bool, (full or entity, project, record))) > 1:
        raise QuestionError("Name one of --entity or --full, --project, --record.")
    check_known(entity)
    warehouse, settings, stop = WarehouseSettings.load(), SyncSettings.load(), stop_on_signal()
    selection = load(settings)
    check_on(selection, entity)
    with connected(warehouse, settings, stop) as (engine, sources):
        target = project_target(engine, project) if project else _record(selection, record)
        if target is not None:
            part = run_part(
                engine, sources, now, target,
                trigger="command",
                build=builder(engine, warehouse, settings),
                entities=selection.entities,
                must_stop=stop.is_set,
                payloads=payloads_of(warehouse, settings),
            )  # fmt: skip
            tell(part, as_json=as_json_)
            return
        probe_if_due(engine, sources, now())
        result = run_sync(
            engine, sources, now,
            trigger="command",
            build=builder(engine, warehouse, settings),
            mode=Mode.FULL if full else Mode.INCREMENTAL,
            entities=family(selection.entities, entity) if entity else selection.entities,
            off=selection.off,
            history_months=settings.history_months_first,
            must_stop=stop.is_set,
            accept_deletions=accept_deletions,
            payloads=payloads_of(warehouse, settings),
            quarantine_limit=None if accept_quarantine else settings.quarantine_limit,
        )  # fmt: skip
    tell(result, as_json=as_json_)


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
    check_known(entity)
    warehouse, settings, stop = WarehouseSettings.load(), SyncSettings.load(), stop_on_signal()
    selection = load(settings)
    check_on(selection, entity)
    chosen = family(selection.entities, entity) if entity else selection.entities
    with connected(warehouse, settings, stop) as (engine, sources):
        began = now()
        result = run_sync(
            engine, sources, now,
            trigger="command",
            build=builder(engine, warehouse, settings),
            mode=Mode.SWEEP,
            entities=chosen,
            off=selection.off,
            history_months=settings.history_months_first,
            must_stop=stop.is_set,
            accept_deletions=accept_deletions,
            payloads=payloads_of(warehouse, settings),
        )  # fmt: skip
        refused = _tell_sweeps(engine, chosen, began)
    typer.echo(f"Run {result.run_id} {result.state}. {result.error or ''}".strip())
    if result.state != "succeeded" or refused:
        raise typer.Exit(INTERRUPTED if result.state == "interrupted" else 1)


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
    warehouse, settings, stop = WarehouseSettings.load(), SyncSettings.load(), stop_on_signal()
    with connected(warehouse, settings, stop) as (engine, sources):
        Worker(
            engine, sources, now,
            build=builder(engine, warehouse, settings),
            selection=load(settings),
            history_months=settings.history_months_first,
            payloads=payloads_of(warehouse, settings),
            publish_gap=timedelta(seconds=settings.publish_gap_seconds),
            stop=stop,
            sync=partial(run_sync, quarantine_limit=settings.quarantine_limit),
            probe=lambda: probe_if_due(engine, sources, now()),
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


def _record(selection: Selection, named: str | None) -> Target | None:
    """The record that `entity:id` names; None without a name."""
    if named is None:
        return None
    key, _, text = named.partition(":")
    check_known(key)
    check_on(selection, key)
    identity = read_key(selection.entities[key], text)
    if identity is None:
        raise QuestionError(
            f"'{named}' names no record. Write {key}:"
            + "|".join(f"<{name}>" for name in selection.entities[key].identity)
        )
    return record_target(selection.entities, selection.entities[key], identity)


def check_on(selection: Selection, entity: str | None) -> None:
    """Refuse an entity that is switched off.

    Raises:
        QuestionError: says so.
    """
    if entity is not None and entity not in selection.entities:
        raise QuestionError(f"{entity} is switched off in the file that ONEVIEW_SYNC_FILE names.")


for more in (log_cli, plan_cli, replay_cli):
    more.add_to(app)
app.command()(proof)
app.command()(fields)
app.add_typer(quarantine_cli.app, name="quarantine")
