"""A list of members with several numbers each: sorted and paged by the server, a total on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dash import dcc, html
from dash.development.base_component import Component
from flask import abort

from models.metrics.answer import RowPage
from models.metrics.compare import Against, Compared
from models.metrics.dimensions import DIMENSIONS, Key
from models.metrics.kpi import Basis, Kpi, Side, Unit
from models.texts import Text, _

from .. import formats
from ..auth.permissions import Permission, may
from ..components import skeleton
from ..components.changes import arrow, change_text
from ..components.export_link import export_links
from ..components.icons import icon
from ..components.list_tools import column_chooser, found_line, nothing_found, search_box
from ..components.opening import Gist
from ..components.table import framed, labelled
from ..components.words import BADGES
from ..finding import find_of, hidden_of, is_found, left
from ..page import Order, Section, page_at
from ..visit import Visit
from . import gist
from .asking import line_of, member_address
from .breakdown import change_cell, number_cell
from .card import card, empty_card, nothing_here, with_parameters
from .member_extras import Extras, extras_of, spark_cell, weeks_cell
from .member_lines import (
    Column,
    able_columns,
    asked,
    label_of,
    member_lines,
    ordered_keys,
)
from .member_rows import rows_of_members
from .tiles import lacking

PER_PAGE = 20


def both(key: str) -> Column:
    """A number as both systems have it."""
    return Column(key=key, both=True)


def changed(key: str) -> Column:
    """A number and how it changed."""
    return Column(key=key, change=True)


def heated(key: str) -> Column:
    """A number whose colour tells how it moved against its plan, else against the year before."""
    return Column(key=key, heat=True)


def as_of_today(key: str) -> Column:
    """A number as it stands today, whichever period was chosen."""
    return Column(key=key, now=True)


def traced(key: str, *, change: bool = False) -> Column:
    """A number and its line of thirteen months."""
    return Column(key=key, spark=True, change=change)


def weekly(key: str, weeks: int) -> Column:
    """A share of something that there is, week by week from the running one on."""
    return Column(key=key, weeks=weeks)


def flagged(key: str) -> Column:
    """A number that should be zero: what is not bears a mark."""
    return Column(key=key, flag=True)


def listing(
    by: str,
    columns: Sequence[Column | str],
    *,
    title: Text,
    name: str = "",
    sort: str = "",
    class_name: str = "",
    permission: Permission | None = None,
    most: int = PER_PAGE,
    says: Text = "",
) -> Section:
    """A list of the members of a dimension.

    Args:
        most: how many stand on one page of it.
        columns: KPIs; a key stands for a plain column.
        sort: the KPI it is sorted by at first, '-key' for the largest first; else the first, largest first.
        permission: what a person needs beside the page's to see it.
    """
    own = name or f"{by}s"
    told = [one if isinstance(one, Column) else Column(key=one) for one in columns]
    first = sort or f"-{told[0].key}"

    def ordered(visit: Visit) -> str:
        asked = visit.query.get(f"{own}-sort", first)
        key = asked.lstrip("-")
        return asked.replace(key, visit.kpi(key).key) if key in {one.key for one in told} else asked

    def all_of(visit: Visit) -> list[Column]:
        return [replace(one, key=visit.kpi(one.key).key) for one in told]

    def chosen(visit: Visit) -> list[Column]:
        kept = left([one.key for one in all_of(visit)], hidden_of(visit, own))
        return [one for one in all_of(visit) if one.key in kept]

    def render(visit: Visit) -> Component:
        offered = {one.key: _(one.kpi.title) for one in able_columns(visit, by, all_of(visit))}
        tools = [column_chooser(visit, own, offered), *_files(visit, own)]
        return _render(visit, by, chosen(visit), own, (title, says), ordered(visit), most, tools)

    def rows(visit: Visit, offset: int, limit: int | None, _order: Order) -> RowPage:
        if permission is not None and not may(visit.person, permission):
            abort(403)
        find = find_of(visit, own)
        return rows_of_members(visit, by, chosen(visit), ordered(visit), offset, limit, find)

    return Section(
        kept=lambda visit: hidden_of(visit, own),
        name=own,
        render=render,
        skeleton=skeleton.of_height(skeleton.rows((most if by in _MANY else 8) + 1)),
        label=title,
        class_name=class_name,
        permission=permission,
        rows=rows,
    )


def _render(
    visit: Visit,
    by: str,
    columns: Sequence[Column],
    name: str,
    words: tuple[str, str],
    sort: str,
    most: int,
    tools: Sequence[Component | None],
) -> Component:
    title, says = words
    able = able_columns(visit, by, columns)
    if not able:
        return empty_card(title, lacking(visit.ask.lacks(columns[0].kpi, by)))
    lines = member_lines(visit, by, able)
    ordered = ordered_keys(lines, sort, able[0].key, by)
    if not ordered:
        return empty_card(title, nothing_here(visit))
    whole = asked(visit, able)
    find, count = find_of(visit, name), len(ordered)
    ordered = [key for key in ordered if is_found(label_of(key, lines, by), find)]
    page = _page(visit, name, len(ordered), most)
    totals = {key: line_of(visit, found) for key, found in whole.items()}
    shown = ordered[page * most : (page + 1) * most]
    extras = extras_of(visit, by, able, shown)
    whole_of = _("Total of all {count}", count=formats.count(count)) if find else _("Total")
    body = [_row(visit, by, able, totals, None, whole_of, extras)]
    body += [
        _row(
            visit,
            by,
            able,
            {k: found.get(key) for k, found in lines.items()},
            key,
            label_of(key, lines, by),
            extras,
        )
        for key in shown
    ]
    frame = framed(
        [_head(visit, by, able, name, sort), html.Tbody(body)],
        f"listing stacks threes of-{by}",
        folds=True,
    )
    searches = by in _MANY or count > most
    return card(
        title,
        [
            _found(visit, name, len(ordered), count) if find else None,
            frame,
            _pager(visit, name, page, len(ordered), most),
        ],
        says=says or None,
        gist=_gist(able, totals, sort, count),
        tools=[search_box(visit, name, title) if searches else None, *tools],
    )


def _gist(
    able: Sequence[Column], totals: Mapping[str, Compared | None], sort: str, count: int
) -> Gist:
    """How many there are, and together the number that they are sorted by."""
    first = next((one.kpi for one in able if one.key == sort.lstrip("-")), able[0].kpi)
    return (
        (_("Lines"), formats.count(count)),
        *gist.of_kpis([(first, totals.get(first.key))]),
    )


def _found(visit: Visit, name: str, found: int, count: int) -> Component:
    """How much of a list holds what is looked for."""
    if not found:
        return nothing_found(visit, name, _("all {count}", count=formats.count(count)))
    return found_line(visit, name, found, count)


def _files(visit: Visit, name: str) -> list[Component | None]:
    """The buttons that take the list along."""
    key = page_at(visit.path)
    return list(export_links(visit, f"{key}-{name}", small=True)) if key else []


_MANY = frozenset({"project", "customer", "person"})  # dimensions that fill a page of the list
_UNITS: Mapping[Unit, Text] = {
    Unit.HOURS: "{title},\u00a0h",
    Unit.DAYS: "{title},\u00a0days",
}  # told once, in the head


def _page(visit: Visit, name: str, count: int, most: int) -> int:
    asked = visit.query.get(f"{name}-page", "1")
    last = max((count - 1) // most, 0)
    return min(max(int(asked) - 1, 0), last) if asked.isdecimal() else 0


def _head(visit: Visit, by: str, columns: Sequence[Column], name: str, sort: str) -> Component:
    cells = [_sorter(visit, name, by, _(DIMENSIONS[by].title), sort, "")]
    for one in columns:
        if one.weeks:
            cells.append(
                html.Th(_("{title}, %", title=one.title), scope="col", className="weeks-head")
            )
            continue
        for side in one.sides:
            text = f"{one.title} {BADGES[side]}" if one.both else _headed(one)
            if side is one.kpi.record:
                cells.append(_sorter(visit, name, one.key, text, sort, "figures"))
            else:
                cells.append(html.Th(BADGES[side], scope="col", className="figures"))
        if one.change:
            cells.append(
                html.Th("Δ", scope="col", className="figures", title=_("against the year before"))
            )
        if one.spark:
            cells.append(html.Th(_("13 months"), scope="col", className="figures"))
    return html.Thead(html.Tr(cells))


def _headed(column: Column) -> str:
    """The title, with the unit where it does not say it itself."""
    unit = column.kpi.unit
    if unit not in _UNITS or "days" in column.kpi.title.lower():
        return column.title
    return _(_UNITS[unit], title=column.title)


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
    extras: Extras,
) -> Component:
    members = [] if key is None else [(by, key)]
    href = member_address(visit, by, key) if key is not None else None
    inner: Component | str = dcc.Link(label, href=href, refresh=False) if href else label
    cells: list[Component] = []
    for one in columns:
        if one.weeks:
            cells.append(weeks_cell(visit, by, one, extras, key))
            continue
        line = found.get(one.key)
        at = visit.today if one.now else visit
        cells += [_number(at, one, line, side, members) for side in one.sides]
        if one.change:
            cells.append(_change(line, one.kpi))
        if one.spark:
            cells.append(spark_cell(one, extras, key, label))
    return html.Tr(
        [html.Th(inner, scope="row", title=label), *labelled(cells, _labels(columns))],
        className="total-row" if key is None else "",
    )


def _labels(columns: Sequence[Column]) -> list[str]:
    """What each cell of a row is called where a narrow screen has no room for heads."""
    found: list[str] = []
    for one in columns:
        if one.weeks:
            found.append(one.title)
            continue
        found += [f"{one.title} {BADGES[side]}" if one.both else _headed(one) for side in one.sides]
        found += ["Δ"] * one.change + [_("13 months")] * one.spark
    return found


def _number(
    visit: Visit,
    column: Column,
    line: Compared | None,
    side: Side,
    members: Sequence[tuple[str, Key]],
) -> Component:
    if line is None:
        return html.Td(formats.MISSING, className="figures")
    cell = number_cell(visit, column.kpi, line, side, members, is_bare=True)
    if not column.both:  # nothing beside it that it is told apart from
        cell.className = cell.className.replace(" of-record", "")
    if column.flag and line.row.value:
        cell.children = [icon("alert"), " ", cell.children]
        cell.className += " bad"
    against = _reference(line)
    if column.heat and against is not None and against.improved is not None:
        cell.className += " warm-good" if against.improved else " warm-bad"
        text, full = change_text(against, column.kpi, line.row.currency)
        cell.children = [
            cell.children,
            html.Span([*arrow(against, text), text], className="heat-change"),
        ]
        cell.title = full
    return cell


def _reference(line: Compared) -> Against | None:
    """What a change is told against: the plan where there is one, else what lies longest back."""
    known = [one for one in line.against.values() if one.delta is not None]
    planned = [one for one in known if one.basis is Basis.PLAN]
    years = [one for one in known if one.basis is Basis.PRIOR_YEAR]
    return next(iter([*planned, *years, *known]), None)


def _change(line: Compared | None, kpi: Kpi) -> Component:
    against = _reference(line) if line else None
    if line is None or against is None:
        return html.Td(formats.MISSING, className="figures")
    return change_cell(against, kpi, line.row.currency)


def _pager(visit: Visit, name: str, page: int, count: int, most: int) -> Component | None:
    if count <= most:
        return None
    first, last = page * most + 1, min((page + 1) * most, count)
    steps = [(_("Earlier"), page, page > 0), (_("Next"), page + 2, last < count)]
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
        [
            html.Span(
                _("{first}–{last} of {count}", first=first, last=last, count=formats.count(count))
            ),
            *links,
        ],
        className="pager",
        **{"aria-label": _("Pages of the list")},
    )
