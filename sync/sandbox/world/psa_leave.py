"""Leave: a request for each spell of time off, and its hours day by day, once; some is planned ahead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from sync.sandbox.system import Row

from . import psa_links as links
from .calendar import DAY, Clock, days
from .dice import dice
from .firm_life import Life
from .model import TIME_OFF, Person, Task, TimeEntry

_FIRST_REQUEST, _FIRST_DAY = 12_001, 50_001
_AHEAD = 180  # days within which people have asked for leave

Spell = tuple[Person, Task, list[tuple[date, Decimal]], str]


def leave(life: Life) -> Iterator[tuple[str, Iterable[Row]]]:
    """Schedulerequest and Schedulerequest_item."""
    requests: list[Row] = []
    items: list[Row] = []
    ids, day_ids = count(_FIRST_REQUEST), count(_FIRST_DAY)
    for spell in [*_taken(life.entries), *_planned(life)]:
        request = _request(life.clock, next(ids), spell)
        requests.append(request)
        items.extend(_items(request, day_ids, spell))
    yield "Schedulerequest", requests
    yield "Schedulerequest_item", items


def _taken(entries: list[TimeEntry]) -> Iterator[Spell]:
    """What was written as time off: days in a row of one kind are one spell."""
    away: dict[Person, list[TimeEntry]] = defaultdict(list)
    for entry in entries:
        if entry.project.contract_type == TIME_OFF:
            away[entry.person].append(entry)
    for person, there in away.items():
        spell: list[TimeEntry] = []
        for entry in sorted(there, key=lambda entry: entry.day):
            if spell and not _goes_on(spell[-1], entry):
                yield _spell(person, spell)
                spell = []
            spell.append(entry)
        yield _spell(person, spell)


def _goes_on(last: TimeEntry, entry: TimeEntry) -> bool:
    """Whether no day of work lies between two days off of one kind."""
    between = days(last.day + DAY, entry.day - DAY)
    return last.task is entry.task and not any(entry.person.works_on(day) for day in between)


def _spell(person: Person, spell: list[TimeEntry]) -> Spell:
    return person, spell[0].task, [(entry.day, entry.hours) for entry in spell], "A"


def _planned(life: Life) -> Iterator[Spell]:
    """Vacation that people have asked for and not yet taken."""
    vacation = life.portfolio.internal["INT-OFF"].tasks[0]
    for person in life.people.everyone:
        if person.released is not None:
            continue
        random = dice(life.seed, f"leave ahead:{person.id}")
        start = life.clock.today
        for _ in range(random.choice((0, 1, 1, 2))):
            start += timedelta(days=random.randint(7, _AHEAD // 2))
            last = start + timedelta(days=random.choice((1, 4, 4, 8, 11)))
            off = [(d, person.works_on(d)) for d in days(start, last) if person.works_on(d)]
            if off:
                yield person, vacation, off, "A" if random.random() < 0.75 else "S"
            start = last + DAY


def _request(clock: Clock, id_: int, spell: Spell) -> Row:
    person, task, off, status = spell
    kind, first = links.time_type(task), off[0][0]
    asked = first if kind == links.SICKNESS else first - timedelta(days=25)
    asked = min(asked, clock.yesterday)
    granted = min(asked + timedelta(days=2), clock.yesterday)
    return {
        "id": id_, "number": f"LR-{id_}", "name": task.name, "userid": person.id, "date": asked,
        "approval_status": status, "startdate": first, "enddate": off[-1][0], "timetypeid": kind,
        "projectid": task.project.id, "project_taskid": task.id, "customerid": task.project.customer.id,
        "date_submitted": asked, "date_approved": granted if status == "A" else None, "notes": None,
        "created": clock.at(asked, 9), "updated": clock.at(granted, 10),
    }  # fmt: skip


def _items(request: Row, ids: Iterator[int], spell: Spell) -> Iterator[Row]:
    for day, hours in spell[2]:
        yield {
            "id": next(ids), "schedule_requestid": request["id"], "userid": request["userid"],
            "date": day, "hours": hours, "timetypeid": request["timetypeid"],
            "projectid": request["projectid"], "project_taskid": request["project_taskid"],
            "customerid": request["customerid"], "name": request["name"],
            "created": request["created"], "updated": request["updated"],
        }  # fmt: skip
