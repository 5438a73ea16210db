"""Reads a vendor's record into a row of the mirror, or says why it cannot be used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from operator import itemgetter
from typing import Any

import orjson

from models.told import told

from ..entities.entity import Entity
from .columns import read_column
from .values import READERS, BadValueError

Key = Any  # the identity: a value, or a tuple of values where it takes more than one
Row = tuple[Any, ...]  # the entity's fields in their order, then custom, _modified_at, _hash

CUSTOM = "custom"
LONGEST_CUSTOM = 1_000_000  # all custom values of a record together
_CUSTOM_PREFIXES = (
    "custentity", "custbody", "custcol", "custitem", "custrecord", "custevent", "cseg",
)  # fmt: skip
_CUSTOM_SUFFIX = "__c"
_NUL = "\\u0000"  # as JSON writes it; PostgreSQL cannot read it back
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """A record that cannot be used: which field, why, and the record's key as far as it can be read.

    `may_heal` says that it may have been garbled on its way, so that asking for it again can help.
    """

    field: str | None
    reason: str
    record_key: str
    key: Key | None
    payload: Mapping[str, Any]
    may_heal: bool = True


class Parser:
    """Reads the records of one entity; made once, used for every record."""

    def __init__(self, entity: Entity) -> None:
        self._fields = tuple(
            (name, field.source, READERS[field.kind], field.required)
            for name, field in entity.fields.items()
        )
        names = list(entity.fields)
        self._declared = frozenset(field.source for field in entity.fields.values())
        self._modified = names.index(entity.modified) if entity.modified else None
        self._identity = tuple(names.index(column) for column in entity.identity)
        self._columns = tuple(entity.fields.values())
        self._pick = itemgetter(*(field.source for field in self._columns))
        self._key: Callable[[Row], Key] = itemgetter(*self._identity)
        self._identity_fields = tuple(self._fields[index] for index in self._identity)

    @property
    def key(self) -> Callable[[Row], Key]:
        """What takes the identity out of a row."""
        return self._key

    def read(self, records: Sequence[Mapping[str, Any]]) -> tuple[list[Row], list[Unusable]]:
        """The records of a page as rows, and those that cannot be one."""
        try:
            return self._read_columns(records), []
        except (BadValueError, AttributeError):
            pass  # something in it is out of the ordinary: look at each record
        rows: list[Row] = []
        bad: list[Unusable] = []
        for record in records:
            parsed = self.parse(record)
            if isinstance(parsed, Unusable):
                bad.append(parsed)
            else:
                rows.append(parsed)
        return rows, bad

    def _read_columns(self, records: Sequence[Mapping[str, Any]]) -> list[Row]:
        if not records:
            return []
        columns = [
            read_column(field.kind, values, required=field.required)
            for field, values in zip(self._columns, self._values(records), strict=True)
        ]
        undeclared = set().union(*records) - self._declared
        if any(map(is_custom, undeclared)):
            columns.append([self._custom(record) for record in records])
        else:
            columns.append([None] * len(records))
        modified = self._modified
        columns.append([None] * len(records) if modified is None else columns[modified])
        columns.append([digest(values) for values in zip(*columns, strict=True)])
        return list(zip(*columns, strict=True))

    def _values(self, records: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
        """The values of each field, one list a field."""
        if len(self._columns) > 1:
            try:  # mostly each record has them all: picked in one go
                picked = list(map(self._pick, records))
            except (KeyError, TypeError):
                pass
            else:
                return list(map(list, zip(*picked, strict=True)))
        return [[record.get(field.source) for record in records] for field in self._columns]

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
                    return self._unusable(record, name, told("is missing"))
                else:
                    add(None)
            name = CUSTOM
            add(self._custom(record))
        except BadValueError as error:
            return self._unusable(record, name, str(error))
        add(None if self._modified is None else values[self._modified])
        add(digest(values))
        return tuple(values)

    def _custom(self, record: Mapping[str, Any]) -> str | None:
        rest = record.keys() - self._declared
        if not rest:
            return None
        custom = {
            name: record[name]
            for name in rest
            if is_custom(name) and record[name] not in (None, "")
        }
        if not custom:
            return None
        try:
            text = orjson.dumps(custom, option=orjson.OPT_SORT_KEYS).decode()
        except TypeError:
            text = _dumped_with_care(custom)
        if _NUL in text:
            text = _dumped_with_care(custom)
        if len(text) > LONGEST_CUSTOM:
            raise BadValueError(told("are too long"))
        return text

    def identity(self, record: Mapping[str, Any]) -> Key | None:
        """The identity of a record, whatever else is wrong with it; None if it cannot be read."""
        try:
            parts = tuple(read(record[source]) for _, source, read, _ in self._identity_fields)
        except (BadValueError, KeyError, IndexError, TypeError):
            return None
        return parts[0] if len(parts) == 1 else parts

    def _unusable(self, record: Mapping[str, Any], field: str, reason: str) -> Unusable:
        key = self.identity(record)
        text = "" if key is None else key_text(key)
        if not text or len(text) > _LONGEST_KEY:
            text = _unreadable_key(record)
        return Unusable(field=field, reason=reason, record_key=text, key=key, payload=record)


def is_custom(name: str) -> bool:
    """Whether a source's field is a custom one, by its name."""
    return name.startswith(_CUSTOM_PREFIXES) or name.endswith(_CUSTOM_SUFFIX)


def digest(values: Sequence[Any]) -> int:
    """A hash of a row that is the same in every process and on every engine."""
    short = blake2b(orjson.dumps(values), digest_size=8).digest()
    return int.from_bytes(short, "little", signed=True)


def _dumped_with_care(custom: Mapping[str, Any]) -> str:
    """Custom values of which some cannot be stored as they are: those characters are written out."""
    kept = {
        name: value.encode(errors="backslashreplace").decode().replace("\0", _NUL)
        if isinstance(value, str)
        else value
        for name, value in custom.items()
    }
    try:
        return orjson.dumps(kept, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:
        raise BadValueError(told("hold a value that cannot be kept")) from None


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
