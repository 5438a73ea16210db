"""Bookings: who is booked on what, day by day, in the past and ahead."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table

from .conformed import SNAPSHOT
from .types import in_each_lens, money

fct_booking = Table(  # SuiteProjects Pro; one booking on one day
    "fct_booking",
    SNAPSHOT,
    Column("booking_id", BigInteger),
    Column("person_key", BigInteger),
    Column("department_key", BigInteger),  # the person's on the day (R13)
    Column("subsidiary_key", BigInteger),  # the project's
    Column("project_key", BigInteger),
    Column("project_department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("role_key", BigInteger),  # the booking's, else the person's on the day
    Column("task_key", BigInteger),
    Column("stream", String),  # of the project's contract; other: of no customer's project
    Column("day", Integer),
    Column("month", Integer),
    Column("kind", String),  # the project's kind (R10)
    Column(
        "is_billable", Boolean
    ),  # on a client project, not internal, on no task that is not billed
    Column("in_rollup", Boolean),  # the person's target utilisation on the day is above 0 (A2)
    Column("booking_type", String),  # as SuiteProjects Pro calls it
    Column("class", String),  # hard | soft | internal
    Column("status", String),  # open | submitted | approved | rejected
    Column("method", String),  # spread over: schedule (own working days) | weekdays | days (R7)
    Column("hours", money()),
    Column("probability", money()),  # 0 to 1; 1 unless soft
    Column("weighted_hours", money()),  # hours times probability
    *in_each_lens("value"),  # hours at the agreed, else the list rate of the booking's first day
    Column("is_agreed", Boolean),  # the rate is an agreed one
    Column("cost", money()),  # hours at the person's general loaded cost of the day
    Column("cost_currency", String),
    Column("cost_base", money()),
)
