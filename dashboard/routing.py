"""From the address to the page: first the skeleton, then section by section the data."""

from __future__ import annotations

import logging
from typing import Any

from dash import MATCH, ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from flask import abort
from sqlalchemy.exc import SQLAlchemyError

from models.access import Role
from models.errors import NoSnapshotError, OneViewError, QuestionError

from . import operations
from .auth.permissions import may
from .components import states
from .filters import others
from .page import Access
from .services import services
from .visit import Visit, access, current_person, visit

_LOG = logging.getLogger(__name__)
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
    def show(path: str, _version: int | None, search: str, shown: dict[str, Any] | None) -> Any:
        path = start_path(path or "/")
        before = shown or {}
        if ctx.triggered_id == "version" and before.get("path") == path and before.get("ready"):
            return no_update, no_update, no_update, no_update
        content, title, ready = _page(path, search)
        named = {"title": title, "search": dated_search(path, search) if ready else None}
        return content, {"path": path, "ready": ready}, named, ready

    @app.callback(
        Output("first-sync-progress", "children"),
        Input("first-tick", "n_intervals"),
        prevent_initial_call=True,
    )
    def follow_first_sync(_count: int) -> Any:
        return states.first_progress(operations.newest_run(services().record))


def dated_search(path: str, search: str | None) -> str | None:
    """The query part with the default period, where a page speaks of one and the address names none."""
    found = visit(path, search)
    if found is None or not found[0].dated or access(*found) is not Access.OPEN:
        return None
    looking = found[1]
    try:
        if looking.filters.period:
            return None
        settled = looking.filters.settled(looking.snapshot.last_closed_month)
    except (QuestionError, NoSnapshotError):
        return None
    return settled.search(**others(search))


def _page(path: str, search: str) -> tuple[Any, str, bool]:
    found = visit(path, search)
    if found is None:
        return states.unknown(), "Not found", True
    page, looking = found
    try:
        if page.needs_snapshot:
            looking.snapshot  # noqa: B018  # is there one?
        verdict = access(page, looking)
    except NoSnapshotError:
        return states.first_sync(operations.newest_run(services().record)), page.title, False
    if verdict is not Access.OPEN:
        return _STATES[verdict](), "Not available", True
    return page.layout(path, looking.person), page.title, True


def _add_sections(app: Dash) -> None:
    @app.callback(
        Output({"type": "section", "name": MATCH}, "children"),
        Input({"type": "place", "name": MATCH}, "data"),
        Input("url", "search"),
        Input("version", "data"),
        State("url", "pathname"),
        State({"type": "place", "name": MATCH}, "id"),
    )
    def fill(place: str, search: str, _version: int | None, path: str, own: dict[str, str]) -> Any:
        if start_path(path or "/") != place:
            return no_update  # the reader has moved on
        found = visit(place, search)
        if found is None:
            abort(404)
        page, looking = found
        section = page.section(own["name"])
        if section is None:
            return no_update
        if ctx.triggered_id == "version" and not section.live:
            return no_update
        verdict = access(page, looking)
        if verdict is not Access.OPEN:
            abort(verdict.value)
        if section.permission is not None and not may(looking.person, section.permission):
            abort(Access.FORBIDDEN.value)
        return _render(section.render, looking)


def _render(render: Any, looking: Visit) -> Any:
    try:
        return render(looking)
    except NoSnapshotError:
        return no_update
    except QuestionError as error:
        return states.wrong(str(error))
    except (OneViewError, SQLAlchemyError):  # also a snapshot that is older than this version
        _LOG.exception("a section of %s could not be shown", looking.path)
        return states.notice(
            "alert",
            "This part could not be shown.",
            "The warehouse did not answer, or is being built anew for this version. Nothing was lost; "
            "reload the page in a minute. If it stays so, your administrator finds the reason in the log.",
        )
