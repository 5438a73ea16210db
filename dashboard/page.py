"""The vocabulary of pages: a declaration says where a page lives, who may open it, what it shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache, cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dash import Dash, dcc, html
from dash.development.base_component import Component

from models.metrics.answer import RowPage
from models.registry import collect
from models.texts import Text, _

from .auth.permissions import Permission, may
from .auth.person import Person
from .components.skeleton import block

if TYPE_CHECKING:
    from .visit import Visit

Order = Sequence[tuple[str, bool]]  # column, descending
GridRows = Callable[["Visit", int, int | None, Order], RowPage]
Series = Callable[["Visit"], tuple[str, str]]
# parts that are asked for first, and that a narrow screen shows open: filters, message, headline numbers, what answers first
FIRST = 4
_PARAMETER = re.compile(r"<(\w+)>")


class Access(IntEnum):
    """Whether a visit may go on; the value is the HTTP status."""

    OPEN = 200
    FORBIDDEN = 403
    UNKNOWN = 404


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a page that is filled on its own, after the page's skeleton stands.

    Attributes:
        render: what it shows for a visit.
        skeleton: what stands there before; free of data.
        live: whether a new snapshot renews it.
        permission: what a person needs beside the page's own; who lacks it does not see that it is there.
        rows: the whole of the list it shows, to be taken along as a file.
        kept: what it shows beside the numbers: of the record, of the person, of the time. It is then rendered once
            for all to whom that and `dashboard.kept.key_of` are the same. None: it is rendered each time.
        series: the number that it draws by month, and the members it tells it for (`notes.series_of`); what is
            noted there is on its chart.
        label: its name for who does not see it; a function where it is put together.
        noted: whether a note that is written renews it; always, where it has a series.
    """

    name: str
    render: Callable[[Visit], Component | list[Component]]
    skeleton: Callable[[], Component] = field(default=block)
    class_name: str = ""
    label: Text | Callable[[], str] | None = None
    live: bool = True
    permission: Permission | None = None
    rows: GridRows | None = None
    kept: Callable[[Visit], Hashable] | None = None
    series: Series | None = None
    noted: bool = False

    @property
    def spoken(self) -> str:
        """Its label in the reader's language; empty if it has none."""
        return self.label() if callable(self.label) else _(self.label or "")

    def asks(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """What it is to show, as its place says it to the server; `asked` is that of its page (`Page.layout`)."""
        return {**asked, "live": self.live, "noted": self.noted or self.series is not None}


def nothing_else(_: Visit) -> Hashable:
    """For `Section.kept`: it shows numbers alone, and words on them."""
    return ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Page:
    """A page, found by `collect()` in `dashboard.pages`.

    Attributes:
        path: the address; `<name>` stands for one part of it.
        allows: may this visit open this address? Asked after the permission.
        nav: its place in the navigation; None: not there.
        bind: binds callbacks of its own.
        dated: whether it speaks of a period, which then stands in the address.
        needs_snapshot: whether it shows numbers, so that it waits for the first sync.
        first: how many parts a narrow screen shows open.
        folds: whether a wide screen, too, keeps the others closed until they are asked for.
    """

    key: str
    path: str
    title: Text
    permission: Permission
    sections: tuple[Section, ...]
    allows: Callable[[Visit], Access] | None = None
    nav: int | None = None
    needs_snapshot: bool = True
    dated: bool = False
    first: int = FIRST
    folds: bool = False
    class_name: str = ""
    bind: Callable[[Dash], None] | None = None

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The address as a regular expression."""
        return re.compile("^" + _PARAMETER.sub(r"(?P<\1>[^/]+)", self.path) + "$")

    def section(self, name: str) -> Section | None:
        """One of its sections."""
        return next((section for section in self.sections if section.name == name), None)

    def seen(self, person: Person) -> Sequence[Section]:
        """The sections that this person may see."""
        return [
            one for one in self.sections if one.permission is None or may(person, one.permission)
        ]

    def layout(self, asked: Mapping[str, Any], person: Person) -> Component:
        """The page's skeleton: places for the sections this person may see, no data.

        `asked` is what the sections are to show, as JSON: `place` (the page's path), `address` (the path
        in the browser), `search` (the query part), `version` (of the snapshot).
        """
        names = ("page", f"page-{self.key}", self.class_name, "folding" if self.folds else "")
        return html.Div(
            [
                _place(section, asked, is_later=at >= self.first)
                for at, section in enumerate(self.seen(person))
            ],
            className=" ".join(filter(None, names)),
        )


@cache
def pages() -> Mapping[str, Page]:
    """All pages by key."""
    return collect(Page, "dashboard.pages")


def resolve(path: str) -> tuple[Page, Mapping[str, str]] | None:
    """The page at an address and the named parts of the address."""
    for page in pages().values():
        found = page.pattern.match(path.rstrip("/") or "/")
        if found:
            return page, MappingProxyType(found.groupdict())
    return None


def page_key(path: str) -> str | None:
    """The key of the page at an address, where it stands in the navigation; None for the start page."""
    found = resolve(path)
    return found[0].key if found and found[0].nav is not None and path != "/" else None


def page_at(path: str) -> str | None:
    """The key of the page at an address."""
    found = resolve(path)
    return found[0].key if found else None


def _place(section: Section, asked: Mapping[str, Any], *, is_later: bool) -> Component:
    extra = {"aria-label": section.spoken} if section.label else {}
    later = "later" if is_later else ""
    names = ("section", f"section-{section.name}", section.class_name, later)
    return html.Section(
        [
            dcc.Store(
                id={"type": "asked", "name": section.name},
                data=section.asks(asked),
            ),
            html.Div(
                section.skeleton(),
                id={"type": "section", "name": section.name},
                className="section-body",
            ),
        ],
        className=" ".join(filter(None, names)),
        **extra,
    )
