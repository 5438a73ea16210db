"""What people decided lately, who and when, and whether it is in the numbers yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from dash import ALL, Dash, Input, Output, html
from dash.development.base_component import Component
from flask import abort
from sqlalchemy import Row, select

from models.errors import NoSnapshotError
from models.tables.operations import ops_audit

from .. import formats
from ..auth import people
from ..auth.permissions import Permission, may
from ..components import skeleton
from ..components.ages import age
from ..components.states import nothing
from ..components.table import Cell, table, words
from ..page import Section
from ..services import Services, services
from ..visit import Visit, current_person
from .card import card

_TITLE = "Changes"
_MOST = 30


def decided() -> Section:
    """The list of changes to what counts."""
    return Section(name="changes", render=_render, skeleton=skeleton.of_height(220), label=_TITLE)


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


def _pair(detail: Mapping[str, Any], what: str) -> str:
    kind = str(detail.get("kind", "record")).capitalize()
    ours, theirs = detail.get("suiteprojects_id"), detail.get("netsuite_id")
    return f"{kind} {ours} of SuiteProjects Pro and {theirs} of NetSuite {what}"


def _uploaded(detail: Mapping[str, Any]) -> str:
    count = int(detail.get("rows", 0))
    rows = f"{formats.count(count)} row{'' if count == 1 else 's'}"
    skipped = len(detail.get("skipped") or ())
    left = f", {skipped} left out" if skipped else ""
    return f"Plan '{detail.get('version')}' taken in from {detail.get('file')}: {rows}{left}"


_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "link_confirmed": lambda detail: _pair(detail, "are one thing"),
    "link_rejected": lambda detail: _pair(detail, "are not one thing"),
    "plan_upload": _uploaded,
    "plan_withdraw": lambda detail: f"Plan '{detail.get('version')}' withdrawn",
}


def _render(visit: Visit) -> Component:
    return html.Div(_card(visit.services), id="changes-made")


def _card(here: Services) -> Component:
    record = here.record
    query = select(ops_audit).where(ops_audit.c.action.in_(_WORDS))
    with record.connect() as connection:
        found = list(connection.execute(query.order_by(ops_audit.c.audit_id.desc()).limit(_MOST)))
    if not found:
        return card(_TITLE, nothing("Nobody has changed anything yet."))
    names = {one.subject: one.name for one in people.everyone(record)}
    now, built = here.clock(), _built(here)
    rows = [_line(row, names, now, built) for row in found]
    waiting = sum(built is None or _utc(row.at) > built for row in found)
    says = (
        f"{waiting} of the last {len(found)} wait for the next build"
        if waiting
        else "All of it is in the numbers"
    )
    return card(_TITLE, table(words("What", "Who", "When", ""), rows, stacks=True), says=says)


def _line(
    row: Row[Any], names: Mapping[str, str], now: datetime, built: datetime | None
) -> list[Cell]:
    what = _WORDS[row.action](row.detail or {})
    note = (row.detail or {}).get("note")
    held = built is not None and _utc(row.at) <= built
    return [
        html.Span([what, html.Span(note, className="second-line") if note else None],
                  className="wrapping"),
        names.get(row.subject, row.subject or ""),
        age(row.at, now),
        "in the numbers" if held else html.Strong("at the next build"),
    ]  # fmt: skip


def _built(here: Services) -> datetime | None:
    try:
        return _utc(here.snapshots.current().built_at)
    except NoSnapshotError:
        return None


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
