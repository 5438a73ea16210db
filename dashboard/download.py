"""GET /export/<grid>.csv and .xlsx: the open table as a file, same rows, same filters, same columns, same order."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask, Response, abort, request, stream_with_context

from models.errors import NoSnapshotError, QuestionError
from models.links import record_link
from models.metrics.answer import RowColumn, RowPage
from models.snapshot import Snapshot
from models.texts import Text, _

from . import audit
from .about_file import about
from .auth.permissions import Permission, may
from .export import Export, GridRows, Order, exports
from .finding import hidden_of, parse_order
from .listing import rows_of
from .services import services
from .visit import Visit, current_person
from .workbook import CONTENT_TYPE, MOST_ROWS, Sheet, workbook

_BATCH = 5000
_ORIGIN: tuple[tuple[Text, int], ...] = (("Source system", 16), ("Source record", 16), ("Link", 48))
_WIDTHS = {"text": 28, "money": 18, "moment": 20}
_RISKY = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet takes such text for a formula


@dataclass(frozen=True, slots=True)
class _File:
    """A table on its way to be a file: what it is, for whom, and how it is read."""

    wanted: Export
    source: GridRows
    looking: Visit
    first: RowPage
    order: Order

    @property
    def columns(self) -> list[RowColumn]:
        """The columns that the reader sees by choice."""
        hidden = hidden_of(self.looking, self.wanted.key)
        return [one for one in self.first.columns if one.name not in hidden]

    @property
    def left_out(self) -> list[RowColumn]:
        """Those that they left out."""
        kept = {one.name for one in self.columns}
        return [one for one in self.first.columns if one.name not in kept]

    @property
    def is_bare(self) -> bool:
        """Whether no row is a record of a source system."""
        return self.wanted.of_record or self.wanted.of_members

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """All rows, read page by page."""
        page, offset = self.first, 0
        while True:
            yield from page.rows
            offset += len(page.rows)
            if not page.rows or offset >= self.first.total_rows:
                return
            page = self.source(self.looking, offset, _BATCH, self.order)


def add_downloads(server: Flask) -> None:
    """Add the export routes."""

    @server.get("/export/<name>.csv")
    def export(name: str) -> Response:
        found = _asked(name)
        return _sent(found, _lines(found), "csv", "text/csv; charset=utf-8")

    @server.get("/export/<name>.xlsx")
    def export_workbook(name: str) -> Response:
        found = _asked(name, MOST_ROWS)
        return _sent(found, _workbook(found), "xlsx", CONTENT_TYPE)


def _asked(name: str, most: int | None = None) -> _File:
    """The table that an address names; aborts where that is not allowed, makes no sense or is too much."""
    wanted = exports().get(name)
    if not may(current_person(), wanted.permission if wanted else Permission.EXPORT):
        abort(403)
    if wanted is None:
        abort(404)
    query = request.args.to_dict()
    path, order = query.pop("at", ""), parse_order(query.pop("order", ""))
    try:
        source, looking = rows_of(path, _search(path), name)
        first = source(looking, 0, _BATCH, order)
    except QuestionError as error:
        abort(400, str(error))
    except NoSnapshotError:
        abort(503, _("There is no data yet: the first sync is still running."))
    if most is not None and first.total_rows > most:
        abort(
            400,
            _(
                "A workbook holds {most} rows at most, and these are {count}. Take them as CSV, or narrow them with the "
                "filters or the search.",
                most=f"{most:,}",
                count=f"{first.total_rows:,}",
            ),
        )
    return _File(wanted, source, looking, first, order)


def _sent(
    found: _File, parts: Iterator[str] | Iterator[bytes], kind: str, content: str
) -> Response:
    _note(found.looking, found.wanted.key, found.first.total_rows, kind)
    name = _filename(found.wanted, found.looking.path, found.looking, kind)
    return Response(
        stream_with_context(parts),
        content_type=content,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def text_cell(value: Any, kind: str) -> str:
    """One value as a file holds it: exact, and never a formula."""
    if value is None:
        return ""
    if kind == "flag" or isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "day":
        return _iso(value)
    if kind == "moment":
        return _utc(value)
    if kind == "month":
        return f"{int(value) // 100:04d}-{int(value) % 100:02d}"
    if isinstance(value, Decimal | int):
        return str(value)
    text = str(value)
    return f"'{text}" if text.startswith(_RISKY) else text


def _lines(found: _File) -> Iterator[str]:
    origin = [] if found.is_bare else [_(title) for title, _size in _ORIGIN]
    yield "\ufeff" + _line([_(column.title) for column in found.columns] + origin)
    for row in found.rows():
        yield _line(
            [text_cell(row.get(column.name), column.type) for column in found.columns]
            + ([] if found.is_bare else _origin(row, found.looking.snapshot))
        )


def _workbook(found: _File) -> Iterator[bytes]:
    """The rows on one sheet, what they are on another."""
    columns, origin = found.columns, () if found.is_bare else _ORIGIN
    data = Sheet(
        name=_("Data"),
        heads=[*(_(column.title) for column in columns), *(_(title) for title, _size in origin)],
        kinds=[*(column.type for column in columns), *("text" for _place in origin)],
        widths=[*(_width(column) for column in columns), *(width for _title, width in origin)],
        rows=(
            [
                *(row.get(column.name) for column in columns),
                *(() if found.is_bare else _origin(row, found.looking.snapshot)),
            ]
            for row in found.rows()
        ),
    )
    lines = list(about(found.wanted, found.looking, found.first, found.left_out))
    told = Sheet(
        name=_("Definition"),
        heads=(_("What"), _("Says")),
        kinds=("text", "any"),
        widths=(34, 100),
        rows=lines,
        wraps=True,
    )
    return workbook([data, told], found.looking.services.clock())


def _width(column: RowColumn) -> int:
    return max(_WIDTHS.get(column.type, 16), min(len(_(column.title)) + 4, 40))


def _origin(row: Mapping[str, Any], snapshot: Snapshot) -> list[str]:
    system = str(row.get("system") or "")
    source = snapshot.sources.get(system)
    url = (
        record_link(system, row.get("record_type"), row.get("record_id"), source.record_url)
        if source
        else None
    )
    return [system, str(row.get("record_id") or ""), url or ""]


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _iso(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    number = int(value)
    return f"{number // 10000:04d}-{number // 100 % 100:02d}-{number % 100:02d}"


def _utc(value: datetime) -> str:
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _search(path: str) -> str:
    """The address's own query: what the export adds is taken off."""
    kept = [
        part
        for part in request.query_string.decode().split("&")
        if part and part.split("=", 1)[0] not in {"at", "order"}
    ]
    return f"?{'&'.join(kept)}" if kept else ""


def _filename(wanted: Export, path: str, looking: Visit, kind: str) -> str:
    if wanted.of_record:
        return f"{wanted.key.replace('_', '-')}-{looking.services.clock():%Y-%m-%d}.{kind}"
    parts = [wanted.key] if wanted.of_members else path.split("/")
    words = [part for part in parts if part] + [looking.query.get("side", "")]
    name = "-".join(word for word in words if word) or "rows"
    safe = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in name)
    return f"{safe}-{looking.period}.{kind}"


def _note(looking: Visit, name: str, rows: int, kind: str) -> None:
    here = services()
    audit.note(
        here.record,
        here.clock(),
        looking.person.subject,
        "export",
        {
            "path": looking.path,
            "search": looking.search,
            "table": name,
            "rows": rows,
            "file": kind,
        },
    )
