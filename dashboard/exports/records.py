"""How a table of one project's records is read."""

from __future__ import annotations

from models.metrics.answer import RowPage
from models.metrics.listing import listing

from ..export import GridRows, Order
from ..finding import find_of
from ..visit import Visit


def project_key(visit: Visit) -> int:
    """The project in a visit's address; 0, which no project has, where it is no number."""
    text = visit.params["project"]
    return int(text) if text.lstrip("-").isdigit() and len(text) < 19 else 0


def records(name: str) -> GridRows:
    """The rows of one of the metric layer's lists, for the visit's project."""

    def rows(visit: Visit, offset: int, limit: int | None, order: Order) -> RowPage:
        key = project_key(visit)
        return listing(
            visit.snapshot,
            name,
            key,
            visit.scope,
            offset=offset,
            limit=limit,
            order=order,
            search=find_of(visit, name),
        )

    return rows
