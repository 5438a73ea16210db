"""The weeks ahead: how far people are booked, and where they are booked for more than they are there (A6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import Table

from ..tables.booking import fct_booking
from ..tables.calendar import dim_day
from ..tables.staffing import fct_capacity, fct_capacity_ahead, fct_time
from .kpi import (
    Better,
    Floor,
    Kind,
    Kpi,
    Measure,
    NotHeld,
    Ratio,
    Reason,
    Record,
    Side,
    Total,
    Unit,
)
from .staffing import (
    BILLABLE_HOURS,
    BY_PERSON,
    COMPARED,
    NET_CAPACITY,
    by_day,
    by_person,
    of_person,
)

BY_WEEK = (*BY_PERSON, "week")
NO_BOOKINGS = NotHeld(
    why="Bookings and work schedules are kept in SuiteProjects Pro; NetSuite knows none of them."
)
AHEAD = dim_day.c.is_ahead.is_(True)
OVER = dim_day.c.is_ahead.is_(False)
STANDS = fct_booking.c.status != "rejected"

BOOKED = by_day(
    Measure(
        key="booked_hours",
        title="Booked hours from today on",
        system="suiteprojects",
        table=fct_booking,
        value=fct_booking.c.weighted_hours,
        month=fct_booking.c.month,
        where=(STANDS,),
        joins=of_person(fct_booking),
        dimensions=by_person(fct_booking),
        columns=(
            fct_booking.c.day,
            fct_booking.c.month,
            fct_booking.c.person_key,
            fct_booking.c.department_key,
            fct_booking.c.project_key,
            fct_booking.c.customer_key,
            fct_booking.c.booking_type,
            fct_booking.c.hours,
            fct_booking.c.probability,
        ),
        record=Record(type="Booking", id=fct_booking.c.booking_id),
    ),
    AHEAD,
)
_BILLABLE = (fct_booking.c.is_billable.is_(True), fct_booking.c.in_rollup.is_(True))


def _booked(key: str, title: str, *where: Any) -> Measure:
    return replace(BOOKED, key=key, title=title, where=(*BOOKED.where, *where))


HARD = _booked(
    "hard_booked", "Hard-booked billable hours", *_BILLABLE, fct_booking.c["class"] == "hard"
)
SOFT = _booked(
    "soft_booked",
    "Soft-booked billable hours times their probability",
    *_BILLABLE,
    fct_booking.c["class"] == "soft",
)


def _capacity(table: Table, key: str, title: str) -> Measure:
    """Net capacity of one of the two facts that hold it."""
    return by_day(
        replace(
            NET_CAPACITY,
            key=key,
            title=title,
            table=table,
            value=table.c.net_hours,
            month=table.c.month,
            where=(table.c.in_rollup.is_(True),),
            joins=of_person(table),
            dimensions=by_person(table),
            columns=tuple(table.c[column.name] for column in NET_CAPACITY.columns),
        )
    )


NET_SO_FAR = _capacity(fct_capacity, "net_so_far", "Net capacity up to today")
NET_TO_COME = _capacity(fct_capacity_ahead, "net_to_come", "Net capacity after today")
NET_TODAY = replace(
    NET_SO_FAR, key="net_today", title="Net capacity of today", where=(*NET_SO_FAR.where, AHEAD)
)
NET_AHEAD = Total(terms=((1, NET_TODAY), (1, NET_TO_COME)))
NET_WHOLE = Total(terms=((1, NET_SO_FAR), (1, NET_TO_COME)))
_WORKED = by_day(
    replace(
        BILLABLE_HOURS,
        key="worked_before_today",
        title="Approved and submitted billable hours up to yesterday",
        where=(
            fct_time.c.status.in_(("approved", "submitted")),
            fct_time.c.is_billable.is_(True),
            fct_time.c.in_rollup.is_(True),
        ),
    ),
    OVER,
)
_RULES = (
    "Which booking types are hard, soft or internal the business file says; a soft booking counts by the "
    "probability of its project's opportunity, else by the configured one. Rejected bookings and those on tasks "
    "that are not billed are left out, and so are people without a target. Capacity is known for a year ahead."
)

_outlook = partial(
    Kpi,
    erp=NO_BOOKINGS,
    record=Side.PSA,
    by=BY_WEEK,
    source="KPI catalogue A6",
    group="A",
)

BOOKED_UTILIZATION = _outlook(
    key="booked_utilization",
    title="Booked utilisation",
    question="How far are our people booked on billable work from today on?",
    definition=(
        "Hard-booked billable hours and soft-booked ones times their probability, divided by net capacity; the "
        "period's days from today on only."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    psa=Ratio(
        numerator=Total(terms=((1, HARD), (1, SOFT))),
        denominator=NET_AHEAD,
        empty=Reason.NO_CAPACITY,
    ),
    tolerance=Decimal("0.005"),
    edge_cases=f"A period that is over has none. Over-booked days count in full. {_RULES}",
    controls=("RC-12",),
)
HARD_BOOKED_UTILIZATION = _outlook(
    key="hard_booked_utilization",
    title="Hard-booked utilisation",
    question="How far are our people firmly booked on billable work from today on?",
    definition=(
        "Hard-booked billable hours divided by net capacity; the period's days from today on only."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    psa=Ratio(numerator=Total(terms=((1, HARD),)), denominator=NET_AHEAD, empty=Reason.NO_CAPACITY),
    tolerance=Decimal("0.005"),
    edge_cases=f"A period that is over has none. {_RULES}",
    controls=("RC-12",),
)
FORECAST_UTILIZATION = _outlook(
    key="forecast_utilization",
    title="Forecast utilisation",
    question="Where will billable utilisation of this period end?",
    definition=(
        "Approved and submitted billable hours up to yesterday, and from today on hard-booked billable hours and "
        "soft-booked ones times their probability, divided by the net capacity of the whole period."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    psa=Ratio(
        numerator=Total(terms=((1, _WORKED), (1, HARD), (1, SOFT))),
        denominator=NET_WHOLE,
        empty=Reason.NO_CAPACITY,
    ),
    tolerance=Decimal("0.005"),
    compared=COMPARED,
    edge_cases=(
        "In a period that is over it is billable utilisation with submitted hours, in one ahead booked utilisation. "
        f"What was booked before today never counts. {_RULES}"
    ),
    controls=("RC-03", "RC-12"),
)
OVER_BOOKED_HOURS = _outlook(
    key="over_booked_hours",
    title="Over-booked hours",
    question="For how many hours are people booked beyond those they are there for?",
    definition=(
        "Booked hours (soft ones times their probability) of a person and day less net capacity, from today on and "
        "never below zero for a day."
    ),
    unit=Unit.HOURS,
    kind=Kind.FLOW,
    better=Better.LOWER,
    psa=Floor(
        total=Total(
            terms=(
                (1, _booked("booked", "Booked hours", fct_booking.c.in_rollup.is_(True))),
                (-1, NET_TODAY),
                (-1, NET_TO_COME),
            )
        ),
        per=("person", "day"),
    ),
    tolerance=Decimal("0.1"),
    edge_cases="Leave granted after a booking shows up here. People without a target are left out.",
    controls=(),
)
