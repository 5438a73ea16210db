"""Bookings: what people were booked for as they worked, what they are booked for now, and what may follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from sync.sandbox.system import Row

from .calendar import Clock, days, monday
from .dice import dice
from .firm_life import Life
from .model import HUNDRED, ZERO, Person, Project, TimeEntry
from .psa_lists import HARD, INTERNAL, SOFT

_FIRST = 25_001
_HORIZON = timedelta(days=183)
_GAP = timedelta(weeks=3)  # so long away ends a booking
_ODD_JOB = Decimal(12)  # hours that nobody was booked for
_FOUR, _FIVE = Decimal(4), Decimal(5)
_LITTLE = Decimal(60)  # per cent
_LEAST, _EXTENDED = 20, 0.55  # per cent; share of teams kept on when a project ends soon

Weeks = dict[tuple[Person, Project], dict[date, Decimal]]


@dataclass(slots=True)
class Booking:
    """A person on a project for a span of days."""

    id: int
    person: Person
    project: Project
    kind: int
    start: date
    end: date
    hours: Decimal
    percentage: Decimal | None  # None: the hours were said, not the share of the week
    status: str
    made: date

    def row(self, clock: Clock) -> Row:
        """Booking."""
        it, at = self.project, clock.at(self.made, 11)
        granted = self.made if self.status == "A" else None
        return {
            "id": self.id, "userid": self.person.id, "projectid": it.id, "customerid": it.customer.id,
            "project_taskid": None, "booking_typeid": self.kind, "job_code_id": self.person.role.id,
            "ownerid": it.owner.id, "startdate": self.start, "enddate": self.end, "hours": self.hours,
            "percentage": self.percentage, "as_percentage": self.percentage is not None,
            "approval_status": self.status, "date_submitted": self.made, "date_approved": granted,
            "notes": None, "externalid": None, "created": at, "updated": at,
        }  # fmt: skip


class Bookings:
    """All bookings, the oldest first."""

    def __init__(self, life: Life) -> None:
        self._life, self._clock = life, life.clock
        self._random = dice(life.seed, "bookings")
        self._until = life.clock.today + _HORIZON
        self._ids = count(_FIRST)
        self._booked: dict[Person, Decimal] = defaultdict(Decimal)  # per cent, from today on
        self._busy: dict[Person, date] = {}
        self.all: list[Booking] = []
        spells = sorted(
            (spell for pair in _weeks(life.entries).items() for spell in _spells(*pair)),
            key=lambda spell: (spell[2][0], spell[0].id, spell[1].id or 0),
        )
        for person, project, weeks, hours in spells:
            self._worked(person, project, weeks, hours)
        self._extend()
        self._begin()
        self._fill_bench()

    @property
    def newest(self) -> dict[tuple[int, int], int]:
        """The newest booking of a (user, project)."""
        return {(it.person.id, it.project.id or 0): it.id for it in self.all}

    def _worked(self, person: Person, project: Project, weeks: list[date], hours: Decimal) -> None:
        """A spell of work that was booked; where it still goes on, until the project ends."""
        clock = self._clock
        start = max(weeks[0], project.start, person.hired)
        last = weeks[-1] + timedelta(days=4)
        goes_on = (
            weeks[-1] >= monday(clock.yesterday) - timedelta(weeks=1)
            and project.finish >= clock.today
            and person.released is None
        )
        end = min(project.finish, self._until) if goes_on else min(last, project.finish)
        end = max(start, end)
        made = max(min(start - timedelta(days=14), clock.yesterday), clock.start)
        if goes_on:
            share = self._share(person, start, hours)
            if share < _LEAST:
                return
            self._busy[person] = max(end, self._busy.get(person, end))
            planned = _capacity(person, start, end) * share / HUNDRED
            self._add(person, project, HARD, start, end, planned, share, made)
            return
        planned = (hours * Decimal(repr(self._random.uniform(0.93, 1.07))) / _FOUR).quantize(
            Decimal(1)
        ) * _FOUR
        self._add(person, project, HARD, start, end, planned, None, made)

    def _share(self, person: Person, start: date, hours: Decimal) -> Decimal:
        """The part of the week that a running spell takes, in steps of five, and never too much."""
        there = _capacity(person, start, self._clock.yesterday) or Decimal(1)
        share = (hours / there * HUNDRED / _FIVE).quantize(Decimal(1)) * _FIVE
        share = min(share, HUNDRED - self._booked[person])
        self._booked[person] += max(ZERO, share)
        return share

    def _extend(self) -> None:
        """Teams that are likely to stay when a running project ends within the horizon."""
        running = [it for it in self.all if it.end >= self._clock.today]
        for project in {it.project: None for it in running}:
            team = [it for it in running if it.project is project]
            if project.finish >= self._until or self._random.random() >= _EXTENDED:
                continue
            start = monday(project.finish) + timedelta(weeks=1)
            end = min(
                start + timedelta(weeks=self._random.choice((6, 10, 14)), days=-3), self._until
            )
            for it in team:
                if end > start and it.percentage and self._random.random() < 0.8:
                    self._ahead(it.person, project, SOFT, start, end, it.percentage, "S")

    def _begin(self) -> None:
        """Projects that are sold and not begun: somebody of the team that is free by then."""
        for project in self._life.clients:
            if project.start <= self._clock.yesterday:
                continue
            soon = project.start - self._clock.today < timedelta(days=28)
            team = self._life.people.teams[project.subsidiary.country, project.department.name]
            free = [
                p for p in team
                if p.released is None and self._busy.get(p, self._clock.today) <= project.start
            ]  # fmt: skip
            for person in self._random.sample(free, min(2, len(free))):
                end = min(project.finish, self._until)
                share = Decimal(self._random.choice((60, 80, 100)))
                kind = HARD if soon else SOFT
                self._ahead(person, project, kind, project.start, end, share, "A" if soon else "S")
                self._busy[person] = end

    def _fill_bench(self) -> None:
        """Work in the house for some who are booked for little."""
        house = self._life.portfolio.internal["INT-PRA"]
        idle = [p for p in self._life.people.consultants() if self._booked[p] <= _LITTLE]
        for person in idle:
            if person.released is None and self._random.random() < 0.4:
                start = monday(self._clock.today) + timedelta(weeks=1)
                end = start + timedelta(weeks=self._random.choice((2, 4, 8)), days=-3)
                self._ahead(person, house, INTERNAL, start, end, HUNDRED - _LITTLE, "A")

    def _ahead(
        self,
        person: Person,
        project: Project,
        kind: int,
        start: date,
        end: date,
        share: Decimal,
        status: str,
    ) -> None:
        made = self._clock.yesterday - timedelta(days=self._random.randint(1, 20))
        hours = _capacity(person, start, end) * share / HUNDRED
        if hours:
            self._add(person, project, kind, start, end, hours, share, made, status)

    def _add(
        self,
        person: Person,
        project: Project,
        kind: int,
        start: date,
        end: date,
        hours: Decimal,
        share: Decimal | None,
        made: date,
        status: str = "A",
    ) -> None:
        hours = hours.quantize(Decimal("0.01"))
        self.all.append(
            Booking(next(self._ids), person, project, kind, start, end, hours, share, status, made)
        )


def _weeks(entries: list[TimeEntry]) -> Weeks:
    """The hours of each person on each client project, by week."""
    found: Weeks = defaultdict(lambda: defaultdict(Decimal))
    for entry in entries:
        if entry.project.is_client:
            found[entry.person, entry.project][entry.timesheet.start] += entry.hours
    return found


def _spells(
    pair: tuple[Person, Project], weeks: dict[date, Decimal]
) -> Iterator[tuple[Person, Project, list[date], Decimal]]:
    """Weeks of work without a long break, in order, with their hours."""
    spell: list[date] = []
    for week in [*sorted(weeks), date.max]:
        if spell and (week == date.max or week - spell[-1] >= _GAP):
            hours = sum((weeks[there] for there in spell), ZERO)
            if hours >= _ODD_JOB:
                yield (*pair, spell, hours)
            spell = []
        spell.append(week)


def _capacity(person: Person, start: date, end: date) -> Decimal:
    """The hours a person is there for within a span."""
    return sum((person.works_on(day) for day in days(start, end)), ZERO)
