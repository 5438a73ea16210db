"""The reconciliation controls: how each stands, since when, who looks after it, and what does not hold side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, ctx, dcc, html, no_update
from dash.development.base_component import Component
from flask import abort

from models.control_owners import assign, candidates, owners
from models.controls import CONTROLS, Control, Counted
from models.errors import QuestionError
from models.metrics.breaks import Break, Standing, breaks, course, first_seen, standings
from models.metrics.catalogue import kpis
from models.metrics.kpi import Lens, Side, Unit
from models.period import Period
from models.texts import Text, _, ngettext

from .. import formats
from ..auth import people
from ..auth.permissions import Permission, may
from ..components import skeleton
from ..components.icons import icon
from ..components.said import done, refused
from ..components.sparkline import sparkline
from ..components.table import Cell, grouped_table, numbers, table, words
from ..components.tile import rows_address
from ..finding import FIND
from ..page import Section, nothing_else, page_key
from ..services import services
from ..visit import Visit, current_person
from . import gist
from .card import card, empty_card
from .tiles import months_to

_TITLE: Text = "Reconciliation controls"
_BREAKS: Text = "What does not reconcile, side by side"
_MOST = 40
_UNITS = {Counted.MONEY: Unit.MONEY, Counted.HOURS: Unit.HOURS, Counted.COUNT: Unit.COUNT}
_OWN_LENS = {"RC-01": Lens.TRANSACTION}  # what the amounts of its checks are told in


def reconciliation() -> Section:
    """Every control of the catalogue, with its owner."""
    return Section(
        name="reconciliation",
        render=_render,
        skeleton=skeleton.of_height(skeleton.rows(len(CONTROLS), each=58)),
        label=_TITLE,
    )


def side_by_side() -> Section:
    """The checks that do not hold: what one side says, and what the other."""
    return Section(
        name="differences",
        render=_differences,
        skeleton=skeleton.of_height(skeleton.rows(_MOST)),
        label=_BREAKS,
        kept=nothing_else,
    )


def bind_reconciliation(app: Dash) -> None:
    """Bind the choice of an owner."""

    @app.callback(
        Output({"type": "said", "of": "owners"}, "children"),
        Input({"type": "control-owner", "control": ALL}, "value"),
        prevent_initial_call=True,
    )
    def choose(_values: list[str | None]) -> Any:
        person, here = current_person(), services()
        if not may(person, Permission.ASSIGN_CONTROLS):
            abort(403)
        if not isinstance(ctx.triggered_id, Mapping):
            return no_update
        control, subject = str(ctx.triggered_id["control"]), ctx.triggered[0]["value"] or None
        if owners(here.record).get(control) == subject:
            return no_update  # the choices have only just appeared
        try:
            assign(
                here.record, control=control, subject=subject, assigned_by=person.subject,
                now=here.clock(),
            )  # fmt: skip
        except QuestionError as error:
            return refused(str(error))
        name = candidates(here.record).get(subject or "")
        text = (
            _("{name} looks after {control} from now on.", name=name, control=control)
            if name
            else _("Nobody looks after {control} any more.", control=control)
        )
        return done(text)


def _render(visit: Visit) -> Component:
    stands = standings(visit.snapshot, visit.period.months, visit.scope, visit.where)
    trends, first = _trends(visit), first_seen(visit.snapshot)
    owned, names = owners(visit.services.record), _names(visit)
    columns = (
        *words(_("Control"), _("State")),
        *numbers(_("Checks"), _("Unexplained")),
        *words(_("13 months"), _("Failing since"), _("Owner")),
    )
    rows = [
        [
            html.Span([_("{control} {title}", control=key, title=_(one.title)), html.Span(_(one.check), className="second-line wrapping")]),
            _state(one, stands.get(key)),
            formats.count(stands[key].checks) if key in stands else formats.MISSING,
            _unexplained(visit, one, stands.get(key)),
            sparkline(trends.get(key, ()), (), _("What was open in each of the last 13 months")),
            _since(stands[key].since if key in stands else None, first),
            _owner(visit, key, owned.get(key), names),
        ]
        for key, one in CONTROLS.items()
    ]  # fmt: skip
    failing = sum(one.open > 0 for one in stands.values())
    return card(
        _TITLE,
        [
            html.Div(id={"type": "said", "of": "owners"}, role="status"),
            table(columns, rows, stacks=True),
        ],
        says=_(
            "{count} of {total} controls hold; each runs after every sync",
            count=len(stands) - failing,
            total=len(stands),
        ),
        gist=gist.of_holding(len(stands) - failing, len(stands)),
    )


def _names(visit: Visit) -> Mapping[str, str]:
    return {one.subject: one.name for one in people.everyone(visit.services.record)}


def _trends(visit: Visit) -> Mapping[str, Sequence[Decimal | None]]:
    """What was open month by month: how far apart, and of hours and counts how many checks."""
    months = months_to(visit.period.last)
    told = course(visit.snapshot, months, visit.scope, visit.where)
    return {
        key: [_open(CONTROLS[key], by_month.get(month)) for month in months]
        for key, by_month in told.items()
    }


def _open(control: Control, told: tuple[int, Decimal] | None) -> Decimal | None:
    if told is None:
        return None
    return told[1] if control.counted is Counted.MONEY else Decimal(told[0])


def _state(control: Control, stands: Standing | None) -> Component:
    if stands is None:
        needed = _("needs {what}", what=_(control.needs))
        return html.Div(
            [
                html.Span(_("not run"), className="verdict"),
                html.Span(needed, className="second-line wrapping"),
            ]
        )
    if not stands.open:
        return html.Span([icon("check"), _("holds")], className="verdict good")
    text = _("{count} open", count=formats.count(stands.open))
    return html.Span([icon("alert"), text], className="verdict bad")


def _unexplained(visit: Visit, control: Control, stands: Standing | None) -> Cell:
    if stands is None or control.counted is not Counted.MONEY:
        return formats.MISSING
    currency = visit.snapshot.reporting_currency
    full = formats.exact(stands.unexplained, Unit.MONEY, currency)
    return html.Span(formats.short(stands.unexplained, Unit.MONEY, currency), title=full)


def _since(since: date | None, first: date | None) -> Cell:
    if since is None:
        return ""
    if since == first:
        return _("{day} or earlier", day=formats.day(since))
    return formats.day(since)


def _owner(visit: Visit, control: str, subject: str | None, names: Mapping[str, str]) -> Cell:
    known = names.get(subject or "", subject or "")
    if not may(visit.person, Permission.ASSIGN_CONTROLS):
        return known
    offered = dict(candidates(visit.services.record))
    if subject:
        offered.setdefault(subject, known)
    return dmc.Select(
        id={"type": "control-owner", "control": control},
        data=[{"value": value, "label": label} for value, label in offered.items()],
        value=subject,
        placeholder=_("Nobody"),
        clearable=True,
        size="xs",
        w=150,
        **{"aria-label": _("Owner of {control}", control=control)},
    )


def _differences(visit: Visit) -> Component:
    found = breaks(visit.snapshot, visit.period.months, visit.scope, visit.where, most=_MOST + 1)
    if not found:
        return empty_card(_BREAKS, _("Every check of this period holds, as far as you may see."))
    first = first_seen(visit.snapshot)
    groups: dict[str, list[list[Cell]]] = {}
    for key, control in CONTROLS.items():
        rows = [_row(visit, control, one, first) for one in found[:_MOST] if one.control == key]
        if rows:
            heading = _(
                "{control} {title}: {checked} | {against}",
                control=key,
                title=_(control.title),
                checked=_(control.checked),
                against=_(control.against),
            )
            groups[heading] = rows
    columns = (
        *words(_("Check")),
        *numbers(_("Checked"), _("Against"), _("Difference")),
        *words(_("Failing since")),
    )
    says = (
        _("the {count} widest apart; the rest is in the list of checks", count=_MOST)
        if len(found) > _MOST
        else _("the widest apart first")
    )
    count = min(len(found), _MOST)
    some = ngettext("{count} check", "{count} checks", count, count=formats.count(count))
    return card(
        _BREAKS,
        grouped_table(columns, groups, stacks=True),
        says=says,
        gist=gist.in_words(_("{checks} and more", checks=some) if len(found) > _MOST else some),
    )


def _row(visit: Visit, control: Control, one: Break, first: date | None) -> list[Cell]:
    unit = _UNITS[control.counted]
    currency = one.currency or visit.snapshot.reporting_currency
    apart = (one.amount or Decimal(0)) - (one.against or Decimal(0))
    named = one.name or one.project or one.subsidiary or _("All companies")
    below = [formats.month_name(one.month)]
    below += [text for text in (one.project, one.customer) if text and text != named]
    return [
        html.Span([named, html.Span(", ".join(below), className="second-line wrapping")]),
        *(
            _amount(visit, one, side, number, unit, currency)
            for side, number in zip(control.sides, (one.amount, one.against), strict=True)
        ),
        html.Span(formats.exact(apart, unit, currency), className="bad"),
        _since(one.since, first),
    ]


def _amount(
    visit: Visit,
    one: Break,
    side: tuple[str, str] | None,
    number: Decimal | None,
    unit: Unit,
    currency: str,
) -> Cell:
    if number is None:
        return html.Span(_("not there"), className="soft")
    text = formats.exact(number, unit, currency)
    if side is None:
        return text
    return dcc.Link(text, href=_address(visit, one, *side), refresh=False)


def _address(visit: Visit, one: Break, key: str, side: str) -> str:
    """The rows that sum to one side of a check."""
    if one.project_key > 0:
        chosen = visit.filters.bare.with_members("project", (one.project_key,))
        lens = _OWN_LENS.get(one.control, Lens.CONSOLIDATED)
    else:
        chosen = visit.filters.bare.with_members("subsidiary", (one.subsidiary_key,))
        lens = _OWN_LENS.get(one.control, Lens.SUBSIDIARY)
    extra = {"from": page_key(visit.path) or ""}
    if lens is not Lens.CONSOLIDATED and one.currency:
        extra["currency"] = one.currency
    if one.name:
        extra[f"rows-{FIND}"] = one.name
    query = replace(chosen, lens=lens).search(**extra)
    return rows_address(kpis()[key], Side(side), Period.of(one.month), query)
