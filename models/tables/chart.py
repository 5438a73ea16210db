"""What postings are coded by: accounts and their lines of the profit and loss, classes, items, services."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, String, Table

from .conformed import SNAPSHOT

dim_class = Table(
    "dim_class",
    SNAPSHOT,
    Column("class_key", BigInteger),
    Column("name", String),
    Column("parent_key", BigInteger),
    Column("is_deleted", Boolean),
)

dim_location = Table(
    "dim_location",
    SNAPSHOT,
    Column("location_key", BigInteger),
    Column("name", String),
    Column("parent_key", BigInteger),
    Column("is_deleted", Boolean),
)

dim_item = Table(  # what NetSuite sells and buys
    "dim_item",
    SNAPSHOT,
    Column("item_key", BigInteger),
    Column("code", String),
    Column("name", String),
    Column("type", String),  # NetSuite's itemtype
    Column("stream", String),  # of models.business.rules.Stream
    Column("service_key", BigInteger),  # the same service in SuiteProjects Pro
    Column("is_deleted", Boolean),
)

dim_service = Table(  # what SuiteProjects Pro charges for, and NetSuite's item of it
    "dim_service",
    SNAPSHOT,
    Column("service_key", BigInteger),
    Column("code", String),
    Column("name", String),
    Column("stream", String),
    Column("netsuite_id", BigInteger),
    Column("suiteprojects_id", BigInteger),
    Column("is_deleted", Boolean),
)

dim_currency = Table(
    "dim_currency",
    SNAPSHOT,
    Column("currency", String),  # ISO code, as facts bear it
    Column("name", String),
    Column("netsuite_id", BigInteger),
    Column("is_reporting", Boolean),  # the consolidated lens
)

dim_fiscal_period = Table(  # any period of NetSuite's calendars; facts bear the months' `month`
    "dim_fiscal_period",
    SNAPSHOT,
    Column("period_key", BigInteger),  # NetSuite's id
    Column("name", String),
    Column(
        "kind", String
    ),  # month | quarter | year | adjustment; sums take months, never two kinds
    Column("month", Integer),  # of a month or adjustment; else of the first month in it
    Column("parent_key", BigInteger),  # the quarter or year it is in
    Column("calendar", String),  # the fiscal calendar's name; null: the one all use
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("weeks", Integer),  # whole weeks of a 4-4-5 month; null where months are the calendar's
    Column("is_closed", Boolean),
)
