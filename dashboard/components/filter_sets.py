"""The menu of saved filters: choose, save what is shown, rename, make default, delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from models.texts import _, ngettext

from .. import formats
from ..filter_sets import FilterSet
from ..filters import Filters
from .icons import icon


def menu(label: str, body: Sequence[Component], address: str) -> Component:
    """The button in the bar, and what it opens; at another address it is closed again."""
    return dmc.Popover(
        [
            dmc.PopoverTarget(
                html.Button(
                    [
                        icon("bookmark"),
                        html.Span(label, id="filter-set-chosen", className="ellipsis"),
                    ],
                    className="button filter-set-button",
                    type="button",
                    id="filter-set-button",
                )
            ),
            dmc.PopoverDropdown(
                html.Div(body, id="filter-sets", className="filter-sets"),
                **{"aria-label": _("Saved filters")},
            ),
        ],
        id={"type": "filter-set-menu", "address": address},
        position="bottom-end",
        width=360,
        shadow="md",
        trapFocus=True,
        returnFocus=True,
    )


def chosen_label(sets: Sequence[FilterSet], shown: Filters) -> str:
    """What the button says: the name of what is chosen, if it has one."""
    return next((one.name for one in sets if one.is_chosen(shown)), _("Saved filters"))


def contents(
    sets: Sequence[FilterSet],
    shown: Filters,
    offered: Sequence[str],
    href: Callable[[FilterSet], str | None],
    said: Component | None = None,
) -> list[Component]:
    """The list, the form, and what was said of the last change.

    Args:
        offered: the filters that this page knows.
        href: where a set leads on this page; None where the page does not know one of its filters.
    """
    listed = [_line(one, one.is_chosen(shown), href(one)) for one in sets]
    return [
        html.Div(_("Saved filters"), className="menu-title"),
        html.Ul(listed)
        if listed
        else html.P(
            _("Name the filters that are chosen now, and have them again on every page."),
            className="hint",
        ),
        html.Div(said, role="status", className="filter-set-said"),
        _form(),
        dcc.Store(id="filter-set-offered", data=list(offered)),
    ]


def _line(one: FilterSet, current: bool, href: str | None) -> Component:
    name = html.Span(one.name, className="ellipsis")
    return html.Li(
        [
            dcc.Link(name, href=href, refresh=False, className="filter-set-name")
            if href
            else html.Span(
                name,
                className="filter-set-name off",
                title=_("This page does not know these filters"),
            ),
            html.Span(_("Default"), className="badge") if one.is_default else None,
            html.Span(_what(one), className="filter-set-what"),
            _changes(one),
        ],
        className="filter-set current" if current else "filter-set",
    )


def _what(one: FilterSet) -> str:
    if one.filters is None:
        return _("Of a former version: save it anew, or delete it")
    count = sum(len(keys) for keys in one.filters.where.values())
    parts = [ngettext("{count} filter", "{count} filters", count, count=count)] if count else []
    if one.filters.period:
        parts.append(formats.period_name(one.filters.period, long=False))
    if one.filters.lens is not Filters().lens:
        parts.append(_("own currency"))
    if one.filters.submitted:
        parts.append(_("submitted time"))
    return ", ".join(parts)


def _changes(one: FilterSet) -> Component:
    number = one.filter_set_id
    return html.Details(
        [
            html.Summary(_("Change"), **{"aria-label": _("Change {name}", name=one.name)}),
            html.Div(
                [
                    dmc.TextInput(
                        id={"type": "filter-set-name", "set": number},
                        value=one.name,
                        debounce=True,
                        size="xs",
                        **{"aria-label": _("Another name for {name}", name=one.name)},
                    ),
                    _button(_("Rename"), number, "rename"),
                    _button(_("No longer default"), number, "undefault")
                    if one.is_default
                    else _button(_("Make default"), number, "default"),
                    _button(_("Delete"), number, "delete"),
                ],
                className="filter-set-changes",
            ),
        ]
    )


def _button(words: str, number: int, do: str) -> Component:
    return html.Button(
        words,
        id={"type": "filter-set", "set": number, "do": do},
        className="button small",
        type="button",
    )


def _form() -> Component:
    return html.Div(
        [
            dmc.TextInput(
                id="filter-set-name",
                label=_("Save what is chosen as"),
                placeholder=_("My practice"),
                debounce=True,  # then Enter brings the text along
                size="sm",
            ),
            html.Button(_("Save"), id="filter-set-save", className="button primary", type="button"),
            dmc.Checkbox(id="filter-set-period", label=_("With the period"), size="xs", radius=4),
        ],
        className="filter-set-form",
    )
