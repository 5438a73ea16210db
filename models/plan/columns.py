"""What an uploaded plan may say in its columns, and by which names they are recognised."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanColumn:
    """One column.

    Attributes:
        what: for the documentation.
        also: other names it goes by; spaces, case and punctuation make no difference.
    """

    what: str
    also: tuple[str, ...] = ()


COLUMNS: Mapping[str, PlanColumn] = MappingProxyType(
    {
        "measure": PlanColumn(what="what is planned, such as revenue", also=("kpi", "key", "plan")),
        "month": PlanColumn(what="such as 2026-03, or any day of it", also=("period", "date")),
        "amount": PlanColumn(
            what="money; cost is positive", also=("value", "budget", "planned amount", "sum")
        ),
        "hours": PlanColumn(what="of measures that count hours", also=("planned hours",)),
        "currency": PlanColumn(
            what="its code; without it the currency of the subsidiary, else the reporting currency",
            also=("curr", "currency code"),
        ),
        "subsidiary": PlanColumn(what="its name", also=("company", "entity", "legal entity")),
        "department": PlanColumn(what="its name", also=("practice", "team", "dept")),
        "customer": PlanColumn(what="its name", also=("client", "account name")),
        "project": PlanColumn(
            what="its code or name", also=("job", "project code", "project name")
        ),
        "account": PlanColumn(
            what="its number or name", also=("gl account", "account number", "account no")
        ),
        "stream": PlanColumn(what="the revenue stream", also=("revenue stream",)),
        "line": PlanColumn(
            what="the line of the income statement", also=("pnl line", "p l line", "p&l line")
        ),
        "note": PlanColumn(what="for the reader", also=("comment", "remark", "description")),
    }
)
REQUIRED = ("measure", "month")


def plain(text: str) -> str:
    """A heading without what makes no difference."""
    return re.sub(r"[^a-z0-9&]+", " ", text.casefold()).strip()


NAMES: Mapping[str, str] = MappingProxyType(
    {plain(name): key for key, column in COLUMNS.items() for name in (key, *column.also)}
)
