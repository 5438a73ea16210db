"""How the mirror of the two systems stands: entity by entity, run by run, and what could not be used."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component
from sqlalchemy import Row, select

from models.errors import NoSnapshotError
from models.tables.conformed import meta_entity

from .. import formats, operations
from ..auth.permissions import Permission
from ..components import skeleton, states
from ..components.account import account
from ..components.ages import age
from ..components.fields import field_changes
from ..components.icons import icon
from ..components.proof import proof
from ..components.quarantine import quarantine
from ..components.table import Cell, grouped_table, numbers, table, words
from ..components.words import SYSTEM_TITLES, entity_title, run_state, stage
from ..page import Page, Section
from ..visit import Visit

_TRIGGERS = {
    "schedule": "Schedule",
    "refresh": "A person",
    "command": "Command line",
    "first": "First sync",
}

_ENTITY_COLUMNS = words("Table", "State", "Data as of") + numbers(
    "Rows held", "Read", "New", "Changed", "Deleted", "Quarantined", "Took"
)
_RUN_COLUMNS = words("Run", "State", "Started", "By") + numbers(
    "Took", "Tables", "Rows read", "Rows changed", "Snapshot"
)


def _systems(visit: Visit) -> Component:
    newest = operations.newest_run(visit.services.record)
    failed = operations.failed_systems(visit.services.record)
    return html.Div(
        [
            html.H1("Sync"),
            html.P(_message(newest, failed), className="subline"),
            html.Div(
                [_system(visit, system, failed.get(system)) for system in SYSTEM_TITLES],
                className="system-cards",
            ),
        ]
    )


def _message(newest: operations.RunProgress | None, failed: dict[str, str]) -> str:
    if newest is None:
        return "No sync has run yet."
    if newest.state == "running":
        return f"A sync is running: {stage(newest.stage).lower()}, {formats.count(newest.rows_read)} rows read."
    if failed:
        names = " and ".join(SYSTEM_TITLES[system] for system in failed)
        return (
            f"The last sync could not read all of {names}. What was read before is kept and shown."
        )
    return "Both systems are mirrored completely; every page shows the same state of both."


def _system(visit: Visit, system: str, error: str | None) -> Component:
    now = visit.services.clock()
    try:
        state = visit.snapshot.sources.get(system)
    except NoSnapshotError:
        state = None
    as_of = state.as_of if state else None
    kind, word = (
        ("bad", "Failed") if error else ("good", "Up to date") if as_of else ("", "Not synced yet")
    )
    mark = icon("alert" if error else "check" if as_of else "clock")
    return html.Article(
        [
            html.Header(
                [
                    html.H2(SYSTEM_TITLES[system]),
                    html.Span([mark, word], className=f"verdict {kind}"),
                ]
            ),
            html.Dl(
                [
                    _fact("Data as of", age(as_of, now) if as_of else formats.MISSING),
                    _fact("Account", (state.account if state else "") or formats.MISSING),
                    _fact(
                        "History",
                        f"from {state.complete_from}, older months loading"
                        if state and state.complete_from
                        else "complete"
                        if as_of
                        else formats.MISSING,
                    ),
                    _fact(
                        "In quarantine",
                        formats.count(state.quarantined) if state else formats.MISSING,
                    ),
                ],
                className="facts",
            ),
            html.P(error, className="error-text") if error else None,
        ],
        className="card",
    )


def _fact(name: str, value: Component | str) -> Component:
    return html.Div([html.Dt(name), html.Dd(value)])


def _entities(visit: Visit) -> Component:
    runs, held = operations.newest_entity_runs(visit.services.record), _held(visit)
    now, names = visit.services.clock(), sorted({*runs, *held})
    if not names:
        return states.nothing("The tables appear here with the first sync.")
    groups = {
        title: [
            _entity(name, runs.get(name), held.get(name), now)
            for name in names
            if name.startswith(f"{system}__")
        ]
        for system, title in SYSTEM_TITLES.items()
    }
    return html.Div([html.H2("Tables"), grouped_table(_ENTITY_COLUMNS, groups)])


def _held(visit: Visit) -> dict[str, Row[Any]]:
    try:
        with visit.snapshot.engine.connect() as connection:
            return {row.entity: row for row in connection.execute(select(meta_entity))}
    except NoSnapshotError:
        return {}


def _entity(name: str, run: Row[Any] | None, held: Row[Any] | None, now: datetime) -> list[Cell]:
    as_of = held.as_of if held else run.watermark_after if run else None
    state = run.state if run else "waiting"
    counts: list[int | None] = [held.rows if held else None]
    counts += (
        [run.rows_read, run.rows_inserted, run.rows_updated, run.rows_deleted, run.rows_quarantined]
        if run
        else [None] * 5
    )
    return [
        html.Span(_capital(entity_title(name)), title=name),
        _state(state, run.error if run else None),
        age(as_of, now) if as_of else formats.MISSING,
        *(formats.MISSING if number is None else formats.count(number) for number in counts),
        _took(run.started_at, run.finished_at) if run else formats.MISSING,
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _state(state: str, error: str | None) -> Component:
    kind = {"succeeded": "good", "failed": "bad", "interrupted": "bad", "running": "busy"}.get(
        state, ""
    )
    mark = {
        "succeeded": "check",
        "failed": "alert",
        "interrupted": "alert",
        "running": "refresh",
    }.get(state, "clock")
    return html.Span([icon(mark), run_state(state)], className=f"verdict {kind}", title=error or "")


def _took(start: datetime | None, end: datetime | None) -> str:
    return formats.duration((end - start).total_seconds()) if start and end else formats.MISSING


def _runs(visit: Visit) -> Component:
    runs, now = operations.last_runs(visit.services.record), visit.services.clock()
    if not runs:
        return states.nothing("No run yet.")
    return html.Div([html.H2("Last runs"), table(_RUN_COLUMNS, [_run(run, now) for run in runs])])


def _run(run: operations.RunProgress, now: datetime) -> list[Cell]:
    return [
        str(run.run_id),
        _state(run.state, run.error),
        age(run.started_at, now),
        _TRIGGERS.get(run.trigger, run.trigger),
        _took(run.started_at, run.finished_at),
        f"{run.entities_done} of {run.entities}",
        formats.count(run.rows_read),
        formats.count(run.rows_changed),
        f"v{run.snapshot_version}" if run.snapshot_version else formats.MISSING,
    ]


def _account(visit: Visit) -> Component:
    record = visit.services.record
    found, off = operations.probe_findings(record), operations.switched_off(record)
    return account(found, off, visit.services.clock())


SYNC = Page(
    key="sync",
    path="/sync",
    title="Sync",
    nav=20,
    permission=Permission.VIEW_OPERATIONS,
    needs_snapshot=False,
    sections=(
        Section(name="systems", render=_systems, skeleton=skeleton.of_height(240)),
        Section(name="runs", render=_runs, skeleton=skeleton.of_height(300), label="Last runs"),
        Section(
            name="entities", render=_entities, skeleton=skeleton.of_height(600), label="Tables"
        ),
        Section(
            name="account", render=_account, skeleton=skeleton.of_height(300), label="Accounts"
        ),
        Section(name="proof", render=proof, skeleton=skeleton.of_height(300), label="Proof"),
        Section(
            name="fields",
            render=field_changes,
            skeleton=skeleton.of_height(120),
            label="Changes of the sources' fields",
        ),
        Section(
            name="quarantine",
            render=quarantine,
            skeleton=skeleton.of_height(120),
            label="Quarantine",
        ),
    ),
)
