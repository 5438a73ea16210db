"""How values look on the two wires: XML elements and JSON members, made row by row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson

from ..system import Row
from .datatypes import ADDRESS_FIELDS, ADDRESSED
from .names import rest_name
from .store import Kind, TableView

Encoder = Callable[[Row], str]

_UTC = timedelta(0)
_EMPTY_DATE = "<Date><hour/><minute/><timezone/><second/><month/><day/><year/></Date>"
_SPECIAL = re.compile(r"[&<>\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escaped(text: str) -> str:
    """Text fit to stand in XML; characters that XML cannot carry are left out."""
    if _SPECIAL.search(text) is None:
        return text
    return _SPECIAL.sub(lambda found: _ESCAPES.get(found[0], ""), text)


def plain(value: Any) -> str:
    """A value as XML text, unescaped: `1`/`0` for flags, empty for nothing."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


@lru_cache(maxsize=65536)
def date_block(value: date) -> str:
    """A date or an instant (in UTC) as the vendor's Date element."""
    moment = value.astimezone(UTC) if isinstance(value, datetime) else None
    hour, minute, second = (moment.hour, moment.minute, moment.second) if moment else (0, 0, 0)
    day = moment or value
    return (
        f"<Date><hour>{hour:02d}</hour><minute>{minute:02d}</minute><timezone/>"
        f"<second>{second:02d}</second><month>{day.month:02d}</month><day>{day.day:02d}</day>"
        f"<year>{day.year:04d}</year></Date>"
    )


def element(name: str, value: Any, *, dated: bool = False) -> str:
    """One element; nothing is an empty element, or a Date of empty parts where a date is expected."""
    if isinstance(value, date):
        return f"<{name}>{date_block(value)}</{name}>"
    if value is None and dated:
        return f"<{name}>{_EMPTY_DATE}</{name}>"
    text = plain(value)
    return f"<{name}>{escaped(text)}</{name}>" if text else f"<{name}/>"


def moved(value: Any, off: timedelta) -> Any:
    """An instant as a clock shows it that is `off` from UTC; anything else as it is."""
    return value + off if off and isinstance(value, datetime) else value


def xml_encoder(view: TableView, columns: Iterable[str], off: timedelta = _UTC) -> Encoder:
    """A function that writes a row of `view` as one XML object with the given fields.

    `off` writes instants that far from UTC.
    """
    addressed = view.name in ADDRESSED
    columns = list(columns)
    address = [column for column in columns if addressed and column in ADDRESS_FIELDS]
    fields = [
        (column, _writer(column, dated=view.kind(column) in (Kind.DATE, Kind.INSTANT)))
        for column in columns
        if column not in address
    ]
    opening, closing = f"<{view.name}>", f"</{view.name}>\n"

    def encode(row: Row) -> str:
        parts = [write(moved(row.get(column), off)) for column, write in fields]
        if address:
            inner = "".join(element(column, row.get(column)) for column in address)
            parts.append(f"<addr><Address>{inner}</Address></addr>")
        return opening + "".join(parts) + closing

    return encode


def _writer(name: str, *, dated: bool) -> Callable[[Any], str]:
    """How one column is written: `element` with its tags made once, for pages of a thousand rows."""
    opening, closing = f"<{name}>", f"</{name}>"
    empty = element(name, None, dated=dated)

    def write(value: Any) -> str:
        if value is None or value == "":
            return empty
        if isinstance(value, date):
            return opening + date_block(value) + closing
        return opening + escaped(plain(value)) + closing

    return write


def json_encoder(
    view: TableView, columns: Sequence[str], *, iso: bool = False, off: timedelta = _UTC
) -> Encoder:
    """A function that writes a row of `view` as one JSON object with the given fields.

    `iso` writes instants with T and Z instead of a blank; `off` writes them that far from UTC.
    """
    fields = [(column, f'"{rest_name(view.name, column)}":') for column in columns]

    def encode(row: Row) -> str:
        return (
            "{"
            + ",".join(
                [name + json_value(moved(row.get(column), off), iso=iso) for column, name in fields]
            )
            + "}"
        )

    return encode


def json_value(value: Any, *, iso: bool = False) -> str:
    """A value as JSON: money as an exact number, dates as text, instants in UTC."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return orjson.dumps(value).decode()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return _json_date(value, iso=iso)
    return str(value)


@lru_cache(maxsize=65536)
def _json_date(value: date, *, iso: bool) -> str:
    if isinstance(value, datetime):
        form = '"%Y-%m-%dT%H:%M:%SZ"' if iso else '"%Y-%m-%d %H:%M:%S"'
        return value.astimezone(UTC).strftime(form)
    return f'"{value.isoformat()}"'
