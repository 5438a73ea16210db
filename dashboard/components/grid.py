"""The table of rows: paged and sorted by the server, a link to the source system on each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import dash_ag_grid as dag
from dash import html
from dash.development.base_component import Component

from models.links import record_link
from models.metrics.answer import RowColumn
from models.period import Month
from models.snapshot import Snapshot

from .. import formats
from .words import SYSTEM_TITLES

BLOCK = 100
_NUMBERS = frozenset({"money", "hours", "integer", "days"})
_WIDTHS = {
    "day": 122, "month": 112, "money": 150, "hours": 110, "integer": 120, "days": 120, "flag": 100,
}
_TEXT_WIDTHS = {
    "project": 260, "customer": 220, "memo": 240, "description": 260, "notes": 260, "person": 180,
    "account": 220, "number": 140, "currency": 100, "project_code": 140, "measure": 210, "type": 120,
}


def grid(
    name: str, columns: Sequence[RowColumn], *, currency: str, label: str, one_measure: bool = False
) -> Component:
    """An empty grid that asks for its rows as the reader scrolls."""
    link = {
        "field": "_link", "headerName": "Source record", "cellRenderer": "RecordLink", "width": 170,
        "sortable": False, "pinned": None,
    }
    table = dag.AgGrid(
        id={"type": "grid", "name": name},
        columnDefs=[
            *(_column(column, currency) for column in columns
              if not (one_measure and column.name == "measure")),
            link,
        ],
        defaultColDef={"sortable": True, "resizable": True, "suppressMovable": True,
                       "tooltipValueGetter": {"function": "params.value"}},
        rowModelType="infinite",
        dashGridOptions={
            "cacheBlockSize": BLOCK, "maxBlocksInCache": 30, "rowBuffer": 20, "rowHeight": 36,
            "headerHeight": 38, "tooltipShowDelay": 600, "suppressCellFocus": False,
            "infiniteInitialRowCount": 20, "enableCellTextSelection": True,
        },
        className="rows-grid", style={"height": "100%", "width": "100%"},
        columnSize=None,
    )
    return html.Div(table, className="grid-region", role="region", **{"aria-label": label})


def grid_rows(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[RowColumn], snapshot: Snapshot
) -> list[dict[str, Any]]:
    """Rows as the grid shows them: text, and the link to the record."""
    return [
        {column.name: cell(row.get(column.name), column.type) for column in columns}
        | {"_link": _link(row, snapshot)}
        for row in rows
    ]


def cell(value: Any, kind: str) -> str:
    """One value as a reader sees it."""
    if value is None:
        return formats.MISSING
    if kind == "day":
        return formats.day(value)
    if kind == "month":
        return formats.month_name(Month.from_key(int(value)), long=False)
    if kind == "flag":
        return "Yes" if value else "No"
    if kind == "money":
        return formats.full_money(Decimal(value), None)
    if kind in {"hours", "days"}:
        return formats.two_places(Decimal(value))
    return str(value)


def _column(column: RowColumn, currency: str) -> dict[str, Any]:
    number = column.type in _NUMBERS
    title = column.title
    if column.name == "contribution" and column.type == "money":
        title = f"{title} ({currency})"
    found: dict[str, Any] = {
        "field": column.name, "headerName": title,
        "width": _TEXT_WIDTHS.get(column.name, 160) if column.type == "text" else _WIDTHS.get(column.type, 140),
    }
    if number:
        found |= {"type": "rightAligned", "cellClass": "figures ag-right-aligned-cell"}
    if column.name == "contribution":
        found |= {"pinned": "right", "cellClass": "figures contribution ag-right-aligned-cell", "width": 172}
    return found


def _link(row: Mapping[str, Any], snapshot: Snapshot) -> dict[str, str] | None:
    system = row.get("system")
    source = snapshot.sources.get(system) if system else None
    if source is None:
        return None
    url = record_link(str(system), row.get("record_type"), row.get("record_id"), source.record_url)
    if url is None:
        return None
    return {"url": url, "text": f"{row['record_id']}", "system": SYSTEM_TITLES[str(system)]}
