"""How the tables of a small firm are filled, and when it lives."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import duckdb
import pyarrow as pa
from sqlalchemy import Table

from models.period import Month

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
TODAY = date(2026, 11, 23)
MINE, OTHERS = 20, 22  # project keys: Priya's, and somebody else's


def fill(path: str, table: Table, rows: Iterable[dict]) -> None:
    """Put rows into a table of the snapshot; columns that are not given are null.

    The books are kept in the currency of the deal.
    """
    found = [
        {"amount_subsidiary": row.get("amount"), "subsidiary_currency": row.get("currency")} | row
        for row in rows
    ]
    if not found:
        return
    with duckdb.connect(path) as connection:
        types = connection.execute(f"SELECT * FROM {table.name} LIMIT 0").arrow().schema
        data = [{column.name: row.get(column.name) for column in table.columns} for row in found]
        connection.register("given", pa.Table.from_pylist(data, schema=types))
        connection.execute(f"INSERT INTO {table.name} SELECT * FROM given")


def months(count: int) -> list[Month]:
    return [Month.of(TODAY).plus(step - count + 1) for step in range(count)]
