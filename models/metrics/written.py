"""Statements without their values: put together and compiled once for all months, members and readers of a shape.

To put a statement together and compile it takes longer than to ask it. So each value of a question (a month, a
member, what a scope allows) gives way to a stand-in, the same value always to the same; what remains is the shape,
and under that the text of the statement is kept, for every snapshot. `Written.run` puts the values back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, Cast, ColumnElement, CursorResult, Dialect, Executable, Null
from sqlalchemy.dialects import registry
from sqlalchemy.sql.visitors import cloned_traverse

from ..access import Scope
from .compile import Request, Slice, by_member_sums, counted, drawn, survived, together, valued
from .formula import Drawn, PerMember, Survival
from .measure import Measure
from .window import Span

if TYPE_CHECKING:
    from sqlalchemy import Connection

_FROM = (
    7_770_000_000_000  # stand-ins of whole numbers count from here; nothing declared is as large
)
_MARK = "\x1a"  # and those of texts begin with this; every text of a question has one
_STAND_IN = re.compile(rf"'{_MARK}(\d+)'|\b(777\d{{10}})\b")
KEPT = 512  # statements of each kind
_SUMS_KEPT = 2048  # to visit every page once asks for more than five hundred


class StandIns:
    """Gives stand-ins for the values of a question, and remembers what they stand for."""

    def __init__(self) -> None:
        self._places: dict[tuple[type, Any], int] = {}
        self.values: list[Any] = []

    def one(self, value: Any) -> Any:
        """What stands for a whole number or a text; nothing for nothing."""
        if value is None:
            return None
        place = self._places.setdefault((type(value), value), len(self.values))
        if place == len(self.values):
            self.values.append(value)
        return f"{_MARK}{place}" if isinstance(value, str) else _FROM + place

    def span(self, span: Span) -> Span:
        """A span of the same shape: what is open stays so, and one month is one month."""
        return Span(self.one(span.first), self.one(span.last), self.one(span.until))

    def asked(self, asked: Slice) -> Slice:
        """A slice of the same shape: as many members of the same dimensions."""
        where = {name: self._keys(keys) for name, keys in asked.where.items()}
        currency = self.one(asked.currency)
        return replace(asked, scope=self._scope(asked.scope), where=where, currency=currency)

    def request(self, one: Request) -> Request:
        """A request of the same shape."""
        return replace(one, asked=self.asked(one.asked), span=self.span(one.span))

    def _keys(self, keys: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(self.one(key) for key in sorted(set(keys)))

    def _scope(self, scope: Scope) -> Scope:
        if scope.is_unrestricted:
            return scope
        return replace(
            scope,
            departments=self._allowed(scope.departments),
            managers=self._allowed(scope.managers),
            subsidiaries=self._allowed(scope.subsidiaries),
            customers=self._allowed(scope.customers),
        )

    def _allowed(self, keys: frozenset[int] | None) -> frozenset[int] | None:
        return None if keys is None else frozenset(self.one(key) for key in sorted(keys))


class Written:
    """A statement in which stand-ins stand for values; only its text is kept once it has been asked of a snapshot.

    What is declared and whole numbers stand in the text itself; a text that a reader gave is handed over beside it.
    Handing values over makes the driver load pandas where it is installed, at a second and 80 MB.
    """

    __slots__ = ("_make", "_pieces")

    def __init__(self, make: Callable[[], Executable]) -> None:
        self._make = make
        self._pieces: tuple[str | _Number | _Text, ...] | None = None

    def run(self, connection: Connection, values: Sequence[Any] = ()) -> CursorResult[Any]:
        """Ask it with the values that the stand-ins stand for."""
        if connection.dialect.name != "duckdb":
            return connection.execute(_filled(self._make(), values))
        if self._pieces is None:
            self._pieces = _taken_apart(self._make())
        texts: list[str] = []
        told = []
        for piece in self._pieces:
            if isinstance(piece, _Number):
                told.append(str(int(values[piece.place])))
            elif isinstance(piece, _Text):
                texts.append(str(values[piece.place]))
                told.append(f"${len(texts)}")
            else:
                told.append(piece)
        return connection.exec_driver_sql("".join(told), tuple(texts) or None)

    def tuples(
        self, connection: Connection, values: Sequence[Any] = ()
    ) -> Sequence[tuple[Any, ...]]:
        """Ask it with these values, and take all that it tells as the driver hands it over: no row has names."""
        with self.run(connection, values) as found:
            if connection.dialect.name != "duckdb" or found.cursor is None:
                return [tuple(row) for row in found]
            told: Sequence[tuple[Any, ...]] = found.cursor.fetchall()
            return told


@dataclass(frozen=True, slots=True)
class _Number:
    """A whole number of the question."""

    place: int


@dataclass(frozen=True, slots=True)
class _Text:
    """A text of the question."""

    place: int


def _taken_apart(statement: Any) -> tuple[str | _Number | _Text, ...]:
    """A statement's text, taken apart where stand-ins are."""
    compiled = statement.compile(dialect=_dialect(), compile_kwargs={"literal_binds": True})
    found: list[str | _Number | _Text] = []
    end = 0
    for stand_in in _STAND_IN.finditer(compiled.string):
        text, number = stand_in.groups()
        found.append(compiled.string[end : stand_in.start()])
        found.append(_Number(int(number) - _FROM) if number else _Text(int(text)))
        end = stand_in.end()
    return (*found, compiled.string[end:])


def _place(value: Any) -> int | None:
    """Which value a stand-in stands for; None of what is none."""
    if isinstance(value, str) and value.startswith(_MARK):
        return int(value.removeprefix(_MARK))
    return value - _FROM if isinstance(value, int) and value >= _FROM else None


def is_given(cell: ColumnElement[Any]) -> bool:
    """Whether what a statement tells is known before it is asked: a value that is declared, or nothing."""
    if isinstance(cell, Cast):
        return isinstance(cell.clause, Null)
    return isinstance(cell, Null) or (
        isinstance(cell, BindParameter) and _place(cell.value) is None
    )


def given_value(cell: ColumnElement[Any]) -> Any:
    """What a cell holds that `is_given`."""
    return cell.value if isinstance(cell, BindParameter) else None


def _filled(statement: Any, values: Sequence[Any]) -> Any:
    """The statement itself with its values, for an engine that writes it in its own way."""

    def real(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [real(one) for one in value]
        place = _place(value)
        return value if place is None else values[place]

    def fill(bound: Any) -> None:
        bound.value = real(bound.value)

    return cloned_traverse(statement, {}, {"bindparam": fill})


@lru_cache(_SUMS_KEPT)
def sums(requests: tuple[Request, ...]) -> Written:
    """`compile.together`, of requests with stand-ins."""
    return Written(partial(together, requests))


@lru_cache(KEPT)
def counts(one: Request) -> Written:
    """`compile.counted`, of a request with stand-ins."""
    return Written(partial(counted, one))


@lru_cache(KEPT)
def members_of(leaf: PerMember, asked: Slice, span: Span) -> Written:
    """`compile.by_member_sums`, of a slice and a span with stand-ins."""
    return Written(partial(by_member_sums, leaf, asked, span))


@lru_cache(KEPT)
def draws(leaf: Drawn, asked: Slice, span: Span) -> Written:
    """`compile.drawn`, of a slice and a span with stand-ins."""
    return Written(partial(drawn, leaf, asked, span))


@lru_cache(KEPT)
def survivals(leaf: Survival, asked: Slice, span: Span) -> Written:
    """`compile.survived`, of a slice and a span with stand-ins."""
    return Written(partial(survived, leaf, asked, span))


@lru_cache(KEPT)
def values(measure: Measure, asked: Slice, span: Span) -> Written:
    """`compile.valued`, of a slice and a span with stand-ins."""
    return Written(partial(valued, measure, asked, span))


def read(connection: Connection, statement: Executable) -> CursorResult[Any]:
    """Ask a statement that is asked once in a while, as it stands."""
    return Written(lambda: statement).run(connection)


@cache
def _dialect() -> Dialect:
    found: Dialect = registry.load("duckdb")(paramstyle="numeric_dollar")
    return found
