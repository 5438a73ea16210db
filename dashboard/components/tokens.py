"""The parts of the page Access tokens: the form, the new token, the lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component
from sqlalchemy import Row

from models.access import Role
from models.texts import _, ngettext

from .. import formats
from ..auth.permissions import ROLE_TITLES
from ..auth.tokens import MOST_DAYS, USUAL_DAYS, Token
from . import states
from .ages import age
from .icons import icon
from .prose import woven
from .table import Cell, table, words

_OWN = words("Token", "Made", "Last used", "Expires", "Addresses", "")
_ALL = words("Token", "Person", "Made", "Last used", "Expires", "Addresses", "")
_PEOPLE = words("Person", "E-mail", "Role", "Signed in last", "")
_LIVES = (30, USUAL_DAYS, 180, MOST_DAYS)


def form() -> Component:
    """Where a token is asked for."""
    return html.Div(
        [
            dmc.TextInput(
                id="token-name",
                label=_("What is it for?"),
                placeholder=_("Month-end workbook"),
                w=300,
            ),
            dmc.Select(
                id="token-days",
                label=_("How long shall it live?"),
                data=[
                    {
                        "value": str(days),
                        "label": ngettext("{count} day", "{count} days", days, count=days),
                    }
                    for days in _LIVES
                ],
                value=str(USUAL_DAYS),
                allowDeselect=False,
                w=180,
            ),
            html.Button(
                _("Make a token"), id="make-token", className="button primary", type="button"
            ),
        ],
        className="token-form",
    )


def made(value: str) -> Component:
    """The token, shown this once."""
    return html.Div(
        [
            html.P(
                [
                    icon("check"),
                    html.Strong(_("Copy it now.")),
                    " ",
                    _("It is kept as a hash only and cannot be shown again."),
                ]
            ),
            html.Div(
                [
                    html.Code(value, id="token-value"),
                    dcc.Clipboard(target_id="token-value", title=_("Copy"), className="token-copy"),
                ],
                className="token-shown",
            ),
        ],
        className="token-new",
    )


def refused(text: str) -> Component:
    """Why no token was made."""
    return html.P([icon("alert"), text], className="token-refused")


def own(tokens: Sequence[Token], now: datetime) -> Component:
    """A person's own tokens."""
    if not tokens:
        return states.nothing(_("You have no tokens."))
    return table(_OWN, [[_name(one), *_rest(one, now)] for one in tokens], stacks=True)


def everybody(tokens: Sequence[Token], now: datetime) -> Component:
    """All tokens, for who manages access."""
    if not tokens:
        return states.nothing(_("Nobody has a token."))
    rows: list[list[Cell]] = [[_name(one), one.owner, *_rest(one, now)] for one in tokens]
    return table(_ALL, rows, stacks=True)


def people(known: Sequence[Row[Any]], now: datetime, me: str) -> Component:
    """All who ever signed in, for who manages access."""
    if not known:
        return states.nothing(_("Nobody has signed in yet."))
    rows: list[list[Cell]] = [
        [
            one.name,
            html.Span(one.email, className="wrapping"),
            _(ROLE_TITLES[Role(one.role)]) if one.role else _("None: refused at sign-in"),
            age(one.signed_in_at, now),
            "" if one.subject == me else _switch(one),
        ]
        for one in known
    ]
    return table(_PEOPLE, rows, stacks=True)


def _name(one: Token) -> Component:
    return html.Span([one.name, html.Code(f"{one.hint}…", className="token-hint")])


def _rest(one: Token, now: datetime) -> list[Cell]:
    return [
        age(one.created_at, now),
        age(one.used_at, now) if one.used_at else _("never"),
        formats.moment(one.expires_at),
        formats.count(one.addresses),
        _state(one, now),
    ]


def _state(one: Token, now: datetime) -> Cell:
    if one.revoked_at:
        return html.Span(woven("revoked {age}", age=age(one.revoked_at, now)))
    if not one.is_live(now):
        return _("expired")
    return _asked_twice(
        _("Revoke"), _("Revoke for good"), {"type": "revoke-token", "token": one.token_id}
    )


def _switch(one: Row[Any]) -> Component:
    identity = {"type": "person-access", "subject": one.subject}
    if one.disabled_at:
        return html.Button(_("Let in again"), id=identity, className="button", type="button")
    return _asked_twice(_("Switch off"), _("End sessions, keep out"), identity)


def _asked_twice(word: str, sure: str, identity: dict[str, object]) -> Component:
    """A button behind another, for what cannot be undone."""
    button = html.Button(sure, id=identity, className="button", type="button")
    return html.Details([html.Summary(word), button], className="more")
