"""Adds, drops, retypes, forbids and allows fields of a simulated system while it is being served.

None of it dates a record as changed: neither vendor does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from .system import CustomField, Key, SourceSystem

_LIST = "CustField"  # SuiteProjects Pro lists its custom fields as records of their own
_SUFFIX = "__c"
_MADE = datetime(2023, 1, 2, 8, tzinfo=UTC)
# What SuiteProjects Pro calls the types.
_WORDS = {
    "text": "text", "integer": "numeric", "decimal": "numeric", "date": "date", "moment": "text",
    "flag": "checkbox", "list": "dropdown", "several": "multiple_selection",
}  # fmt: skip


def add_field(
    system: SourceSystem, field: CustomField, values: Mapping[Key, Any] | None = None
) -> None:
    """A person adds a custom field; `values` are those that records have at once."""
    with system.lock:
        table = system.tables[field.table]
        if field.name not in table.columns:
            table.columns = (*table.columns, field.name)
        for key, value in (values or {}).items():
            table.rows[key] = {**table.rows[key], field.name: value}
        _declare(system, field)


def drop_field(system: SourceSystem, table: str, name: str) -> None:
    """A person deletes a custom field, and with it its values."""
    with system.lock:
        target = system.tables[table]
        target.columns = tuple(column for column in target.columns if column != name)
        for key, row in target.rows.items():
            target.rows[key] = {column: row[column] for column in row if column != name}
        del system.fields[table, name]
        _unlist(system, table, name)
        system.shape += 1


def retype_field(
    system: SourceSystem, table: str, name: str, type_: str, read: Callable[[Any], Any]
) -> None:
    """A custom field becomes one of another type; `read` makes the new value of an old one."""
    with system.lock:
        target = system.tables[table]
        for key, row in target.rows.items():
            if row.get(name) is not None:
                target.rows[key] = {**row, name: read(row[name])}
        _declare(system, replace(system.fields[table, name], type=type_))


def rename_field(system: SourceSystem, table: str, old: str, new: str) -> None:
    """A custom field gets another name; its values stay."""
    with system.lock:
        values = {
            key: row[old]
            for key, row in system.tables[table].rows.items()
            if row.get(old) is not None
        }
        field = system.fields[table, old]
        drop_field(system, table, old)
        add_field(system, replace(field, name=new), values)


def forbid_field(system: SourceSystem, table: str, column: str) -> None:
    """The integration's role loses the sight of a column, custom or not."""
    with system.lock:
        system.forbidden.add(f"{table}.{column}")
        system.shape += 1


def allow_field(system: SourceSystem, table: str, column: str) -> None:
    """The integration's role gets it back."""
    with system.lock:
        system.forbidden.discard(f"{table}.{column}")
        system.shape += 1


def _declare(system: SourceSystem, field: CustomField) -> None:
    system.fields[field.table, field.name] = field
    if _LIST in system.tables:
        _unlist(system, field.table, field.name)
        id_ = max((key[0] for key in system.tables[_LIST].rows), default=100) + 1
        row = {
            "id": id_, "association": _association(field.table),
            "name": field.name.removesuffix(_SUFFIX), "title": field.label,
            "type": _WORDS[field.type], "decpos": 2 if field.type == "decimal" else None,
            "active": True, "required": False, "created": _MADE, "updated": _MADE,
        }  # fmt: skip
        system.load(_LIST, [row])
    system.shape += 1


def _unlist(system: SourceSystem, table: str, name: str) -> None:
    listed = system.tables.get(_LIST)
    if listed is None:
        return
    wanted = (_association(table), name.removesuffix(_SUFFIX))
    for key, row in list(listed.rows.items()):
        if (row["association"], row["name"]) == wanted:
            del listed.rows[key]


def _association(table: str) -> str:
    """The name of the vendor's own table, as its list of custom fields has it."""
    return {"Projecttask": "project_task", "Jobcode": "job_code"}.get(table, table.lower())
