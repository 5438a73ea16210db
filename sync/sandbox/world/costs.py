"""What projects cost besides time: expenses people claim, subcontractors."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from .calendar import Clock, end_of, is_weekend, month_of, start_of
from .dice import dice
from .ids import Ids
from .model import CAPPED, CENT, PERCENT, TM, Person, Project, Subsidiary, TimeEntry
from .model_money import ExpenseReport, Purchase, Receipt, Vendor
from .names import EXPENSES, VENDORS

_LEVEL = {"USD": 1.0, "EUR": 0.92, "GBP": 0.8}
_CLAIMS = 0.42  # share of person-months with an expense report
_SUBCONTRACTED = 0.24  # share of projects


class Costs:
    """Expense reports and subcontractors' bills of client projects."""

    def __init__(
        self,
        seed: int,
        clock: Clock,
        ids: Ids,
        subsidiaries: dict[str, Subsidiary],
        clients: list[Project],
        entries: list[TimeEntry],
    ) -> None:
        self._random = dice(seed, "costs")
        self._clock, self._ids = clock, ids
        self.reports: list[ExpenseReport] = []
        self.purchases: list[Purchase] = []
        self.vendors = {
            subsidiary.id: [Vendor(ids.take("entity"), name, subsidiary) for name in VENDORS]
            for subsidiary in subsidiaries.values()
        }
        self._claim(entries)
        for project in clients:
            if self._random.random() < _SUBCONTRACTED and project.contract_type in (
                TM,
                CAPPED,
                PERCENT,
            ):
                self._subcontract(project)
        self.purchases.sort(key=lambda purchase: purchase.day)

    @property
    def receipts(self) -> list[Receipt]:
        """All receipts, in order."""
        return [receipt for report in self.reports for receipt in report.receipts]

    def _claim(self, entries: list[TimeEntry]) -> None:
        worked: dict[tuple[int, Person], list[TimeEntry]] = defaultdict(list)
        for entry in entries:
            if entry.billable:
                worked[month_of(entry.day), entry.person].append(entry)
        for (month, person), there in sorted(
            worked.items(), key=lambda kv: (kv[0][0], kv[0][1].id)
        ):
            if self._random.random() < _CLAIMS:
                self._report(month, person, there)

    def _report(self, month: int, person: Person, there: list[TimeEntry]) -> None:
        random, clock = self._random, self._clock
        first = random.choice(there)
        day = first.day + timedelta(days=random.randint(1, 5))
        day = min(day, end_of(month), clock.yesterday)
        status, changed = "S", clock.at(day, 16)
        if day + timedelta(days=4) < clock.today:
            status, changed = "A", clock.at(day + timedelta(days=4), 10, random.randint(0, 59))
        id_ = self._ids.take("report")
        report = ExpenseReport(
            id_, f"ER-{id_:05d}", person, day, status, clock.at(day, 14), changed
        )
        for _ in range(random.choice((1, 2, 2, 3))):
            what, low, high = random.choice(EXPENSES)
            amount = random.uniform(low, high) * _LEVEL[person.subsidiary.currency]
            on = max(first.day - timedelta(days=random.randint(0, 2)), start_of(month), clock.start)
            billable = first.project.bills_time and random.random() < 0.8
            report.receipts.append(
                Receipt(
                    self._ids.take("receipt"), report, first.project, on, what,
                    Decimal(repr(amount)).quantize(CENT), billable, changed,
                )
            )  # fmt: skip
        self.reports.append(report)

    def _subcontract(self, project: Project) -> None:
        random, clock = self._random, self._clock
        vendor = random.choice(self.vendors[project.subsidiary.id][:5])
        monthly = random.uniform(3200, 11500) * _LEVEL[project.subsidiary.currency]
        for month in range(month_of(project.start), month_of(project.finish) + 1):
            day = min(start_of(month) + timedelta(days=random.randint(18, 26)), project.finish)
            day -= timedelta(days=2) if is_weekend(day) and day.day > 2 else timedelta(0)
            if project.start <= day <= clock.yesterday and random.random() < 0.85:
                self._purchase(project, day, vendor, monthly * random.uniform(0.7, 1.3))

    def _purchase(self, project: Project, day: date, vendor: Vendor, amount: float) -> None:
        self.purchases.append(
            Purchase(
                self._ids.take("purchase"), project, day, f"{vendor.name}, specialist support",
                Decimal(repr(amount)).quantize(CENT), vendor, self._clock.at(day, 13),
            )
        )  # fmt: skip
