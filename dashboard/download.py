"""GET /export/<grid>.csv: the open table as a file, same rows, same filters, same order."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask, Response, abort, request, stream_with_context

from models.errors import NoSnapshotError, QuestionError
from models.links import record_link
from models.metrics.answer import RowPage
from models.snapshot import Snapshot

from . import audit
from .auth.permissions import Permission, may
from .export import Export, GridRows, Order, exports
from .listing import parse_order, rows_of
from .services import services
from .visit import Visit, current_person

_BATCH = 5000
_RISKY = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet takes such text for a formula


def add_downloads(server: Flask) -> None:
    """Add the export route."""

    @server.get("/export/<name>.csv")
    def export(name: str) -> Response:
        wanted = exports().get(name)
        if not may(current_person(), wanted.permission if wanted else Permission.EXPORT):
            abort(403)
        if wanted is None:
            abort(404)
        query = request.args.to_dict()
        path, order = query.pop("at", ""), parse_order(query.pop("order", ""))
        search = _search(path)
        try:
            source, looking = rows_of(path, search, name)
            first = source(looking, 0, _BATCH, order)
        except QuestionError as error:
            abort(400, str(error))
        except NoSnapshotError:
            abort(503, "There is no data yet: the first sync is still running.")
        _note(looking, name, first.total_rows)
        return Response(
            stream_with_context(_lines(wanted, source, looking, first, order)),
            content_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="{_filename(wanted, path, looking)}"'
            },
        )


def text_cell(value: Any, kind: str) -> str:
    """One value as a file holds it: exact, and never a formula."""
    if value is None:
        return ""
    if kind == "flag":
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


def _lines(
    wanted: Export, source: GridRows, looking: Visit, first: RowPage, order: Order
) -> Iterator[str]:
    columns = first.columns
    bare = wanted.of_record or wanted.of_members
    origin = [] if bare else ["Source system", "Source record", "Link"]
    yield "\ufeff" + _line([column.title for column in columns] + origin)
    page, offset = first, 0
    while True:
        for row in page.rows:
            yield _line(
                [text_cell(row.get(column.name), column.type) for column in columns]
                + ([] if bare else _origin(row, looking.snapshot))
            )
        offset += len(page.rows)
        if not page.rows or offset >= first.total_rows:
            return
        page = source(looking, offset, _BATCH, order)


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


def _filename(wanted: Export, path: str, looking: Visit) -> str:
    if wanted.of_record:
        return f"{wanted.key.replace('_', '-')}-{looking.services.clock():%Y-%m-%d}.csv"
    parts = [wanted.key] if wanted.of_members else path.split("/")
    words = [part for part in parts if part] + [looking.query.get("side", "")]
    name = "-".join(word for word in words if word) or "rows"
    safe = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in name)
    return f"{safe}-{looking.period}.csv"


def _note(looking: Visit, name: str, rows: int) -> None:
    here = services()
    audit.note(
        here.record,
        here.clock(),
        looking.person.subject,
        "export",
        {"path": looking.path, "search": looking.search, "table": name, "rows": rows},
    )
