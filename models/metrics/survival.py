"""After how long half has ended of what partly has not ended yet (Kaplan-Meier): exact, so that its rows make it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from .vocabulary import Reason

_HALF = Fraction(1, 2)


class Lasting(NamedTuple):
    """Something that took so many days to end, or has gone on for so many."""

    days: int
    ended: bool
    amount: Decimal


def half_ended(several: Iterable[Lasting], empty: Reason) -> Decimal | Reason:
    """The first day by which no more than half is left, of what could be told that far.

    On each day the share that ended of all that had lasted until then; what is left is the product of the rest. What
    goes on counts for the days it has gone on for, and for none after. Where more than half is left after the last day,
    half has not been reached; without anything it is `empty`.
    """
    ended: dict[int, Decimal] = defaultdict(Decimal)
    gone: dict[int, Decimal] = defaultdict(Decimal)
    for one in several:
        gone[one.days] += one.amount
        if one.ended:
            ended[one.days] += one.amount
    lasting, left = sum(gone.values(), Decimal(0)), Fraction(1)
    if lasting <= 0:
        return empty
    for day in sorted(gone):
        if lasting <= 0:
            break
        left *= 1 - Fraction(ended.get(day, Decimal(0))) / Fraction(lasting)
        if left <= _HALF:
            return Decimal(day)
        lasting -= gone[day]
    return Reason.NOT_REACHED
