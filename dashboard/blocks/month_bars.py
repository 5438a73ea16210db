"""Revenue month by month in both systems, with what each has scheduled."""

from __future__ import annotations

from collections.abc import Sequence

from models.period import Month

from ..figures.months import MonthBar
from ..headline import headline_kpis
from ..questions import Questions

AHEAD = 6  # months after the last one that are shown


def month_bars(ask: Questions, months: Sequence[Month]) -> list[MonthBar]:
    """Recognised in each month up to the running one; scheduled from the running one on."""
    running = Month.of(ask.snapshot.today)
    kpi = headline_kpis()["recognized_revenue"]
    told = ask.trend(kpi, [month for month in months if month <= running])
    actual = {point.month: point for point in told}
    planned = ask.schedule(months)
    return [
        MonthBar(
            month=month,
            erp=actual[month].erp if month in actual else None,
            psa=actual[month].psa if month in actual else None,
            erp_ahead=planned[month].erp if month >= running else None,
            psa_ahead=planned[month].psa if month >= running else None,
        )
        for month in months
    ]
