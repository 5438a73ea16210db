"""The vocabulary of exports: a declaration says which rows a table shows and its file holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from models.metrics.answer import RowPage
from models.registry import collect

from .auth.permissions import Permission

if TYPE_CHECKING:
    from .visit import Visit

Order = Sequence[tuple[str, bool]]  # column, descending
GridRows = Callable[["Visit", int, int | None, Order], RowPage]


@dataclass(frozen=True, kw_only=True, eq=False)
class Export:
    """A table of rows, open on a page and to be had as a file; found by `collect()` in `dashboard.exports`.

    Attributes:
        key: its name in the address of the file, `/export/<key>.csv`.
        page: key of the page it stands on; who may not open that page may not have the file.
        system: the source system its rows come from; None: the visit says which.
        place: its place among the tables of the page.
        rows: rows for a visit, from an offset, at most so many (None: all), in an order.
        permission: what a person needs to take the file along.
        of_record: its rows are of the record, not of a snapshot: they are there before the first one, speak
            of no period, and lead to no record of a source system.
    """

    key: str
    title: str
    page: str
    rows: GridRows
    system: str | None = None
    place: int = 0
    permission: Permission = Permission.EXPORT
    of_record: bool = False


@cache
def exports() -> Mapping[str, Export]:
    """All exports by key."""
    return collect(Export, "dashboard.exports")


def exports_of(page: str) -> tuple[Export, ...]:
    """The exports of a page, in their places."""
    return tuple(sorted((e for e in exports().values() if e.page == page), key=lambda e: e.place))
