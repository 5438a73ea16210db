"""What the probe found of both accounts: what is off, what is wrong, what has to be done; and what is switched off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component
from sqlalchemy import Row

from .. import formats
from . import states
from .ages import age
from .icons import icon
from .table import Cell, grouped_table, table, words
from .words import SYSTEM_TITLES, entity_title

_COLUMNS = words("What", "State", "Found", "What to do", "Looked at")
_OFF_COLUMNS = words("Table", "Not refreshed since", "Switched off")
_STATES = {
    "ok": ("In order", "check", "good"),
    "off": ("Off", "clock", ""),
    "forbidden": ("Not permitted", "alert", "bad"),
    "wrong": ("Wrong", "alert", "bad"),
    "unknown": ("Open", "clock", ""),
}
_QUIET = ("ok", "unknown")


def account(
    findings: Sequence[Row[Any]], switched_off: Sequence[Row[Any]], now: datetime
) -> Component:
    """What the account tells of itself and what needs somebody; the rest counted in one line."""
    if not findings:
        return html.Div(
            [
                html.H2("Accounts"),
                states.nothing("Both accounts are looked at before the first sync, then daily."),
                *_switched_off(switched_off, now),
            ]
        )
    groups = {
        title: [
            _row(one, now)
            for one in findings
            if one.system == system
            and (one.subject.startswith("account:") or one.state not in _QUIET)
        ]
        for system, title in SYSTEM_TITLES.items()
    }
    return html.Div(
        [
            html.H2("Accounts"),
            html.P(_summary(findings), className="subline"),
            grouped_table(_COLUMNS, {title: rows for title, rows in groups.items() if rows}),
            *_switched_off(switched_off, now),
        ]
    )


def _summary(findings: Iterable[Row[Any]]) -> str:
    said = []
    for kind, what in (("table:", "tables answer"), ("fact:", "assumptions about them hold")):
        states_ = [one.state for one in findings if one.subject.startswith(kind)]
        said.append(f"{states_.count('ok')} of {len(states_)} {what}")
    return f"{said[0]}, {said[1]}; `oneview doctor` looks again at once."


def _row(one: Row[Any], now: datetime) -> list[Cell]:
    word, mark, kind = _STATES.get(one.state, _STATES["unknown"])
    return [
        one.title,
        html.Span([icon(mark), word], className=f"verdict {kind}"),
        one.detail,
        one.advice or formats.MISSING,
        age(one.checked_at, now),
    ]


def _switched_off(rows: Sequence[Row[Any]], now: datetime) -> list[Component]:
    if not rows:
        return []
    cells: list[list[Cell]] = [
        [
            html.Span(entity_title(row.entity), title=row.entity),
            age(row.refreshed_to, now) if row.refreshed_to else "never refreshed",
            age(row.changed_at, now),
        ]
        for row in rows
    ]
    return [
        html.H3("Switched off"),
        html.P(
            "The configuration file leaves these out. Their rows stay as they were.",
            className="subline",
        ),
        table(_OFF_COLUMNS, cells),
    ]
