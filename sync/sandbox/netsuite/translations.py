"""Remembers translations; accounts whose tables look the same to a query share one."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from .dates import DateFormat
from .mirror import Columns, Tables
from .translate import Translated, Translator

_REMEMBERED = 2_048

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """The most recently used answers to questions that take work."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, Value] = OrderedDict()

    def get(self, key: Hashable) -> Value | None:
        """The remembered answer, if any."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def put(self, key: Hashable, answer: Value) -> None:
        """Remember an answer, forgetting the one unused for longest."""
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > self._size:
                self._answers.popitem(last=False)


class _Seen:
    """The tables as one translation sees them: it writes down what it was told of each."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.told: dict[str, Columns | None] = {}

    def offers(self, table: str) -> bool:
        """Whether there is this table."""
        self.told[table] = _columns(self._tables, table)
        return self.told[table] is not None

    def columns(self, table: str) -> Columns:
        """Its columns, and what each holds."""
        columns = self.told[table] = self._tables.columns(table)
        return columns


def _columns(tables: Tables, table: str) -> Columns | None:
    return tables.columns(table) if tables.offers(table) else None


@dataclass(frozen=True, slots=True)
class _Known:
    """A translation, and what it was told of the tables."""

    translated: Translated
    told: dict[str, Columns | None]

    def holds(self, tables: Tables) -> bool:
        """Whether these tables would tell the same; they are there for it to run on, then."""
        return all(_columns(tables, table) == columns for table, columns in self.told.items())


_known: Remembered[_Known] = Remembered(_REMEMBERED)


def translation(
    tables: Tables, date_format: DateFormat, text: str, params: Sequence[Any]
) -> Translated:
    """The query as DuckDB runs it on these tables, or the documented 400."""
    key = (text, repr(params), date_format.strptime)
    known = _known.get(key)
    if known is None or not known.holds(tables):
        seen = _Seen(tables)
        known = _Known(Translator(seen, date_format).translate(text, params), seen.told)
        _known.put(key, known)
    return known.translated
