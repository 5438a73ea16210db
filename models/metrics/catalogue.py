"""Every KPI there is, by key."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from ..errors import QuestionError
from ..registry import collect
from .kpi import Kpi


@cache
def kpis() -> Mapping[str, Kpi]:
    """Return the declared KPIs by key."""
    return collect(Kpi, "models.metrics")


def kpi(key: str) -> Kpi:
    """Return the KPI with this key.

    Raises:
        QuestionError: there is none; the text names those there are.
    """
    try:
        return kpis()[key]
    except KeyError:
        raise QuestionError(f"There is no KPI '{key}'. There are: {', '.join(kpis())}.") from None
