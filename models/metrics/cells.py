"""Rows as they are shown, from what a statement told: put right column by column, which is quicker than row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ..period import day_key
from .dimensions import NOT_ASSIGNED
from .names import Named
from .presentation import PROJECT_CODE
from .terms import PLACE, Term
from .written import Written

# of members that columns name: column of the label -> key -> label
Told = Callable[[Sequence[Named], set[Any]], Mapping[str, Mapping[Any, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A statement that tells rows, and how their cells are filled from what it tells.

    Attributes:
        columns: the names of the cells that are shown, in order.
        read: cell -> its place among what the statement tells.
        given: cell -> term's place -> what stands there in each of its rows, without being read.
    """

    statement: Written
    columns: Sequence[str]
    read: Mapping[str, int]
    given: Mapping[str, Mapping[int, Any]]

    def filled(
        self, told: Sequence[Sequence[Any]], terms: Sequence[Term], names: Told | None
    ) -> list[dict[str, Any]]:
        """Rows as mappings, days as yyyymmdd whatever the fact holds, contributions as decimals.

        Args:
            terms: whose rows they are.
            names: what the keys are called that stand in the place of names; None: names are there.
        """
        if not told:
            return []
        values = list(zip(*told, strict=True))
        places = self._cells(PLACE, values, ())
        cells = {name: self._cells(name, values, places) for name in self.columns}
        if names is not None:
            _name(cells, places, terms, names)
        for name, found in cells.items():
            if isinstance(next((one for one in found if one is not None), None), date):
                cells[name] = [_day(one) for one in found]
        told_of = cells["contribution"]
        cells["contribution"] = [None if one is None else Decimal(one) for one in told_of]
        return [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]

    def _cells(
        self, name: str, values: Sequence[Sequence[Any]], places: Sequence[int]
    ) -> Sequence[Any]:
        if name in self.read:
            return values[self.read[name]]
        by_place = self.given[name]
        if len(by_place) == 1:
            return [*by_place.values()] * len(values[0])
        return [by_place[place] for place in places]


def _day(value: date | None) -> int | None:
    return None if value is None else day_key(value)


def _name(
    cells: dict[str, Sequence[Any]], places: Sequence[int], terms: Sequence[Term], names: Told
) -> None:
    """Put names in the place of keys, in the rows of terms that have such a key."""
    by_table: dict[str, dict[str, Named]] = defaultdict(dict)
    for term in terms:
        for column, named in term.named.items():
            by_table[named.table.name][column] = named
    for columns in by_table.values():
        keys = {key for column in columns for key in cells[column]}
        told = names(list(columns.values()), keys)
        for column, named in columns.items():
            missing = None if column == PROJECT_CODE.name else NOT_ASSIGNED
            known = told[named.label.name]
            called = {key: _label(known.get(key), missing) for key in {*cells[column]}}
            lacking = {term.place for term in terms if column not in term.named}
            cells[column] = [
                called[key] if place not in lacking else key
                for key, place in zip(cells[column], places, strict=True)
            ]


def _label(found: Any, missing: str | None) -> Any:
    return missing if found is None else found
