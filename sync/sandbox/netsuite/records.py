"""The record service, read only: lists of ids, single records, the metadata catalog."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
from werkzeug.wrappers import Response

from ..system import Key, Row, SourceSystem, SourceTable
from .config import NetSuiteConfig
from .dates import DateFormat
from .filters import matcher
from .metadata import schema_of
from .names import camel
from .schema import DISPLAY, REFERENCES, TRANSACTION_TYPES
from .wire import COLLECTION, SINGULAR, ApiError, page_links, reply

RECORD_PATH = "/services/rest/record/v1"
_ITEM_TYPES = {
    "serviceSaleItem": "Service",
    "nonInventorySaleItem": "NonInvtPart",
    "inventoryItem": "InvtPart",
}
_HOURS = "hours"
_LINE_SUBLIST = "item"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A record type of the service: a table, or the rows of one that are of a type."""

    name: str
    table: SourceTable
    column: str | None = None
    value: str | None = None

    def holds(self, row: Row) -> bool:
        return self.column is None or row.get(self.column) == self.value


class RecordService:
    """Reads records from the source system itself."""

    def __init__(self, system: SourceSystem, config: NetSuiteConfig) -> None:
        self._system = system
        self._base = config.base_url.rstrip("/") + RECORD_PATH
        self._off = config.columns_hidden
        self._date_format = DateFormat(config.date_format)
        self._kinds = {
            kind.name.lower(): kind
            for kind in _kinds(system)
            if kind.table.name not in config.tables_off
        }

    def ids(self, type_: str, query: str | None, limit: int, offset: int) -> Response:
        """A page of ids."""
        kind = self._kind(type_)
        matches = matcher(query, kind.table.columns, self._date_format)
        with self._system.lock:
            rows = [row for row in kind.table.rows.values() if kind.holds(row) and matches(row)]
        ids = sorted(row["id"] for row in rows)
        page = ids[offset : offset + limit]
        url = f"{self._base}/{kind.name}"
        body = {
            "links": page_links(url, limit, offset, len(ids)),
            "count": len(page),
            "hasMore": offset + len(page) < len(ids),
            "items": [{"links": _self_link(f"{url}/{id_}"), "id": str(id_)} for id_ in page],
            "offset": offset,
            "totalResults": len(ids),
        }
        return reply(body, COLLECTION)

    def get(self, type_: str, id_: str, fields: Sequence[str], expand: bool) -> Response:
        """One record."""
        kind = self._kind(type_)
        row = self._find(kind, id_)
        body: dict[str, Any] = {"links": _self_link(f"{self._base}/{kind.name}/{row['id']}")}
        body |= self._fields(kind.table.columns, row)
        if kind.table.name == "transaction":
            body[_LINE_SUBLIST] = self._lines(kind, row["id"], expand)
        if fields:
            wanted = {name.lower() for name in fields}
            body = {name: body[name] for name in body if name.lower() in wanted or name == "links"}
        return reply(body, SINGULAR)

    def catalog(self) -> Response:
        """The list of record types."""
        items = [
            {
                "name": kind.name,
                "links": [
                    {
                        "rel": "canonical",
                        "href": f"{self._base}/metadata-catalog/{kind.name}",
                        "mediaType": "application/schema+json",
                    }
                ],
            }
            for kind in sorted(self._kinds.values(), key=lambda kind: kind.name)
        ]
        return reply({"items": items}, "application/json")

    def schema(self, type_: str) -> Response:
        """The JSON Schema of one record type."""
        kind = self._kind(type_)
        with self._system.lock:
            body = schema_of(self._system, kind.table, kind.name, self._off)
        return reply(body, "application/schema+json")

    def _kind(self, type_: str) -> _Kind:
        kind = self._kinds.get(type_.lower())
        if kind is None:
            raise ApiError(
                404,
                "NONEXISTENT_ID",
                f"Record type '{type_}' does not exist.",
                where={"urlPath": type_},
            )
        return kind

    def _find(self, kind: _Kind, id_: str) -> Row:
        with self._system.lock:
            if id_.startswith("eid:"):
                wanted = id_.removeprefix("eid:")
                rows = [r for r in kind.table.rows.values() if r.get("externalid") == wanted]
                row = rows[0] if rows else None
            else:
                row = kind.table.rows.get((int(id_),)) if id_.lstrip("-").isdigit() else None
        if row is None or not kind.holds(row):
            raise ApiError(
                404,
                "NONEXISTENT_ID",
                "The record instance does not exist. Provide a valid record instance ID.",
                where={"urlPath": id_},
            )
        return row

    def _fields(self, columns: tuple[str, ...], row: Row) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for name in columns:
            value = row.get(name)
            if value is not None:
                fields[camel(name)] = self._json(name, value)
        return fields

    def _json(self, name: str, value: Any) -> Any:
        if name == "id":
            return str(value)
        if name in REFERENCES and isinstance(value, int):
            return self._reference(name, value)
        if name == _HOURS:
            minutes = int(Decimal(value) * 60)
            return f"{minutes // 60}:{minutes % 60:02}"
        if isinstance(value, Decimal):
            return orjson.Fragment(f"{value:f}")
        if isinstance(value, datetime):
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if isinstance(value, date):
            return value.isoformat()
        return value

    def _reference(self, name: str, value: int) -> dict[str, Any]:
        for target in REFERENCES[name]:
            table = self._system.tables.get(target)
            row = table.rows.get((value,)) if table else None
            if row is not None:
                return {
                    "links": _self_link(f"{self._base}/{camel(target)}/{value}"),
                    "id": str(value),
                    "refName": str(row.get(DISPLAY[target], value)),
                }
        return {"links": [], "id": str(value)}

    def _lines(self, kind: _Kind, id_: int, expand: bool) -> dict[str, Any]:
        url = f"{self._base}/{kind.name}/{id_}/{_LINE_SUBLIST}"
        if not expand:
            return {"links": _self_link(url)}
        items = [
            {"links": _self_link(f"{url}/{row['id']}"), **self._fields(table.columns, row)}
            for table, row in lines_of(self._system, id_)
            if row.get("mainline") not in (True, "T")
        ]
        return {"links": _self_link(url), "items": items, "totalResults": len(items)}


def lines_of(system: SourceSystem, transaction: int) -> Iterator[tuple[SourceTable, Row]]:
    """The lines of one transaction, in their order."""
    table = system.tables.get("transactionline")
    if table is None:
        return
    at = table.key.index("transaction")
    with system.lock:
        keys: list[Key] = sorted(key for key in table.rows if key[at] == transaction)
        rows = [table.rows[key] for key in keys]
    for row in rows:
        yield table, row


def _kinds(system: SourceSystem) -> Iterator[_Kind]:
    for table in system.tables.values():
        if table.key != ("id",):
            continue
        if table.name == "transaction":
            for type_, (name, _) in TRANSACTION_TYPES.items():
                yield _Kind(name, table, "type", type_)
        elif table.name == "item":
            for name, itemtype in _ITEM_TYPES.items():
                yield _Kind(name, table, "itemtype", itemtype)
        else:
            yield _Kind(camel(table.name), table)


def _self_link(href: str) -> list[dict[str, str]]:
    return [{"rel": "self", "href": href}]
