"""What changed on projects, as the versions of their records tell it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table

from .conformed import SNAPSHOT
from .types import money

fct_project_change = Table(  # a field of a record that tells of a project, before and after
    "fct_project_change",
    SNAPSHOT,
    # project | job | task | booking | budget | purchase_order | sales_order | rate
    Column("kind", String),
    Column("record_id", BigInteger),
    Column("project_key", BigInteger),
    Column("department_key", BigInteger),
    Column("customer_key", BigInteger),
    Column("subsidiary_key", BigInteger),
    Column("changed_at", String),  # UTC, as the source stamps it: yyyy-mm-dd hh:mm:ss
    Column("seen_at", String),  # UTC, when a refresh first brought it
    Column("about", String),  # which of several records; empty: the project itself
    # a key of `models.metrics.project_changes.FIELDS`, or what came of the record as a whole
    Column("field", String),
    Column("value_kind", String),  # text | flag | day | money | hours | percent
    Column("was", String),  # exact: yyyy-mm-dd, true, 100.0000; null: there was nothing
    Column("now", String),
    Column("difference", money()),  # of numbers; of days, how many later; null: none
    Column("unit", String),  # of the difference: a currency, hours, days or %; null: none
)
