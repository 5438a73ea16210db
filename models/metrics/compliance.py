"""Timesheets: whether time comes whole, in time, and how long it waits; who works too much."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

from ..tables.workforce import fct_overload, fct_timesheet
from .kpi import (
    Better,
    Kind,
    Kpi,
    Measure,
    Median,
    NotHeld,
    Ratio,
    Reason,
    Record,
    Side,
    Total,
    Unit,
)
from .staffing import BY_PERSON, by_person, of_person
from .window import CLOSING

_BY = (*BY_PERSON, "line_manager", "week")
_NO_SHEETS = NotHeld(
    why="Timesheets are kept in SuiteProjects Pro; NetSuite gets approved hours only."
)

USER_WEEKS = Measure(
    key="user_weeks",
    title="Weeks that people were to hand in",
    system="suiteprojects",
    table=fct_timesheet,
    month=fct_timesheet.c.month,
    joins=of_person(fct_timesheet),
    dimensions=by_person(fct_timesheet)
    | {"line_manager": fct_timesheet.c.line_manager_key, "week": fct_timesheet.c.week},
    columns=(
        fct_timesheet.c.week,
        fct_timesheet.c.person_key,
        fct_timesheet.c.line_manager_key,
        fct_timesheet.c.department_key,
        fct_timesheet.c.deadline,
        fct_timesheet.c.expected_hours,
        fct_timesheet.c.logged_hours,
        fct_timesheet.c.is_on_time,
    ),
    record=Record(type="Timesheet", id=fct_timesheet.c.timesheet_id),
)
_ON_TIME = replace(
    USER_WEEKS,
    key="weeks_on_time",
    title="Weeks handed in whole and in time",
    where=(fct_timesheet.c.is_on_time.is_(True),),
)


def _hours(name: str, title: str) -> Measure:
    return replace(USER_WEEKS, key=name, title=title, value=fct_timesheet.c[name])


EXPECTED = Total(terms=((1, _hours("expected_hours", "Expected hours")),))
MISSING = Total(terms=((1, _hours("missing_hours", "Expected hours that nobody wrote down")),))
_APPROVAL = replace(
    _hours("approval_hours", "From handing in to approval"),
    where=(fct_timesheet.c.approval_hours.is_not(None),),
)
_WEEK_RULES = (
    "A week counts in the month it ends in, once its deadline is over. Weeks without expected hours are left "
    "out, and so are people who never keep a timesheet and have no target."
)

_timesheets = partial(
    Kpi,
    better=Better.LOWER,
    erp=_NO_SHEETS,
    record=Side.PSA,
    source="KPI catalogue A12",
    group="A",
    by=_BY,
)

TIME_ENTRY_ON_TIME = _timesheets(
    key="time_entry_on_time",
    title="Time entered on time",
    question="Which share of the weeks was handed in whole and in time?",
    definition=(
        "Weeks of people whose full expected hours were handed in by the deadline, divided by the weeks of "
        "people with expected hours. Expected are scheduled hours less public holidays: leave is to be written "
        "down, too."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    psa=Ratio(
        numerator=Total(terms=((1, _ON_TIME),)),
        denominator=Total(terms=((1, USER_WEEKS),)),
        empty=Reason.NO_CASES,
    ),
    tolerance=Decimal("0.005"),
    edge_cases=(
        f"{_WEEK_RULES} Of a sheet that was rejected and handed in again the last handing in counts. Days are "
        "those of SuiteProjects Pro, which keeps no hour of handing in."
    ),
    controls=("RC-12",),
)
TIME_ENTRY_COMPLETENESS = _timesheets(
    key="time_entry_completeness",
    title="Completeness of time",
    question="Which share of the expected hours was written down?",
    definition=(
        "Hours written down in any state but rejected, of each person and week no more than expected, divided by "
        "the expected hours."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.HIGHER,
    psa=Ratio(
        numerator=Total(terms=((1, _hours("counted_hours", "Expected hours written down")),)),
        denominator=EXPECTED,
        empty=Reason.NO_CAPACITY,
    ),
    tolerance=Decimal("0.005"),
    edge_cases=f"Overtime of one week does not make up for another. {_WEEK_RULES}",
    controls=("RC-12",),
)
APPROVAL_LATENCY = _timesheets(
    key="approval_latency",
    title="Approval latency",
    question="How long does time wait for its approval?",
    definition="The median time from handing in to approval of the weeks that are approved.",
    unit=Unit.HOURS,
    kind=Kind.RATIO,
    psa=Median(measure=_APPROVAL),
    tolerance=Decimal(1),
    edge_cases="SuiteProjects Pro keeps the days of both: it is told in whole days of 24 hours.",
    controls=(),
)
UNSUBMITTED_HOURS = _timesheets(
    key="unsubmitted_hours",
    title="Hours not handed in",
    question="How many hours are written down and not handed in?",
    definition="Hours of weeks past their deadline whose timesheet is still open.",
    unit=Unit.HOURS,
    kind=Kind.FLOW,
    psa=Total(terms=((1, _hours("open_hours", "Hours not handed in")),)),
    tolerance=Decimal("0.1"),
    edge_cases=f"As of today, by the week worked in. {_WEEK_RULES}",
    controls=(),
)
UNAPPROVED_HOURS = _timesheets(
    key="unapproved_hours",
    title="Hours not approved",
    question="How many hours wait for their approval?",
    definition="Hours of weeks past their deadline that are handed in and not approved.",
    unit=Unit.HOURS,
    kind=Kind.FLOW,
    psa=Total(terms=((1, _hours("submitted_hours", "Hours not approved")),)),
    tolerance=Decimal("0.1"),
    edge_cases=f"As of today, by the week worked in. {_WEEK_RULES}",
    controls=(),
)
MISSING_HOURS = _timesheets(
    key="missing_hours",
    title="Hours missing",
    question="How many expected hours did nobody write down?",
    definition="Expected hours less those written down in any state but rejected, never below zero for a week.",
    unit=Unit.HOURS,
    kind=Kind.FLOW,
    psa=MISSING,
    tolerance=Decimal("0.1"),
    edge_cases=_WEEK_RULES,
    controls=("RC-12",),
)

_LOOKED_AT = Measure(
    key="people_looked_at",
    title="People with net capacity in the last weeks",
    system="suiteprojects",
    table=fct_overload,
    month=fct_overload.c.month,
    joins=of_person(fct_overload),
    dimensions=by_person(fct_overload),
    columns=(
        fct_overload.c.day,
        fct_overload.c.person_key,
        fct_overload.c.department_key,
        fct_overload.c.weeks,
        fct_overload.c.weeks_over,
    ),
)
_OVERLOADED = replace(
    _LOOKED_AT,
    key="people_overloaded",
    title="People above the limit in most of the last weeks",
    where=(fct_overload.c.is_overloaded.is_(True),),
    since=(),
)
OVERLOAD = _timesheets(
    key="overload",
    title="Overload",
    question="Which share of our people works too much?",
    definition=(
        "People whose total utilisation was above the limit (110 %, configured) in three of the last four weeks "
        "whose deadline is over, divided by all with net capacity in them."
    ),
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    psa=Ratio(
        numerator=Total(terms=((1, _OVERLOADED),), window=CLOSING),
        denominator=Total(terms=((1, _LOOKED_AT),), window=CLOSING),
        empty=Reason.NO_PEOPLE,
    ),
    by=BY_PERSON,
    tolerance=Decimal("0.005"),
    source="KPI catalogue A10",
    edge_cases="As of the period's last day. Only approved hours count: late approval hides overload.",
    controls=(),
)
