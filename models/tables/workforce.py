"""Who is there, who keeps timesheets and how, who works too much."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, String, Table

from .conformed import SNAPSHOT
from .types import money

fct_headcount = (
    Table(  # a system's person and month: at its end (today while it runs), or come or gone in it
        "fct_headcount",
        SNAPSHOT,
        Column(
            "system", String
        ),  # netsuite: employees; suiteprojects: users, generic ones left out
        Column("person_key", BigInteger),
        Column("department_key", BigInteger),
        Column("subsidiary_key", BigInteger),
        Column("month", Integer),
        Column("day", Integer),  # the day it is stated for
        Column("is_there", Boolean),  # employed on that day, the first and the last included
        Column("is_contractor", Boolean),  # by `dim_person.kind`, where NetSuite has employees
        Column("is_billable", Boolean),  # has a target utilisation above 0 on that day
        Column("fte", money()),  # weekly hours ÷ those of a full-time week; null for netsuite
        Column("is_hired", Boolean),  # the first day is in the month
        Column("is_released", Boolean),  # the last day is in the month
    )
)

fct_timesheet = Table(  # SuiteProjects Pro; person and ISO week whose deadline is over
    "fct_timesheet",
    SNAPSHOT,
    Column("person_key", BigInteger),
    Column("department_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("line_manager_key", BigInteger),  # a person_key
    Column("week_day", Integer),  # its Monday
    Column("week", String),  # 2026-W03
    Column("day", Integer),  # its Sunday
    Column("month", Integer),  # of its Sunday
    Column("deadline", Date),  # the last day that is in time
    Column("timesheet_id", BigInteger),  # the newest of the week; null = none
    Column(
        "expected_hours", money()
    ),  # scheduled less public holidays: leave is to be written down, too
    Column("net_hours", money()),  # less leave
    Column("logged_hours", money()),  # in any state but rejected
    Column("counted_hours", money()),  # of those, up to the expected ones
    Column("missing_hours", money()),  # expected and not logged
    Column("open_hours", money()),  # not handed in
    Column("submitted_hours", money()),  # handed in, not approved
    Column("worked_hours", money()),  # approved, time off left out
    Column("is_on_time", Boolean),  # as much as expected was handed in by the deadline
    Column(
        "approval_hours", money()
    ),  # from handing in to approval, in whole days; null = not approved
)

fct_overload = (
    Table(  # a person at the end of a month (today while it runs): the last weeks together
        "fct_overload",
        SNAPSHOT,
        Column("person_key", BigInteger),
        Column("department_key", BigInteger),
        Column("subsidiary_key", BigInteger),
        Column("month", Integer),
        Column("day", Integer),
        Column("weeks", Integer),  # with net capacity, of those looked at
        Column("weeks_over", Integer),  # with total utilisation above the threshold
        Column("is_overloaded", Boolean),
    )
)
