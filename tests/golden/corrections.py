"""The smaller firm after corrections to what was there already, its closed month among it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Select, select, text, update

from models.archive import Archives
from models.database import open_record, writing
from models.period import Month, Period
from models.sequence import next_sequence
from models.settings import WarehouseSettings
from models.snapshot import Snapshot, Snapshots
from sync.engine.bury import bury
from sync.engine.publish import build_and_publish
from sync.engine.stage import staging_table
from sync.entities import ENTITIES

SOURCES = ()


@dataclass(frozen=True)
class Corrected:
    """A firm before and after its corrections, and the month that was kept as closed."""

    loaded: Any  # the record that was corrected, and what is published of it
    before: Snapshot
    now: Snapshot
    archives: Archives
    closed: Month

    @property
    def period(self) -> Period:
        return Period.of(self.closed)

    def sql(self, query: str) -> list[Any]:
        """Ask both snapshots by plain SQL."""
        with duckdb.connect() as both:
            both.execute(f"ATTACH '{self.before.path}' AS b (READ_ONLY)")
            both.execute(f"ATTACH '{self.now.path}' AS n (READ_ONLY)")
            return both.execute(query.format(month=self.closed.key)).fetchall()


def _periods(first: date) -> Select[Any]:
    """The accounting periods that begin on a day: a month, maybe its quarter and year."""
    period = staging_table(ENTITIES["netsuite__accountingperiod"]).c
    return select(period.id).where(period.startdate == first)


def corrected_copy(short: Any, folder: Path) -> Corrected:
    """In the closed month: an invoice goes, a rate is corrected, hours rise, recognition moves on.

    Projects change hands, too. The record, the snapshot and the work files are a copy.
    """
    shutil.copytree(short.settings.data_dir, folder, dirs_exist_ok=True)
    settings = WarehouseSettings(data_dir=folder)
    own = replace(short, settings=settings, record=open_record(settings.record_url))
    snapshots = Snapshots(settings.snapshot_dir)
    before = snapshots.current()
    month = before.last_closed_month
    first, later = month.start, month.plus(1).start

    def changed(key: str, values: dict[str, Any], which: Callable[[Any], Any]) -> None:
        table = staging_table(ENTITIES[key])
        with writing(own.record) as connection:
            change = {**values, "_sequence": next_sequence(connection)}
            found = connection.execute(update(table).where(which(table.c)).values(change))
            assert found.rowcount, key

    changed("suiteprojects__time_entry", {"hours": 9}, lambda c: c.id % 20 == 0)
    changed("suiteprojects__project", {"owner_id": 12}, lambda c: c.id % 50 == 0)
    changed(
        "netsuite__consolidatedexchangerate", {"averagerate": "1.23456789"},
        lambda c: (c.fromcurrency != c.tocurrency) & c.postingperiod.in_(_periods(first)),
    )  # fmt: skip
    changed(
        "suiteprojects__recognition", {"date": later, "accounting_date": later},
        lambda c: (c.date >= first) & (c.date < later) & (c.id % 5 == 0),
    )  # fmt: skip
    invoice = ENTITIES["netsuite__transaction"]
    with before.engine.connect() as reading:
        gone = reading.scalar(
            text(f"SELECT min(transaction_id) FROM fct_invoice_line WHERE month = {month.key}")
        )
    children = [item for item in ENTITIES.values() if item.parent == invoice.key]
    with writing(own.record) as connection:
        at = {gone: own.clock() + timedelta(hours=1)}
        assert bury(connection, invoice, at, children=children, run_id=2, now=own.clock()) > 3
    assert build_and_publish(own.record, settings, SOURCES, own.clock) == 2
    return Corrected(own, before, snapshots.current(), Archives(settings.archive_dir), month)
