"""The parameters of a REST request: limit, offset, fields, expand, orderBy, filterSetId."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from .datatypes import referred
from .names import rest_name, sortable
from .store import TableView


class RestError(Exception):
    """A request that REST refuses, with the status it answers."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class ListArguments:
    """Which page of a list is asked for, in which order."""

    limit: int
    offset: int
    order: tuple[tuple[str, bool], ...]

    @classmethod
    def read(cls, given: Mapping[str, str], view: TableView | None, most: int) -> Self:
        """The parameters, checked; a RestError of status 400 names the wrong one."""
        limit = _integer(given, "limit", min(100, most))
        offset = _integer(given, "offset", 0)
        if not 1 <= limit <= most:
            raise RestError(400, f"limit must be between 1 and {most}.")
        if offset % limit:
            raise RestError(400, "offset must be a multiple of limit.")
        _integer(given, "filterSetId", 0)
        return cls(limit, offset, _order(given.get("orderBy"), view) if view else ())


def projection(given: Mapping[str, str], view: TableView) -> tuple[str, ...]:
    """The columns that `fields` asks for; all of them without it."""
    if "fields" not in given:
        return view.columns
    columns = {rest_name(view.name, column): column for column in view.columns}
    asked = [name.strip() for name in given["fields"].split(",")]
    unknown = [name for name in asked if name not in columns]
    if unknown:
        raise RestError(400, f"Unknown attribute '{unknown[0]}' in fields.")
    return tuple(columns[name] for name in asked)


def expansions(given: Mapping[str, str], view: TableView) -> list[tuple[str, str]]:
    """The reference columns that `expand` asks for, each with the datatype it points to."""
    if "expand" not in given:
        return []
    references = {
        rest_name(view.name, column): (column, datatype)
        for column in view.columns
        if (datatype := referred(column)) is not None
    }
    asked = [name.strip() for name in given["expand"].split(",")]
    unknown = [name for name in asked if name not in references]
    if unknown:
        raise RestError(400, f"Attribute '{unknown[0]}' is not available for expansion.")
    return [references[name] for name in asked]


def _order(text: str | None, view: TableView) -> tuple[tuple[str, bool], ...]:
    if not text:
        return ()
    # A bare + arrives as a blank: it stands for ascending, too.
    name, descending = text.lstrip("+- "), text.startswith("-")
    columns = {rest_name(view.name, column): column for column in view.columns}
    if "," in name:
        raise RestError(400, "orderBy takes one attribute.")
    column = columns.get(name)
    if column is None or not sortable(column):
        raise RestError(400, f"Cannot order by '{name}'.")
    return ((column, descending),)


def _integer(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name)
    if text is None:
        return default
    if not text.isdecimal():
        raise RestError(400, f"{name} must be a whole number.")
    return int(text)
