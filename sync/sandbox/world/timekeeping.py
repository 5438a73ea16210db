"""Time: who worked on what, day by day, and the weekly timesheets that hold it."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from .calendar import Clock, days, monday
from .dice import dice
from .ids import Ids
from .model import ZERO, Person, Project, Task, TimeEntry, Timesheet
from .names import NOTES
from .people import People, absences
from .projects import Portfolio

_SEASON = {
    1: 0.97, 2: 1.01, 3: 1.02, 4: 1.0, 5: 1.0, 6: 1.01,
    7: 0.97, 8: 0.90, 9: 1.02, 10: 1.03, 11: 1.02, 12: 0.88,
}  # fmt: skip
_QUARTER = Decimal("0.25")
_ARCHIVED_AFTER = timedelta(days=560)
_PRODUCTIVE_SHARE = 0.55
_OVERTIME = (ZERO,) * 8 + (Decimal("0.5"), Decimal(1))
_SHARES = (Decimal("0.5"), Decimal("0.65"), Decimal("0.75"))
_WHOLE = Decimal(1)
_LONG_WAIT, _LATE = 3, 0.2  # days until a sheet is approved; share of those that came late
_FORGOTTEN = 0.02  # share of the days in the house that nobody writes down


class Timekeeping:
    """Fills timesheets week by week."""

    def __init__(
        self, seed: int, clock: Clock, ids: Ids, people: People, portfolio: Portfolio
    ) -> None:
        self._random = dice(seed, "time")
        self._late, self._forgotten = dice(seed, "late sheets"), dice(seed, "forgotten hours")
        self._clock, self._ids = clock, ids
        self._people, self._portfolio = people, portfolio
        self.timesheets: list[Timesheet] = []
        self.entries: list[TimeEntry] = []
        self._stream: dict[int, int] = {}
        self._project: dict[int, Project | None] = {}
        self._zeal: dict[int, float] = {}
        self._away = {p.id: absences(seed, clock, p) for p in people.consultants()}
        week = monday(clock.start)
        while week <= clock.yesterday:
            self._week(week)
            week += timedelta(weeks=1)

    def _week(self, week: date) -> None:
        first = max(week, self._clock.start)
        last = min(week + timedelta(days=6), self._clock.yesterday)
        span = list(days(first, last))
        for place, streams in self._portfolio.streams.items():
            active = [_active(stream, week) for stream in streams]
            staffed = Counter(
                self._stream[p.id] for p in self._people.teams[place] if self._here(p, week)
                if p.id in self._stream
            )  # fmt: skip
            for person in self._people.teams[place]:
                hours = [(day, person.works_on(day)) for day in span]
                hours = [(day, planned) for day, planned in hours if planned]
                if hours:
                    project = self._assign(person, active, staffed)
                    self._fill(person, week, hours, project, [p for p in active if p])

    def _here(self, person: Person, week: date) -> bool:
        return person.hired <= week and (person.released is None or person.released >= week)

    def _assign(
        self, person: Person, active: list[Project | None], staffed: Counter[int]
    ) -> Project | None:
        """The person's project this week; people change streams when a project is over."""
        stream = self._stream.get(person.id)
        before = self._project.get(person.id)
        if (
            stream is None
            or active[stream] is None
            or (active[stream] is not before and self._random.random() < 0.4)
        ):
            choices = [i for i, project in enumerate(active) if project is not None]
            if choices:
                chosen = min(choices, key=lambda i: (staffed[i], self._random.random()))
                if stream is not None:
                    staffed[stream] -= 1
                staffed[chosen] += 1
                stream = self._stream[person.id] = chosen
        project = active[stream] if stream is not None else None
        self._project[person.id] = project
        return project

    def _fill(
        self,
        person: Person,
        week: date,
        hours: list[tuple[date, Decimal]],
        project: Project | None,
        others: list[Project],
    ) -> None:
        random = self._random
        sheet = self._timesheet(person, week)
        away = self._away[person.id]
        zeal = self._zeal.setdefault(person.id, random.gauss(1.0, 0.05))
        target = float(person.role.target) / 100
        for day, planned in hours:
            if day in away:
                off = self._portfolio.internal["INT-OFF"]
                self._entry(
                    sheet, off, off.tasks[0 if away[day] == "Vacation" else 1], day, planned
                )
                continue
            chance = target * zeal * _SEASON[day.month] * 1.03
            here = project if project and project.start <= day <= project.finish else None
            if here is None and random.random() < 0.6:
                here = next((p for p in others if p.start <= day <= p.finish), None)
            if here is None or random.random() > chance:
                self._internal(sheet, day, planned)
            else:
                self._client_day(sheet, here, day, planned, others)
        sheet.total = sum((e.hours for e in self.entries[self._mark :]), ZERO)

    def _client_day(
        self, sheet: Timesheet, project: Project, day: date, planned: Decimal, others: list[Project]
    ) -> None:
        random = self._random
        worked = planned + _OVERTIME[int(random.random() * 10)]
        if random.random() < 0.15:
            share = _SHARES[int(random.random() * 3)]
            part = (worked * share / _QUARTER).quantize(_WHOLE) * _QUARTER
            other = random.choice(others)
            if (
                other is not project
                and other.start <= day <= other.finish
                and random.random() < 0.4
            ):
                self._entry(sheet, other, self._task(other), day, worked - part)
            else:
                self._internal(sheet, day, worked - part)
            worked = part
        self._entry(sheet, project, self._task(project), day, worked)

    def _task(self, project: Project) -> Task:
        if self._random.random() < 0.05:
            return project.tasks[-1]
        return project.tasks[min(int(self._random.random() * 3), 2)]

    def _internal(self, sheet: Timesheet, day: date, hours: Decimal) -> None:
        random, internal = self._random, self._portfolio.internal
        if random.random() < _PRODUCTIVE_SHARE:
            project = internal["INT-PRE" if random.random() < 0.45 else "INT-PRA"]
        else:
            project = internal["INT-ADM"]
        task = project.tasks[int(random.random() * len(project.tasks))]
        self._entry(sheet, project, task, day, hours)
        if project is internal["INT-ADM"] and self._forgotten.random() < _FORGOTTEN:
            self.entries.pop()

    def _timesheet(self, person: Person, week: date) -> Timesheet:
        """The week's sheet: open while it runs, submitted after, approved on the next Wednesday."""
        clock, random = self._clock, self._random
        end = week + timedelta(days=6)
        submitted = week + timedelta(days=7 if random.random() < 0.25 else 4)
        # A week that ends in another month is approved at once, before the books close.
        wait = 1 if week.month != end.month else 1 + int(random.random() * 3)
        approved = end + timedelta(days=wait)
        if wait == _LONG_WAIT and self._late.random() < _LATE:
            submitted = min(end + timedelta(days=2), clock.yesterday)  # after the deadline
        created = clock.at(max(week, clock.start), 8, int(random.random() * 60))
        if approved < clock.today:
            status = "X" if end < clock.today - _ARCHIVED_AFTER else "A"
            updated = clock.at(approved, 8 + int(random.random() * 9), int(random.random() * 60))
            sheet = Timesheet(
                0, person, week, end, status, submitted, approved, ZERO, created, updated
            )
        elif end < clock.today:
            status = "S"
            updated = clock.at(submitted, 16, int(random.random() * 60))
            sheet = Timesheet(0, person, week, end, status, submitted, None, ZERO, created, updated)
        else:
            sheet = Timesheet(
                0, person, week, end, "O", None, None, ZERO, created, clock.at(clock.yesterday, 17)
            )
        sheet.id = self._ids.take("timesheet")
        self.timesheets.append(sheet)
        self._mark = len(self.entries)
        return sheet

    def _entry(
        self, sheet: Timesheet, project: Project, task: Task, day: date, hours: Decimal
    ) -> None:
        random = self._random
        created = self._clock.at(day, 15 + int(random.random() * 4), int(random.random() * 60))
        notes = NOTES[int(random.random() * len(NOTES))] if random.random() < 0.4 else None
        self.entries.append(
            TimeEntry(
                self._ids.take("entry"), sheet.person, project, task, sheet, day, hours, notes,
                created, max(created, sheet.updated),
            )
        )  # fmt: skip


def _active(stream: list[Project], week: date) -> Project | None:
    """The project of a stream in a week."""
    end = week + timedelta(days=6)
    for project in reversed(stream):
        if project.start <= end and project.finish >= week:
            return project
    return None
