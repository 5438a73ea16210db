"""A list of members with several numbers each: sorted and paged by the server, a total on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import Compared
from models.metrics.dimensions import DIMENSIONS, Key
from models.metrics.kpi import Kpi, Side

from .. import formats
from ..auth.permissions import Permission
from ..components import skeleton
from ..components.states import nothing
from ..components.words import BADGES
from ..page import Section
from ..visit import Visit
from .asking import line_of, lines_of, member_address
from .breakdown import change_cell, number_cell
from .card import card, with_parameters
from .tiles import lacking

PER_PAGE = 20


@dataclass(frozen=True, kw_only=True)
class Column:
    """One number of a list.

    Attributes:
        both: whether the other system's number stands beside it.
        change: whether its change against the year before (or the plan) stands beside it.
    """

    key: str
    both: bool = False
    change: bool = False

    @property
    def kpi(self) -> Kpi:
        """Its declaration."""
        return kpis()[self.key]

    @property
    def sides(self) -> tuple[Side, ...]:
        """The systems shown, the one of record first."""
        record = self.kpi.record
        return (record, *(one for one in Side if one is not record)) if self.both else (record,)


def both(key: str) -> Column:
    """A number as both systems have it."""
    return Column(key=key, both=True)


def changed(key: str) -> Column:
    """A number and how it changed."""
    return Column(key=key, change=True)


def listing(
    by: str,
    columns: Sequence[Column | str],
    *,
    title: str,
    name: str = "",
    sort: str = "",
    class_name: str = "",
    permission: Permission | None = None,
) -> Section:
    """A list of the members of a dimension.

    Args:
        columns: KPIs; a key stands for a plain column.
        sort: the KPI it is sorted by at first, '-key' for the largest first; else the first, largest first.
        permission: what a person needs beside the page's to see it.
    """
    own = name or f"{by}s"
    told = [one if isinstance(one, Column) else Column(key=one) for one in columns]
    first = sort or f"-{told[0].key}"

    def render(visit: Visit) -> Component:
        return _render(visit, by, told, own, title, visit.query.get(f"{own}-sort", first))

    return Section(
        name=own,
        render=render,
        skeleton=skeleton.of_height(520),
        label=title,
        class_name=class_name,
        permission=permission,
    )


def _render(
    visit: Visit, by: str, columns: Sequence[Column], name: str, title: str, sort: str
) -> Component:
    able = [one for one in columns if not visit.ask.lacks(one.kpi, by)]
    if not able:
        return card(title, nothing(lacking(visit.ask.lacks(columns[0].kpi, by))))
    wanted = {one.key: one.kpi for one in able}.values()
    told = visit.ask.compare(wanted, [visit.period], by=(by,), bases=None)
    whole = visit.ask.compare(wanted, [visit.period])
    lines = {
        key: {one.row.dimensions[by]: one for one in lines_of(visit, found)}
        for (key, _), found in told.items()
    }
    keys = [
        key
        for key in dict.fromkeys(key for found in lines.values() for key in found)
        if any(_has(found.get(key)) for found in lines.values())
    ]
    if not keys:
        return card(title, nothing("Nothing in this period."))
    ordered = _sorted(keys, lines, sort, able[0].key, by)
    page = _page(visit, name, len(ordered))
    totals = {key: line_of(visit, found) for (key, _), found in whole.items()}
    shown = ordered[page * PER_PAGE : (page + 1) * PER_PAGE]
    body = [_row(visit, by, able, totals, None, "Total")]
    body += [
        _row(
            visit,
            by,
            able,
            {k: found.get(key) for k, found in lines.items()},
            key,
            _label(key, lines, by),
        )
        for key in shown
    ]
    frame = html.Div(
        html.Table(
            [_head(visit, by, able, name, sort), html.Tbody(body)], className="table listing"
        ),
        className="table-frame",
        tabIndex=0,
    )
    return card(title, [frame, _pager(visit, name, page, len(ordered))])


def _has(line: Compared | None) -> bool:
    return line is not None and (line.row.erp is not None or line.row.psa is not None)


def _sorted(
    keys: Sequence[Key],
    lines: Mapping[str, Mapping[Any, Compared]],
    sort: str,
    usual: str,
    by: str,
) -> list[Key]:
    wanted, falling = sort.removeprefix("-"), sort.startswith("-")
    named = sorted(keys, key=lambda key: _label(key, lines, by).casefold())
    if wanted == by:
        return named[::-1] if falling else named
    found = lines.get(wanted) or lines[usual]

    def value(key: Key) -> tuple[bool, Decimal]:
        line = found.get(key)
        number = line.row.value if line else None
        return number is None, (-(number or Decimal(0)) if falling else number or Decimal(0))

    return sorted(named, key=value)


def _label(key: Key, lines: Mapping[str, Mapping[Any, Compared]], by: str) -> str:
    return next(found[key].row.labels[by] for found in lines.values() if key in found)


def _page(visit: Visit, name: str, count: int) -> int:
    asked = visit.query.get(f"{name}-page", "1")
    last = max((count - 1) // PER_PAGE, 0)
    return min(max(int(asked) - 1, 0), last) if asked.isdecimal() else 0


def _head(visit: Visit, by: str, columns: Sequence[Column], name: str, sort: str) -> Component:
    cells = [_sorter(visit, name, by, DIMENSIONS[by].title, sort, "")]
    for one in columns:
        title = one.kpi.title
        for side in one.sides:
            text = f"{title} {BADGES[side]}" if one.both else title
            if side is one.kpi.record:
                cells.append(_sorter(visit, name, one.key, text, sort, "figures"))
            else:
                cells.append(html.Th(BADGES[side], scope="col", className="figures"))
        if one.change:
            cells.append(
                html.Th("Δ", scope="col", className="figures", title="against the year before")
            )
    return html.Thead(html.Tr(cells))


def _sorter(visit: Visit, name: str, key: str, text: str, sort: str, class_name: str) -> Component:
    """A head that sorts: the largest first, then the smallest."""
    now = {f"-{key}": "descending", key: "ascending"}.get(sort)
    wanted = key if now == "descending" or (now is None and not class_name) else f"-{key}"
    mark = {"descending": " ↓", "ascending": " ↑"}.get(now or "", "")
    href = with_parameters(visit, **{f"{name}-sort": wanted, f"{name}-page": None})
    more = {"aria-sort": now} if now else {}
    return html.Th(
        dcc.Link(f"{text}{mark}", href=href, refresh=False, className="sorter"),
        scope="col",
        className=class_name,
        **more,
    )


def _row(
    visit: Visit,
    by: str,
    columns: Sequence[Column],
    found: Mapping[str, Compared | None],
    key: Key | None,
    label: str,
) -> Component:
    members = [] if key is None else [(by, key)]
    href = member_address(visit, by, key) if key is not None else None
    inner: Component | str = dcc.Link(label, href=href, refresh=False) if href else label
    cells: list[Component] = []
    for one in columns:
        line = found.get(one.key)
        cells += [
            number_cell(visit, one.kpi, line, side, members)
            if line
            else html.Td(formats.MISSING, className="figures")
            for side in one.sides
        ]
        if one.change:
            cells.append(_change(line, one.kpi))
    return html.Tr(
        [html.Th(inner, scope="row", title=label), *cells],
        className="total-row" if key is None else "",
    )


def _change(line: Compared | None, kpi: Kpi) -> Component:
    known = [one for one in line.against.values() if one.delta is not None] if line else []
    if line is None or not known:
        return html.Td(formats.MISSING, className="figures")
    return change_cell(known[-1], kpi, line.row.currency)


def _pager(visit: Visit, name: str, page: int, count: int) -> Component | None:
    if count <= PER_PAGE:
        return None
    first, last = page * PER_PAGE + 1, min((page + 1) * PER_PAGE, count)
    steps = [("Earlier", page, page > 0), ("Next", page + 2, last < count)]
    links = [
        dcc.Link(
            words,
            href=with_parameters(visit, **{f"{name}-page": str(number)}),
            refresh=False,
            className="button",
        )
        for words, number, possible in steps
        if possible
    ]
    return html.Nav(
        [html.Span(f"{first}–{last} of {formats.count(count)}"), *links],
        className="pager",
        **{"aria-label": "Pages of the list"},
    )
