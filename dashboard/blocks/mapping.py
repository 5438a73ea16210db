"""What single accounts, items, contract types, booking types, departments and tasks are taken for; those no rule knows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component

from models.business.decision import MAP, MAPPED, SINGLY
from models.business.mapping import Judge, Member, members, place_of, unmapped, verdict
from models.errors import NoSnapshotError
from models.texts import Text, _, ngettext

from .. import formats
from ..auth.permissions import Permission
from ..components import skeleton
from ..components.business_words import KINDS
from ..components.list_tools import found_line, nothing_found, search_box
from ..components.opening import Gist
from ..components.place_words import mapped_words
from ..components.said import done
from ..components.said_by import said_by, waiting_cell
from ..components.setting_dialog import change_button
from ..components.states import nothing
from ..components.table import Cell, Column, numbers, table, words
from ..configuration import Standing, standing
from ..finding import find_of, is_found
from ..page import Section
from ..visit import Visit
from . import gist
from .amounts import amount_words, sees_amounts
from .business import settings_section
from .card import card, choice
from .setting_edit import change_column, may_change

_TITLE: Text = "What records are taken for"
_NAME = "map"
KIND, _ONLY = "map-kind", "map-only"
_MOST = 50


def mapping() -> Section:
    """The list of the records of one kind, searchable, those that no rule knows first."""
    return settings_section("mapping", _TITLE, _render, 520, "")


def unmapped_notice() -> Section:
    """How much no rule knows, with the way to the list; nothing where all is known."""
    return Section(
        name="unmapped",
        render=_notice,
        skeleton=skeleton.of_height(90),
        label="What no rule knows",
        permission=Permission.VIEW_SETTINGS,
    )


def _render(visit: Visit, found: Standing) -> Component:
    try:
        snapshot = visit.snapshot
    except NoSnapshotError:
        return card(_TITLE, nothing(_("The first sync brings what there is to tell apart.")))
    kind = kind_asked(visit, SINGLY)
    every = members(snapshot, kind, found.next)
    judge = Judge(found.next, kind)
    told = {one.key: judge.verdict(one) for one in every}
    unknown = [one for one in every if told[one.key].value is None]
    all_ruled = MAPPED[kind].default is None  # what nobody speaks of is told apart
    only = bool(unknown) and visit.query.get(_ONLY) == "open"
    offered = unknown if only else [*unknown, *(one for one in every if one not in unknown)]
    search = find_of(visit, _NAME)
    hits = [
        one
        for one in offered
        if is_found(f"{one.code} {one.name} {one.type} {_words(kind, told[one.key].value)}", search)
    ]
    body: list[Component | None] = [
        choice(visit, KIND, {key: _(KINDS[key].every) for key in SINGLY}, kind, _(_TITLE)),
        html.Div(
            [
                search_box(visit, _NAME, _(KINDS[kind].every)),
                _only(visit, len(unknown), len(every), only) if all_ruled else None,
            ],
            className="list-tools",
        ),
    ]
    if not every:
        body.append(nothing(_("There are none.")))
    elif search and not hits:
        rows = _("the {count} rows", count=formats.count(len(offered)))
        body.append(nothing_found(visit, _NAME, rows))
    else:
        if search:
            body.append(found_line(visit, _NAME, len(hits), len(offered)))
        body.append(_table(visit, found, kind, hits[:_MOST]))
        if len(hits) > _MOST:
            body.append(
                html.P(
                    _(
                        "The first {count} of {total}; search for the others.",
                        count=_MOST, total=formats.count(len(hits)),
                    ),
                    className="hint",
                )
            )  # fmt: skip
    return card(
        _TITLE,
        body,
        says=_("By rules, or one by one: what is said of a record goes before the rules"),
        gist=_gist(unmapped(snapshot, found.next), found),
    )


def _gist(lacking: Mapping[str, Sequence[Member]], found: Standing) -> Gist:
    """How many no rule knows, of which kinds; how many somebody told one by one."""
    told = gist.of_settings(
        ((_("Unmapped"), formats.count(sum(map(len, lacking.values())))),),
        found,
        (place for place in (*found.next.decided, *found.waiting) if place[0] == MAP),
    )
    kinds = [
        (_(KINDS[kind].every), formats.count(len(several))) for kind, several in lacking.items()
    ]
    return (told[0], *kinds, *told[1:])


def _only(visit: Visit, unknown: int, every: int, only: bool) -> Component | None:
    if not unknown:
        text = _("A rule knows each of the {count}", count=formats.count(every))
        return done(text) if every else None
    options = {
        "": _("All {count}", count=formats.count(every)),
        "open": _("Unmapped {count}", count=formats.count(unknown)),
    }
    return choice(visit, _ONLY, options, "open" if only else "", _("Which"))


def _table(visit: Visit, found: Standing, kind: str, shown: Sequence[Member]) -> Component:
    about = KINDS[kind]
    with_type = any(one.type for one in shown)
    with_amount = bool(about.amount) and sees_amounts(visit)
    columns: tuple[Column, ...] = (
        *words(_("Name")),
        *(words(_(about.type_)) if with_type else ()),
        *words(_("Taken for"), _("Said by")),
        *numbers(_(about.rows)),
        *(numbers(_(about.amount)) if with_amount else ()),
        *change_column(visit),
    )
    rows: list[list[Cell]] = []
    for one in shown:
        row: list[Cell] = [_named(one)]
        if with_type:
            row.append(one.type)
        row += [_taken(found, kind, one), _said(visit, found, kind, one), formats.count(one.rows)]
        if with_amount:
            row.append(amount_words(kind, one.amount, visit.snapshot.reporting_currency))
        if may_change(visit):
            row.append(change_button(place_of(kind, one), one.name))
        rows.append(row)
    return table(columns, rows, stacks=True)


def kind_asked(visit: Visit, among: Collection[str] = KINDS) -> str:
    """The kind of records that the address asks for; the first, where it asks for none of these."""
    kind = visit.query.get(KIND, "")
    return kind if kind in among else next(iter(among))


def _named(one: Member) -> Component:
    code = (
        html.Span(one.code, className="second-line") if one.code and one.code != one.name else None
    )
    return html.Div([html.Span(one.name, className="wrapping"), code], className="two-lines")


def _words(kind: str, value: str | None) -> str:
    return _("unmapped") if value is None else mapped_words(kind, value)


def _taken(found: Standing, kind: str, one: Member) -> Component:
    now, then = (verdict(business, kind, one).value for business in (found.now, found.next))
    shown = html.Span(
        _words(kind, now), className="wrapping" if now is not None else "wrapping warn"
    )
    return shown if now == then else waiting_cell(shown, _words(kind, then))


def _said(visit: Visit, found: Standing, kind: str, one: Member) -> Component:
    place = place_of(kind, one)
    if place in found.next.decided:
        return said_by(found, place, visit.services.clock(), None)
    said = verdict(found.next, kind, one)
    return html.Span(_("the rules") if said.by_rule else _("nobody"), className="soft")


def _notice(visit: Visit) -> Component | list[Component]:
    found = standing(visit.services)
    lacking = unmapped(visit.snapshot, found.next)
    if not lacking:
        return []
    lines = [
        html.Li(
            dcc.Link(
                _told(visit, kind, several),
                href=f"/settings?{KIND}={kind}&{_ONLY}=open#mapping",
                refresh=False,
            )
        )
        for kind, several in lacking.items()
    ]
    return card(
        "What no rule knows",
        html.Ul(lines, className="waiting-list"),
        says=_(
            "Until somebody says what they are, revenue on projects counts as services and other revenue as other, "
            "bookings count as hard, an account is in no line of the income statement, and internal work has no purpose"
        ),
        gist=[
            (_(KINDS[kind].every), formats.count(len(several))) for kind, several in lacking.items()
        ],
    )


def _told(visit: Visit, kind: str, several: Sequence[Member]) -> str:
    about, rows = KINDS[kind], sum(one.rows for one in several)
    text = ngettext(
        "{kind}: {count} unmapped, {rows} rows", "{kind}: {count} unmapped, {rows} rows", len(several),
        kind=_(about.every), count=formats.count(len(several)), rows=formats.count(rows),
    )  # fmt: skip
    amounts = [one.amount for one in several if one.amount is not None]
    if not amounts or not sees_amounts(visit) or about.is_hours:
        return text
    money = formats.whole_money(
        sum(map(abs, amounts), Decimal(0)), visit.snapshot.reporting_currency
    )
    return _("{text}, {amount}", text=text, amount=money)
