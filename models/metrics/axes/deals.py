"""The dimensions of what is on offer: its stage, the class sales gave it, the month it is expected in."""

from __future__ import annotations

from types import MappingProxyType

from ..dimensions import Dimension

STAGE = Dimension(name="stage", title="Stage", is_text=True)
CLOSE_MONTH = Dimension(
    name="close_month", title="Expected close", is_text=True, is_month=True, in_time=True
)
FORECAST_TYPE = Dimension(
    name="forecast_type",
    title="Forecast type",
    is_text=True,
    words=MappingProxyType(
        {
            "worst_case": "Worst case",
            "most_likely": "Most likely",
            "upside": "Upside",
            "omitted": "Omitted",
        }
    ),
)
