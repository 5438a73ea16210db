"""`oneview doctor`: can the sync run? In plain words, with the setting or permission to change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from models.business import load as load_business
from models.database import is_current, open_record
from models.errors import NoSnapshotError, OneViewError
from models.metrics.catalogue import kpis
from models.metrics.dimensions import DIMENSIONS
from models.settings import WarehouseSettings
from models.snapshot import Snapshots

from .assumptions.assumption import State
from .clients import connect
from .probe import TITLES, probe_all
from .selection.select import load
from .settings import SyncSettings
from .source import Source

app = typer.Typer(add_completion=False, help="Check what the sync needs.")


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


def check_business(warehouse: WarehouseSettings) -> Finding:
    """Which file says how the firm counts; a wrong one stops here, as it would stop the start.

    Raises:
        ConfigError: the file is wrong.
    """
    business = load_business(warehouse)
    business.check_kpis(kpis(), DIMENSIONS)
    if business.path is None:
        return Finding(True, "The firm counts as built in: ONEVIEW_BUSINESS_FILE is not set.")
    file = business.file
    return Finding(
        True,
        f"The firm counts as {business.path} says: {len(file.lines)} rules for lines of the income "
        f"statement, {len(file.targets)} targets.",
    )


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


def check_source(engine: Engine, source: Source, now: datetime) -> Iterator[Finding]:
    """Probe the account, keep what was found, and tell what needs somebody; the rest as numbers."""
    title = TITLES[source.system]
    found = probe_all(engine, [source], now)
    for one in found:
        kind = one.subject.partition(":")[0]
        if one.state in (State.OK, State.UNKNOWN) and kind != "account":
            continue
        is_ok = one.state in (State.OK, State.UNKNOWN)
        words = f"{title}: {one.title.removeprefix(f'{title}: ')}: {one.detail} {one.advice or ''}"
        yield Finding(is_ok, words.strip())
    for kind, what in (("table", "tables answer"), ("fact", "assumptions hold")):
        mine = [one for one in found if one.subject.startswith(f"{kind}:")]
        if mine:
            good = sum(one.state is State.OK for one in mine)
            open_ = sum(one.state is State.UNKNOWN for one in mine)
            rest = f", {open_} only a person can tell or nothing shows" if open_ else ""
            yield Finding(
                good + open_ == len(mine), f"{title}: {good} of {len(mine)} {what}{rest}."
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
                yield from check_source(engine, source, now)
            finally:
                source.close()
    finally:
        engine.dispose()


@app.callback(invoke_without_command=True)
def doctor() -> None:
    """Check settings, record, snapshot and both connections; exit code 1 if something is wrong."""
    warehouse, settings = WarehouseSettings.load(), SyncSettings.load()
    load(settings)  # a file that is wrong stops here, as it would stop the worker
    typer.echo("ok     The settings of warehouse and sync are complete.")
    typer.echo(f"ok     {check_business(warehouse).what}")
    wrong = 0
    for finding in examine(warehouse, settings, datetime.now(UTC)):
        wrong += not finding.ok
        typer.secho(
            f"{'ok   ' if finding.ok else 'WRONG'}  {finding.what}",
            fg=None if finding.ok else typer.colors.RED,
        )
    if wrong:
        raise typer.Exit(1)
