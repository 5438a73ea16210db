"""What a reader looks for in a list, and which of its columns they left out; both stand in the address.

An address without a word on columns leaves out those that the reader left out last: `rows-hide=-` leaves out none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from models.metrics.searching import words_of

from .filters import pairs
from .page import Order, page_at
from .visit import Visit

FIND, HIDE, PAGE, SORT = "find", "hide", "page", "sort"  # after the list's name: rows-find=acme
_LONGEST = 200  # letters of a search


def find_of(visit: Visit, name: str) -> str:
    """What is looked for in a list; '' for nothing."""
    return " ".join(visit.query.get(f"{name}-{FIND}", "").split())[:_LONGEST]


def hidden_of(visit: Visit, name: str) -> frozenset[str]:
    """The columns of a list that are left out: as the address says, else as the reader left them last."""
    asked = visit.query.get(f"{name}-{HIDE}")
    if asked is None:
        return visit.hidden_columns.get(list_key(visit.path, name), frozenset())
    return frozenset(filter(None, asked.split(",")))


def list_key(path: str, name: str) -> str:
    """What a list is called among all lists."""
    return f"{page_at(path)}.{name}"


def is_found(text: str, search: str) -> bool:
    """Whether a text holds every word of a search."""
    told = text.lower()
    return all(word in told for word in words_of(search))


def left(names: Sequence[str], hidden: frozenset[str]) -> list[str]:
    """The columns that remain; all of them where none would."""
    return [name for name in names if name not in hidden] or list(names)


def unsearched(visit: Visit, name: str) -> Visit:
    """The same visit, looking at the whole of a list."""
    kept = [(key, text) for key, text in pairs(visit.search) if key != f"{name}-{FIND}"]
    found = replace(visit, search=f"?{urlencode(kept)}" if kept else "")
    found.snapshot = visit.snapshot  # one look is at one snapshot
    return found


def order_text(order: Order) -> str:
    """An order as it stands in an address: '-amount,day'."""
    return ",".join(f"{'-' if descending else ''}{name}" for name, descending in order)


def parse_order(text: str) -> list[tuple[str, bool]]:
    """The order that an address names."""
    return [(part.lstrip("-"), part.startswith("-")) for part in text.split(",") if part]


def order_of(visit: Visit, name: str) -> list[tuple[str, bool]]:
    """The order of a grid's rows that the address names."""
    return parse_order(visit.query.get(f"{name}-{SORT}", ""))
