"""The projects: streams of client work for each team, one project after the other, and internal ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from .calendar import Clock, end_of, monday, month_of, start_of
from .dice import dice
from .firm import MANAGED, TEAMS, sizes
from .ids import Ids
from .model import (
    CAPPED,
    INTERNAL_ADMIN,
    INTERNAL_PRODUCTIVE,
    MILESTONES,
    PERCENT,
    RETAINER,
    TIME_OFF,
    TM,
    Customer,
    Person,
    Project,
    Task,
)
from .names import TASKS, TOPICS
from .people import People

_CONTRACTS = (TM, CAPPED, PERCENT, MILESTONES, RETAINER)
_WEIGHTS = (42, 15, 22, 15, 6)
_MANAGED_WEIGHTS = (20, 5, 5, 0, 70)
_TEAM_SIZE = 2.7
_AHEAD = timedelta(days=50)  # projects sold but not begun
_LEADERS = ("Principal", "Manager", "Senior Consultant")


class Portfolio:
    """All projects; `streams` are what a team works on, side by side."""

    def __init__(
        self,
        seed: int,
        clock: Clock,
        ids: Ids,
        people: People,
        customers: dict[str, list[Customer]],
        house: Customer,
        size: float,
    ) -> None:
        self._random = dice(seed, "projects")
        self._clock, self._ids, self._people = clock, ids, people
        self._customers = customers
        self._codes: dict[int, int] = {}
        self._used: set[tuple[str, str]] = set()
        self.streams: dict[tuple[str, str], list[list[Project]]] = {}
        drafts: list[tuple[date, list[Project], tuple[str, str], int, date]] = []
        for place, consultants in sizes(TEAMS, size).items():
            count = max(2, round(consultants / _TEAM_SIZE))
            self.streams[place] = [[] for _ in range(count)]
            for position, stream in enumerate(self.streams[place]):
                for start, finish in self._spans(place, position):
                    drafts.append((start, stream, place, position, finish))
        drafts.sort(key=lambda draft: (draft[0], draft[2], draft[3]))
        for start, stream, place, position, finish in drafts:
            stream.append(self._client(place, position, start, finish))
        self.clients = sorted(
            (p for streams in self.streams.values() for stream in streams for p in stream),
            key=lambda project: project.id or 0,
        )
        self.internal = self._internal(house)

    @property
    def all(self) -> list[Project]:
        """Client projects and internal ones."""
        return [*self.clients, *self.internal.values()]

    def _spans(self, place: tuple[str, str], position: int) -> Iterator[tuple[date, date]]:
        random, clock = self._random, self._clock
        day = monday(clock.start) - timedelta(weeks=random.randint(0, 18))
        while day <= clock.today + _AHEAD:
            if place[1] == MANAGED:
                start = start_of(month_of(day))
                finish = end_of(month_of(day) + random.choice((5, 8, 11, 11)))
            else:
                start = day
                finish = day + timedelta(
                    weeks=random.choice((9, 13, 17, 22, 26, 30, 39, 44)), days=-3
                )
            if finish >= clock.start + timedelta(days=20):
                yield max(start, clock.start), finish
            day = monday(finish) + timedelta(weeks=random.choice((1, 1, 1, 2, 2)))

    def _client(self, place: tuple[str, str], position: int, start: date, finish: date) -> Project:
        random, clock = self._random, self._clock
        country, practice = place
        foreign = position == 0 and practice != MANAGED and country in ("DE", "GB")
        customer = self._customer(country, foreign)
        kind = random.choices(_CONTRACTS, _MANAGED_WEIGHTS if practice == MANAGED else _WEIGHTS)[0]
        if foreign:
            kind = TM
        owner = self._owner(place, start)
        name = self._name(customer, practice)
        created = clock.at(start - timedelta(days=random.randint(6, 25)), random.randint(8, 16))
        ended = finish <= clock.yesterday
        changed = clock.at(finish + timedelta(days=5) if ended else start + timedelta(days=40), 15)
        project = Project(
            self._ids.take("project"),
            self._ids.take("entity"),
            self._code(start),
            name,
            customer,
            owner,
            owner.subsidiary,
            customer.currency,
            kind,
            start,
            finish,
            created,
            max(created, changed),
            price=min(1.16, max(0.58, random.gauss(0.955, 0.115))),
            stage=3 if ended else 1 if start > clock.yesterday else 2,
            ended=ended,
        )
        for task in (*TASKS[practice], "Project coordination (not charged)"):
            self._task(project, task, task.endswith("(not charged)"))
        return project

    def _customer(self, country: str, foreign: bool) -> Customer:
        choices = self._customers[country]
        matching = [c for c in choices if (c.currency != c.subsidiary.currency) == foreign]
        weights = [1 / (1 + position * 0.06) for position in range(len(matching))]
        return self._random.choices(matching, weights)[0]

    def _owner(self, place: tuple[str, str], start: date) -> Person:
        there = [
            p
            for p in self._people.teams[place]
            if p.hired <= start and (p.released is None or p.released > start)
        ]
        for level in (_LEADERS[:2], _LEADERS, None):
            able = [p for p in there if level is None or p.role.name in level]
            if len(able) > 1 or (able and level is None):
                return self._random.choice(able)
        return self._people.teams[place][0]

    def _name(self, customer: Customer, practice: str) -> str:
        topics = TOPICS[practice]
        short = " ".join(customer.name.split()[:2])
        for _ in range(len(topics)):
            topic = self._random.choice(topics)
            if (short, topic) not in self._used:
                self._used.add((short, topic))
                return f"{short} – {topic}"
        topic = self._random.choice(topics)
        phase = 2
        while (short, f"{topic}, phase {phase}") in self._used:
            phase += 1
        self._used.add((short, f"{topic}, phase {phase}"))
        return f"{short} – {topic}, phase {phase}"

    def _code(self, start: date) -> str:
        self._codes[start.year] = self._codes.get(start.year, 0) + 1
        return f"P{start.year % 100:02d}-{self._codes[start.year]:03d}"

    def _task(self, project: Project, name: str, non_billable: bool) -> None:
        task = Task(self._ids.take("task"), project, name, non_billable, updated=project.updated)
        project.tasks.append(task)

    def _internal(self, house: Customer) -> dict[str, Project]:
        head = self._people.teams[("US", "Finance & Administration")][0]
        created = self._clock.at(self._clock.start - timedelta(days=700))
        made: dict[str, Project] = {}
        for code, name, kind, tasks in (
            (
                "INT-PRE",
                "Presales and proposals",
                INTERNAL_PRODUCTIVE,
                ("Proposal work", "Demonstrations"),
            ),
            (
                "INT-PRA",
                "Practice development",
                INTERNAL_PRODUCTIVE,
                ("Methods and assets", "Training"),
            ),
            (
                "INT-ADM",
                "Administration",
                INTERNAL_ADMIN,
                ("Team meetings", "Bench", "Administration"),
            ),
            ("INT-OFF", "Time off", TIME_OFF, ("Vacation", "Sickness")),
        ):
            project = Project(
                self._ids.take("project"), self._ids.take("entity"), code, name, house, head,
                head.subsidiary, house.currency, kind, created.date(),
                date(self._clock.today.year + 5, 12, 31), created, created, stage=4,
            )  # fmt: skip
            for task in tasks:
                self._task(project, task, True)
            made[code] = project
        return made
