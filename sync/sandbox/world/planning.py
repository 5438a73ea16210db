"""What NetSuite plans: who is allocated to which project, and the budgets of each part of the group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from .calendar import MONTHS_AHEAD, Clock, month_of
from .dice import dice
from .firm import ACCOUNTS
from .ids import Ids
from .model import HUNDRED, ZERO, Person, Project, Subsidiary, TimeEntry
from .model_money import Document

_FEW_HOURS = Decimal(40)
_WEEK = Decimal(7)
_PERCENT = Decimal(5)
_TYPES = ("Income", "COGS", "Expense")
_STEP = Decimal(100)
ORIGINAL, REFORECAST = 1, 2
BUDGET_CATEGORIES = {ORIGINAL: "Budget", REFORECAST: "Reforecast"}


@dataclass(frozen=True, slots=True)
class Allocation:
    """Somebody planned for a project over a span of days, at a share of their week."""

    id: int
    person: Person
    project: Project
    start: date
    end: date
    percent: Decimal
    hours: Decimal
    updated: datetime


def allocate(clock: Clock, ids: Ids, entries: list[TimeEntry]) -> Iterator[Allocation]:
    """One allocation a person and project with real work on it; running ones reach to its end."""
    worked: dict[tuple[Person, Project], list[TimeEntry]] = defaultdict(list)
    for entry in entries:
        if entry.project.is_client and entry.project.ns_id is not None:
            worked[entry.person, entry.project].append(entry)
    for (person, project), there in sorted(
        worked.items(), key=lambda pair: (pair[0][1].id or 0, pair[0][0].id)
    ):
        hours = sum((entry.hours for entry in there), ZERO)
        weekly = sum(person.week, ZERO)
        if hours < _FEW_HOURS or not weekly:
            continue
        start, last = there[0].day, there[-1].day
        weeks = ((last - start).days + 1) / _WEEK
        share = min(HUNDRED, hours * HUNDRED / (weekly * weeks))
        percent = max(_PERCENT, (share / _PERCENT).quantize(Decimal(1)) * _PERCENT)
        runs = not project.ended and person.released is None and month_of(last) == clock.running
        end = project.finish if runs else last
        planned = weekly * percent / HUNDRED * ((end - start).days + 1) / _WEEK
        yield Allocation(
            ids.take("allocation"), person, project, start, end, percent, planned.quantize(Decimal(1)),
            max(project.created, clock.at(start, 8)),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Budget:
    """What a part of the group means to earn or spend on an account in a year, month by month."""

    id: int
    category: int
    account: str
    department: int | None
    subsidiary: Subsidiary
    year: int
    months: dict[int, Decimal]

    @property
    def total(self) -> Decimal:
        return sum(self.months.values(), ZERO)


Place = tuple[str, int | None, int]  # account, department, subsidiary


def budget(
    seed: int, clock: Clock, ids: Ids, documents: list[Document], subsidiaries: list[Subsidiary]
) -> list[Budget]:
    """Budgets of every year that has all its periods, set in the light of what came to be.

    Amounts are positive for income and for cost, in the subsidiary's currency. The running year was
    looked at again in summer: its second half has a reforecast.
    """
    random = dice(seed, "budgets")
    companies = {subsidiary.id: subsidiary for subsidiary in subsidiaries}
    posted = _posted(documents, clock)
    first, running = (clock.first + 11) // 12, clock.running // 12
    last = (clock.running + MONTHS_AHEAD + 1) // 12 - 1
    made: list[Budget] = []
    for place in sorted(posted, key=lambda place: (place[2], place[0], place[1] or 0)):
        account, department, company = place
        monthly = posted[place] / max(1, clock.running - clock.first)
        for year in range(first, last + 1):
            growth = Decimal(repr(round(random.gauss(1.0, 0.05), 3)))
            level = monthly * growth * (1 + Decimal("0.06") * (year - first - 1))
            months = {year * 12 + number: _round(level) for number in range(12)}
            if not any(months.values()):
                continue
            subsidiary = companies[company]
            made.append(
                Budget(ids.take("budget"), ORIGINAL, account, department, subsidiary, year, months)
            )
            if year == running:
                half = {m: _round(a * Decimal("1.03")) for m, a in months.items() if m % 12 >= 6}
                made.append(
                    Budget(
                        ids.take("budget"), REFORECAST, account, department, subsidiary, year,
                        {m: half.get(m, a) for m, a in months.items()},
                    )
                )  # fmt: skip
    return made


def _posted(documents: list[Document], clock: Clock) -> dict[Place, Decimal]:
    """Income and cost of all closed months by place, both positive."""
    sums: dict[Place, Decimal] = defaultdict(Decimal)
    for document in documents:
        if document.subsidiary.elimination:
            continue
        if document.posting and document.month < clock.running:
            for line in document.lines:
                kind = ACCOUNTS[line.account].type
                if kind in _TYPES:
                    department = line.department or (
                        line.project.department if line.project else None
                    )
                    place = (
                        line.account,
                        department.id if department else None,
                        document.subsidiary.id,
                    )
                    sums[place] += -line.amount if kind == "Income" else line.amount
    return sums


def _round(amount: Decimal) -> Decimal:
    return (amount / _STEP).quantize(Decimal(1)) * _STEP
