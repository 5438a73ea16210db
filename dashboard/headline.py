"""The eight headline numbers, in the order in which an executive reads them."""

from __future__ import annotations

from collections.abc import Mapping

from models.metrics.catalogue import kpis
from models.metrics.kpi import Kpi

HEADLINE = (
    "recognized_revenue",
    "invoiced_revenue",
    "project_gross_margin",
    "project_gross_margin_pct",
    "billable_utilization",
    "backlog",
    "receivables",
    "days_sales_outstanding",
)


def headline_kpis() -> Mapping[str, Kpi]:
    """The declarations of the eight."""
    return {key: kpis()[key] for key in HEADLINE}
