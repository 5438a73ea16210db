"""Live events around plans: a project is put off, a task estimated anew, a booking made longer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from .firm_life import Life
from .model import Project
from .writer import Writer

_LATER = timedelta(days=14)
_MORE = Decimal("1.1")


class LivePlans:
    """Events that start with a project's plan."""

    def __init__(self, life: Life, writer: Writer) -> None:
        self._life, self._writer = life, writer

    def replan(self, random: Random, day: date, at: datetime) -> list[str]:
        """A project manager looks at the plan of a running project again."""
        running = [
            it
            for it in self._life.clients
            if it.id is not None and not it.ended and it.finish > day
        ]
        if not running:
            return []
        project = random.choice(running)
        put_off = random.random() < 0.5
        told = self._put_off(project, at) if put_off else self._estimate(random, project, at)
        return [*told, *self._keep_on(random, project, day, at)]

    def _put_off(self, project: Project, at: datetime) -> list[str]:
        project.finish, project.updated = project.finish + _LATER, at
        self._writer.project(project)
        return [f"Project {project.code} now ends on {project.finish}"]

    def _estimate(self, random: Random, project: Project, at: datetime) -> list[str]:
        planned = [task for task in project.tasks if task.planned_hours]
        if not planned:
            return self._put_off(project, at)
        task = random.choice(planned)
        task.planned_hours, task.updated = (task.planned_hours * _MORE).quantize(_MORE), at
        self._writer.task_estimate(task)
        return [f"{task.name} of {project.code} is estimated at {task.planned_hours} hours"]

    def _keep_on(self, random: Random, project: Project, day: date, at: datetime) -> list[str]:
        booked = self._writer.bookings_after(project, day)
        if not booked:
            return []
        row = random.choice(booked)
        self._writer.rebook(row, row["enddate"] + _LATER, at)
        return [f"Booking {row['id']} was made longer"]
