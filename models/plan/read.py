"""Reads the rows of an uploaded file, CSV or XLSX; what it holds is data, never run."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import QuestionError
from ..texts import _
from .columns import COLUMNS, NAMES, REQUIRED, plain

LIMIT_BYTES = 1_000_000
LIMIT_ROWS = 20_000
_UNPACKED = 50_000_000  # bytes that a workbook may unpack to
_PARTS = 1_000
_CHUNK = 65_536
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_SEPARATORS = ",;\t"

Cells = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a file by the number a person sees beside them; empty ones are left out."""

    rows: Sequence[tuple[int, Cells]]


def read_sheet(name: str, content: bytes) -> Sheet:
    """Read a file.

    Raises:
        QuestionError: it is too large, of another kind, or its heading is wrong; nothing was taken.
    """
    if len(content) > LIMIT_BYTES:
        raise _refused(
            name,
            _(
                "has {size} MB; at most {most} MB can be read. Divide it by year or department, and upload the parts as versions of their own.",
                size=f"{len(content) / 1000000.0:,.1f}",
                most=f"{LIMIT_BYTES / 1000000.0:,.0f}",
            ),
        )
    if content.startswith(_OLD_EXCEL):
        raise _refused(
            name, _("is an old or protected workbook. Save it as .xlsx without a password.")
        )
    lines = _workbook(name, content) if content.startswith(_ZIP) else _text(name, content)
    return _sheet(name, lines)


def _refused(name: str, what: str) -> QuestionError:
    return QuestionError(_("{name} {what} Nothing was taken.", name=name, what=what))


def _sheet(name: str, lines: Iterable[Sequence[Any]]) -> Sheet:
    """The heading is the first line that holds anything."""
    heading: dict[int, str] | None = None
    rows: list[tuple[int, Cells]] = []
    for number, line in enumerate(lines, start=1):
        if not any(_filled(cell) for cell in line):
            continue
        if heading is None:
            heading = _heading(name, number, line)
            continue
        if len(rows) >= LIMIT_ROWS:
            raise _refused(
                name,
                _(
                    "has more than {count} rows. Divide it, and upload the parts.",
                    count=f"{LIMIT_ROWS:,}",
                ),
            )
        rows.append((number, _cells(heading, line)))
    if not rows:
        raise _refused(name, _("has no rows below a heading."))
    return Sheet(rows)


def _filled(cell: Any) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _cells(heading: Mapping[int, str], line: Sequence[Any]) -> Cells:
    found = {heading[place]: cell for place, cell in enumerate(line) if place in heading}
    beyond = [cell for place, cell in enumerate(line) if place not in heading and _filled(cell)]
    return {key: cell for key, cell in found.items() if _filled(cell)} | (
        {"": beyond[0]} if beyond else {}
    )


def _heading(name: str, number: int, line: Sequence[Any]) -> dict[int, str]:
    found: dict[int, str] = {}
    for place, cell in enumerate(line):
        if not _filled(cell):
            continue
        key = NAMES.get(plain(str(cell)))
        if key is None:
            raise _refused(
                name,
                _(
                    "row {number}: there is no column '{cell}'. Name it as one of {columns}, or take it out.",
                    number=number,
                    cell=str(cell)[:60],
                    columns=", ".join(COLUMNS),
                ),
            )
        if key in found.values():
            raise _refused(
                name,
                _(
                    "row {number}: two columns say '{key}'. Keep one of them.",
                    number=number,
                    key=key,
                ),
            )
        found[place] = key
    missing = [key for key in REQUIRED if key not in found.values()]
    if missing:
        raise _refused(
            name,
            _(
                "row {number}: the heading lacks {missing}. A plan has the columns {required} and amount or hours.",
                number=number,
                missing=" and ".join(missing),
                required=", ".join(REQUIRED),
            ),
        )
    return found


def _text(name: str, content: bytes) -> Iterator[Sequence[str]]:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _refused(
            name, _("is neither a workbook nor text in UTF-8. Save it as .xlsx or as CSV UTF-8.")
        ) from error
    if "\x00" in text:
        raise _refused(name, _("is neither a workbook nor text. Save it as .xlsx or as CSV UTF-8."))
    first = next((line for line in text.splitlines() if line.strip(" ,;\t")), "")
    separator = max(_SEPARATORS, key=first.count)
    try:
        yield from _by_line(text, separator)
    except csv.Error as error:
        raise _refused(name, _("is no CSV: {error}.", error=error)) from error


def _by_line(text: str, separator: str) -> Iterator[Sequence[str]]:
    """Records at the number of the line each begins on, so that a quoted line break shifts nothing."""
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True, skipinitialspace=True)
    line = 0
    for record in reader:
        begins = reader.line_num - sum(cell.count("\n") for cell in record)
        yield from ([] for _ in range(begins - line - 1))
        yield record
        line = begins


def _workbook(name: str, content: bytes) -> Iterator[Sequence[Any]]:
    """The first sheet; of a formula the value it had when the workbook was saved."""
    _check_unpacked(name, content)
    from python_calamine import CalamineError, CalamineWorkbook  # only who uploads pays for it

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = workbook.get_sheet_by_index(0)
        if sheet.height > LIMIT_ROWS * 2 or sheet.width > 1000:
            raise _refused(
                name,
                _(
                    "has a sheet of {height} rows and {width} columns. Divide it.",
                    height=f"{sheet.height:,}",
                    width=f"{sheet.width:,}",
                ),
            )
        yield from sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError, ValueError, OSError) as error:
        raise _refused(name, _("cannot be read as a workbook: {error}.", error=error)) from error


def _check_unpacked(name: str, content: bytes) -> None:
    """Unpack it once, counting: what a workbook says of its size may be a lie."""
    unpacked = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > _PARTS:
                raise _refused(
                    name,
                    _("has {count} parts; a workbook of a plan has few.", count=f"{len(parts):,}"),
                )
            if "xl/workbook.xml" not in archive.namelist():
                raise _refused(name, _("is no workbook. Save it as .xlsx or as CSV UTF-8."))
            for part in parts:
                with archive.open(part) as stream:
                    while chunk := stream.read(_CHUNK):
                        unpacked += len(chunk)
                        if unpacked > _UNPACKED:
                            raise _refused(
                                name,
                                _(
                                    "unpacks to more than {count} MB. Copy the rows into a new workbook.",
                                    count=f"{_UNPACKED / 1000000.0:,.0f}",
                                ),
                            )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise _refused(name, _("is damaged or protected: {error}.", error=error)) from error
