"""The course of projects that are under way: who was to do how much, and what was due and spent month by month."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table

from .conformed import SNAPSHOT
from .types import money

fct_assignment = (
    Table(  # SuiteProjects Pro; one person's planned hours on one task, as they stand today
        "fct_assignment",
        SNAPSHOT,
        Column("assignment_id", BigInteger),
        Column("person_key", BigInteger),
        Column("task_key", BigInteger),
        Column("project_key", BigInteger),
        Column("department_key", BigInteger),  # the project's
        Column("customer_key", BigInteger),
        Column("subsidiary_key", BigInteger),
        Column("day", Integer),  # today
        Column("month", Integer),
        Column("hours", money()),
    )
)

fct_earned_month = Table(  # the tasks of fct_task_value that are valued, together, in one month
    "fct_earned_month",
    SNAPSHOT,
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("manager_key", BigInteger),
    Column("contract_type", String),
    Column("stream", String),
    Column("month", Integer),
    # at the rates of the plan, as there; the months of a project sum to its budget and its actual cost
    Column("pv_base", money()),  # budgeted cost of the work that is due in the month
    Column("ac_base", money()),  # actual cost of the work of the month
)
