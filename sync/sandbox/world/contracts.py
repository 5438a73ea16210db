"""What the client projects were sold for: fees, caps, estimates, milestones, orders."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from .calendar import Clock, month_of
from .dice import dice
from .firm import BILL_LEVEL
from .ids import Ids
from .model import (
    CAPPED,
    CENT,
    HUNDRED,
    MILESTONES,
    PERCENT,
    RETAINER,
    TM,
    ZERO,
    Milestone,
    Order,
    Person,
    Project,
    Role,
    TimeEntry,
)

_WHOLE = Decimal(1)
_RAISE = 1.036
_TEAM_HOURS_A_WEEK = 62.0
_MILESTONE_NAMES = ("Design signed off", "First release", "Acceptance", "Go-live", "Final report")
_TARGETS = {TM: (1.0, 1.18), CAPPED: (0.93, 1.12)}


def bill_rate(project: Project, person: Person, first_year: int) -> Decimal:
    """The hourly rate of a person on a project: the rate card of its first year, times its price."""
    years = project.start.year - first_year
    return role_rate(person.role, project.currency, years, project.price)


@cache
def role_rate(role: Role, currency: str, years: int, price: float) -> Decimal:
    """The hourly rate of a role, so many years after history began, at a price against the list."""
    level = BILL_LEVEL[currency] * _RAISE**years
    return Decimal(repr(float(role.bill) * level * price)).quantize(_WHOLE)


def elapsed(project: Project, until: date) -> float:
    """The share of a project's span that has passed."""
    if until < project.start:
        return 0.0
    span = (project.finish - project.start).days + 1
    return min(1.0, ((until - project.start).days + 1) / span)


class Contracts:
    """Prices every client project after the work on it is known."""

    def __init__(
        self, seed: int, clock: Clock, ids: Ids, clients: list[Project], entries: list[TimeEntry]
    ) -> None:
        self._random = dice(seed, "contracts")
        self._clock, self._ids = clock, ids
        self.orders: list[Order] = []
        worked: dict[int, Decimal] = defaultdict(Decimal)
        hours: dict[int, Decimal] = defaultdict(Decimal)
        for entry in entries:
            if entry.billable:
                key = entry.project.id or 0
                hours[key] += entry.hours
                worked[key] += entry.hours * bill_rate(
                    entry.project, entry.person, clock.start.year
                )
        for project in clients:
            self._price(project, worked[project.id or 0], hours[project.id or 0])

    def _price(self, project: Project, worked: Decimal, hours: Decimal) -> None:
        random = self._random
        share = elapsed(project, self._clock.yesterday)
        value, expected = float(worked), float(hours)
        if share < 0.15:  # too early to tell from the work done
            weeks = ((project.finish - project.start).days + 1) / 7
            expected = max(expected, weeks * _TEAM_HOURS_A_WEEK * random.uniform(0.8, 1.1))
            value = expected * 178 * BILL_LEVEL[project.currency] * project.price
        elif not project.ended:
            value, expected = value / share, expected / share * random.uniform(0.98, 1.08)
        project.expected_hours = Decimal(repr(expected)).quantize(_WHOLE)
        if project.contract_type in _TARGETS:
            value *= random.uniform(*_TARGETS[project.contract_type])
        else:
            value *= min(1.3, max(0.44, random.gauss(0.985, 0.22)))
        project.value = _round(value)
        if project.contract_type == RETAINER:
            self._retainer(project)
        if project.contract_type == MILESTONES:
            self._milestones(project)
        planned = project.expected_hours * Decimal("0.97") / 3
        for task in project.tasks[:3]:
            task.planned_hours = planned.quantize(_WHOLE)
        self._order(project)

    def _retainer(self, project: Project) -> None:
        months = month_of(project.finish) - month_of(project.start) + 1
        project.monthly_fee = _round(float(project.value) / months)
        project.value = project.monthly_fee * months

    def _milestones(self, project: Project) -> None:
        span = (project.finish - project.start).days
        count = 3 if span < 120 else 4 if span < 220 else 5
        left = project.value
        for step in range(1, count + 1):
            day = project.start + timedelta(days=span * step // count)
            amount = left if step == count else _round(float(project.value) / count)
            left -= amount
            name = _MILESTONE_NAMES[-1] if step == count else _MILESTONE_NAMES[step - 1]
            project.milestones.append(Milestone(day, name, amount))

    def _order(self, project: Project) -> None:
        random = self._random
        signed = project.start - timedelta(days=random.randint(4, 20))
        parts = [(signed, project.value)]
        middle = project.start + (project.finish - project.start) * 0.55
        if project.contract_type in (TM, CAPPED, PERCENT) and random.random() < 0.28:
            change = _round(float(project.value) * random.uniform(0.12, 0.3))
            if middle < self._clock.yesterday and change > 0:
                parts = [(signed, project.value - change), (middle, change)]
        for signed_on, amount in parts:
            day = max(self._clock.start, min(signed_on, self._clock.yesterday))
            link = self._ids.take("order_link")
            id_ = self._ids.take("order")
            created = self._clock.at(day, 11)
            order = Order(
                id_, link, f"PO-{id_ * 7 + 40211}", day, project, amount,
                not project.ended, updated=created,
            )  # fmt: skip
            if project.ended:
                order.updated = max(created, self._clock.at(project.finish + timedelta(days=9), 10))
            project.orders.append(order)
            self.orders.append(order)


def _round(value: float) -> Decimal:
    """To the nearest 500, or 100 where it is small."""
    step = 500 if value > 20_000 else 100
    return max(HUNDRED, Decimal(round(value / step) * step)).quantize(CENT) + ZERO
