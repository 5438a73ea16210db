"""The table of rows: paged and sorted by the server, a link to the source system on each row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import dash_ag_grid as dag
from dash import html
from dash.development.base_component import Component

from models.links import record_link
from models.metrics.answer import RowColumn
from models.metrics.dimensions import DIMENSIONS
from models.period import Month
from models.snapshot import Snapshot
from models.texts import Text, _

from .. import formats
from .words import SYSTEM_TITLES

BLOCK = 100
_NUMBERS = frozenset({"money", "hours", "integer", "days", "number", "share"})
_WIDTHS = {
    "day": 122,
    "month": 112,
    "money": 150,
    "hours": 110,
    "integer": 120,
    "days": 120,
    "flag": 100,
    "moment": 214,
}
_TEXT_WIDTHS = {
    "project": 260,
    "customer": 220,
    "memo": 240,
    "description": 260,
    "notes": 260,
    "person": 180,
    "account": 220,
    "number": 140,
    "currency": 100,
    "project_code": 140,
    "measure": 210,
    "type": 120,
}

_SAYS: Mapping[str, Text] = {  # what the grid says by itself, to the eye and to screen readers
    "loadingOoo": "Loading …",
    "loadingError": "Could not be loaded",
    "noRowsToShow": "No rows to show",
    "noMatchingRows": "No rows to show",
    "ariaSortableColumn": "Press Enter to sort",
    "ariaSkeletonCellLoading": "The row is loading",
    "ariaSkeletonCellLoadingFailed": "The row could not be loaded",
    "ariaDeferSkeletonCellLoading": "The cell is loading",
    "ariaLabelTooltip": "The whole text",
    "ariaPageSizeSelectorLabel": "Rows on a page",
    "firstPage": "First page",
    "previousPage": "Previous page",
    "nextPage": "Next page",
    "lastPage": "Last page",
    "page": "Page",
    "pageSizeSelectorLabel": "Rows on a page:",
    "to": "to",
    "of": "of",
    "more": "more",
}


def grid(
    name: str,
    columns: Sequence[RowColumn],
    *,
    currency: str,
    label: str,
    hidden: frozenset[str] = frozenset(),
    linked: bool = True,
    order: Sequence[tuple[str, bool]] = (),
) -> Component:
    """An empty grid that asks for its rows as the reader scrolls, in an order (column, descending)."""
    shown = [_column(column, currency) for column in columns if column.name not in hidden]
    for place, (name_of_column, descending) in enumerate(order):
        for column in shown:
            if column["field"] == name_of_column:
                column |= {"sort": "desc" if descending else "asc", "sortIndex": place}
    filling = [column for column in shown if "pinned" not in column]
    if filling:  # the last words take what is left, so that rows reach from edge to edge
        last = next((column for column in reversed(filling) if "type" not in column), filling[-1])
        last |= {"flex": 1, "minWidth": last.pop("width")}
    link = (
        [
            {
                "field": "_link",
                "headerName": _("Record"),
                "cellRenderer": "RecordLink",
                "width": 112,
                "sortable": False,
            }
        ]
        if linked
        else []
    )
    table = dag.AgGrid(
        id={"type": "grid", "name": name},
        columnDefs=[*link, *shown],
        defaultColDef={
            "sortable": True,
            "resizable": True,
            "suppressMovable": True,
            "wrapHeaderText": True,
            "tooltipValueGetter": {"function": "params.value"},
        },
        rowModelType="infinite",
        dashGridOptions={
            "cacheBlockSize": BLOCK,
            "maxBlocksInCache": 30,
            "rowBuffer": 20,
            "rowHeight": 36,
            "headerHeight": 38,
            "tooltipShowDelay": 600,
            "suppressCellFocus": False,
            "infiniteInitialRowCount": 20,
            "enableCellTextSelection": True,
            "localeText": {key: _(text) for key, text in _SAYS.items()},
        },
        className="rows-grid",
        style={"height": "100%", "width": "100%"},
        columnSize=None,
    )
    return html.Div(table, className="grid-region", role="region", **{"aria-label": label})


def grid_rows(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[RowColumn], snapshot: Snapshot
) -> list[dict[str, Any]]:
    """Rows as the grid shows them: text, and the link to the record."""
    return [
        {column.name: _worded(column, row.get(column.name)) for column in columns}
        | {"_link": _link(row, snapshot)}
        for row in rows
    ]


def cell(value: Any, kind: str) -> str:
    """One value as a reader sees it."""
    if value is None:
        return formats.MISSING
    return _READ.get(kind, str)(value)


def _as_it_is(value: Any) -> str:
    """A value of a column that holds several kinds."""
    if isinstance(value, bool):
        return cell(value, "flag")
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, int):
        return formats.count(value)
    return formats.two_places(value) if isinstance(value, Decimal) else str(value)


_READ: Mapping[str, Callable[[Any], str]] = {
    "any": _as_it_is,
    "day": formats.day,
    "days": lambda value: formats.two_places(Decimal(value)),
    "flag": lambda value: _("Yes") if value else _("No"),
    "hours": lambda value: formats.two_places(Decimal(value)),
    "moment": formats.moment,
    "money": lambda value: formats.full_money(Decimal(value), None),
    "month": lambda value: formats.month_name(Month.from_key(int(value)), long=False),
    "number": lambda value: formats.quantity(Decimal(value)),
    "share": lambda value: formats.percent(Decimal(value), 2),
}


def _worded(column: RowColumn, value: Any) -> str:
    text = cell(value, column.type)
    if column.name == "status":  # the facts hold it in lower case
        return _(text.capitalize())
    about = DIMENSIONS.get(column.name)
    return _(about.words[text]) if about and text in about.words else text


def _column(column: RowColumn, currency: str) -> dict[str, Any]:
    number = column.type in _NUMBERS
    title = _(column.title)
    if column.name == "contribution":
        title = {"money": f"{title} ({currency})", "hours": _("Hours"), "days": _("Days")}.get(
            column.type, title
        )
    found: dict[str, Any] = {
        "field": column.name,
        "headerName": title,
        "width": _width(column),
    }
    if number:
        found |= {"type": "rightAligned", "cellClass": "figures ag-right-aligned-cell"}
    if column.name == "contribution":
        found |= {
            "pinned": "right",
            "cellClass": "figures contribution ag-right-aligned-cell",
            "width": 172,
        }
    return found


def _width(column: RowColumn) -> int:
    if column.type == "text":
        return _TEXT_WIDTHS.get(column.name, 160)
    return max(_WIDTHS.get(column.type, 140), 36 + 8 * len(_(column.title)))


def _link(row: Mapping[str, Any], snapshot: Snapshot) -> dict[str, str] | None:
    system = row.get("system")
    source = snapshot.sources.get(system) if system else None
    if source is None:
        return None
    url = record_link(str(system), row.get("record_type"), row.get("record_id"), source.record_url)
    if url is None:
        return None
    return {
        "url": url,
        "text": f"{row['record_id']}",
        "system": SYSTEM_TITLES[str(system)],
        "title": _("Open in {system}", system=SYSTEM_TITLES[str(system)]),
    }
