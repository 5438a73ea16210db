"""`oneview sync replay`: merge again what earlier runs brought, without asking the sources."""

from __future__ import annotations

from typing import Annotated

import typer

from models.errors import QuestionError
from models.settings import WarehouseSettings

from .command import builder, check_known, now, payloads_of, record_of, stop_on_signal, tell
from .engine.run import family, replay_runs
from .entities import ENTITIES
from .settings import SyncSettings


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(replay)


def replay(
    since: Annotated[
        int | None, typer.Option(help="The first run to merge again. Default: the oldest kept.")
    ] = None,
    entity: Annotated[
        str | None, typer.Option(help="Only this entity, with its owner and lines.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Merge again what this run and all later ones brought, as it was kept; build, publish.

    For when the reading of records has changed. Exit code 1 if it failed, 3 if it was stopped.
    """
    check_known(entity)
    warehouse, settings, stop = WarehouseSettings.load(), SyncSettings.load(), stop_on_signal()
    payloads = payloads_of(warehouse, settings)
    kept = payloads.runs()
    runs = [run for run in kept if since is None or run >= since]
    if not runs:
        oldest = f"; the oldest kept is run {kept[0]}" if kept else ""
        raise QuestionError(f"No payloads are kept of such runs{oldest}. Nothing was merged.")
    if since is not None and since < kept[0]:
        raise QuestionError(
            f"Run {since} is not kept any more; the oldest kept is run {kept[0]}. Nothing was merged."
        )
    with record_of(warehouse) as engine:
        result = replay_runs(
            engine, now, payloads, runs,
            build=builder(engine, warehouse, settings),
            entities=family(ENTITIES, entity) if entity else ENTITIES,
            must_stop=stop.is_set,
        )  # fmt: skip
    tell(result, as_json=as_json)
