"""What wants somebody's hand: each rule that fired, how much hangs on it, on whom, and the place to act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics import members
from models.metrics.catalogue import kpis
from models.metrics.compare import Compared
from models.metrics.kpi import Kpi, Unit
from models.texts import Text, _, within

from .. import formats
from ..auth.permissions import may
from ..components import skeleton
from ..components.states import nothing
from ..components.table import Cell, Column, numbers, table, words
from ..components.tile import definition
from ..page import Section, pages
from ..visit import Visit
from . import gist
from .asking import line_of, lines_of, member_address, rows_of
from .card import card
from .controls import standing

_ORDER = (Unit.MONEY, Unit.COUNT, Unit.HOURS)


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A number that should be zero.

    Attributes:
        by: the dimension whose largest member is named.
        page: key of the page where one acts on it.
        is_today: it is known as it stands today alone.
    """

    key: str
    by: str
    page: str
    is_today: bool = False


def exceptions(
    *watched: Watch, title: Text, name: str = "exceptions", class_name: str = ""
) -> Section:
    """The list as a section: what is not zero, money first, the largest first; then controls that do not hold."""

    def render(visit: Visit) -> Component:
        found = _fired(visit, watched)
        rows = [_row(visit, one, line, member) for one, line, member in found]
        rows += _controls(visit)
        if not rows:
            return card(
                title,
                nothing(_("Nothing wants a hand: no rule has fired, and every control holds.")),
            )
        columns = (
            *words(_("What")),
            *numbers(_("How much")),
            *words(_("Most of it")),
            Column(_("Owner"), minor=True),
            *words(_("Act on")),
        )
        count = formats.count(len(rows))
        return card(
            title,
            table(columns, rows, stacks=True),
            says=_("{count} open; the largest sums first", count=count),
            gist=gist.in_words(_("{count} open", count=count)),
        )

    return Section(
        name=name,
        render=render,
        skeleton=skeleton.of_height(427),
        label=title,
        class_name=class_name,
    )


_Fired = tuple[Watch, Compared, Compared | None]


def _fired(visit: Visit, watched: Sequence[Watch]) -> list[_Fired]:
    found: list[_Fired] = []
    for is_today in (False, True):
        looking = visit.today if is_today else visit
        some = {one.key: one for one in watched if one.is_today is is_today}
        told = looking.ask.compare([kpis()[key] for key in some], [looking.period], bases=())
        over = {
            key: line
            for (key, _period), lines in told.items()
            if (line := line_of(looking, lines)) and (line.row.value or Decimal(0)) > 0
        }
        largest = _largest(looking, [some[key] for key in over])
        found += [(some[key], line, largest.get(key)) for key, line in over.items()]
    return sorted(found, key=_weight)


def _weight(fired: _Fired) -> tuple[int, Decimal]:
    watch, line = fired[:2]
    unit = kpis()[watch.key].unit
    return (_ORDER.index(unit) if unit in _ORDER else len(_ORDER)), -(line.row.value or Decimal(0))


def _largest(visit: Visit, watched: Sequence[Watch]) -> Mapping[str, Compared]:
    """Key of the KPI -> the member that has most of it."""
    found: dict[str, Compared] = {}
    for by in dict.fromkeys(one.by for one in watched):
        wanted = [kpis()[one.key] for one in watched if one.by == by]
        told = visit.ask.compare(wanted, [visit.period], by=(by,), bases=())
        for (key, _period), lines in told.items():
            some = [one for one in lines_of(visit, lines) if one.row.value]
            if some:
                found[key] = max(some, key=_size)
    return found


def _size(line: Compared) -> Decimal:
    return line.row.value or Decimal(0)


def _row(visit: Visit, watch: Watch, line: Compared, member: Compared | None) -> list[Cell]:
    looking = visit.today if watch.is_today else visit
    kpi = kpis()[watch.key]
    return [
        html.Span([_(kpi.title), definition(kpi)], className="title-line"),
        _amount(looking, kpi, line),
        _member(visit, kpi, watch.by, member),
        _owner(visit, watch.by, member),
        _place(visit, watch.page),
    ]


def _amount(visit: Visit, kpi: Kpi, line: Compared) -> Cell:
    value = line.row.value or Decimal(0)
    href = rows_of(visit, kpi, kpi.record)
    text = formats.short(value, kpi.unit, line.row.currency)
    full = formats.exact(value, kpi.unit, line.row.currency)
    if href is None:
        return text
    return dcc.Link(
        text, href=href, refresh=False, title=_("{number}: see the rows behind it", number=full)
    )


def _member(visit: Visit, kpi: Kpi, by: str, member: Compared | None) -> Cell:
    if member is None:
        return ""
    label, key = member.row.labels[by], member.row.dimensions[by]
    href = member_address(visit, by, key) if by == "project" else None
    name = dcc.Link(label, href=href, refresh=False) if href else label
    size = formats.short(_size(member), kpi.unit, member.row.currency)
    return html.Span([name, html.Span(f" {size}", className="soft")], className="wrapping")


def _owner(visit: Visit, by: str, member: Compared | None) -> Cell:
    """Who runs the project; of others the systems name nobody."""
    if member is None or by != "project":
        return ""
    key = member.row.dimensions[by]
    facts = (
        members.project(visit.snapshot, key, visit.scope)
        if isinstance(key, int) and key > 0
        else None
    )
    return facts.manager if facts else ""


def _place(visit: Visit, key: str) -> Cell:
    page = pages()[key]
    if not may(visit.person, page.permission):
        return ""
    return dcc.Link(
        _(page.title),
        href=page.path + visit.filters.travelling.search(),
        refresh=False,
        className="act",
    )


def _controls(visit: Visit) -> list[list[Cell]]:
    """The controls that do not hold; a period that is not over yet is none of them."""
    return [
        [
            _("Does not hold: {title}", title=within(one.title)),
            _("{count} open", count=formats.count(one.open)),
            html.Span(one.detail, className="wrapping"),
            "",
            _place(visit, "trust"),
        ]
        for one in standing(visit)
        if one.holds is False and not one.is_period
    ]
