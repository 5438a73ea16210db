"""What changed since: a number beside what an earlier version of the data said, and the records between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from models.errors import WarehouseError
from models.metrics.answer import RowColumn
from models.metrics.change import Change, Moved, PartChange
from models.metrics.kpi import Kpi, NotHeld, Side
from models.period import Month
from models.texts import Text, _, ngettext

from .. import formats
from ..components import states
from ..components.table import Cell, Column, grouped_table, numbers, table, words
from ..components.words import reason
from ..visit import Visit

_DAYS = 5  # earlier days that are offered
_RECORDS = 20
KINDS: Mapping[Moved, Text] = {
    Moved.NEW: "New",
    Moved.GONE: "Gone",
    Moved.CHANGED: "Changed",
    Moved.RE_DATED: "Moved in or out of the period",
    Moved.RE_RATED: "Only the rate changed",
}
_ASKED = "since"
CLOSED = "closed"


def since(visit: Visit, kpi: Kpi, side: Side, currency: str | None) -> Component:
    """The versions that a number may be compared with; for the chosen one, what makes the difference."""
    chosen = visit.query.get(_ASKED, "")
    offered = _offered(visit)
    if isinstance(kpi.side(side), NotHeld) or not (offered or chosen):
        return html.Div()
    return html.Div(
        [
            html.H2(_("What changed since")),
            html.Nav(
                [_choice(visit, side, one, text, chosen) for one, text in offered.items()],
                className="segments",
                **{"aria-label": _("Earlier versions of the data")},
            ),
            *(_changes(visit, kpi, side, currency, chosen) if chosen else []),
        ],
        className="since card",
    )


def _offered(visit: Visit) -> dict[str, str]:
    """What the number may be compared with, and how the address names it: the newest earlier days, the closing."""
    newest = visit.snapshot.version
    kept: dict[int, datetime] = visit.services.snapshots.kept()
    last: dict[date, int] = {}
    for version in sorted(number for number in kept if number < newest):
        last[kept[version].date()] = version
    found = {str(last[day]): formats.day(day) for day in sorted(last, reverse=True)[:_DAYS]}
    if visit.period.last in visit.services.archives.months():
        found[CLOSED] = _("{month} was closed", month=formats.month_name(visit.period.last))
    return found


def _choice(visit: Visit, side: Side, version: str, text: str, chosen: str) -> Component:
    named = {name: visit.query[name] for name in ("from", "currency") if name in visit.query}
    told = {**named, "side": side.value, _ASKED: version}
    return dcc.Link(
        text,
        href=visit.path + visit.filters.search(**told),
        refresh=False,
        className="segment" + (" current" if chosen == version else ""),
    )


def _changes(
    visit: Visit, kpi: Kpi, side: Side, currency: str | None, chosen: str
) -> list[Component]:
    try:
        before = (
            visit.services.archives.closed(visit.period.last)
            if chosen == CLOSED
            else visit.services.snapshots.since(chosen)
        )
    except WarehouseError as error:
        return [states.nothing(str(error))]
    told = visit.ask.changes(before, kpi, side, visit.period, currency=currency, limit=_RECORDS)
    found: list[Component] = [html.P(_sentence(told, side, visit), className="subline")]
    if told.parts:
        found.append(_kinds(told))
    if told.page.rows:
        found.append(_records(told))
    return found


def _sentence(told: Change, side: Side, visit: Visit) -> str:
    money = told.currency or (visit.snapshot.reporting_currency if told.kpi.is_money else None)
    said = []
    for one in (told.before, told.now):
        number = (
            reason(one.reason, side)
            if one.number is None
            else formats.exact(one.number, told.kpi.unit, money)
        )
        said.append(f"{number} ({formats.moment(one.built_at)})")
    closing = told.before.closing
    note = ""
    if closing and not closing.was_seen:
        note = _(
            "It was closed before One View looked, and kept as of {moment}.",
            moment=formats.moment(closing.kept_at),
        )
    return " ".join(
        filter(
            None,
            (
                _then_and_now(*said, closed=bool(closing), moved=bool(told.page.total_rows)),
                note,
                _(told.page.withheld),
            ),
        )
    )


def _then_and_now(then: str, now: str, *, closed: bool, moved: bool) -> str:
    text = (
        _("As closed {then}, as known now {now}", then=then, now=now)
        if closed
        else _("It was {then}, as known now {now}", then=then, now=now)
    )
    return f"{text}." if moved else _("{text}: nothing behind it has changed.", text=text)


def _kinds(told: Change) -> Component:
    shown = grouped_table(
        (Column(_("What became of it")), *numbers(_("Records"), _("Amount"))),
        {_part(part): _lines(part) for part in told.parts},
        folds=False,  # from before to now: without its end it tells nothing
    )
    return html.Div(shown, className="since-kinds")


def _part(part: PartChange) -> str:
    return " ".join(filter(None, (part.part.capitalize().replace(".", " "), part.currency)))


def _lines(part: PartChange) -> list[list[Cell]]:
    found: list[list[Cell]] = [[_("Before"), "", formats.two_places(part.before)]]
    found += [
        [_(KINDS[kind]), formats.count(one.rows), formats.two_places(one.amount)]
        for kind, one in part.kinds.items()
        if one.rows
    ]
    return [*found, [_("Now"), "", formats.two_places(part.now)]]


_TWINS = {"month_before": "month", "day_before": "day"}


def _says_something(column: RowColumn, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a column is worth its room: it is not empty, and no date that stayed, nor a month beside a day."""
    name = column.name
    if name == "measure":
        return len({row[name] for row in rows}) > 1
    if name in {"month", "month_before"} and any(row["day"] or row["day_before"] for row in rows):
        return False
    later = _TWINS.get(name)
    if later and all(row[name] in (None, row[later]) for row in rows):
        return False
    return any(row[name] is not None for row in rows)


def _records(told: Change) -> Component:
    rows = told.page.rows
    shown = [one for one in told.page.columns if one.name != "kind" and _says_something(one, rows)]
    right = {"before", "now", "change"}
    columns = (
        *words(_("What became of it")),
        *(Column(one.title, number=one.name in right) for one in shown),
    )
    return html.Div(
        [
            html.P(
                className="since-count",
                children=_(
                    "The {count} largest of {total} changes.",
                    count=len(rows),
                    total=formats.count(told.page.total_rows),
                )
                if told.page.total_rows > len(rows)
                else ngettext(
                    "{count} change.",
                    "{count} changes.",
                    len(rows),
                    count=formats.count(len(rows)),
                ),
            ),
            table(
                columns,
                [
                    [
                        _(KINDS[Moved(row["kind"])]),
                        *(_cell(one.type, row[one.name]) for one in shown),
                    ]
                    for row in rows
                ],
            ),
        ]
    )


def _cell(kind: str, value: Any) -> str:
    if value is None:
        return ""
    if kind == "day":
        return formats.day(value)
    if kind == "month":
        return formats.month_name(Month.from_key(int(value)), long=False)
    return formats.two_places(value) if isinstance(value, Decimal) else str(value)
