"""The formulas of KPIs: how measures make a number, and which rows a person is shown for it.

A formula is a tree. Its leaves are read from the facts: `Total`, `Floor`, `Squares`, `Elapsed`, `Countback`,
`Median`, `Survival`, `Drawn`, `Concentration`, `CountOf`. Above them stand `Sum`, `Ratio`, `Product`, `Root` and `Constant`.
Nothing is rounded before the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import Column

from .measure import Measure
from .vocabulary import Reason
from .window import PERIOD, Window


@dataclass(frozen=True, kw_only=True, eq=False)
class Total:
    """A sum of measures, each added (+1) or subtracted (-1). Its rows are theirs and sum to it.

    `empty` is why there is no sum where there is no row; without it that is 0 (once there are any data).
    """

    terms: tuple[tuple[int, Measure], ...]
    window: Window = PERIOD
    empty: Reason | None = None

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """What is summed, without signs."""
        return tuple(measure for _, measure in self.terms)

    @property
    def unvalued(self) -> Reason:
        """Why there is no sum where rows there are, but none has a value."""
        reasons = {measure.unvalued for measure in self.measures}
        return reasons.pop() if len(reasons) == 1 else Reason.NO_RATE


@dataclass(frozen=True, kw_only=True, eq=False)
class PerMember:
    """A sum over members of what each one's total gives.

    `per` names dimensions or columns that every measure's fact has. Its rows are the members, each with
    its terms and what it gives.
    """

    total: Total
    per: tuple[str, ...]

    @property
    def window(self) -> Window:
        """That of the total."""
        return self.total.window

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """What is summed."""
        return self.total.measures


class Floor(PerMember):
    """A total that is never below zero for one member: recognised less billed, project by project."""


class Squares(PerMember):
    """The squares of members' totals, added up: what each practice's month missed, for the mean square."""


class Calendar(StrEnum):
    """What `Elapsed` counts."""

    MONTHS = "months"
    DAYS = "days"  # to today in a running month
    WORKDAYS = "workdays"  # of the firm's week, holidays and days ahead included


@dataclass(frozen=True, kw_only=True, eq=False)
class Elapsed:
    """The months or days of a window: what an average is divided by. Its rows are the months."""

    unit: Calendar
    window: Window = PERIOD

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """Nothing is summed."""
        return ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Constant:
    """A number that never changes, such as the 10,000 of an index."""

    value: Decimal

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """Nothing is summed."""
        return ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Countback:
    """Days of billings that the open balance holds, peeled off month by month from the newest (F2)."""

    balance: Total
    billings: Total
    limit_days: int = 720

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """What is summed."""
        return self.balance.measures + self.billings.measures


@dataclass(frozen=True, kw_only=True, eq=False)
class Median:
    """The middle value of a measure's rows (the mean of the two middle ones); they are its rows."""

    measure: Measure
    empty: Reason = Reason.NO_CASES
    window: Window = PERIOD

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """Whose rows are looked at."""
        return (self.measure,)


@dataclass(frozen=True, kw_only=True, eq=False)
class Survival:
    """After how many days half of a measure has ended, what is still open counted as far as it goes (Kaplan-Meier).

    Attributes:
        measure: what ends or is still open: an amount, or a count.
        days: how long each row took, or has been open.
        ended: whether it ended then; if not, all that is known is that it took longer.
        empty: why there is nothing where there is no row.
    """

    measure: Measure
    days: Column[Any]
    ended: Column[Any]
    empty: Reason = Reason.NO_CASES
    window: Window = PERIOD

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """What ends."""
        return (self.measure,)


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """What a sum of things that may happen or not comes to, or less, in a share `at` of the courses drawn (D5).

    Each row is something by its probability: what it comes to if it happens is drawn by `models.metrics.drawing`.

    Attributes:
        measure: what is expected of each: what it comes to times its probability.
        item: a text; rows of one happen together, or one instead of another.
        chance: from and to (0 to 1) within what is drawn for the item it happens.
        spread: the standard deviation of what it comes to, as a share of it; null, or without the column: it is certain.
        empty: why there is nothing where there is no row; without it that is 0.
    """

    measure: Measure
    item: Column[Any]
    chance: tuple[Column[Any], Column[Any]]
    at: Decimal
    window: Window = PERIOD
    empty: Reason | None = None
    spread: Column[Any] | None = None

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """What may happen."""
        return (self.measure,)


@dataclass(frozen=True, kw_only=True, eq=False)
class Concentration:
    """How much of a total few members hold: the share of the `top`, or the HHI (0 to 10,000) without.

    A member below zero counts as zero. Its rows are the members.
    """

    total: Total
    of: str  # a dimension
    empty: Reason
    top: int | None = None

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """What is shared out."""
        return self.total.measures


@dataclass(frozen=True, kw_only=True, eq=False)
class CountOf:
    """How many members have a number, or one beyond a bound: people above 110 %, projects below 0.9.

    `of` names dimensions or columns that every measure's fact has. Its rows are the members that have a
    number, each with 1 or 0. Bounds all hold at once; without any, every number counts.
    """

    formula: Formula
    of: tuple[str, ...]
    above: Decimal | None = None
    at_least: Decimal | None = None
    below: Decimal | None = None

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """What the members' numbers are made of."""
        return self.formula.measures

    def holds(self, number: Decimal) -> bool:
        """Whether a member's number lies within the bounds."""
        return (
            (self.above is None or number > self.above)
            and (self.at_least is None or number >= self.at_least)
            and (self.below is None or number < self.below)
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Sum:
    """Formulas added (+1) or subtracted (-1): a bridge of totals, or DSU + DSO.

    Missing one, there is no sum.
    """

    terms: tuple[tuple[int, Formula], ...]

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """What is summed, in every part."""
        return tuple(measure for _, one in self.terms for measure in one.measures)


@dataclass(frozen=True, kw_only=True, eq=False)
class Ratio:
    """A ratio of two formulas, usually totals (R1); nothing to divide by is null with `empty` as reason.

    Attributes:
        times: multiplies it: a constant, or the days of a window (a balance in days of billings).
        positive: a denominator below zero is nothing to divide by, either.
        whole: dimensions that the denominator is neither told by nor filtered by: of a role's share of hours the
            hours of all roles. Its measures need not hold them; a scope holds for it all the same.
    """

    numerator: Formula
    denominator: Formula
    empty: Reason
    times: Decimal | Elapsed = Decimal(1)
    positive: bool = False
    whole: tuple[str, ...] = ()

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """What is summed, above and below the line."""
        return self.numerator.measures + self.denominator.measures


@dataclass(frozen=True, kw_only=True, eq=False)
class Product:
    """Formulas multiplied, such as CPI × SPI. Missing one, there is no product."""

    factors: tuple[Formula, ...]

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """What is summed, in every factor."""
        return tuple(measure for one in self.factors for measure in one.measures)


@dataclass(frozen=True, kw_only=True, eq=False)
class Root:
    """The square root of a formula: of a mean square. Below zero there is none, with `empty` as reason."""

    of: Formula
    empty: Reason

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """What is below it."""
        return self.of.measures


@dataclass(frozen=True, kw_only=True, eq=False)
class NotHeld:
    """This system does not hold the number.

    Attributes:
        is_of_both: the number compares the two systems, so that it is neither's own; it stands on the other side.
    """

    why: str
    is_of_both: bool = False

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """Nothing is summed."""
        return ()


Leaf = (
    Total
    | Floor
    | Squares
    | Elapsed
    | Countback
    | Median
    | Survival
    | Drawn
    | Concentration
    | CountOf
)
Formula = Leaf | Sum | Ratio | Product | Root | Constant | NotHeld
