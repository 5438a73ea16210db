"""A number by month: actual, the year before, the plan, what is ahead; the other system beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from dash import html
from dash.development.base_component import Component

from models.metrics.answer import TrendPoint
from models.metrics.catalogue import kpis
from models.metrics.kpi import Kind, Kpi, NotHeld, Side
from models.period import Month, Period
from models.texts import Text, _

from ..components import skeleton
from ..components.chart import chart
from ..components.tile import definition
from ..components.words import OTHER, system_of
from ..figures.columns import columns_figure, lines_figure, months_with
from ..figures.series import Range, Series
from ..page import Section
from ..visit import Visit
from . import gist
from .asking import currency_of, points_of, rows_of
from .card import card, empty_card
from .noted import marked, notes_on, series_for
from .ranges import plan_series, range_of
from .tiles import lacking, months_to

_AHEAD = 6


def trend(
    key: str,
    *,
    name: str = "",
    title: Text = "",
    ahead: str | None = None,
    is_whole: bool = False,
    within: tuple[str, str, str] | None = None,
    no_range: Text = "",
    class_name: str = "",
) -> Section:
    """A chart of one KPI over thirteen months.

    Args:
        ahead: the KPI that tells the months to come.
        is_whole: whether it tells the whole of the running month; else what is still to come of it,
            which stands on what is there already.
        within: the KPIs that tell the range they lie within: low, middle and high.
        no_range: why there may be none, for where there is none.
    """
    heading = title or (lambda: _by_month_title(kpis()[key]))

    def render(visit: Visit) -> Component:
        kpi = visit.kpi(key)
        named = title or _by_month_title(kpi)
        series = series_for(key)(visit)
        coming = _Coming(kpis()[ahead] if ahead else None, within, no_range, is_whole=is_whole)
        return _render(visit, kpi, coming, name or key, named, series)

    return Section(
        kept=notes_on,
        name=name or key,
        render=render,
        skeleton=skeleton.chart(461),
        label=heading,
        class_name=class_name,
        series=series_for(key),
    )


def _by_month_title(kpi: Kpi) -> str:
    return _("{title} by month", title=_(kpi.title))


@dataclass(frozen=True, slots=True)
class _Coming:
    """What tells the months to come: the number, and the range it lies within."""

    ahead: Kpi | None
    within: tuple[str, str, str] | None
    no_range: Text
    is_whole: bool

    def range(self, visit: Visit, months: Sequence[Month], actual: Series) -> Range | None:
        """The range; of the running month it stands on what is there already, unless it is of all of it."""
        running = Month.of(visit.snapshot.today)
        found = range_of(visit, self.within, months, running) if self.within else None
        return found if found is None or self.is_whole else replace(found, bases=actual.values)

    def lacking_range(
        self, visit: Visit, months: Sequence[Month], found: Range | None
    ) -> str | None:
        """Why months ahead have no range, where they should have one."""
        is_past = months[-1] < Month.of(visit.snapshot.today)
        if not self.within or is_past or (found and found.is_known):
            return None
        missing = visit.ask.lacks(kpis()[self.within[0]])
        return lacking(missing) if missing else _(self.no_range)


def _render(
    visit: Visit,
    kpi: Kpi,
    coming: _Coming,
    name: str,
    heading: str,
    told: tuple[str, str],
) -> Component:
    if missing := visit.ask.lacks(kpi):
        return empty_card(heading, lacking(missing))
    months = _months(visit, coming.ahead)
    series = [one for one in _series(visit, kpi, coming, months) if one is not None]
    within, currency = coming.range(visit, months, series[0]), _currency(visit, kpi)
    figure = (
        lines_figure(months, series, kpi.unit, currency)
        if kpi.kind is Kind.RATIO
        else columns_figure(months, series, kpi.unit, currency, within)
    )
    return card(
        heading,
        chart(
            name,
            figure,
            months_with(months, [*series, *(within.bounds if within else ())], kpi.unit, currency),
            label=heading,
            marked=marked(visit, told, months),
        ),
        definition=definition(kpi),
        says=_says(kpi, currency, coming.lacking_range(visit, months, within)),
        gist=gist.of_months(months, series[0].values, visit.period.last, kpi.unit, currency),
    )


def _says(kpi: Kpi, currency: str | None, no_range: str | None) -> list[Component]:
    record = _("AC as {system} has it", system=system_of(kpi.record))
    unit = _("in {currency}", currency=currency) if currency else None
    return [html.Span(text) for text in (record, unit, no_range) if text]


def _currency(visit: Visit, kpi: Kpi) -> str | None:
    if not kpi.is_money:
        return None
    return currency_of(visit) or visit.snapshot.reporting_currency


def _months(visit: Visit, ahead: Kpi | None) -> list[Month]:
    running = Month.of(visit.snapshot.today)
    last = min(visit.period.last, running)
    lies_back = last < visit.snapshot.last_closed_month
    return months_to(last, ahead=0 if ahead is None or lies_back else _AHEAD)


def _series(
    visit: Visit, kpi: Kpi, coming: _Coming, months: Sequence[Month]
) -> list[Series | None]:
    running = Month.of(visit.snapshot.today)
    asked = [*(month.plus(-12) for month in months), *months]
    points = _by_month(visit, [kpi], [one for one in dict.fromkeys(asked) if one <= running])
    record, other = kpi.record, OTHER[kpi.record]

    def told(name: str, role: str, side: Side, year_before: int = 0) -> Series:
        at = [month.plus(-12 * year_before) for month in months]
        values = [_side(points[kpi.key], month, side) for month in at]
        return _of(name, role, values, visit, kpi, side, at)

    actual = told(_("AC"), "ac", record)
    held = not isinstance(kpi.side(other), NotHeld)
    second = told(system_of(other), "other", other) if held else None
    ahead = _ahead(visit, coming, months, actual)
    if kpi.kind is Kind.RATIO and ahead is not None:  # a line of a month in part looks like a fall
        actual, second = _until(actual, ahead), second and _until(second, ahead)
    return [actual, ahead, told(_("PY"), "py", record, 1), plan_series(visit, kpi, months), second]


def _ahead(visit: Visit, coming: _Coming, months: Sequence[Month], actual: Series) -> Series | None:
    """What is to come, from the running month on."""
    ahead, running = coming.ahead, Month.of(visit.snapshot.today)
    if ahead is None or visit.ask.lacks(ahead):
        return None
    later = [month for month in months if month >= running]
    if not later:
        return None
    told = _by_month(visit, [ahead], later)[ahead.key]
    values = [_side(told, month, ahead.record) for month in months]
    found = _of(_("FC"), "fc", values, visit, ahead, ahead.record, months)
    return found if coming.is_whole else replace(found, bases=actual.values)


def _until(one: Series, ahead: Series) -> Series:
    """A series without the months of which the end is told."""
    pairs = zip(one.values, ahead.values, strict=True)
    return replace(one, values=[value if end is None else None for value, end in pairs])


def _of(
    name: str,
    role: str,
    values: Sequence[Decimal | None],
    visit: Visit,
    kpi: Kpi,
    side: Side,
    months: Sequence[Month],
) -> Series:
    links = [rows_of(visit, kpi, side, period=Period.of(month)) for month in months]
    return Series(name=name, role=role, values=values, links=links)


def _by_month(
    visit: Visit, wanted: Sequence[Kpi], months: Sequence[Month]
) -> Mapping[str, Mapping[Month, TrendPoint]]:
    found = visit.ask.trends(wanted, months)
    return {
        key: {point.month: point for point in points_of(visit, points)}
        for key, points in found.items()
    }


def _side(points: Mapping[Month, TrendPoint], month: Month, side: Side) -> Decimal | None:
    point = points.get(month)
    if point is None:
        return None
    return point.erp if side is Side.ERP else point.psa
