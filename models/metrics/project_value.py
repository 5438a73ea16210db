"""What live projects add to numbers: the measures of `fct_project_value`, and how a number of them is declared."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Column, ColumnElement

from ..tables.conformed import dim_project
from ..tables.delivery import fct_project_value
from .formula import Formula
from .kpi import (
    CLOSING,
    Better,
    Join,
    Kind,
    Kpi,
    Measure,
    NotHeld,
    Reason,
    Record,
    Side,
    Total,
    Unit,
    columns_of,
)

value = fct_project_value.c
BY_PROJECT = (
    "subsidiary",
    "department",
    "customer",
    "project",
    "manager",
    "contract_type",
    "stream",
    "health",
)
LIVE_EDGE = (
    "Active client projects. Known for the running month alone: neither system keeps plans, bookings and progress as "
    "they were. "
)
ONLY_PSA = NotHeld(why="Plans, bookings and progress of projects are kept in SuiteProjects Pro.")


def of_project(
    key: str,
    title: str,
    number: ColumnElement[Any] | None,
    *shown: Column[Any],
    unit: Unit | None = None,
    where: tuple[ColumnElement[bool], ...] = (),
) -> Measure:
    """What projects contribute to a number; rows show the project, its manager and `shown`."""
    return Measure(
        key=key,
        title=title,
        system="suiteprojects",
        table=fct_project_value,
        value=number,
        unit=unit,
        month=value.month,
        where=where,
        joins=(Join(table=dim_project, on=dim_project.c.project_key == value.project_key),),
        dimensions=columns_of(fct_project_value, BY_PROJECT),
        columns=(
            value.project_key,
            value.customer_key,
            value.department_key,
            value.subsidiary_key,
            value.manager_key,
            *shown,
        ),
        record=Record(type="Project", id=dim_project.c.suiteprojects_id),
    )


def now(*measures: Measure, empty: Reason | None) -> Total:
    """Their sum as it stands."""
    return Total(terms=tuple((1, one) for one in measures), window=CLOSING, empty=empty)


def live_kpi(
    key: str,
    title: str,
    question: str,
    definition: str,
    formula: Formula,
    *,
    source: str,
    unit: Unit = Unit.MONEY,
    better: Better = Better.LOWER,
    edge: str = "",
    controls: tuple[str, ...] = ("RC-03", "RC-04"),
) -> Kpi:
    """A number of the projects that are live today, which SuiteProjects Pro alone knows."""
    summed = unit in {Unit.MONEY, Unit.COUNT}
    tolerance = {Unit.MONEY: Decimal(1), Unit.COUNT: Decimal(0)}
    return Kpi(
        key=key,
        title=title,
        question=question,
        definition=definition,
        unit=unit,
        kind=Kind.STOCK if summed else Kind.RATIO,
        better=better,
        erp=ONLY_PSA,
        psa=formula,
        record=Side.PSA,
        by=BY_PROJECT,
        tolerance=tolerance.get(unit, Decimal("0.005")),
        source=f"KPI catalogue {source}",
        group="C",
        compared=(),
        edge_cases=LIVE_EDGE + edge,
        controls=controls,
    )
