"""Revenue recognised, project by project and month by month, and the schedule ahead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from .calendar import Clock, end_of, month_of, start_of
from .contracts import bill_rate
from .costs import Costs
from .ids import Ids
from .model import CAPPED, CENT, MILESTONES, PERCENT, RETAINER, ZERO, Person, Project, TimeEntry
from .model_money import Recognition
from .rates import Rates

MARKUP = Decimal("1.14")  # on subcontractors


class Revenue:
    """Recognises what each contract has earned by yesterday, from approved work only."""

    def __init__(
        self,
        clock: Clock,
        ids: Ids,
        rates: Rates,
        clients: list[Project],
        entries: list[TimeEntry],
        costs: Costs,
    ) -> None:
        self._clock, self._ids, self._rates = clock, ids, rates
        self.recognitions: list[Recognition] = []
        self._hours: dict[Project, dict[int, dict[Person, Decimal]]] = {}
        for entry in entries:
            if entry.approved and entry.billable:
                months = self._hours.setdefault(entry.project, defaultdict(dict))
                people = months[month_of(entry.booked_on)]
                people[entry.person] = people.get(entry.person, ZERO) + entry.hours
        self._rebilled = self._collect_rebilled(costs)
        for project in clients:
            self._recognize(project)
        self.recognitions.sort(key=lambda r: (month_of(r.day), r.id))

    def _collect_rebilled(self, costs: Costs) -> dict[Project, dict[tuple[int, str], Decimal]]:
        """Expenses and subcontractors charged on, in the project's currency."""
        made: dict[Project, dict[tuple[int, str], Decimal]] = defaultdict(
            lambda: defaultdict(Decimal)
        )
        for receipt in costs.receipts:
            if receipt.billable and receipt.report.approved:
                amount = rebilled(receipt.project, receipt.day, receipt.amount, self._rates)
                made[receipt.project][month_of(receipt.day), "E"] += amount
        for purchase in costs.purchases:
            if purchase.project.bills_time:
                amount = rebilled(
                    purchase.project, purchase.day, purchase.amount * MARKUP, self._rates
                )
                made[purchase.project][month_of(purchase.day), "P"] += amount
        return made

    def _recognize(self, project: Project) -> None:
        if project.bills_time:
            self._as_worked(project)
        else:
            letter = {PERCENT: "F", MILESTONES: "M", RETAINER: "R"}[project.contract_type]
            for month, amount in self._fixed(project):
                self._add(project, month, letter, amount)
        for (month, letter), amount in sorted(self._rebilled[project].items()):
            self._add(project, month, letter, amount)

    def _as_worked(self, project: Project) -> None:
        left = project.value if project.contract_type == CAPPED else None
        for month, people in sorted(self._hours.get(project, {}).items()):
            for person, hours in sorted(people.items(), key=lambda kv: kv[0].id):
                rate = bill_rate(project, person, self._clock.start.year)
                amount = hours * rate
                if left is not None:
                    amount = min(amount, left)
                    left -= amount
                if amount:
                    self._add(project, month, "T", amount, person, hours, rate)

    def _fixed(self, project: Project) -> Iterator[tuple[int, Decimal]]:
        if project.contract_type == PERCENT:
            yield from self._percent_complete(project)
        elif project.contract_type == MILESTONES:
            for milestone in project.milestones:
                if milestone.day <= self._clock.yesterday:
                    yield month_of(milestone.day), milestone.amount
        else:
            yield from self._retained(project)

    def _percent_complete(self, project: Project) -> Iterator[tuple[int, Decimal]]:
        done, recognised = ZERO, ZERO
        for month, people in sorted(self._hours.get(project, {}).items()):
            done += sum(people.values(), ZERO)
            share = min(Decimal(1), done / max(project.expected_hours, Decimal(1)))
            target = (project.value * share).quantize(CENT)
            if target > recognised:
                yield month, target - recognised
            recognised = target

    def _retained(self, project: Project) -> Iterator[tuple[int, Decimal]]:
        last = min(month_of(project.finish), self._clock.running)
        for month in range(month_of(project.start), last + 1):
            if month < self._clock.running:
                yield month, project.monthly_fee
            elif self._clock.today.day > 1:
                share = Decimal(self._clock.yesterday.day) / end_of(month).day
                yield month, (project.monthly_fee * share).quantize(CENT)

    def _add(
        self,
        project: Project,
        month: int,
        letter: str,
        amount: Decimal,
        person: Person | None = None,
        hours: Decimal | None = None,
        rate: Decimal | None = None,
    ) -> None:
        day = recognition_day(month, self._clock)
        made = self._clock.at(min(day + timedelta(days=2), self._clock.yesterday), 5, 30)
        self.recognitions.append(
            Recognition(
                self._ids.take("recognition"), project, day, letter, amount.quantize(CENT),
                made, made, person, hours, rate,
            )
        )  # fmt: skip


def recognition_day(month: int, clock: Clock) -> date:
    """The day revenue of a month is recognised on: its last, or yesterday while it runs."""
    return max(start_of(month), min(end_of(month), clock.yesterday))


def rebilled(project: Project, day: date, amount: Decimal, rates: Rates) -> Decimal:
    """An amount of the subsidiary's currency as charged to the customer."""
    rate = rates.on(project.subsidiary.currency, project.currency, day)
    return (amount * rate).quantize(CENT)
