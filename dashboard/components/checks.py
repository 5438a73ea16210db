"""The rows that are looked at first: each says in one line that all is well, or opens on what is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component
from sqlalchemy import Row

from models.alarms import Alarm
from models.period import Month
from models.texts import Text, _, listed, ngettext

from .. import findings, formats, operations
from ..titles import Titles
from ..visit import Visit
from .ages import age
from .icons import icon
from .opening import opening
from .prose import prose, woven
from .table import Cell, table, words
from .trust import alarms_in_words
from .words import finding_of

_MARKS = {"good": "check", "warn": "alert", "bad": "alert", "": "info"}
_FIELD_COLUMNS = words("Field", "Table", "What happened", "When")
_EVENTS: Mapping[str, Text] = {
    "appeared": "Appeared: its values are read for all records",
    "vanished": "Vanished: its values are kept",
    "retyped": "Changed its type",
    "forbidden": "Not shown to us any more: its values are kept",
    "restored": "Came back: it is read for all records",
}
_ALARMS: Mapping[str, Text] = {
    "proof": "Difference in {table}",
    "quarantine": "Too many unusable records of {table}",
}
_FIELDS: Text = (
    "Custom fields are mirrored by themselves. A field that comes, goes or is kept from us breaks no sync and "
    "loses no value. All fields with their types: `oneview sync fields`"
)
_LOST = ("vanished", "forbidden", "retyped")
_DAYS = 30
_NOT_IN_ORDER = ("wrong", "forbidden")


def check(
    name: str,
    sentence: str | Sequence[Component | str],
    body: Component | None = None,
    *,
    tone: str = "good",
    tools: Component | None = None,
) -> Component:
    """One row: what is looked at, how it stands, and what there is to see of it."""
    head = [
        html.Span(icon(_MARKS[tone]), className=f"check-mark {tone}".strip()),
        html.H2(name),
        html.P(sentence, className="check-sentence"),
        tools,
    ]
    if body is None:
        return html.Div(html.Div(head, className="check-head"), className="check")
    return opening(name, head, [body], "check open", "check-head")


def alarms(visit: Visit) -> Component:
    """Open alarms, and what the last runs could not do."""
    record, now = visit.services.record, visit.services.clock()
    found = operations.alarms(record)
    failures = findings.failures(record)
    if not found and not failures:
        if not any(run.finished_at for run in operations.last_runs(record)):
            return check(_("Alarms"), _("No alarm is open; no run has ended yet."), tone="")
        return check(_("Alarms"), _("No alarm is open, and the last runs read every table."))
    items = [_failure(visit.titles, error, entities) for error, entities in failures.items()]
    items += [_alarm(visit.titles, one, age(one.opened_at, now)) for one in found]
    said = []
    if failures:
        tables = sum(map(len, failures.values()))
        said.append(
            ngettext(
                "{count} table could not be read",
                "{count} tables could not be read",
                tables,
                count=formats.count(tables),
            )
        )
    if found:
        said.append(alarms_in_words(len(found)))
    return check(
        _("Alarms"),
        f"{listed(said)}.",
        html.Ul(items, className="alarms", **{"aria-label": _("Open alarms")}),
        tone="bad" if failures else "warn",
    )


def _failure(titles: Titles, error: str, entities: Sequence[str]) -> Component:
    named = titles.full(entities[0])
    if len(entities) > 1:
        named = _("{name} and {count} more", name=named, count=len(entities) - 1)
    return _item(_("Not read: {named}", named=named), error, None, "bad")


def _alarm(titles: Titles, one: Alarm, opened: Component) -> Component:
    month = f", {formats.month_name(Month.from_key(one.month))}" if one.month else ""
    what = _ALARMS.get(one.kind, "")
    text = one.text
    if text.startswith(titles.of(one.entity)):  # the heading has said it
        text = text.partition(": ")[2] or text
    table_ = titles.full(one.entity)
    heading = (_(what, table=table_) if what else _("Look at {table}", table=table_)) + month
    return _item(heading, text[:1].upper() + text[1:], opened, "warn")


def _item(title: str, text: str, since: Component | None, tone: str) -> Component:
    return html.Li(
        [
            html.Div(
                [
                    html.H3(title, className=tone),
                    since and html.Span(woven("opened {age}", age=since)),
                ],
                className="alarm-head",
            ),
            html.P(prose(text)),
        ]
    )


def fields(visit: Visit) -> Component:
    """Which fields of the sources came, went or changed of late."""
    record, now = visit.services.record, visit.services.clock()
    found = findings.field_changes(record, now, days=_DAYS)
    if not found:
        return check(
            _("Source fields"),
            _(
                "No field appeared, vanished or changed its type in the last {days} days.",
                days=_DAYS,
            ),
        )
    refused = sum(row.state == "forbidden" for row in found if row.event == "forbidden")
    lost = sum(row.event in _LOST for row in found)
    said = [
        ngettext(
            "{count} change in the last {days} days",
            "{count} changes in the last {days} days",
            len(found),
            count=formats.count(len(found)),
            days=_DAYS,
        )
    ]
    if refused:
        said.append(
            ngettext(
                "{count} field is refused: give the integration's role the permission to see them",
                "{count} fields are refused: give the integration's role the permission to see them",
                refused,
                count=formats.count(refused),
            )
        )
    rows = [_field(visit.titles, row, age(row.at, now)) for row in found]
    return check(
        _("Source fields"),
        f"{'; '.join(said)}.",
        html.Div(
            [html.P(prose(_(_FIELDS)), className="hint"), table(_FIELD_COLUMNS, rows, stacks=True)]
        ),
        tone="warn" if refused else "" if lost else "good",
    )


def _field(titles: Titles, row: Row[Any], when: Component) -> list[Cell]:
    said = _(_EVENTS.get(row.event, row.event))
    if row.event == "retyped":
        said = _(
            "{said} from {before} to {after}: values are kept as they come",
            said=said,
            before=row.before or _("unknown"),
            after=row.after or _("unknown"),
        )
    name: Cell = row.field
    if row.label and row.label != row.field:
        name = html.Span([row.label, html.Span(row.field, className="second-line")])
    return [name, titles.full(row.entity), said, when]


def permissions(visit: Visit) -> Component:
    """What the accounts lack, with the setting or permission to change."""
    found = operations.probe_findings(visit.services.record)
    wrong = [row for row in found if row.state in _NOT_IN_ORDER]
    if not found:
        return check(
            _("Accounts"),
            _("Both accounts are looked at before the first sync, then daily."),
            tone="",
        )
    if not wrong:
        return check(
            _("Accounts"), _("Both accounts give what is needed; their permissions are in order.")
        )
    items = [_finding(row) for row in wrong]
    return check(
        _("Accounts"),
        ngettext(
            "{count} thing is to be put right.",
            "{count} things are to be put right.",
            len(wrong),
            count=formats.count(len(wrong)),
        ),
        html.Ul(items, className="alarms", **{"aria-label": _("What the accounts lack")}),
        tone="warn",
    )


def _finding(row: Row[Any]) -> Component:
    told = " ".join(filter(None, (row.detail, row.advice)))
    return _item(finding_of(row), told, None, "warn")
