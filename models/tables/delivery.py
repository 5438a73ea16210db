"""How projects stand today: what their tasks were planned at, are worth and have cost, and what is to come.

Neither system keeps the plan, the bookings or the progress of tasks as they were. What hangs on them is stated
for the running month alone, of client projects that are active; closed months have it in their archives.
`…_base` is the reporting currency, `…_subsidiary` the books of the project's subsidiary. Plans, and the cost
that is held against them, are translated at the rates of the project's beginning, which do not move (C7).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, String, Table

from .conformed import SNAPSHOT
from .types import in_each_lens, money

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
    Column("stream", String),
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

fct_contract = Table(  # SuiteProjects Pro; one customer purchase order on a client project (C11)
    "fct_contract",
    SNAPSHOT,
    Column("customer_po_id", BigInteger),
    Column("number", String),
    Column("kind", String),  # original: the project's first | change: every later one
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("manager_key", BigInteger),
    Column("contract_type", String),
    Column("stream", String),
    Column("day", Integer),
    Column("month", Integer),
    *in_each_lens(),
)

fct_delivery = Table(  # SuiteProjects Pro; one client project that is finished (C8)
    "fct_delivery",
    SNAPSHOT,
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("manager_key", BigInteger),
    Column("contract_type", String),
    Column("stream", String),
    Column("baseline_ends_on", Date),  # as first known
    Column("finished_on", Date),  # the last day with approved time on it
    Column("day", Integer),  # the same
    Column("month", Integer),
    Column("late_days", Integer),  # working days after the baseline; below zero: before it
    Column("is_on_time", Boolean),  # within the tolerance
)

fct_commitment = (
    Table(  # SuiteProjects Pro; one approved purchase order not all of which is delivered, today
        "fct_commitment",
        SNAPSHOT,
        Column("purchase_order_id", BigInteger),
        Column("number", String),
        Column("project_key", BigInteger),  # UNKNOWN where nothing on it tells
        Column("department_key", BigInteger),
        Column("customer_key", BigInteger),
        Column("subsidiary_key", BigInteger),
        Column("stream", String),  # of the project's contract; other: of no customer's project
        Column("ordered_on", Date),
        Column("day", Integer),  # today
        Column("month", Integer),
        Column("ordered", money()),  # in `currency`
        Column("delivered", money()),
        *in_each_lens(),  # what is still to come; at the day's and the closing rate
    )
)

fct_project_value = Table(  # one active client project, today (C4, C6, C8 to C10, C12)
    "fct_project_value",
    SNAPSHOT,
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("manager_key", BigInteger),
    Column("contract_type", String),
    Column("stream", String),
    Column("day", Integer),
    Column("month", Integer),
    # dates and working days
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("baseline_ends_on", Date),  # as first known; null = none
    Column(
        "forecast_ends_on", Date
    ),  # the latest of its end, its open tasks' and its hard bookings'
    Column("slip_days", Integer),  # from the baseline to the forecast end
    Column("planned_days", Integer),  # from beginning to end
    Column("elapsed_days", Integer),  # of these, those over
    Column(
        "actual_days", Integer
    ),  # from the beginning to today, beyond the end, too; null = not begun
    Column("earned_days", money()),  # after how many of them as much was planned as is earned
    # hours
    Column("approved_hours", money()),
    Column("told_hours", money()),  # planned hours of tasks whose percent complete is reported
    Column("reported_hours", money()),  # these times percent complete
    Column("budget_hours", money()),  # null = none
    Column("budget_left_hours", money()),  # may be below zero
    Column("daily_hours", money()),  # mean of the last working days
    Column("run_out_on", Date),  # null = not at this pace
    # money, reporting currency; all of the project's cost
    Column("planned_revenue_base", money()),  # contract, else what it may earn; null = none
    Column("planned_cost_base", money()),  # budgets of cost, else those of the tasks; null = none
    Column("revenue_base", money()),  # recognised to date
    Column("spent_base", money()),  # labour, expenses, purchases to date
    Column("etc_base", money()),  # cost to come; null = it cannot be told
    Column("etc_method", String),  # bookings | planned hours | budget | none
    Column("commitment_base", money()),  # of the cost to come, what is ordered
    Column("to_go_base", money()),  # revenue to come; null = it cannot be told
    Column("final_cost_base", money()),
    Column("final_revenue_base", money()),
    Column("expected_loss_base", money()),  # at completion, at least 0; null = it cannot be told
    # labour of its tasks, at the rates of the plan
    Column("bac_base", money()),
    Column("pv_base", money()),
    Column("ev_base", money()),
    Column("ac_base", money()),
    Column("eac_bookings_base", money()),  # actual cost plus cost to come
    Column("eac_cpi_base", money()),
    Column("eac_plan_base", money()),
    Column("eac_cpi_spi_base", money()),
    # fees, in the reporting currency at the rates of the plan
    Column("cap_base", money()),  # null = time is not capped
    Column("capped_base", money()),  # time charged under the cap
    Column("fee_base", money()),  # agreed fixed fees; null = none
    Column("fee_charged_base", money()),
    # health
    Column("health", String),  # red | amber | green
    Column("alerts", String),  # the rules that fired
)

fct_project_health = Table(  # one rule looked at for one active client project, today (C12)
    "fct_project_health",
    SNAPSHOT,
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("manager_key", BigInteger),
    Column("contract_type", String),
    Column("stream", String),
    Column("day", Integer),
    Column("month", Integer),
    Column("rule", String),
    Column("value", money()),  # what it looks at; null = it cannot be told
    Column("threshold", money()),
    Column("color", String),  # red | amber | green
    Column("is_fired", Boolean),
)
