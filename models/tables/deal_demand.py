"""Whom deals that are not won yet would take."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table

from .conformed import SNAPSHOT
from .types import money

fct_deal_demand = Table(  # SuiteProjects Pro; one day of what an open deal's estimate asks of somebody
    "fct_deal_demand",
    SNAPSHOT,
    Column("labor_id", BigInteger),  # the line of the estimate
    Column("deal_id", BigInteger),
    Column("deal", String),  # its name
    Column("rating", String),  # what rules on its likelihood ask for, beside its name
    Column("deal_stage", money()),  # percentage; null: none
    Column("phase", String),  # of the estimate; null: none
    Column("transaction_id", BigInteger),  # the opportunity in NetSuite; null: not known
    Column("opportunity", String),  # its number
    Column("person_key", BigInteger),  # whom the estimate names: often a stand-in for the role
    Column("role_key", BigInteger),  # of that person on the day
    Column("department_key", BigInteger),  # of that person on the day, else the opportunity's
    Column("subsidiary_key", BigInteger),  # of that person on the day, else the opportunity's
    Column("project_key", BigInteger),  # the opportunity's
    Column("customer_key", BigInteger),  # the deal's, else the opportunity's
    # by the person's own working days, else weekdays (R7), from today on; what has no dates stands on today
    Column("day", Integer),
    Column("month", Integer),
    Column("hours", money()),  # null: a share of days that are not known
    # null: it counts as demand | claim: its opportunity is another deal's | dates: nothing tells when |
    # likelihood: nothing tells how likely it is
    Column("left_out", String),
    Column("likelihood", String),  # what tells it: opportunity | rule; null: nothing
    Column("probability", money()),  # 0 to 1
    Column("weighted_hours", money()),  # hours times probability; null: left out
)
