"""Days of billings that an open balance holds, peeled off month by month from the newest (F2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from ..period import Month
from .kpi import Reason

_PLACES = Decimal("0.0001")
_NONE = Decimal("0.0000")


@dataclass(frozen=True, slots=True)
class Step:
    """What one month contributes."""

    month: int
    billings: Decimal
    days: int
    contribution: Decimal


def steps(
    balance: Decimal, billings: Mapping[int, Decimal], last: Month, today: date, limit: int
) -> list[Step]:
    """Peel `balance` off `billings`, the newest month first; the contributions sum to the days."""
    found: list[Step] = []
    left, room, month = balance, limit, last
    while left > 0 and room > 0 and any(key <= last.key for key in billings):
        days = today.day if month == Month.of(today) else month.end.day
        billed = billings.get(month.key, _NONE)
        share = Decimal(days).quantize(_PLACES)
        if billed > left:
            share = (days * left / billed).quantize(_PLACES, rounding=ROUND_HALF_EVEN)
            left = _NONE
        elif billed > 0:
            left -= billed
        contribution = min(share, Decimal(room))
        found.append(Step(month.key, billed, days, contribution))
        room -= days
        month = month.plus(-1)
    return found


def days_of(
    balance: Decimal, billings: Mapping[int, Decimal], last: Month, today: date, limit: int
) -> Decimal | Reason:
    """Return the days that `balance` stands for; nothing owed is 0 days."""
    if balance <= 0:
        return _NONE
    found = steps(balance, billings, last, today, limit)
    if not found:
        return Reason.NO_BILLINGS
    return sum((step.contribution for step in found), _NONE)
