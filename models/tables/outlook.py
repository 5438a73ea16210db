"""Who has too little to do, and what nobody is found for yet."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table

from .conformed import SNAPSHOT
from .types import in_each_lens, money

fct_bench = Table(  # a person with a target on a day, past or ahead, with hours nothing is done or booked in
    "fct_bench",
    SNAPSHOT,
    Column("person_key", BigInteger),
    Column("department_key", BigInteger),  # on the day (R13)
    Column("subsidiary_key", BigInteger),  # on the day
    Column("role_key", BigInteger),  # on the day
    Column("day", Integer),
    Column("month", Integer),
    Column("net_hours", money()),
    Column("worked_hours", money()),  # before today: approved, billable or productive
    Column("booked_hours", money()),  # from today on; soft bookings times their probability
    Column("bench_hours", money()),  # what remains of the net hours, above 0
    # new | leaving | settled: neither, by the days since the first and until the last one
    Column("standing", String),
    *in_each_lens("cost"),  # of the bench hours, at the person's general loaded cost of the day
)

fct_bench_list = Table(  # a person with a target and net hours in the coming weeks, as of today
    "fct_bench_list",
    SNAPSHOT,
    Column("person_key", BigInteger),
    Column("department_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("day", Integer),
    Column("weeks", Integer),  # of those looked at, with net hours
    Column("weeks_under", Integer),  # of these, booked for less than the configured share
    Column("net_hours", money()),
    Column("booked_hours", money()),
    Column("is_on_bench", Boolean),  # in as many weeks as configured
)

fct_cover = Table(  # what somebody can do, a week and month from today on; nobody without a target
    "fct_cover",
    SNAPSHOT,
    Column("person_key", BigInteger),
    Column("department_key", BigInteger),  # on the day (R13)
    Column("subsidiary_key", BigInteger),  # on the day
    # role: their own job code, or one that a skill or job role of theirs is named as | skill
    Column("kind", String),
    Column("name", String),  # of the role or skill
    Column("week", String),
    Column("month", Integer),
    Column("hours", money()),  # all net hours: a person counts in full in each row of a week
)

fct_unstaffed = Table(  # SuiteProjects Pro; one day of a booking that an open request still wants
    "fct_unstaffed",
    SNAPSHOT,
    Column("pending_booking_id", BigInteger),
    Column("request_id", BigInteger),
    Column("request", String),  # its name
    Column("department_key", BigInteger),  # the project's
    Column("subsidiary_key", BigInteger),  # the project's
    Column("project_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("role_key", BigInteger),  # asked for
    Column("day", Integer),
    Column("month", Integer),
    Column("hours", money()),  # spread over the weekdays: nobody's schedule is known (R7)
)
