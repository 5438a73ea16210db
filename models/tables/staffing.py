"""Staffing facts: hours worked, hours exported to the ERP, hours there were."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table

from .conformed import SNAPSHOT
from .types import in_each_lens, money

fct_time = Table(  # SuiteProjects Pro; one time entry
    "fct_time",
    SNAPSHOT,
    Column("time_entry_id", BigInteger),
    Column("person_key", BigInteger),
    Column("department_key", BigInteger),  # the person's
    Column("subsidiary_key", BigInteger),  # the project's
    Column("project_key", BigInteger),
    Column("project_department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("task_key", BigInteger),
    Column("day", Integer),  # worked on
    Column("month", Integer),  # worked in
    Column("accounting_month", Integer),  # whose books it belongs to (R6)
    Column("hours", money()),
    Column("status", String),  # open | submitted | approved | rejected
    Column("kind", String),  # the project's kind (R10)
    Column("is_billable", Boolean),  # billable task of a client project
    Column("in_rollup", Boolean),  # the person's target utilisation on the day is above 0 (A2)
    *in_each_lens("cost"),  # loaded cost on the day; null = no cost found (R14)
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

fct_capacity = Table(  # person and day (A1)
    "fct_capacity",
    SNAPSHOT,
    Column("person_key", BigInteger),
    Column("department_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("day", Integer),
    Column("month", Integer),
    Column("gross_hours", money()),  # scheduled less public holidays
    Column("leave_hours", money()),  # approved leave, at most the gross hours
    Column("net_hours", money()),
    Column("target_hours", money()),  # net hours times the target utilisation on the day
    Column("in_rollup", Boolean),
)
