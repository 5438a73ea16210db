"""The callbacks of a refresh: of everything from the frame, of one project from its page; told while it runs."""

from __future__ import annotations

from typing import Any, NamedTuple

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from flask import abort

from models.errors import OneViewError
from models.metrics import members
from models.period import Period
from models.refresh import request_refresh

from . import audit, operations
from .auth.permissions import Permission, may
from .components import refresh as panels
from .components.shell import BUSY_MS, IDLE_MS
from .exports.records import project_key
from .headline import HEADLINE, headline_kpis
from .page import Access
from .services import services
from .visit import Visit, access, current_person, visit

Before = dict[str, list[str | None]]


class Started(NamedTuple):
    """What a click changes, in the order of the callbacks' outputs."""

    kept: Any
    tick: Any
    panel: Any
    disabled: Any


_NOTHING = Started(no_update, no_update, no_update, no_update)


def add_refreshing(app: Dash) -> None:
    """Bind the buttons and the panel."""
    _add_starts(app)
    _add_follow(app)


def _add_starts(app: Dash) -> None:
    @app.callback(
        Output("refresh", "data"),
        Output("tick", "interval"),
        Output("refresh-panel", "children"),
        Output("refresh-button", "disabled"),
        Input("refresh-button", "n_clicks"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def start(clicks: int | None, search: str) -> Any:
        return _start("/", search, None) if clicks else _NOTHING

    @app.callback(
        Output("refresh", "data", allow_duplicate=True),
        Output("tick", "interval", allow_duplicate=True),
        Output("refresh-panel", "children", allow_duplicate=True),
        Output("refresh-button", "disabled", allow_duplicate=True),
        Input({"type": "refresh-project", "project": ALL}, "n_clicks"),
        State("url", "pathname"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def start_project(clicks: list[int | None], path: str, search: str) -> Any:
        if not any(clicks):  # the button has only just appeared
            return _NOTHING
        return _start(path, search, _named_project(path, search))

    @app.callback(
        Output("refresh", "data", allow_duplicate=True),
        Output("tick", "interval", allow_duplicate=True),
        Output("refresh-panel", "children", allow_duplicate=True),
        Output("refresh-button", "disabled", allow_duplicate=True),
        Input({"type": "refresh-now", "of": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def start_now(clicks: list[int | None]) -> Any:
        return _start("/", "", None) if any(clicks) else _NOTHING  # else it has only just appeared

    app.clientside_callback(  # no second click while a refresh is followed
        ClientsideFunction("oneview", "busyProjects"),
        Output({"type": "refresh-project", "project": ALL}, "disabled"),
        Input("refresh", "data"),
        Input({"type": "refresh-project", "project": ALL}, "id"),
    )


def _start(path: str, search: str, project: str | None) -> Started:
    person, here = current_person(), services()
    if not may(person, Permission.REFRESH):
        abort(403)
    asked = request_refresh(here.record, person.subject, here.clock(), project=project)
    detail = {"request": asked} | ({"project": project} if project else {})
    audit.note(here.record, here.clock(), person.subject, "refresh", detail)
    kept = {"request": asked, "project": project, "path": path, "before": _numbers(path, search)}
    return Started(kept, BUSY_MS, panels.waiting(project), True)


def _named_project(path: str, search: str) -> str:
    """What the project at this address is called, if this person may open its page."""
    found = visit(path or "", search)
    if found is None or found[0].key != "project":
        abort(404)
    verdict = access(*found)
    if verdict is not Access.OPEN:
        abort(verdict.value)
    looking = found[1]
    facts = members.project(looking.snapshot, project_key(looking), looking.scope)
    if facts is None:
        abort(404)
    return facts.code or facts.name


def _add_follow(app: Dash) -> None:
    @app.callback(
        Output("refresh-panel", "children", allow_duplicate=True),
        Output("refresh", "data", allow_duplicate=True),
        Output("tick", "interval", allow_duplicate=True),
        Output("refresh-button", "disabled", allow_duplicate=True),
        Input("refresh-tick", "data"),
        State("refresh", "data"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def follow(_tick: Any, kept: dict[str, Any] | None, search: str) -> Any:
        if not kept or not may(current_person(), Permission.REFRESH):
            return no_update, no_update, no_update, no_update
        content, over = _follow(kept, search)
        if over:
            return content, None, IDLE_MS, False
        return content, no_update, no_update, no_update

    @app.callback(
        Output("refresh-panel", "children", allow_duplicate=True),
        Input("refresh-close", "n_clicks"),
        prevent_initial_call=True,
    )
    def close(clicks: int | None) -> Any:
        return [] if clicks and ctx.triggered_id == "refresh-close" else no_update


def _follow(kept: dict[str, Any], search: str) -> tuple[Any, bool]:
    record, project = services().record, kept.get("project")
    request = operations.refresh_request(record, kept["request"])
    progress = operations.run(record, request.run_id) if request and request.run_id else None
    if request is None or progress is None:
        return panels.waiting(project), False
    titles = Visit(current_person(), services(), "/", "", {}).titles
    if progress.state == "running":
        return panels.running(progress, titles, project), False
    if progress.state != "succeeded":
        return panels.failed(progress), True
    after = _numbers(kept.get("path") or "/", search)
    moved = panels.moved_lines(headline_kpis(), kept["before"] or {}, after, _currency())
    changes = operations.entity_runs(record, progress.run_id)
    return panels.finished(progress, changes, moved, titles, project), True


def _numbers(path: str, search: str) -> Before:
    """The headline numbers as text, both sides: the firm's, on a project's page the project's.

    Empty for who may not see them.
    """
    person = current_person()
    if not may(person, Permission.VIEW_NUMBERS):
        return {}
    found = visit(path or "/", search)
    looking = found[1] if found else Visit(person, services(), "/", search or "", {})
    numbers: Before = {}
    try:
        ask, period = looking.ask, looking.period
        if found and found[0].key == "project":
            ask = ask.narrowed("project", project_key(looking))
        numbers = _asked(ask, period)
    except OneViewError:
        return numbers
    return numbers


def _asked(ask: Any, period: Period) -> Before:
    numbers: Before = {}
    for key in HEADLINE:
        try:
            row = ask.answer(headline_kpis()[key], period).only
        except OneViewError:  # not every number can be asked of one project
            continue
        numbers[key] = [None if side is None else str(side) for side in (row.erp, row.psa)]
    return numbers


def _currency() -> str:
    return services().snapshots.current().reporting_currency
