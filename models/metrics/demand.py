"""Capacity against demand, by role and week (A9)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Table, case, func

from ..tables.booking import fct_booking
from ..tables.conformed import dim_person
from ..tables.deal_demand import fct_deal_demand
from ..tables.outlook import fct_unstaffed
from ..tables.people import dim_role
from .kpi import Better, Join, Kind, Kpi, Measure, NotHeld, Ratio, Reason, Side, Total, Unit
from .outlook import AHEAD, BOOKED, NET_TO_COME, NET_TODAY, NO_BOOKINGS, STANDS
from .staffing import by_day

_BY = ("subsidiary", "department", "role", "week")
_BY_CUSTOMER = (*_BY, "customer")
_GENERIC = func.coalesce(dim_person.c.kind, "") == "generic"
_SOFT_OR_HARD = fct_booking.c["class"].in_(("hard", "soft"))


def _of_role(fact: Table) -> Join:
    return Join(table=dim_role, on=dim_role.c.role_key == fact.c.role_key)


def _role() -> ColumnElement[Any]:
    return func.nullif(dim_role.c.name, "Not assigned")


def _known(first: ColumnElement[Any], second: ColumnElement[Any]) -> ColumnElement[Any]:
    """The person's, else the project's."""
    return func.coalesce(func.nullif(first, -1), second)


def _layer(fact: Table, name: str) -> ColumnElement[str]:
    """All rows of a fact are of one layer."""
    return case((fact.c.day.is_(None), name), else_=name)


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
        "customer": fct_booking.c.customer_key,
        "role": _role(),
        "week": BOOKED.dimensions["week"],
        "demand_layer": case(
            (_GENERIC, "unstaffed"), (fct_booking.c["class"] == "hard", "hard"), else_="soft"
        ),
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
            "customer": fct_unstaffed.c.customer_key,
            "role": _role(),
            "demand_layer": _layer(fct_unstaffed, "unstaffed"),
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
_deal = fct_deal_demand.c
_COUNTS = _deal.left_out.is_(None)
_OF_DEALS = by_day(
    Measure(
        key="deal_demand",
        title="Hours of open deals times their probability",
        system="suiteprojects",
        table=fct_deal_demand,
        value=_deal.weighted_hours,
        month=_deal.month,
        where=(_COUNTS,),
        joins=(_of_role(fct_deal_demand),),
        dimensions={
            "subsidiary": _deal.subsidiary_key,
            "department": _deal.department_key,
            "customer": _deal.customer_key,
            "role": _role(),
            "demand_layer": _layer(fct_deal_demand, "deals"),
        },
        columns=(
            _deal.day,
            _deal.month,
            _deal.deal,
            _deal.opportunity,
            _deal.phase,
            _deal.role_key,
            _deal.person_key,
            _deal.customer_key,
            _deal.hours,
            _deal.likelihood,
            _deal.probability,
        ),
    ),
    AHEAD,
)
_LEFT_OUT = replace(
    _OF_DEALS,
    key="deal_hours_left_out",
    title="Hours of open deals that are no demand",
    value=_deal.hours,
    where=(_deal.left_out.is_not(None), AHEAD),
    dimensions={**_OF_DEALS.dimensions, "deal_left_out": _deal.left_out},
    columns=(*_OF_DEALS.columns, _deal.rating, _deal.deal_stage, _deal.left_out),
)
_CAPACITY = Total(
    terms=(
        (1, _by_role(NET_TODAY, "role_net_today")),
        (1, _by_role(NET_TO_COME, "role_net_to_come")),
    )
)
_UNSTAFFED = ((1, _OF_GENERIC), (1, _REQUESTED))
DEMAND = Total(terms=((1, _STAFFED), *_UNSTAFFED, (1, _OF_DEALS)))
_DEALS = (
    "A deal of SuiteProjects Pro counts while it may be won, by the probability of its opportunity in NetSuite, else by "
    "the rule of the business file; without either it is no demand and told apart. It counts no longer once it, its "
    "opportunity or an order made of that is decided, nor where people are booked or asked for on the opportunity's "
    "project. Of several estimates the newest stands. Its hours are spread over working days from the first to the last "
    "day it names, put off by whole weeks where it would begin before today or the expected close; without days they "
    "begin as long after the close, and last as long, as projects do (medians)."
)
_RULES = (
    "From today on. A person's capacity counts once, in the role of their job code on the day; people without a target "
    "are left out. Demand is told by the role that is booked or asked for; what nobody is found for belongs to its "
    "project's department and subsidiary, what a deal asks for to those of whom its estimate names. Internal bookings "
    f"are left out. {_DEALS} A request counts by the pending bookings it holds, over weekdays, until it is fulfilled or "
    "final."
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
        "Hard-booked hours, soft-booked ones times their probability, what is booked on generic resources or asked for "
        "in open resource requests, and what deals that are not won would take times their probability."
    ),
    better=Better.HIGHER,
    psa=DEMAND,
    by=(*_BY_CUSTOMER, "demand_layer"),
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
    by=_BY_CUSTOMER,
    edge_cases=_RULES,
    controls=(),
)
_of_deals = partial(
    _hours,
    erp=NotHeld(why="NetSuite's opportunities tell no hours; they tell how likely a deal is."),
    edge_cases=f"From today on. {_DEALS}",
    controls=(),
)
DEAL_DEMAND = _of_deals(
    key="deal_demand_hours",
    title="Demand of deals",
    question="How many hours would the deals take that are not won yet?",
    definition="Hours of the estimates of open deals times the probability of each deal.",
    better=Better.HIGHER,
    psa=Total(terms=((1, _OF_DEALS),)),
    by=_BY_CUSTOMER,
)
DEAL_HOURS_LEFT_OUT = _of_deals(
    key="deal_hours_left_out",
    title="Hours of deals left out",
    question="How many hours of open deals are no demand, because something is not known of them?",
    definition=(
        "Hours of the estimates of open deals of which nothing tells how likely they are, or when they would be, or "
        "whose opportunity another deal has; not weighted."
    ),
    better=Better.LOWER,
    psa=Total(terms=((1, _LEFT_OUT),)),
    by=(*_BY_CUSTOMER, "deal_left_out"),
    edge_cases=f"What has no days is told today. From today on. {_DEALS}",
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
