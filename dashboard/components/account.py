"""What both accounts tell of themselves, what they do not offer, what we take for granted, what is switched off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dash import html
from dash.development.base_component import Component
from sqlalchemy import Row

from models.texts import Text, _, ngettext

from .. import formats
from ..titles import Titles
from . import states
from .ages import age
from .icons import icon
from .opening import Gist, gist_line, opening
from .prose import prose, woven
from .table import Cell, table, words
from .words import SYSTEM_TITLES, finding_title

_OFF_COLUMNS = words("Table", "Not refreshed since", "Switched off")
_NOT_OFFERED_COLUMNS = words("What", "Found", "What to do")
_ASSUMED_COLUMNS = words("What we take for granted", "State", "Found")
_STATES: Mapping[str, tuple[Text, str, str]] = {
    "ok": ("Holds", "check", "good"),
    "off": ("Off", "clock", ""),
    "forbidden": ("Not permitted", "alert", "warn"),
    "wrong": ("Wrong", "alert", "warn"),
    "unknown": ("Open", "clock", ""),
}


def account(
    findings: Sequence[Row[Any]], switched_off: Sequence[Row[Any]], titles: Titles, now: datetime
) -> Component:
    """The section of the page."""
    if not findings and not switched_off:
        return html.Div(
            [
                html.H2(_("What the accounts tell")),
                states.nothing(_("Both accounts are looked at before the first sync, then daily.")),
            ],
            className="card",
        )
    return opening(
        "What the accounts tell",
        [html.Div([html.H2(_("What the accounts tell")), gist_line(_answering(findings))])],
        [
            html.P(_looked(findings, now), className="hint") if findings else None,
            _facts(findings),
            _not_offered(findings),
            _assumed(findings),
            _switched_off(switched_off, titles, now),
        ],
        "card",
    )


def _answering(findings: Sequence[Row[Any]]) -> Gist:
    """How many of the tables that were asked for answer."""
    tables = [one.state for one in findings if one.subject.startswith("table:")]
    if not tables:
        return ()
    told = _("{count} of {total}", count=tables.count("ok"), total=len(tables))
    return ((_("Tables that answer"), told),)


def _looked(findings: Sequence[Row[Any]], now: datetime) -> list[Component | str]:
    newest = max(one.checked_at for one in findings)
    return [
        *woven("Looked at {age}.", age=age(newest, now)),
        " ",
        *prose(_("`oneview doctor` looks again at once.")),
    ]


def _facts(findings: Sequence[Row[Any]]) -> Component | None:
    groups = []
    for system, title in SYSTEM_TITLES.items():
        mine = [
            one for one in findings if one.system == system and one.subject.startswith("account:")
        ]
        if mine:
            told = [_fact(finding_title(one), one.detail) for one in mine]
            groups.append(html.Div([html.H3(title), html.Dl(told, className="facts")]))
    return html.Div(groups, className="account-facts") if groups else None


def _fact(name: str, value: str) -> Component:
    return html.Div([html.Dt(name), html.Dd(value)])


def _not_offered(findings: Sequence[Row[Any]]) -> Component | None:
    tables = [one for one in findings if one.subject.startswith("table:")]
    missing = [one for one in tables if one.state == "off"]
    answering = sum(one.state == "ok" for one in tables)
    if not tables:
        return None
    whole = answering == len(tables)
    said = (
        _("All {count} tables answer", count=answering)
        if whole
        else _("{count} of {total} tables answer", count=answering, total=len(tables))
    )
    if not missing:
        return html.P(f"{said}.", className="more-line") if whole else None
    rows: list[list[Cell]] = [
        [
            f"{SYSTEM_TITLES.get(one.system, one.system)} {finding_title(one)}",
            html.Span(prose(one.detail), className="wrapping"),
            html.Span(prose(one.advice or formats.MISSING), className="wrapping"),
        ]
        for one in missing
    ]
    return _more(
        ngettext(
            "{said}; {count} is not offered",
            "{said}; {count} are not offered",
            len(missing),
            said=said,
            count=len(missing),
        ),
        table(_NOT_OFFERED_COLUMNS, rows, stacks=True),
    )


def _assumed(findings: Sequence[Row[Any]]) -> Component | None:
    facts = [one for one in findings if one.subject.startswith("fact:")]
    if not facts:
        return None
    holds = sum(one.state == "ok" for one in facts)
    rows: list[list[Cell]] = [
        [
            html.Span(prose(_(one.title)), className="wrapping"),
            _mark(one.state),
            html.Span(prose(one.detail), className="wrapping"),
        ]
        for one in facts
    ]
    wrong = sum(one.state in ("wrong", "forbidden") for one in facts)
    open_ones = len(facts) - holds - wrong
    said = [_("{count} of {total} assumptions are seen to hold", count=holds, total=len(facts))]
    if wrong:
        said.append(ngettext("{count} does not", "{count} do not", wrong, count=wrong))
    if open_ones:
        said.append(_("{count} only a person can judge", count=open_ones))
    return _more("; ".join(said), table(_ASSUMED_COLUMNS, rows, stacks=True))


def _mark(state: str) -> Component:
    word, mark, kind = _STATES.get(state, _STATES["unknown"])
    return html.Span([icon(mark), _(word)], className=f"verdict {kind}".strip())


def _switched_off(rows: Sequence[Row[Any]], titles: Titles, now: datetime) -> Component | None:
    if not rows:
        return None
    cells: list[list[Cell]] = [
        [
            html.Span(titles.full(row.entity), title=row.entity),
            age(row.refreshed_to, now) if row.refreshed_to else _("never refreshed"),
            age(row.changed_at, now),
        ]
        for row in rows
    ]
    body = html.Div(
        [
            html.P(
                _("The configuration file leaves these out. Their rows stay as they were."),
                className="hint",
            ),
            table(_OFF_COLUMNS, cells, stacks=True),
        ]
    )
    summary = ngettext(
        "{count} table is switched off",
        "{count} tables are switched off",
        len(rows),
        count=len(rows),
    )
    return _more(summary, body)


def _more(summary: str, body: Component) -> Component:
    return html.Details([html.Summary(summary), body], className="more")
