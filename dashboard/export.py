"""The vocabulary of exports: a declaration says which rows a table shows and its file holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from models.registry import collect
from models.texts import Text

from .auth.permissions import Permission
from .page import GridRows, Order, pages
from .visit import Visit

__all__ = ["Export", "GridRows", "Order", "exports", "exports_of"]


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
        of_members: its rows are members with their numbers; none of them is a record of a source system.
        says: what a reader should know of the rows: told above those of a project, and in a workbook.
    """

    key: str
    title: Text
    page: str
    rows: GridRows
    system: str | None = None
    place: int = 0
    permission: Permission = Permission.EXPORT
    of_record: bool = False
    of_members: bool = False
    says: Callable[[Visit], str] | None = None


@cache
def exports() -> Mapping[str, Export]:
    """All exports by key: those declared, and the lists that pages show."""
    listed = [
        Export(
            key=f"{page.key}-{section.name}",
            title=section.label if isinstance(section.label, str) else page.title,
            page=page.key,
            rows=section.rows,
            place=place,
            of_members=True,
        )
        for page in pages().values()
        for place, section in enumerate(page.sections)
        if section.rows is not None
    ]
    return {**collect(Export, "dashboard.exports"), **{one.key: one for one in listed}}


def exports_of(page: str) -> tuple[Export, ...]:
    """The exports of a page, in their places."""
    return tuple(sorted((e for e in exports().values() if e.page == page), key=lambda e: e.place))
