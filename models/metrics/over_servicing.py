"""Over-servicing: hours beyond what was sold, of projects whose price does not grow with them (B8)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..tables.conformed import dim_project
from ..tables.realization import dim_project_terms, fct_over_servicing
from .economics import BUDGET_HOURS
from .kpi import (
    TO_DATE,
    Better,
    Formula,
    Kind,
    Kpi,
    Measure,
    NotHeld,
    Ratio,
    Reason,
    Side,
    Total,
    Unit,
    columns_of,
)
from .leakage import FIRM
from .realization import BY_TERMS, termed

_BY = (*FIRM, "stream")
_BY_SOLD = (*FIRM, "billing_terms")
_SOLD = NotHeld(why="Hours sold and hours worked are kept in SuiteProjects Pro.")
_EDGE = (
    "Fixed fees and capped projects alone. Hours sold are today's: changes are included, neither system keeps what was "
    "sold at first. Without hours sold there are none too many. Hours count in the month in which the sum passed what "
    "was sold."
)
_GRAINS = {
    "project": "Net: what one task saves, another may use.",
    "task": "Gross: task by task, what others save does not count.",
}


def _over(grain: str) -> Measure:
    return termed(
        Measure(
            key=f"{grain}_over_hours",
            title=f"Hours beyond those of the {grain}",
            system="suiteprojects",
            table=fct_over_servicing,
            value=fct_over_servicing.c.over_hours,
            month=fct_over_servicing.c.month,
            where=(fct_over_servicing.c.grain == grain,),
            dimensions=columns_of(fct_over_servicing, _BY),
            columns=(
                fct_over_servicing.c.month,
                fct_over_servicing.c.project_key,
                fct_over_servicing.c.customer_key,
                fct_over_servicing.c.department_key,
                fct_over_servicing.c.subsidiary_key,
                *((fct_over_servicing.c.task_key,) if grain == "task" else ()),
                fct_over_servicing.c.sold_hours,
                fct_over_servicing.c.to_date_hours,
                fct_over_servicing.c.over_hours,
                fct_over_servicing.c.value,
                fct_over_servicing.c.currency,
            ),
        )
    )


def _valued(grain: str) -> Measure:
    return replace(
        _over(grain),
        key=f"{grain}_over_value",
        title=f"Hours beyond those of the {grain}, at the list rate",
        value=fct_over_servicing.c.value_base,
    )


_SOLD_HOURS = termed(
    BUDGET_HOURS,
    key="sold_hours",
    title="Hours sold",
    where=(*BUDGET_HOURS.where, dim_project_terms.c.terms.in_(("fixed", "capped"))),
)


def _kpi(
    key: str,
    title: str,
    question: str,
    definition: str,
    psa: Formula,
    unit: Unit,
    kind: Kind,
    grain: str,
    by: tuple[str, ...] = BY_TERMS,
) -> Kpi:
    return Kpi(
        key=key,
        title=title,
        question=question,
        definition=definition,
        unit=unit,
        kind=kind,
        better=Better.LOWER,
        erp=_SOLD,
        psa=psa,
        record=Side.PSA,
        by=by,
        tolerance=Decimal("0.005") if unit is Unit.PERCENT else Decimal(1),
        needs_history=True,
        source="KPI catalogue B8",
        group="B",
        edge_cases=f"{_GRAINS[grain]} {_EDGE}",
        controls=("RC-03",),
    )


OVER_SERVICING = _kpi(
    "over_servicing",
    "Over-servicing",
    "What is the work worth that we give beyond what we sold?",
    "Approved hours worked in the period beyond the project's hours sold, at the list rate.",
    Total(terms=((1, _valued("project")),)),
    Unit.MONEY,
    Kind.FLOW,
    "project",
)
OVER_SERVICED_HOURS = _kpi(
    "over_serviced_hours",
    "Over-serviced hours",
    "How many hours did we work beyond what we sold?",
    "Approved hours worked in the period beyond the project's hours sold.",
    Total(terms=((1, _over("project")),)),
    Unit.HOURS,
    Kind.FLOW,
    "project",
)
OVER_SERVICING_PCT = _kpi(
    "over_servicing_pct",
    "Over-servicing %",
    "How far are projects beyond the hours we sold?",
    "Approved hours beyond the projects' hours sold, to date, divided by hours sold.",
    Ratio(
        numerator=Total(terms=((1, _over("project")),), window=TO_DATE),
        denominator=Total(terms=((1, _SOLD_HOURS),)),
        empty=Reason.NO_BUDGET,
    ),
    Unit.PERCENT,
    Kind.RATIO,
    "project",
    by=_BY_SOLD,
)
TASK_OVER_SERVICING = _kpi(
    "task_over_servicing",
    "Over-servicing of tasks",
    "What is the work worth that exceeds the plan of its task?",
    "Approved hours worked in the period beyond the task's planned hours, at the list rate.",
    Total(terms=((1, _valued("task")),)),
    Unit.MONEY,
    Kind.FLOW,
    "task",
)
TASK_OVER_SERVICED_HOURS = _kpi(
    "task_over_serviced_hours",
    "Over-serviced hours of tasks",
    "How many hours did tasks take beyond their plan?",
    "Approved hours worked in the period beyond the task's planned hours.",
    Total(terms=((1, _over("task")),)),
    Unit.HOURS,
    Kind.FLOW,
    "task",
)
UNSOLD_PROJECTS = Kpi(
    key="projects_without_hours_sold",
    title="Projects without hours sold",
    question="Of how many projects do we not know how many hours were sold?",
    definition="Fixed-fee and capped client projects that are active and have no budget of hours.",
    unit=Unit.COUNT,
    kind=Kind.STOCK,
    better=Better.LOWER,
    erp=_SOLD,
    psa=Total(
        terms=(
            (
                1,
                replace(
                    _SOLD_HOURS,
                    key="unsold_projects",
                    title="Projects without hours sold",
                    value=None,
                    where=(
                        dim_project.c.kind == "client",
                        dim_project.c.is_active.is_(True),
                        dim_project.c.budget_hours.is_(None) | (dim_project.c.budget_hours <= 0),
                        dim_project_terms.c.terms.in_(("fixed", "capped")),
                    ),
                ),
            ),
        ),
        empty=Reason.NO_CASES,
    ),
    record=Side.PSA,
    by=_BY_SOLD,
    tolerance=Decimal(0),
    source="KPI catalogue B8",
    group="B",
    edge_cases="As of today: neither system keeps what it was. Over-servicing cannot be told of these.",
    controls=("RC-12",),
)
