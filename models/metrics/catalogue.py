"""Every KPI there is, by key."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from ..errors import QuestionError
from ..registry import collect
from ..texts import _
from .kpi import Kpi

GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "A": "Capacity, utilisation, people",
        "B": "Rates, realisation, leakage",
        "C": "Project economics and delivery",
        "D": "Revenue, deferral, work in progress, forecast",
        "E": "Sales, bookings, backlog",
        "F": "Billing and cash",
        "G": "The firm's profit and loss",
        "H": "Trust in the data",
    }
)


@cache
def kpis() -> Mapping[str, Kpi]:
    """Return the declared KPIs by key."""
    return collect(Kpi, "models.metrics")


@cache
def grouped() -> Mapping[str, tuple[Kpi, ...]]:
    """Return the declared KPIs by the letter of their group, in the order of the letters."""
    return MappingProxyType(
        {
            letter: found
            for letter in (*GROUPS, "")
            if (found := tuple(one for one in kpis().values() if one.group == letter))
        }
    )


def kpi(key: str) -> Kpi:
    """Return the KPI with this key.

    Raises:
        QuestionError: there is none; the text names those there are.
    """
    try:
        return kpis()[key]
    except KeyError:
        raise QuestionError(
            _("There is no KPI '{key}'. There are: {kpis}.", key=key, kpis=", ".join(kpis()))
        ) from None
