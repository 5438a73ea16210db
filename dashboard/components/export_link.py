"""The buttons that take a table along as a file."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from models.texts import Text, _

from ..auth.permissions import may
from ..export import exports
from ..listing import export_address
from ..visit import Visit
from .icons import icon

_KINDS = {"csv": "export", "xlsx": "workbook"}  # ending of the file -> type of the button's id


def export_links(visit: Visit, key: str, *, small: bool = False) -> list[Component]:
    """The table as CSV and as a workbook; nothing for who may not have the files."""
    if not may(visit.person, exports()[key].permission):
        return []
    return [
        _link(visit, key, kind, kind.upper() if small else _("Export {kind}", kind=kind.upper()))
        for kind in _KINDS
    ]


def export_link(visit: Visit, key: str, words: Text) -> Component | None:
    """The table as CSV; None for who may not have the file."""
    if not may(visit.person, exports()[key].permission):
        return None
    return _link(visit, key, "csv", words)


def _link(visit: Visit, key: str, kind: str, words: str) -> Component:
    return html.A(
        [icon("download"), _(words)],
        id={"type": _KINDS[kind], "name": key},
        download="",
        href=export_address(visit.path, visit.search, key, kind=kind),
        className="button",
        title=_("{title} as {kind}", title=_(exports()[key].title), kind=kind.upper()),
    )
