"""Revenue ahead: what the schedules of both systems plan to recognise, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from ..access import Scope
from ..period import Month
from ..tables.finance import fct_rev_plan
from ..tables.projects import fct_projection
from .answer import TrendPoint
from .compile import Filters, Slice, Span
from .dimensions import dimension
from .kpi import Measure, Total, columns_of
from .scoping import can_see
from .sums import ZERO, Facts, monthly

if TYPE_CHECKING:
    from ..snapshot import Snapshot

PLANNED_BY = ("subsidiary", "department", "customer", "project")
SCHEDULED_BY = (*PLANNED_BY, "stream")

REVENUE_PLAN = Measure(
    key="revenue_plan",
    title="Planned revenue",
    system="netsuite",
    table=fct_rev_plan,
    value=fct_rev_plan.c.amount_base,
    month=fct_rev_plan.c.month,
    dimensions=columns_of(fct_rev_plan, SCHEDULED_BY),
)
PROJECTIONS = Measure(
    key="projections",
    title="Projected recognition",
    system="suiteprojects",
    table=fct_projection,
    value=fct_projection.c.amount_base,
    month=fct_projection.c.month,
    dimensions=columns_of(fct_projection, SCHEDULED_BY),
)


def planned_revenue(
    snapshot: Snapshot, months: Sequence[Month], scope: Scope, *, where: Filters | None = None
) -> list[TrendPoint]:
    """Return the revenue each system plans to recognise; None where its schedule does not reach.

    Raises:
        QuestionError: plans have no dimension of `where`.
    """
    filters = {name: tuple(keys) for name, keys in (where or {}).items() if keys}
    for name in filters:
        dimension(name, SCHEDULED_BY)
    if scope.is_nothing or not months:
        return [TrendPoint(month=month, erp=None, psa=None) for month in months]
    asked = Slice(scope=scope, where=filters)
    with snapshot.engine.connect() as connection:
        facts = Facts(connection, Month.of(snapshot.today))
        erp = _planned(facts, asked, REVENUE_PLAN, months)
        psa = _planned(facts, asked, PROJECTIONS, months)
    return [TrendPoint(month=month, erp=erp.get(month), psa=psa.get(month)) for month in months]


def _planned(
    facts: Facts, asked: Slice, measure: Measure, months: Sequence[Month]
) -> dict[Month, Decimal]:
    """Planned amounts; nothing planned is 0 up to the last month anyone's plan reaches."""
    if not can_see(asked.scope, measure):
        return {}
    total = Total(terms=((1, measure),))
    span = Span(min(months).key, max(months).key)
    everyone = Slice(scope=Scope.everything())
    reach = max(monthly(facts, everyone, total, Span(span.first, None)).get((), {}), default=0)
    amounts = monthly(facts, asked, total, span).get((), {})
    return {month: amounts.get(month.key, ZERO) for month in months if month.key <= reach}
