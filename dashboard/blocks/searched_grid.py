"""A table of rows with what stands above it: the search, the choice of columns, and what was found."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256

from dash import html
from dash.development.base_component import Component

from models.metrics.answer import RowColumn, RowPage
from models.texts import _

from .. import formats
from ..components.grid import BLOCK, grid
from ..components.list_tools import column_chooser, found_line, nothing_found, search_box
from ..filters import pairs
from ..finding import HIDE, SORT, find_of, hidden_of, left, order_of
from ..visit import Visit

_STAYS = "contribution"  # what the rows are about


def searched_grid(
    visit: Visit,
    name: str,
    found: RowPage,
    whole: int,
    *,
    label: str,
    sums: Callable[[RowPage], str],
    same: frozenset[str] = frozenset(),
    linked: bool = True,
    tall: bool = False,
) -> Component:
    """The grid of an export's rows.

    Args:
        found: its first rows as the address asks for them, with their number and sums.
        whole: how many rows there are without the search.
        sums: what the rows found sum to, in words.
        same: columns that say the same on every row, and are not shown.
    """
    offered = [one for one in found.columns if one.name not in same | {_STAYS}]
    kept = left([one.name for one in offered], hidden_of(visit, name))
    hidden = same | {one.name for one in offered if one.name not in kept}
    find = find_of(visit, name)
    return html.Div(
        [
            html.Div(
                [search_box(visit, name, label), column_chooser(visit, name, _titles(offered))],
                className="list-tools",
            ),
            _found(visit, name, found, whole, sums) if find else None,
            html.Div(
                grid(
                    name,
                    found.columns,
                    currency=visit.snapshot.reporting_currency,
                    label=label,
                    linked=linked,
                    hidden=hidden,
                    order=order_of(visit, name),
                ),
                id={"type": "grid-of", "name": name, "of": _mark(visit, name)},
                className="grid-frame tall" if tall else "grid-frame",
                style={"--rows": str(found.total_rows)},
                **_on_paper(found.total_rows),
            )
            if found.total_rows
            else None,
        ]
    )


def _on_paper(count: int) -> dict[str, str]:
    """How many of the rows are printed; what else a reader of the paper should know."""
    if count <= BLOCK:
        return {"data-most": str(count)}
    said = _(
        "The first {first} of {count} rows; the export has them all.",
        first=formats.count(BLOCK),
        count=formats.count(count),
    )
    return {"data-most": str(BLOCK), "data-paper": said}


def together(found: RowPage, currency: str | None) -> str:
    """What the rows found sum to, where they make one sum."""
    if found.totals.keys() != {"value"} or not found.columns:
        return ""
    return quantity(found.totals["value"], found.columns[-1].type, currency)


def quantity(total: Decimal, kind: str, currency: str | None) -> str:
    """A sum of contributions of a kind."""
    if kind == "money":
        return formats.full_money(total, currency)
    if kind in {"hours", "days"}:
        return (
            _("{number} h", number=formats.two_places(total))
            if kind == "hours"
            else _("{number} days", number=formats.two_places(total))
        )
    return formats.quantity(total)


def _found(
    visit: Visit, name: str, found: RowPage, whole: int, sums: Callable[[RowPage], str]
) -> Component:
    if not found.total_rows:
        return nothing_found(visit, name, _("the {count} rows", count=formats.count(whole)))
    return found_line(visit, name, found.total_rows, whole, sums(found))


def _titles(columns: list[RowColumn]) -> dict[str, str]:
    return {one.name: _(one.title) for one in columns}


def _mark(visit: Visit, name: str) -> str:
    """Changes with whatever changes the rows, so that the browser does not show those it holds already."""
    apart = {f"{name}-{HIDE}", f"{name}-{SORT}"}
    told = [visit.path, *(pair for pair in pairs(visit.search) if pair[0] not in apart)]
    return sha256(repr((visit.snapshot.version, told)).encode()).hexdigest()[:12]
