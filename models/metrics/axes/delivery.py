"""The dimensions of projects' delivery: their health and what it hangs on, what a contract's order is."""

from __future__ import annotations

from types import MappingProxyType

from ..dimensions import Dimension

HEALTH = Dimension(
    name="health",
    title="Health",
    is_text=True,
    words=MappingProxyType({"red": "Red", "amber": "Amber", "green": "Green"}),
)
HEALTH_RULE = Dimension(
    name="health_rule",
    title="Rule of health",
    is_text=True,
    words=MappingProxyType(
        {
            "margin_erosion": "Forecast margin below the planned one",
            "cpi": "Cost performance",
            "spi": "Schedule performance in time",
            "burn_ratio": "Hours burnt faster than work is done",
            "unbilled_days": "Work unbilled for long",
            "overdue_days": "Invoices overdue",
            "needs_budget": "No budget",
            "needs_baseline": "No baseline",
        }
    ),
)
