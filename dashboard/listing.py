"""The grids' callbacks: a block of rows for a page's grid, within the visit's scope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, State, no_update
from flask import abort

from .components.grid import BLOCK, grid_rows
from .export import GridRows, Order, exports
from .filters import pairs
from .finding import list_key, order_text
from .page import Access, page_at
from .preferences import keep_hidden
from .services import services
from .visit import Visit, access, current_person, visit

_MOST = 1000  # rows in one block, whatever the browser asks for


def rows_of(path: str, search: str, name: str) -> tuple[GridRows, Visit]:
    """The rows of a page's grid and the visit to ask them with; aborts where that is not allowed."""
    found = visit(path, search)
    if found is None:
        abort(404)
    page, looking = found
    export = exports().get(name)
    if export is None or export.page != page.key:
        abort(404)
    verdict = access(page, looking)
    if verdict is not Access.OPEN:
        abort(verdict.value)
    return export.rows, looking


def export_address(
    path: str, search: str, name: str, order: Order = (), *, kind: str = "csv"
) -> str:
    """Where the grid's rows can be had as a file: 'csv' or 'xlsx'."""
    query = [("at", path)]
    query += [(name, text) for name, text in pairs(search) if name != "order"]
    if order:
        query.append(("order", order_text(order)))
    return f"/export/{name}.{kind}?{urlencode(query)}"


def add_listing(app: Dash) -> None:
    """Bind the grids."""
    app.clientside_callback(
        ClientsideFunction("oneview", "narrowGrid"),
        Output({"type": "grid", "name": MATCH}, "columnDefs"),
        Input({"type": "grid", "name": MATCH}, "id"),
        State({"type": "grid", "name": MATCH}, "columnDefs"),
    )

    app.clientside_callback(  # how a grid is sorted stands in the address
        ClientsideFunction("oneview", "keepSort"),
        Input({"type": "grid", "name": ALL}, "getRowsRequest"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output("columns-kept", "data"),
        Input("columns-left", "data"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    def keep_columns(left: Mapping[str, Any] | None, path: str) -> Any:
        name, columns = (left or {}).get("name"), (left or {}).get("hidden")
        if not isinstance(name, str) or not isinstance(columns, list) or page_at(path) is None:
            abort(400)
        here, key = services(), list_key(path, name)
        keep_hidden(
            here.record, current_person().subject, key, [str(one) for one in columns], here.clock()
        )
        return {"list": key, "at": here.clock().isoformat()}

    @app.callback(
        Output({"type": "grid", "name": MATCH}, "getRowsResponse"),
        Output({"type": "export", "name": MATCH}, "href"),
        Output({"type": "workbook", "name": MATCH}, "href"),
        Input({"type": "grid", "name": MATCH}, "getRowsRequest"),
        State({"type": "grid", "name": MATCH}, "id"),
        State("url", "pathname"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def block(
        asked: Mapping[str, Any] | None, own: Mapping[str, str], path: str, search: str
    ) -> Any:
        if not asked:
            return no_update, no_update, no_update
        source, looking = rows_of(path, search or "", own["name"])
        start = max(int(asked.get("startRow") or 0), 0)
        limit = min(max(int(asked.get("endRow") or 0) - start, BLOCK), _MOST)
        order = [(one["colId"], one["sort"] == "desc") for one in asked.get("sortModel") or ()]
        page = source(looking, start, limit, order)
        rows = grid_rows(page.rows, page.columns, looking.snapshot)
        return (
            {"rowData": rows, "rowCount": page.total_rows},
            export_address(path, search or "", own["name"], order),
            export_address(path, search or "", own["name"], order, kind="xlsx"),
        )
