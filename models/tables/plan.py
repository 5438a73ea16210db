"""What is planned: in the record what people have uploaded, in a snapshot that and the budgets of both systems."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from .conformed import SNAPSHOT
from .operations import RECORD
from .types import ExactDecimal, Instant, Key, money

fct_plan = Table(  # one planned amount, or hours, of a month
    "fct_plan",
    SNAPSHOT,
    Column("measure", String),  # revenue | cost | project_cost | … , or the key of a KPI
    Column("source", String),  # erp_budget | psa_budget | upload
    Column("version", String),  # NetSuite's budget category, or the name of an upload
    Column("is_compared", Boolean),  # of the version that numbers of its month are compared with
    Column("month", Integer),
    Column("subsidiary_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("project_key", BigInteger),
    Column("stream", String),
    Column("account_key", BigInteger),
    Column("line", String),  # of the income statement
    Column("amount", money()),  # in `currency`; cost is positive
    Column("currency", String),
    Column("amount_base", money()),  # reporting currency, at the plan's rate (R5)
    Column("hours", money()),
    Column("record_id", BigInteger),  # the budget in its system; the upload's number
    Column("row_number", BigInteger),  # of the uploaded file
    Column(
        "position", BigInteger
    ),  # of its version among those of its source: the least is compared with first
)

ops_plan = (
    Table(  # an uploaded version of the plan; withdrawn and replaced ones stay, and count no more
        "ops_plan",
        RECORD,
        Column("plan_id", Key, primary_key=True),
        Column("version", String(80), nullable=False),
        Column("state", String(20), nullable=False),  # active | replaced | withdrawn
        Column("approved_month", Integer, nullable=False),  # yyyymm; its average rates hold
        Column("file_name", String(200), nullable=False),
        Column("file_sha256", String(64), nullable=False),
        Column("rows_taken", Integer, nullable=False),
        Column("rows_skipped", JSON, nullable=False),  # their numbers, as the uploader said
        Column("uploaded_by", String(200), nullable=False),
        Column("uploaded_at", Instant, nullable=False),
        Column("ended_by", String(200)),
        Column("ended_at", Instant),
        Index("ix_ops_plan_version", "version"),
    )
)

ops_plan_row = (
    Table(  # one row of an uploaded plan; members as `system:id`, so that links may change
        "ops_plan_row",
        RECORD,
        Column("plan_id", ForeignKey("ops_plan.plan_id"), primary_key=True),
        Column("row_number", Integer, primary_key=True),
        Column("measure", String(80), nullable=False),
        Column("month", Integer, nullable=False),
        Column("subsidiary", String(40)),
        Column("department", String(40)),
        Column("customer", String(40)),
        Column("project", String(40)),
        Column("account", String(40)),
        Column("stream", String(40)),
        Column("line", String(40)),
        Column("currency", String(3)),
        Column("amount", ExactDecimal),
        Column("hours", ExactDecimal),
        Column("note", Text),
    )
)
