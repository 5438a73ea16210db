"""Writes docs/configuration.md from the declared settings; a test checks that it is current."""

from __future__ import annotations

from pathlib import Path

from dashboard.settings import DashboardSettings
from models.settings import WarehouseSettings, describe
from sync.settings import SyncSettings

HEAD = """# Configuration

Settings come from the environment. Each may instead be given as `<NAME>_FILE`, the path of a file that holds the
value; use that for secrets. A missing or wrong setting stops the start with its name; an `ONEVIEW_…` variable
that nobody reads is refused too. (This page is made by `make docs`.)
"""
PARTS = {
    "Warehouse (every process)": WarehouseSettings,
    "Sync worker": SyncSettings,
    "Web app": DashboardSettings,
}


def text() -> str:
    """The whole page."""
    parts = [f"## {title}\n\n{describe(kind)}\n" for title, kind in PARTS.items()]
    return "\n".join([HEAD, *parts])


if __name__ == "__main__":
    Path("docs/configuration.md").write_text(text(), encoding="utf-8")
