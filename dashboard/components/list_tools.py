"""What stands above a list: a search in its texts, and which of its columns are shown.

Both change the address (`assets/lists.js`), so that a link, the way back and an export agree with what is seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from dash import dcc, html
from dash.development.base_component import Component

from models.texts import _

from .. import formats
from ..filters import others
from ..finding import FIND, HIDE, PAGE, find_of, hidden_of, left
from ..visit import Visit
from .icons import icon
from .plain import Html


def search_box(visit: Visit, name: str, title: str) -> Component:
    """A field that looks for words in the texts of a list."""
    label = escape(_("Search in {title}", title=title))
    return Html(
        "form",
        '<span class="icon icon-search" aria-hidden="true"></span>'
        f'<input type="search" value="{escape(find_of(visit, name))}" placeholder="{escape(_("Search"))}" aria-label="{label}" '
        'maxlength="200" autocomplete="off" spellcheck="false" enterkeyhint="search">',
        {"className": "find", "role": "search", "data-find": name, "data-list": name},
    )


def column_chooser(visit: Visit, name: str, columns: Mapping[str, str]) -> Component | None:
    """A button that opens the list of columns, each to be left out; None where there is nothing to choose.

    Args:
        columns: name of the column -> its heading.
    """
    if len(columns) < 2:
        return None
    shown = left(list(columns), hidden_of(visit, name))
    rows = "".join(
        f'<label><input type="checkbox" value="{escape(key)}"{_state(key, shown)}>'
        f"<span>{escape(title)}</span></label>"
        for key, title in columns.items()
    )
    count = (
        _("Columns ({count} of {total})", count=len(shown), total=len(columns))
        if len(shown) < len(columns)
        else _("Columns")
    )
    return Html(
        "details",
        f'<summary class="button small">{escape(count)}</summary>'
        f'<div class="chooser-list" role="group" aria-label="{escape(_("Columns to show"))}">{rows}</div>',
        {"className": "chooser", "data-choose": name},
    )


def _state(key: str, shown: list[str]) -> str:
    if key not in shown:
        return ""
    return " checked disabled" if len(shown) == 1 else " checked"  # one has to remain


def nothing_found(visit: Visit, name: str, of: str) -> Component:
    """Why a list is empty: nothing in it holds what is looked for."""
    return html.P(
        [
            _("None of {rows} holds “{search}”.", rows=of, search=find_of(visit, name)),
            " ",
            _clear(visit, name),
        ],
        className="found-line",
    )


def found_line(visit: Visit, name: str, found: int, whole: int, sums: str = "") -> Component:
    """How many of all were found, and what they sum to."""
    text = _(
        "{count} of {total} hold “{search}”",
        count=formats.count(found),
        total=formats.count(whole),
        search=find_of(visit, name),
    )
    more = f"; {_('together {sums}', sums=sums)}" if sums else ""
    return html.P([icon("search"), f"{text}{more}. ", _clear(visit, name)], className="found-line")


def _clear(visit: Visit, name: str) -> Component:
    kept = {
        key: value
        for key, value in others(visit.search).items()
        if key not in {f"{name}-{FIND}", f"{name}-{PAGE}"}
    }
    href = visit.path + visit.filters.search(**kept)
    return dcc.Link(_("Show all"), href=href, refresh=False)


__all__ = ["HIDE", "column_chooser", "found_line", "nothing_found", "search_box"]
