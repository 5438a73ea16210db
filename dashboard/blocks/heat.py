"""A number by two dimensions as a field of cells: blue where there is enough, orange where it is short."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import Compared
from models.metrics.dimensions import DIMENSIONS, Key
from models.metrics.kpi import Kpi, Unit
from models.period import Month, Period
from models.texts import Text, _

from .. import formats
from ..auth.permissions import Permission
from ..components import skeleton
from ..components.opening import Gist
from ..components.states import nothing
from ..components.table import framed
from ..components.tile import definition
from ..page import Section, nothing_else
from ..visit import Visit
from .asking import lines_of, rows_of
from .card import Source, card, choice, empty_card
from .tiles import lacking

_STRONGEST = 42  # per cent of the colour, so that figures stay readable on it
_MOST = 14  # columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Something else that the reader may see in the same field.

    Attributes:
        value: how the address names it.
        within: the dimension and those of its members that it is about.
        source: what it rests on, where a firm may do without.
    """

    value: str
    title: Text
    says: Text
    key: str
    within: tuple[str, tuple[Key, ...]]
    source: Source | None = None


def heat(
    key: str,
    *,
    down: str,
    across: str,
    title: Text,
    months: int = 0,
    says: Text = "",
    name: str = "",
    middle: Decimal = Decimal(0),
    is_load: bool = False,
    most: int = 0,
    permission: Permission | None = None,
    first: Text = "",
    looks: Sequence[Look] = (),
) -> Section:
    """A number by two dimensions: of the months from the running one on, or of the period.

    Args:
        down, across: the dimensions of rows and columns.
        months: how many, the running one included; 0: the period, the largest members first.
        middle: what is neither too little nor too much; colours tell how far a number is from it.
        is_load: above the middle is too much, not enough.
        most: how many rows, those with the least first; 0 for all, by name.
        permission: what a person needs beside the page's to see it.
        looks: what else may be shown instead, `first` being what the number itself is called among them.
    """
    own = name or key

    def render(visit: Visit) -> Component:
        look = next((one for one in looks if one.value == visit.query.get(f"{own}-shows")), None)
        tools = _choice(visit, own, title, first, looks, look)
        if look is not None:
            visit = visit.of_members(*look.within)
        kpi = kpis()[look.key if look else key]
        if missing := visit.ask.lacks(kpi, down, across):
            return empty_card(title, lacking(missing))
        running = Month.of(visit.snapshot.today)
        period = Period(running, running.plus(months - 1)) if months else visit.period
        told = visit.ask.compare([kpi], [period], by=(down, across), bases=())
        cells = {
            (line.row.dimensions[down], line.row.dimensions[across]): line
            for line in lines_of(visit, told[kpi.key, period])
            if line.row.value is not None
        }
        if not cells:
            return card(title, nothing(_empty(visit, months, look)), tools=tools)
        field = _Field(kpi, (down, across), period, middle, is_load, most, not months, bool(look))
        return card(
            title,
            _table(visit, cells, field),
            says=(look.says if look else says) or None,
            gist=_gist(cells, field),
            tools=tools,
            definition=definition(kpi),
        )

    return Section(
        name=own,
        render=render,
        skeleton=skeleton.of_height(skeleton.rows(most or 5)),
        label=title,
        permission=permission,
        kept=nothing_else,
    )


def _choice(
    visit: Visit, name: str, title: Text, first: Text, looks: Sequence[Look], look: Look | None
) -> Component | None:
    options = {"": first, **{one.value: one.title for one in looks}}
    label = _("{title} by", title=_(title))
    return choice(visit, f"{name}-shows", options, look.value if look else "", label)


def _empty(visit: Visit, months: int, look: Look | None) -> str:
    """Why nothing is shown."""
    if look is not None and look.source is not None and look.source.lacks(visit):
        return _(look.source.missing)
    return _("Nothing is known of the weeks ahead.") if months else _("Nothing in this period.")


@dataclass(frozen=True, slots=True)
class _Field:
    kpi: Kpi
    by: tuple[str, str]
    period: Period
    middle: Decimal
    is_load: bool
    most: int
    by_size: bool  # of rows and columns the largest first
    is_plain: bool  # an amount, neither good nor bad

    @property
    def is_amount(self) -> bool:
        """Whether more is just more, neither good nor bad."""
        return self.by_size or self.is_plain

    def distance(self, line: Compared) -> Decimal:
        """How far a number is on the good side of the middle; below zero on the other."""
        found = (line.row.value or Decimal(0)) - self.middle
        return -found if self.is_load else found


_Cells = Mapping[tuple[Any, Any], Compared]


def _gist(cells: _Cells, field: _Field) -> Gist:
    """The cell that is the shortest, or of an amount the largest."""

    def worth_telling(line: Compared) -> Decimal:
        return -(line.row.value or Decimal(0)) if field.is_amount else field.distance(line)

    line = min(cells.values(), key=worth_telling)
    name = ", ".join(line.row.labels[one] for one in field.by)
    return ((name, formats.short(line.row.value or Decimal(0), field.kpi.unit, line.row.currency)),)


def _members(cells: _Cells, field: _Field) -> list[tuple[str, Any]]:
    """The rows: by name, or those with the least, or with the most."""
    rows = _named(cells, field, 0)
    if field.by_size:
        return rows[: field.most or _MOST]
    if not field.most:
        return rows
    sums = _sums(cells, 0)
    return sorted(rows, key=lambda row: sums[row[1]])[: field.most]


def _named(cells: _Cells, field: _Field, place: int) -> list[tuple[str, Any]]:
    """Names and keys of one of the two dimensions: by name, or the largest first."""
    by = field.by[place]
    found = sorted({(line.row.labels[by], key[place]) for key, line in cells.items()})
    if not field.by_size:
        return found
    sums = _sums(cells, place)
    return sorted(found, key=lambda one: -sums[one[1]])


def _sums(cells: _Cells, place: int) -> dict[Any, Decimal]:
    found: dict[Any, Decimal] = defaultdict(Decimal)
    for key, line in cells.items():
        found[key[place]] += line.row.value or 0
    return found


def _table(visit: Visit, cells: _Cells, field: _Field) -> Component:
    by = field.by
    rows, heads = _members(cells, field), _named(cells, field, 1)[:_MOST]
    widest = max(abs(field.distance(line)) for line in cells.values()) or Decimal(1)
    widest = (
        min(widest, field.middle) if field.middle else widest
    )  # one far out must not pale the rest
    head = html.Tr(
        [
            html.Th(_(DIMENSIONS[by[0]].title), scope="col"),
            *(html.Th(label, scope="col", className="figures") for label, _ in heads),
        ]
    )
    body = [
        html.Tr(
            [
                html.Th(label, scope="row"),
                *(
                    _cell(visit, cells.get((key, column)), field, (key, column), widest)
                    for _, column in heads
                ),
            ]
        )
        for label, key in rows
    ]
    return framed([html.Thead(head), html.Tbody(body)], "heat", folds=True)


def _cell(
    visit: Visit,
    line: Compared | None,
    field: _Field,
    keys: Sequence[Any],
    widest: Decimal,
) -> Component:
    kpi, value = field.kpi, line.row.value if line else None
    if line is None or value is None:
        return html.Td(formats.MISSING, className="figures")
    distance = field.distance(line)
    share = int(min(abs(distance) / widest, Decimal(1)) * _STRONGEST)
    members = list(zip(field.by, keys, strict=True))
    href = rows_of(visit, kpi, kpi.record, period=field.period, members=members)
    text = _short(value, kpi, line.row.currency)
    return html.Td(
        dcc.Link(text, href=href, refresh=False) if href else text,
        className="figures "
        + ("plain" if field.is_plain else "short" if distance < 0 else "enough"),
        style={"--heat": f"{share}%"},
        title=formats.exact(value, kpi.unit, line.row.currency),
    )


def _short(value: Decimal, kpi: Kpi, currency: str | None) -> str:
    """As little as can be read: the heading says the unit."""
    if kpi.unit is Unit.PERCENT:
        return formats.percent(value, 0)
    if kpi.unit is Unit.HOURS:
        return formats.short_hours(value)
    return formats.short(value, kpi.unit, currency)
