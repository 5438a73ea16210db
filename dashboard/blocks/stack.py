"""Parts on top of each other, month by month: several numbers, or one by a dimension."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from dash.development.base_component import Component

from models.metrics.catalogue import kpis
from models.metrics.dimensions import DIMENSIONS, Key
from models.metrics.kpi import Kpi, Side, Unit
from models.period import Month, Period
from models.texts import Text, _

from .. import formats
from ..components import skeleton
from ..components.chart import chart
from ..components.opening import Gist
from ..components.tile import definition
from ..figures.columns import AHEAD, lines_figure, months_with, stacked_figure
from ..figures.series import Range, Series
from ..page import Section
from ..visit import Visit
from . import gist
from .asking import currency_of, lines_of, points_of, rows_of
from .card import card, choice, empty_card
from .noted import marked, notes_on, series_for
from .ranges import plan_series, range_of
from .tiles import lacking, months_to

_UNITS: Mapping[Unit, Text] = {
    Unit.MONEY: "money",
    Unit.PERCENT: "percent",
    Unit.HOURS: "hours",
    Unit.DAYS: "days",
    Unit.COUNT: "count",
    Unit.RATE: "rate",
    Unit.FACTOR: "factor",
    Unit.POINTS: "points",
    Unit.MINUTES: "minutes",
}
_MOST = 6  # parts that can still be told apart


def layers(
    *keys: str,
    name: str,
    title: Text,
    back: int = 6,
    ahead: int = 0,
    within: tuple[str, str, str] | None = None,
    plan: str | None = None,
    class_name: str = "",
    is_lines: bool = False,
    whole: str | None = None,
    by: Sequence[str] = (),
) -> Section:
    """Several numbers stacked, the lowest first.

    Args:
        whole: the KPI they add up to.
        by: what the reader may part the whole by instead.
        plan: the KPI whose plan is outlined around them.
        is_lines: numbers that do not add up: a line each.
        back, ahead: how many months are shown up to the last one of the period, and after it.
        within: the KPIs that tell the range of the whole: low, middle and high.
    """

    def render(visit: Visit) -> Component:
        told = [kpis()[key] for key in keys]
        able = [kpi for kpi in told if not visit.ask.lacks(kpi)]
        if not able:
            return empty_card(title, lacking(visit.ask.lacks(told[0])))
        running = Month.of(visit.snapshot.today)
        last = min(visit.period.last, running)
        months = months_to(last, back, ahead=ahead)
        chosen = visit.query.get(f"{name}-by", "")
        if whole is None or chosen not in by or visit.ask.lacks(kpis()[whole], chosen):
            chosen, series = "layer", _layered(visit, able, months)
        else:
            series = _parted(visit, kpis()[whole], chosen, months)
        options = {"layer": _("Layer"), **{one: DIMENSIONS[one].title for one in by}}
        return _card(
            visit,
            able[0],
            name,
            title,
            months,
            series,
            keys[0],
            tools=choice(visit, f"{name}-by", options, chosen, _("{title} by", title=_(title)))
            if by
            else None,
            is_lines=is_lines,
            within=range_of(visit, within, months, running) if within else None,
            outline=plan_series(visit, kpis()[plan], months) if plan else None,
        )

    return Section(
        kept=notes_on,
        name=name,
        render=render,
        skeleton=skeleton.chart(461),
        label=title,
        class_name=class_name,
        series=series_for(keys[0]),
    )


def _layered(visit: Visit, able: Sequence[Kpi], months: Sequence[Month]) -> list[Series]:
    """One number after the other."""
    trends = visit.ask.trends(able, months)
    found = []
    for place, kpi in enumerate(able, 1):
        points = {one.month: one for one in points_of(visit, trends[kpi.key])}
        values = [
            (one.erp if kpi.record is Side.ERP else one.psa) if (one := points.get(month)) else None
            for month in months
        ]
        links = [rows_of(visit, kpi, kpi.record, period=Period.of(month)) for month in months]
        found.append(Series(name=_(kpi.title), role=_role(place), values=values, links=links))
    return found


def _parted(visit: Visit, kpi: Kpi, by: str, months: Sequence[Month]) -> list[Series]:
    """The largest members of a whole, and all others together."""
    values, names = _by_member(visit, kpi, by, months)
    shown = _largest(values, names, by)[: _MOST - 1]
    found = [
        _of_member(visit, kpi, by, place, member, values, names, months)
        for place, member in enumerate(shown, 1)
    ]
    others = [member for member in names if member not in shown]
    if others:
        rest = [
            sum((values.get((member, month), Decimal(0)) for member in others), Decimal(0))
            for month in months
        ]
        found.append(Series(name=_("Other"), role=f"c{_MOST}", values=rest))
    return found


def _by_member(
    visit: Visit, kpi: Kpi, by: str, months: Sequence[Month]
) -> tuple[dict[tuple[Key, Month], Decimal], dict[Key, str]]:
    """What each member has in each month, and what members are called."""
    told = visit.ask.compare([kpi], [Period.of(month) for month in months], by=(by,), bases=())
    values: dict[tuple[Key, Month], Decimal] = {}
    names: dict[Key, str] = {}
    for month in months:
        for one in lines_of(visit, told[kpi.key, Period.of(month)]):
            if one.row.value:
                member = one.row.dimensions[by]
                values[member, month] = one.row.value
                names[member] = one.row.labels[by]
    return values, names


def _of_member(
    visit: Visit,
    kpi: Kpi,
    by: str,
    place: int,
    member: Key,
    values: Mapping[tuple[Key, Month], Decimal],
    names: Mapping[Key, str],
    months: Sequence[Month],
) -> Series:
    links = [
        rows_of(visit, kpi, kpi.record, period=Period.of(month), members=[(by, member)])
        for month in months
    ]
    return Series(
        name=names[member],
        role=f"c{place}",
        values=[values.get((member, month)) for month in months],
        links=links,
    )


def _role(place: int) -> str:
    """The colour of a part; one more than there are colours is hatched: the least sure of them."""
    return f"c{place}" if place <= _MOST else f"c{_MOST}{AHEAD}"


def split(
    key: str, *, by: Sequence[str], name: str, title: Text, months: int = 13, class_name: str = ""
) -> Section:
    """One number by a dimension, month by month; the largest parts, the rest left to the list."""

    def render(visit: Visit) -> Component:
        kpi = kpis()[key]
        asked = visit.query.get(f"{name}-by", "")
        chosen = asked if asked in by else by[0]
        if missing := visit.ask.lacks(kpi, chosen):
            return empty_card(title, lacking(missing))
        last = min(visit.period.last, Month.of(visit.snapshot.today))
        shown = months_to(last, months)
        values, names = _by_member(visit, kpi, chosen, shown)
        series = [
            _of_member(visit, kpi, chosen, place, member, values, names, shown)
            for place, member in enumerate(_largest(values, names, chosen), 1)
        ]
        options = {one: DIMENSIONS[one].title for one in by}
        tools = choice(visit, f"{name}-by", options, chosen, _("{title} by", title=_(title)))
        left = len(names) - len(series)
        return _card(visit, kpi, name, title, shown, series, key, tools=tools, left=left)

    return Section(
        kept=notes_on,
        name=name,
        render=render,
        skeleton=skeleton.chart(461),
        label=title,
        class_name=class_name,
        series=series_for(key),
    )


def _largest(
    values: Mapping[tuple[Key, Month], Decimal], names: Mapping[Key, str], by: str
) -> list[Key]:
    """The members that are told apart: those that are named in order, else those of the largest last months."""
    words = list(DIMENSIONS[by].words)
    if words:
        ordered = sorted(names, key=lambda key: words.index(key) if key in words else len(words))
        return ordered[:_MOST]
    newest = sorted({month for _member, month in values})[-3:]

    def size(member: Key) -> Decimal:
        return max(abs(values.get((member, month), Decimal(0))) for month in newest)

    return sorted(names, key=lambda key: (-size(key), names[key]))[:_MOST]


def _card(
    visit: Visit,
    kpi: Kpi,
    name: str,
    title: str,
    months: Sequence[Month],
    series: Sequence[Series],
    key: str,
    *,
    tools: Component | None = None,
    left: int = 0,
    is_lines: bool = False,
    within: Range | None = None,
    outline: Series | None = None,
) -> Component:
    currency = (currency_of(visit) or visit.snapshot.reporting_currency) if kpi.is_money else None
    says = _("in {currency}", currency=currency) if currency else _(_UNITS[kpi.unit])
    if left > 0:
        says = _(
            "{says}; the {count} largest, {left} more in the list",
            says=says,
            count=len(series),
            left=left,
        )
    beside = [*(within.bounds if within else ()), *((outline,) if outline else ())]
    return card(
        title,
        chart(
            name,
            lines_figure(months, series, kpi.unit, currency)
            if is_lines
            else stacked_figure(months, series, kpi.unit, currency, within, outline),
            months_with(months, [*series, *beside], kpi.unit, currency),
            label=title,
            marked=marked(visit, series_for(key)(visit), months),
        ),
        definition=definition(kpi),
        says=says,
        gist=gist.of_months(months, series[0].values, visit.period.last, kpi.unit, currency)
        if is_lines
        else _gist(visit, kpi, months, series, currency),
        tools=tools,
    )


def _gist(
    visit: Visit,
    kpi: Kpi,
    months: Sequence[Month],
    series: Sequence[Series],
    currency: str | None,
) -> Gist:
    """What the newest month holds: its largest part."""
    told = [
        (part.name, value)
        for part in series
        if (value := dict(zip(months, part.values, strict=True)).get(visit.period.last)) is not None
    ]
    if not told:
        return ()
    name, value = max(told, key=lambda one: one[1])
    return ((name, formats.short(value, kpi.unit, currency)),)
