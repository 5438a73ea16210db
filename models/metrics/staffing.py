"""Staffing: the hours that were worked and the hours there were; measures that many numbers share."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Table, case

from ..tables.calendar import dim_day
from ..tables.conformed import dim_person
from ..tables.staffing import fct_capacity, fct_time, fct_time_bill
from .kpi import Basis, Better, Join, Kind, Kpi, Measure, Ratio, Reason, Record, Side, Total, Unit
from .plan import planned_share, planned_total

BY_PERSON = ("subsidiary", "department", "person", "role")
BY_CLASS = (*BY_PERSON, "employment")
COMPARED = (Basis.PRIOR_PERIOD, Basis.PRIOR_YEAR)
BENCHMARKED = (*COMPARED, Basis.BENCHMARK)
PLANNED = (*COMPARED, Basis.PLAN, Basis.BENCHMARK)


def of_person(fact: Table) -> tuple[Join, ...]:
    """The person's own subsidiary and role: the subsidiary of a time entry's fact is the project's."""
    return (Join(table=dim_person, on=dim_person.c.person_key == fact.c.person_key),)


def by_person(fact: Table) -> dict[str, ColumnElement[Any]]:
    """The dimensions of a fact with `of_person`."""
    return {
        "subsidiary": dim_person.c.subsidiary_key,
        "department": fact.c.department_key,
        "role": dim_person.c.role,
        "person": fact.c.person_key,
        "employment": dim_person.c.kind,
    }


def by_day(measure: Measure, *where: ColumnElement[bool]) -> Measure:
    """A measure that knows the week of its rows, and which of them lie ahead (`dim_day`)."""
    fact = measure.table
    return replace(
        measure,
        joins=(*measure.joins, Join(table=dim_day, on=dim_day.c.day == fact.c.day)),
        dimensions={**measure.dimensions, "week": dim_day.c.week},
        where=(*measure.where, *where),
    )


_APPROVED = fct_time.c.status == "approved"
_IN_ROLLUP = fct_time.c.in_rollup.is_(True)
WORK = ("client", "internal_productive", "internal_admin")  # all kinds but time off

BILLABLE_HOURS = Measure(
    key="billable_hours",
    title="Approved billable hours",
    system="suiteprojects",
    table=fct_time,
    value=fct_time.c.hours,
    month=fct_time.c.month,
    where=(_APPROVED, fct_time.c.is_billable.is_(True), _IN_ROLLUP),
    joins=of_person(fct_time),
    dimensions={
        **by_person(fct_time),
        "purpose": case((fct_time.c.kind == "client", "client"), else_=fct_time.c.purpose),
    },
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
SUBMITTED_BILLABLE_HOURS = replace(
    BILLABLE_HOURS,
    key="submitted_billable_hours",
    title="Submitted billable hours, not yet approved",
    where=(fct_time.c.status == "submitted", fct_time.c.is_billable.is_(True), _IN_ROLLUP),
)
PRODUCTIVE_HOURS = replace(
    BILLABLE_HOURS,
    key="productive_hours",
    title="Approved hours of productive internal work",
    where=(_APPROVED, fct_time.c.kind == "internal_productive", _IN_ROLLUP),
)
CREDITED_HOURS = replace(
    BILLABLE_HOURS,
    key="credited_hours",
    title="Approved hours that are credited",
    where=(_APPROVED, fct_time.c.crediting == "credited", _IN_ROLLUP),
)
EXCLUDED_HOURS = replace(
    BILLABLE_HOURS,
    key="excluded_hours",
    title="Approved hours that are excluded",
    where=(_APPROVED, fct_time.c.crediting == "excluded", _IN_ROLLUP),
)
WORKED_HOURS = replace(
    BILLABLE_HOURS,
    key="worked_hours",
    title="Approved hours of work",
    where=(_APPROVED, fct_time.c.kind.in_(WORK), _IN_ROLLUP),
)
LOGGED_HOURS = replace(
    BILLABLE_HOURS,
    key="logged_hours",
    title="Hours written down, time off included",
    where=(fct_time.c.status != "rejected", _IN_ROLLUP),
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
    joins=of_person(fct_time_bill),
    dimensions=by_person(fct_time_bill),
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
    joins=of_person(fct_capacity),
    dimensions=by_person(fct_capacity),
    columns=(
        fct_capacity.c.day,
        fct_capacity.c.month,
        fct_capacity.c.person_key,
        fct_capacity.c.department_key,
        fct_capacity.c.gross_hours,
        fct_capacity.c.leave_hours,
    ),
)
GROSS_CAPACITY = replace(
    NET_CAPACITY, key="gross_capacity", title="Gross capacity", value=fct_capacity.c.gross_hours
)
TARGET_CAPACITY = replace(
    NET_CAPACITY, key="target_hours", title="Target hours", value=fct_capacity.c.target_hours
)

CAPACITY = Total(terms=((1, NET_CAPACITY),))

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
        denominator=CAPACITY,
        empty=Reason.NO_CAPACITY,
    ),
    psa=Ratio(
        numerator=Total(terms=((1, BILLABLE_HOURS),)),
        denominator=CAPACITY,
        empty=Reason.NO_CAPACITY,
    ),
    record=Side.PSA,
    submitted="billable_utilization_submitted",
    by=BY_CLASS,
    tolerance=Decimal("0.005"),
    compared=PLANNED,
    plan=planned_share(planned_total("billable_hours"), planned_total("capacity_hours")),
    source="KPI catalogue A2",
    group="A",
    edge_cases=(
        "It can exceed 100 %. Fixed-fee hours and hours above a cap count. Hours count in the month they were "
        "worked in, whenever they were entered."
    ),
    controls=("RC-03", "RC-04"),
)
