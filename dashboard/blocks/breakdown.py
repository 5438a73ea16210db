"""A number by the members of a dimension: bars, both systems, and how it moved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from dash import dcc, html
from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.compare import Against, Compared
from models.metrics.dimensions import DIMENSIONS
from models.metrics.kpi import Basis, Kpi, Side, Unit
from models.period import week_of
from models.texts import Text, _

from .. import formats
from ..components import skeleton
from ..components.changes import HEADS, arrow, change_text, tone
from ..components.opening import Gist
from ..components.states import nothing
from ..components.table import framed
from ..components.tile import definition
from ..components.track import Mark, Scale, track
from ..components.words import BADGES, OTHER, system_of
from ..page import Section, nothing_else
from ..visit import Visit
from . import gist
from .asking import line_of, lines_of, member_address, rows_of
from .card import (
    Source,
    card,
    choice,
    empty_card,
    history_loading,
    is_loading,
    nothing_here,
    with_parameters,
)
from .tiles import lacking

_TOP = 10
MOST_BESIDE = 2  # columns of numbers that a narrow screen has room for beside a name
_MANY = frozenset({"project", "customer", "person", "week"})  # dimensions that fill the list
_MOST = 200
_Order = Callable[[Sequence[Compared], str], list[Compared]]
_AGREE: Text = "The systems agree on each of them."


def breakdown(
    key: str,
    *,
    by: Sequence[str],
    name: str = "",
    title: Text = "",
    class_name: str = "half",
    in_order: bool = False,
    apart: bool = False,
    overlapping: bool = False,
    says: Text = "",
    empty: Text = "",
    source: Source | None = None,
    top: int = _TOP,
    weeks: int = 0,
) -> Section:
    """A number by one of several dimensions, which the reader chooses.

    Args:
        in_order: the members stand as they are declared (ages, stages) or follow in time, not by size.
        apart: only members on which the systems differ by more than the tolerance, the widest first.
        overlapping: members share what they have, so that a total says nothing.
        empty: what is said while there is nothing, where that has a reason of its own.
        source: what it rests on, where a firm may do without.
        top: how many members show until the reader asks for all.
        weeks: of so many from today on each stands there, whether it has anything or not.
    """
    order = declared_order if in_order else _widest if apart else _largest
    own = name or f"{key}-by"
    how = _How(
        name=own, by=by, order=order, says=says, summed=not overlapping, top=top, weeks=weeks,
        empty=empty or (_AGREE if apart else ""), source=source,
    )  # fmt: skip

    def render(visit: Visit) -> Component:
        kpi = visit.kpi(key)
        asked = visit.query.get(f"{own}-by", "")
        chosen = asked if asked in by else by[0]
        heading = title or kpi.title
        if missing := visit.ask.lacks(kpi, chosen):
            return empty_card(heading, lacking(missing))
        return _render(visit, kpi, chosen, heading, how)

    return Section(
        kept=nothing_else,
        name=own,
        render=render,
        skeleton=skeleton.of_height(603 if by[0] in _MANY and top >= _TOP else 402),
        label=title or kpis()[key].title,
        class_name=class_name,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _How:
    """How a breakdown tells its number: what `breakdown` was given."""

    name: str
    by: Sequence[str]
    order: _Order
    says: Text
    summed: bool
    top: int
    weeks: int
    empty: Text
    source: Source | None


def _render(visit: Visit, kpi: Kpi, chosen: str, heading: str, how: _How) -> Component:
    bases = (Basis.PLAN, Basis.PRIOR_YEAR) if kpi.plan is not None else (Basis.PRIOR_YEAR,)
    whole = visit.ask.compare([kpi], [visit.period], bases=bases)
    total = line_of(visit, whole[kpi.key, visit.period])
    basis = bases[0] if total and total.against[bases[0]].delta is not None else bases[-1]
    told = visit.ask.compare([kpi], [visit.period], by=(chosen,), bases=(basis,))
    lines = [
        one
        for one in lines_of(visit, told[kpi.key, visit.period])
        if one.row.erp is not None or one.row.psa is not None
    ]
    lines = how.order(lines, chosen)
    options = {one: DIMENSIONS[one].title for one in how.by}
    tools = choice(visit, f"{how.name}-by", options, chosen, _("{title} by", title=_(heading)))
    if not lines:
        words = history_loading() if is_loading(total) else _empty(visit, how)
        return card(heading, nothing(words), tools=tools)
    everything = visit.query.get(f"{how.name}-all") == "1"
    shown = lines[: _MOST if everything else how.top]
    return card(
        heading,
        [
            _table(
                visit,
                kpi,
                chosen,
                shown,
                total if how.summed else None,
                basis,
                _still(visit, how, chosen),
            ),
            _more(visit, how, len(lines), len(shown), everything=everything),
        ],
        tools=tools,
        definition=definition(kpi),
        says=how.says or None,
        gist=_gist(kpi, chosen, shown, total, how),
    )


def _empty(visit: Visit, how: _How) -> str:
    """Why nothing is shown."""
    if how.source is not None and how.source.lacks(visit):
        return _(how.source.missing)
    return _(how.empty) or nothing_here(visit)


def _gist(kpi: Kpi, by: str, shown: Sequence[Compared], total: Compared | None, how: _How) -> Gist:
    """The total and the first member; where there is no total, the first members; where the systems differ, by how much."""
    first = shown[0]
    if how.order is _widest:
        return gist.of_difference(first.row.labels[by], kpi, first)
    members = [(one.row.labels[by], kpi, one) for one in shown[:2]]
    return gist.of_lines([(_("Total"), kpi, total), members[0]] if how.summed else members)


def _table(
    visit: Visit,
    kpi: Kpi,
    by: str,
    lines: Sequence[Compared],
    total: Compared | None,
    basis: Basis,
    still: Sequence[str],
) -> Component:
    other = OTHER[kpi.record]
    both = any(one.row.side(other) is not None for one in lines)
    changes = any(against.delta for one in lines for against in one.against.values())
    scale = scale_of(one.row.value for one in lines)
    heads = [
        (BADGES[one], system_of(one)) for one in ((kpi.record, other) if both else (kpi.record,))
    ]
    heads += [(_("Difference"), _("NetSuite less SuiteProjects Pro"))] if both else []
    currency = lines[0].row.currency
    unit = f" ({currency})" if currency else ""
    if changes:
        heads.append(HEADS[basis])
    head = html.Tr(
        [
            html.Th(_(DIMENSIONS[by].title) + unit, scope="col"),
            html.Th("", scope="col", className="bar-head", **{"aria-hidden": "true"}),
            *(
                html.Th(_(text), scope="col", className="figures", title=_(full))
                for text, full in heads
            ),
        ]
    )
    rows = [
        _row(
            visit,
            kpi,
            one,
            [(by, one.row.dimensions[by])],
            one.row.labels[by],
            scale,
            (both, changes, basis),
        )
        for one in lines
    ]
    named = dict(zip((str(one.row.dimensions[by]) for one in lines), rows, strict=True))
    if still:
        named |= {name: _bare_row(name, len(heads)) for name in still if name not in named}
        rows = [named[name] for name in sorted(named)]
    if total is not None:
        rows.insert(0, _row(visit, kpi, total, [], _("Total"), None, (both, changes, basis)))
    kind = f"bars above of-{len(heads)}" if len(heads) > MOST_BESIDE else "bars"
    return framed([html.Thead(head), html.Tbody(rows)], kind, folds=True)


def _still(visit: Visit, how: _How, by: str) -> list[str]:
    """Weeks that have their place though nothing is in them."""
    if by != "week":
        return []
    days = (visit.snapshot.today + timedelta(days=at) for at in range(7 * how.weeks))
    return list(dict.fromkeys(map(week_of, days)))


def _bare_row(name: str, columns: int) -> Component:
    cells = [html.Td(formats.MISSING, className="figures soft") for _place in range(columns)]
    return html.Tr([html.Th(name, scope="row"), bar_cell(None, None), *cells])


def _row(
    visit: Visit,
    kpi: Kpi,
    line: Compared,
    members: Sequence[tuple[str, int | str]],
    label: str,
    scale: Scale | None,
    told: tuple[bool, bool, Basis],
) -> Component:
    row, (both, changes, basis) = line.row, told
    href = member_address(visit, *members[0]) if members else None
    inner: Component | str = dcc.Link(label, href=href, refresh=False) if href else label
    other = OTHER[kpi.record]
    sides = [kpi.record, other] if both else [kpi.record]
    cells = [number_cell(visit, kpi, line, side, members) for side in sides]
    if both:
        cells.append(difference_cell(kpi, line))
    against = line.against[basis]
    return html.Tr(
        [
            html.Th(inner, scope="row", title=label),
            bar_cell(row.value, scale),
            *cells,
            *([change_cell(against, kpi, row.currency)] if changes else []),
        ],
        className="" if members else "total-row",
    )


def number_cell(
    visit: Visit,
    kpi: Kpi,
    line: Compared,
    side: Side,
    members: Sequence[tuple[str, int | str]],
    *,
    is_bare: bool = False,
) -> Component:
    """One side of a number, leading to its rows; `is_bare`: without the unit, which a heading says."""
    value = line.row.side(side)
    name = "figures of-record" if side is kpi.record else "figures"
    if value is None:
        return html.Td(formats.MISSING, className=name)
    currency = line.row.currency
    text = (
        formats.bare(value, kpi.unit, currency)
        if is_bare and kpi.unit in {Unit.HOURS, Unit.DAYS}
        else formats.beside(value, line.row.side(OTHER[side]), kpi.unit, currency)
    )
    full = formats.exact(value, kpi.unit, line.row.currency)
    href = rows_of(visit, kpi, side, members=members)
    inner: Component | str = (
        dcc.Link(
            text, href=href, refresh=False, title=_("{number}: see the rows behind it", number=full)
        )
        if href
        else text
    )
    return html.Td(inner, className=name)


def difference_cell(kpi: Kpi, line: Compared) -> Component:
    """NetSuite less SuiteProjects Pro, and whether that is within tolerance."""
    gap = line.row.variance
    if gap is None:
        return html.Td(formats.MISSING, className="figures")
    apart = line.row.within_tolerance is False
    return html.Td(
        [
            formats.difference(gap, kpi.unit, line.row.currency),
            html.Span(" !", title=_("outside tolerance")) if apart else None,
        ],
        className="figures" + (" negative" if apart else " soft"),
        title=_("outside tolerance") if apart else _("within tolerance"),
    )


def change_cell(against: Against, kpi: Kpi, currency: str | None) -> Component:
    """How a number differs from its reference."""
    text, full = change_text(against, kpi, currency)
    if not text:
        return html.Td(formats.MISSING, className="figures", title=full)
    return html.Td(
        [*arrow(against, text), text], className=f"figures {tone(against, text)}", title=full
    )


def scale_of(values: Iterable[Decimal | None]) -> Scale:
    """The scale on which bars of these numbers begin at one zero, those below it to the left."""
    return Scale.of([Mark(end=value) for value in values if value is not None])


def bar_cell(value: Decimal | None, scale: Scale | None) -> Component:
    """A bar from zero to its value; nothing where there is none, or nothing to compare it with."""
    shown = track([_bar(value)], scale) if value and scale is not None else None
    return html.Td(shown, className="bar-cell", **{"aria-hidden": "true"})


def _bar(value: Decimal) -> Mark:
    return Mark(start=Decimal(0), end=value)


def _more(visit: Visit, how: _How, count: int, shown: int, *, everything: bool) -> Component | None:
    if count <= how.top:
        return None
    words = (
        _("Show the first {count}", count=how.top)
        if everything
        else _("Show all {count}", count=formats.count(count))
    )
    if everything and shown < count:
        words = _(
            "{count} of {total}. {words}",
            count=formats.count(shown),
            total=formats.count(count),
            words=words,
        )
    href = with_parameters(visit, **{f"{how.name}-all": None if everything else "1"})
    return html.P(dcc.Link(words, href=href, refresh=False), className="card-more")


def declared_order(lines: Sequence[Compared], by: str) -> list[Compared]:
    """Members as they are declared, or as they follow in time; where neither is known, the largest first."""
    if DIMENSIONS[by].in_time:
        return sorted(lines, key=lambda one: str(one.row.dimensions[by]))
    places = {key: at for at, key in enumerate(DIMENSIONS[by].words)}
    if not places:
        return _largest(lines, by)
    return sorted(lines, key=lambda one: places.get(one.row.dimensions[by], len(places)))


def _largest(lines: Sequence[Compared], _by: str) -> list[Compared]:
    def size(line: Compared) -> tuple[bool, Decimal]:
        value = line.row.value
        return value is None, -(value or Decimal(0))

    return sorted(lines, key=size)


def _widest(lines: Sequence[Compared], _by: str) -> list[Compared]:
    found = [one for one in lines if one.row.within_tolerance is False]
    return sorted(found, key=lambda one: -abs(one.row.variance or Decimal(0)))
