"""The plan of hours that the firm's finance team keeps outside of both systems: capacity, and what is billable of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .calendar import MONTHS_AHEAD, Clock, days, end_of, start_of
from .dice import dice
from .model import HUNDRED, ZERO, Department, Person

_THERE = Decimal("0.90")  # of the hours of a year; the rest is leave and illness
_STEP = Decimal(10)


@dataclass(frozen=True, slots=True)
class PlannedHours:
    """What a practice means to have and to bill in a month."""

    department: Department
    month: int
    capacity: Decimal
    billable: Decimal


def plan_hours(seed: int, clock: Clock, people: list[Person]) -> Iterator[PlannedHours]:
    """The hours of every month that has a budget, by practice: those of who is employed, a year's target of each."""
    random = dice(seed, "plan of hours")
    years = range((clock.first + 11) // 12, (clock.running + MONTHS_AHEAD + 1) // 12)
    for year in years:
        growth: dict[int, tuple[Decimal, Decimal]] = defaultdict(
            lambda: (_about(random.gauss(1.02, 0.04)), _about(random.gauss(1.0, 0.03)))
        )
        for month in range(year * 12, year * 12 + 12):
            for department, (hours, billable) in _there(month, people).items():
                more, busier = growth[department.id]
                capacity = hours * _THERE * more
                yield PlannedHours(
                    department, month, _round(capacity), _round(billable * _THERE * more * busier)
                )


def _there(month: int, people: list[Person]) -> dict[Department, tuple[Decimal, Decimal]]:
    """The hours of who is employed, and those they are to bill of them."""
    found: dict[Department, tuple[Decimal, Decimal]] = {}
    for person in people:
        if person.in_rollup and person.department.delivery:
            hours = sum(
                (person.works_on(day) for day in days(start_of(month), end_of(month))), ZERO
            )
            before, billable = found.get(person.department, (ZERO, ZERO))
            target = person.role.target / HUNDRED
            found[person.department] = before + hours, billable + hours * target
    return {department: told for department, told in found.items() if told[0]}


def _about(number: float) -> Decimal:
    return Decimal(repr(round(number, 3)))


def _round(hours: Decimal) -> Decimal:
    return (hours / _STEP).quantize(Decimal(1)) * _STEP
