"""Rows as SuiteQL answers them: texts, lower-case keys, nothing where there is no value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from .dates import DateFormat

_TRAILING_ZEROS = r"\.0+$|(\.[0-9]*[1-9])0+$"


class Renderer:
    """Writes values the way the account's user prefers."""

    def __init__(self, date_format: DateFormat, zone: ZoneInfo) -> None:
        self._date_format = date_format
        self._zone = zone

    def items(self, table: pa.Table) -> list[dict[str, Any]]:
        """The rows of a page."""
        names = _distinct([name.lower() for name in table.column_names])
        columns = [self._texts(column) for column in table.columns]
        items: list[dict[str, Any]] = []
        for values in zip(*columns, strict=True):
            pairs = zip(names, values, strict=True)
            held = {name: value for name, value in pairs if value is not None}
            items.append({"links": [], **held})
        return items

    def _texts(self, column: pa.ChunkedArray) -> list[str | None]:
        type_ = column.type
        if pa.types.is_string(type_):
            texts: list[str | None] = column.to_pylist()
            return texts
        if pa.types.is_integer(type_):
            whole: list[str | None] = column.cast(pa.string()).to_pylist()
            return whole
        if pa.types.is_decimal(type_):
            return _decimal_texts(column)
        write = self._writer(type_)
        return [None if value is None else write(value) for value in column.to_pylist()]

    def _writer(self, type_: pa.DataType) -> Callable[[Any], str]:
        if pa.types.is_floating(type_):
            return lambda value: number_text(Decimal(repr(value)))
        if pa.types.is_timestamp(type_) or pa.types.is_date(type_):
            return self._day
        if pa.types.is_boolean(type_):
            return lambda value: "T" if value else "F"
        return str

    def _day(self, value: date) -> str:
        if isinstance(value, datetime) and value.tzinfo is not None:
            value = value.astimezone(self._zone)
        return self._date_format.write(value)


def _decimal_texts(column: pa.ChunkedArray) -> list[str | None]:
    texts = column.cast(pa.string())
    if pc.any(pc.match_substring(texts, "E")).as_py():  # Arrow writes very small numbers so
        return [None if value is None else number_text(value) for value in column.to_pylist()]
    plain: list[str | None] = pc.replace_substring_regex(
        texts, pattern=_TRAILING_ZEROS, replacement=r"\1"
    ).to_pylist()
    return plain


def number_text(value: Decimal) -> str:
    """A number without trailing zeros, never in scientific notation."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _distinct(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    distinct = []
    for name in names:
        again = seen.get(name)
        seen[name] = 0 if again is None else again + 1
        distinct.append(name if again is None else f"{name}_{again}")
    return distinct
