"""The record service's `q` parameter: `field OPERATOR value`, AND, OR, parentheses."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from ..system import Row
from .dates import DateFormat
from .wire import ApiError, bad_parameter

Matches = Callable[[Row], bool]
_TOKEN = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|(\[[^\]]*\])|([()])|([^\s()"\[\]]+))')

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "EQUAL": lambda have, want: have == want,
    "GREATER": lambda have, want: have > want,
    "GREATER_OR_EQUAL": lambda have, want: have >= want,
    "LESS": lambda have, want: have < want,
    "LESS_OR_EQUAL": lambda have, want: have <= want,
}
_DAYS = {
    "ON": _ORDER["EQUAL"],
    "AFTER": _ORDER["GREATER"],
    "ON_OR_AFTER": _ORDER["GREATER_OR_EQUAL"],
    "BEFORE": _ORDER["LESS"],
    "ON_OR_BEFORE": _ORDER["LESS_OR_EQUAL"],
}
_TEXTS: dict[str, Callable[[str, str], bool]] = {
    "IS": lambda have, want: have == want,
    "CONTAIN": lambda have, want: want in have,
    "START_WITH": lambda have, want: have.startswith(want),
    "END_WITH": lambda have, want: have.endswith(want),
    "ENDWITH": lambda have, want: have.endswith(want),
}
_LISTS = ("ANY_OF", "BETWEEN", "WITHIN")


def matcher(query: str | None, columns: Collection[str], date_format: DateFormat) -> Matches:
    """The test that a `q` parameter describes; without one every row passes."""
    if not query:
        return lambda _: True
    return _Reader(query, columns, date_format).read()


class _Reader:
    def __init__(self, query: str, columns: Collection[str], date_format: DateFormat) -> None:
        self._query = query
        self._columns = columns
        self._date_format = date_format
        self._tokens = [
            next(part for part in match.groups() if part is not None)
            for match in _TOKEN.finditer(query)
        ]
        self._at = 0

    def read(self) -> Matches:
        test = self._any()
        if self._at != len(self._tokens):
            raise self._malformed()
        return test

    def _any(self) -> Matches:
        tests = [self._all()]
        while self._take("OR"):
            tests.append(self._all())
        return lambda row: any(test(row) for test in tests)

    def _all(self) -> Matches:
        tests = [self._one()]
        while self._take("AND"):
            tests.append(self._one())
        return lambda row: all(test(row) for test in tests)

    def _one(self) -> Matches:
        if self._take("("):
            test = self._any()
            if not self._take(")"):
                raise self._malformed()
            return test
        field, operator = self._next().lower(), self._next().upper()
        if field not in self._columns:
            raise ApiError(400, "NONEXISTENT_FIELD", f"Field '{field}' is not queryable.")
        if operator.endswith("_NOT"):
            test = self._condition(field, operator.removesuffix("_NOT"))
            return lambda row: not test(row)
        return self._condition(field, operator)

    def _condition(self, field: str, operator: str) -> Matches:
        if operator == "EMPTY":
            return lambda row: row.get(field) is None
        value = self._next()
        if operator in _DAYS:
            day = self._date_format.read(value)
            if day is None:
                raise bad_parameter(f"Value '{value}' of '{field}' failed with date format.")
            wanted, compare = day.date(), _DAYS[operator]
            return lambda row: row.get(field) is not None and compare(_day(row[field]), wanted)
        if operator in _ORDER:
            number, test = self._number(value), _ORDER[operator]
            return lambda row: row.get(field) is not None and test(_amount(row[field]), number)
        if operator in _LISTS:
            return self._list(field, operator, value)
        if operator in _TEXTS:
            text, check = value.casefold(), _TEXTS[operator]
            return lambda row: row.get(field) is not None and check(_text(row[field]), text)
        raise self._malformed()

    def _list(self, field: str, operator: str, value: str) -> Matches:
        numbers = [self._number(part) for part in value.strip("[]").split(",") if part.strip()]
        if operator == "ANY_OF":
            return lambda row: row.get(field) is not None and _amount(row[field]) in numbers
        if len(numbers) != 2:
            raise self._malformed()
        low, high = numbers
        return lambda row: row.get(field) is not None and low <= _amount(row[field]) <= high

    def _number(self, text: str) -> Decimal:
        try:
            return Decimal(text.strip())
        except InvalidOperation:
            raise self._malformed() from None

    def _take(self, word: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at].upper() == word
        self._at += found
        return found

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            raise self._malformed()
        self._at += 1
        return self._tokens[self._at - 1]

    def _malformed(self) -> ApiError:
        return bad_parameter(f"Invalid query filter '{self._query}'.", query_param="q")


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.min


def _amount(value: Any) -> Decimal:
    try:
        return Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        return Decimal("NaN")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).casefold()
