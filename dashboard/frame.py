"""The callbacks of the frame: navigation, freshness, locale, refresh."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, html, no_update
from flask import abort

from models.errors import NoSnapshotError, QuestionError

from . import operations, preferences
from .auth.permissions import Permission, may
from .components.freshness import freshness
from .components.plain import plain
from .components.shell import navigation, tools
from .filters import Filters
from .locales import LOCALES, known
from .refreshing import add_refreshing
from .routing import start_path
from .services import services
from .visit import current_person


def add_frame(app: Dash) -> None:
    """Bind the frame."""
    _add_person(app)
    _add_browser(app)
    add_refreshing(app)


def _add_person(app: Dash) -> None:
    @app.callback(Output("nav", "children"), Input("url", "pathname"), Input("url", "search"))
    def nav(path: str, search: str | None) -> Any:
        try:
            kept = Filters.parse(search, services().fiscal_start).travelling.search()
        except QuestionError:  # the page says what is wrong with the address
            kept = ""
        links = navigation(current_person(), start_path(path or "/"), search or "", kept)
        return plain(html.Div(links, className="nav-links"))

    @app.callback(Output("tools", "children"), Input("started", "data"))
    def fill(_started: bool) -> Any:
        person = current_person()
        return plain(tools(person, known(preferences.locale_of(services().record, person.subject))))

    @app.callback(
        Output("locale-kept", "data"), Input("locale-asked", "data"), prevent_initial_call=True
    )
    def choose_locale(asked: Mapping[str, Any] | None) -> Any:
        if not asked:
            return no_update
        name = str(asked["name"])
        if name != "browser" and name not in LOCALES:
            abort(400)
        chosen = None if name == "browser" else name
        here = services()
        preferences.keep_locale(here.record, current_person().subject, chosen, here.clock())
        return {"locale": chosen, "at": here.clock().isoformat()}

    @app.callback(
        Output("freshness", "children"), Input("version", "data"), Input("refresh", "data")
    )
    def fresh(_version: int | None, _refresh: Any) -> Any:
        here = services()
        try:
            snapshot = here.snapshots.current()
        except NoSnapshotError:
            return []
        told = freshness(
            snapshot,
            operations.failed_systems(here.record),
            here.clock(),
            operations.alarms(here.record),
            opens_sync=may(current_person(), Permission.VIEW_OPERATIONS),
        )
        return plain(told)


def _add_browser(app: Dash) -> None:
    oneview = "oneview"
    app.clientside_callback(
        ClientsideFunction(oneview, "reload"),
        Output("nowhere-else", "lang"),
        Input("locale-kept", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction(oneview, "pulse"),
        Output("pulse", "data"),
        Output("version", "data"),
        Input("tick", "n_intervals"),
        Input("first-tick", "n_intervals"),
        State("version", "data"),
        prevent_initial_call=True,  # a page that has just been opened has the newest
    )
    app.clientside_callback(
        ClientsideFunction(oneview, "whileBusy"),
        Output("refresh-tick", "data"),
        Input("pulse", "data"),
        State("refresh", "data"),
        prevent_initial_call=True,
    )
