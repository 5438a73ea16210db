"""Finds NetSuite's custom fields in the metadata catalog of its record service."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from models.errors import NotOfferedError, SourceContractError
from models.told import told

from ..entities.entity import Entity, Kind
from ..source import SourceField
from .http import Answer

CATALOG = "/services/rest/record/v1/metadata-catalog"
LIST, SCHEMA = "application/json", "application/schema+json"

_TRANSACTION, _LINE, _ITEM = "transaction", "transactionline", "item"
_CUSTOM = "x-ns-custom-field"
_KINDS = {"boolean": Kind.FLAG, "integer": Kind.INTEGER, "number": Kind.DECIMAL}
_FORMATS = {"date": Kind.DATE, "date-time": Kind.INSTANT}

Get = Callable[[str, str], Mapping[str, Any]]  # path, media type -> body


class Catalog:
    """The metadata catalog, each record type asked for once."""

    def __init__(self, get: Get, transactions: frozenset[str]) -> None:
        self._get = get
        self._transactions = transactions
        self._names: tuple[str, ...] | None = None
        self._schemas: dict[str, Mapping[str, Any]] = {}

    def forget(self) -> None:
        """Ask anew: fields may have come or gone."""
        self._names = None
        self._schemas.clear()

    def fields(self, entity: Entity) -> list[SourceField]:
        """The custom fields of an entity's records, by name."""
        table = entity.resource.lower()
        found: dict[str, SourceField] = {}
        for name in self._record_types(entity, table):
            schema = self._schema(name)
            for field in _on_lines(schema) if table == _LINE else _on_record(schema):
                found.setdefault(field.name, field)
        return [found[name] for name in sorted(found)]

    def _record_types(self, entity: Entity, table: str) -> list[str]:
        """The record types whose rows the table holds: NetSuite keeps transactions and items together."""
        names = self._all()
        if entity.custom is not None:
            wanted = set(entity.custom.lower().split())
        elif table in (_TRANSACTION, _LINE):
            wanted = set(self._transactions - {_TRANSACTION})
        elif table == _ITEM:
            wanted = {name.lower() for name in names if name.lower().endswith(_ITEM)}
        else:
            wanted = {table}
        return [name for name in names if name.lower() in wanted]

    def _all(self) -> tuple[str, ...]:
        if self._names is None:
            items = self._get(CATALOG, LIST).get("items")
            if not isinstance(items, list):
                raise SourceContractError(
                    told("NetSuite's metadata catalog lists no record types.")
                )
            self._names = tuple(str(item["name"]) for item in items if "name" in item)
        return self._names

    def _schema(self, name: str) -> Mapping[str, Any]:
        """What the catalog says of a record type; nothing of one that is listed and yet not shown."""
        if name not in self._schemas:
            try:
                self._schemas[name] = self._get(f"{CATALOG}/{name}", SCHEMA)
            except NotOfferedError:
                self._schemas[name] = {}
        return self._schemas[name]


def read_catalog(answer: Answer) -> Mapping[str, Any]:
    """The body of an answer of the catalog; one that is refused or unknown is not offered."""
    answer.refuse_passing_faults()
    if answer.status in (400, 403, 404):
        raise NotOfferedError(
            told(
                "NetSuite does not show its metadata catalog (status {status}): custom fields stay as"
                " they were known. Give the integration's role the permission REST Web Services.",
                status=answer.status,
            )
        )
    if answer.status != 200:
        raise SourceContractError(
            told(
                "NetSuite's metadata catalog answered with status {status}: {excerpt}",
                status=answer.status,
                excerpt=answer.excerpt(),
            )
        )
    body = answer.json()
    if not isinstance(body, dict):
        raise SourceContractError(told("NetSuite's metadata catalog is not of the agreed shape."))
    return body


def _on_record(schema: Mapping[str, Any]) -> Iterator[SourceField]:
    """The custom fields of the record itself."""
    for name, about in _properties(schema):
        if about.get(_CUSTOM) is True:
            yield _field(name, about)


def _on_lines(schema: Mapping[str, Any]) -> Iterator[SourceField]:
    """The custom fields of the record's sublists."""
    for _, sublist in _properties(schema):
        if sublist.get(_CUSTOM) is True:
            continue
        for name, items in _properties(sublist):
            if name == "items" and isinstance(items.get("items"), dict):
                yield from _on_record(items["items"])


def _properties(schema: Mapping[str, Any]) -> Sequence[tuple[str, Mapping[str, Any]]]:
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return ()
    return [(name, about) for name, about in properties.items() if isinstance(about, dict)]


def _field(name: str, about: Mapping[str, Any]) -> SourceField:
    type_, form = str(about.get("type", "unknown")), about.get("format")
    label = about.get("title")
    return SourceField(
        name=name.lower(),
        type=f"{type_} ({form})" if form else type_,
        kind=_kind(type_, form, about),
        label=str(label) if label else None,
    )


def _kind(type_: str, form: Any, about: Mapping[str, Any]) -> Kind:
    if type_ == "string":
        return _FORMATS.get(str(form), Kind.TEXT)
    if type_ == "object":  # a reference is its id; several of them are a text of ids
        several = any(name == "items" for name, _ in _properties(about))
        return Kind.TEXT if several or not _properties(about) else Kind.ID
    return _KINDS.get(type_, Kind.TEXT)
