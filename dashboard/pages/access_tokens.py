"""Access tokens: everybody's own for the HTTP API; for administrators, all of them and who may come in."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from flask import abort

from models.errors import QuestionError
from models.texts import Text, _

from .. import audit
from ..auth import people
from ..auth.permissions import Permission, may
from ..auth.tokens import USUAL_DAYS, Tokens
from ..components import skeleton
from ..components import tokens as parts
from ..page import Page, Section
from ..services import services
from ..visit import Visit, current_person

_WHAT: Text = (
    "A token lets a program of yours ask for numbers in your name: it sees what you see, at most, and nothing "
    "once you have left. Give each program its own, and revoke those you no longer use."
)


def _tokens() -> Tokens:
    here = services()
    return Tokens(here.record, here.settings, here.clock)


def _body(_visit: Visit) -> Component:
    return html.Div(
        [
            html.H1(_("Access tokens")),
            html.P(
                [
                    _(_WHAT),
                    " ",
                    dcc.Link(_("How to ask"), href="/api-reference", refresh=False),
                    ".",
                ],
                className="subline token-words",
            ),
            html.Div(
                [
                    html.H2(_("A new token")),
                    parts.form(),
                    html.Div(id="new-token", role="status", **{"aria-live": "polite"}),
                ],
                className="card",
            ),
            html.Div(_lists(), id="token-lists"),
        ]
    )


def _lists() -> list[Component]:
    person, now = current_person(), services().clock()
    found = [_card(_("Your tokens"), parts.own(_tokens().of(person), now))]
    if may(person, Permission.MANAGE_ACCESS):
        known = people.everyone(services().record)
        found += [
            _card(_("Everybody's tokens"), parts.everybody(_tokens().all(), now)),
            _card(_("Who may come in"), parts.people(known, now, person.subject)),
        ]
    return found


def _card(title: Text, body: Component) -> Component:
    return html.Div([html.H2(_(title)), body], className="card")


def _bind(app: Dash) -> None:
    _bind_making(app)
    _bind_ending(app)


def _bind_making(app: Dash) -> None:
    @app.callback(
        Output("new-token", "children"),
        Output("token-lists", "children"),
        Output("token-name", "value"),
        Input("make-token", "n_clicks"),
        State("token-name", "value"),
        State("token-days", "value"),
        prevent_initial_call=True,
    )
    def make(clicks: int | None, name: str | None, days: str | None) -> Any:
        _require(Permission.OWN_TOKENS)
        if not clicks:
            return no_update, no_update, no_update
        try:
            value = _tokens().create(current_person(), name or "", _whole(days))
        except QuestionError as error:
            return parts.refused(str(error)), no_update, no_update
        return parts.made(value), _lists(), ""


def _bind_ending(app: Dash) -> None:
    @app.callback(
        Output("token-lists", "children", allow_duplicate=True),
        Input({"type": "revoke-token", "token": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def revoke(clicks: list[int | None]) -> Any:
        _require(Permission.OWN_TOKENS)
        if not any(clicks) or not isinstance(ctx.triggered_id, dict):
            return no_update  # the buttons have only just appeared
        _tokens().revoke(_whole(ctx.triggered_id["token"]), current_person())
        return _lists()

    @app.callback(
        Output("token-lists", "children", allow_duplicate=True),
        Input({"type": "person-access", "subject": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def switch(clicks: list[int | None]) -> Any:
        _require(Permission.MANAGE_ACCESS)
        if not any(clicks) or not isinstance(ctx.triggered_id, dict):
            return no_update
        _switch(str(ctx.triggered_id["subject"]))
        return _lists()


def _switch(subject: str) -> None:
    """Keep a person out, or let one in again; nobody locks themselves out."""
    here, me = services(), current_person().subject
    if subject == me:
        abort(403)
    if people.disable(here.record, here.clock(), subject):
        action = "person_disabled"
    elif people.enable(here.record, subject):
        action = "person_enabled"
    else:
        abort(404)
    audit.note(here.record, here.clock(), me, action, {"person": subject})


def _require(permission: Permission) -> None:
    if not may(current_person(), permission):
        abort(403)


def _whole(text: Any) -> int:
    try:
        return int(text if text is not None else USUAL_DAYS)
    except (TypeError, ValueError):
        abort(400)


ACCESS_TOKENS = Page(
    key="access_tokens",
    path="/access-tokens",
    title="Access tokens",
    permission=Permission.OWN_TOKENS,
    needs_snapshot=False,
    bind=_bind,
    sections=(Section(name="tokens", render=_body, skeleton=skeleton.of_height(420), live=False),),
)
