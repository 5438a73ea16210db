"""The browser's files: ours in one style sheet and one script, the large libraries only where they are needed."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import dash_ag_grid
import dash_mantine_components
from dash import Dash, _dash_renderer, dash_table, dcc
from flask import Flask, Response

CHARTS = "vendor/plotly/plotly-basic.min.js"
_GRID = "dash_ag_grid.min.js"
_CONTROLS = "dash_mantine_components.js"
_POLYFILL = "deps/polyfill@7.12.1.min.js"
_KINDS = {"css": "text/css", "js": "text/javascript"}


def folder() -> Path:
    """Where they are: beside the packages in a checkout, inside this one in a wheel."""
    here = Path(__file__).resolve().parent
    inside = here / "assets"
    return inside if inside.is_dir() else here.parent / "assets"


@dataclass(frozen=True, slots=True)
class Joined:
    """All our files of one kind as one, under an address that changes with what is in it."""

    kind: str
    content: bytes

    @classmethod
    def of(cls, kind: str) -> Joined:
        """Read them, in the order of their names."""
        files = sorted(folder().glob(f"*.{kind}"))
        return cls(kind, b"\n".join(file.read_bytes() for file in files))

    @property
    def path(self) -> str:
        """The path alone."""
        return f"/assets/oneview-all.{self.kind}"

    @property
    def address(self) -> str:
        """The whole address."""
        return f"{self.path}?m={sha256(self.content).hexdigest()[:16]}"

    def serve(self, server: Flask) -> None:
        """Add the route."""

        def joined() -> Response:
            return Response(self.content, content_type=f"{_KINDS[self.kind]}; charset=utf-8")

        server.add_url_rule(self.path, f"joined_{self.kind}", joined)


def later(app: Dash) -> dict[str, str]:
    """The addresses of what the browser fetches when a page first needs it: `charts`, `controls`, `grid`, `polyfill`."""
    controls, grid, polyfill = app._collect_and_register_resources(
        [
            {"relative_package_path": _CONTROLS, "namespace": "dash_mantine_components"},
            {"relative_package_path": _GRID, "namespace": "dash_ag_grid"},
            {"relative_package_path": _POLYFILL, "namespace": "dash"},
        ]
    )
    return {"charts": charts(), "controls": controls, "grid": grid, "polyfill": polyfill}


def charts() -> str:
    """The address of the library that draws charts."""
    return f"/assets/{CHARTS}?m={int((folder() / CHARTS).stat().st_mtime)}"


def leave_out() -> None:
    """Keep from every page what only some need, or none.

    Dash adds the whole of plotly.js, for which our partial bundle stands in; its old table, which no page has; the
    grid; the library of controls, which are deferred or stand on few pages; and what old browsers lack, of which only the field of a file still uses something: with it, every number that
    is read from a text takes a detour.
    """
    for needed in _dash_renderer._js_dist_dependencies:
        files = needed["relative_package_path"]["prod"]
        files[:] = [file for file in files if file != _POLYFILL]
    dcc._js_dist[:] = [entry for entry in dcc._js_dist if entry.get("namespace") != "plotly"]
    dash_table._js_dist.clear()
    for entry in (*dash_ag_grid._js_dist, *dash_mantine_components._js_dist):
        if entry["relative_package_path"] in {_GRID, _CONTROLS}:
            entry.pop("async", None)  # it may only say one of the two
            entry["dynamic"] = True
