"""A closed month is kept once, as it was, whatever becomes of it later."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import orjson
import pytest
from sqlalchemy import create_engine, insert

from models.access import Scope
from models.archive import Archives
from models.metrics.catalogue import kpi
from models.metrics.change import Moved
from models.metrics.explain import explain_change
from models.metrics.kpi import Side
from models.period import Month, Period
from models.settings import WarehouseSettings
from models.snapshot import POINTER, Snapshots, file_name
from models.tables.conformed import SNAPSHOT, dim_period, meta_snapshot, meta_source
from sync.engine.archive import SEEN, keep_closed
from sync.engine.workfiles import Limits
from tests.small import empty_snapshot

NOW = datetime(2026, 4, 10, 8, 30, tzinfo=UTC)
MARCH, FEBRUARY = Month(2026, 3), Month(2026, 2)


class Firm:
    """A data folder into which snapshots are published by hand."""

    def __init__(self, folder) -> None:
        self.settings = WarehouseSettings(data_dir=folder)
        self.settings.snapshot_dir.mkdir(parents=True)
        self.version = 0

    def publish(self, *, closed=(1, 2), amounts=None, complete_from=None) -> None:
        """A snapshot of a year's start, with recognised revenue by record in March."""
        self.version += 1
        path = self.settings.snapshot_dir / file_name(self.version)
        empty_snapshot(path)
        engine = create_engine(f"duckdb:///{path}")
        with engine.begin() as connection:
            connection.execute(insert(meta_snapshot).values(
                version=self.version, built_at=NOW.replace(tzinfo=None), change_sequence=1,
                reporting_currency="GBP", today=20260410,
            ))  # fmt: skip
            connection.execute(
                insert(meta_source).values(
                    system="suiteprojects", complete_from=complete_from, account="", record_url="",
                    quarantined=0,
                )
            )  # fmt: skip
            for month in range(1, 6):
                connection.execute(insert(dim_period).values(
                    month=202600 + month, netsuite_id=month, name=str(month),
                    starts_on=date(2026, month, 1), ends_on=date(2026, month, 28),
                    is_closed=month in closed,
                ))  # fmt: skip
            for number, amount in (amounts or {1: 100}).items():
                connection.execute(SNAPSHOT.tables["fct_rev_rec"].insert().values(
                    recognition_id=number, project_key=-1, department_key=-1, customer_key=-1,
                    subsidiary_key=-1, month=202603, day=20260331, amount=Decimal(amount),
                    currency="GBP", amount_base=Decimal(amount),
                ))  # fmt: skip
        engine.dispose()
        said = {
            "version": self.version, "file": path.name, "change_sequence": 1, "today": "2026-04-10",
        }  # fmt: skip
        (self.settings.snapshot_dir / POINTER).write_bytes(orjson.dumps(said))

    def keep(self, **other) -> list[Month]:
        settings = self.settings.model_copy(update=other)
        return keep_closed(settings, Limits(), lambda: NOW + timedelta(days=self.version))

    @property
    def archives(self) -> Archives:
        return Archives(self.settings.archive_dir)

    def files(self):
        """Every file of every archive: its bytes and when they were written."""
        found = self.settings.archive_dir.glob("2026-*/*")
        return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in found}


@pytest.fixture
def firm(tmp_path):
    return Firm(tmp_path)


def test_of_months_closed_before_the_newest_is_kept_and_says_so(firm):
    firm.publish(closed=(1, 2))

    assert firm.keep() == [FEBRUARY]
    assert firm.archives.months() == [FEBRUARY]
    assert not firm.archives.about(FEBRUARY).was_seen


def test_a_month_is_kept_when_its_books_are_closed(firm):
    firm.publish(closed=(1, 2))
    firm.keep()
    firm.publish(closed=(1, 2, 3))

    assert firm.keep() == [MARCH]
    about = firm.archives.about(MARCH)
    assert (about.was_seen, about.version) == (True, 2)
    assert about.kept_at == NOW + timedelta(days=2)


def test_what_comes_later_never_rewrites_it(firm):
    firm.publish(closed=(1, 2))
    firm.keep()
    firm.publish(closed=(1, 2, 3))
    firm.keep()
    before = firm.files()

    firm.publish(closed=(1, 2), amounts={1: 7})  # reopened and corrected
    assert firm.keep() == []
    firm.publish(closed=(1, 2, 3), amounts={1: 8})  # and closed again
    assert firm.keep() == []
    (firm.settings.archive_dir / SEEN).unlink()  # even when nobody knows what was seen
    assert firm.keep() == []

    assert firm.files() == before


def test_as_closed_and_as_known_now_stand_side_by_side_with_the_difference_explained(firm):
    firm.publish(closed=(1, 2, 3), amounts={1: 100, 2: 50, 3: 5})
    firm.keep()
    firm.publish(closed=(1, 2, 3), amounts={1: 90, 3: 5, 4: "12.5"})
    firm.keep()

    now = Snapshots(firm.settings.snapshot_dir).current()
    change = explain_change(
        firm.archives.closed(MARCH), now, kpi("recognized_revenue"), Side.PSA, Period.of(MARCH),
        Scope.everything(),
    )  # fmt: skip

    assert (change.before.number, change.now.number) == (Decimal(155), Decimal("107.5"))
    assert change.before.closing.month == MARCH
    (part,) = change.parts
    told = {kind: one.amount for kind, one in part.kinds.items() if one.rows}
    assert told == {
        Moved.CHANGED: Decimal(-10), Moved.GONE: Decimal(-50), Moved.NEW: Decimal("12.5"),
    }  # fmt: skip
    assert sum(told.values()) == change.difference


def test_nothing_is_kept_while_history_is_still_loading(firm):
    firm.publish(closed=(1, 2, 3), complete_from=202602)
    assert firm.keep() == []
    firm.publish(closed=(1, 2, 3))

    assert firm.keep() == [MARCH]


def test_nothing_is_kept_where_it_is_switched_off(firm):
    firm.publish(closed=(1, 2, 3))

    assert firm.keep(archive_closed_months=False) == []
    assert firm.archives.months() == []


def test_what_cannot_be_kept_is_logged_and_tried_again(firm, caplog):
    firm.publish(closed=(1, 2, 3))
    firm.settings.archive_dir.write_text("a file where the folder should be")
    with caplog.at_level(logging.ERROR):
        assert firm.keep() == []
    assert "The next run tries again" in caplog.text
    firm.settings.archive_dir.unlink()

    assert firm.keep() == [MARCH]


def test_what_a_crash_left_is_written_anew(firm):
    firm.publish(closed=(1, 2, 3))
    left = firm.settings.archive_dir / "2026-03.unfinished"
    left.mkdir(parents=True)
    (left / "fct_gl.parquet").write_bytes(b"half")

    assert firm.keep() == [MARCH]
    firm.archives.closed(MARCH)
    assert not left.exists()
