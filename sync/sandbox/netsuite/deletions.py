"""The list of deleted records, made from what the source system lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..system import Key, Row, SourceSystem, SourceTable
from .schema import DELETABLE, TRANSACTION_TYPES


def deletion_rows(system: SourceSystem) -> Iterator[Row]:
    """One row per deleted record that NetSuite lists."""
    for table in system.tables.values():
        for key in table.deleted:
            row = deletion_row(table, key)
            if row is not None:
                yield row


def deletion_row(table: SourceTable, key: Key) -> Row | None:
    """The row that tells of one deletion; None for lines and set-up, which are not listed."""
    if table.name not in DELETABLE or key not in table.deleted:
        return None
    row, at = table.deleted[key]
    return {
        "recordid": key[0],
        "recordtypeid": DELETABLE[table.name],
        "scriptid": table.name.upper(),
        "name": _name(row),
        "type": _record_type(table.name, row),
        "deleteddate": at,
        "deletedby": None,
        "context": "UIF",
        "iscustomlist": False,
        "iscustomrecord": False,
        "iscustomtransaction": False,
    }


def _record_type(table: str, row: Row) -> str:
    if table == "transaction":
        known = TRANSACTION_TYPES.get(str(row.get("type")))
        return known[0].lower() if known else table
    return table


def _name(row: Row) -> Any:
    for column in ("tranid", "entityid", "itemid", "name", "recordnumber"):
        if row.get(column) is not None:
            return row[column]
    return str(row.get("id"))
