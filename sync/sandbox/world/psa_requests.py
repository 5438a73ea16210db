"""Resource requests: roles that projects ask for, filled or still open, with the hours they need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from random import Random

from sync.sandbox.system import Row

from .calendar import Clock, days, is_weekend
from .dice import dice
from .firm_life import Life
from .model import HUNDRED, Project, Role
from .psa_bookings import Booking, Bookings
from .psa_lists import HARD, SOFT

_FIRST, _FIRST_PLACE, _FIRST_PENDING = 6001, 6501, 27_001
_RECENT = timedelta(days=200)
_ROLES = ("Analyst", "Consultant", "Senior Consultant", "Manager")
_DAILY = Decimal(8)


@dataclass(frozen=True, slots=True)
class _Request:
    """What a project asks for: so many people of a role for a span."""

    id: int
    project: Project
    role: Role
    start: date
    end: date
    slots: int
    filled: int

    @property
    def is_open(self) -> bool:
        return self.filled < self.slots

    @property
    def fulfilled(self) -> Decimal:
        return (HUNDRED * self.filled / self.slots).quantize(Decimal("0.01"))


def requests(life: Life, bookings: Bookings) -> Iterator[tuple[str, Iterable[Row]]]:
    """ResourceRequest, ResourceRequestQueue and PendingBooking."""
    asked = list(_asked(life, bookings.all))
    clock = life.clock
    yield "ResourceRequest", [_request(it, clock) for it in asked]
    yield "ResourceRequestQueue", [_place(it) for it in asked]
    ids = count(_FIRST_PENDING)
    yield (
        "PendingBooking",
        [_pending(next(ids), it, clock) for it in asked for _ in range(it.slots - it.filled)],
    )


def _asked(life: Life, booked: list[Booking]) -> Iterator[_Request]:
    """Running and coming projects ask for a role; what was booked of that role fills it."""
    random, ids = dice(life.seed, "requests"), count(_FIRST)
    by_project: dict[Project, list[Booking]] = {}
    for booking in booked:
        by_project.setdefault(booking.project, []).append(booking)
    for project in life.clients:
        if project.ended or project.start < life.clock.today - _RECENT:
            continue
        here = by_project.get(project, [])
        for role in {it.person.role: None for it in here}:
            there = [it for it in here if it.person.role is role]
            start, end = min(it.start for it in there), max(it.end for it in there)
            yield _Request(next(ids), project, role, start, end, len(there), len(there))
        yield from _unstaffed(life, project, random, ids)


def _unstaffed(
    life: Life, project: Project, random: Random, ids: Iterator[int]
) -> Iterator[_Request]:
    """A role that nobody is found for yet: most coming projects lack one, some running ones do."""
    coming = project.start > life.clock.yesterday
    if random.random() < (0.8 if coming else 0.3):
        start = max(project.start, life.clock.today + timedelta(days=random.randint(3, 21)))
        end = min(project.finish, start + timedelta(weeks=random.randint(6, 16)))
        if end > start:
            role = life.roles[random.choice(_ROLES)]
            yield _Request(next(ids), project, role, start, end, random.choice((1, 1, 2)), 0)


def _request(it: _Request, clock: Clock) -> Row:
    return {
        "id": it.id, "number": f"RR-{it.id}", "name": f"{it.role.name} for {it.project.code}",
        "status": "O" if it.is_open else "F", "projectid": it.project.id,
        "customerid": it.project.customer.id, "booking_type_id": SOFT if it.is_open else HARD,
        "ownerid": it.project.owner.id, "date_start": it.start, "date_end": it.end,
        "date_start_expected": it.start,
        "date_finalized": None if it.is_open else min(it.start, clock.yesterday),
        "percent_fulfilled": it.fulfilled, "notes": None, "external_id": None,
    }  # fmt: skip


def _place(it: _Request) -> Row:
    return {
        "id": _FIRST_PLACE + it.id - _FIRST, "resource_request_id": it.id, "name": it.role.name,
        "status": "O" if it.is_open else "F", "projectid": it.project.id,
        "customerid": it.project.customer.id, "date_start": it.start, "date_end": it.end,
        "slots": it.slots, "percent_fulfilled": it.fulfilled, "external_id": None,
    }  # fmt: skip


def _pending(id_: int, it: _Request, clock: Clock) -> Row:
    """The booking that is wanted: its role and hours, and nobody yet."""
    worked = sum(1 for day in days(it.start, it.end) if not is_weekend(day))
    made = clock.at(clock.yesterday - timedelta(days=it.id % 12), 10)
    return {
        "id": id_, "resource_request_queue_id": _FIRST_PLACE + it.id - _FIRST, "userid": None,
        "projectid": it.project.id, "customerid": it.project.customer.id, "project_taskid": None,
        "booking_typeid": SOFT, "job_code_id": it.role.id, "ownerid": it.project.owner.id,
        "startdate": it.start, "enddate": it.end, "hours": worked * _DAILY, "percentage": HUNDRED,
        "as_percentage": True, "approval_status": "O", "externalid": None, "created": made,
        "updated": made,
    }  # fmt: skip
