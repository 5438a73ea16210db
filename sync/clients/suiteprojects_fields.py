"""Finds SuiteProjects Pro's custom fields: it lists them as records of their own, for both interfaces."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..entities.entity import Entity, Kind, Surface
from ..source import SourceField

_LIST = "CustField"
_SUFFIX = "__c"  # a field `region` is the element `region__c` of its record
# The words for types are known by their screens only: what is not named here is a text.
_KINDS = {
    "checkbox": Kind.FLAG, "check": Kind.FLAG, "boolean": Kind.FLAG,
    "numeric": Kind.DECIMAL, "number": Kind.DECIMAL, "currency": Kind.DECIMAL, "money": Kind.DECIMAL,
    "percent": Kind.DECIMAL, "days": Kind.DECIMAL, "hours": Kind.DECIMAL,
    "date": Kind.DATE,
}  # fmt: skip

Listed = Callable[[str], Sequence[Mapping[str, Any]]]


class FieldList:
    """The account's custom fields, read once and then remembered."""

    def __init__(self, listed: Listed) -> None:
        self._listed = listed
        self._records: Sequence[Mapping[str, Any]] | None = None

    def forget(self) -> None:
        """Ask anew: fields may have come or gone."""
        self._records = None

    def of(self, entity: Entity) -> list[SourceField]:
        """The custom fields of an entity that are in use, by name."""
        if self._records is None:
            self._records = self._listed(_LIST)
        names = _associations(entity)
        found = [
            _field(record)
            for record in self._records
            if record.get("name")
            and record.get("active") != "0"
            and _plain(record.get("association") or "") in names
        ]
        return sorted(found, key=lambda field: field.name)


def _associations(entity: Entity) -> set[str]:
    """What the list may call an entity's records: the name of its datatype, however it is written."""
    if entity.custom is not None:
        return set(map(_plain, entity.custom.split()))
    if entity.surface is Surface.XML:
        return {_plain(entity.resource)}
    if entity.deletions is not None:  # the datatype behind a REST resource
        return {_plain(entity.deletions)}
    return {_plain(entity.resource).removesuffix("s")}


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _field(record: Mapping[str, Any]) -> SourceField:
    name = str(record["name"])
    type_ = str(record.get("type") or ("numeric" if record.get("decpos") else "unknown"))
    return SourceField(
        name=f"{name}{_SUFFIX}",
        type=type_,
        kind=_KINDS.get(_plain(type_), Kind.TEXT),
        label=record.get("title") or None,
    )
