"""The reconciliation controls, check by check."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table

from .conformed import SNAPSHOT
from .types import money

fct_control = (
    Table(  # one thing that was checked: an invoice, a project in a month, a subsidiary's books
        "fct_control",
        SNAPSHOT,
        Column("control", String),  # RC-01 …, as in the catalogue
        Column("month", Integer),
        Column("subsidiary_key", BigInteger),
        Column("department_key", BigInteger),  # UNKNOWN where the check is of a subsidiary
        Column("customer_key", BigInteger),
        Column("project_key", BigInteger),
        Column("name", String),  # the document's number
        Column("netsuite_id", BigInteger),  # the transaction's, where the check is of one
        Column("amount", money()),  # what is checked; null: it is not there
        Column("against", money()),  # what it must be; null: it is not there
        Column("currency", String),  # of both
        Column("holds", Boolean),
        Column(
            "weight_base", money()
        ),  # how much is at stake, in the reporting currency, never negative
    )
)
