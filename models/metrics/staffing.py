"""Staffing: how much of the hours there were went into billable work."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Column, Table

from ..tables.conformed import dim_person
from ..tables.staffing import fct_capacity, fct_time, fct_time_bill
from .kpi import Better, Join, Kind, Kpi, Measure, Ratio, Reason, Record, Side, Total, Unit

_BY = ("subsidiary", "department", "person")


def _person(fact: Table) -> tuple[Join, ...]:
    """The person's own subsidiary: that of a time entry's fact is the project's."""
    return (Join(table=dim_person, on=dim_person.c.person_key == fact.c.person_key),)


def _dimensions(fact: Table) -> dict[str, Column[object]]:
    return {
        "subsidiary": dim_person.c.subsidiary_key,
        "department": fact.c.department_key,
        "person": fact.c.person_key,
    }


BILLABLE_HOURS = Measure(
    key="billable_hours",
    title="Approved billable hours",
    system="suiteprojects",
    table=fct_time,
    value=fct_time.c.hours,
    month=fct_time.c.month,
    where=(
        fct_time.c.status == "approved",
        fct_time.c.is_billable.is_(True),
        fct_time.c.in_rollup.is_(True),
    ),
    joins=_person(fct_time),
    dimensions=_dimensions(fct_time),
    columns=(
        fct_time.c.day,
        fct_time.c.month,
        fct_time.c.person_key,
        fct_time.c.department_key,
        fct_time.c.project_key,
        fct_time.c.customer_key,
        fct_time.c.task_key,
        fct_time.c.notes,
    ),
    record=Record(type="Task", id=fct_time.c.time_entry_id),
)
BILLABLE_TIME_BILLS = Measure(
    key="billable_time_bills",
    title="Approved billable time bills",
    system="netsuite",
    table=fct_time_bill,
    value=fct_time_bill.c.hours,
    month=fct_time_bill.c.month,
    where=(
        fct_time_bill.c.is_billable.is_(True),
        fct_time_bill.c.is_approved.is_(True),
        fct_time_bill.c.in_rollup.is_(True),
    ),
    joins=_person(fct_time_bill),
    dimensions=_dimensions(fct_time_bill),
    columns=(
        fct_time_bill.c.day,
        fct_time_bill.c.month,
        fct_time_bill.c.person_key,
        fct_time_bill.c.department_key,
        fct_time_bill.c.project_key,
        fct_time_bill.c.customer_key,
    ),
    record=Record(type="timebill", id=fct_time_bill.c.time_bill_id),
)
NET_CAPACITY = Measure(
    key="net_capacity",
    title="Net capacity",
    system="suiteprojects",
    table=fct_capacity,
    value=fct_capacity.c.net_hours,
    month=fct_capacity.c.month,
    where=(fct_capacity.c.in_rollup.is_(True),),
    joins=_person(fct_capacity),
    dimensions=_dimensions(fct_capacity),
    columns=(
        fct_capacity.c.day,
        fct_capacity.c.month,
        fct_capacity.c.person_key,
        fct_capacity.c.department_key,
        fct_capacity.c.gross_hours,
        fct_capacity.c.leave_hours,
    ),
)

_CAPACITY = Total(terms=((1, NET_CAPACITY),))

BILLABLE_UTILIZATION = Kpi(
    key="billable_utilization",
    title="Billable utilisation",
    question="Which share of our people's hours went into billable client work?",
    definition=(
        "Approved billable hours on client projects (NetSuite: as exported time bills) divided by net "
        "capacity: scheduled hours less public holidays and leave. People without a utilisation "
        "target are left out."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    erp=Ratio(
        numerator=Total(terms=((1, BILLABLE_TIME_BILLS),)),
        denominator=_CAPACITY,
        empty=Reason.NO_CAPACITY,
    ),
    psa=Ratio(
        numerator=Total(terms=((1, BILLABLE_HOURS),)),
        denominator=_CAPACITY,
        empty=Reason.NO_CAPACITY,
    ),
    record=Side.PSA,
    by=_BY,
    tolerance=Decimal("0.005"),
    source="KPI catalogue A2",
    group="A",
    edge_cases=(
        "It can exceed 100 %. Fixed-fee hours and hours above a cap count. Hours count in the month they were "
        "worked in, whenever they were entered."
    ),
    controls=("RC-03", "RC-04"),
)
