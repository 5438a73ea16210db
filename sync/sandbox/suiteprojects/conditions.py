"""Conditions on rows: what both interfaces' filters are turned into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..system import Row

Predicate = Callable[[Row], bool]


@dataclass(frozen=True, slots=True)
class Between:
    """A column's value lies between two bounds; a bound that is None does not bind."""

    column: str
    low: Any = None
    high: Any = None
    low_included: bool = True
    high_included: bool = True


@dataclass(frozen=True, slots=True)
class OneOf:
    """A column holds one of some values (None: it is empty)."""

    column: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Neither:
    """None of the parts holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of the parts holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Every:
    """All of the parts hold; without parts, always."""

    parts: tuple[Condition, ...] = ()


Condition = Between | OneOf | Neither | Either | Every


def predicate(condition: Condition) -> Predicate:
    """The condition as a function of a row; a row without the value meets no Between."""
    match condition:
        case Between():
            return _between(condition)
        case OneOf(column, values):
            wanted = frozenset(values)
            return lambda row: row.get(column) in wanted
        case Neither(parts):
            tests = [predicate(part) for part in parts]
            return lambda row: not any(test(row) for test in tests)
        case Either(parts):
            tests = [predicate(part) for part in parts]
            return lambda row: any(test(row) for test in tests)
        case Every(parts):
            tests = [predicate(part) for part in parts]
            return lambda row: all(test(row) for test in tests)


def conjuncts(condition: Condition) -> tuple[Condition, ...]:
    """The parts that all must hold."""
    if isinstance(condition, Every):
        return tuple(part for whole in condition.parts for part in conjuncts(whole))
    return (condition,)


def _between(bounds: Between) -> Predicate:
    column, low, high = bounds.column, bounds.low, bounds.high

    def holds(row: Row) -> bool:
        value = row.get(column)
        if value is None:
            return False
        above = low is None or value > low or (bounds.low_included and value == low)
        return above and (high is None or value < high or (bounds.high_included and value == high))

    return holds
