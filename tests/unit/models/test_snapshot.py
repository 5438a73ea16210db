"""Readers get the newest whole snapshot, and keep the one they hold."""

from __future__ import annotations

import gc
import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.exc import DBAPIError

from models.errors import NoSnapshotError, QuestionError, WarehouseError
from models.period import Month
from models.side_by_side import side_by_side
from models.snapshot import POINTER, Snapshots, file_name, open_snapshot
from models.tables.conformed import dim_period, meta_snapshot, meta_source
from tests.small import empty_snapshot

BUILT = datetime(2026, 3, 10, 8, 30)  # noqa: DTZ001 - as the file holds it, UTC by agreement


def write(folder: Path, version: int, *, closed: tuple[int, ...] = (1, 2), today=20260310) -> Path:
    """A snapshot's file with little in it."""
    path = folder / file_name(version)
    path.write_bytes(_written(version, closed, today))
    return path


@cache
def _written(version: int, closed: tuple[int, ...], today: int) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "snapshot.duckdb"
        empty_snapshot(path)
        engine = create_engine(f"duckdb:///{path}")
        with engine.begin() as connection:
            connection.execute(
                insert(meta_snapshot).values(
                    version=version, built_at=BUILT, change_sequence=version * 10,
                    reporting_currency="USD", today=today,
                )
            )  # fmt: skip
            connection.execute(
                insert(meta_source).values(
                    system="netsuite", as_of=BUILT, complete_from=202501, account="123",
                    record_url="https://erp.example", quarantined=3,
                )
            )  # fmt: skip
            months = [
                {
                    "month": 202600 + month, "netsuite_id": month, "name": str(month),
                    "starts_on": date(2026, month, 1), "ends_on": date(2026, month, 28),
                    "is_closed": month in closed,
                }
                for month in range(1, 5)
            ]  # fmt: skip
            connection.execute(insert(dim_period), months)
        engine.dispose()
        return path.read_bytes()


def point(folder: Path, version: int) -> None:
    said = {
        "version": version, "file": file_name(version), "change_sequence": version * 10,
        "today": "2026-03-10",
    }  # fmt: skip
    unfinished = folder / "pointer"
    unfinished.write_text(json.dumps(said))
    unfinished.replace(folder / POINTER)


@pytest.fixture
def published(tmp_path):
    write(tmp_path, 1)
    point(tmp_path, 1)
    return tmp_path


def version_in(snapshot) -> int:
    with snapshot.engine.connect() as connection:
        return connection.scalar(select(meta_snapshot.c.version))


def is_open(path: Path) -> bool:
    """Whether this process has the file open."""
    held = Path("/proc/self/fd").iterdir()
    return any(str(link.readlink()) == str(path) for link in held if link.is_symlink())


def test_before_the_first_publication_says_that_there_is_none(tmp_path):
    with pytest.raises(NoSnapshotError, match="Nothing has been published yet"):
        Snapshots(tmp_path).current()
    with pytest.raises(NoSnapshotError):
        Snapshots(tmp_path / "not made yet").current()


def test_tells_what_the_snapshot_speaks_of(published):
    snapshot = Snapshots(published).current()

    assert (snapshot.version, snapshot.reporting_currency) == (1, "USD")
    assert snapshot.today == date(2026, 3, 10)
    assert snapshot.built_at == BUILT.replace(tzinfo=UTC)
    source = snapshot.sources["netsuite"]
    assert source.as_of == BUILT.replace(tzinfo=UTC)
    assert (source.complete_from, source.quarantined) == (Month(2025, 1), 3)


def test_the_last_closed_month_is_closed_and_over(tmp_path):
    for version, closed, expected in (
        (1, (1, 2), Month(2026, 2)),
        (2, (1, 2, 4), Month(2026, 2)),  # April is closed by mistake: it is not over
        (3, (1,), Month(2026, 1)),
        (4, (), Month(2026, 2)),  # no book was ever closed: the month before today's
    ):
        write(tmp_path, version, closed=closed)
        point(tmp_path, version)

        assert Snapshots(tmp_path).current().last_closed_month == expected


def test_is_opened_once_while_the_pointer_stands(published):
    snapshots = Snapshots(published)

    assert snapshots.current() is snapshots.current()


def test_moves_on_with_the_pointer(published):
    snapshots = Snapshots(published)
    first = snapshots.current()
    write(published, 2)
    point(published, 2)

    second = snapshots.current()

    assert (first.version, second.version) == (1, 2)
    assert (version_in(first), version_in(second)) == (1, 2)


def test_who_holds_an_old_snapshot_goes_on_reading_it_even_when_its_file_is_gone(published):
    snapshots = Snapshots(published)
    first = snapshots.current()
    write(published, 2)
    point(published, 2)
    snapshots.current()
    first.path.unlink()

    assert version_in(first) == 1


def test_an_old_snapshot_is_let_go_when_nobody_holds_it(published):
    snapshots = Snapshots(published)
    path = snapshots.current().path
    assert is_open(path)
    write(published, 2)
    point(published, 2)

    snapshots.current()
    gc.collect()

    assert not is_open(path)


def test_two_stay_open_beside_one_another_while_both_are_held(published):
    before, now = open_snapshot(published / file_name(1)), open_snapshot(write(published, 2))
    paths = [before.path, now.path]
    with side_by_side(before, now) as both:
        asked = "SELECT b.version, n.version FROM before.meta_snapshot b, now.meta_snapshot n"
        assert both.connection.exec_driver_sql(asked).one() == (1, 2)
    for path in paths:
        path.unlink()

    with side_by_side(before, now) as both:
        assert both.connection.exec_driver_sql(asked).one() == (1, 2)
    del before, now
    gc.collect()

    assert not any(map(is_open, paths))


def test_who_asks_two_at_once_sees_nothing_that_another_makes_of_them(published):
    before, now = open_snapshot(published / file_name(1)), open_snapshot(write(published, 2))
    with side_by_side(before, now) as one, side_by_side(before, now) as other:
        one.connection.exec_driver_sql("CREATE TEMP TABLE moved AS SELECT 1")

        with pytest.raises(DBAPIError, match="moved does not exist"):
            other.connection.exec_driver_sql("FROM temp.moved")


def test_a_file_pruned_between_pointer_and_opening_is_no_failure(published, monkeypatch):
    (published / file_name(1)).unlink()

    def publish_meanwhile(_):
        write(published, 2)
        point(published, 2)

    monkeypatch.setattr("models.snapshot.sleep", publish_meanwhile)

    assert Snapshots(published).current().version == 2


def test_a_file_that_stays_away_is_named(published, monkeypatch):
    (published / file_name(1)).unlink()
    monkeypatch.setattr("models.snapshot.sleep", lambda _: None)

    with pytest.raises(WarehouseError, match=r"v000001\.duckdb is not there"):
        Snapshots(published).current()


def test_a_file_that_is_no_snapshot_is_named(published, monkeypatch):
    (published / file_name(1)).write_bytes(b"no database")
    monkeypatch.setattr("models.snapshot.sleep", lambda _: None)

    with pytest.raises(WarehouseError, match=r"v000001\.duckdb cannot be read"):
        Snapshots(published).current()


@pytest.mark.parametrize("said", ["", "{}", "[]", '{"version": "x"}', "null"])
def test_a_damaged_pointer_says_what_to_do(published, said):
    (published / POINTER).write_text(said)

    with pytest.raises(WarehouseError, match="oneview warehouse rebuild"):
        Snapshots(published).current()


def test_a_pointer_cannot_lead_out_of_the_folder(published, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    write(elsewhere, 9)
    said = {
        "version": 9,
        "file": f"{elsewhere}/v000009.duckdb",
        "change_sequence": 1,
        "today": "2026-03-10",
    }
    (published / POINTER).write_text(json.dumps(said))

    with pytest.raises(WarehouseError, match="is not there"):
        Snapshots(published).current()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE x (a INTEGER)",
        "DELETE FROM meta_source",
        "SELECT * FROM read_text('/etc/hostname')",
        "COPY meta_source TO '/tmp/stolen.csv'",
    ],
)
def test_nothing_can_be_written_or_read_beside_it(published, statement):
    snapshot = Snapshots(published).current()

    with snapshot.engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text(statement))


def test_many_threads_share_one_while_newer_ones_are_published(published):
    snapshots = Snapshots(published)
    for version in range(2, 6):
        write(published, version)

    def read(_):
        snapshot = snapshots.current()
        return snapshot.version == version_in(snapshot)

    with ThreadPoolExecutor(4) as pool:
        for version in range(2, 6):
            before = [pool.submit(read, n) for n in range(8)]
            point(published, version)
            assert all(future.result() for future in before)

    assert snapshots.current().version == 5


class TestAnEarlierVersion:
    @pytest.fixture
    def folder(self, tmp_path):
        for version in range(1, 6):
            write(tmp_path, version)
        point(tmp_path, 5)
        return Snapshots(tmp_path)

    def test_can_be_read_on_while_it_is_kept(self, folder):
        current = folder.current()

        assert folder.version(5) is current
        assert version_in(folder.version(3)) == 3
        assert folder.version(3) is folder.version(3)
        assert folder.current() is current

    def test_that_is_pruned_or_never_was_is_told_so(self, folder):
        (folder.folder / file_name(2)).unlink()

        for gone in (2, 0, 6, 999):
            with pytest.raises(NoSnapshotError, match="not kept any more"):
                folder.version(gone)

    def test_is_let_go_when_others_are_asked_for(self, folder):
        for version in (1, 2, 3):
            folder.version(version)
        gc.collect()

        held = [version for version in (1, 2, 3) if is_open(folder.folder / file_name(version))]
        assert held == [2, 3]

    def test_whose_successor_is_not_published_yet_does_not_exist(self, folder):
        write(folder.folder, 6)

        with pytest.raises(NoSnapshotError):
            folder.version(6)

    def test_is_found_by_the_day_it_was_made_on_or_before(self, folder):
        for version, day in ((1, 1), (2, 3), (3, 3), (4, 9), (5, 10)):
            at = datetime(2026, 3, day, 12, tzinfo=UTC).timestamp()
            os.utime(folder.folder / file_name(version), (at, at))

        assert folder.since("4").version == 4
        assert folder.since("2026-03-03").version == 3
        assert folder.since("2026-03-08").version == 3
        assert folder.since("2026-12-31").version == 5
        with pytest.raises(NoSnapshotError, match="The oldest is version 1, of 2026-03-01"):
            folder.since("2026-02-28")
        for wrong in ("yesterday", "2026-02-30", "-1", ""):
            with pytest.raises(QuestionError, match="neither a version"):
                folder.since(wrong)
