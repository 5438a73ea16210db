"""What hours are used for, week by week, over the past and ahead; and the hours there are (A1, A2, A6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

from sqlalchemy import ColumnElement, Table, case

from ..tables.booking import fct_booking
from ..tables.staffing import fct_capacity, fct_capacity_ahead, fct_time
from .kpi import Better, Kind, Kpi, Measure, Side, Total, Unit
from .outlook import BOOKED, BY_WEEK, NO_BOOKINGS, OVER
from .staffing import BILLABLE_HOURS, NET_CAPACITY, WORK, by_day, by_person, of_person

_RULES = (
    "People with a target. Until yesterday hours count when they are handed in, from today on as they are booked, soft "
    "bookings times their probability. Rejected hours and bookings are left out."
)


def _used(measure: Measure, use: ColumnElement[str]) -> Measure:
    return replace(measure, dimensions={**measure.dimensions, "use": use})


_WORKED = _used(
    by_day(
        replace(
            BILLABLE_HOURS,
            key="hours_handed_in",
            title="Hours handed in or approved",
            where=(
                fct_time.c.status.in_(("approved", "submitted")),
                fct_time.c.kind.in_(WORK),
                fct_time.c.in_rollup.is_(True),
            ),
        ),
        OVER,
    ),
    case(
        (fct_time.c.is_billable.is_(True), "billable"),
        (fct_time.c.kind == "internal_admin", "admin"),
        else_="productive",
    ),
)
_BOOKED = _used(
    replace(BOOKED, key="hours_booked", where=(*BOOKED.where, fct_booking.c.in_rollup.is_(True))),
    case((fct_booking.c.is_billable.is_(True), "booked"), else_="booked_internal"),
)


def _capacity(table: Table, hours: str, key: str, title: str, use: str = "") -> Measure:
    """Hours of people's days, before today's end or after it."""
    measure = by_day(
        replace(
            NET_CAPACITY,
            key=key,
            title=title,
            table=table,
            value=table.c[hours],
            month=table.c.month,
            where=(table.c.in_rollup.is_(True), table.c[hours] > 0),
            joins=of_person(table),
            dimensions=by_person(table),
            columns=tuple(table.c[column.name] for column in NET_CAPACITY.columns),
        )
    )
    is_leave: ColumnElement[str] = case((table.c.in_rollup.is_(True), use), else_=use)
    return _used(measure, is_leave) if use else measure


_hours = partial(
    Kpi,
    unit=Unit.HOURS,
    kind=Kind.FLOW,
    better=Better.HIGHER,
    erp=NO_BOOKINGS,
    record=Side.PSA,
    tolerance=Decimal("0.1"),
    group="A",
    compared=(),
    controls=("RC-03", "RC-12"),
)

HOURS_BY_USE = _hours(
    key="hours_by_use",
    title="Hours by use",
    question="What are our people's hours used for, and what are they booked for?",
    definition=(
        "Hours handed in: billable, productive (other client work and productive internal work), other work; hours booked from "
        "today on; and leave."
    ),
    psa=Total(
        terms=(
            (1, _WORKED),
            (1, _BOOKED),
            (1, _capacity(fct_capacity, "leave_hours", "leave_so_far", "Leave", "leave")),
            (
                1,
                _capacity(
                    fct_capacity_ahead, "leave_hours", "leave_to_come", "Leave ahead", "leave_ahead"
                ),
            ),
        )
    ),
    by=(*BY_WEEK, "use"),
    source="KPI catalogue A2, A6",
    edge_cases=f"{_RULES} What is left to capacity is free, or not written down yet.",
)
CAPACITY_IN_ALL = _hours(
    key="capacity_with_ahead",
    title="Capacity, days ahead included",
    question="How many hours are our people scheduled for, in the weeks ahead too?",
    definition="Gross capacity of people with a target: of days over, of today, and of those to come.",
    psa=Total(
        terms=(
            (1, _capacity(fct_capacity, "gross_hours", "gross_so_far", "Capacity up to today")),
            (
                1,
                _capacity(
                    fct_capacity_ahead, "gross_hours", "gross_to_come", "Capacity after today"
                ),
            ),
        )
    ),
    by=BY_WEEK,
    source="KPI catalogue A1, A6",
    edge_cases="Public holidays are taken off, leave is not. Known for a year ahead.",
)
