"""The plan of each project: tasks in their order with dates, who is assigned to them, and what they may cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import count

from sync.sandbox.system import Row

from . import psa_links as links
from .calendar import end_of, month_of, start_of
from .firm_life import Life
from .model import CENT, HUNDRED, ZERO, Person, Project, Task, TimeEntry
from .psa_lists import usual_cost

_FIRST_ASSIGNMENT, _FIRST_BUDGET, _FIRST_ALLOCATION = 15_001, 35_001, 36_001
LABOUR, EXPENSES, PURCHASES = 1, 2, 3
_NAMES = {LABOUR: "Labour", EXPENSES: "Expenses", PURCHASES: "Purchases"}
_EXPENSES = Decimal("0.035")  # of the price, where expenses are passed on
_FOUR = Decimal("0.0001")

Worked = dict[Task, dict[Person, Decimal]]


class Plans:
    """What the tasks of client projects were planned at, from the work done on them."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._worked = _worked(life.entries)
        self._team: dict[Project, list[Person]] = {
            project: _team(project, self._worked) for project in life.clients
        }
        self.cost: dict[Project, Decimal] = {it: self._hourly(it) for it in life.clients}

    def tables(self, bookings: dict[tuple[int, int], int]) -> Iterator[tuple[str, Iterable[Row]]]:
        """Projecttask, Projecttaskassign, Budget and BudgetAllocation.

        Args:
            bookings: the newest booking of a (user, project).
        """
        yield "Projecttask", [row for it in self._life.portfolio.all for row in self._tasks(it)]
        yield "Projecttaskassign", list(self._assignments(bookings))
        budgets: list[Row] = []
        allocations: list[Row] = []
        ids, parts = count(_FIRST_BUDGET), count(_FIRST_ALLOCATION)
        for project in self._life.clients:
            for category, total, currency in self._budgeted(project):
                budget = _budget(next(ids), project, category, total, currency)
                budgets.append(budget)
                allocations.extend(_spread(budget, project, parts))
        yield "Budget", budgets
        yield "BudgetAllocation", allocations

    def _hourly(self, project: Project) -> Decimal:
        """What an hour of the project was planned to cost, in its subsidiary's currency."""
        team = self._team[project] or [project.owner]
        return (sum(map(usual_cost, team), ZERO) / len(team)).quantize(CENT)

    def _tasks(self, project: Project) -> Iterator[Row]:
        planned = [task for task in project.tasks if task.planned_hours]
        span = (project.finish - project.start) / max(1, len(planned))
        for place, task in enumerate(project.tasks):
            step = planned.index(task) if task in planned else None
            start = project.start + span * step if step is not None else project.start
            finish = start + span if step is not None else project.finish
            yield {
                "id": task.id, "name": task.name, "projectid": project.id,
                "customerid": project.customer.id, "seq": place + 1, "id_number": str(place + 1),
                "non_billable": task.non_billable, "planned_hours": task.planned_hours,
                "percent_complete": self._percent(task), "starts": start, "calculated_starts": start,
                "calculated_finishes": finish, "predecessors": str(place) if step else None,
                "assign_user_names": self._names(task), "currency": project.currency,
                "task_budget_cost": self._task_cost(task) if project.is_client else None,
                "task_budget_revenue": _share(project, len(planned)) if step is not None else None,
                "cost_centerid": links.cost_center_of_project(project), "closed": project.ended,
                "created": project.created, "updated": task.updated or project.updated,
            }  # fmt: skip

    def _task_cost(self, task: Task) -> Decimal:
        return (task.planned_hours * self.cost[task.project]).quantize(CENT)

    def _percent(self, task: Task) -> Decimal | None:
        """What the project manager reports: the share of the planned hours that is worked."""
        if task.project.ended:
            return HUNDRED
        if not task.planned_hours:
            return None
        done = sum(self._worked.get(task, {}).values(), ZERO)
        return min(HUNDRED, (done / task.planned_hours * HUNDRED).quantize(_FOUR))

    def _names(self, task: Task) -> str | None:
        people = self._worked.get(task, {})
        if not task.project.is_client:
            return None
        return ", ".join(person.name for person in sorted(people, key=lambda p: p.id)) or None

    def _assignments(self, bookings: dict[tuple[int, int], int]) -> Iterator[Row]:
        """Each task's planned hours, shared out among those who work on it."""
        ids = count(_FIRST_ASSIGNMENT)
        for project in self._life.clients:
            for task in project.tasks:
                for person, hours in self._shared(task):
                    yield {
                        "id": next(ids), "projecttaskid": task.id, "userid": person.id,
                        "job_codeid": person.role.id, "planned_hours": hours, "allocation": None,
                        "booking_id": bookings.get((person.id, project.id or 0)), "externalid": None,
                        "created": project.created, "updated": task.updated or project.updated,
                    }  # fmt: skip

    def _shared(self, task: Task) -> Iterator[tuple[Person, Decimal]]:
        worked = self._worked.get(task) or dict.fromkeys(self._team[task.project], Decimal(1))
        total, left = sum(worked.values(), ZERO), task.planned_hours
        people = sorted(worked.items(), key=lambda pair: pair[0].id)
        for place, (person, hours) in enumerate(people, start=1):
            part = left if place == len(people) else task.planned_hours * hours / total
            part = part.quantize(CENT)
            left -= part
            yield person, part

    def _budgeted(self, project: Project) -> Iterator[tuple[int, Decimal, str]]:
        """The budget of each category of cost; labour is the sum of the tasks'."""
        base = project.subsidiary.currency
        labour = sum((self._task_cost(task) for task in project.tasks), ZERO)
        if labour:
            yield LABOUR, labour, base
        if project.bills_time and project.value:
            yield EXPENSES, (project.value * _EXPENSES).quantize(CENT), project.currency
        bought = [it.amount for it in self._life.costs.purchases if it.project is project]
        if bought:
            yield PURCHASES, (sum(bought, ZERO) * Decimal("1.04")).quantize(CENT), base


def _worked(entries: list[TimeEntry]) -> Worked:
    worked: Worked = {}
    for entry in entries:
        people = worked.get(entry.task)
        if people is None:
            people = worked[entry.task] = defaultdict(Decimal)
        people[entry.person] += entry.hours
    return worked


def _team(project: Project, worked: Worked) -> list[Person]:
    people = {person for task in project.tasks for person in worked.get(task, ())}
    return sorted(people, key=lambda person: person.id)


def _share(project: Project, parts: int) -> Decimal | None:
    return (project.value / parts).quantize(CENT) if project.is_client else None


def _budget(id_: int, project: Project, category: int, total: Decimal, currency: str) -> Row:
    return {
        "id": id_, "name": _NAMES[category], "projectid": project.id,
        "customerid": project.customer.id, "date": project.start, "budgetcategory_id": category,
        "categoryid": None, "total": total, "currency": currency, "notes": None,
        "created": project.created, "updated": project.created,
    }  # fmt: skip


def _spread(budget: Row, project: Project, ids: Iterator[int]) -> Iterator[Row]:
    """A budget by month of the project, in proportion to its days; the parts sum to the budget."""
    months = list(range(month_of(project.start), month_of(project.finish) + 1))
    length, left = (project.finish - project.start).days + 1, budget["total"]
    for month in months:
        first, last = _within(month, project)
        part = (budget["total"] * ((last - first).days + 1) / length).quantize(CENT)
        part = left if month == months[-1] else part
        left -= part
        yield {
            "id": next(ids), "budgetid": budget["id"], "projectid": project.id,
            "customerid": budget["customerid"], "userid": None, "date": first, "total": part,
            "budgetcategory_id": budget["budgetcategory_id"], "currency": budget["currency"],
            "created": budget["created"], "updated": budget["updated"],
        }  # fmt: skip


def _within(month: int, project: Project) -> tuple[date, date]:
    return max(start_of(month), project.start), min(end_of(month), project.finish)
