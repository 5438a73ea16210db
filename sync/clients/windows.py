"""Keeps only what lies inside a window and was chosen, where the source can only be asked about roughly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from ..entities.entity import Entity
from ..source import Window

INSTANT = "%Y-%m-%dT%H:%M:%SZ"

Record = Mapping[str, Any]


def inside(entity: Entity, window: Window, records: Iterable[Record]) -> list[Record]:
    """The records inside the window; one without the stamp or day it is judged by stays in."""
    kept = list(records)
    if entity.modified is not None:
        bounds = (_instant(window.modified_from), _instant(window.modified_to))
        kept = _between(entity.fields[entity.modified].source, *bounds, kept)
    if entity.dated is not None:
        bounds = (_day(window.dated_from), _day(window.dated_before))
        kept = _between(entity.fields[entity.dated].source, *bounds, kept)
    for condition in entity.conditions:
        kept = [record for record in kept if condition.holds(record.get(condition.source))]
    return kept


def first_day(entity: Entity, window: Window) -> date | None:
    """The first day that is asked for: the window's, or the later one of the configuration."""
    days = [condition.since for condition in entity.conditions if condition.since is not None]
    return max([*days, window.dated_from] if window.dated_from else days, default=None)


def _between(name: str, low: str | None, high: str | None, records: list[Record]) -> list[Record]:
    if low is None and high is None:
        return records
    return [
        record
        for record in records
        if not (value := record.get(name))
        or ((low is None or str(value) >= low) and (high is None or str(value) < high))
    ]


def _instant(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime(INSTANT) if moment else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
