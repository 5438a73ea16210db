"""Capacity against demand, by role and week (A9)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Table, func

from ..tables.booking import fct_booking
from ..tables.conformed import dim_person
from ..tables.outlook import fct_unstaffed
from ..tables.people import dim_role
from .kpi import Better, Join, Kind, Kpi, Measure, Ratio, Reason, Side, Total, Unit
from .outlook import AHEAD, BOOKED, NET_TO_COME, NET_TODAY, NO_BOOKINGS, STANDS
from .staffing import by_day

_BY = ("subsidiary", "department", "role", "week")
_GENERIC = func.coalesce(dim_person.c.kind, "") == "generic"
_SOFT_OR_HARD = fct_booking.c["class"].in_(("hard", "soft"))


def _of_role(fact: Table) -> Join:
    return Join(table=dim_role, on=dim_role.c.role_key == fact.c.role_key)


def _role() -> ColumnElement[Any]:
    return func.nullif(dim_role.c.name, "Not assigned")


def _known(first: ColumnElement[Any], second: ColumnElement[Any]) -> ColumnElement[Any]:
    """The person's, else the project's."""
    return func.coalesce(func.nullif(first, -1), second)


def _by_role(measure: Measure, key: str) -> Measure:
    """Capacity by the role (the primary job code) that each person has on the day."""
    fact = measure.table
    return replace(
        measure,
        key=key,
        joins=(*measure.joins, _of_role(fact)),
        dimensions={**measure.dimensions, "role": _role()},
        columns=(*measure.columns, fact.c.role_key),
    )


_BOOKED = replace(
    BOOKED,
    joins=(*BOOKED.joins, _of_role(fct_booking)),
    dimensions={
        "subsidiary": _known(dim_person.c.subsidiary_key, fct_booking.c.subsidiary_key),
        "department": _known(fct_booking.c.department_key, fct_booking.c.project_department_key),
        "role": _role(),
        "week": BOOKED.dimensions["week"],
    },
    columns=(*BOOKED.columns, fct_booking.c.role_key),
)
_STAFFED = replace(
    _BOOKED,
    key="staffed_demand",
    title="Hard-booked hours, and soft-booked ones times their probability",
    where=(STANDS, AHEAD, _SOFT_OR_HARD, ~_GENERIC),
)
_OF_GENERIC = replace(
    _BOOKED,
    key="generic_demand",
    title="Hours booked on generic resources",
    where=(STANDS, AHEAD, _SOFT_OR_HARD, _GENERIC),
)
_REQUESTED = by_day(
    Measure(
        key="requested_hours",
        title="Hours of open resource requests",
        system="suiteprojects",
        table=fct_unstaffed,
        value=fct_unstaffed.c.hours,
        month=fct_unstaffed.c.month,
        joins=(_of_role(fct_unstaffed),),
        dimensions={
            "subsidiary": fct_unstaffed.c.subsidiary_key,
            "department": fct_unstaffed.c.department_key,
            "role": _role(),
        },
        columns=(
            fct_unstaffed.c.day,
            fct_unstaffed.c.month,
            fct_unstaffed.c.request,
            fct_unstaffed.c.role_key,
            fct_unstaffed.c.project_key,
            fct_unstaffed.c.customer_key,
        ),
    ),
    AHEAD,
)
_CAPACITY = Total(
    terms=(
        (1, _by_role(NET_TODAY, "role_net_today")),
        (1, _by_role(NET_TO_COME, "role_net_to_come")),
    )
)
_UNSTAFFED = ((1, _OF_GENERIC), (1, _REQUESTED))
DEMAND = Total(terms=((1, _STAFFED), *_UNSTAFFED))
_RULES = (
    "From today on. A person's capacity counts once, in the role of their job code on the day; people without a target "
    "are left out. Demand is told by the role that is booked or asked for; what nobody is found for belongs to its "
    "project's department and subsidiary. Internal bookings are left out. Deals that are not won are demand only by "
    "their soft bookings: what is mirrored of an opportunity tells no hours by role. A request counts by the pending "
    "bookings it holds, over weekdays, until it is fulfilled or final."
)

_demand = partial(
    Kpi,
    erp=NO_BOOKINGS,
    record=Side.PSA,
    by=_BY,
    source="KPI catalogue A9",
    group="A",
)
_hours = partial(_demand, unit=Unit.HOURS, kind=Kind.FLOW, tolerance=Decimal("0.1"))

ROLE_CAPACITY = _hours(
    key="capacity_to_staff",
    title="Capacity to staff",
    question="How many hours of our people are there to be booked?",
    definition="Net capacity of the people of a role, from today on.",
    better=Better.HIGHER,
    psa=_CAPACITY,
    edge_cases=_RULES,
    controls=("RC-12",),
)
DEMAND_HOURS = _hours(
    key="demand_hours",
    title="Demand",
    question="How many hours of our people are wanted?",
    definition=(
        "Hard-booked hours, soft-booked ones times their probability, and what is booked on generic resources or asked "
        "for in open resource requests."
    ),
    better=Better.HIGHER,
    psa=DEMAND,
    edge_cases=_RULES,
    controls=(),
)
UNSTAFFED_DEMAND = _hours(
    key="unstaffed_demand",
    title="Unstaffed demand",
    question="How many hours are wanted that nobody is found for?",
    definition="Hours booked on generic resources, and hours of open resource requests.",
    better=Better.LOWER,
    psa=Total(terms=_UNSTAFFED),
    edge_cases=_RULES,
    controls=(),
)
CAPACITY_GAP = _hours(
    key="capacity_gap",
    title="Capacity less demand",
    question="Of which roles are there too many hours, and of which too few?",
    definition="Net capacity of the people of a role less the demand for it.",
    better=Better.HIGHER,
    psa=Total(terms=(*_CAPACITY.terms, *((-1, measure) for _, measure in DEMAND.terms))),
    edge_cases=f"Below zero, people of the role are short. {_RULES}",
    controls=("RC-12",),
)
CAPACITY_COVERAGE = _demand(
    key="capacity_coverage",
    title="Coverage of demand",
    question="How much of the demand for a role do its people cover?",
    definition="Net capacity of the people of a role divided by the demand for it.",
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    psa=Ratio(numerator=_CAPACITY, denominator=DEMAND, empty=Reason.NO_HOURS),
    tolerance=Decimal("0.01"),
    edge_cases=f"Below 100 % people of the role are short; without demand there is none. {_RULES}",
    controls=("RC-12",),
)
