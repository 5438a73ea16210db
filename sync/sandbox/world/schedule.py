"""Revenue ahead: SuiteProjects Pro's projections and NetSuite's revenue plans, alike but not the same."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from .calendar import Clock, days, end_of, is_weekend, month_of, start_of
from .dice import dice
from .ids import Ids
from .model import CENT, ZERO, Project
from .model_money import Plan, Projection, Recognition

_HORIZON = 9
_SEASON = {8: Decimal("0.9"), 12: Decimal("0.86")}


class Schedule:
    """What is contracted and not yet recognised, laid over the months to come."""

    def __init__(
        self,
        seed: int,
        clock: Clock,
        ids: Ids,
        clients: list[Project],
        recognitions: list[Recognition],
    ) -> None:
        self._random = dice(seed, "schedule")
        self._clock, self._ids = clock, ids
        self.projections: list[Projection] = []
        self.plans: list[Plan] = []
        done: dict[Project, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for recognition in recognitions:
            if recognition.type not in ("E", "P"):
                done[recognition.project][month_of(recognition.day)] += recognition.amount
        for project in clients:
            left = ZERO if project.ended else project.value - sum(done[project].values(), ZERO)
            left = max(ZERO, left) * Decimal("0.94") if project.bills_time else max(ZERO, left)
            self._project_ahead(project, left)
            if project.ns_id is not None:
                self._plan_ahead(project, left, done[project])

    def _months(self, project: Project) -> list[int]:
        running = self._clock.running
        first = max(running, month_of(project.start))
        last = min(max(month_of(project.finish), first), running + _HORIZON)
        return list(range(first, last + 1))

    def _project_ahead(self, project: Project, left: Decimal) -> None:
        """SuiteProjects Pro follows the planned days of work, month by month."""
        if left <= 0:
            return
        weights: dict[int, Decimal] = {}
        for month in self._months(project):
            first = max(start_of(month), project.start, self._clock.today)
            last = min(end_of(month), max(project.finish, first))
            count = sum(1 for day in days(first, last) if not is_weekend(day))
            weights[month] = count * _SEASON.get(month % 12 + 1, Decimal(1)) + Decimal("0.01")
        total = sum(weights.values(), ZERO)
        for month, weight in weights.items():
            amount = (left * weight / total).quantize(CENT)
            if amount:
                self.projections.append(
                    Projection(
                        self._ids.take("projection"),
                        project,
                        end_of(month),
                        amount,
                        self._clock.now,
                    )
                )

    def _plan_ahead(self, project: Project, left: Decimal, done: dict[int, Decimal]) -> None:
        """NetSuite spreads evenly over the time left."""
        updated = self._clock.at(self._clock.yesterday, 6)
        plan = Plan(
            self._ids.take("element"), self._ids.take("plan"), project, project.value,
            project.updated if project.ended else updated,
        )  # fmt: skip
        for month, amount in sorted(done.items()):
            plan.months.append((self._ids.take("planned"), month, amount, True))
        if left > 0:
            weights = dict.fromkeys(self._months(project), Decimal(1))
            if self._clock.running in weights:
                length = end_of(self._clock.running).day
                weights[self._clock.running] = 1 - Decimal(self._clock.today.day - 1) / length
            each = left * Decimal(repr(self._random.uniform(0.97, 1.02))) / sum(weights.values())
            for month, weight in weights.items():
                amount = (each * weight).quantize(CENT)
                plan.months.append((self._ids.take("planned"), month, amount, False))
        self.plans.append(plan)
