"""`oneview warehouse`: make what readers see again from the record, or prove that it is the same."""

from __future__ import annotations

from datetime import UTC, datetime

import typer

from models.database import open_record
from models.errors import WarehouseError
from models.settings import WarehouseSettings
from models.snapshot import Snapshots

from .engine import warehouse as work
from .engine.build import SourceInfo, source_infos
from .engine.publish import whole_pointer
from .entities.entity import System
from .settings import SyncSettings

app = typer.Typer(
    help="Rebuild or verify what readers see.", no_args_is_help=True, add_completion=False
)


@app.command()
def rebuild() -> None:
    """Make the work file again from the record and publish a new snapshot."""
    settings = WarehouseSettings.load()
    engine = open_record(settings.record_url)
    version = work.rebuild(engine, settings, _sources(settings), _now)
    typer.echo(f"Published snapshot {version}, made of the whole record.")


@app.command()
def verify() -> None:
    """Compare the newest snapshot, row by row, with one made of the record from nothing."""
    settings = WarehouseSettings.load()
    engine = open_record(settings.record_url)
    differing = work.verify(engine, settings, _sources(settings), _now)
    for text in differing:
        typer.secho(text, err=True)
    if differing:
        raise WarehouseError(
            "The snapshot differs from the record. Run `oneview warehouse rebuild`; if that does not "
            "help, report it with the lines above."
        )
    typer.echo("The snapshot equals the record.")


def _sources(settings: WarehouseSettings) -> list[SourceInfo]:
    """As the newest snapshot tells; before the first, as the settings say."""
    if whole_pointer(settings.snapshot_dir) is None:
        return source_infos(SyncSettings.load())
    return [
        SourceInfo(system=System(name), account=state.account, record_url=state.record_url)
        for name, state in Snapshots(settings.snapshot_dir).current().sources.items()
    ]


def _now() -> datetime:
    return datetime.now(UTC)
