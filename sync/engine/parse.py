"""Reads a vendor's record into a row of the mirror, or says why it cannot be used."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any

import orjson

from ..entities.entity import Entity, Kind

Key = Any  # the identity: a value, or a tuple of values where it takes more than one
Row = tuple[Any, ...]  # the entity's fields in their order, then custom, _modified_at, _hash

CUSTOM = "custom"
LONGEST_TEXT = 100_000
_REMEMBERED = 16_384  # the same days, moments and amounts come again and again
_CUSTOM_PREFIXES = ("custentity", "custbody", "custcol", "custitem", "custrecord", "custevent")
_CUSTOM_SUFFIX = "__c"
_PLAIN_DECIMAL = re.compile(r"(-?)(\d{0,14})(?:\.(\d{0,4}))?", re.ASCII)
_ANY_DECIMAL = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,6})?", re.ASCII)
_LARGEST_ID = 2**63 - 1
_SHORT_ID = 19  # as many digits can never be too large
_LONGEST_KEY = 200
_LARGEST_DECIMAL = Decimal(10) ** 14
_FLAGS = {
    1: True, 0: False, "T": True, "F": False, "1": True, "0": False, "true": True, "false": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """A record that cannot be used: which field, why, and the record's key as far as it can be read."""

    field: str | None
    reason: str
    record_key: str
    key: Key | None
    payload: Mapping[str, Any]


class BadValueError(ValueError):
    """A value that is not what its field holds; the text says why."""


def read_id(value: Any) -> int:
    """An identifier or another whole number."""
    if isinstance(value, str):
        if len(value) < _SHORT_ID and value.isascii() and value.isdigit():
            return int(value)
        digits = value[1:] if value[0] == "-" else value
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 20:
            raise BadValueError("is not a whole number")
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadValueError("is not a whole number")
    if not -_LARGEST_ID <= value <= _LARGEST_ID:
        raise BadValueError("is larger than 64 bits")
    return value


def read_text(value: Any) -> str:
    """A text as it is."""
    if not isinstance(value, str):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadValueError("is not a text")
        return str(value)
    if len(value) > LONGEST_TEXT:
        raise BadValueError(f"is longer than {LONGEST_TEXT:,} characters")
    if "\0" in value:
        raise BadValueError("holds a NUL character")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise BadValueError("holds a broken character (lone surrogate)") from None
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
        raise BadValueError("is too large")
    return int((exact * 10_000).to_integral_value(rounding=ROUND_HALF_EVEN))


def read_rate(value: Any) -> str:
    """An exchange rate at the precision of its source."""
    exact = _exact(value)
    if abs(exact) >= _LARGEST_DECIMAL or (exact and exact.adjusted() < -30):
        raise BadValueError("is out of range")
    return format(exact, "f")


def _exact(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise BadValueError("is not a number")
    text = repr(value) if isinstance(value, float) else str(value)
    if not _ANY_DECIMAL.fullmatch(text):
        raise BadValueError("is not a number")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise BadValueError("is not a number") from None


@lru_cache(maxsize=_REMEMBERED)
def _date(value: str) -> str:
    try:
        if date.fromisoformat(value).isoformat() == value:
            return value
    except ValueError:
        pass
    raise BadValueError("is not a date")


def read_date(value: Any) -> str:
    """A calendar day, `YYYY-MM-DD`."""
    if not isinstance(value, str) or len(value) != 10:
        raise BadValueError("is not a date")
    return _date(value)


def read_instant(value: Any) -> str:
    """A moment, in UTC, written as every engine of the record sorts it."""
    if not isinstance(value, str) or len(value) < 20:
        raise BadValueError("is not a moment with its time zone")
    return _instant(value)


@lru_cache(maxsize=_REMEMBERED)
def _instant(value: str) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise BadValueError("is not a moment") from None
    if moment.tzinfo is None:
        raise BadValueError("is a moment without its time zone")
    try:
        return instant_text(moment)
    except OverflowError:
        raise BadValueError("is out of range") from None


def instant_text(moment: datetime) -> str:
    """A moment as the rows of the mirror carry it."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def read_flag(value: Any) -> bool:
    """Yes or no."""
    try:
        return _FLAGS[value]
    except (KeyError, TypeError):
        raise BadValueError("is neither yes nor no") from None


_READERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.ID: read_id,
    Kind.INTEGER: read_id,
    Kind.TEXT: read_text,
    Kind.DECIMAL: read_decimal,
    Kind.RATE: read_rate,
    Kind.DATE: read_date,
    Kind.INSTANT: read_instant,
    Kind.FLAG: read_flag,
}


class Parser:
    """Reads the records of one entity; made once, used for every record."""

    def __init__(self, entity: Entity) -> None:
        self._fields = tuple(
            (name, field.source, _READERS[field.kind], field.required)
            for name, field in entity.fields.items()
        )
        names = list(entity.fields)
        self._declared = frozenset(field.source for field in entity.fields.values())
        self._modified = names.index(entity.modified) if entity.modified else None
        self._identity = tuple(names.index(column) for column in entity.identity)
        self._identity_fields = tuple(self._fields[index] for index in self._identity)

    def key(self, row: Row) -> Key:
        """The identity of a row."""
        if len(self._identity) == 1:
            return row[self._identity[0]]
        return tuple(row[index] for index in self._identity)

    def parse(self, record: Mapping[str, Any]) -> Row | Unusable:
        """The record as a row, or why it cannot be one. An empty text means that nothing is there."""
        values: list[Any] = []
        add, get = values.append, record.get
        name = ""
        try:
            for name, source, read, required in self._fields:
                value = get(source)
                if value is not None and value != "":
                    add(read(value))
                elif required:
                    return self._unusable(record, name, "is missing")
                else:
                    add(None)
            name = CUSTOM
            add(self._custom(record))
        except BadValueError as error:
            return self._unusable(record, name, str(error))
        add(None if self._modified is None else values[self._modified])
        digest = blake2b(orjson.dumps(values), digest_size=8).digest()
        add(int.from_bytes(digest, "little", signed=True))
        return tuple(values)

    def _custom(self, record: Mapping[str, Any]) -> str | None:
        rest = record.keys() - self._declared
        if not rest:
            return None
        custom = {
            name: record[name]
            for name in rest
            if (name.startswith(_CUSTOM_PREFIXES) or name.endswith(_CUSTOM_SUFFIX))
            and record[name] not in (None, "")
        }
        if not custom:
            return None
        try:
            text = orjson.dumps(custom, option=orjson.OPT_SORT_KEYS).decode()
        except TypeError:
            raise BadValueError("hold a value that cannot be kept") from None
        if len(text) > LONGEST_TEXT:
            raise BadValueError("are too long")
        return text

    def _unusable(self, record: Mapping[str, Any], field: str, reason: str) -> Unusable:
        key: Key | None
        try:
            parts = tuple(read(record[source]) for _, source, read, _ in self._identity_fields)
        except (BadValueError, KeyError, IndexError, TypeError):
            key, text = None, ""
        else:
            key = parts[0] if len(parts) == 1 else parts
            text = key_text(key)
        if not text or len(text) > _LONGEST_KEY:
            text = _unreadable_key(record)
        return Unusable(field=field, reason=reason, record_key=text, key=key, payload=record)


def key_text(key: Key) -> str:
    """An identity as people and the quarantine write it."""
    return "|".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _unreadable_key(record: Mapping[str, Any]) -> str:
    """A stable name for a record whose identity cannot be read."""
    return (
        "?"
        + blake2b(repr(sorted(record.items())).encode(errors="replace"), digest_size=12).hexdigest()
    )


@cache
def parser_of(entity: Entity) -> Parser:
    """The parser of an entity, made once."""
    return Parser(entity)
