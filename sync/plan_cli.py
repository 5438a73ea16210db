"""`oneview sync plan`: what a run would fetch and cost, without fetching or writing it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import orjson
import typer

from models.errors import QuestionError
from models.settings import WarehouseSettings

from .clients import connect
from .command import record_of
from .engine.run import family
from .entities import ENTITIES
from .planning import Plan, Step, make_plan
from .selection.select import load
from .settings import SyncSettings

_HEAD = ("entity", "reads", "changed from (UTC)", "rows", "known by", "requests", "seconds")
_TITLES = {"netsuite": "NetSuite", "suiteprojects": "SuiteProjects Pro"}


def add_to(app: typer.Typer) -> None:
    """Offer the command."""
    app.command()(plan)


def plan(
    full: Annotated[bool, typer.Option("--full", help="Of a run that reads everything.")] = False,
    entity: Annotated[
        str | None, typer.Option(help="Only this entity, with its owner and lines.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Tell what a run would fetch: rows, pages, requests, time. Only sign-in tokens and request counts are kept."""
    if entity is not None and entity not in ENTITIES:
        raise QuestionError(f"There is no entity '{entity}'. `oneview sync status` lists them.")
    warehouse, settings = WarehouseSettings.load(), SyncSettings.load()
    chosen = load(settings).entities
    if entity is not None:
        if entity not in chosen:
            raise QuestionError(
                f"{entity} is switched off in the file that ONEVIEW_SYNC_FILE names."
            )
        chosen = family(chosen, entity)
    with record_of(warehouse) as engine:
        sources = list(connect(settings, engine).values())
        try:
            made = make_plan(engine, sources, chosen, full=full)
        finally:
            for source in sources:
                source.close()
    typer.echo(orjson.dumps(asdict(made), option=orjson.OPT_INDENT_2) if as_json else as_text(made))


def as_text(plan: Plan) -> str:
    """The plan as a table that fits a terminal, and its totals."""
    rows = [_HEAD, *map(_row, plan.steps)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    lines += [f"{step.entity}: {step.note}" for step in plan.steps if step.note]
    lines += ["", f"{plan.rows:,} rows, in about {_duration(plan.seconds)}; nothing was fetched."]
    lines += [_requests(plan, system, count) for system, count in plan.requests.items()]
    lines.append(
        "Only tokens of the sign-in and counts of requests were kept. A time is that of the last runs, "
        "or a second a request before there are any."
    )
    return "\n".join(lines)


def _row(step: Step) -> tuple[str, ...]:
    since = f"{step.changed_from:%Y-%m-%d %H:%M}" if step.changed_from else "–"
    rows = "?" if step.rows is None else f"{step.rows:,}"
    known, seconds = str(step.basis), f"{step.seconds:,.1f}"
    return step.entity, str(step.reading), since, rows, known, f"{step.requests:,}", seconds


def _requests(plan: Plan, system: str, count: int) -> str:
    share = plan.share(system)
    of = f", {share:.1%} of the {plan.left_today[system]:,} left today" if share is not None else ""
    return f"{_TITLES[system]}: {count:,} requests{of}."


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
