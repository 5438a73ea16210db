"""How the mirror of the two systems stands: the answer first, then what needs somebody, then everything else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dash import ALL, Dash, Input, Output, ctx, html
from dash.development.base_component import Component
from flask import abort

from models.errors import NoSnapshotError
from models.snapshot import SourceState
from models.texts import _, ngettext

from .. import formats, operations
from ..auth.permissions import Permission, may
from ..components import checks, skeleton
from ..components.account import account
from ..components.ages import age
from ..components.entities import Line, entities, lines
from ..components.first_run import Beginning, first_run
from ..components.icons import icon
from ..components.plain import plain
from ..components.prose import prose, woven
from ..components.quarantine import quarantine
from ..components.runs import runs
from ..components.states import progress_lines
from ..components.words import SYSTEM_TITLES
from ..mirror import Standing, standing, verdict
from ..page import Page, Section
from ..services import Services, services
from ..titles import Titles, system_of
from ..visit import Visit, current_person

_MARKS = {"good": "check", "busy": "refresh", "warn": "alert", "bad": "alert"}


def _head(visit: Visit) -> Component:
    known = standing(visit)
    found = verdict(known)
    tables = lines(visit)
    return html.Div(
        [
            html.Div(
                [
                    html.Span(icon(_MARKS[found.tone]), className=f"answer-mark {found.tone}"),
                    html.Div(
                        [
                            html.H1(found.heading),
                            html.P(prose(found.detail), className="answer-detail")
                            if found.detail
                            else None,
                            html.P([html.Span(one) for one in _scope(known, tables)], className="subline"),
                        ]
                    ),
                ],
                className="answer",
            ),
            html.Div(
                _progress(known.newest, visit.titles), id={"type": "sync-progress", "place": "head"},
                className="sync-progress",
            ),
            html.Div(
                [_system(known, system, tables) for system in SYSTEM_TITLES],
                className="system-cards",
            )
            if known.sources or known.newest
            else None,  # the steps to the first numbers say more
        ]
    )  # fmt: skip


def _scope(known: Standing, tables: list[Line]) -> list[Component | str | list[Component | str]]:
    """How much it speaks of, and how new it is."""
    said: list[Component | str | list[Component | str]] = []
    if tables:
        count, records = len(tables), _records(tables)
        said.append(ngettext("{count} table", "{count} tables", count, count=formats.count(count)))
        said.append(
            ngettext("{count} record", "{count} records", records, count=formats.count(records))
        )
    ended = known.newest and known.newest.finished_at
    if ended:
        said.append(woven("last run ended {age}", age=age(ended, known.now)))
    if known.proofs:
        proven = max(one.proven_at for one in known.proofs)
        said.append(woven("last compared {age}", age=age(proven, known.now)))
    return said


def _records(tables: list[Line]) -> int:
    return sum(line.held.rows for line in tables if line.held)


def _progress(newest: operations.RunProgress | None, titles: Titles) -> list[Component]:
    if newest is None or newest.state != "running":
        return []
    return [html.Div(progress_lines(newest, titles.of), className="card")]


def _system(known: Standing, system: str, tables: list[Line]) -> Component:
    mine = [line for line in tables if system_of(line.entity) == system]
    state, error = known.sources.get(system), known.failed.get(system)
    as_of = state.as_of if state else None
    tone, mark, word = _system_verdict(as_of, error, is_reading=_is_reading(known))
    return html.Article(
        [
            html.Header(
                [
                    html.H2(SYSTEM_TITLES[system]),
                    html.Span([icon(mark), word], className=f"verdict {tone}"),
                ]
            ),
            html.Dl(
                [
                    _fact(_("Data as of"), age(as_of, known.now) if as_of else formats.MISSING),
                    _fact(_("Account"), (state.account if state else "") or formats.MISSING),
                    _fact(_("Holds"), _holds(mine)),
                    _fact(_("History"), _history(state)),
                    _fact(_("Proof"), _proven(mine)),
                ],
                className="facts",
            ),
        ],
        className="card",
    )


def _system_verdict(
    as_of: datetime | None, error: str | None, *, is_reading: bool
) -> tuple[str, str, str]:
    if error:
        return "bad", "alert", _("Failed")
    if as_of:
        return "good", "check", _("Up to date")
    return (
        ("busy", "refresh", _("Being read")) if is_reading else ("", "clock", _("Not synced yet"))
    )


def _is_reading(known: Standing) -> bool:
    return known.newest is not None and known.newest.state == "running"


def _holds(mine: list[Line]) -> str:
    held = [line for line in mine if line.held]
    if not held:
        return formats.MISSING
    return _(
        "{records} records in {tables} tables",
        records=formats.count(_records(held)),
        tables=len(held),
    )


def _history(state: SourceState | None) -> str:
    if state is None or state.as_of is None:
        return formats.MISSING
    if state.complete_from:
        return _(
            "From {month}, older months are loading", month=formats.month_name(state.complete_from)
        )
    return _("Complete")


def _proven(mine: list[Line]) -> str:
    states = [line.proof.state for line in mine if line.proof]
    if not states:
        return _("Not compared yet")
    equal = states.count("equal") + states.count("explained")
    differing = states.count("differs")
    if equal == len(mine):
        return _("All {count} tables equal to the source", count=equal)
    said = _("{count} of {total} tables equal to the source", count=equal, total=len(mine))
    if not differing:
        return said
    apart = ngettext("{count} differs", "{count} differ", differing, count=differing)
    return f"{said}, {apart}"


def _fact(name: str, value: Component | str) -> Component:
    return html.Div([html.Dt(name), html.Dd(value)])


def _first_run(visit: Visit) -> Component:
    """The way to the first numbers, as long as there are none."""
    try:
        _known = visit.snapshot
    except NoSnapshotError:
        return html.Div(_steps(visit.services), id={"type": "first-run", "place": "page"})
    return html.Div()


def _steps(here: Services) -> Component:
    record, now = here.record, here.clock()
    return first_run(
        Beginning(
            now=now,
            findings=operations.probe_findings(record),
            newest=operations.newest_run(record),
            worker=operations.worker_is_alive(record, now),
        )
    )


def _account(visit: Visit) -> Component:
    record = visit.services.record
    found, off = operations.probe_findings(record), operations.switched_off(record)
    return account(found, off, visit.titles, visit.services.clock())


def _bind(app: Dash) -> None:
    """A run that is under way tells how far it is, wherever the head of the page stands."""

    @app.callback(
        Output({"type": "sync-progress", "place": ALL}, "children"),
        Input("pulse", "data"),
        prevent_initial_call=True,
    )
    def follow(_pulse: Any) -> Any:
        person, here = current_person(), services()
        if not may(person, SYNC.permission):
            abort(403)
        titles = Visit(person, here, SYNC.path, "", {}).titles
        shown = _progress(operations.newest_run(here.record), titles)
        return [shown for _place in ctx.outputs_list]

    @app.callback(
        Output({"type": "first-run", "place": ALL}, "children"),
        Input("pulse", "data"),
        prevent_initial_call=True,
    )
    def begin(_pulse: Any) -> Any:
        if not may(current_person(), SYNC.permission):
            abort(403)
        return [plain(_steps(services())) for _ in ctx.outputs_list]


SYNC = Page(
    key="sync",
    path="/sync",
    title="Sync",
    nav=100,
    permission=Permission.VIEW_OPERATIONS,
    needs_snapshot=False,
    first=2,  # what needs somebody is told by its heading
    bind=_bind,
    sections=(
        Section(name="systems", render=_head, skeleton=skeleton.of_height(300)),
        Section(
            name="first-run",
            render=_first_run,
            skeleton=html.Div,
            label="From here to the first numbers",
        ),
        Section(
            name="alarms", render=checks.alarms, skeleton=skeleton.of_height(52), label="Alarms"
        ),
        Section(
            name="quarantine",
            render=quarantine,
            skeleton=skeleton.of_height(52),
            label="Quarantine",
        ),
        Section(
            name="fields",
            render=checks.fields,
            skeleton=skeleton.of_height(52),
            label="Source fields",
        ),
        Section(
            name="permissions",
            render=checks.permissions,
            skeleton=skeleton.of_height(52),
            label="Accounts",
        ),
        Section(name="entities", render=entities, skeleton=skeleton.of_height(160), label="Tables"),
        Section(name="runs", render=runs, skeleton=skeleton.of_height(300), label="Last runs"),
        Section(
            name="account",
            render=_account,
            skeleton=skeleton.of_height(200),
            label="What the accounts tell",
        ),
    ),
)
