"""Controls of the component library that stand as plain HTML until the page is at rest or somebody reaches for one.

The library is large, and drawing its controls takes a page longer than its numbers do. So a page shows how they look
first; `assets/deferred.js` brings them when all else stands, and at once when a reader points at one or comes to it by
keyboard, who then has the control itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from .plain import inside, plain, written


class Deferred(Component):
    """Controls that come later; drawn by `assets/deferred.js`.

    Args:
        id: its name, by which the browser puts the controls in their place.
        html: how they look.
        content: the controls, as JSON.
    """

    _children_props: list[str] = []  # noqa: RUF012 - how Dash declares a component
    _base_nodes: list[str] = ["children"]  # noqa: RUF012
    _namespace = "oneview"
    _type = "Deferred"
    _prop_names = ["children", "id", "html", "content"]  # noqa: RUF012
    _valid_wildcard_attributes: list[str] = []  # noqa: RUF012
    available_properties = _prop_names
    available_wildcard_properties: list[str] = []  # noqa: RUF012

    def __init__(self, id: str, html: str, content: str) -> None:
        super().__init__(id=id, html=html, content=content)


def deferred(name: str, *controls: Component | None) -> Component:
    """Controls side by side, deferred.

    Args:
        name: of their place, one of a page.

    Raises:
        TypeError: one of them is of a kind that `still` does not know.
    """
    shown = inside(*map(still, controls))
    content = written([plain(one) for one in controls if one is not None])
    return Deferred(f"deferred-{name}", shown, content.decode())


def still(control: Any) -> Any:
    """How a control looks before it comes: of the same size and words, with the name that it is reached by.

    Raises:
        TypeError: it is of a kind that is not known.
    """
    if control is None or isinstance(control, str):
        return control
    if isinstance(control, list | tuple):
        return [still(one) for one in control]
    if isinstance(control, dmc.Select):
        return _field(control, _label(control.data, control.value))
    if isinstance(control, dmc.MultiSelect):
        return html.Div(_field(control, control.placeholder))
    if isinstance(control, dmc.Popover):
        return still(control.children[0])
    if isinstance(control, dmc.PopoverTarget):
        return html.Div(still(control.children))
    if isinstance(control, Component) and control._namespace == "dash_html_components":
        return _element(control)
    raise TypeError(f"{control} has no look of its own yet")


def _field(control: Component, words: str) -> Component:
    title = getattr(control, "aria-label")
    return html.Button(
        [html.Span(words, className="ellipsis"), html.Span(className="still-mark", **{"aria-hidden": "true"})],
        className=f"still {getattr(control, 'className', None) or ''}".strip(),
        type="button",
        style={"width": f"{control.w}px"},
        **{
            "data-still": title, "aria-haspopup": "listbox", "aria-expanded": "false",
            "aria-label": title if words == title else f"{title}: {words}",
        },
    )  # fmt: skip


def _element(part: Component) -> Component:
    found = copy(part)
    name = found.__dict__.pop("id", None)
    if isinstance(found, html.Button):
        setattr(found, "data-still", name)
        setattr(found, "aria-haspopup", "dialog")
        setattr(found, "aria-expanded", "false")
    if getattr(found, "children", None) is not None:
        found.children = still(found.children)
    return found


def _label(data: Any, value: Any) -> str:
    return next((str(one["label"]) for one in _choices(data) if one["value"] == value), "")


def _choices(data: Any) -> Iterator[Mapping[str, Any]]:
    for one in data:
        yield from _choices(one["items"]) if "items" in one else (one,)
