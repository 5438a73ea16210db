"""The rows behind one side of any KPI."""

from __future__ import annotations

from models.errors import QuestionError
from models.metrics.answer import RowPage
from models.metrics.catalogue import kpi
from models.metrics.kpi import Kpi, Side

from ..export import Export, Order
from ..visit import Visit


def question(visit: Visit) -> tuple[Kpi, Side]:
    """The KPI and the side that a visit's address names.

    Raises:
        QuestionError: there is no such KPI or side.
    """
    side = visit.query.get("side", Side.ERP.value)
    if side not in {one.value for one in Side}:
        raise QuestionError(f"'{side}' is not a side. Write side=erp or side=psa.")
    return kpi(visit.params["kpi"]), Side(side)


def _rows(visit: Visit, offset: int, limit: int | None, order: Order) -> RowPage:
    asked, side = question(visit)
    return visit.ask.rows(asked, side, visit.period, offset=offset, limit=limit, order=order)


ROWS = Export(key="rows", title="Rows behind a number", page="rows", rows=_rows)
