"""What people decided lately, who and when, and whether it is in the numbers yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from dash import ALL, Dash, Input, Output, html
from dash.development.base_component import Component
from flask import abort
from sqlalchemy import Row, select

from models.business.deciding import ACTIONS
from models.business.decision import Place, parsed
from models.errors import NoSnapshotError
from models.tables.operations import ops_audit
from models.texts import Text, _, ngettext

from .. import formats
from ..auth import people
from ..auth.permissions import Permission, may
from ..components import skeleton
from ..components.ages import age
from ..components.place_words import changed_words
from ..components.states import nothing
from ..components.table import Cell, table, words
from ..configuration import Standing, standing
from ..page import Section
from ..services import Services, services
from ..visit import Visit, current_person
from .card import card

_TITLE: Text = "Changes"
_MOST = 30
_HOLDS: Text = "in the numbers"
_WAITS: Text = "at the next build"
_REPLACED: Text = "changed again since"


def decided() -> Section:
    """The list of changes to what counts."""
    return Section(
        name="changes",
        render=_render,
        skeleton=skeleton.of_height(220),
        label=_TITLE,
        noted=True,
    )


def bind_decided(app: Dash) -> None:
    """Let the list follow what is decided beside it."""

    @app.callback(
        Output("changes-made", "children"),
        Input({"type": "said", "of": ALL}, "children"),
        prevent_initial_call=True,
    )
    def follow(_said: list[Any]) -> Any:
        if not may(current_person(), Permission.VIEW_SETTINGS):
            abort(403)
        return _card(services())


def _confirmed(detail: Mapping[str, Any]) -> str:
    return _(
        "{kind} {ours} of SuiteProjects Pro and {theirs} of NetSuite are one thing", **_pair(detail)
    )


def _rejected(detail: Mapping[str, Any]) -> str:
    return _(
        "{kind} {ours} of SuiteProjects Pro and {theirs} of NetSuite are not one thing",
        **_pair(detail),
    )


def _pair(detail: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": _(str(detail.get("kind", "record")).capitalize()),
        "ours": detail.get("suiteprojects_id"),
        "theirs": detail.get("netsuite_id"),
    }


def _uploaded(detail: Mapping[str, Any]) -> str:
    count = int(detail.get("rows", 0))
    rows = ngettext("{count} row", "{count} rows", count, count=formats.count(count))
    skipped = len(detail.get("skipped") or ())
    return _(
        "Plan '{version}' taken in from {file}: {rows}",
        version=detail.get("version"),
        file=detail.get("file"),
        rows=_("{rows}, {count} left out", rows=rows, count=skipped) if skipped else rows,
    )


def _place(detail: Mapping[str, Any]) -> Place:
    return tuple(map(str, detail.get("place", ("", ""))))


def _setting(detail: Mapping[str, Any], found: Standing) -> str:
    place = _place(detail)
    before, after = (parsed(detail.get(one)) for one in ("before", "after"))
    return f"{found.title(place)}: {changed_words(place, before, after)}"


_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "link_confirmed": _confirmed,
    "link_rejected": _rejected,
    "plan_upload": _uploaded,
    "plan_withdraw": lambda detail: _("Plan '{version}' withdrawn", version=detail.get("version")),
}


def _render(visit: Visit) -> Component:
    return html.Div(_card(visit.services), id="changes-made")


def _card(here: Services) -> Component:
    record = here.record
    query = select(ops_audit).where(ops_audit.c.action.in_([*_WORDS, *ACTIONS.values()]))
    with record.connect() as connection:
        found = list(connection.execute(query.order_by(ops_audit.c.audit_id.desc()).limit(_MOST)))
    if not found:
        return card(_TITLE, nothing(_("Nobody has changed anything yet.")))
    names = {one.subject: one.name for one in people.everyone(record)}
    settings = standing(here)
    states = _states(here, settings, found)
    rows = [
        _line(_what(row, settings), row, names, here.clock(), states[row.audit_id]) for row in found
    ]
    waiting = sum(state == _WAITS for state in states.values())
    says = (
        _(
            "{count} of the last {total} wait for the next build",
            count=waiting,
            total=len(found),
        )
        if waiting
        else _("All of it is in the numbers")
    )
    return card(
        _TITLE, table(words(_("What"), _("Who"), _("When"), ""), rows, stacks=True), says=says
    )


def _states(here: Services, settings: Standing, found: Sequence[Row[Any]]) -> dict[int, Text]:
    """How each change stands: of a setting by its value, of all else by when the numbers were made."""
    built, states = _built(here), dict[int, Text]()
    waiting, seen = set(settings.waiting), set[Place]()
    for row in found:  # the newest first
        if row.action not in ACTIONS.values():
            states[row.audit_id] = _HOLDS if built and _utc(row.at) <= built else _WAITS
            continue
        place = _place(row.detail or {})
        state = _WAITS if place in waiting else _HOLDS
        states[row.audit_id] = _REPLACED if place in seen else state
        seen.add(place)
    return states


def _what(row: Row[Any], settings: Standing) -> str:
    detail = row.detail or {}
    told = _WORDS.get(row.action)
    return told(detail) if told else _setting(detail, settings)


def _line(
    what: str, row: Row[Any], names: Mapping[str, str], now: datetime, state: Text
) -> list[Cell]:
    note = (row.detail or {}).get("note")
    return [
        html.Span([what, html.Span(note, className="second-line") if note else None],
                  className="wrapping"),
        names.get(row.subject, row.subject or ""),
        age(row.at, now),
        html.Strong(_(state)) if state == _WAITS else _(state),
    ]  # fmt: skip


def _built(here: Services) -> datetime | None:
    try:
        return _utc(here.snapshots.current().built_at)
    except NoSnapshotError:
        return None


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
