"""The callbacks of the frame: navigation, freshness, theme, signing out, refresh."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from flask import abort

from models.errors import NoSnapshotError, OneViewError
from models.period import Period
from models.refresh import request_refresh

from . import audit, operations
from .auth.permissions import Permission, may
from .components import refresh as panels
from .components.freshness import freshness
from .components.shell import BUSY_MS, IDLE_MS, navigation, tools
from .headline import HEADLINE, headline_kpis
from .routing import start_path
from .services import services
from .visit import Visit, current_person


def add_frame(app: Dash) -> None:
    """Bind the frame."""
    _add_person(app)
    _add_browser(app)
    _add_refresh(app)


def _add_person(app: Dash) -> None:
    @app.callback(Output("nav", "children"), Input("url", "pathname"))
    def nav(path: str) -> Any:
        return navigation(current_person(), start_path(path or "/"))

    @app.callback(Output("tools", "children"), Input("started", "data"))
    def fill(_started: bool) -> Any:
        return tools(current_person())

    @app.callback(
        Output("freshness", "children"), Input("version", "data"), Input("refresh", "data")
    )
    def fresh(_version: int | None, _refresh: Any) -> Any:
        here = services()
        try:
            snapshot = here.snapshots.current()
        except NoSnapshotError:
            return []
        return freshness(
            snapshot,
            operations.failed_systems(here.record),
            here.clock(),
            operations.alarms(here.record),
        )


def _add_browser(app: Dash) -> None:
    oneview = "oneview"
    app.clientside_callback(
        ClientsideFunction(oneview, "toggleTheme"),
        Output("theme-kept", "data"),
        Input("theme-button", "n_clicks"),
        State("theme-kept", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction(oneview, "applyTheme"),
        Output("theme", "forceColorScheme"),
        Output("scheme", "data"),
        Input("theme-kept", "data"),
    )
    app.clientside_callback(
        ClientsideFunction(oneview, "signOut"),
        Output("nowhere-else", "title"),
        Input("sign-out", "n_clicks"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction(oneview, "pulse"),
        Output("pulse", "data"),
        Output("version", "data"),
        Input("tick", "n_intervals"),
        Input("first-tick", "n_intervals"),
        State("version", "data"),
    )
    app.clientside_callback(
        ClientsideFunction(oneview, "whileBusy"),
        Output("refresh-tick", "data"),
        Input("pulse", "data"),
        State("refresh", "data"),
        prevent_initial_call=True,
    )


def _add_refresh(app: Dash) -> None:
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
        if not clicks:
            return no_update, no_update, no_update, no_update
        person, here = current_person(), services()
        if not may(person, Permission.REFRESH):
            abort(403)
        asked = request_refresh(here.record, person.subject, here.clock())
        audit.note(here.record, here.clock(), person.subject, "refresh", {"request": asked})
        kept = {"request": asked, "before": _numbers(search)}
        return kept, BUSY_MS, panels.waiting(), True

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
    record = services().record
    request = operations.refresh_request(record, kept["request"])
    progress = operations.run(record, request.run_id) if request and request.run_id else None
    if request is None or progress is None:
        return panels.waiting(), False
    if progress.state == "running":
        return panels.running(progress), False
    if progress.state != "succeeded":
        return panels.failed(progress), True
    moved = panels.moved_lines(headline_kpis(), kept["before"] or {}, _numbers(search), _currency())
    return panels.finished(progress, operations.entity_runs(record, progress.run_id), moved), True


def _numbers(search: str) -> dict[str, list[str | None]]:
    """The headline numbers of the page as text, both sides; empty for who may not see them."""
    person = current_person()
    if not may(person, Permission.VIEW_NUMBERS):
        return {}
    looking = Visit(person, services(), "/", search or "", {})
    found: dict[str, list[str | None]] = {}
    try:
        period: Period = looking.period
        for key in HEADLINE:
            row = looking.ask.answer(headline_kpis()[key], period).only
            found[key] = [None if side is None else str(side) for side in (row.erp, row.psa)]
    except OneViewError:
        return found
    return found


def _currency() -> str:
    return services().snapshots.current().reporting_currency
