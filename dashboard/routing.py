"""From the address to the page: first the skeleton, then section by section the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from flask import abort

from models.access import Role
from models.errors import NoSnapshotError, QuestionError
from models.texts import _

from . import operations
from .auth.permissions import Permission, may
from .components import states
from .filter_sets import default_of
from .filters import Filters, others
from .page import Access
from .sections import filled
from .services import services
from .visit import access, current_person, visit

_STATES = {Access.FORBIDDEN: states.forbidden, Access.UNKNOWN: states.unknown}


def start_path(path: str) -> str:
    """Where a person who opens `path` belongs: an administrator's start page is the sync."""
    if path == "/" and current_person().role is Role.ADMINISTRATOR:
        return "/sync"
    return path


def status_of(path: str, search: str) -> int:
    """The HTTP status of an address for the current person."""
    found = visit(start_path(path), search)
    if found is None:
        return Access.UNKNOWN.value
    try:
        return access(*found).value
    except NoSnapshotError:
        return Access.OPEN.value


def asked_at(address: str, search: str) -> dict[str, Any]:
    """What the sections of a page show: its path, the path in the browser, the query part with the default period."""
    path = start_path(address or "/")
    return {"place": path, "address": address, "search": dated_search(path, search) or search}


def add_routing(app: Dash) -> None:
    """Bind the address to the page and its sections."""
    _add_pages(app)
    _add_sections(app)
    app.clientside_callback(
        ClientsideFunction("oneview", "title"),
        Output("nowhere", "title"),
        Input("title", "data"),
        prevent_initial_call=True,
    )


def _add_pages(app: Dash) -> None:
    @app.callback(
        Output("main", "children"),
        Output("shown", "data"),
        Output("title", "data"),
        Output("first-tick", "disabled"),
        Input("url", "pathname"),
        Input("version", "data"),
        State("url", "search"),
        State("shown", "data"),
    )
    def show(address: str, _version: int | None, search: str, shown: dict[str, Any] | None) -> Any:
        path = start_path(address or "/")
        before = shown or {}
        if ctx.triggered_id == "version" and before.get("path") == path and before.get("ready"):
            return no_update, no_update, no_update, no_update
        asked = asked_at(address, search)
        content, title, ready = _page(path, search, asked)
        dated = asked["search"] if asked["search"] != search else None
        named = {"title": title, "search": dated if ready else None}
        return content, {"path": path, "ready": ready}, named, ready

    @app.callback(
        Output("first-sync-progress", "children"),
        Input("first-tick", "n_intervals"),
        prevent_initial_call=True,
    )
    def follow_first_sync(_count: int) -> Any:
        return states.first_progress(operations.newest_run(services().record))


def dated_search(path: str, search: str | None) -> str | None:
    """The query part with the default period, where a page speaks of one and the address names none.

    Where it names no filter at all, the person's default filters come with it: a link always wins.
    """
    found = visit(path, search)
    if found is None or not found[0].dated or access(*found) is not Access.OPEN:
        return None
    page, looking = found
    try:
        filters = looking.filters
        if filters.period:
            return None
        if page.nav is not None and filters == Filters():
            kept = default_of(looking.services.record, looking.person.subject)
            filters = kept.on(filters) if kept else filters
        settled = filters.settled(looking.snapshot.last_closed_month)
    except (QuestionError, NoSnapshotError):
        return None
    return settled.search(**others(search))


def _page(path: str, search: str, asked: Mapping[str, Any]) -> tuple[Any, str, bool]:
    found = visit(path, search)
    if found is None:
        return states.unknown(), _("Not found"), True
    page, looking = found
    try:
        version = looking.snapshot.version if page.needs_snapshot else None
        verdict = access(page, looking)
    except NoSnapshotError:
        shown = states.first_sync(
            operations.newest_run(services().record),
            opens_sync=may(looking.person, Permission.VIEW_OPERATIONS),
        )
        return shown, _(page.title), False
    if verdict is not Access.OPEN:
        return _STATES[verdict](), _("Not available"), True
    return page.layout({**asked, "version": version}, looking.person), _(page.title), True


def _add_sections(app: Dash) -> None:
    # One callback tells the sections of this page what to show; whatever is shown already is not asked for
    # again, and sections of a page that the reader leaves ask for nothing.
    app.clientside_callback(
        ClientsideFunction("oneview", "ask"),
        Output({"type": "asked", "name": ALL}, "data"),
        Input("url", "search"),
        Input("version", "data"),
        Input("noted", "data"),
        State("url", "pathname"),
        State({"type": "asked", "name": ALL}, "data"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output({"type": "section", "name": MATCH}, "children"),
        Input({"type": "asked", "name": MATCH}, "data"),
        State({"type": "asked", "name": MATCH}, "id"),
    )
    def fill(asked: Mapping[str, Any], own: Mapping[str, str]) -> Any:
        found = visit(asked["place"], asked["search"])
        if found is None:
            abort(404)
        page, looking = found
        section = page.section(own["name"])
        if section is None:
            return no_update
        verdict = access(page, looking)
        if verdict is not Access.OPEN:
            abort(verdict.value)
        if section.permission is not None and not may(looking.person, section.permission):
            abort(Access.FORBIDDEN.value)
        return filled(page, section, looking)
