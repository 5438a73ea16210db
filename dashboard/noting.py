"""The callbacks of events and comments: open the dialog, keep what was written, renew the charts."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from flask import abort

from models.errors import QuestionError
from models.metrics.catalogue import kpis
from models.texts import _

from . import notes
from .auth.permissions import Permission, may
from .components.note_dialog import COMMENT, EVENT, note_dialog
from .components.said import refused
from .notes import Note
from .page import Access
from .services import services
from .visit import access, current_person, visit


def add_noting(app: Dash) -> None:
    """Bind the dialog."""
    _add_opening(app)
    _add_closing(app)
    _add_keeping(app)


def _add_opening(app: Dash) -> None:
    @app.callback(
        Output("note-place", "children"),
        Input("note-asked", "data"),
        State("url", "pathname"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def open_dialog(asked: dict[str, Any] | None, path: str, search: str | None) -> Any:
        if not asked:
            return no_update
        if "note" in asked:
            return _opened_for(_theirs(asked["note"]))
        return _opened_new(path, search, str(asked.get("name") or ""))


def _opened_new(path: str, search: str | None, name: str) -> Component:
    person = current_person()
    series = _series(path, search, name) if name else None
    comments = series is not None and may(person, Permission.COMMENT)
    events = may(person, Permission.NOTE_EVENTS)
    if not comments and not events:
        abort(403)
    title = _(kpis()[series[0]].title) if series else ""
    return note_dialog(
        about={"section": name},
        on=_("{title}, as it is filtered now", title=title)
        if comments
        else _("On the charts of everybody"),
        kind=COMMENT if comments else EVENT,
        chooses=comments and events,
        day=services().clock().date().isoformat(),
    )


def _opened_for(note: Note) -> Component:
    readable = notes.may_change(current_person(), note)
    title = _("An event, on every chart") if note.is_event else _(kpis()[note.kpi or ""].title)
    return note_dialog(
        about={"note": note.note_id},
        on=title
        if readable
        else _("A comment by {author} on: {title}", author=note.author, title=title),
        kind=EVENT if note.is_event else COMMENT,
        day=note.day.isoformat(),
        text=note.text if readable else "",
        removes=True,
    )


def _add_closing(app: Dash) -> None:
    app.clientside_callback(
        ClientsideFunction("oneview", "noteClosed"),
        Output("nowhere-else", "title"),
        Input("note-dialog", "opened"),
        prevent_initial_call=True,
    )


def _add_keeping(app: Dash) -> None:
    @app.callback(
        Output("note-dialog", "opened"),
        Output("note-said", "children"),
        Output("noted", "data"),
        Input("note-save", "n_clicks"),
        Input("note-remove", "n_clicks"),
        State("note-about", "data"),
        State("note-kind", "value"),
        State("note-day", "value"),
        State("note-text", "value"),
        State("url", "pathname"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def keep(
        _save: Any,
        _remove: Any,
        about: dict[str, Any] | None,
        kind: str | None,
        day: str | None,
        text: str | None,
        path: str,
        search: str | None,
    ) -> Any:
        if not about or not ctx.triggered[0]["value"]:
            return no_update, no_update, no_update
        here, person = services(), current_person()
        try:
            if "note" not in about:
                on = _target(str(about.get("section") or ""), kind, path, search)
                notes.write(here.record, person, day, text or "", here.clock(), on=on)
            elif ctx.triggered_id == "note-remove":
                notes.remove(here.record, person, int(about["note"]), here.clock())
            else:
                number = int(about["note"])
                notes.change(here.record, person, number, day, text or "", here.clock())
        except QuestionError as error:
            return no_update, refused(str(error)), no_update
        return False, None, here.clock().isoformat()


def _target(
    section: str, kind: str | None, path: str, search: str | None
) -> tuple[str, str] | None:
    """What a new note is on: None for an event."""
    needed = Permission.NOTE_EVENTS if kind == EVENT else Permission.COMMENT
    if not may(current_person(), needed):
        abort(403)
    return None if kind == EVENT else _series(path, search, section)


def _series(path: str, search: str | None, name: str) -> tuple[str, str]:
    """The number and the members that a section of this page draws by month, for the person who asks."""
    found = visit(path or "/", search)
    if found is None:
        abort(404)
    page, looking = found
    verdict, section = access(page, looking), page.section(name)
    if verdict is not Access.OPEN:
        abort(verdict.value)
    if section is None or section.series is None:
        abort(404)
    if section.permission is not None and not may(looking.person, section.permission):
        abort(403)
    if looking.scope.is_nothing:
        abort(403)
    return section.series(looking)


def _theirs(number: Any) -> Note:
    note = notes.one(services().record, int(number))
    if note is None:
        abort(404)
    if not notes.may_remove(current_person(), note):
        abort(403)
    return note
