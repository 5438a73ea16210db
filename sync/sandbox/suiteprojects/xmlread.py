"""The Read command: methods, filters, paging, deleted rows, projection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from lxml import etree

from ..system import Row
from .account import Account
from .conditions import Condition, Either, Every, Neither, OneOf, predicate
from .datatypes import ADDRESS_FIELDS, ADDRESSED, DATATYPES
from .store import Kind, TableView
from .wire import plain, xml_encoder
from .xmlfilters import DATE_FILTERS, STATUS_FILTERS, ReadError, date_condition, parse_date

__all__ = ["ReadError", "read"]

_METHODS = frozenset({"all", "equal to", "not equal to", "custom equal to", "user", "project"})
_SPECIAL = frozenset({"_Return", "Date"})


@dataclass(frozen=True, slots=True)
class _Limit:
    offset: int
    count: int


def read(account: Account, command: etree._Element, seen_until: int | None) -> str:
    """The objects a Read asks for, as XML; a ReadError holds the status when it is refused."""
    datatype, method = command.get("type", ""), command.get("method", "")
    limit = _limit(command.get("limit"), account.config.largest_page)
    if datatype == "RateLimit":
        left = account.quota.left_today()
        return f"<RateLimit><remain_24h_error>{left}</remain_24h_error></RateLimit>\n"
    if method not in _METHODS or (datatype not in DATATYPES):
        raise ReadError(603)
    if datatype in account.config.datatypes_off:
        raise ReadError(425)
    off = account.config.moments_off
    with account.store.lock:
        view = account.store.view(datatype)
        if view is None:
            return ""
        condition = Every((_method(command, method, view), *_filters(command, view, off)))
        rows = _rows(account, command, view, condition, seen_until)
        page = rows[limit.offset : limit.offset + limit.count]
        encode = xml_encoder(view, _columns(command, view), off)
    if not rows and method != "all":
        raise ReadError(601)
    return "".join(map(encode, page[::-1] if account.config.is_unsorted else page))


def _rows(
    account: Account,
    command: etree._Element,
    view: TableView,
    condition: Condition,
    seen_until: int | None,
) -> list[Row] | _Rows:
    order = _order(command.get("order"), view)
    if command.get("deleted") != "1":
        return _Rows(view, view.select(condition, order, seen_until))
    holds = predicate(condition)
    rows = [row for row in account.store.deleted(view.name) if holds(row)]
    if command.get("include_nondeleted") == "1":
        rows += [view.rows[key] for key in view.select(condition, (), seen_until)]
    rows.sort(key=view.table.key_of)
    for column, descending in reversed(order):
        filled = [row for row in rows if row.get(column) is not None]
        filled.sort(key=lambda row, name=column: row[name], reverse=descending)  # type: ignore[misc]
        rows = filled + [row for row in rows if row.get(column) is None]
    return rows


class _Rows:
    """Rows by their keys, looked up only for the page that is served."""

    def __init__(self, view: TableView, keys: list[tuple[object, ...]]) -> None:
        self._view = view
        self._keys = keys

    def __len__(self) -> int:
        return len(self._keys)

    def __getitem__(self, part: slice) -> list[Row]:
        return [self._view.rows[key] for key in self._keys[part]]


def _limit(text: str | None, most: int) -> _Limit:
    """`count` or `offset,count`; without it, or with too many, the Read is refused."""
    parts = (text or "").split(",")
    if len(parts) > 2 or not all(part.strip().isdecimal() for part in parts):
        raise ReadError(605)
    *offset, count = (int(part) for part in parts)
    if not 1 <= count <= most:
        raise ReadError(605)
    return _Limit(offset[0] if offset else 0, count)


def _order(text: str | None, view: TableView) -> tuple[tuple[str, bool], ...]:
    if not text:
        return ()
    column, _, direction = text.partition(",")
    if column not in view.columns or direction not in ("", "asc", "desc"):
        raise ReadError(602)
    return ((column, direction == "desc"),)


def _columns(command: etree._Element, view: TableView) -> list[str]:
    """The fields to return; custom fields only when they are enabled."""
    custom = command.get("enable_custom") == "1"
    columns = [name for name in view.columns if custom or not name.endswith("__c")]
    wanted = command.find("_Return")
    if wanted is None:
        return columns
    asked = {str(child.tag) for child in wanted}
    if view.name in ADDRESSED and "addr" in asked:
        asked = (asked - {"addr"}) | (ADDRESS_FIELDS & set(columns))
    if asked - set(view.columns):
        raise ReadError(602)
    return [name for name in columns if name in asked]


def _method(command: etree._Element, method: str, view: TableView) -> Condition:
    """The condition that the method and its search objects state."""
    arguments = [child for child in command if child.tag not in _SPECIAL]
    if method == "all":
        return Every()
    if method in ("user", "project"):
        return _belonging(arguments, method, view)
    if not arguments or any(child.tag != view.name for child in arguments):
        raise ReadError(603 if arguments else 4)
    objects = tuple(_like(child, view) for child in arguments)
    return Neither(objects) if method == "not equal to" else Either(objects)


def _belonging(arguments: list[etree._Element], method: str, view: TableView) -> Condition:
    column = next((name for name in (f"{method}id", f"{method}_id") if name in view.columns), None)
    ids = [(child.findtext("id") or "").strip() for child in arguments]
    if column is None or not ids or not all(text.isdecimal() for text in ids):
        raise ReadError(603 if column is None else 10)
    return OneOf(column, tuple(int(text) for text in ids))


def _like(example: etree._Element, view: TableView) -> Condition:
    """Equal to the example in every field that it names."""
    parts: list[Condition] = []
    for field in example:
        column = str(field.tag)
        if column not in view.columns:
            raise ReadError(602)
        parts.append(_equal(field, column, view))
    return Every(tuple(parts))


def _equal(field: etree._Element, column: str, view: TableView) -> Condition:
    date = field.find("Date")
    kind = view.kind(column)
    if date is not None:
        moment = parse_date(date)
        return OneOf(column, (moment.date() if kind is Kind.DATE else moment,))
    text = (field.text or "").strip()
    if not text:
        return OneOf(column, (None, ""))
    if kind is Kind.FLAG:
        return OneOf(column, (True,) if text == "1" else (False, None))
    if kind is Kind.INTEGER:
        return OneOf(column, (int(text),) if text.lstrip("-").isdecimal() else ())
    if kind is Kind.TEXT:
        return OneOf(column, (text,))
    same = {row[column] for row in view.rows.values() if plain(row.get(column)) == text}
    return OneOf(column, tuple(same))


def _filters(command: etree._Element, view: TableView, off: timedelta) -> Iterator[Condition]:
    """The filters, all of which must hold; each date filter takes the next Date and the next field.

    Moments are written `off` from UTC.
    """
    names = [name for name in command.get("filter", "").split(",") if name]
    fields = iter([name for name in command.get("field", "").split(",") if name])
    dates = iter(command.findall("Date"))
    for name in names:
        if name in DATE_FILTERS:
            date = next(dates, None)
            if date is None:
                raise ReadError(4)
            column, moment = next(fields, "updated"), parse_date(date)
            if column in view.columns and view.kind(column) is Kind.INSTANT:
                moment -= off
            yield date_condition(name, column, moment, view)
        elif name in STATUS_FILTERS:
            yield STATUS_FILTERS[name](view)
        else:
            raise ReadError(10)
