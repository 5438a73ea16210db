"""Earned value of tasks: what was due, what is done, what that has cost (C7)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Column

from ..access import Hidden
from ..tables.conformed import dim_project
from ..tables.delivery import fct_task_value
from .kpi import (
    CLOSING,
    Better,
    Formula,
    Join,
    Kind,
    Kpi,
    Measure,
    NotHeld,
    Product,
    Ratio,
    Reason,
    Record,
    Side,
    Sum,
    Total,
    Unit,
    columns_of,
)

BY_TASK = ("subsidiary", "department", "customer", "project", "manager", "contract_type", "stream")
NO_TASKS = NotHeld(why="Tasks, their plans and how far they are are kept in SuiteProjects Pro.")
TODAY_ONLY = "Known for the running month alone: neither system keeps how complete a task was."
_EDGE = (
    "Active client projects, tasks that have a budget of cost, dates and a reported percent complete; others are left "
    f"out on both sides. {TODAY_ONLY} The plan is today's. Plan and cost are taken at the exchange rates of the "
    "project's beginning. "
)
_CONTROLS = ("RC-03", "RC-04")
_ROUNDING = Decimal("0.005")


def of_task(
    key: str,
    title: str,
    value: Column[Decimal],
    *shown: Column[Decimal],
    cost: bool = False,
    known: Column[bool] | None = None,
) -> Measure:
    """What tasks contribute to a number.

    Args:
        shown: columns of the rows beside those that tell which task it is.
        cost: whether it tells what people cost.
        known: which tasks count.
    """
    return Measure(
        key=key,
        title=title,
        system="suiteprojects",
        table=fct_task_value,
        value=value,
        month=fct_task_value.c.month,
        where=() if known is None else (known.is_(True),),
        dimensions=columns_of(fct_task_value, BY_TASK),
        columns=(
            fct_task_value.c.project_key,
            fct_task_value.c.task_key,
            fct_task_value.c.manager_key,
            fct_task_value.c.starts_on,
            fct_task_value.c.ends_on,
            fct_task_value.c.percent_complete,
            *shown,
        ),
        joins=(
            Join(table=dim_project, on=dim_project.c.project_key == fct_task_value.c.project_key),
        ),
        record=Record(type="Project", id=dim_project.c.suiteprojects_id),
        hidden_by=Hidden.PERSON_COST if cost else None,
    )


def _worth(key: str, title: str, value: Column[Decimal], *, cost: bool = False) -> Total:
    measure = of_task(
        key,
        title,
        value,
        fct_task_value.c.bac_subsidiary,
        fct_task_value.c.subsidiary_currency,
        cost=cost,
        known=fct_task_value.c.is_valued,
    )
    return Total(terms=((1, measure),), window=CLOSING, empty=Reason.NO_BASELINE)


BAC = _worth("bac", "Budgeted cost of all work", fct_task_value.c.bac_base)
PV = _worth("pv", "Budgeted cost of work due", fct_task_value.c.pv_base)
EV = _worth("ev", "Budgeted cost of work done", fct_task_value.c.ev_base)
AC = _worth("ac", "Actual cost of work done", fct_task_value.c.ac_base, cost=True)

CPI_FORMULA = Ratio(numerator=EV, denominator=AC, empty=Reason.NO_COST)
SPI_FORMULA = Ratio(numerator=EV, denominator=PV, empty=Reason.NO_VALUE)


def _kpi(
    key: str,
    title: str,
    question: str,
    definition: str,
    formula: Formula,
    *,
    unit: Unit = Unit.MONEY,
    edge: str = "",
) -> Kpi:
    money = unit is Unit.MONEY
    return Kpi(
        key=key,
        title=title,
        question=question,
        definition=definition,
        unit=unit,
        kind=Kind.STOCK if money else Kind.RATIO,
        better=Better.HIGHER,
        erp=NO_TASKS,
        psa=formula,
        record=Side.PSA,
        by=BY_TASK,
        tolerance=Decimal(1) if money else _ROUNDING,
        source="KPI catalogue C7",
        group="C",
        compared=(),
        edge_cases=_EDGE + edge,
        controls=_CONTROLS,
    )


BUDGET_AT_COMPLETION = _kpi(
    "budget_at_completion",
    "Budget at completion (BAC)",
    "What were the tasks of our projects planned to cost?",
    "The budgets of cost of tasks, summed.",
    BAC,
)
PLANNED_VALUE = _kpi(
    "planned_value",
    "Planned value (PV)",
    "What of their budget should be done by now?",
    "Each task's budget of cost, spread evenly over the working days between its dates, up to today.",
    PV,
)
EARNED_VALUE = _kpi(
    "earned_value",
    "Earned value (EV)",
    "What of their budget is done?",
    "Each task's budget of cost times its percent complete as the project's manager reports it.",
    EV,
    edge="Reported, not hours over planned hours: else cost would be measured by itself.",
)
ACTUAL_COST = _kpi(
    "earned_value_cost",
    "Actual cost of work done (AC)",
    "What has the work on the tasks cost?",
    "Approved hours on the tasks at loaded cost.",
    AC,
    edge="Hours without a known cost count for nothing.",
)
COST_VARIANCE = _kpi(
    "cost_variance",
    "Cost variance (CV)",
    "By how much is the work done cheaper than planned?",
    "Earned value less actual cost; below zero the work costs more than planned.",
    Sum(terms=((1, EV), (-1, AC))),
)
SCHEDULE_VARIANCE = _kpi(
    "schedule_variance",
    "Schedule variance (SV)",
    "How much more is done than was due?",
    "Earned value less planned value; below zero the work is behind.",
    Sum(terms=((1, EV), (-1, PV))),
)
COST_PERFORMANCE = _kpi(
    "cost_performance_index",
    "Cost performance index (CPI)",
    "What do we get for what the work costs?",
    "Earned value divided by actual cost, both summed first; below 1 the work costs more than planned.",
    CPI_FORMULA,
    unit=Unit.FACTOR,
    edge="Without cost there is none.",
)
SCHEDULE_PERFORMANCE = _kpi(
    "schedule_performance_index",
    "Schedule performance index (SPI)",
    "How much of what was due is done?",
    "Earned value divided by planned value, both summed first; below 1 the work is behind.",
    SPI_FORMULA,
    unit=Unit.FACTOR,
    edge="Without anything due there is none. It nears 1 when a project ends, however late.",
)
COST_SCHEDULE = _kpi(
    "cost_schedule_index",
    "Cost schedule index (CSI)",
    "How are cost and schedule together?",
    "Cost performance index times schedule performance index.",
    Product(factors=(CPI_FORMULA, SPI_FORMULA)),
    unit=Unit.FACTOR,
)
TO_COMPLETE_PERFORMANCE = _kpi(
    "to_complete_index",
    "To-complete performance index (TCPI)",
    "How well must the rest go for the budget to be kept?",
    "What is left to earn (BAC less EV) divided by what is left to spend (BAC less AC), both summed first.",
    Ratio(
        numerator=Sum(terms=((1, BAC), (-1, EV))),
        denominator=Sum(terms=((1, BAC), (-1, AC))),
        empty=Reason.BUDGET_EXHAUSTED,
        positive=True,
    ),
    unit=Unit.FACTOR,
    edge="Once as much is spent as there was, there is none: the budget is exhausted.",
)
