"""People and their roles: who is there, and where in the organisation each one was on a day (R13)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, String, Table

from .conformed import SNAPSHOT
from .types import money

dim_person_org = Table(  # where a person belonged, and what an hour cost, from a day to a day
    "dim_person_org",
    SNAPSHOT,
    Column("person_key", BigInteger),
    Column("valid_from", Date),  # 0001-01-01: as far back as anybody knows
    Column("valid_to", Date),  # included; 9999-12-31: until further notice
    Column("department_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("role_key", BigInteger),
    Column("cost", money()),  # an hour's general loaded cost; null: not known
    Column("cost_currency", String),
)

dim_role = Table(  # a job code of SuiteProjects Pro
    "dim_role",
    SNAPSHOT,
    Column("role_key", BigInteger),
    Column("name", String),
    Column("cost", money()),  # what an hour of the role costs
    Column("currency", String),
    Column("is_active", Boolean),
    Column("is_deleted", Boolean),
)
