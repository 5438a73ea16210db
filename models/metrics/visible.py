"""The members of any dimension that a scope shows: to list them, and to find the one somebody names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from ..access import Scope
from ..errors import QuestionError
from ..tables.conformed import UNKNOWN
from ..texts import _
from . import members
from .catalogue import kpis
from .compile import source
from .dimensions import NOT_ASSIGNED, Dimension, Key, labels
from .kpi import Measure, Side
from .members import Member
from .scoping import can_see, restrict_measure

if TYPE_CHECKING:
    from ..snapshot import Snapshot

_LISTS: Mapping[str, Callable[[Snapshot, Scope], list[Member]]] = MappingProxyType(
    {
        "subsidiary": members.subsidiaries,
        "department": members.departments,
        "customer": members.customers,
        "project": members.projects,
        "person": members.people,
    }
)


def visible(snapshot: Snapshot, about: Dimension, scope: Scope) -> list[Member]:
    """Return the members of a dimension within `scope`, by name.

    Where no list of its own says which they are, they are those that some row within the scope bears.
    """
    if scope.is_nothing:
        return []
    if about.name in _LISTS:
        return _LISTS[about.name](snapshot, scope)
    with snapshot.engine.connect() as connection:
        named = labels(connection, about, _borne(connection, about, scope))
    found = [Member(key=key, name=name) for key, name in named.items()]
    return sorted(found, key=lambda member: (member.name.casefold(), str(member.key)))


def chosen(snapshot: Snapshot, about: Dimension, text: str, scope: Scope) -> Key:
    """Return the key of the member within `scope` that has this name, code or key.

    A member outside the scope is not told from one that is not there.

    Raises:
        QuestionError: none or several bear it.
    """
    wanted = text.strip().lower()
    if wanted in {str(UNKNOWN), NOT_ASSIGNED.lower()}:
        return "" if about.is_text else UNKNOWN
    declared = [key for key, word in about.words.items() if wanted in {key.lower(), word.lower()}]
    if len(declared) == 1:  # what a declaration names is no secret, and no facts are asked for it
        return declared[0]
    found: list[Key] = sorted(
        {one.key for one in visible(snapshot, about, scope) if wanted in _called(one)}, key=str
    )
    if len(found) == 1:
        return found[0]
    if found:
        raise QuestionError(
            _(
                "{count} members of '{name}' are called '{text}'. Name one by its key: {keys}.",
                count=len(found),
                name=about.name,
                text=text,
                keys=", ".join(map(str, found)),
            )
        )
    raise QuestionError(
        _("There is no {name} with the name, code or key '{text}'.", name=about.name, text=text)
    )


def _called(member: Member) -> set[str]:
    name, code = member.name.lower(), (member.code or "").lower()
    return {str(member.key), name} | ({code, f"{code} {name}"} if code else set())


def _borne(connection: Connection, about: Dimension, scope: Scope) -> set[Key]:
    keys: set[Key] = set()
    for measure in _measures(about.name):
        if can_see(scope, measure, (about.name,)):
            query = select(measure.dimensions[about.name]).select_from(source(measure)).distinct()
            stored = connection.execute(query.where(*restrict_measure(scope, measure))).scalars()
            keys.update(about.key_of(value) for value in stored)
    return keys - {UNKNOWN, ""}


def _measures(name: str) -> list[Measure]:
    """The measures that have the dimension, one for each way to read it."""
    found = (m for kpi in kpis().values() for side in Side for m in kpi.side(side).measures)
    ways = (name, "department", "project", "subsidiary", "customer")  # read from, and scoped by
    unique = {
        (m.table.name, *(str(m.dimensions.get(way)) for way in ways)): m
        for m in found
        if name in m.dimensions
    }
    return list(unique.values())
