"""`oneview doctor`: can the sync run? In plain words, with the setting or permission to change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from models.database import is_current, open_record
from models.errors import NoSnapshotError, NotOfferedError, OneViewError
from models.settings import WarehouseSettings
from models.snapshot import Snapshots

from .clients import connect
from .entities import ENTITIES
from .settings import SyncSettings
from .source import Source, Window

app = typer.Typer(add_completion=False, help="Check what the sync needs.")
_SKEW = timedelta(minutes=5)
_TITLES = {"netsuite": "NetSuite", "suiteprojects": "SuiteProjects Pro"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    ok: bool
    what: str


def check_record(engine: Engine) -> Finding:
    """Whether the record answers and has this version's tables."""
    try:
        current = is_current(engine)
    except SQLAlchemyError as error:
        return Finding(False, f"The record does not answer: {error}. Check ONEVIEW_DATABASE_URL.")
    if not current:
        return Finding(False, "The record's tables are of another version. Run: oneview db upgrade")
    return Finding(True, f"The record answers ({engine.dialect.name}) and is up to date.")


def check_snapshot(warehouse: WarehouseSettings) -> Finding:
    """Whether readers have something to read."""
    try:
        snapshot = Snapshots(warehouse.snapshot_dir).current()
    except NoSnapshotError:
        return Finding(True, "Nothing is published yet: the first sync has not finished.")
    except OneViewError as error:
        return Finding(False, f"{error} Run: oneview warehouse rebuild")
    built = f"{snapshot.built_at:%Y-%m-%d %H:%M} UTC"
    return Finding(True, f"Snapshot {snapshot.version} was published at {built}.")


def check_source(source: Source, now: datetime) -> Iterator[Finding]:
    """Sign in, compare clocks, ask for each table."""
    title = _TITLES[source.system]
    try:
        source.begin_run(urgent=True)
        clock = source.clock()
    except OneViewError as error:
        yield Finding(False, f"{title}: cannot sign in. {error}")
        return
    yield Finding(True, f"{title}: signed in to account {source.account}.")
    if abs(clock - now) > _SKEW:
        minutes = abs(clock - now).total_seconds() / 60
        yield Finding(
            False,
            f"{title}: its clock and this machine's differ by {minutes:.0f} minutes. "
            "Changes are dated by the source, so nothing is lost; signatures may be refused. "
            "Set this machine's clock by NTP.",
        )
    entities = [entity for entity in ENTITIES.values() if entity.system is source.system]
    window = Window(modified_from=clock - timedelta(minutes=1), modified_to=clock)
    refused = 0
    for entity in entities:
        try:
            source.page(entity, window, None)
        except NotOfferedError:
            refused += 1
            yield Finding(
                False,
                f"{title}: {entity.title} ({entity.resource}) is not offered to us. Switch the feature "
                "on or give the integration's role permission to view it; until then the numbers that "
                "need it stay empty.",
            )
        except OneViewError as error:
            refused += 1
            yield Finding(False, f"{title}: {entity.title} ({entity.resource}): {error}")
    yield Finding(
        not refused, f"{title}: {len(entities) - refused} of {len(entities)} tables answer."
    )


def examine(
    warehouse: WarehouseSettings, settings: SyncSettings, now: datetime
) -> Iterator[Finding]:
    """Everything in order: record, snapshot, then both systems."""
    engine = open_record(warehouse.record_url)
    try:
        record = check_record(engine)
        yield record
        yield check_snapshot(warehouse)
        if not record.ok:
            return  # rotating tokens live in the record: without it nothing may sign in
        for source in connect(settings, engine).values():
            try:
                yield from check_source(source, now)
            finally:
                source.close()
    finally:
        engine.dispose()


@app.callback(invoke_without_command=True)
def doctor() -> None:
    """Check settings, record, snapshot and both connections; exit code 1 if something is wrong."""
    warehouse, settings = WarehouseSettings.load(), SyncSettings.load()
    typer.echo("ok     The settings of warehouse and sync are complete.")
    wrong = 0
    for finding in examine(warehouse, settings, datetime.now(UTC)):
        wrong += not finding.ok
        typer.secho(
            f"{'ok   ' if finding.ok else 'WRONG'}  {finding.what}",
            fg=None if finding.ok else typer.colors.RED,
        )
    if wrong:
        raise typer.Exit(1)
