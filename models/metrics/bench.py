"""The bench: hours that people with a target are there for and nothing is done or booked in (A7)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

from ..access import Hidden
from ..tables.outlook import fct_bench, fct_bench_list
from ..tables.staffing import fct_capacity, fct_capacity_ahead
from .kpi import (
    Better,
    Calendar,
    CountOf,
    Elapsed,
    Kind,
    Kpi,
    Measure,
    Ratio,
    Reason,
    Side,
    Total,
    Unit,
)
from .outlook import BY_WEEK, NET_SO_FAR, NET_TO_COME, NET_WHOLE, NO_BOOKINGS
from .staffing import BY_PERSON, by_day, by_person, of_person

_BENCH = by_day(
    Measure(
        key="bench_hours",
        title="Bench hours",
        system="suiteprojects",
        table=fct_bench,
        value=fct_bench.c.bench_hours,
        month=fct_bench.c.month,
        joins=of_person(fct_bench),
        dimensions={**by_person(fct_bench), "standing": fct_bench.c.standing},
        columns=(
            fct_bench.c.day,
            fct_bench.c.month,
            fct_bench.c.person_key,
            fct_bench.c.department_key,
            fct_bench.c.standing,
            fct_bench.c.net_hours,
            fct_bench.c.worked_hours,
            fct_bench.c.booked_hours,
        ),
    )
)
_COST = replace(
    _BENCH,
    key="bench_cost",
    title="Loaded cost of bench hours",
    value=fct_bench.c.cost_base,
    hidden_by=Hidden.PERSON_COST,
)
_FULL_DAYS = Total(
    terms=(
        (1, replace(NET_SO_FAR, key="full_days_so_far", title="Full-time days up to today",
                    value=fct_capacity.c.full_days, unit=Unit.DAYS)),
        (1, replace(NET_TO_COME, key="full_days_to_come", title="Full-time days after today",
                    value=fct_capacity_ahead.c.full_days, unit=Unit.DAYS)),
    )
)  # fmt: skip
_FULL_TIME = Ratio(  # how many people, part-timers by their part
    numerator=_FULL_DAYS,
    denominator=Elapsed(unit=Calendar.WORKDAYS),
    empty=Reason.NO_CAPACITY,
)
_LISTED = Measure(
    key="people_ahead",
    title="People with net capacity in the coming weeks",
    system="suiteprojects",
    table=fct_bench_list,
    month=None,
    joins=of_person(fct_bench_list),
    dimensions=by_person(fct_bench_list),
    columns=(
        fct_bench_list.c.day,
        fct_bench_list.c.person_key,
        fct_bench_list.c.department_key,
        fct_bench_list.c.weeks,
        fct_bench_list.c.weeks_under,
        fct_bench_list.c.net_hours,
        fct_bench_list.c.booked_hours,
    ),
)
_ON_BENCH = replace(
    _LISTED,
    key="people_on_bench",
    title="People hardly booked in the coming weeks",
    where=(fct_bench_list.c.is_on_bench.is_(True),),
)
_SHARE = Ratio(
    numerator=Total(terms=((1, _ON_BENCH),)),
    denominator=Total(terms=((1, _LISTED),)),
    empty=Reason.NO_PEOPLE,
)
_RULES = (
    "Of a person and day it is never below zero: what one works beyond their day fills nobody else's. Hours not yet "
    "approved count as bench until they are. People without a target are left out. Who is new or about to leave "
    "stands apart as `standing`; the business file sets the days."
)
_LIST_RULES = (
    "As of today, whatever the period: the whole weeks after the running one. Booked are client and productive "
    "internal work, soft bookings times their probability. Weeks without net capacity are left out. The business file "
    "sets share and weeks."
)

_BY_STANDING = (*BY_WEEK, "standing")
_bench = partial(
    Kpi,
    better=Better.LOWER,
    erp=NO_BOOKINGS,
    record=Side.PSA,
    source="KPI catalogue A7",
    group="A",
)

BENCH_HOURS = _bench(
    key="bench_hours",
    title="Bench",
    question="How many hours are people there for with nothing billable or productive to do?",
    definition=(
        "Of each person and day net capacity less approved billable and productive internal hours (before today) and "
        "booked ones (from today on, soft bookings times their probability), where that is above zero."
    ),
    unit=Unit.HOURS,
    kind=Kind.FLOW,
    psa=Total(terms=((1, _BENCH),)),
    by=_BY_STANDING,
    tolerance=Decimal("0.1"),
    edge_cases=_RULES,
    controls=("RC-03", "RC-12"),
)
BENCH_FTE = _bench(
    key="bench_fte",
    title="Bench in full-time people",
    question="How many full-time people are on the bench?",
    definition=(
        "Bench hours divided by the net hours of one full-time person in the period: net capacity divided by the "
        "number of full-time people, which is their full-time days divided by the workdays."
    ),
    unit=Unit.COUNT,
    kind=Kind.RATIO,
    psa=Ratio(
        numerator=Total(terms=((1, _BENCH),)),
        denominator=Ratio(numerator=NET_WHOLE, denominator=_FULL_TIME, empty=Reason.NO_CAPACITY),
        empty=Reason.NO_CAPACITY,
    ),
    by=BY_PERSON,
    tolerance=Decimal("0.1"),
    edge_cases=f"A part-timer counts by their part. {_RULES}",
    controls=("RC-12",),
)
BENCH_COST = _bench(
    key="bench_cost",
    title="Bench cost",
    question="What do the hours on the bench cost us?",
    definition="Bench hours at the person's general loaded cost of the day.",
    unit=Unit.MONEY,
    kind=Kind.FLOW,
    psa=Total(terms=((1, _COST),)),
    by=_BY_STANDING,
    tolerance=Decimal(1),
    edge_cases=f"Hours of a person without a cost count for nothing and are told. {_RULES}",
    controls=("RC-04", "RC-12"),
)
BENCH_SHARE = _bench(
    key="bench_share",
    title="People on the bench",
    question="Which share of our people is hardly booked in the coming weeks?",
    definition=(
        "People booked for less than 20 % of their net capacity in at least two of the next four weeks, divided by "
        "all with a target and net capacity in them."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    psa=_SHARE,
    by=BY_PERSON,
    tolerance=Decimal("0.005"),
    compared=(),
    edge_cases=_LIST_RULES,
    controls=(),
)
BENCH_HEADCOUNT = _bench(
    key="bench_headcount",
    title="Bench list",
    question="Who is hardly booked in the coming weeks?",
    definition=(
        "People booked for less than 20 % of their net capacity in at least two of the next four weeks; its rows are "
        "the list."
    ),
    unit=Unit.COUNT,
    kind=Kind.STOCK,
    psa=CountOf(formula=_SHARE, of=("person",), at_least=Decimal(1)),
    by=BY_PERSON,
    tolerance=Decimal(0),
    compared=(),
    edge_cases=_LIST_RULES,
    controls=(),
)
