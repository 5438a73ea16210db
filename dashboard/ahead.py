"""What a page asks first of all: told in its document, so that the browser asks it while its libraries still load.

The document names places and the address, never a number. What is asked is what Dash would ask a little later, word for
word; the browser (`assets/asking.js`) gives Dash the answer when it does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import Dash
from dash._utils import split_callback_id

from models.errors import NoSnapshotError

from .components.skeleton import is_chart
from .page import FIRST, Access, Section
from .routing import asked_at
from .visit import access, visit

_PAGE = "..main.children...shown.data...title.data...first-tick.disabled.."
_SECTION = '{"name":["MATCH"],"type":"section"}.children'
_NAV, _TOOLS, _FRESHNESS = "nav.children", "tools.children", "freshness.children"
Part = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What the page at an address asks of the server first.

    Attributes:
        first: the frame, and the sections that come first.
        has_charts: whether what draws charts will be needed.
    """

    first: Sequence[Part]
    has_charts: bool


def ahead(app: Dash, address: str, search: str) -> Ahead:
    """What the page at an address asks first.

    Args:
        address: the path as the browser has it.
        search: the query part, with its question mark; empty without one.
    """
    values = {"url.pathname": address, "url.search": search, "started.data": True}
    frame = [
        _part(app, name, values, changed=changed)
        for name, changed in (
            (_PAGE, ("url.pathname",)),
            (_NAV, ("url.pathname", "url.search")),
            (_FRESHNESS, ()),
            (_TOOLS, ()),
        )
    ]
    asked = asked_at(address, search)
    told = list(_sections(asked, search))
    return Ahead(
        first=[*frame, *(_asks(section, of) for section, of in told[:FIRST])],
        has_charts=any(is_chart(section.skeleton()) for section, _of in told),
    )


def _sections(asked: Mapping[str, Any], search: str) -> Iterator[tuple[Section, Mapping[str, Any]]]:
    """The sections that the person may see, and what each is asked for."""
    found = visit(asked["place"], search)
    if found is None:
        return
    page, looking = found
    try:
        version = looking.snapshot.version if page.needs_snapshot else None
        if access(page, looking) is not Access.OPEN:
            return
    except NoSnapshotError:
        return
    for section in page.seen(looking.person):
        yield section, section.asks({**asked, "version": version})


def _asks(section: Section, told: Mapping[str, Any]) -> Part:
    """A section's question as Dash asks it."""
    own, shown = ({"name": section.name, "type": kind} for kind in ("asked", "section"))
    return {
        "output": _SECTION,
        "outputs": {"id": shown, "property": "children"},
        "inputs": [{"id": own, "property": "data", "value": told}],
        "changedPropIds": [],
        "parsedChangedPropsIds": [],
        "state": [{"id": own, "property": "id", "value": {"type": "asked", "name": section.name}}],
    }


def _part(app: Dash, name: str, values: Mapping[str, Any], changed: Sequence[str]) -> Part:
    """One callback as Dash asks it, of what is known before anything has been drawn."""
    declared = app.callback_map[name]
    outputs = split_callback_id(name)
    part: dict[str, Any] = {
        "output": name,
        "outputs": [_only(one) for one in outputs] if isinstance(outputs, list) else _only(outputs),
        "inputs": [_given(one, values) for one in declared["inputs"]],
        "changedPropIds": list(changed),
        "parsedChangedPropsIds": list(changed),
    }
    if declared["state"]:
        part["state"] = [_given(one, values) for one in declared["state"]]
    return part


def _only(output: Mapping[str, str]) -> dict[str, str]:
    return {"id": output["id"], "property": output["property"]}


def _given(one: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    value = values.get(f"{one['id']}.{one['property']}")
    return _only(one) if value is None else {**_only(one), "value": value}


def written(asked: Sequence[Part]) -> str:
    """As the document tells it."""
    return json.dumps(asked, ensure_ascii=False, separators=(",", ":"))
