"""The controls there are: what each compares, whether it holds, how much is open, where the rest is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from models.links_in_doubt import findings as links_that_fail
from models.links_in_doubt import suggestions
from models.texts import Text, _

from .. import findings, formats, operations
from ..auth.permissions import Permission, may
from ..components import skeleton
from ..components.icons import icon
from ..components.table import Cell, numbers, table, words
from ..components.words import SYSTEM_TITLES
from ..page import Section
from ..visit import Visit
from . import gist
from .asking import line_of
from .card import card
from .sides import known_to_both
from .tiles import late_sources


@dataclass(frozen=True, kw_only=True)
class Control:
    """A control as it stands.

    Attributes:
        holds: None where nothing could be compared.
        checked, open: how many things were looked at, and how many of them do not hold.
        detail: the first of what does not hold, in words.
        place: the page that tells the rest.
        apart: titles of the numbers that differ.
        is_period: whether it speaks of the period chosen, which may just not be over.
    """

    title: Text
    compares: Text
    holds: bool | None
    checked: int
    open: int
    detail: str = ""
    place: str = ""
    is_period: bool = False
    apart: Sequence[Text] = ()


_LINKS: Mapping[str, Text] = {
    "customer": "links of customers",
    "project": "links of projects",
    "person": "links of people",
    "department": "links of departments",
    "service": "links of services",
    "invoice": "links of invoices",
}
_TABLES = {"person": "user"}  # of SuiteProjects Pro; each other kind is called as its table is


def controls() -> Section:
    """The list of controls as a section."""
    return Section(
        name="controls",
        render=_render,
        skeleton=skeleton.of_height(624),
        label="General controls",
    )


def _render(visit: Visit) -> Component:
    told = standing(visit)
    judged = [one.holds for one in told if one.holds is not None]
    return card(
        _("General controls"),
        _table(visit, told),
        says=_("as of the newest data, each run anew"),
        gist=gist.of_holding(sum(judged), len(judged)),
    )


def standing(visit: Visit) -> list[Control]:
    """Every control, as it stands for this visit."""
    return [
        _agreement(visit),
        _proof(visit),
        _links(visit),
        _quarantine(visit),
        _freshness(visit),
        _alarms(visit),
        _periods(visit),
    ]


def _agreement(visit: Visit) -> Control:
    wanted = known_to_both()
    found = visit.ask.compare(wanted, [visit.period], bases=())
    lines = [
        (kpi, line)
        for kpi in wanted
        if (line := line_of(visit, found.get((kpi.key, visit.period))))
        and line.row.within_tolerance is not None
    ]
    apart = [kpi.title for kpi, line in lines if not line.row.within_tolerance]
    return Control(
        title="The two systems agree",
        compares="every number that NetSuite and SuiteProjects Pro both know, against its tolerance",
        holds=not apart if lines else None,
        checked=len(lines),
        open=len(apart),
        detail=first_of([_(title) for title in apart]),
        apart=apart,
    )


def _proof(visit: Visit) -> Control:
    proofs = operations.proofs(visit.services.record)
    compared = [one for one in proofs if one.state != "not_checked"]
    differing = [visit.titles.full(one.entity) for one in compared if one.state == "differs"]
    return Control(
        title="The mirror equals its sources",
        compares="how many records there are and what they add up to, month by month",
        holds=not differing if compared else None,
        checked=len(compared),
        open=len(differing),
        detail=first_of(differing),
        place="/sync",
    )


def _links(visit: Visit) -> Control:
    likely, wrong = suggestions(visit.snapshot), links_that_fail(visit.snapshot)
    if may(visit.person, Permission.MANAGE_LINKS):  # who sees these records, whatever the scope
        told = [_named(one.kind, one.suiteprojects_name, one.suiteprojects_id) for one in likely]
        told += [_named(one.kind, one.name, one.suiteprojects_id) for one in wrong]
    else:
        told = [_(_LINKS[kind]) for kind in dict.fromkeys(one.kind for one in (*likely, *wrong))]
    return Control(
        title="Every record has its twin",
        compares="what one system says is in the other, record by record",
        holds=not likely and not wrong,
        checked=sum(
            known.rows
            for kind in _LINKS
            if (known := visit.snapshot.entities.get(f"suiteprojects__{_TABLES.get(kind, kind)}"))
        ),
        open=len(likely) + len(wrong),
        detail=first_of(told),
    )


def _named(kind: str, name: str | None, id_: int) -> str:
    """A record of SuiteProjects Pro, by its name or number where it has one: 'Invoice IV-12 (7)', 'Invoice 7'."""
    told = f"{name} ({id_})" if name else str(id_)
    return f"{_(kind.capitalize())} {told}"


def _quarantine(visit: Visit) -> Control:
    held = findings.quarantined_by_entity(visit.services.record)
    rows = sum(one.rows for one in visit.snapshot.entities.values())
    return Control(
        title="Every record counts",
        compares="records that could not be used are set aside with their reason, never dropped",
        holds=not held,
        checked=rows,
        open=sum(held.values()),
        detail=first_of([visit.titles.full(entity) for entity in held]),
        place="/sync",
    )


def _freshness(visit: Visit) -> Control:
    late = late_sources(visit)
    return Control(
        title="The data is fresh",
        compares="the age of each system's newest complete set",
        holds=not late,
        checked=len(SYSTEM_TITLES),
        open=len(late),
        detail=first_of(list(late.values())),
        place="/sync",
    )


def _alarms(visit: Visit) -> Control:
    alarms = visit.alarms
    return Control(
        title="No alarm is open",
        compares="what the sync could not settle by itself",
        holds=not alarms,
        checked=len(visit.snapshot.entities),
        open=len(alarms),
        detail=first_of([alarm.text for alarm in alarms])
        if may(visit.person, Permission.VIEW_OPERATIONS)
        else "",
        place="/sync",
    )


def _periods(visit: Visit) -> Control:
    closed, period = visit.snapshot.last_closed_month, visit.period
    months = period.months
    still = [formats.month_name(month) for month in months if month > closed]
    return Control(
        title="The period is closed",
        compares="whether NetSuite's books are closed, so that nothing moves any more",
        holds=not still,
        checked=len(months),
        open=len(still),
        detail=first_of(still),
        is_period=True,
    )


def first_of(found: Sequence[str]) -> str:
    """The first, and how many more there are."""
    if not found:
        return ""
    return (
        found[0]
        if len(found) == 1
        else _("{name} and {count} more", name=found[0], count=len(found) - 1)
    )


def _table(visit: Visit, told: list[Control]) -> Component:
    columns = (
        *words(_("Control"), _("State")),
        *numbers(_("Compared"), _("Open")),
        *words(_("First of them")),
    )
    return table(columns, [_row(visit, one) for one in told], stacks=True)


def _row(visit: Visit, one: Control) -> list[Cell]:
    detail: Cell = html.Span(one.detail, className="wrapping") if one.detail else ""
    if one.place and one.open and may(visit.person, Permission.VIEW_OPERATIONS):
        detail = dcc.Link(
            one.detail or _("See there"), href=one.place, refresh=False, className="wrapping"
        )
    return [
        html.Span([_(one.title), html.Span(_(one.compares), className="second-line wrapping")]),
        _state(one.holds),
        formats.count(one.checked),
        formats.count(one.open),
        detail,
    ]


def _state(holds: bool | None) -> Component:
    if holds is None:
        return html.Span(_("nothing to compare"), className="verdict")
    name, text, tone = ("check", _("holds"), "good") if holds else ("alert", _("open"), "bad")
    return html.Span([icon(name), text], className=f"verdict {tone}")
