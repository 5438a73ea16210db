"""Turns what no callback speaks to into plain HTML: a page then holds a few hundred components, not thousands.

In the browser each Dash component listens to every change of the page's state, so the cost of a page grows
with the square of its components. Text, tables and links need none of that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import Any, cast

import orjson
from dash import dcc
from dash.development.base_component import Component
from plotly.io.json import to_json_plotly

_STATEFUL = frozenset({"Button", "Details", "Form"})  # the browser keeps something of them
# what `assets` looks for on a button
_LISTENED = (
    "data-tip",
    "data-setting",
    "data-note",
    "data-rule",
    "data-opens",
    "data-unfolds",
    "data-folds",
    "data-press",
    "data-still",
)
_VOID = frozenset({"br", "col", "hr", "img", "wbr"})
_CALLED = {"className": "class", "htmlFor": "for", "charSet": "charset"}
_OUTSIDE = frozenset({"key", "children", "refresh", "loading_state"})
_OF_DASH = frozenset(  # what a component says of its kind
    {
        "_prop_names",
        "_valid_wildcard_attributes",
        "available_properties",
        "available_wildcard_properties",
    }
)
_ADDRESSES = ("/", "?", "#", "http://", "https://", "mailto:")


class Html(Component):
    """One element with everything in it as HTML; drawn by `assets/oneview.js`.

    Args:
        tag: the element's name.
        html: what is in it, escaped.
        attributes: its own, as React names them.
    """

    _children_props: list[str] = []  # noqa: RUF012 - how Dash declares a component
    _base_nodes: list[str] = []  # noqa: RUF012
    _namespace = "oneview"
    _type = "Html"
    _prop_names = ["tag", "html", "attributes"]  # noqa: RUF012
    _valid_wildcard_attributes: list[str] = []  # noqa: RUF012
    available_properties = _prop_names
    available_wildcard_properties: list[str] = []  # noqa: RUF012

    def __init__(self, tag: str, html: str, attributes: dict[str, Any]) -> None:
        super().__init__(tag=tag, html=html, attributes=attributes)


def plain(content: Any) -> Any:
    """The same content with every largest part that is only text, elements and links as one `Html`."""
    if isinstance(content, list | tuple):
        return [plain(one) for one in content]
    if not isinstance(content, Component):
        return content
    if _is_plain(content):
        return _collapsed(content)
    return _within(content, plain)


def _within(parent: Component, treat: Callable[[Any], Any]) -> Component:
    """The component with its children treated; those of another library stay components themselves."""
    children = getattr(parent, "children", None)
    if children is None:
        return parent
    own = treat if _is_element(parent) else _inside
    parent.children = (
        [own(one) for one in children] if isinstance(children, list | tuple) else own(children)
    )
    return parent


def _inside(child: Any) -> Any:
    return _within(child, plain) if isinstance(child, Component) else child


def _is_element(part: Component) -> bool:
    return part._namespace == "dash_html_components"


def _is_plain(part: Any) -> bool:
    if part is None or isinstance(part, str | int | float):
        return True
    if isinstance(part, list | tuple):
        return all(map(_is_plain, part))
    if not isinstance(part, Component) or getattr(part, "id", None) is not None:
        return False
    if not (_is_element(part) or isinstance(part, dcc.Link)) or _is_stateful(part):
        return False
    if any(map(_is_more, _own(part).items())):
        return False
    return _is_plain(getattr(part, "children", None))


def _is_stateful(part: Component) -> bool:
    """A button that only shows its tip or opens a dialog is not: nothing listens to it but `assets`."""
    return part._type in _STATEFUL and all(getattr(part, one, None) is None for one in _LISTENED)


def _is_more(attribute: tuple[str, Any]) -> bool:
    """Whether it is no attribute as HTML knows it: a component, clicks that are counted, bare numbers of React."""
    name, value = attribute
    if name == "style":
        return not all(isinstance(one, str) for one in value.values())
    return name == "n_clicks" or isinstance(value, Component | list | dict)


def _own(part: Component) -> dict[str, Any]:
    """Its properties that are attributes: what was given to it, as `to_plotly_json` finds among all it may have."""
    return {
        name: value
        for name, value in vars(part).items()
        if value is not None and name not in _OUTSIDE and name not in _OF_DASH
    }


def inside(*content: Any) -> str:
    """Text, elements and links as HTML."""
    return _html(content)


def _collapsed(part: Component) -> Component:
    if not _count(part):
        return part  # nothing in it to save
    attributes = _own(part)
    if isinstance(part, dcc.Link):
        attributes["data-go"] = ""
        _check(attributes)
    return Html(_tag(part), _html(getattr(part, "children", None)), attributes)


def as_json(part: Component) -> dict[str, Any]:
    """What `to_plotly_json` tells: it looks for each property that there may be, this takes those that were given."""
    own = {name: value for name, value in vars(part).items() if name not in _OF_DASH}
    return {"props": own, "type": part._type, "namespace": part._namespace}


def written(content: Any) -> bytes:
    """Content as JSON; figures are left to plotly, which knows what may stand in them."""
    return orjson.dumps(content, default=_component, option=orjson.OPT_NON_STR_KEYS)


def _component(part: Any) -> Any:
    if isinstance(part, Component):
        return as_json(part)
    return orjson.Fragment(cast("str", to_json_plotly(part)).encode())


def _count(part: Component) -> int:
    children = getattr(part, "children", None)
    many = children if isinstance(children, list | tuple) else [children]
    return sum(isinstance(one, Component) for one in many) + isinstance(part, dcc.Link)


def _html(content: Any) -> str:
    if content is None or isinstance(content, bool):
        return ""
    if isinstance(content, list | tuple):
        return "".join(map(_html, content))
    if not isinstance(content, Component):
        return escape(str(content), quote=False)
    tag, attributes = _tag(content), _own(content)
    if isinstance(content, dcc.Link):
        attributes["data-go"] = ""
    _check(attributes)
    told = "".join(_attributes(attributes.items()))
    if tag in _VOID:
        return f"<{tag}{told}>"
    return f"<{tag}{told}>{_html(getattr(content, 'children', None))}</{tag}>"


def _tag(part: Component) -> str:
    return "a" if isinstance(part, dcc.Link) else part._type.lower()


def _check(attributes: dict[str, Any]) -> None:
    """Leave out an address that a browser would run instead of open."""
    for name in ("href", "src", "action"):
        if name in attributes and not str(attributes[name]).startswith(_ADDRESSES):
            del attributes[name]


def _attributes(told: Iterable[tuple[str, Any]]) -> Iterable[str]:
    for name, value in told:
        is_word = name.startswith(("aria-", "data-"))
        if isinstance(value, bool) and not is_word:
            if value:
                yield f" {name.lower()}"
            continue
        text = _style(value) if name == "style" else str(value)
        if isinstance(value, bool):
            text = text.lower()
        yield f' {name if is_word else _CALLED.get(name, name.lower())}="{escape(text)}"'


def _style(style: dict[str, Any]) -> str:
    return ";".join(f"{_dashed(name)}:{value}" for name, value in style.items())


def _dashed(name: str) -> str:
    if name.startswith("--"):
        return name
    return "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in name)
