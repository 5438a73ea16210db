"""The plan as measures: what a number's `plan` formula is made of.

    plan=planned_total("revenue")
    plan=Ratio(numerator=planned_total("billable_hours"), denominator=planned_total("capacity_hours"), …)

Of each month the version that is compared with counts (`fct_plan.is_compared`), for each measure by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

from sqlalchemy import ColumnElement

from ..business.rules import PROJECT_STREAMS
from ..tables.plan import fct_plan
from .formula import Ratio, Total
from .measure import Measure
from .vocabulary import Reason, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Something that can be planned.

    Attributes:
        title: as rows are headed.
        hours: whether it counts hours; money otherwise.
        also: other words for it in uploads, keys of KPIs among them.
    """

    title: str
    hours: bool = False
    also: tuple[str, ...] = ()


PLANNED: Mapping[str, Planned] = MappingProxyType(
    {
        "revenue": Planned(title="Planned revenue", also=("recognized_revenue", "sales")),
        "cost": Planned(title="Planned cost", also=("costs", "expense", "expenses")),
        "other_income": Planned(title="Planned other income"),
        "project_cost": Planned(title="Project budgets", also=("project_budget",)),
        "bookings": Planned(title="Planned bookings", also=("order_intake",)),
        "billings": Planned(title="Planned billings", also=("invoiced_revenue", "invoicing")),
        "billable_hours": Planned(title="Planned billable hours", hours=True),
        "capacity_hours": Planned(
            title="Planned capacity of people with a target", hours=True, also=("capacity",)
        ),
        "hours": Planned(title="Planned hours", hours=True, also=("worked_hours",)),
    }
)

_DIMENSIONS: Mapping[str, ColumnElement[object]] = {
    "subsidiary": fct_plan.c.subsidiary_key,
    "department": fct_plan.c.department_key,
    "customer": fct_plan.c.customer_key,
    "project": fct_plan.c.project_key,
    "stream": fct_plan.c.stream,
    "account": fct_plan.c.account_key,
    "line": fct_plan.c.line,
}
_COLUMNS = (
    fct_plan.c.month,
    fct_plan.c.source,
    fct_plan.c.version,
    fct_plan.c.subsidiary_key,
    fct_plan.c.department_key,
    fct_plan.c.customer_key,
    fct_plan.c.project_key,
    fct_plan.c.stream,
    fct_plan.c.account_key,
    fct_plan.c.line,
    fct_plan.c.amount,
    fct_plan.c.currency,
    fct_plan.c.hours,
    fct_plan.c.row_number,
)


@cache
def planned(key: str, *lines: str) -> Measure:
    """What is planned of something, month by month.

    Args:
        key: of `PLANNED`, or of a KPI whose plan was uploaded under its own name.
        lines: of the income statement; only what is planned on them.
    """
    known = PLANNED.get(key, Planned(title="Plan"))
    where = (fct_plan.c.measure == key, fct_plan.c.is_compared.is_(True))
    return Measure(
        key="_".join(("planned", key, *lines)),
        title=known.title,
        system="netsuite",
        table=fct_plan,
        value=fct_plan.c.hours if known.hours else fct_plan.c.amount_base,
        unit=Unit.HOURS if known.hours else Unit.MONEY,
        month=fct_plan.c.month,
        where=(*where, fct_plan.c.line.in_(lines)) if lines else where,
        dimensions=_DIMENSIONS,
        columns=_COLUMNS,
    )


def planned_total(key: str, *lines: str) -> Total:
    """The plan of something in a period, for a KPI's `plan`; empty months are no plan, not zero."""
    return Total(terms=((1, planned(key, *lines)),), empty=Reason.NO_PLAN)


def planned_share(numerator: Total, denominator: Total) -> Ratio:
    """A ratio of plans."""
    return Ratio(numerator=numerator, denominator=denominator, empty=Reason.NO_PLAN, positive=True)


def planned_of_projects() -> Total:
    """Planned revenue of the streams that client projects earn: services and what is rebilled."""
    revenue = planned("revenue")
    of_projects = replace(
        revenue,
        key="planned_project_revenue",
        title="Planned revenue of services and rebilled expenses",
        where=(*revenue.where, fct_plan.c.stream.in_(PROJECT_STREAMS)),
    )
    return Total(terms=((1, of_projects),), empty=Reason.NO_PLAN)
