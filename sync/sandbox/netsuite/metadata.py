"""What the metadata catalog says of one record type: its fields, custom ones marked, lines within."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..system import CustomField, SourceSystem, SourceTable
from .names import camel

Schema = dict[str, Any]

_LINES, _SUBLIST = "transactionline", "item"
_REFERENCE: Schema = {
    "id": {"title": "Internal identifier", "type": "string"},
    "refName": {"title": "Reference Name", "type": "string"},
    "externalId": {"title": "External identifier", "type": "string"},
}
_SEVERAL: Schema = {
    "items": {"type": "array", "items": {"type": "object", "properties": _REFERENCE}}
}
_TYPES: Mapping[str, Schema] = {
    "text": {"type": "string"},
    "integer": {"type": "integer", "format": "int64"},
    "decimal": {"type": "number", "format": "double"},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "flag": {"type": "boolean"},
    "list": {"type": "object", "properties": _REFERENCE},
    "several": {"type": "object", "properties": _SEVERAL},
}


def schema_of(system: SourceSystem, table: SourceTable, record: str, off: frozenset[str]) -> Schema:
    """The JSON Schema of a record type that lives in a table."""
    hidden = off | system.forbidden
    properties = _properties(system, table, record, hidden)
    lines = system.tables.get(_LINES)
    if table.name == "transaction" and lines is not None:
        row = {"type": "object", "properties": _properties(system, lines, record, hidden)}
        properties[_SUBLIST] = {
            "type": "object",
            "properties": {"items": {"type": "array", "items": row}},
        }
    return {
        "type": "object",
        "properties": properties,
        "$schema": "https://json-schema.org/draft-06/hyper-schema#",
    }


def _properties(
    system: SourceSystem, table: SourceTable, record: str, hidden: set[str] | frozenset[str]
) -> Schema:
    found: Schema = {}
    for name in table.columns:
        field = system.fields.get((table.name, name))
        if f"{table.name}.{name}" in hidden or (field and not _shows(field, record)):
            continue
        found[camel(name)] = (
            {"title": camel(name), "type": "string", "nullable": True}
            if field is None
            else {
                "title": field.label,
                **_TYPES[field.type],
                "nullable": True,
                "x-ns-custom-field": True,
            }
        )
    return found


def _shows(field: CustomField, record: str) -> bool:
    return not field.records or record in field.records
