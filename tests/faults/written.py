"""How records of the source in memory tell numbers, moments and days, and in which order they stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from sync.source import Window


def value(text: Any) -> Decimal:
    """A number as the source adds it up; what is none counts as nothing."""
    try:
        value = Decimal(str(text or 0))
    except InvalidOperation:
        return Decimal(0)
    return round(value, 4) if value.is_finite() and abs(value) < 10**14 else Decimal(0)


@cache
def place(key: Any) -> tuple[tuple[int, str], ...]:
    """Where a record stands in a list that is ordered by its identity."""
    parts = key if isinstance(key, tuple) else (key,)
    return tuple((int(part) if str(part).isdigit() else 0, str(part)) for part in parts)


def bounds(window: Window) -> Sequence[str]:
    """Those of a window as records hold moments and days: changed from, to, dated from, to; "" does not bind."""
    moments = [moment(at) if at else "" for at in (window.modified_from, window.modified_to)]
    return *moments, *(str(day or "") for day in (window.dated_from, window.dated_before))


def moment(at: datetime) -> str:
    """In UTC, to the second."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
