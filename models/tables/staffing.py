"""Staffing facts: hours worked, hours exported to the ERP, hours there were."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, String, Table

from .conformed import SNAPSHOT
from .types import in_each_lens, money

fct_time = Table(  # SuiteProjects Pro; one time entry
    "fct_time",
    SNAPSHOT,
    Column("time_entry_id", BigInteger),
    Column("person_key", BigInteger),
    Column("department_key", BigInteger),  # the person's on the day (R13)
    Column("subsidiary_key", BigInteger),  # the project's
    Column("project_key", BigInteger),
    Column("project_department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("task_key", BigInteger),
    Column("role_key", BigInteger),  # the entry's, else the person's on the day
    Column("stream", String),  # of the project's contract; other: of no customer's project
    Column("day", Integer),  # worked on
    Column("month", Integer),  # worked in
    Column("accounting_month", Integer),  # whose books it belongs to (R6)
    Column("hours", money()),
    Column("status", String),  # open | submitted | approved | rejected
    Column("kind", String),  # the project's kind (R10)
    Column(
        "purpose", String
    ),  # of productive internal work: models.business.rules.Purpose; null = no rule
    Column("crediting", String),  # of what nobody bills: credited | excluded; null = neither (A2)
    Column("is_billable", Boolean),  # billable task of a client project
    Column("in_rollup", Boolean),  # the person's target utilisation on the day is above 0 (A2)
    *in_each_lens("cost"),  # loaded cost on the day; null = no cost found (R14); the person's books
    # hours at the list rate of the day (B1), whatever the task; null = none found. The project's books
    Column("list_value", money()),
    Column("list_value_currency", String),
    Column("list_value_subsidiary", money()),
    Column("list_value_base", money()),
    # hours at the rate agreed for the project (B2); null = its time is not billed by the hour
    Column("agreed_value", money()),
    Column("agreed_value_currency", String),
    Column("agreed_value_subsidiary", money()),
    Column("agreed_value_base", money()),
    Column("value_subsidiary_currency", String),  # of both values
    Column("entered_on", Date),  # the day it was written, UTC
    Column("submitted_on", Date),  # its timesheet, last
    Column("approved_on", Date),  # its timesheet
    Column("charge_id", BigInteger),  # what it was charged by; null = not charged
    Column("netsuite_id", BigInteger),  # the exported time bill; null = not exported
    Column("notes", String),
)

fct_time_bill = Table(  # NetSuite; one time bill
    "fct_time_bill",
    SNAPSHOT,
    Column("time_bill_id", BigInteger),
    Column("person_key", BigInteger),
    Column("department_key", BigInteger),  # the person's
    Column("subsidiary_key", BigInteger),
    Column("project_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("day", Integer),
    Column("month", Integer),
    Column("hours", money()),
    Column("is_billable", Boolean),
    Column("is_approved", Boolean),
    Column("in_rollup", Boolean),
)


def _capacity(name: str) -> Table:
    return Table(
        name,
        SNAPSHOT,
        Column("person_key", BigInteger),
        Column("department_key", BigInteger),  # on the day (R13)
        Column("subsidiary_key", BigInteger),  # on the day
        Column("role_key", BigInteger),  # on the day
        Column("day", Integer),
        Column("month", Integer),
        Column("scheduled_hours", money()),  # by the person's pattern of the week
        Column("full_days", money()),  # these, in days of a full-time person
        Column("holiday_hours", money()),  # of these, on public holidays
        Column(
            "gross_hours", money()
        ),  # scheduled less public holidays, or as a personal exception says
        Column("leave_hours", money()),  # approved leave, at most the gross hours
        Column("net_hours", money()),
        Column("target_hours", money()),  # net hours times the target utilisation on the day
        Column("in_rollup", Boolean),
    )


fct_capacity = _capacity("fct_capacity")  # person and day, today included (A1)
fct_capacity_ahead = _capacity("fct_capacity_ahead")  # the same after today, for a year (A6)
