"""Deals as SuiteProjects Pro holds them: the opportunities that delivery was asked about, and whom they would take.

The opportunities are NetSuite's; nobody exports them. Who keeps deals writes the opportunity's number into a field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from sync.sandbox.system import Row

from .calendar import monday
from .dice import dice
from .firm import BILL_LEVEL, STRATEGY
from .firm_life import Life
from .model import HUNDRED, Customer, Department, Person, Role
from .model_money import Document

OPEN, WON, LOST = "O", "C", "L"
_FIRST, _FIRST_ESTIMATE, _FIRST_PHASE, _FIRST_LINE = 8001, 8501, 8801, 33_001
_PHASES = (("Discovery", 3), ("Delivery", 10))  # and how many weeks they last
_LADDER = ("Analyst", "Consultant", "Senior Consultant", "Manager")
_KEPT = 0.72  # share of open opportunities that delivery was asked about
_UNTOLD = 0.12  # share of these whose opportunity nobody wrote down
_IN_FLIGHT, _DECIDED, _OWN = -1, 24, 3
_FOUR = Decimal(4)


@dataclass(slots=True)
class Line:
    """Somebody an estimate asks for: so many hours, or such a part of the week, from one day to another."""

    id: int
    phase: int
    person: Person | None  # a stand-in for the role
    role: Role
    amount: Decimal
    is_percentage: bool
    start: date | None
    end: date | None
    rate: Decimal


@dataclass(slots=True)
class Estimate:
    """What a deal would take."""

    id: int
    name: str
    made: datetime
    phases: dict[str, int] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Deal:
    """Something that may be sold."""

    id: int
    name: str
    customer: Customer
    status: str
    opened: date
    opportunity: Document | None  # what it is in NetSuite, whether or not anybody wrote it down
    netsuite_id: int | None
    made: datetime
    updated: datetime
    closed: date | None = None
    estimates: list[Estimate] = field(default_factory=list)


class Deals:
    """All deals: those that are open, those that were decided."""

    def __init__(self, life: Life) -> None:
        self._life, self._clock = life, life.clock
        self._random = dice(life.seed, "deals")
        self._ids, self._estimate_ids = count(_FIRST), count(_FIRST_ESTIMATE)
        self._phase_ids, self._line_ids = count(_FIRST_PHASE), count(_FIRST_LINE)
        self._customers = {it.ns_id: it for it in life.customers}
        self.all: list[Deal] = []
        for document in life.pipeline.open:
            if document.entity in self._customers and self._random.random() < _KEPT:
                self._pursued(document)
        self._claimed_twice()
        self._decided()
        for _ in range(_OWN):
            self._of_delivery_alone()

    def _pursued(self, document: Document) -> None:
        """An open opportunity; of a few the link is being written, or was never."""
        random = self._random
        told: int | None = document.id
        if random.random() < _UNTOLD:
            told = random.choice((None, None, _IN_FLIGHT))
        deal = self._deal(document, OPEN, told)
        if random.random() < 0.2:  # what was estimated first, and thrown away
            self._estimate(deal, document, "First thoughts", Decimal("1.6"), early=True)
        self._estimate(deal, document, "Estimate", Decimal(1))

    def _claimed_twice(self) -> None:
        """Somebody copied a deal, link and all."""
        first = next((it for it in self.all if it.netsuite_id and it.netsuite_id > 0), None)
        if first is not None and first.opportunity is not None:
            copy = self._deal(first.opportunity, OPEN, first.netsuite_id)
            copy.name = f"{first.name} (copy)"
            self._estimate(copy, first.opportunity, "Estimate", Decimal(1))

    def _decided(self) -> None:
        """Won and lost ones; of some nobody closed the deal when its opportunity was decided."""
        decided = [
            it
            for it in self._life.documents
            if it.type == "Opprtnty" and it.closed is not None and it.entity in self._customers
        ]
        decided.sort(key=lambda it: (it.closed or it.day, it.id))
        for place, document in enumerate(decided[-_DECIDED:]):
            status = WON if document.status == "C" else LOST
            deal = self._deal(document, OPEN if place % 6 == 0 else status, document.id)
            deal.closed = None if deal.status == OPEN else document.closed
            deal.updated = max(deal.updated, self._clock.at(document.closed or document.day, 16))
            self._estimate(deal, document, "Estimate", Decimal(1))

    def _of_delivery_alone(self) -> None:
        """More of the same that a project manager talks about; sales knows nothing of it."""
        random, clock = self._random, self._clock
        project = random.choice([it for it in self._life.clients if not it.ended])
        opened = clock.today - timedelta(days=random.randint(5, 60))
        made = clock.at(opened, 15)
        deal = Deal(
            next(self._ids), f"{project.customer.name}: next phase", project.customer, OPEN, opened,
            None, None, made, made,
        )  # fmt: skip
        self.all.append(deal)
        hours = Decimal(random.choice((160, 320, 480)))
        begin = monday(clock.today) + timedelta(weeks=random.randint(4, 9))
        self._fill(deal, "Estimate", project.department, made, hours, begin)

    def _deal(self, document: Document, status: str, told: int | None) -> Deal:
        made = document.created + timedelta(days=2)
        made = min(made, self._clock.at(self._clock.yesterday, 17))
        deal = Deal(
            next(self._ids), document.memo or document.number,
            self._customers[document.entity or 0], status, document.day, document, told, made, made,
        )  # fmt: skip
        self.all.append(deal)
        return deal

    def _estimate(
        self, deal: Deal, document: Document, name: str, times: Decimal, *, early: bool = False
    ) -> None:
        """The hours that its value buys, from some weeks after the close that sales expects."""
        random, line = self._random, document.lines[1]
        level = Decimal(repr(BILL_LEVEL[document.currency]))
        hours = -line.foreign / level / Decimal(170) * times
        close = document.expected_close or document.day
        begin = monday(close) + timedelta(weeks=random.randint(1, 4))
        department = line.department or self._life.departments[STRATEGY]
        made = deal.made if early else max(deal.made, deal.updated) + timedelta(hours=3)
        made = min(made, self._clock.now)
        self._fill(deal, name, department, made, hours, begin)

    def _fill(
        self,
        deal: Deal,
        name: str,
        department: Department,
        made: datetime,
        hours: Decimal,
        begin: date,
    ) -> None:
        random = self._random
        estimate = Estimate(next(self._estimate_ids), name, made)
        deal.estimates.append(estimate)
        roles = [self._life.roles[it] for it in random.sample(_LADDER, random.choice((2, 2, 3)))]
        undated = random.random() < 0.12  # nobody has thought of when
        for phase, weeks in _PHASES:
            estimate.phases[phase] = next(self._phase_ids)
            end = begin + timedelta(weeks=weeks, days=-3)
            for role in roles[: 1 if phase == "Discovery" else len(roles)]:
                share = Decimal(weeks) / 13 / (1 if phase == "Discovery" else len(roles))
                by_week = random.random() < 0.25
                amount = max(_FOUR, (hours * share / _FOUR).quantize(Decimal(1)) * _FOUR)
                estimate.lines.append(
                    Line(
                        next(self._line_ids), estimate.phases[phase],
                        self._stand_in(deal.customer, department, role), role,
                        Decimal(random.choice((40, 60, 80, 100))) if by_week else amount, by_week,
                        None if undated else begin, None if undated else end, role.bill,
                    )
                )  # fmt: skip
            begin = end + timedelta(days=3)

    def _stand_in(self, customer: Customer, department: Department, role: Role) -> Person | None:
        """Somebody of the practice who has the role, those near the customer first."""
        teams = self._life.people.teams
        near = teams.get((customer.subsidiary.country, department.name), [])
        far = [it for there in teams.values() for it in there if it.department is department]
        for able in (near, far):
            fit = [it for it in able if it.role is role and it.released is None]
            if fit:
                return self._random.choice(fit)
        return None


def deals(life: Life) -> Iterator[tuple[str, Iterable[Row]]]:
    """Deal, Estimate, Estimatephase and Estimatelabor."""
    there = Deals(life).all
    estimates = [(deal, it) for deal in there for it in deal.estimates]
    yield "Deal", [_deal(it) for it in there]
    yield "Estimate", [_estimate(deal, it) for deal, it in estimates]
    yield "Estimatephase", [
        {"id": id_, "name": name, "estimateid": it.id, "created": it.made, "updated": it.made}
        for _, it in estimates
        for name, id_ in it.phases.items()
    ]  # fmt: skip
    yield (
        "Estimatelabor",
        [_line(it, line, life.clock.today) for _, it in estimates for line in it.lines],
    )


def _deal(it: Deal) -> Row:
    chance = it.opportunity.probability if it.opportunity is not None else None
    seller = it.customer.sales_rep
    return {
        "id": it.id, "name": it.name, "customerid": it.customer.id,
        "userid": seller.id if seller is not None else None, "status": it.status,
        "stage": format((chance or 0) * HUNDRED, ".2f"), "rating": None, "opened": it.opened,
        "closed": it.closed, "active": True, "notes": None,
        "netsuite_opportunity_id__c": it.netsuite_id, "created": it.made, "updated": it.updated,
    }  # fmt: skip


def _estimate(deal: Deal, it: Estimate) -> Row:
    return {
        "id": it.id, "name": it.name, "dealid": deal.id, "customerid": deal.customer.id,
        "hide_expense": False, "notes": None, "created": it.made, "updated": it.made,
    }  # fmt: skip


def _line(estimate: Estimate, it: Line, today: date) -> Row:
    cost = it.person.cost_on(it.start or today) if it.person is not None else it.role.cost
    return {
        "id": it.id, "estimateid": estimate.id, "phaseid": it.phase,
        "userid": it.person.id if it.person is not None else None, "amount": it.amount,
        "amount_type": it.is_percentage, "start_date": it.start, "end_date": it.end,
        "billing_rate": it.rate, "loaded_cost": cost, "description": it.role.name,
        "created": estimate.made, "updated": estimate.made,
    }  # fmt: skip
