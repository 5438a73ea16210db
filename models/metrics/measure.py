"""A measure: what the rows of one fact contribute to a number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, literal_column

from ..access import Hidden
from .vocabulary import Lens, Reason, Unit

Named = str | ColumnElement[Any]  # a column of the fact by its name, or what stands for one


def columns_of(fact: Table, names: Iterable[str]) -> dict[str, ColumnElement[Any]]:
    """What dimensions of a fact are read from: its column `<name>_key`, else the one of that name."""
    return {name: fact.c[name if name in fact.c else f"{name}_key"] for name in names}


@dataclass(frozen=True, kw_only=True, eq=False)
class Join:
    """A dimension table that a measure needs beside its fact; every key of the fact has one row there."""

    table: Table
    on: ColumnElement[bool]


@dataclass(frozen=True, kw_only=True, eq=False)
class Record:
    """The record in a source system that a row stands for; `id` is null where there is none."""

    type: str  # as `models.links` knows it
    id: ColumnElement[Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Measure:
    """What rows of one fact contribute to a number: a value each, or one for each that is counted.

    Attributes:
        key: its name within the KPI.
        title: the heading of its rows ("Labour cost").
        system: the source system the fact comes from, 'netsuite' or 'suiteprojects'.
        table: the fact.
        value: the number each row contributes: a column, or a declared expression of exact columns.
            None counts: each row, or each different `distinct`. Money in the reporting currency.
        distinct: the columns whose different values are counted (people, projects). Name the month
            among them where months are to add up.
        unvalued: why there is no number where rows there are, but none has a value.
        times: multiplies the value: an amount weighted by days, a rate by hours.
        unit: what the value is; by default hours where its name ends so, a count where there is no
            value, money otherwise.
        lenses: lens -> the value's and its currency's column, by name. By default those of a column
            `amount_base` are `amount`, `currency` and `amount_subsidiary`, `subsidiary_currency`.
            A fact without these columns is `lens_not_held` in that lens.
        month: the yyyymm column it is attributed by; None for what is only known as it stands today.
        day: the yyyymmdd column that agrees with `month`, for parts of a running period; the fact's
            own `day` by default where `month` is the fact's own month.
        where: conditions that hold for every row.
        since: the rows whose oldest tells since when there are data, where that is not those of `where`: what was
            never found missing is then none, not unknown.
        eliminated: what holds for rows of intercompany: they count where one subsidiary is asked about or
            subsidiaries are told apart, and are left out of what is consolidated (R11).
        joins: dimension tables that `value`, `where`, `dimensions` or `record` refer to.
        dimensions: public dimension name -> the key column (or an expression). A dimension absent
            here cannot be asked of this measure. The names are those of
            `models.metrics.dimensions.DIMENSIONS`; a scope finds the row's subsidiary, department,
            customer and project here, too.
        columns: the columns that the rows behind show, in order.
        record: what a row's link opens.
        hidden_by: a scope that hides this sees sums by project and month, never single rows.
        blanks: how many rows of each had no value, where a row stands for many (of a rollup).
        sensitive: columns left out of the rows for a scope that hides the cost of a person.
    """

    key: str
    title: str
    system: str
    table: Table
    month: Column[Any] | None
    value: ColumnElement[Any] | None = None
    distinct: tuple[Column[Any], ...] = ()
    unvalued: Reason = Reason.NO_RATE
    times: ColumnElement[Any] | None = None
    unit: Unit | None = None
    lenses: Mapping[Lens, tuple[Named, Named]] = field(default_factory=dict)
    day: Column[Any] | None = None
    where: tuple[ColumnElement[bool], ...] = ()
    since: tuple[ColumnElement[bool], ...] | None = None
    eliminated: ColumnElement[bool] | None = None
    joins: tuple[Join, ...] = ()
    dimensions: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    columns: tuple[Column[Any], ...] = ()
    record: Record | None = None
    hidden_by: Hidden | None = None
    sensitive: tuple[Column[Any], ...] = ()
    blanks: Column[Any] | None = None

    @property
    def counts(self) -> Unit:
        """What it contributes."""
        if self.unit is not None:
            return self.unit
        if self.value is None:
            return Unit.COUNT
        return Unit.HOURS if _name(self.value).endswith("hours") else Unit.MONEY

    @property
    def is_money(self) -> bool:
        """Whether its values are of a currency."""
        return self.counts is Unit.MONEY

    @property
    def days(self) -> ColumnElement[Any] | None:
        """The column that a part of a running period is cut by."""
        if self.day is not None:
            return self.day
        own = self.month is not None and self.month is self.table.c.get("month")
        return self.table.c.get("day") if own else None

    def number(self, lens: Lens) -> ColumnElement[Any] | None:
        """What each row contributes in `lens`; None where the fact does not hold it."""
        value = self._in(lens)[0]
        if value is None or self.times is None:
            return value
        return value * self.times

    def currency(self, lens: Lens) -> ColumnElement[Any] | None:
        """Whose currency that is; None where the fact does not say."""
        return self._in(lens)[1]

    def column(self, name: str) -> ColumnElement[Any] | None:
        """The column that tells apart what `name` names: a dimension, or a column of the fact."""
        found = self.dimensions.get(name)
        return self.table.c.get(name) if found is None else found

    def _in(self, lens: Lens) -> tuple[ColumnElement[Any] | None, ColumnElement[Any] | None]:
        """The value and its currency; what is not money is the same in every lens."""
        if lens in self.lenses:
            value, currency = self.lenses[lens]
        elif lens is Lens.CONSOLIDATED or not self.is_money:
            return (_ONE if self.value is None else self.value), None
        else:
            value, currency = self._named(lens)
        return self._held(value), self._held(currency)

    def _named(self, lens: Lens) -> tuple[Named, Named]:
        """The columns of a lens by the warehouse's names."""
        stem = _name(self.value)
        if not stem.endswith("_base"):
            return "", ""
        stem = stem.removesuffix("_base")
        if lens is Lens.SUBSIDIARY:
            return f"{stem}_subsidiary", "subsidiary_currency"
        return stem, "currency"

    def _held(self, column: Named) -> ColumnElement[Any] | None:
        return self.table.c.get(column) if isinstance(column, str) else column


_ONE: ColumnElement[Any] = literal_column("1")


def _name(value: ColumnElement[Any] | None) -> str:
    return value.name if isinstance(value, Column) else ""
