"""A condition that narrows an entity to some of its records, as the configuration file asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class Compared(StrEnum):
    """What a condition compares; decides how its values are written."""

    NUMBER = "number"
    TEXT = "text"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Via:
    """Records that hold the column in the owner's place: an owner counts if one of them does.

    Attributes:
        entity: their key.
        resource: the vendor's name of their table.
        column: our column of theirs that holds the owner's id.
        source: the vendor's name of that column.
    """

    entity: str
    resource: str
    column: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A column is one of some values, or a day not before another.

    Attributes:
        column: our column.
        source: the vendor's name of it.
        compared: what it holds.
        values: one of these; empty where `since` binds.
        since: not before this day; a record without a day is left out.
        via: whose column it is, where not the entity's own.
    """

    column: str
    source: str
    compared: Compared
    values: tuple[int | str, ...] = ()
    since: date | None = None
    via: Via | None = None

    def holds(self, value: Any) -> bool:
        """Whether a value as it was on the wire fulfils the condition."""
        if value is None or value == "":
            return False
        if self.since is not None:
            return str(value)[:10] >= self.since.isoformat()
        return str(value) in {str(item) for item in self.values}
