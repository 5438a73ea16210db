"""The vocabulary of KPIs: a declaration says what a number means in each system.

A `Measure` is a sum over one fact. A side of a KPI is a `Total` (measures with signs), a `Ratio` of two
totals, or a `Countback`. `erp` is NetSuite's side, `psa` SuiteProjects Pro's; a side that a system
does not hold is `NotHeld`, with the words to show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ColumnElement, Table

from ..access import Hidden


class Unit(StrEnum):
    """What the number counts."""

    MONEY = "money"
    PERCENT = "percent"  # a fraction: 0.689 is 68.9 %
    HOURS = "hours"
    DAYS = "days"


class Kind(StrEnum):
    """How periods add up."""

    FLOW = "flow"  # summed over the period
    STOCK = "stock"  # as of the period's last day
    RATIO = "ratio"  # numerator over denominator, both summed first


class Better(StrEnum):
    """Which direction is good."""

    HIGHER = "higher"
    LOWER = "lower"


class Side(StrEnum):
    """The two systems a KPI is asked of."""

    ERP = "erp"
    PSA = "psa"


class Reason(StrEnum):
    """Why there is no number (R2)."""

    NOT_HELD = "not_held"  # this system does not know it
    NO_CAPACITY = "no_capacity"
    NO_REVENUE = "no_revenue"
    NO_BILLINGS = "no_billings"  # an open balance, but nothing billed that it could be days of
    NO_DATA = "no_data"  # no row for this period at all
    HISTORY_LOADING = "history_loading"  # needs more history than is loaded so far
    OUT_OF_SCOPE = "out_of_scope"  # the person may not see what it needs


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
    """A sum over one fact table.

    Attributes:
        key: its name within the KPI.
        title: the heading of its rows ("Labour cost").
        system: the source system the fact comes from, 'netsuite' or 'suiteprojects'.
        table: the fact.
        value: the numeric column each row contributes.
        month: the yyyymm column it is attributed by.
        where: conditions that hold for every row.
        joins: dimension tables that `dimensions` or `record` refer to.
        dimensions: public dimension name -> the key column. A dimension absent here cannot be asked of
            this measure. The names are those of `models.metrics.dimensions.DIMENSIONS`; a scope finds
            the row's department and project here, too.
        columns: the columns that the rows behind show, in order.
        record: what a row's link opens.
        hidden_by: a scope that hides this sees sums by project and month, never single rows.
        sensitive: columns left out of the rows for a scope that hides the cost of a person.
    """

    key: str
    title: str
    system: str
    table: Table
    value: Column[Any]
    month: Column[Any]
    where: tuple[ColumnElement[bool], ...] = ()
    joins: tuple[Join, ...] = ()
    dimensions: Mapping[str, Column[Any]] = field(default_factory=dict)
    columns: tuple[Column[Any], ...] = ()
    record: Record | None = None
    hidden_by: Hidden | None = None
    sensitive: tuple[Column[Any], ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Total:
    """A sum of measures, each added (+1) or subtracted (-1)."""

    terms: tuple[tuple[int, Measure], ...]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What is summed, without signs."""
        return tuple(measure for _, measure in self.terms)


@dataclass(frozen=True, kw_only=True, eq=False)
class Ratio:
    """A ratio of two totals; nothing over nothing is null with `empty` as the reason."""

    numerator: Total
    denominator: Total
    empty: Reason

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What is summed, above and below the line."""
        return self.numerator.measures + self.denominator.measures


@dataclass(frozen=True, kw_only=True, eq=False)
class Countback:
    """Days of billings that the open balance holds, peeled off month by month from the newest (F2)."""

    balance: Total
    billings: Total
    limit_days: int = 720

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What is summed."""
        return self.balance.measures + self.billings.measures


@dataclass(frozen=True, kw_only=True, eq=False)
class NotHeld:
    """This system does not hold the number."""

    why: str

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Nothing is summed."""
        return ()


Formula = Total | Ratio | Countback | NotHeld


@dataclass(frozen=True, kw_only=True, eq=False)
class Kpi:
    """One number, as both systems know it.

    Attributes:
        key: public and stable, American English.
        question: what an executive asks.
        definition: the formula in words, one or two sentences, for hover and handbook.
        record: the side that is the number of record.
        by: the dimensions it can be broken down by.
        tolerance: a variance up to this (absolute, in the unit) is not news.
        tolerance_share: ... or up to this share of the ERP's number.
        needs_history: whether it needs every row since the beginning (stocks, countback).
        source: where the definition comes from, e.g. "KPI catalogue D1".
    """

    key: str
    title: str
    question: str
    definition: str
    unit: Unit
    kind: Kind
    better: Better
    erp: Formula
    psa: Formula
    record: Side
    by: tuple[str, ...]
    tolerance: Decimal
    tolerance_share: Decimal = Decimal(0)
    needs_history: bool = False
    source: str = ""

    def side(self, side: Side) -> Formula:
        """The formula of one side."""
        return self.erp if side is Side.ERP else self.psa
