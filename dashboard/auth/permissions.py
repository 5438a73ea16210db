"""What a role may do, and which part of the warehouse a person may see."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from models.access import Hidden, Role, Scope
from models.metrics import members
from models.snapshot import Snapshot
from models.tables.conformed import UNKNOWN
from models.texts import Text

from .person import Person


class Permission(StrEnum):
    """One thing a person may be allowed to do."""

    VIEW_NUMBERS = "view_numbers"
    VIEW_STATEMENT = "view_statement"  # the income statement
    VIEW_CAPACITY = "view_capacity"  # what time is used for: told of departments, not of projects
    VIEW_PEOPLE = "view_people"  # numbers of persons by name
    MANAGE_LINKS = "manage_links"  # say which records of the two systems are one thing
    ASSIGN_CONTROLS = "assign_controls"  # say who looks after a reconciliation control
    VIEW_SETTINGS = "view_settings"  # how the firm counts, and what people have decided
    MANAGE_SETTINGS = "manage_settings"  # change how the firm counts
    MANAGE_PLAN = "manage_plan"  # upload plans and withdraw them
    VIEW_DEFINITIONS = "view_definitions"
    VIEW_OPERATIONS = "view_operations"
    EXPORT = "export"
    REFRESH = "refresh"
    VIEW_CONTENT = "view_content"  # of records that could not be used: it may be personal
    OWN_TOKENS = "own_tokens"  # personal tokens for the HTTP API
    NOTE_EVENTS = "note_events"  # that everybody sees on every chart
    COMMENT = "comment"  # on the series of a chart
    MANAGE_NOTES = "manage_notes"  # change events and remove comments that others wrote
    MANAGE_ACCESS = "manage_access"  # see and revoke everybody's tokens, keep a person out


_ALL = frozenset(Permission) - {
    Permission.VIEW_CONTENT,
    Permission.MANAGE_ACCESS,
    Permission.MANAGE_NOTES,
}
_NUMBERS = frozenset(
    {
        Permission.VIEW_NUMBERS,
        Permission.VIEW_DEFINITIONS,
        Permission.EXPORT,
        Permission.COMMENT,
        Permission.OWN_TOKENS,
    }
)

MATRIX: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.CFO: _ALL,
        Role.PRACTICE_LEAD: _NUMBERS
        | {
            Permission.VIEW_STATEMENT,
            Permission.VIEW_CAPACITY,
            Permission.VIEW_PEOPLE,
            Permission.NOTE_EVENTS,
        },
        Role.PROJECT_MANAGER: _NUMBERS,
        Role.ADMINISTRATOR: frozenset(
            {
                Permission.VIEW_DEFINITIONS,
                Permission.VIEW_OPERATIONS,
                Permission.REFRESH,
                Permission.MANAGE_LINKS,
                Permission.VIEW_SETTINGS,
                Permission.MANAGE_SETTINGS,
                Permission.MANAGE_PLAN,
                Permission.VIEW_CONTENT,
                Permission.NOTE_EVENTS,
                Permission.MANAGE_NOTES,
                Permission.OWN_TOKENS,
                Permission.MANAGE_ACCESS,
            }
        ),
    }
)

ROLE_TITLES: Mapping[Role, Text] = MappingProxyType(
    {
        Role.CFO: "Chief financial officer",
        Role.PRACTICE_LEAD: "Practice lead",
        Role.PROJECT_MANAGER: "Project manager",
        Role.ADMINISTRATOR: "Administrator",
    }
)


def may(person: Person, permission: Permission) -> bool:
    """Whether a person's role allows something."""
    return permission in MATRIX[person.role]


def role_of(groups: list[str], role_groups: Mapping[str, Role]) -> Role | None:
    """The role that a person's groups give; None if they give none."""
    return next((role for group, role in role_groups.items() if group in groups), None)


def scope_of(person: Person, snapshot: Snapshot) -> Scope:
    """The part of this snapshot that a person may see.

    A practice lead or project manager is recognised by e-mail; one whom neither system knows sees
    nothing, nor does a lead without a department.
    """
    if person.role is Role.CFO:
        return Scope.everything()
    if person.role is Role.ADMINISTRATOR:
        return Scope.nothing()
    known = members.person_by_email(snapshot, person.email)
    if known is None:
        return Scope.nothing()
    if person.role is Role.PRACTICE_LEAD:
        if known.department_key in (None, UNKNOWN):  # else what is coded to nobody would be theirs
            return Scope.nothing()
        return Scope(departments=frozenset({known.department_key}))
    return Scope(managers=frozenset({known.person_key}), hidden=frozenset({Hidden.PERSON_COST}))
