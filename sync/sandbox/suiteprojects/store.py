"""The rows of the simulated account, kept in order and indexed so that any page is found quickly."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from ..system import Change, Key, Row, SourceSystem, SourceTable
from .conditions import Between, Condition, Every, OneOf, conjuncts, predicate
from .datatypes import WITHOUT_ID

_Stretch = tuple[list[tuple[Any, Key]], int, int]

_REMEMBERED = 24  # answers kept per table: the pages of one listing are asked for one after another


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"
    INSTANT = "instant"


_KINDS: tuple[tuple[type, Kind], ...] = (  # in this order: a bool is an int, a datetime a date
    (bool, Kind.FLAG),
    (int, Kind.INTEGER),
    (Decimal, Kind.NUMBER),
    (datetime, Kind.INSTANT),
    (date, Kind.DATE),
    (str, Kind.TEXT),
)


class TableView:
    """One table: its rows by key, their keys in order, and the columns' orders made when first needed."""

    def __init__(self, table: SourceTable, missing: frozenset[str] = frozenset()) -> None:
        self.table = table
        self.name = table.name
        self.born: dict[Key, int] = {}
        self.reshape(missing)

    def reshape(self, missing: AbstractSet[str]) -> None:
        """Take the columns as they are now, but for those the account lacks or keeps from us."""
        hidden = {"id"} if self.name in WITHOUT_ID else set()
        self.columns = tuple(
            name
            for name in self.table.columns
            if name not in hidden and f"{self.name}.{name}" not in missing
        )
        self.rebuild()

    def rebuild(self) -> None:
        """Take the rows as they are now."""
        self.rows: dict[Key, Row] = dict(self.table.rows)
        self.keys: list[Key] = sorted(self.rows)
        self._kinds: dict[str, Kind] = {}
        self._guessed: set[str] = set()
        self._orders: dict[str, list[tuple[Any, Key]]] = {}
        self._answers: OrderedDict[Hashable, list[Key]] = OrderedDict()

    def apply(self, change: Change) -> None:
        """Take one change; what was remembered is forgotten."""
        old = self.rows.pop(change.key, None)
        if old is not None:
            self._unlist(change.key, old)
        if change.row is not None:
            self.rows[change.key] = change.row
            self._list(change.key, change.row)
            self._unguess(change.row)
            if old is None:
                self.born[change.key] = change.version
        self._answers.clear()

    def kind(self, column: str) -> Kind:
        """What a column holds, told from its values, else from its name."""
        found = self._kinds.get(column)
        if found is None:
            values = (row.get(column) for row in self.rows.values())
            value = next((value for value in values if value is not None), None)
            found = self._kinds[column] = _kind_by_name(column) if value is None else _kind(value)
            if value is None:
                self._guessed.add(column)
        return found

    def select(
        self,
        condition: Condition,
        order: Sequence[tuple[str, bool]] = (),
        seen_until: int | None = None,
    ) -> list[Key]:
        """The keys of the rows that meet a condition, by id, or by columns given as (name, descending).

        `seen_until` hides rows that came into being after that version of the system.
        """
        order = tuple(order)
        if len(self.table.key) != 1 or order not in ((), ((self.table.key[0], False),)):
            return self._remembered(condition, order, seen_until)
        parts = conjuncts(condition)
        bounds = [part for part in parts if self._bounds_key(part)]
        rest = tuple(part for part in parts if not self._bounds_key(part))
        keys = self._remembered(Every(rest), (), seen_until)
        for part in bounds:  # paging by id: a stretch of one and the same answer
            keys = _stretch_of_keys(keys, part)
        return keys

    def _bounds_key(self, part: Condition) -> bool:
        return isinstance(part, Between) and (part.column,) == self.table.key

    def _remembered(
        self, condition: Condition, order: tuple[tuple[str, bool], ...], seen_until: int | None
    ) -> list[Key]:
        hidden = self._hidden(seen_until)
        question = (condition, order, seen_until if hidden else None)
        answer = self._answers.get(question)
        if answer is None:
            answer = self._ordered(self._meeting(condition), order)
            if hidden:
                answer = [key for key in answer if key not in hidden]
            self._answers[question] = answer
            if len(self._answers) > _REMEMBERED:
                self._answers.popitem(last=False)
        return answer

    def is_hidden(self, key: Key, seen_until: int | None) -> bool:
        """Whether a row came into being after a version of the system."""
        return seen_until is not None and self.born.get(key, 0) > seen_until

    def _hidden(self, seen_until: int | None) -> frozenset[Key]:
        if seen_until is None:
            return frozenset()
        return frozenset(key for key, version in self.born.items() if version > seen_until)

    def _meeting(self, condition: Condition) -> list[Key]:
        parts = conjuncts(condition)
        listed = [(part, found) for part in parts if (found := self._stretches(part)) is not None]
        candidates, rest = self.keys, parts
        if listed:
            best, stretches = min(
                listed, key=lambda pair: sum(high - low for _, low, high in pair[1])
            )
            found = [key for order, low, high in stretches for _, key in order[low:high]]
            candidates = self._in_key_order(found)
            rest = tuple(part for part in parts if part is not best)
        if not rest:
            return candidates
        holds, rows = predicate(Every(rest)), self.rows
        return [key for key in candidates if holds(rows[key])]

    def _stretches(self, part: Condition) -> list[_Stretch] | None:
        """Where a simple condition's rows stand in its column's order; None for other conditions."""
        if isinstance(part, Between):
            order = self._order(part.column)
            low, high = 0, len(order)
            if part.low is not None:
                side = bisect_left if part.low_included else bisect_right
                low = side(order, part.low, key=_value)
            if part.high is not None:
                side = bisect_right if part.high_included else bisect_left
                high = side(order, part.high, key=_value)
            return [(order, low, max(low, high))]
        if isinstance(part, OneOf) and None not in part.values:
            order = self._order(part.column)
            return [
                (
                    order,
                    bisect_left(order, value, key=_value),
                    bisect_right(order, value, key=_value),
                )
                for value in set(part.values)
            ]
        return None

    def _in_key_order(self, keys: list[Key]) -> list[Key]:
        if len(keys) == len(self.keys):
            return self.keys
        if len(keys) * 8 < len(self.keys):
            return sorted(keys)
        wanted = set(keys)  # many: picking them out of the ordered keys beats sorting them
        return [key for key in self.keys if key in wanted]

    def _ordered(self, keys: list[Key], order: Sequence[tuple[str, bool]]) -> list[Key]:
        rows = self.rows
        for column, descending in reversed(order):
            if (column,) == self.table.key:
                keys = keys[::-1] if descending else keys
                continue
            filled = [key for key in keys if rows[key].get(column) is not None]
            empty = [key for key in keys if rows[key].get(column) is None]
            filled.sort(key=lambda key, name=column: rows[key][name], reverse=descending)  # type: ignore[misc]
            keys = filled + empty
        return keys

    def _order(self, column: str) -> list[tuple[Any, Key]]:
        order = self._orders.get(column)
        if order is None:
            rows = self.rows.items()
            order = sorted((row[column], key) for key, row in rows if row.get(column) is not None)
            self._orders[column] = order
        return order

    def _unguess(self, row: Row) -> None:
        for column in [name for name in self._guessed if row.get(name) is not None]:
            self._guessed.remove(column)
            del self._kinds[column]

    def _list(self, key: Key, row: Row) -> None:
        insort(self.keys, key)
        for column, order in self._orders.items():
            if row.get(column) is not None:
                insort(order, (row[column], key))

    def _unlist(self, key: Key, row: Row) -> None:
        del self.keys[bisect_left(self.keys, key)]
        for column, order in list(self._orders.items()):
            if row.get(column) is None:
                continue
            entry = (row[column], key)
            place = bisect_left(order, entry)
            if place < len(order) and order[place] == entry:
                del order[place]
            else:  # the row was changed in place: its old value is not known any more
                del self._orders[column]


class Store:
    """All tables of the account, brought up to date before each question. Hold `lock` while asking."""

    def __init__(self, system: SourceSystem, missing: frozenset[str] = frozenset()) -> None:
        self.system = system
        self.lock = system.lock
        self._missing = missing
        with self.lock:
            self.version, self._shape = system.version, system.shape
            off = missing | system.forbidden
            self.views = {name: TableView(table, off) for name, table in system.tables.items()}

    def refresh(self) -> None:
        """Take what changed since the last question."""
        with self.lock:
            if self.system.version != self.version:
                self._apply(self.system.since(self.version))
                self.version = self.system.version
            if self.system.shape != self._shape:
                self._shape = self.system.shape
                off = self._missing | self.system.forbidden
                for name, table in self.system.tables.items():
                    if name in self.views:
                        self.views[name].reshape(off)
                    else:
                        self.views[name] = TableView(table, off)
            for view in self.views.values():
                if len(view.rows) != len(view.table.rows):  # rows loaded after the start
                    view.rebuild()

    def view(self, table: str) -> TableView | None:
        """A table as it is now, or None when the account has none of that name."""
        self.refresh()
        return self.views.get(table)

    def deleted(self, table: str) -> list[Row]:
        """The deleted rows of a table by id, each dated by its deletion."""
        with self.lock:
            source = self.system.tables[table]
            gone = sorted(source.deleted.items(), key=lambda item: item[0])
            return [{**row, (source.modified or "updated"): at} for _, (row, at) in gone]

    def _apply(self, changes: Iterable[Change]) -> None:
        for change in changes:
            self.views[change.table].apply(change)


def _stretch_of_keys(keys: list[Key], bounds: Condition) -> list[Key]:
    """The part of ordered keys that lies within bounds on their only column."""
    assert isinstance(bounds, Between)
    low, high = 0, len(keys)
    if bounds.low is not None:
        low = (bisect_left if bounds.low_included else bisect_right)(keys, (bounds.low,))
    if bounds.high is not None:
        high = (bisect_right if bounds.high_included else bisect_left)(keys, (bounds.high,))
    return keys[low : max(low, high)]


def _value(entry: tuple[Any, Key]) -> Any:
    return entry[0]


def _kind(value: Any) -> Kind:
    return next(kind for known, kind in _KINDS if isinstance(value, known))


def _kind_by_name(column: str) -> Kind:
    if column in {"created", "updated"} or column.startswith("date_"):
        return Kind.INSTANT
    dated = {"date", "starts", "ends", "start", "end", "submitted", "approved"}
    if column in dated or column.endswith(("_date", "startdate", "enddate")):
        return Kind.DATE
    if column.endswith("id") and column not in {"externalid", "external_id"}:
        return Kind.INTEGER
    return Kind.TEXT
