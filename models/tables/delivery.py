"""How projects stand today: what their tasks were planned at, are worth and have cost, and what is to come.

Neither system keeps the plan, the bookings or the progress of tasks as they were. What hangs on them is stated
for the running month alone, of client projects that are active; closed months have it in their archives.
`…_base` is the reporting currency, `…_subsidiary` the books of the project's subsidiary. Plans, and the cost
that is held against them, are translated at the rates of the project's beginning, which do not move (C7).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, String, Table

from .conformed import SNAPSHOT
from .types import money

fct_task_value = Table(  # SuiteProjects Pro; one task with planned hours or a budget of cost, today
    "fct_task_value",
    SNAPSHOT,
    Column("task_key", BigInteger),
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("manager_key", BigInteger),
    Column("contract_type", String),
    Column("day", Integer),
    Column("month", Integer),
    Column("starts_on", Date),  # the project's where the task has none
    Column("ends_on", Date),
    Column("is_closed", Boolean),
    Column("percent_complete", money()),  # 0 to 1, as reported; null = not told
    # hours
    Column("planned_hours", money()),  # null = none
    Column("approved_hours", money()),
    Column("remaining_hours", money()),  # planned less approved, at least 0; none of a closed task
    Column("reported_hours", money()),  # planned hours times percent complete; null = not told
    # earned value: budget at completion, planned, earned, actual cost; at the rates of the plan
    Column("is_valued", Boolean),  # it has a budget of cost, dates and a reported percent complete
    Column("subsidiary_currency", String),
    Column("bac_subsidiary", money()),
    Column("bac_base", money()),
    Column("pv_subsidiary", money()),
    Column("pv_base", money()),
    Column("ev_subsidiary", money()),
    Column("ev_base", money()),
    Column("ac_subsidiary", money()),  # hours without a known cost count for nothing
    Column("ac_base", money()),
)
