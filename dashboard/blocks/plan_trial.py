"""What another order of the plan's versions, or other rates of one, would change: told before it is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from dash import html
from dash.development.base_component import Component
from sqlalchemy.exc import DBAPIError

from models.business import Business
from models.business.decision import Decision
from models.errors import QuestionError
from models.metrics.catalogue import kpis
from models.period import Month
from models.plan.choosing import Exchange, Version, exchanged, versions
from models.snapshot import Snapshot
from models.texts import Text, _, listed, ngettext

from .. import formats
from ..auth.permissions import Permission, may
from ..configuration import Standing
from ..edits import PREFER, VERSION, Edit, is_version
from ..visit import current_person

_MEASURES: Mapping[str, Text] = {
    "revenue": "Revenue",
    "cost": "Cost",
    "other_income": "Other income",
    "project_cost": "Cost of projects",
    "bookings": "Bookings",
    "billings": "Billings",
    "billable_hours": "Billable hours",
    "capacity_hours": "Capacity hours",
    "hours": "Hours",
}


def is_of_plan(edit: Edit) -> bool:
    """Whether it is of the plan's versions."""
    place = edit.place
    return edit.adds == VERSION or (place is not None and (place == PREFER or is_version(place)))


def plan_tried(found: Standing, snapshot: Snapshot, made: Decision, whole: Business) -> Component:
    """What a decision on the versions of the plan would change, nothing kept; `whole`: the business with it.

    Raises:
        QuestionError: the versions are not in the snapshot yet.
    """
    try:
        there = versions(snapshot)
    except DBAPIError as error:  # a snapshot of an earlier version of the product
        raise QuestionError(
            _(
                "The numbers are being built anew for this version. Try it after that; nothing was kept."
            )
        ) from error
    if made.place != PREFER:
        return _told(_of_rates(there, made.value or {}, found.currency))
    before, after = found.next.file.plan.prefer, whole.file.plan.prefer
    return _told(
        [*_of_order(exchanged(there, before, after), found.currency), *_unknown(there, after)]
    )


def _told(lines: Sequence[str]) -> Component:
    return html.Div(
        [
            html.P(html.Strong(_("If it is saved"))),
            html.Ul([html.Li(line) for line in lines], className="waiting-list"),
        ]
    )


def _of_order(found: Sequence[Exchange], currency: str) -> list[str]:
    if not found:
        return [_("Every month is compared with the same version as now.")]
    sees = may(current_person(), Permission.VIEW_NUMBERS)
    lines = []
    for one in found:
        months = ngettext("{count} month", "{count} months", len(one.months), count=len(one.months))
        text = _(
            "{measure}, {months} from {first}: {now} → {then}",
            measure=measure_words(one.measure), months=months, now=one.now, then=one.then,
            first=formats.month_name(Month.from_key(one.months[0]), long=False),
        )  # fmt: skip
        if sees and (one.was or one.becomes):
            was, becomes = (
                formats.whole_money(value, currency) for value in (one.was, one.becomes)
            )
            text = f"{text}; {was} → {becomes}"
        lines.append(text)
    return lines


def _unknown(there: Sequence[Version], prefer: Sequence[str]) -> list[str]:
    missing = [name for name in prefer if all(one.name != name for one in there)]
    if not missing:
        return []
    return [_("There is no version {names} yet: it holds once there is.", names=listed(missing))]


def _of_rates(there: Sequence[Version], value: Mapping[str, object], currency: str) -> list[str]:
    name = str(value.get("version", ""))
    planned = [one for version in there if version.name == name for one in version.planned]
    if not planned:
        return _unknown(there, [name])
    told = value.get("rates")
    rates: Mapping[str, Decimal] = told if isinstance(told, dict) else {}
    sees = may(current_person(), Permission.VIEW_NUMBERS)
    lines = []
    for code in sorted({one.currency for one in planned if one.currency}):
        mine = [one for one in planned if one.currency == code]
        rows = sum(one.rows for one in mine)
        text = ngettext(
            "{code}, {count} amount",
            "{code}, {count} amounts",
            rows,
            code=code,
            count=formats.count(rows),
        )
        amount = sum((one.amount for one in mine if one.amount is not None), Decimal(0))
        was = sum((one.amount_base for one in mine if one.amount_base is not None), Decimal(0))
        if code in rates:
            text = _("{text}: at {rate}", text=text, rate=rates[code])
            if sees:
                becomes = formats.whole_money(amount * Decimal(rates[code]), currency)
                text = f"{text}; {formats.whole_money(was, currency)} → {becomes}"
        elif code == currency:
            text = _("{text}: as planned, it is in the reporting currency", text=text)
        else:
            text = _("{text}: at the average rates of the month, known after the build", text=text)
        lines.append(text)
    return lines or [_("It plans hours alone, which have no rates.")]


def measure_words(measure: str) -> str:
    """What is planned, in words."""
    if measure in _MEASURES:
        return _(_MEASURES[measure])
    known = kpis().get(measure)
    return _(known.title) if known else measure
