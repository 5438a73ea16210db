"""What numbers can be broken down and filtered by, and what its members are called."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, Connection, Table, select

from ..errors import QuestionError
from ..tables.conformed import (
    dim_customer,
    dim_department,
    dim_person,
    dim_project,
    dim_subsidiary,
)

NOT_ASSIGNED = "Not assigned"
_MANY = 1000  # above this, reading the whole dimension is cheaper than naming its keys


@dataclass(frozen=True, kw_only=True, eq=False)
class Dimension:
    """One way to break a number down.

    Attributes:
        name: as it is written in addresses and on the command line.
        table, key, label, code: where its members are; no table for a fixed list.
        members: the fixed list: key -> text the facts carry.
    """

    name: str
    title: str
    table: Table | None = None
    key: Column[Any] | None = None
    label: Column[Any] | None = None
    code: Column[Any] | None = None
    members: Mapping[int, str] = field(default_factory=dict)

    def stored(self, key: int) -> int | str:
        """What the facts hold for the member `key`."""
        return self.members.get(key, "") if self.members else key

    def key_of(self, stored: Any) -> int:
        """The key of the member that the facts call `stored`."""
        if not self.members:
            return -1 if stored is None else int(stored)
        return next((key for key, text in self.members.items() if text == stored), -1)


DIMENSIONS: Mapping[str, Dimension] = MappingProxyType(
    {
        dimension.name: dimension
        for dimension in (
            Dimension(
                name="subsidiary",
                title="Subsidiary",
                table=dim_subsidiary,
                key=dim_subsidiary.c.subsidiary_key,
                label=dim_subsidiary.c.name,
            ),
            Dimension(
                name="department",
                title="Department",
                table=dim_department,
                key=dim_department.c.department_key,
                label=dim_department.c.name,
            ),
            Dimension(
                name="customer",
                title="Customer",
                table=dim_customer,
                key=dim_customer.c.customer_key,
                label=dim_customer.c.name,
            ),
            Dimension(
                name="project",
                title="Project",
                table=dim_project,
                key=dim_project.c.project_key,
                label=dim_project.c.name,
                code=dim_project.c.code,
            ),
            Dimension(
                name="person",
                title="Person",
                table=dim_person,
                key=dim_person.c.person_key,
                label=dim_person.c.name,
            ),
            Dimension(
                name="stream",
                title="Revenue stream",
                members=MappingProxyType(
                    {1: "services", 2: "subscription", 3: "hardware", 4: "expenses", 5: "other"}
                ),
            ),
        )
    }
)


def dimension(name: str, allowed: Collection[str]) -> Dimension:
    """Return the dimension called `name`.

    Raises:
        QuestionError: it is not among those allowed; the text names these.
    """
    if name not in allowed:
        raise QuestionError(
            f"This number cannot be broken down or filtered by '{name}'. "
            f"It has: {', '.join(allowed) or 'no dimension'}."
        )
    return DIMENSIONS[name]


def labels(connection: Connection, about: Dimension, keys: Collection[int]) -> dict[int, str]:
    """Return what the members with these keys are called."""
    named = dict.fromkeys(keys, NOT_ASSIGNED)
    if about.members:
        return named | {
            key: text.capitalize() for key, text in about.members.items() if key in named
        }
    if not keys or about.key is None or about.label is None:
        return named
    code = [about.code] if about.code is not None else []
    query = select(about.key, about.label, *code)
    if len(named) <= _MANY:
        query = query.where(about.key.in_(sorted(named)))
    for key, *texts in connection.execute(query):
        if key in named:
            named[key] = _joined(texts)
    return named


def find(connection: Connection, about: Dimension, text: str) -> int:
    """Return the key of the member with this name, code or key.

    Raises:
        QuestionError: none or several bear it.
    """
    found = sorted({key for key, names in _all(connection, about) if text.lower() in names})
    if len(found) == 1:
        return found[0]
    if found:
        raise QuestionError(
            f"{len(found)} members of '{about.name}' are called '{text}'. "
            f"Name one by its key: {', '.join(map(str, found))}."
        )
    raise QuestionError(f"There is no {about.name} with the name, code or key '{text}'.")


def _all(connection: Connection, about: Dimension) -> list[tuple[int, set[str]]]:
    if about.members:
        return [(key, {str(key), text.lower()}) for key, text in about.members.items()]
    if about.key is None or about.label is None:
        return []
    code = [about.code] if about.code is not None else []
    return [
        (key, {str(key), *(text.lower() for text in texts if text), _joined(texts).lower()})
        for key, *texts in connection.execute(select(about.key, about.label, *code))
    ]


def _joined(texts: list[str | None]) -> str:
    """Code before name."""
    return " ".join(text for text in reversed(texts) if text) or NOT_ASSIGNED
