"""What the general rules of a kind do to the records there are, what another list would change, and how two lists join."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .mapping import Judge, Member

Rule = Mapping[str, Any]  # as a file writes it


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """How many records there are, how many rows they have, and what they come to.

    Attributes:
        amount: as of `Member`; None where none of them has one.
    """

    records: int = 0
    rows: int = 0
    amount: Decimal | None = None

    @classmethod
    def of(cls, several: Sequence[Member]) -> Weight:
        """That of some records."""
        amounts = [one.amount for one in several if one.amount is not None]
        return cls(
            records=len(several),
            rows=sum(one.rows for one in several),
            amount=sum(amounts, Decimal(0)) if amounts else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one rule does.

    Attributes:
        decides: the records that it decides on.
        meets: how many it would decide on if it stood first.
        hidden_by: where it decides on none: the places of the rules before it that take its records from it.
        hidden_singly: the same, how many of them somebody said one by one.
    """

    decides: Weight
    meets: int
    hidden_by: Sequence[int] = ()
    hidden_singly: int = 0

    @property
    def is_idle(self) -> bool:
        """Whether it makes no difference."""
        return not self.decides.records


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What the rules of a kind do.

    Attributes:
        rules: one for each general rule, in their order.
        singly: the records that somebody said one by one.
        rest: those that no rule decides on.
    """

    rules: Sequence[Effect]
    singly: Weight
    rest: Weight


def effects(judge: Judge, members: Sequence[Member]) -> Effects:
    """What each general rule decides on, and what the rules before one that decides on nothing take from it."""
    places = [judge.place(one) for one in members]
    taken: dict[int | None, list[Member]] = {}
    for one, place in zip(members, places, strict=True):
        at = None if place is None else max(place - judge.single, -1)
        taken.setdefault(at, []).append(one)
    count = len(judge.rules) - judge.single
    return Effects(
        rules=[_effect(judge, members, places, at, taken.get(at, [])) for at in range(count)],
        singly=Weight.of(taken.get(-1, [])),
        rest=Weight.of(taken.get(None, [])),
    )


def _effect(
    judge: Judge,
    members: Sequence[Member],
    places: Sequence[int | None],
    at: int,
    decides: Sequence[Member],
) -> Effect:
    if decides:
        return Effect(decides=Weight.of(decides), meets=len(decides))
    first = [
        place
        for one, place in zip(members, places, strict=True)
        if place is not None and judge.met(judge.single + at, one)
    ]
    before = Counter(place - judge.single for place in first if place >= judge.single)
    return Effect(
        decides=Weight(),
        meets=len(first),
        hidden_by=[place for place, _count in before.most_common()],
        hidden_singly=len(first) - sum(before.values()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A record that is taken for something else: what it was and becomes; None: no rule speaks of it."""

    member: Member
    was: str | None
    becomes: str | None


def moved(before: Judge, after: Judge, members: Sequence[Member]) -> list[Moved]:
    """The records that another list of rules takes for something else, in the order of `members`."""
    told = ((one, before.verdict(one).value, after.verdict(one).value) for one in members)
    return [
        Moved(member=one, was=was, becomes=becomes) for one, was, becomes in told if was != becomes
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How one list of rules differs from another.

    Attributes:
        added: rules that only the second has.
        removed: rules that only the first has.
        reordered: whether those that both have stand in another order.
    """

    added: Sequence[Rule] = field(default=())
    removed: Sequence[Rule] = field(default=())
    reordered: bool = False

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.reordered)


def difference(before: Sequence[Rule], after: Sequence[Rule]) -> Difference:
    """What was added, removed and moved."""
    return Difference(
        added=_without(after, before),
        removed=_without(before, after),
        reordered=_without(before, _without(before, after))
        != _without(after, _without(after, before)),
    )


def joined(was: Sequence[Rule], ours: Sequence[Rule], theirs: Sequence[Rule]) -> list[Rule]:
    """Two lists that were both made from a third, as one: what we took away and added is done to theirs.

    A rule of ours comes behind the one that it stands behind in our list, first where that is not there any more.
    Where nothing but the order differs, ours holds.
    """
    left = _without(was, ours)
    kept = _without(theirs, left)
    if not _without(ours, was) and not _without(kept, ours):
        return [one for one in ours if one in kept]
    result = list(kept)
    for at, one in enumerate(ours):
        if one in was or one in result:
            continue
        before = [rule for rule in ours[:at] if rule in result]
        result.insert(result.index(before[-1]) + 1 if before else 0, one)
    return result


def _without(several: Sequence[Rule], others: Sequence[Rule]) -> list[Rule]:
    """Those of some rules that are not among others, each as often as it is there more often."""
    return list(_left(several, others))


def _left(several: Sequence[Rule], others: Sequence[Rule]) -> Iterator[Rule]:
    rest = list(others)
    for one in several:
        if one in rest:
            rest.remove(one)
        else:
            yield one
