"""A workbook (XLSX) whose cells are typed and exact; no text in it is ever a formula.

Rows go to a file beside the product's memory as they are read, so that a long table takes no more room than a short one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from models.period import day_of

MOST_ROWS = 100_000  # of one sheet: some 20 seconds until the first byte is sent
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST = 32_767  # letters of one cell, as Excel takes them
_DIGITS = 15  # what Excel keeps of a number
_PLACES = 4  # decimals of amounts and hours; a number with more is a quotient
_FIRST_DAY = date(1900, 3, 1)  # Excel's calendar is wrong before it
_RISKY = ("=", "+", "-", "@", "\t", "\r")  # such text becomes a formula once somebody edits it
_NO_SIGN = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
_PIECE = 64 * 1024  # bytes that are sent at once
_FORMATS: Mapping[str, Mapping[str, Any]] = {
    "head": {"bold": True},
    "number": {"num_format": "#,##0.00##"},
    "integer": {"num_format": "0"},
    "share": {"num_format": "0.00%"},
    "day": {"num_format": "yyyy-mm-dd"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm:ss"},
    "month": {"num_format": "yyyy-mm"},
    "quoted": {"quote_prefix": True},  # stays text when somebody edits it
    "wrapped": {"valign": "top", "text_wrap": True},
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its heads, which stay in sight, and its rows.

    Attributes:
        kinds: of each column, as `RowColumn.type` names them; "any": as each value is.
        widths: of each column, in letters.
        wraps: whether long texts go on below, as on a sheet that is read and not counted.
    """

    name: str
    heads: Sequence[str]
    kinds: Sequence[str]
    rows: Iterable[Sequence[Any]]
    widths: Sequence[int]
    wraps: bool = False


def workbook(sheets: Sequence[Sheet], made: datetime) -> Iterator[bytes]:
    """The bytes of a workbook, in pieces; nothing of it is left on disk when they are taken or given up.

    Args:
        made: when it says it was made.
    """
    with TemporaryDirectory(prefix="oneview-workbook-") as folder:
        path = Path(folder) / "workbook.xlsx"
        told = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }
        with Workbook(str(path), told) as book:
            book.set_properties({"created": made.astimezone(UTC).replace(tzinfo=None)})
            formats = {name: book.add_format(dict(about)) for name, about in _FORMATS.items()}
            for sheet in sheets:
                _write(book.add_worksheet(sheet.name), sheet, formats)
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


def _write(page: Worksheet, sheet: Sheet, formats: Mapping[str, Format]) -> None:
    page.freeze_panes(1, 0)
    for place, (head, width) in enumerate(zip(sheet.heads, sheet.widths, strict=True)):
        page.set_column(place, place, width)
        page.write_string(0, place, _clean(head), formats["head"])
    last = 0
    for last, row in enumerate(sheet.rows, start=1):
        for place, (value, kind) in enumerate(zip(row, sheet.kinds, strict=True)):
            if value is not None and value != "":
                _Cell(page, last, place, formats, wraps=sheet.wraps).write(value, kind)
    if not sheet.wraps:
        page.autofilter(0, 0, last, len(sheet.heads) - 1)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A place on a sheet."""

    page: Worksheet
    row: int
    column: int
    formats: Mapping[str, Format]
    wraps: bool = False

    def write(self, value: Any, kind: str) -> None:
        """Write a value as what it is."""
        if kind == "flag" or isinstance(value, bool):
            self.page.write_boolean(self.row, self.column, bool(value))
        elif kind in {"day", "month"}:
            self._day(value if isinstance(value, date) else _day(int(value), kind), kind)
        elif isinstance(value, datetime):
            moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
            self.page.write_datetime(self.row, self.column, moment, self.formats["moment"])
        elif isinstance(value, date):
            self._day(value, "day")
        elif isinstance(value, int | Decimal):
            is_whole = kind == "integer" or isinstance(value, int)
            style = "share" if kind == "share" else "integer" if is_whole else "number"
            self._number(Decimal(value), style)
        else:
            self._text(str(value))

    def _day(self, day: date, kind: str) -> None:
        if day < _FIRST_DAY:
            self._text(day.isoformat()[: 7 if kind == "month" else 10])
        else:
            self.page.write_datetime(self.row, self.column, day, self.formats[kind])

    def _number(self, value: Decimal, style: str) -> None:
        """A number where a cell holds it without loss; else its digits as text."""
        exact = _kept(value)
        if exact is None:
            self._text(f"{value:f}")
        else:
            self.page.write_number(self.row, self.column, exact, self.formats[style])

    def _text(self, text: str) -> None:
        style = "wrapped" if self.wraps else "quoted" if text.startswith(_RISKY) else ""
        self.page.write_string(self.row, self.column, _clean(text), self.formats.get(style))


def _clean(text: str) -> str:
    """A text as a cell can hold it; what looks like the library's own mark-up is kept from being taken for it."""
    kept = _NO_SIGN.sub("\ufffd", text[:_LONGEST])
    return f"{kept[: _LONGEST - 1]} " if kept.startswith("<r>") else kept


def _kept(value: Decimal) -> Decimal | None:
    """The number as a cell holds it; None where that would take digits from it."""
    if not value.is_finite():
        return None
    digits, exponent = value.as_tuple().digits, int(value.as_tuple().exponent)
    if exponent < -_PLACES and len(digits) > _DIGITS:
        return Decimal(f"{value:.{_DIGITS - 1}e}")  # a quotient: it has no last digit
    return value if len(value.normalize().as_tuple().digits) <= _DIGITS else None


def _day(number: int, kind: str) -> date:
    """The day of a number: 202610 of a month, 20261023 of a day."""
    if kind == "month":
        return date(number // 100, number % 100, 1)
    return day_of(number)
