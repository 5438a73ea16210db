"""The one command: joins the three packages' commands, and loads only the one that is called."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import typer

from dashboard.settings import DashboardSettings
from models.errors import OneViewError
from models.loading import loading
from models.settings import Settings, WarehouseSettings, refuse_unknown
from sync.settings import SyncSettings

SETTINGS: tuple[type[Settings], ...] = (WarehouseSettings, SyncSettings, DashboardSettings)

# name -> (module holding its Typer `app`, one line of help); in the order the help lists them
COMMANDS = {
    "demo": ("sync.demo.cli", "Start everything on this machine, simulated systems included."),
    "doctor": (
        "sync.doctor",
        "Check settings, record, snapshot and the connections to both systems.",
    ),
    "db": ("models.cli", "Prepare the record: `oneview db upgrade`."),
    "sync": ("sync.cli", "Mirror the two systems: run, worker, status."),
    "warehouse": ("sync.warehouse_cli", "Rebuild or verify what readers see."),
    "serve": ("dashboard.cli", "Start the web app."),
    "kpi": ("models.kpi_cli", "Ask for a number: `oneview kpi backlog --period 2026-03`."),
    "map": (
        "models.map_cli",
        "Which records of both systems are one thing: list, confirm, refuse.",
    ),
    "business": ("models.business_cli", "How the firm counts, and who says so."),
    "plan": ("models.plan_cli", "Plans of people: check, upload, list, remove."),
    "sandbox": ("sync.sandbox.cli", "Start the simulated NetSuite and SuiteProjects Pro."),
    "identity-provider": ("dashboard.auth.sandbox_cli", "Start the simulated identity provider."),
}

WITHOUT_PANDAS = ("sync", "warehouse")


class NoPandas:
    """Lets no import find pandas: Arrow looks for it with its first array, and never uses its 50 MB here."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Asked before every finder that could find it."""
        if name == "pandas":
            raise ModuleNotFoundError("The sync does without pandas.", name=name)


def _root(asked: str | None) -> Any:
    """The command tree; only the asked-for branch is real, so that no command loads another's libraries."""
    app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)
    for name, (_, summary) in COMMANDS.items():
        app.command(name, help=summary)(lambda: None)
    app.callback()(lambda: None)
    root = typer.main.get_command(app)
    if asked in COMMANDS:
        command = typer.main.get_command(import_module(COMMANDS[asked][0]).app)
        command.name = asked
        root.commands[asked] = command  # type: ignore[attr-defined]
    return root


def main() -> None:
    """Run the command line; a failure we understand is one line of plain words and exit code 1."""
    asked = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    if asked in WITHOUT_PANDAS:
        sys.meta_path.insert(0, NoPandas())
    try:
        if asked != "demo":  # which sets its own
            refuse_unknown(SETTINGS, os.environ)
        with loading():
            command = _root(asked)
        command(prog_name="oneview")
    except OneViewError as error:
        typer.secho(f"oneview: {error}", fg=typer.colors.RED, err=True)
        raise SystemExit(1) from error


if __name__ == "__main__":
    main()
