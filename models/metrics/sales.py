"""Sales: what is ordered and still to be earned."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Column

from ..tables.conformed import dim_project
from ..tables.sales import fct_backlog
from .kpi import Better, Join, Kind, Kpi, Lens, Measure, Record, Side, Total, Unit

BY_CONTRACT = ("subsidiary", "department", "customer", "project", "stream")


def _remaining(system: str, title: str, record: str, record_id: Column[object]) -> Total:
    measure = Measure(
        key=f"{system}_backlog",
        title=title,
        system=system,
        table=fct_backlog,
        value=fct_backlog.c.amount_base,
        lenses={Lens.TRANSACTION: ("remaining", "currency")},
        month=fct_backlog.c.month,
        where=(fct_backlog.c.system == system,),
        joins=(Join(table=dim_project, on=dim_project.c.project_key == fct_backlog.c.project_key),),
        dimensions={
            **{name: fct_backlog.c[f"{name}_key"] for name in BY_CONTRACT[:-1]},
            "stream": fct_backlog.c.stream,
        },
        columns=(
            fct_backlog.c.day,
            fct_backlog.c.contract,
            fct_backlog.c.project_key,
            fct_backlog.c.customer_key,
            fct_backlog.c.department_key,
            fct_backlog.c.subsidiary_key,
            fct_backlog.c.stream,
            fct_backlog.c.contracted,
            fct_backlog.c.recognized,
            fct_backlog.c.remaining,
            fct_backlog.c.currency,
        ),
        record=Record(type=record, id=record_id),
    )
    return Total(terms=((1, measure),))


TO_BE_EARNED = _remaining("netsuite", "Sales orders to be earned", "job", dim_project.c.netsuite_id)
BACKLOG = Kpi(
    key="backlog",
    title="Backlog",
    question="How much of what customers have ordered is still to be earned?",
    definition=(
        "Contracted value less revenue recognised to date, contract by contract, never below zero, "
        "closed contracts left out. NetSuite: sales orders; SuiteProjects Pro: customer purchase "
        "orders. At the closing rate."
    ),
    unit=Unit.MONEY,
    kind=Kind.STOCK,
    better=Better.HIGHER,
    erp=TO_BE_EARNED,
    psa=_remaining(
        "suiteprojects", "Contracts to be earned", "Project", dim_project.c.suiteprojects_id
    ),
    record=Side.ERP,
    by=BY_CONTRACT,
    tolerance=Decimal(100),
    tolerance_share=Decimal("0.01"),
    needs_history=True,
    source="KPI catalogue E2",
    group="E",
    edge_cases="A contract that is overrun counts as zero and never takes from another's.",
    controls=("RC-08",),
)
