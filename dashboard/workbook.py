"""A workbook (XLSX, as Office Open XML defines it) that is sent while it is written.

Libraries finish a file before its first byte leaves; here a row is packed and sent as it is read, so that neither
memory nor disk grows with the rows, and a download begins at once. Cells are typed, and no text is ever a formula.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from html import escape
from typing import Any

MOST_ROWS = 500_000  # of one sheet; Excel takes 1,048,576, but hardly opens them
_LONGEST = 32_767  # letters of one cell, as Excel takes them
_DIGITS = 15  # what Excel keeps of a number
_PLACES = 4  # decimals of amounts and hours; a number with more is a quotient
_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)  # day 0 of Excel's calendar, right from March 1900 on
_FIRST_DAY = date(1900, 3, 1)
_RISKY = ("=", "+", "-", "@", "\t", "\r")  # such text becomes a formula once somebody edits it
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NO_SIGN = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_EMPTIED = 64 * 1024  # bytes that are gathered before they are sent

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
CONTENT_TYPE = f"{_KIND}.sheet"

# places among the cell formats of `_styles`
_PLAIN, _HEAD, _NUMBER, _WHOLE, _DAY, _MOMENT, _MONTH, _QUOTED, _WRAPPED = range(9)


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


class _Pipe:
    """What the archive writes into: it cannot go back, and is emptied again and again."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """There is nothing behind it."""

    def taken(self) -> bytes:
        """What was written since."""
        found, self._parts, self.size = b"".join(self._parts), [], 0
        return found


def workbook(sheets: Sequence[Sheet], made: datetime) -> Iterator[bytes]:
    """The bytes of a workbook, in pieces.

    Args:
        made: what the parts of the archive are dated.
    """
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, text in _parts(sheets):
            archive.writestr(_entry(name, made), text)
        for place, sheet in enumerate(sheets, start=1):
            with archive.open(_entry(f"xl/worksheets/sheet{place}.xml", made), "w") as part:
                for text in _sheet(sheet, is_first=place == 1):
                    part.write(text.encode())
                    if pipe.size >= _EMPTIED:
                        yield pipe.taken()
    yield pipe.taken()


def _entry(name: str, made: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, made.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def cell(place: str, value: Any, kind: str, *, wraps: bool = False) -> str:
    """One cell; nothing for nothing."""
    if value is None or value == "":
        return ""
    if kind == "flag":
        return f'<c r="{place}" t="b"><v>{int(bool(value))}</v></c>'
    if kind in {"day", "month", "moment"}:
        return _dated(place, value, kind)
    if isinstance(value, datetime):
        return _dated(place, value, "moment")
    if isinstance(value, int | Decimal):
        return _number(place, value, kind)
    text = str(value)
    style = _WRAPPED if wraps else _QUOTED if text.startswith(_RISKY) else _PLAIN
    return _text(place, text, style)


def _text(place: str, text: str, style: int) -> str:
    text = _ESCAPED.sub("_x005F_", text[:_LONGEST])
    text = _CONTROLS.sub(lambda found: f"_x{ord(found[0]):04X}_", _NO_SIGN.sub("\ufffd", text))
    told = escape(text, quote=False)
    return (
        f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{told}</t></is></c>'
    )


def _number(place: str, value: int | Decimal, kind: str) -> str:
    """A number cell where it holds the number without loss; else its digits as text."""
    exact = Decimal(value)
    if not exact.is_finite():
        return _text(place, str(exact), _PLAIN)
    digits, exponent = exact.as_tuple().digits, int(exact.as_tuple().exponent)
    if exponent < -_PLACES:  # a quotient: it has no last digit that could be kept
        exact = +exact.normalize() if len(digits) <= _DIGITS else _rounded(exact)
    elif len(digits) > _DIGITS and len(exact.normalize().as_tuple().digits) > _DIGITS:
        return _text(place, f"{exact:f}", _PLAIN)
    style = _WHOLE if kind == "integer" or isinstance(value, int) else _NUMBER
    return f'<c r="{place}" s="{style}"><v>{exact:f}</v></c>'


def _rounded(value: Decimal) -> Decimal:
    return Decimal(f"{value:.{_DIGITS - 1}e}")


def _dated(place: str, value: Any, kind: str) -> str:
    if kind == "moment":
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        passed = aware - _EPOCH
        serial = Decimal(passed.days) + (Decimal(passed.seconds) / 86400).quantize(
            Decimal("1.000000")
        )
        return f'<c r="{place}" s="{_MOMENT}"><v>{serial.normalize():f}</v></c>'
    day = value if isinstance(value, date) else _day(int(value), kind)
    if day < _FIRST_DAY:
        return _text(place, day.isoformat()[: 7 if kind == "month" else 10], _PLAIN)
    style = _MONTH if kind == "month" else _DAY
    return f'<c r="{place}" s="{style}"><v>{(day - _EPOCH.date()).days}</v></c>'


def _day(number: int, kind: str) -> date:
    """The day of a number: 202610 of a month, 20261023 of a day."""
    if kind == "month":
        return date(number // 100, number % 100, 1)
    return date(number // 10000, number // 100 % 100, number % 100)


def _letters(place: int) -> str:
    """The name of a column: A, …, Z, AA, …"""
    name = ""
    while place >= 0:
        name, place = chr(65 + place % 26) + name, place // 26 - 1
    return name


def _sheet(sheet: Sheet, *, is_first: bool) -> Iterator[str]:
    names = [_letters(place) for place in range(len(sheet.heads))]
    selected = ' tabSelected="1"' if is_first else ""
    widths = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
        for place, width in enumerate(sheet.widths, start=1)
    )
    yield (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView{selected} workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData><row r="1">'
        + "".join(
            _text(f"{name}1", head, _HEAD) for name, head in zip(names, sheet.heads, strict=True)
        )
        + "</row>"
    )
    last = 1
    for last, row in enumerate(sheet.rows, start=2):
        cells = zip(names, row, sheet.kinds, strict=True)
        told = [
            cell(f"{name}{last}", value, kind, wraps=sheet.wraps) for name, value, kind in cells
        ]
        yield f'<row r="{last}">{"".join(told)}</row>'
    ends = "" if sheet.wraps else f'<autoFilter ref="A1:{names[-1]}{last}"/>'
    yield f"</sheetData>{ends}</worksheet>"


def _parts(sheets: Sequence[Sheet]) -> Iterator[tuple[str, str]]:
    """The parts of the archive beside the sheets."""
    numbered = list(enumerate(sheets, start=1))
    of_sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{place}.xml" ContentType="{_KIND}.worksheet+xml"/>'
        for place, _ in numbered
    )
    yield (
        "[Content_Types].xml",
        (
            f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>{of_sheets}'
            f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>'
        ),
    )
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    targets = [("worksheet", f"worksheets/sheet{place}.xml") for place, _ in numbered]
    yield "xl/_rels/workbook.xml.rels", _relations([*targets, ("styles", "styles.xml")])
    told = "".join(
        f'<sheet name="{escape(sheet.name)}" sheetId="{place}" r:id="rId{place}"/>'
        for place, sheet in numbered
    )
    yield (
        "xl/workbook.xml",
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{told}</sheets></workbook>',
    )
    yield "xl/styles.xml", _styles()


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    told = "".join(
        f'<Relationship Id="rId{place}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for place, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'


def _styles() -> str:
    formats = {164: "#,##0.00##", 165: "yyyy-mm-dd", 166: "yyyy-mm-dd hh:mm:ss", 167: "yyyy-mm"}
    written = "".join(
        f'<numFmt numFmtId="{number}" formatCode="{code}"/>' for number, code in formats.items()
    )
    top = '<alignment vertical="top" wrapText="1"/>'
    cells = (
        _format(0),
        _format(0, 'fontId="1" applyFont="1"'),
        _format(164),
        _format(1),
        _format(165),
        _format(166),
        _format(167),
        _format(0, 'quotePrefix="1"'),
        _format(0, 'applyAlignment="1"', top),
    )
    return (
        f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="{len(formats)}">{written}</numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(cells)}">{"".join(cells)}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _format(number: int, more: str = "", inner: str = "") -> str:
    font = "" if "fontId" in more else 'fontId="0" '
    applied = ' applyNumberFormat="1"' if number else ""
    head = f'<xf numFmtId="{number}" {font}fillId="0" borderId="0" xfId="0"{applied}'
    head += f" {more}" if more else ""
    return f"{head}>{inner}</xf>" if inner else f"{head}/>"
