"""The rows behind one side of any KPI."""

from __future__ import annotations

from models.errors import QuestionError
from models.metrics.answer import Answer, AnswerRow, RowPage
from models.metrics.catalogue import kpi
from models.metrics.kpi import Kpi, Lens, Side
from models.texts import _

from ..export import Export, Order
from ..filters import NOT_TOLD
from ..finding import find_of
from ..visit import Visit


def question(visit: Visit) -> tuple[Kpi, Side]:
    """The KPI and the side that a visit's address names.

    Raises:
        QuestionError: there is no such KPI or side.
    """
    side = visit.query.get("side", Side.ERP.value)
    if side not in {one.value for one in Side}:
        raise QuestionError(_("'{side}' is not a side. Write side=erp or side=psa.", side=side))
    return kpi(visit.params["kpi"]), Side(side)


def line_of(answer: Answer, visit: Visit) -> AnswerRow | None:
    """The line whose rows are meant: the only one, or that of the currency the address names."""
    if len(answer.rows) == 1:
        return answer.rows[0]
    named = _named(visit)
    return None if named is None else next((r for r in answer.rows if r.currency == named), None)


def _named(visit: Visit) -> str | None:
    named = visit.query.get("currency")
    return "" if named == NOT_TOLD else named


def currency_of(visit: Visit) -> str | None:
    """The currency whose rows are meant, where a number has a line for each."""
    if visit.filters.lens is Lens.CONSOLIDATED:
        return None
    return _named(visit)


def _rows(visit: Visit, offset: int, limit: int | None, order: Order) -> RowPage:
    asked, side = question(visit)
    return visit.ask.rows(
        asked,
        side,
        visit.period,
        currency=currency_of(visit),
        offset=offset,
        limit=limit,
        order=order,
        search=find_of(visit, "rows"),
    )


ROWS = Export(key="rows", title="Rows behind a number", page="rows", rows=_rows)
