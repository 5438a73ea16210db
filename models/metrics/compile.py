"""From a measure and a question to a SELECT: portable SQLAlchemy Core, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, select

from ..access import Scope
from ..period import Month
from .dimensions import DIMENSIONS
from .kpi import Measure
from .scoping import restrict_measure

Filters = Mapping[
    str, Sequence[int]
]  # dimension name -> keys of its members, any of which may match


@dataclass(frozen=True, slots=True)
class Span:
    """A run of months, both ends included, as the integers facts carry; None is open."""

    first: int | None
    last: int | None

    @classmethod
    def of(cls, month: Month) -> Span:
        """The span of one month."""
        return cls(month.key, month.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """What of the facts is asked for."""

    scope: Scope
    by: tuple[str, ...] = ()
    where: Filters = field(default_factory=dict)


def source(measure: Measure) -> FromClause:
    """The fact and what it joins."""
    joined: FromClause = measure.table
    for join in measure.joins:
        joined = joined.outerjoin(join.table, join.on)
    return joined


def conditions(measure: Measure, asked: Slice, span: Span) -> list[ColumnElement[bool]]:
    """Everything a row must satisfy: the measure's own terms, scope, filters, months."""
    found = [*measure.where, *restrict_measure(asked.scope, measure)]
    for name, keys in asked.where.items():
        stored = [DIMENSIONS[name].stored(key) for key in sorted(set(keys))]
        found.append(measure.dimensions[name].in_(stored))
    if span.first is not None and span.first == span.last:
        return [*found, measure.month == span.first]
    if span.first is not None:
        found.append(measure.month >= span.first)
    if span.last is not None:
        found.append(measure.month <= span.last)
    return found


def grouped(measure: Measure, asked: Slice, span: Span, *, by_month: bool) -> Select[Any]:
    """Sum the measure by the asked dimensions, the month first where `by_month`."""
    groups: list[ColumnElement[Any]] = [measure.month] if by_month else []
    groups += [measure.dimensions[name] for name in asked.by]
    query = select(*groups, func.sum(measure.value)).select_from(source(measure))
    return query.where(*conditions(measure, asked, span)).group_by(*groups)


def first_month(measure: Measure) -> Select[Any]:
    """The month of the oldest row of the measure, whoever asks."""
    return select(func.min(measure.month)).select_from(source(measure)).where(*measure.where)
