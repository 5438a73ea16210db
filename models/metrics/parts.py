"""A formula taken apart: the parts that rows belong to, and the number that the parts make.

The number, its rows and the test that they agree all go through here: each part is what its rows make
together, and `value_of` makes the number of the parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Any

from .drawing import Chance, courses, within
from .formula import (
    Concentration,
    Constant,
    Countback,
    CountOf,
    Drawn,
    Elapsed,
    Formula,
    Leaf,
    Median,
    NotHeld,
    PerMember,
    Product,
    Ratio,
    Root,
    Sum,
    Survival,
    Total,
)
from .measure import Measure
from .sums import ZERO, Cell
from .survival import Lasting, half_ended
from .vocabulary import Reason
from .window import CLOSING, TO_DATE, Window

VALUE = "value"
_PLACES = Decimal("0.000001")
_LINEAR = (Total, PerMember, Elapsed, Countback, CountOf)
_WHOLE = Decimal(10_000)  # the HHI of one member that holds all


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that belong together: leaves with their signs, whose rows make one number."""

    name: str  # value | numerator | denominator, or a path of these and of places
    terms: tuple[tuple[int, Leaf], ...]
    whole: tuple[str, ...] = ()  # dimensions it is neither told by nor filtered by

    @property
    def only(self) -> Leaf:
        """The leaf, where it is one."""
        return self.terms[0][1]


@lru_cache(4096)
def parts(formula: Formula, name: str = "", whole: tuple[str, ...] = ()) -> tuple[Part, ...]:
    """The parts of a formula, in the order in which it reads.

    Args:
        whole: dimensions that none of them is told by or filtered by.
    """
    if isinstance(formula, Constant | NotHeld):
        return ()
    if isinstance(formula, Ratio):
        found = parts(formula.numerator, _path(name, "numerator"), whole)
        found += parts(formula.denominator, _path(name, "denominator"), (*whole, *formula.whole))
        if isinstance(formula.times, Elapsed):
            found += parts(formula.times, _path(name, "times"), whole)
        return found
    if isinstance(formula, Root):
        return parts(formula.of, name, whole)
    if isinstance(formula, Product):
        return _numbered(formula.factors, name, whole)
    if isinstance(formula, Sum) and not is_linear(formula):
        return _numbered([one for _, one in formula.terms], name, whole)
    return (Part(name or VALUE, tuple(_leaves(formula, 1)), whole),)


@lru_cache(4096)
def measures_told(
    formula: Formula, whole: tuple[str, ...] = ()
) -> tuple[tuple[Measure, frozenset[str]], ...]:
    """Each measure of a formula with the dimensions it is neither told by nor filtered by."""
    found: list[tuple[Measure, frozenset[str]]] = []
    for part in parts(formula, "", whole):
        for _, leaf in part.terms:
            if isinstance(leaf, CountOf):
                found += measures_told(leaf.formula, part.whole)
            else:
                found += [(measure, frozenset(part.whole)) for measure in leaf.measures]
    return tuple(found)


def value_of(formula: Formula, part: Callable[[str], Cell], name: str = "") -> Cell:
    """The number that the parts make, or why there is none; not rounded."""
    if isinstance(formula, Constant):
        return formula.value
    if isinstance(formula, NotHeld):
        return Reason.NOT_HELD
    if isinstance(formula, Ratio):
        return _ratio(formula, part, name)
    if isinstance(formula, Root):
        below = value_of(formula.of, part, name)
        if isinstance(below, Reason):
            return below
        return formula.empty if below < 0 else below.sqrt()
    if isinstance(formula, Product):
        return _product(
            value_of(one, part, _path(name, str(place)))
            for place, one in enumerate(formula.factors, start=1)
        )
    if isinstance(formula, Sum) and not is_linear(formula):
        return add(
            (sign, value_of(one, part, _path(name, str(place))))
            for place, (sign, one) in enumerate(formula.terms, start=1)
        )
    return part(name or VALUE)


def told(formula: Formula, number: Cell) -> Cell:
    """A number as it is told: to six places where it is not a plain sum."""
    if isinstance(number, Reason) or is_linear(formula):
        return number
    return number.quantize(_PLACES, rounding=ROUND_HALF_EVEN)


def number_of_rows(formula: Formula, rows: Iterable[Mapping[str, Any]]) -> Cell:
    """The number that all the rows behind it make: what a reader with the list can check."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["contribution"] is not None:
            found.setdefault(row["part"], []).append(row)
    by_name = {one.name: one for one in parts(formula)}

    def part(name: str) -> Cell:
        leaf, own = by_name[name].only, found.get(name, [])
        if isinstance(leaf, Drawn):
            return _drawn(leaf, own)
        if isinstance(leaf, Survival):
            return half_ended((_lasting(leaf, row) for row in own), leaf.empty)
        return made_of(leaf, [row["contribution"] for row in own])

    return told(formula, value_of(formula, part))


def _drawn(leaf: Drawn, rows: Iterable[Mapping[str, Any]]) -> Cell:
    item, (low, high) = leaf.item.name, leaf.chance
    chances = [
        Chance(
            row[item],
            Decimal(row[low.name]),
            Decimal(row[high.name]),
            Decimal(row["contribution"]),
            Decimal((leaf.spread is not None and row[leaf.spread.name]) or 0),
        )
        for row in rows
    ]
    return within(courses(chances), leaf.at) if chances else ZERO


def _lasting(leaf: Survival, row: Mapping[str, Any]) -> Lasting:
    days, ended = row[leaf.days.name], row[leaf.ended.name]
    return Lasting(int(days), bool(ended), Decimal(row["contribution"]))


def made_of(leaf: Leaf, contributions: Sequence[Decimal]) -> Cell:
    """What a part's rows make together: their sum, their median, their concentration."""
    if isinstance(leaf, Median):
        return median([(one, 1) for one in contributions], leaf.empty)
    if isinstance(leaf, Concentration):
        return concentration(contributions, leaf)
    return sum(contributions, ZERO)


@lru_cache(4096)
def is_linear(formula: Formula) -> bool:
    """Whether the rows' contributions simply add up to it."""
    if isinstance(formula, Sum):
        return all(is_linear(one) for _, one in formula.terms)
    return isinstance(formula, _LINEAR)


def quotient(over: Cell, under: Cell, empty: Reason, *, positive: bool = False) -> Cell:
    """Divide to six places; nothing to divide by is `empty`, nothing to divide keeps its reason."""
    found = divided(over, under, empty, positive=positive)
    if isinstance(found, Reason):
        return found
    return found.quantize(_PLACES, rounding=ROUND_HALF_EVEN)


def divided(over: Cell, under: Cell, empty: Reason, *, positive: bool = False) -> Cell:
    """Divide, unrounded."""
    if isinstance(over, Reason):
        return over
    if isinstance(under, Reason) or under == 0 or (positive and under < 0):
        return under if under is Reason.NO_HISTORY else empty
    return over / under


def add(terms: Iterable[tuple[int, Cell]]) -> Cell:
    """Add what is known; one that is missing leaves nothing to add."""
    found = ZERO
    for sign, cell in terms:
        if isinstance(cell, Reason):
            return cell
        found += sign * cell
    return found


def median(values: Sequence[tuple[Decimal, int]], empty: Reason) -> Cell:
    """The middle of values, each with how often it occurs."""
    ordered = sorted(values)
    count = sum(often for _, often in ordered)
    if not count:
        return empty
    middles = {(count - 1) // 2, count // 2}
    found, seen = list[Decimal](), 0
    for value, often in ordered:
        found += [value for place in middles if seen <= place < seen + often]
        seen += often
    return sum(found, ZERO) / len(found)


def concentration(amounts: Iterable[Decimal], leaf: Concentration) -> Cell:
    """The share of the largest, or the sum of the squared shares in percent (HHI)."""
    held = sorted((amount for amount in amounts if amount > 0), reverse=True)
    whole = sum(held, ZERO)
    if not whole:
        return leaf.empty
    if leaf.top is not None:
        return sum(held[: leaf.top], ZERO) / whole
    return _WHOLE * sum((amount * amount for amount in held), ZERO) / (whole * whole)


def windows(formula: Formula) -> list[Window]:
    """Every window of a formula, those within its leaves included."""
    found: list[Window] = []
    for part in parts(formula):
        for _, leaf in part.terms:
            if isinstance(leaf, Countback):
                found += [CLOSING, TO_DATE]
            elif isinstance(leaf, CountOf):
                found += windows(leaf.formula)
            elif isinstance(leaf, Concentration):
                found.append(leaf.total.window)
            else:
                found.append(leaf.window)
    return found


def told_apart(formula: Formula) -> set[str]:
    """What a formula tells apart by itself; a median looks at single rows, hence at persons."""
    found: set[str] = set()
    for part in parts(formula):
        for _, leaf in part.terms:
            if isinstance(leaf, PerMember):
                found |= set(leaf.per)
            elif isinstance(leaf, CountOf):
                found |= {*leaf.of, *told_apart(leaf.formula)}
            elif isinstance(leaf, Concentration):
                found.add(leaf.of)
            elif isinstance(leaf, Median):
                found.add("person")
    return found


def _ratio(formula: Ratio, part: Callable[[str], Cell], name: str) -> Cell:
    found = divided(
        value_of(formula.numerator, part, _path(name, "numerator")),
        value_of(formula.denominator, part, _path(name, "denominator")),
        formula.empty,
        positive=formula.positive,
    )
    times = formula.times
    by = times if isinstance(times, Decimal) else part(_path(name, "times"))
    return _product([found, by])


def _product(factors: Iterable[Cell]) -> Cell:
    found = Decimal(1)
    for one in factors:
        if isinstance(one, Reason):
            return one
        found *= one
    return found


def _numbered(formulas: Sequence[Formula], name: str, whole: tuple[str, ...]) -> tuple[Part, ...]:
    return tuple(
        one
        for place, formula in enumerate(formulas, start=1)
        for one in parts(formula, _path(name, str(place)), whole)
    )


def _leaves(formula: Formula, sign: int) -> Iterable[tuple[int, Leaf]]:
    if isinstance(formula, Sum):
        for own, one in formula.terms:
            yield from _leaves(one, sign * own)
    else:
        assert not isinstance(formula, Ratio | Product | Root | Constant | NotHeld)
        yield sign, formula


def _path(name: str, step: str) -> str:
    return f"{name}.{step}" if name else step


__all__ = [
    "Part",
    "concentration",
    "is_linear",
    "made_of",
    "measures_told",
    "median",
    "number_of_rows",
    "parts",
    "quotient",
    "told",
    "value_of",
]
