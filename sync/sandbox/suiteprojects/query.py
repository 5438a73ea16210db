"""Reads the REST filter language: `created BETWEEN ['2026-01-01','2026-06-30'] AND currency IS 'EUR'`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

from .conditions import Between, Condition, Either, Every, OneOf
from .names import queryable, rest_name
from .store import Kind, TableView

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<number>-?\d+(?:\.\d+)?)(?![\w.])|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<mark>[\[\],]))"
)
_DAY, _INSTANT = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_ARITY = {"EQUAL": (1, 1), "IS": (1, 1), "ANY_OF": (1, None), "BETWEEN": (2, 2)}


class QueryError(Exception):
    """The condition cannot be understood or is not allowed; answered with status 400."""


def parse(text: str, view: TableView, barred: frozenset[str] = frozenset()) -> Condition:
    """The condition that `q` states about the rows of a table; `barred` columns may not be named."""
    return _Parser(text, view, barred).condition()


class _Parser:
    def __init__(self, text: str, view: TableView, barred: frozenset[str]) -> None:
        self._barred = barred
        self._tokens = _tokens(text)
        self._at = 0
        self._view = view
        self._columns = {rest_name(view.name, column): column for column in view.columns}

    def condition(self) -> Condition:
        """AND binds before OR."""
        either = [[self._clause()]]
        while self._at < len(self._tokens):
            match self._take("word", "AND or OR"):
                case "AND":
                    either[-1].append(self._clause())
                case "OR":
                    either.append([self._clause()])
                case other:
                    raise QueryError(f"'{other}' is neither AND nor OR.")
        if len(either) == 1:
            return Every(tuple(either[0]))
        return Either(tuple(Every(tuple(clauses)) for clauses in either))

    def _clause(self) -> Condition:
        column = self._column(self._take("word", "an attribute"))
        operator = self._take("word", "an operator")
        if operator not in _ARITY:
            raise QueryError(f"Unknown operator '{operator}'.")
        return self._compare(column, operator, self._operands(operator))

    def _column(self, attribute: str) -> str:
        column = self._columns.get(attribute)
        if column is None:
            raise QueryError(f"Unknown attribute '{attribute}'.")
        if not queryable(column) or f"{self._view.name}.{column}" in self._barred:
            raise QueryError(f"Attribute '{attribute}' cannot be queried.")
        return column

    def _compare(self, column: str, operator: str, operands: list[tuple[str, str]]) -> Condition:
        kind = self._view.kind(column)
        if operator == "IS" and kind is not Kind.TEXT:
            raise QueryError("IS compares text; use EQUAL.")
        if operator == "EQUAL" and kind is Kind.TEXT:
            raise QueryError("EQUAL compares numbers, dates and booleans; use IS.")
        if operator != "BETWEEN":
            return OneOf(column, tuple(_value(kind, *operand) for operand in operands))
        if kind in (Kind.TEXT, Kind.FLAG):
            raise QueryError("BETWEEN compares numbers and dates.")
        low, high = operands
        return Between(column, _value(kind, *low), _value(kind, *high, end_of_day=True))

    def _operands(self, operator: str) -> list[tuple[str, str]]:
        least, most = _ARITY[operator]
        if most == 1:
            return [self._operand()]
        if self._take("mark", "[") != "[":
            raise QueryError(f"{operator} needs a list in square brackets.")
        found = [self._operand()]
        while (mark := self._take("mark", ", or ]")) == ",":
            found.append(self._operand())
        if mark != "]" or len(found) < least or (most and len(found) > most):
            raise QueryError(f"{operator} has the wrong number of values.")
        return found

    def _operand(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise QueryError("A value is missing at the end.")
        self._at += 1
        token = self._tokens[self._at - 1]
        if token[0] == "mark":
            raise QueryError(f"'{token[1]}' is not a value.")
        return token

    def _take(self, sort: str, wanted: str) -> str:
        if self._at >= len(self._tokens) or self._tokens[self._at][0] != sort:
            raise QueryError(f"Expected {wanted}.")
        self._at += 1
        return self._tokens[self._at - 1][1]


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise QueryError(f"Cannot read the condition at '{text[at:].strip()[:20]}'.")
        sort = str(token.lastgroup)
        value = token[sort]
        if sort == "text":
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        found.append((sort, value))
        at = token.end()
    return found


def _value(kind: Kind, sort: str, text: str, *, end_of_day: bool = False) -> Any:
    """An operand as the column's kind has it."""
    wanted = {Kind.INTEGER: "number", Kind.NUMBER: "number"}.get(kind, "text")
    if kind is Kind.FLAG:
        if text not in _FLAGS:
            raise QueryError(f"'{text}' is not true or false.")
        return _FLAGS[text]
    if sort != wanted:
        raise QueryError(f"'{text}' is not a {kind}.")
    match kind:
        case Kind.INTEGER | Kind.NUMBER:
            return Decimal(text)
        case Kind.DATE:
            return _moment(text).date()
        case Kind.INSTANT:
            moment = _moment(text)
            last = end_of_day and _DAY.fullmatch(text)
            return datetime.combine(moment, time.max, UTC) if last else moment
        case _:
            return text


_FLAGS: Mapping[str, bool] = {"true": True, "false": False, "1": True, "0": False}


def _moment(text: str) -> datetime:
    if not (_DAY.fullmatch(text) or _INSTANT.fullmatch(text)):
        raise QueryError(f"'{text}' is not a date: write YYYY-MM-DD or YYYY-MM-DD HH:MM:SS.")
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise QueryError(f"'{text}' is not a date of the calendar.") from None
