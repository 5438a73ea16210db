"""What a person may see: an argument that no KPI query can omit."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person is in the firm, as far as One View is concerned."""

    CFO = "cfo"
    PRACTICE_LEAD = "practice_lead"
    PROJECT_MANAGER = "project_manager"
    ADMINISTRATOR = "administrator"


class Hidden(StrEnum):
    """A measure that a scope keeps back."""

    PERSON_COST = "person_cost"  # what an hour of one named person costs


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The part of the warehouse a person may see.

    `None` means no restriction on that axis; an empty set means nothing at all. Restrictions on
    several axes all hold at once. `managers` restricts to the projects these people manage.
    """

    departments: frozenset[int] | None = None
    managers: frozenset[int] | None = None
    subsidiaries: frozenset[int] | None = None
    customers: frozenset[int] | None = None
    hidden: frozenset[Hidden] = field(default_factory=frozenset)

    @classmethod
    def everything(cls) -> Scope:
        """The scope of the firm's chief financial officer, and of the command line."""
        return cls()

    @classmethod
    def nothing(cls) -> Scope:
        """The scope of someone who may see no business number."""
        return cls(departments=frozenset(), managers=frozenset(), hidden=frozenset(Hidden))

    @property
    def axes(self) -> tuple[frozenset[int] | None, ...]:
        """What each axis is restricted to."""
        return (self.subsidiaries, self.departments, self.customers, self.managers)

    @property
    def is_nothing(self) -> bool:
        """Whether no row can pass."""
        return frozenset() in self.axes

    @property
    def is_unrestricted(self) -> bool:
        """Whether every row can pass."""
        return all(axis is None for axis in self.axes)
