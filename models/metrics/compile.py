"""From measures and a question to a SELECT: portable SQLAlchemy Core, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from operator import add
from typing import Any

from sqlalchemy import (
    BinaryExpression,
    Column,
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    false,
    func,
    literal_column,
    null,
    select,
    text,
    union_all,
)
from sqlalchemy.sql.visitors import iterate

from ..access import Scope
from .dimensions import DIMENSIONS
from .formula import Drawn, PerMember, Squares, Survival
from .measure import Join, Measure
from .scoping import restrict_measure
from .vocabulary import Lens
from .window import Span

_PAIRS = 20_000  # of measures
Filters = Mapping[str, Sequence[Any]]  # dimension -> keys of its members, any of which may match


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """What of the facts is asked for.

    Attributes:
        by: dimensions (or, within a formula, columns of the facts) to tell apart.
        apart: whether each currency is a line of its own, the last part of every group.
        currency: the one line that is asked for, where they are apart.
    """

    scope: Scope
    by: tuple[str, ...] = ()
    where: Filters = field(default_factory=dict)
    lens: Lens = Lens.CONSOLIDATED
    apart: bool = False
    currency: str | None = None
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        told = (self.scope, self.by, self.lens, self.apart, self.currency, frozenset(self.where))
        object.__setattr__(self, "_hash", hash(told))

    def __hash__(self) -> int:
        return self._hash  # a page looks up thousands of sums by their slice

    @property
    def is_of_one_subsidiary(self) -> bool:
        """Whether each number is a single subsidiary's own, not consolidated."""
        asked, allowed = self.where.get("subsidiary", ()), self.scope.subsidiaries
        one = len(set(asked)) == 1 or (allowed is not None and len(allowed) == 1)
        return one or "subsidiary" in self.by


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A measure to be summed within a slice and a span, month by month where `by_month`."""

    measure: Measure
    asked: Slice
    span: Span
    by_month: bool = False


def source(measure: Measure, *used: ColumnElement[Any]) -> FromClause:
    """The fact and what it joins: all of it, or only what the expressions in `used` refer to.

    A join adds a name to a row and never a row, so that what nothing refers to can be left out.
    """
    joined: FromClause = measure.table
    for join in _joins(measure, used) if used else measure.joins:
        joined = joined.outerjoin(join.table, join.on)
    return joined


def _joins(measure: Measure, used: Sequence[ColumnElement[Any]]) -> list[Join]:
    needed = {table for one in used for table in _tables(one)}
    found: list[Join] = []
    for join in reversed(measure.joins):  # one may hang on another before it
        if join.table in needed:
            needed |= _tables(join.on)
            found.insert(0, join)
    return found


def _tables(expression: ColumnElement[Any]) -> set[Any]:
    return {getattr(element, "table", None) for element in iterate(expression)}


def number(measure: Measure, asked: Slice) -> ColumnElement[Any]:
    """What each row contributes in the lens; nothing where the fact does not hold it."""
    found = measure.number(asked.lens)
    return null() if found is None else found


def conditions(measure: Measure, asked: Slice, span: Span) -> list[ColumnElement[bool]]:
    """Everything a row must satisfy: the measure's own terms, scope, filters, months."""
    found = [*measure.where, *restrict_measure(asked.scope, measure)]
    for name, keys in asked.where.items():
        about, column = DIMENSIONS[name], measure.dimensions[name]
        stored = sorted(set(keys))
        # A text that no record gave is null in the facts; its member's key is the empty text.
        found.append((func.coalesce(column, "") if about.is_text else column).in_(stored))
    if measure.eliminated is not None and not asked.is_of_one_subsidiary:
        found.append(func.coalesce(measure.eliminated, false()).is_(False))
    currency = measure.currency(asked.lens)
    if asked.currency is not None and currency is not None:
        found.append(func.coalesce(currency, "") == asked.currency)  # as the line itself is named
    return found + _within(measure, span)


def _within(measure: Measure, span: Span) -> list[ColumnElement[bool]]:
    month, found = measure.month, list[ColumnElement[bool]]()
    if month is None:
        return found
    if span.first is not None and span.first == span.last:
        found.append(month == span.first)
    else:
        if span.first is not None:
            found.append(month >= span.first)
        if span.last is not None:
            found.append(month <= span.last)
    if span.until is not None and measure.days is not None:
        found.append(measure.days <= span.until)
    return found


def groups(measure: Measure, asked: Slice) -> list[ColumnElement[Any]]:
    """The columns of a group: what is asked by, and the currency where lines are apart."""
    found = [measure.column(name) for name in asked.by]
    if asked.apart:
        found.append(measure.currency(asked.lens))
    return [null() if column is None else column for column in found]


def groups_by_place(count: int) -> list[Any]:
    """The first columns by their place: an expression with values in it cannot be repeated."""
    return [text(str(place + 1)) for place in range(count)]


def are_one_query(one: Request, other: Request) -> bool:
    """Whether two requests can be answered by the same SELECT."""
    here, there = one.measure, other.measure
    if one.by_month != other.by_month or here.distinct or there.distinct:
        return False
    return (
        are_read_alike(here, there)
        and one.asked.apart == other.asked.apart
        and _alike(_grouping(one), _grouping(other))
    )


@lru_cache(_PAIRS)
def are_read_alike(here: Measure, there: Measure) -> bool:
    """Whether two measures are of the same fact, with the same joins."""
    return (
        here.table is there.table
        and len(here.joins) == len(there.joins)
        and all(
            mine.table is theirs.table and mine.on.compare(theirs.on)
            for mine, theirs in zip(here.joins, there.joins, strict=True)
        )
    )


def together(requests: tuple[Request, ...]) -> Select[Any]:
    """Sum requests of one fact in one SELECT: its groups, then for each its sum and what had no value.

    What all of them demand of a row stands in WHERE; what one alone demands, in its own FILTER.
    """
    first = requests[0]
    demanded = _demanded(requests)
    shared = [
        condition
        for condition in demanded[0]
        if all(holds(condition, others) for others in demanded[1:])
    ]
    grouping = _grouping(first)
    sums = [
        column
        for one, demands in zip(requests, demanded, strict=True)
        for column in _sums(one, [d for d in demands if not holds(d, shared)])
    ]
    query = select(*(column.label(f"g{place}") for place, column in enumerate(grouping)), *sums)
    told = source(first.measure, *grouping, *sums, *shared)
    query = query.select_from(told).where(*shared)
    return query.group_by(*groups_by_place(len(grouping)))


def _demanded(requests: Sequence[Request]) -> list[list[ColumnElement[bool]]]:
    """What each request demands of a row; those that demand the same get the same, which is told without comparing."""
    made: dict[Any, list[ColumnElement[bool]]] = {}
    found = []
    for one in requests:
        measure = one.measure
        axes = ("subsidiary", "department", "customer", "project", *one.asked.where)
        currency = measure.currency(one.asked.lens) if one.asked.currency is not None else None
        columns = (measure.month, measure.days, measure.eliminated, currency, *measure.where)
        named = (*(measure.dimensions.get(name) for name in axes), *columns)
        same = (id(measure.table), tuple(map(id, named)), one.asked, one.span)
        if same not in made:
            made[same] = conditions(measure, one.asked, one.span)
        found.append(made[same])
    return found


def counted(one: Request) -> Select[Any]:
    """Count the different keys of a request's measure: its groups, the count, and 0 without a value."""
    grouping, demanded = _grouping(one), conditions(one.measure, one.asked, one.span)
    inner = (
        select(
            *(column.label(f"g{place}") for place, column in enumerate(grouping)),
            *(key.label(f"k{place}") for place, key in enumerate(one.measure.distinct)),
        )
        .select_from(source(one.measure, *grouping, *one.measure.distinct, *demanded))
        .where(*demanded, *(key.is_not(None) for key in one.measure.distinct))
        .distinct()
        .subquery("counted")
    )
    groups_of = [inner.c[f"g{place}"] for place in range(len(grouping))]
    query = select(*groups_of, func.count(), literal_column("0")).select_from(inner)
    return query.group_by(*groups_of)


def by_member(leaf: PerMember, asked: Slice, span: Span) -> Select[Any]:
    """Each member's terms and what their sum gives: groups, keys, terms, contribution."""
    names, size = leaf.per, len(leaf.total.terms)
    parts = []
    for place, (sign, measure) in enumerate(leaf.total.terms):
        keys = [measure.column(name) for name in names]
        value = func.sum(number(measure, asked))
        grouping = groups(measure, asked)
        cells = [(value if sign > 0 else -value) if at == place else null() for at in range(size)]
        parts.append(
            select(
                *(column.label(f"g{at}") for at, column in enumerate(grouping)),
                *((null() if key is None else key).label(f"k{at}") for at, key in enumerate(keys)),
                *(cell.label(f"t{at}") for at, cell in enumerate(cells)),
            )
            .select_from(source(measure))
            .where(*conditions(measure, asked, span))
            .group_by(*groups_by_place(len(grouping) + len(keys)))
        )
    told = union_all(*parts).subquery("told")
    heads = [column for column in told.c if column.name[0] in "gk"]
    terms = [func.sum(told.c[f"t{at}"]).label(f"t{at}") for at in range(size)]
    members = select(*heads, *terms).group_by(*heads).subquery("members")
    whole: ColumnElement[Any] = reduce(
        add, (func.coalesce(members.c[f"t{at}"], 0) for at in range(size))
    )
    given = whole * whole if isinstance(leaf, Squares) else case((whole > 0, whole), else_=0)
    return select(*members.c, given.label("contribution"))


def by_member_sums(leaf: PerMember, asked: Slice, span: Span) -> Select[Any]:
    """The members' contributions, summed by group."""
    members = by_member(leaf, asked, span).subquery("by_member")
    grouping = [column for column in members.c if column.name[0] == "g"]
    query = select(*grouping, func.sum(members.c.contribution)).select_from(members)
    return query.group_by(*grouping)


def valued(measure: Measure, asked: Slice, span: Span) -> Select[Any]:
    """How often each value of a measure occurs, by group: what a median is found in."""
    grouping, value = groups(measure, asked), number(measure, asked)
    query = select(
        *(column.label(f"g{place}") for place, column in enumerate(grouping)), value, func.count()
    ).select_from(source(measure))
    query = query.where(*conditions(measure, asked, span), value.is_not(None))
    return query.group_by(*groups_by_place(len(grouping) + 1))


def survived(leaf: Survival, asked: Slice, span: Span) -> Select[Any]:
    """How much of a measure ended after so many days, or has been open for them, by group."""
    measure, value = leaf.measure, number(leaf.measure, asked)
    heads = [*groups(measure, asked), leaf.days, leaf.ended]
    query = select(
        *(column.label(f"g{place}") for place, column in enumerate(heads)), func.sum(value)
    ).select_from(source(measure))
    query = query.where(*conditions(measure, asked, span), value.is_not(None))
    return query.group_by(*groups_by_place(len(heads)))


def drawn(leaf: Drawn, asked: Slice, span: Span) -> Select[Any]:
    """What may happen: its groups, its item, from and to which chance, its spread, and what is expected of it."""
    measure, value = leaf.measure, number(leaf.measure, asked)
    spread = literal_column("0") if leaf.spread is None else func.coalesce(leaf.spread, 0)
    heads = [*groups(measure, asked), leaf.item, *leaf.chance, spread]
    query = select(
        *(column.label(f"g{place}") for place, column in enumerate(heads)), func.sum(value)
    ).select_from(source(measure))
    query = query.where(*conditions(measure, asked, span), value.is_not(None))
    return query.group_by(*groups_by_place(len(heads)))


def first_month(measure: Measure) -> Select[Any]:
    """The month of the oldest row that tells of the measure, whoever asks."""
    assert measure.month is not None
    rows = measure.where if measure.since is None else measure.since
    told = source(measure, measure.month, *rows)
    return select(func.min(measure.month)).select_from(told).where(*rows)


def _sums(one: Request, own: Sequence[ColumnElement[bool]]) -> list[ColumnElement[Any]]:
    """The sum of a request's values, and how many rows had none."""
    value = number(one.measure, one.asked)
    if one.measure.value is None and one.asked.lens not in one.measure.lenses:
        rows: ColumnElement[Any] = func.count()
        return [rows.filter(and_(*own)) if own else rows, literal_column("0")]
    summed, blank = func.sum(value), func.count()
    if one.measure.blanks is not None:
        kept = func.sum(one.measure.blanks)
        return [part.filter(and_(*own)) if own else part for part in (summed, kept)]
    nothing = value.is_(None)
    return [
        summed.filter(and_(*own)) if own else summed,
        blank.filter(and_(nothing, *own)),
    ]


def _grouping(one: Request) -> list[ColumnElement[Any]]:
    month = [one.measure.month] if one.by_month and one.measure.month is not None else []
    return [*month, *groups(one.measure, one.asked)]


def _alike(some: Sequence[ColumnElement[Any]], others: Sequence[ColumnElement[Any]]) -> bool:
    return len(some) == len(others) and all(
        one is other or one.compare(other) for one, other in zip(some, others, strict=True)
    )


def holds(condition: ColumnElement[bool], others: Sequence[ColumnElement[bool]]) -> bool:
    """Whether a condition is among others."""
    return any(condition is other or _equal(condition, other) for other in others)


def _equal(one: ColumnElement[bool], other: ColumnElement[bool]) -> bool:
    """Whether two conditions say the same; what is of different columns is told apart without comparing."""
    if isinstance(one, BinaryExpression) and isinstance(other, BinaryExpression):
        if one.operator is not other.operator:
            return False
        columns = isinstance(one.left, Column) and isinstance(other.left, Column)
        if columns and one.left is not other.left:
            return False
    return one.compare(other)


__all__ = ["Filters", "Request", "Slice", "Span"]
