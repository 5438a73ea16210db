"""Rollups: sums of measures by month and a few dimensions, kept beside the facts for questions that are often asked.

A `Rollup` is declared once: its table, the SELECT that fills it (which the build of a snapshot runs) and the
questions it can answer all come from the declaration. What it cannot answer goes to the facts. The names of its
columns carry a mark of the measures' own declarations, so that a snapshot of an earlier version is not read amiss.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    ClauseElement,
    Column,
    ColumnElement,
    Integer,
    Select,
    Table,
    cast,
    func,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects import registry
from sqlalchemy.exc import SQLAlchemyError

from ..tables.conformed import SNAPSHOT
from ..tables.types import money
from .cache import ANSWERS
from .compile import Request, groups_by_place, source
from .measure import Measure
from .vocabulary import Lens
from .written import Written

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ..snapshot import Snapshot

Rolled = Mapping[
    Measure, tuple["Rollup", Measure]
]  # a measure -> where its sums are kept, and as what


@dataclass(frozen=True, kw_only=True, eq=False)
class Rollup:
    """Sums of measures, of one fact or several: what pages show together is then read by one statement.

    Attributes:
        key: the name of its table, `roll_…`.
        measures: each has a month and all of `dimensions`; those of one fact share month and joins; none counts
            different keys, weighs, or leaves out intercompany.
        dimensions: those it keeps apart.
    """

    key: str
    measures: tuple[Measure, ...]
    dimensions: tuple[str, ...]

    @cached_property
    def table(self) -> Table:
        """Its table of the snapshot: month, dimensions, then of each measure the sum, what had no value, and its rows."""
        if self.key in SNAPSHOT.tables:
            return SNAPSHOT.tables[self.key]
        first = self.measures[0]
        return Table(
            self.key,
            SNAPSHOT,
            Column("month", Integer),
            *(Column(name, first.dimensions[name].type) for name in self.dimensions),
            *(
                column
                for measure in self.measures
                for column in (
                    Column(f"sum_{_mark(measure)}", money()),
                    Column(f"blank_{_mark(measure)}", BigInteger),
                    Column(f"rows_{_mark(measure)}", BigInteger),
                )
            ),
        )

    @cached_property
    def parts(self) -> tuple[tuple[Measure, ...], ...]:
        """Its measures, those of one fact together."""
        found: dict[tuple[str, ...], list[Measure]] = {}
        for measure in self.measures:
            tables = (measure.table.name, *(join.table.name for join in measure.joins))
            found.setdefault(tables, []).append(measure)
        return tuple(tuple(measures) for measures in found.values())

    @property
    def inputs(self) -> tuple[str, ...]:
        """The tables it is made of."""
        found = [
            name
            for one, *_ in self.parts
            for name in (one.table.name, *(join.table.name for join in one.joins))
        ]
        return tuple(dict.fromkeys(found))

    @property
    def month_columns(self) -> Mapping[str, str]:
        """Each fact, and the column of it that its months are."""
        return {one.table.name: _month(one).name for one, *_ in self.parts}

    @property
    def joined(self) -> Sequence[tuple[str, str, str]]:
        """Each join: the fact, the table it joins, and the condition as text."""
        return [
            (one.table.name, join.table.name, _compiled(join.on))
            for one, *_ in self.parts
            for join in one.joins
        ]

    @property
    def select(self) -> Select[Any]:
        """What fills its table."""
        if len(self.parts) == 1:
            return self._of(self.parts[0])
        summed = union_all(*map(self._of, self.parts)).subquery("summed")
        size = 1 + len(self.dimensions)
        keys, sums = list(summed.c)[:size], list(summed.c)[size:]
        return select(*keys, *(func.sum(one).label(one.name) for one in sums)).group_by(*keys)

    def _of(self, part: Sequence[Measure]) -> Select[Any]:
        """The sums of one fact; nothing in the columns of the others."""
        first = part[0]
        keys = [_month(first).label("month")]
        keys += [first.dimensions[name].label(name) for name in self.dimensions]
        sums: list[Any] = []
        for measure in self.measures:
            value, mark = measure.number(Lens.CONSOLIDATED), _mark(measure)
            assert value is not None
            nothing = cast(null(), BigInteger)
            told: list[ColumnElement[Any]] = [cast(null(), money()), nothing, nothing]
            if measure in part:
                rows: ColumnElement[Any] = func.count()
                told = [
                    func.sum(value).filter(*measure.where),
                    func.count().filter(value.is_(None), *measure.where),
                    rows.filter(*measure.where) if measure.where else rows,
                ]
            names = (f"sum_{mark}", f"blank_{mark}", f"rows_{mark}")
            sums += [one.label(name) for one, name in zip(told, names, strict=True)]
        query = select(*keys, *sums).select_from(source(first))
        return query.group_by(*groups_by_place(len(keys)))

    @property
    def sql(self) -> str:
        """The same as text, for the build."""
        return _compiled(self.select)

    @cached_property
    def kept(self) -> Mapping[Measure, Measure]:
        """Its measures, each as it is read from the rollup: the same for all snapshots, as are statements of it."""
        return MappingProxyType({one: self._as_measure(one) for one in self.measures})

    @cached_property
    def counting(self) -> Mapping[Measure, Measure]:
        """The same, with how many rows each sums in the place of those without a value."""
        return MappingProxyType(
            {one: replace(kept, blanks=self._rows(one)) for one, kept in self.kept.items()}
        )

    def _as_measure(self, measure: Measure) -> Measure:
        columns = self.table.c
        return replace(
            measure,
            table=self.table,
            value=columns[f"sum_{_mark(measure)}"],
            blanks=columns[f"blank_{_mark(measure)}"],
            unit=measure.counts,
            month=columns["month"],
            where=(),
            joins=(),
            dimensions={name: columns[name] for name in self.dimensions},
        )

    def _rows(self, measure: Measure) -> Column[Any]:
        return self.table.c[f"rows_{_mark(measure)}"]

    @cached_property
    def first_months(self) -> Written:
        """The month of each measure's oldest row, in their order."""
        months = [
            func.min(self.table.c["month"]).filter(self._rows(one) > 0) for one in self.measures
        ]
        return Written(lambda: select(*months))

    @cached_property
    def sample(self) -> Written:
        """Its first row, all columns of it; fails where it is not as declared."""
        return Written(lambda: select(*self.table.c).limit(1))

    def can_answer(self, one: Request) -> bool:
        """Whether it holds all that is asked by, filtered by and restricted by, in this lens and span."""
        asked = one.asked
        axes = dict(
            zip(("subsidiary", "department", "customer", "project"), asked.scope.axes, strict=True)
        )
        names = {
            *asked.by,
            *asked.where,
            *(name for name, keys in axes.items() if keys is not None),
        }
        if asked.apart or (one.measure.is_money and asked.lens is not Lens.CONSOLIDATED):
            return False
        return one.span.until is None and names <= set(self.dimensions)


def rolled(snapshot: Snapshot, connection: Connection, declared: Mapping[str, Rollup]) -> Rolled:
    """The measures whose sums this snapshot keeps; nothing of rollups it lacks or that are empty."""
    return ANSWERS.of_snapshot(snapshot, "rolled", lambda: _rolled(connection, declared))


def _rolled(connection: Connection, declared: Mapping[str, Rollup]) -> Rolled:
    found: dict[Measure, tuple[Rollup, Measure]] = {}
    for rollup in declared.values():
        if _is_kept(connection, rollup):
            found |= {one: (rollup, kept) for one, kept in rollup.kept.items()}
    return MappingProxyType(found)


def _is_kept(connection: Connection, rollup: Rollup) -> bool:
    try:
        return rollup.sample.run(connection).first() is not None
    except SQLAlchemyError:  # a snapshot of a version that had no such rollup
        connection.rollback()
        return False


@lru_cache
def _mark(measure: Measure) -> str:
    """Key and declaration of a measure, short: what is kept under another mark is another number."""
    value = measure.number(Lens.CONSOLIDATED)
    assert value is not None
    text = _compiled(select(value).select_from(source(measure)).where(*measure.where))
    return f"{measure.key}_{sha256(text.encode()).hexdigest()[:8]}"


def _month(measure: Measure) -> Column[Any]:
    assert measure.month is not None
    return measure.month


def _compiled(clause: ClauseElement) -> str:
    dialect = registry.load("duckdb")()
    return str(clause.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
