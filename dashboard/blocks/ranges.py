"""What charts draw around a number: the plan, and the range that the months ahead lie within."""

from __future__ import annotations

from collections.abc import Sequence

from models.metrics.catalogue import kpis
from models.metrics.compare import plan_of
from models.metrics.kpi import Kpi, Side
from models.period import Month, Period
from models.texts import _

from ..figures.series import Range, Series
from ..visit import Visit
from .asking import points_of, rows_of


def range_of(
    visit: Visit, keys: tuple[str, str, str], months: Sequence[Month], running: Month
) -> Range | None:
    """The range of the months that are not over; none where there are none, or the filters cannot tell it.

    Args:
        keys: of the KPIs that tell the low, the middle and the high.
    """
    told = [kpis()[key] for key in keys]
    if months[-1] < running or any(visit.ask.lacks(kpi) for kpi in told):
        return None
    trends = visit.ask.trends(told, months)
    low, middle, high = (
        [one.erp if month >= running and (one := points.get(month)) else None for month in months]
        for points in (
            {one.month: one for one in points_of(visit, trends[kpi.key])} for kpi in told
        )
    )
    ends = [
        [rows_of(visit, kpi, Side.ERP, period=Period.of(month)) for month in months] for kpi in told
    ]
    return Range(
        name=_("P10 to P90"),
        low=low,
        middle=middle,
        high=high,
        low_links=ends[0],
        middle_links=ends[1],
        high_links=ends[2],
        middle_name="P50" if keys[1].endswith("_p50") else "",
    )


def plan_series(visit: Visit, kpi: Kpi, months: Sequence[Month]) -> Series | None:
    """The plan of a number by month; None of one that is not planned, or not by the filters chosen."""
    if kpi.plan is None or visit.ask.lacks(kpi):
        return None
    told = visit.ask.trends([plan_of(kpi)], months)[kpi.key]
    planned = {one.month: one.erp for one in points_of(visit, told)}
    return Series(name=_("PL"), role="pl", values=[planned.get(month) for month in months])
