"""Revenue month by month in both systems, with what each has scheduled."""

from __future__ import annotations

from collections.abc import Sequence

from models.metrics.kpi import Side, Unit
from models.period import Month

from ..components.opening import Gist
from ..figures.months import MonthBar
from ..headline import headline_kpis
from ..questions import Questions
from . import gist

_KPI = "recognized_revenue"
AHEAD = 6  # months after the last one that are shown


def month_bars(ask: Questions, months: Sequence[Month]) -> list[MonthBar]:
    """Recognised in each month up to the running one; scheduled from the running one on."""
    running = Month.of(ask.snapshot.today)
    kpi = headline_kpis()[_KPI]
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


def newest(bars: Sequence[MonthBar], last: Month, currency: str) -> Gist:
    """What the number of record says of the newest month up to `last`."""
    side = headline_kpis()[_KPI].record
    told = [one.erp if side is Side.ERP else one.psa for one in bars]
    return gist.of_months([one.month for one in bars], told, last, Unit.MONEY, currency)
