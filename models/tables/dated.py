"""Dated facts: what neither system keeps, as it stood day by day since the first build.

A row holds from `from_day` to `to_day`, both included, as yyyymmdd; a `to_day` of null: to the last day
that was observed. As it was on a day: `from_day <= day AND (to_day IS NULL OR to_day >= day)`, for days
between `first_day` and `last_day` of `meta_observation`: outside of them nothing is known. The keys are
those of the day. Money is in `currency`; `…_base` in the reporting currency.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, String, Table

from .conformed import SNAPSHOT
from .types import in_each_lens, money


def _validity() -> tuple[Column[int], Column[int]]:
    return Column("from_day", Integer), Column("to_day", Integer)


fct_backlog_dated = Table(  # one contract with work left
    "fct_backlog_dated",
    SNAPSHOT,
    *_validity(),
    Column("system", String),  # netsuite | suiteprojects
    Column("contract", String),  # order number, or customer PO number
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("stream", String),
    Column("currency", String),
    Column("contracted", money()),
    Column("recognized", money()),
    Column("remaining", money()),
    Column("remaining_base", money()),  # at the closing rate known that day
)

fct_pipeline_dated = Table(  # NetSuite; one open opportunity or estimate
    "fct_pipeline_dated",
    SNAPSHOT,
    *_validity(),
    Column("transaction_id", BigInteger),
    Column("type", String),  # Opprtnty | Estimate
    Column("number", String),
    Column("customer_key", BigInteger),
    Column("project_key", BigInteger),
    Column("currency", String),
    Column("status", String),
    Column("forecast_type", String),
    Column("probability", money()),  # 0 to 1
    Column("total", money()),
    Column("projected_total", money()),
    Column("weighted_total", money()),  # as NetSuite states it
    Column("expected_close", Date),
)

fct_booking_dated = Table(  # hours a person is booked on a project in a month, from this month on
    "fct_booking_dated",
    SNAPSHOT,
    *_validity(),
    Column("person_key", BigInteger),
    Column("project_key", BigInteger),
    Column("booking_type", String),
    Column("approval_status", String),  # as SuiteProjects Pro writes it
    Column("month", Integer),
    Column("hours", money()),
    Column("method", String),  # spread over: schedule (the person's working days) | weekdays | days
)

fct_eac_dated = (
    Table(  # one project: what it has cost and what it will have cost, in reporting currency
        "fct_eac_dated",
        SNAPSHOT,
        *_validity(),
        Column("project_key", BigInteger),
        Column("method", String),  # how what remains was estimated; null: it could not be
        Column("reason", String),  # why it could not be
        Column("worked_hours", money()),
        Column("cost_to_date_base", money()),  # hours at loaded cost, and purchases
        Column("remaining_hours", money()),
        Column("remaining_cost_base", money()),
        Column("eac_base", money()),  # cost to date and remaining cost
    )
)

fct_forecast_dated = (
    Table(  # what a department and stream were expected to earn in a month, from this month on
        "fct_forecast_dated",
        SNAPSHOT,
        *_validity(),
        Column("month", Integer),  # it was expected in; of the year that followed
        Column(
            "layer", String
        ),  # as of fct_forecast; actual: what the ledger had of the month already
        Column("department_key", BigInteger),
        Column("subsidiary_key", BigInteger),
        Column("stream", String),
        Column(
            "is_intercompany", Boolean
        ),  # not consolidated (R11), what takes it out again included
        Column("amount_subsidiary", money()),
        Column("subsidiary_currency", String),
        Column("amount_base", money()),  # at the newest average rates known that day
    )
)

fct_forecast_range_dated = Table(  # within which a department of a company was expected to earn in a month, without intercompany
    "fct_forecast_range_dated",
    SNAPSHOT,
    *_validity(),
    Column("month", Integer),  # it was expected in; of the year that followed
    Column("department_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    # P10, P50 and P90 of the courses drawn that day, at the newest average rates
    Column("low_base", money()),
    Column("middle_base", money()),
    Column("high_base", money()),
)

fct_forecast_weight_dated = Table(  # by how much experience counted in what was forecast of a month
    "fct_forecast_weight_dated",
    SNAPSHOT,
    *_validity(),
    Column("month", Integer),  # it was expected in
    Column("ahead", Integer),  # so many months before, at most
    Column("weight", money()),  # 0 to 1
    Column("is_learned", Boolean),
    Column("months", Integer),  # as of dim_forecast_weight
)

fct_break_dated = Table(  # one reconciliation check that did not hold, as of fct_control
    "fct_break_dated",
    SNAPSHOT,
    *_validity(),
    Column("control", String),
    Column("month", Integer),
    Column("subsidiary_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("project_key", BigInteger),
    Column("name", String),
)

fct_forecast_item_dated = Table(  # what a project, contract or deal was expected to earn in a month; of the last days only
    "fct_forecast_item_dated",
    SNAPSHOT,
    *_validity(),
    Column("month", Integer),  # of the running one and the year after it
    Column("layer", String),  # as of fct_forecast; actual: the ledger's
    Column("source", String),  # as of fct_forecast | ledger
    Column("project_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("department_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("stream", String),
    Column("contract", String),
    Column("transaction_id", BigInteger),
    Column("is_intercompany", Boolean),
    *in_each_lens(),
)

meta_observation = Table(  # one row an observation
    "meta_observation",
    SNAPSHOT,
    Column("observation", String),
    Column("table_name", String),
    Column("first_day", Integer),
    Column("last_day", Integer),
    Column("revision", BigInteger),  # grows when what is known of a day changes
)
