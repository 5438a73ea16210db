"""What a column of a simulated table holds, found from its values and, failing any, its name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..system import Row

MONEY_SCALE = 4
RATE_SCALE = 12


class Kind(StrEnum):
    """The sorts of value a column can hold."""

    EMPTY = "empty"
    INTEGER = "integer"
    DECIMAL = "decimal"
    RATE = "rate"
    DATE = "date"
    INSTANT = "instant"
    TEXT = "text"

    @property
    def temporal(self) -> bool:
        """Whether it is a point in time."""
        return self in (Kind.DATE, Kind.INSTANT)


@dataclass(frozen=True, slots=True)
class Storage:
    """How a kind is stored."""

    sql: str
    arrow: pa.DataType


STORAGE = {
    Kind.EMPTY: Storage("VARCHAR", pa.string()),
    Kind.INTEGER: Storage("BIGINT", pa.int64()),
    Kind.DECIMAL: Storage(f"DECIMAL(18,{MONEY_SCALE})", pa.decimal128(18, MONEY_SCALE)),
    Kind.RATE: Storage(f"DECIMAL(38,{RATE_SCALE})", pa.decimal128(38, RATE_SCALE)),
    Kind.DATE: Storage("DATE", pa.date32()),
    Kind.INSTANT: Storage("TIMESTAMPTZ", pa.timestamp("us", tz="UTC")),
    Kind.TEXT: Storage("VARCHAR", pa.string()),
}

_INSTANT_NAMES = {"lastmodifieddate", "linelastmodifieddate", "datecreated", "createddate"}
_NUMBER_ENDINGS = ("amount", "total", "hours", "quantity", "debit", "credit", "unpaid", "balance")
_NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.RATE)


def kind_by_name(name: str) -> Kind:
    """What a column without a single value is taken for."""
    if name in _INSTANT_NAMES or name == "deleteddate":
        return Kind.INSTANT
    if name.endswith("date"):
        return Kind.DATE
    if name.endswith("rate"):
        return Kind.RATE
    if name.endswith(_NUMBER_ENDINGS):
        return Kind.DECIMAL
    return Kind.EMPTY


def read_column(name: str, rows: list[Row]) -> tuple[Kind, pa.Array]:
    """What a column of many rows holds, and its values ready to be stored."""
    try:
        values = [*map(itemgetter(name), rows)]
    except KeyError:
        values = [row.get(name) for row in rows]
    try:
        array = pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # several types in one column
        kind = kind_of_values(values)
        return kind, to_arrow(values, kind)
    kind = _kind_of_array(array)
    if kind is Kind.EMPTY:
        kind = kind_by_name(name)
    if pa.types.is_boolean(array.type):
        array = pc.if_else(array, "T", "F")
    array = array.cast(STORAGE[kind].arrow)
    return kind, pc.floor_temporal(array, unit="second") if kind is Kind.INSTANT else array


def kind_of_values(values: Iterable[Any]) -> Kind:
    """The narrowest kind that holds all values; EMPTY when there is none."""
    values = list(values)
    found = Kind.EMPTY
    for type_ in set(map(type, values)):
        found = widened(found, _kind_of_type(type_))
    if found is Kind.DECIMAL and any(
        -int(value.as_tuple().exponent) > MONEY_SCALE
        for value in values
        if isinstance(value, Decimal)
    ):
        return Kind.RATE
    return found


def widened(one: Kind, other: Kind) -> Kind:
    """The kind that holds the values of both."""
    if one is other or other is Kind.EMPTY:
        return one
    if one is Kind.EMPTY:
        return other
    if one in _NUMBERS and other in _NUMBERS:
        return max(one, other, key=_NUMBERS.index)
    if one.temporal and other.temporal:
        return Kind.INSTANT
    return Kind.TEXT


def to_arrow(values: list[Any], kind: Kind) -> pa.Array:
    """The values as an Arrow array of that kind."""
    if kind is Kind.TEXT:
        return pa.array([_text(value) for value in values], pa.string())
    if kind is Kind.INSTANT:
        return pa.array([_second(value) for value in values], STORAGE[kind].arrow)
    if kind in (Kind.DECIMAL, Kind.RATE):
        values = [Decimal(value) if isinstance(value, int) else value for value in values]
    return pa.array(values, STORAGE[kind].arrow)


def _kind_of_array(array: pa.Array) -> Kind:
    type_ = array.type
    if pa.types.is_null(type_):
        return Kind.EMPTY
    if pa.types.is_decimal(type_):
        return Kind.DECIMAL if type_.scale <= MONEY_SCALE else Kind.RATE
    for matches, kind in (
        (pa.types.is_integer, Kind.INTEGER),
        (pa.types.is_timestamp, Kind.INSTANT),
        (pa.types.is_date, Kind.DATE),
    ):
        if matches(type_):
            return kind
    return Kind.TEXT


def _kind_of_type(type_: type) -> Kind:
    if type_ is type(None):
        return Kind.EMPTY
    if issubclass(type_, bool):
        return Kind.TEXT
    if issubclass(type_, int):
        return Kind.INTEGER
    if issubclass(type_, Decimal):
        return Kind.DECIMAL
    if issubclass(type_, datetime):
        return Kind.INSTANT
    if issubclass(type_, date):
        return Kind.DATE
    return Kind.TEXT


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "T" if value else "F"
    return str(value)


def _second(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(microsecond=0)
    return value
