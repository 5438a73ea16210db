"""The people: who works where, since when, in which week pattern, at what cost, and when away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from .calendar import Clock, days, end_of, month_of, start_of
from .dice import dice
from .firm import COST_LEVEL, FINANCE, SALES, STAFF, TEAMS, sizes
from .ids import Ids
from .model import CENT, CostRate, Department, Person, Role, Subsidiary
from .names import DOMAIN, FIRST_NAMES, LAST_NAMES

FULL_WEEK = {"US": (8, 8, 8, 8, 8), "DE": (8, 8, 8, 8, 8), "GB": (7.5, 7.5, 7.5, 7.5, 7.5)}
_PART = ((8, 8, 8, 8, 0), (6, 6, 6, 6, 6), (8, 8, 8, 0, 0), (8, 8, 8, 8, 4), (0, 8, 8, 8, 8))
_LEVELS = ("Analyst", "Consultant", "Senior Consultant", "Manager", "Principal")
_LEVEL_WEIGHTS = (22, 34, 24, 14, 6)
_ATTRITION = 0.125
_GROWTH = 0.066  # people a year
_RAISE = 1.036
_VACATION = {"US": 19, "DE": 29, "GB": 26}


class People:
    """Everyone who is or was with the firm in the span of its history."""

    def __init__(
        self,
        seed: int,
        clock: Clock,
        ids: Ids,
        subsidiaries: dict[str, Subsidiary],
        departments: dict[str, Department],
        roles: dict[str, Role],
        size: float,
    ) -> None:
        self._random = dice(seed, "people")
        self._clock, self._ids, self._roles = clock, ids, roles
        self._subsidiaries, self._departments = subsidiaries, departments
        self._taken: set[str] = set()
        self.everyone: list[Person] = []
        self.teams: dict[tuple[str, str], list[Person]] = {}
        for place, count in sizes({**TEAMS, **STAFF}, size).items():
            self.teams[place] = self._team(place, count)
        self._set_managers()

    def consultants(self) -> Iterator[Person]:
        """The people of the delivery practices."""
        return (person for person in self.everyone if person.department.delivery)

    def _team(self, place: tuple[str, str], size: int) -> list[Person]:
        """A team through history: first its founders, then who replaced them or was added."""
        random, clock = self._random, self._clock
        delivery = place in TEAMS
        team = [self._founder(place, position) for position in range(size)]
        grown = 0.0
        for month in range(clock.first + 1, clock.running + 1):
            grown += size * (_GROWTH if delivery else 0.02) / 12
            here = [p for p in team if p.released is None and p.hired < start_of(month)]
            for person in here[1:]:  # the first of each team leads it, and stays
                if month < clock.running and random.random() < _ATTRITION / 12:
                    person.released = end_of(month)
                    person.updated = clock.at(end_of(month), 9)
                    team.append(self._joiner(place, month + random.choice((1, 1, 2)), person.role))
            if grown >= 1:
                grown -= 1
                team.append(self._joiner(place, month, self._level(place)))
        return [p for p in team if p.hired <= clock.yesterday]

    def _founder(self, place: tuple[str, str], position: int) -> Person:
        since = self._clock.start - timedelta(days=self._random.randint(40, 2600))
        hired = start_of(month_of(since))
        lead = "Principal" if place in TEAMS else "Executive"
        role = self._roles[lead] if position == 0 else self._level(place)
        if place in TEAMS and position == 1:
            role = self._roles["Manager"]
        return self._person(place, role, hired)

    def _joiner(self, place: tuple[str, str], month: int, role: Role) -> Person:
        day = start_of(month)
        return self._person(
            place, role, day if self._random.random() < 0.7 else day + timedelta(14)
        )

    def _level(self, place: tuple[str, str]) -> Role:
        if place[1] == SALES:
            return self._roles["Account Executive"]
        if place[1] == FINANCE:
            return self._roles["Finance and Operations"]
        return self._roles[self._random.choices(_LEVELS, _LEVEL_WEIGHTS)[0]]

    def _person(self, place: tuple[str, str], role: Role, hired: date) -> Person:
        random, clock = self._random, self._clock
        subsidiary = self._subsidiaries[place[0]]
        first, last = self._name(place[0])
        pattern = FULL_WEEK[place[0]]
        if role.name in ("Analyst", "Consultant", "Senior Consultant") and random.random() < 0.13:
            pattern = random.choice(_PART)
        week = tuple(Decimal(str(hours)) for hours in (*pattern, 0, 0))
        email = f"{first}.{last}@{DOMAIN}".lower()
        for umlaut, plain in (("ü", "ue"), ("ö", "oe"), ("ä", "ae"), (" ", "")):
            email = email.replace(umlaut, plain)
        person = Person(
            0,
            0,
            first,
            last,
            email,
            role,
            self._departments[place[1]],
            subsidiary,
            hired,
            None,
            week,
        )
        if hired <= clock.yesterday:
            person.id = self._ids.take("user")
            person.ns_id = self._ids.take("entity")
            person.costs = self._costs(person)
            person.updated = clock.at(max(hired, clock.start), 9, random.randint(0, 59))
            self.everyone.append(person)
        return person

    def _name(self, country: str) -> tuple[str, str]:
        while True:
            first = self._random.choice(FIRST_NAMES[country])
            last = self._random.choice(LAST_NAMES[country])
            if f"{first} {last}" not in self._taken:
                self._taken.add(f"{first} {last}")
                return first, last

    def _costs(self, person: Person) -> list[CostRate]:
        """Loaded cost by dated rate: a raise every January."""
        level = float(person.role.cost) * COST_LEVEL[person.subsidiary.currency]
        level *= self._random.uniform(0.9, 1.1)
        rates: list[CostRate] = []
        first = self._clock.start.year
        for year in range(first, self._clock.today.year + 1):
            start = None if year == first else date(year, 1, 1)
            cost = Decimal(repr(level * _RAISE ** (year - first))).quantize(CENT)
            end = date(year, 12, 31) if year < self._clock.today.year else None
            rates.append(CostRate(self._ids.take("cost"), start, end, cost))
        return rates

    def _set_managers(self) -> None:
        head = self.teams[("US", FINANCE)][0]
        for (_, department), team in self.teams.items():
            lead = self.teams.get(("US", department), team)[0]
            for person in team:
                person.manager = team[0] if person is not team[0] else lead
            if team[0] is lead:
                lead.manager = head if lead is not head else None


def absences(seed: int, clock: Clock, person: Person) -> dict[date, str]:
    """The days a person is away, and why."""
    random = dice(seed, f"away:{person.id}")
    away: dict[date, str] = {}
    first = max(clock.start, person.hired)
    last = min(clock.yesterday, person.released or clock.yesterday)
    for year in range(first.year, last.year + 1):
        for start, length in _blocks(random, year, _VACATION[person.subsidiary.country]):
            for day in days(start, start + timedelta(days=length - 1)):
                away[day] = "Vacation"
    for day in days(first, last):
        chance = 0.021 if day.month in (1, 2, 11, 12) else 0.011
        if day not in away and random.random() < chance:
            for sick in days(day, day + timedelta(days=random.choice((0, 0, 1, 2)))):
                away.setdefault(sick, "Sickness")
    return {day: why for day, why in away.items() if first <= day <= last and person.works_on(day)}


def _blocks(random: Random, year: int, allowance: int) -> Iterator[tuple[date, int]]:
    """Blocks of vacation: a long one in summer, one at Christmas, short ones in between."""
    summer = random.choice((7, 14, 14, 21 if allowance > 25 else 14))
    yield date(year, 7, 1) + timedelta(days=random.randint(0, 55)), summer
    if random.random() < 0.7:
        yield date(year, 12, 22) + timedelta(days=random.randint(0, 2)), 10
    left = allowance - summer * 5 // 7 - 4
    while left > 0:
        length = random.choice((1, 2, 3, 5, 7))
        yield date(year, 1, 1) + timedelta(days=random.randint(20, 330)), length
        left -= length
