"""Reads single values as their fields mean them, exactly, or says why it cannot."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from models.told import told

from ..entities.entity import Kind

LONGEST_TEXT = 100_000
SHORT_ID = 19  # as many digits can never be too large
_REMEMBERED = 16_384  # the same days, moments and amounts come again and again
_PLAIN_DECIMAL = re.compile(r"(-?)(\d{0,14})(?:\.(\d{0,4}))?", re.ASCII)
_ANY_DECIMAL = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,6})?", re.ASCII)
_LARGEST_ID = 2**63 - 1
_LARGEST_DECIMAL = Decimal(10) ** 14
FLAGS = {
    1: True, 0: False, "T": True, "F": False, "1": True, "0": False, "true": True, "false": False,
}  # fmt: skip


class BadValueError(ValueError):
    """A value that is not what its field holds; the text says why."""


def read_id(value: Any) -> int:
    """An identifier or another whole number."""
    if isinstance(value, str):
        if len(value) < SHORT_ID and value.isascii() and value.isdigit():
            return int(value)
        digits = value[1:] if value[0] == "-" else value
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 20:
            raise BadValueError(told("is not a whole number"))
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadValueError(told("is not a whole number"))
    if not -_LARGEST_ID <= value <= _LARGEST_ID:
        raise BadValueError(told("is larger than 64 bits"))
    return value


def read_text(value: Any) -> str:
    """A text as it is."""
    if not isinstance(value, str):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadValueError(told("is not a text"))
        return str(value)
    if len(value) > LONGEST_TEXT:
        raise BadValueError(told("is longer than {most} characters", most=f"{LONGEST_TEXT:,}"))
    if "\0" in value:
        raise BadValueError(told("holds a NUL character"))
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise BadValueError(told("holds a broken character (lone surrogate)")) from None
    return value


def read_decimal(value: Any) -> int:
    """Money or hours, in ten-thousandths; more than four places are rounded half-even."""
    if isinstance(value, str):
        return _decimal(value)
    return _rounded(value)


@lru_cache(maxsize=_REMEMBERED)
def _decimal(value: str) -> int:
    if plain := _PLAIN_DECIMAL.fullmatch(value):
        sign, whole, places = plain.groups(default="")
        if whole or places:
            units = int(whole + places.ljust(4, "0"))
            return -units if sign else units
    return _rounded(value)


def _rounded(value: Any) -> int:
    exact = _exact(value)
    if abs(exact) >= _LARGEST_DECIMAL:
        raise BadValueError(told("is too large"))
    return int((exact * 10_000).to_integral_value(rounding=ROUND_HALF_EVEN))


def read_rate(value: Any) -> str:
    """An exchange rate at the precision of its source."""
    exact = _exact(value)
    if abs(exact) >= _LARGEST_DECIMAL or (exact and exact.adjusted() < -30):
        raise BadValueError(told("is out of range"))
    return format(exact, "f")


def _exact(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise BadValueError(told("is not a number"))
    text = repr(value) if isinstance(value, float) else str(value)
    if not _ANY_DECIMAL.fullmatch(text):
        raise BadValueError(told("is not a number"))
    try:
        return Decimal(text)
    except InvalidOperation:
        raise BadValueError(told("is not a number")) from None


@lru_cache(maxsize=_REMEMBERED)
def _date(value: str) -> str:
    try:
        if date.fromisoformat(value).isoformat() == value:
            return value
    except ValueError:
        pass
    raise BadValueError(told("is not a date"))


def read_date(value: Any) -> str:
    """A calendar day, `YYYY-MM-DD`."""
    if not isinstance(value, str) or len(value) != 10:
        raise BadValueError(told("is not a date"))
    return _date(value)


def read_instant(value: Any) -> str:
    """A moment, in UTC, written as every engine of the record sorts it."""
    if not isinstance(value, str) or len(value) < 20:
        raise BadValueError(told("is not a moment with its time zone"))
    return _instant(value)


@lru_cache(maxsize=_REMEMBERED)
def _instant(value: str) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise BadValueError(told("is not a moment")) from None
    if moment.tzinfo is None:
        raise BadValueError(told("is a moment without its time zone"))
    try:
        return instant_text(moment)
    except OverflowError:
        raise BadValueError(told("is out of range")) from None


def instant_text(moment: datetime) -> str:
    """A moment as the rows of the mirror carry it."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def read_flag(value: Any) -> bool:
    """Yes or no."""
    try:
        return FLAGS[value]
    except (KeyError, TypeError):
        raise BadValueError(told("is neither yes nor no")) from None


READERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.ID: read_id,
    Kind.INTEGER: read_id,
    Kind.TEXT: read_text,
    Kind.DECIMAL: read_decimal,
    Kind.RATE: read_rate,
    Kind.DATE: read_date,
    Kind.INSTANT: read_instant,
    Kind.FLAG: read_flag,
}
