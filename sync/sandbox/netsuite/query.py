"""The SuiteQL service: pages of a query's answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from .config import NetSuiteConfig
from .dates import DateFormat
from .functions import CLOCK
from .grammar import invalid_query
from .mirror import Mirror
from .render import Renderer
from .template import template
from .translate import Translated
from .translations import Remembered, translation
from .wire import ApiError

_REMEMBERED = 512
_UNKNOWN = (
    re.compile(r'Referenced (?:column|table) "(?P<name>[^"]+)" not found'),
    re.compile(r'"(?P<table>[^"]+)" does not have a column named "(?P<name>[^"]+)"'),
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows, and how many rows there are in all."""

    items: list[dict[str, Any]]
    total: int


class QueryService:
    """Runs SuiteQL on the mirror."""

    def __init__(
        self, mirror: Mirror, config: NetSuiteConfig, clock: Callable[[], datetime]
    ) -> None:
        self._mirror = mirror
        self._clock = clock
        self._zone = ZoneInfo(config.time_zone)
        self._date_format = DateFormat(config.date_format)
        self._renderer = Renderer(self._date_format, self._zone)
        self._totals: Remembered[int] = Remembered(_REMEMBERED)

    def page(self, text: str, params: Sequence[Any], limit: int, offset: int) -> Page:
        """The rows from `offset` on, at most `limit` of them."""
        cursor = self._mirror.cursor()
        query = self._translation(text, params)
        try:
            values = {CLOCK: self._local_now()} if query.uses_clock else None
            most = limit if query.limit is None else max(0, min(limit, query.limit - offset))
            cursor.execute("BEGIN")
            sql = f"{query.sql} LIMIT {most} OFFSET {query.offset + offset}{query.rest}"
            rows = _run(cursor, sql, values)
            seen = offset + rows.num_rows
            ends_here = rows.num_rows < limit and (rows.num_rows > 0 or offset == 0)
            all_seen = ends_here or seen == query.limit
            total = seen if all_seen else self._total(cursor, query, values)
            return Page(self._renderer.items(rows), total)
        except duckdb.Error as error:
            raise _refusal(error, query.records) from error
        finally:
            cursor.close()

    def _translation(self, text: str, params: Sequence[Any]) -> Translated:
        shared, numbers = template(text)
        try:
            known = translation(self._mirror, self._date_format, shared, params)
        except ApiError:  # its words must be about the query as it was sent
            return translation(self._mirror, self._date_format, text, params)
        return known.filled(numbers)

    def _total(
        self, cursor: duckdb.DuckDBPyConnection, query: Translated, values: dict[str, Any] | None
    ) -> int:
        key = (query.count, self._mirror.version)
        known = None if values else self._totals.get(key)
        if known is None:
            known = int(_run(cursor, query.count, values)[0][0].as_py())
            self._totals.put(key, known)
        total = max(0, known - query.offset)
        return total if query.limit is None else min(total, query.limit)

    def _local_now(self) -> datetime:
        return self._clock().astimezone(self._zone).replace(tzinfo=None, microsecond=0)


def _run(cursor: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Any] | None) -> pa.Table:
    return cursor.execute(sql, values or {}).to_arrow_table()


def _refusal(error: duckdb.Error, records: dict[str, str]) -> ApiError:
    text = str(error)
    for pattern in _UNKNOWN:
        if found := pattern.search(text):
            names = found.groupdict()
            if "table" in names:
                record = records.get(names["table"], names["table"])
                return invalid_query(
                    f"Search error occurred: Field '{names['name']}' for record '{record}' was "
                    "not found. Reason: NOT_EXPOSED"
                )
            return invalid_query(f"Search error occurred: Unknown identifier '{names['name']}'")
    return invalid_query(f"Search error occurred: {text.splitlines()[0]}")
