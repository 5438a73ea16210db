"""The target that a line of an answer is held against: what the firm wants of this number, of this member, now."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ..access import Scope
from ..business import in_force
from ..period import Month
from .answer import AnswerRow
from .dimensions import DIMENSIONS, Key
from .names import Named, names
from .query import Ask
from .vocabulary import Kind, Lens

if TYPE_CHECKING:
    from ..snapshot import Snapshot


def goal_of(snapshot: Snapshot, scope: Scope, ask: Ask, row: AnswerRow) -> Decimal | None:
    """The target of a line; None where there is none, or the line is a part of what it speaks of.

    A target for everybody is of the whole firm alone, one of a member of that member alone. What is summed over months
    is held against a target of exactly its months, once they are over; money as consolidated.
    """
    business = in_force(snapshot)
    if not any(one.kpi == ask.kpi.key for one in business.file.targets):
        return None
    chosen = _chosen(ask, row)
    if chosen is None or not _is_whole(scope, chosen):
        return None
    if ask.kpi.is_money and ask.lens is not Lens.CONSOLIDATED:
        return None  # a part: what is kept in one currency
    first, last = ask.period.first.key, ask.period.last.key
    members = {name: (key, _called(snapshot, name, key)) for name, key in chosen.items()}
    found = business.target(ask.kpi.key, first, last, members)
    if found is None or (found.dimension is None) == bool(chosen):
        return None
    if ask.kpi.kind is Kind.FLOW:
        exact = (found.since, found.to) == (str(ask.period.first), str(ask.period.last))
        if not exact or ask.period.last >= Month.of(snapshot.today):
            return None
    return found.value


def _chosen(ask: Ask, row: AnswerRow) -> dict[str, Key] | None:
    """The one member that a line is of; empty: the whole firm; None: several, or what they have in common."""
    found: dict[str, Key] = dict(row.dimensions)
    for name, keys in ask.filters.items():
        if len(keys) != 1:
            return None
        found[name] = keys[0]
    return found if len(found) < 2 else None


def _is_whole(scope: Scope, chosen: dict[str, Key]) -> bool:
    """Whether the reader sees all of it."""
    if scope.is_unrestricted:
        return True
    others = (scope.managers, scope.customers, scope.subsidiaries)
    return "department" in chosen and all(axis is None for axis in others)


def _called(snapshot: Snapshot, dimension: str, key: Key) -> str:
    """What a member is called."""
    about = DIMENSIONS[dimension]
    if about.table is None or about.key is None or about.label is None or about.is_text:
        return str(key)
    with snapshot.engine.connect() as connection:
        told = names(connection, snapshot, [Named(about.table, about.key, about.label)], [key])
    return str(told[about.label.name].get(key, ""))
