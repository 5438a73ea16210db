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
from ..components.ages import age
from ..components.icons import icon
from ..components.words import SYSTEM_TITLES, entity_title, run_state, stage
from ..page import Page, Section
from ..visit import Visit

_TRIGGERS = {
    "schedule": "Schedule",
    "refresh": "A person",
    "command": "Command line",
    "first": "First sync",
}


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
                    _fact("Data of", age(as_of, now) if as_of else formats.MISSING),
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
    runs = operations.newest_entity_runs(visit.services.record)
    held = _held(visit)
    names = sorted({*runs, *held})
    if not names:
        return states.nothing("The tables appear here with the first sync.")
    head = (
        "Table",
        "State",
        "Data of",
        "Rows held",
        "Read",
        "New",
        "Changed",
        "Deleted",
        "Quarantined",
        "Took",
    )
    return html.Div(
        [
            html.H2("Tables"),
            html.Div(
                html.Table(
                    [
                        html.Thead(
                            html.Tr(
                                [
                                    html.Th(
                                        title, className="" if index < 3 else "figures", scope="col"
                                    )
                                    for index, title in enumerate(head)
                                ]
                            )
                        ),
                        *(
                            html.Tbody(
                                [
                                    html.Tr(
                                        html.Th(title, colSpan=len(head), scope="colgroup"),
                                        className="group-row",
                                    ),
                                    *(
                                        _entity(
                                            name,
                                            runs.get(name),
                                            held.get(name),
                                            visit.services.clock(),
                                        )
                                        for name in names
                                        if name.startswith(f"{system}__")
                                    ),
                                ]
                            )
                            for system, title in SYSTEM_TITLES.items()
                        ),
                    ],
                    className="table",
                ),
                className="table-frame",
                tabIndex=0,
            ),
        ]
    )


def _held(visit: Visit) -> dict[str, Row[Any]]:
    try:
        with visit.snapshot.engine.connect() as connection:
            return {row.entity: row for row in connection.execute(select(meta_entity))}
    except NoSnapshotError:
        return {}


def _entity(name: str, run: Row[Any] | None, held: Row[Any] | None, now: datetime) -> Component:
    as_of = held.as_of if held else run.watermark_after if run else None
    state = run.state if run else "waiting"
    numbers: list[int | None] = [held.rows if held else None]
    numbers += (
        [run.rows_read, run.rows_inserted, run.rows_updated, run.rows_deleted, run.rows_quarantined]
        if run
        else [None] * 5
    )
    return html.Tr(
        [
            html.Th(_capital(entity_title(name)), scope="row", title=name),
            html.Td(_state(state, run.error if run else None)),
            html.Td(age(as_of, now) if as_of else formats.MISSING),
            *(
                html.Td(
                    formats.MISSING if number is None else formats.count(number),
                    className="figures",
                )
                for number in numbers
            ),
            html.Td(
                _took(run.started_at, run.finished_at) if run else formats.MISSING,
                className="figures",
            ),
        ]
    )


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
    runs = operations.last_runs(visit.services.record)
    if not runs:
        return states.nothing("No run yet.")
    now = visit.services.clock()
    head = (
        "Run",
        "State",
        "Started",
        "By",
        "Took",
        "Tables",
        "Rows read",
        "Rows changed",
        "Snapshot",
    )
    return html.Div(
        [
            html.H2("Last runs"),
            html.Div(
                html.Table(
                    [
                        html.Thead(
                            html.Tr(
                                [
                                    html.Th(
                                        title, className="" if index < 4 else "figures", scope="col"
                                    )
                                    for index, title in enumerate(head)
                                ]
                            )
                        ),
                        html.Tbody(
                            [
                                html.Tr(
                                    [
                                        html.Th(f"{run.run_id}", scope="row"),
                                        html.Td(_state(run.state, run.error)),
                                        html.Td(age(run.started_at, now)),
                                        html.Td(_TRIGGERS.get(run.trigger, run.trigger)),
                                        html.Td(
                                            _took(run.started_at, run.finished_at),
                                            className="figures",
                                        ),
                                        html.Td(
                                            f"{run.entities_done} of {run.entities}",
                                            className="figures",
                                        ),
                                        html.Td(formats.count(run.rows_read), className="figures"),
                                        html.Td(
                                            formats.count(run.rows_changed), className="figures"
                                        ),
                                        html.Td(
                                            f"v{run.snapshot_version}"
                                            if run.snapshot_version
                                            else formats.MISSING,
                                            className="figures",
                                        ),
                                    ]
                                )
                                for run in runs
                            ]
                        ),
                    ],
                    className="table",
                ),
                className="table-frame",
                tabIndex=0,
            ),
        ]
    )


def _quarantine(visit: Visit) -> Component:
    found = operations.quarantine(visit.services.record)
    if not found:
        return html.Div(
            [
                html.H2("Quarantine"),
                states.nothing("Empty: every record of both systems could be used."),
            ]
        )
    now = visit.services.clock()
    return html.Div(
        [
            html.H2("Quarantine"),
            html.P(
                "Records that could not be used. They are kept whole and tried again with each sync.",
                className="subline",
            ),
            html.Div(
                html.Table(
                    [
                        html.Thead(
                            html.Tr(
                                [
                                    html.Th(title, scope="col")
                                    for title in (
                                        "Table",
                                        "Record",
                                        "Field",
                                        "Reason",
                                        "First seen",
                                    )
                                ]
                            )
                        ),
                        html.Tbody(
                            [
                                html.Tr(
                                    [
                                        html.Th(
                                            f"{SYSTEM_TITLES.get(row.entity.split('__')[0], '')} {entity_title(row.entity)}",
                                            scope="row",
                                        ),
                                        html.Td(row.record_key),
                                        html.Td(row.field or formats.MISSING),
                                        html.Td(row.reason),
                                        html.Td(age(row.first_seen_at, now)),
                                    ]
                                )
                                for row in found
                            ]
                        ),
                    ],
                    className="table",
                ),
                className="table-frame",
                tabIndex=0,
            ),
        ]
    )


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
            name="quarantine",
            render=_quarantine,
            skeleton=skeleton.of_height(120),
            label="Quarantine",
        ),
    ),
)
