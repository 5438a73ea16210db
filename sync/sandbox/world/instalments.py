"""What a fixed price is billed in: instalments, milestones, or the month in advance."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from .calendar import after_weekend, end_of, month_of, month_text, start_of
from .model import CENT, MILESTONES, PERCENT, RETAINER, Project

_INSTALMENTS = (
    (0.0, "30", "Down payment"),
    (0.5, "30", "Half-way"),
    (0.8, "25", "Delivery"),
    (1.0, "15", "Completion"),
)

Instalment = tuple[date, str, Decimal]


def instalments(project: Project) -> list[Instalment]:
    """When, why and how much a fixed-price project pays; nothing for one that pays by the hour."""
    if project.contract_type == PERCENT:
        return _by_percent(project)
    if project.contract_type == MILESTONES:
        return [(m.day, f"Milestone: {m.name}", m.amount) for m in project.milestones]
    if project.contract_type == RETAINER:
        months = range(month_of(project.start), month_of(project.finish) + 1)
        return [(start_of(m), f"Retainer {month_text(m)}", project.monthly_fee) for m in months]
    return []


def billed_on(day: date) -> date:
    """The day an instalment that is due is charged and invoiced: within its month."""
    return min(after_weekend(day + timedelta(days=2)), end_of(month_of(day)))


def _by_percent(project: Project) -> list[Instalment]:
    span, left = project.finish - project.start, project.value
    steps = []
    for share, percent, name in _INSTALMENTS:
        amount = left if percent == "15" else (project.value * int(percent) / 100).quantize(CENT)
        left -= amount
        steps.append((project.start + span * share, f"{name}, {percent} %", amount))
    return steps
