"""`oneview db`: prepares the record."""

from __future__ import annotations

import typer

from .database import is_current, open_record
from .database import upgrade as upgrade_record
from .settings import WarehouseSettings

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Prepare the record.")


@app.callback()
def _db() -> None:
    """Prepare the record: where everything that is mirrored, decided and written lives."""


@app.command()
def upgrade() -> None:
    """Bring the record's tables to this version; what is in them stays. Safe to run again."""
    engine = open_record(WarehouseSettings.load().record_url)
    try:
        upgrade_record(engine)
    finally:
        engine.dispose()
    typer.echo("The record is up to date.")


@app.command()
def check() -> None:
    """Tell whether the record's tables are of this version; exit code 1 if not."""
    engine = open_record(WarehouseSettings.load().record_url)
    try:
        current = is_current(engine)
    finally:
        engine.dispose()
    if not current:
        typer.echo("The record is of another version. Run: oneview db upgrade")
        raise typer.Exit(1)
    typer.echo("The record is up to date.")
