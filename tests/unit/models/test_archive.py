"""Closed months as they were: what an earlier version kept can be read; what is damaged is told."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.access import Scope
from models.archive import ABOUT, SCHEMA, Archives, read_about, seal
from models.errors import NoSnapshotError, WarehouseError
from models.metrics.catalogue import kpi, kpis
from models.metrics.kpi import Reason, Side
from models.metrics.query import answer, rows
from models.period import Month, Period

EARLIER = Path(__file__).parents[2] / "data" / "archives"  # as the first version kept it
JANUARY = Month(2026, 1)
PERIOD = Period.of(JANUARY)
EVERYTHING = Scope.everything()


@pytest.fixture
def folder(tmp_path):
    """A folder of archives of one's own, to damage."""
    shutil.copytree(EARLIER, tmp_path / "archives")
    return tmp_path / "archives"


def resealed(folder: Path, **other) -> None:
    path = folder / str(JANUARY) / ABOUT
    about = orjson.loads(path.read_bytes())["about"]
    path.write_bytes(seal(about | other))


class TestOfAnEarlierVersion:
    @pytest.fixture(scope="class")
    def closed(self):
        return Archives(EARLIER).closed(JANUARY)

    def test_is_the_snapshot_it_was_taken_from(self, closed):
        assert read_about(closed.path).schema < SCHEMA
        assert (closed.version, closed.reporting_currency) == (3, "GBP")
        assert (closed.closing.month, closed.closing.was_seen) == (JANUARY, True)
        assert closed.last_closed_month == JANUARY

    def test_tells_its_numbers_and_their_rows(self, closed):
        asked = kpi("recognized_revenue")
        told = answer(closed, asked, PERIOD, EVERYTHING).only
        behind = rows(closed, asked, Side.PSA, PERIOD, EVERYTHING, limit=None)

        assert told.psa == Decimal("16750.1234")
        assert sum(row["contribution"] for row in behind.rows) == told.psa
        assert behind.rows[0]["project"]

    def test_refuses_what_it_does_not_hold_rather_than_answer_nothing(self, closed):
        asked = kpi("bench_hours")
        told = answer(closed, asked, PERIOD, EVERYTHING).only
        behind = rows(closed, asked, Side.PSA, PERIOD, EVERYTHING)

        assert told.psa is None
        assert told.reasons[Side.PSA] is Reason.NOT_ARCHIVED
        assert "kept by an earlier version" in behind.withheld

    @pytest.mark.parametrize("key", list(kpis())[::7])
    def test_answers_every_number_or_says_why_not(self, closed, key):
        told = answer(closed, kpi(key), PERIOD, EVERYTHING).only

        for side in Side:
            assert (told.side(side) is None) == (side in told.reasons)

    @pytest.mark.parametrize(
        "statement", ["SELECT * FROM read_text('/etc/hostname')", "DELETE FROM fct_gl"]
    )
    def test_lets_nothing_else_be_read_and_nothing_be_changed(self, closed, statement):
        with closed.engine.connect() as connection, pytest.raises(DBAPIError):
            connection.execute(text(statement))


def test_a_month_that_is_not_kept_is_told_so(folder):
    for archives in (Archives(folder), Archives(None), Archives(folder / "not made yet")):
        with pytest.raises(NoSnapshotError, match="2026-02 was not kept as closed"):
            archives.closed(Month(2026, 2))
    assert Archives(folder).months() == [JANUARY]


def test_what_is_half_written_is_no_archive(folder):
    (folder / "2026-02.unfinished").mkdir()

    assert Archives(folder).months() == [JANUARY]


def test_a_damaged_table_is_named_and_what_to_do(folder):
    path = folder / str(JANUARY) / "fct_gl.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])

    with pytest.raises(
        WarehouseError, match=r"2026-01 is damaged: fct_gl\.parquet is not as"
    ) as told:
        Archives(folder).closed(JANUARY)
    assert "Put the folder back from the backup" in str(told.value)


def test_a_missing_table_is_named(folder):
    (folder / str(JANUARY) / "fct_time.parquet").unlink()

    with pytest.raises(WarehouseError, match=r"fct_time\.parquet is missing"):
        Archives(folder).closed(JANUARY)


@pytest.mark.parametrize("said", [b"", b"{}", b"[]", b"null"])
def test_a_damaged_description_is_told(folder, said):
    (folder / str(JANUARY) / ABOUT).write_bytes(said)

    with pytest.raises(WarehouseError, match=r"is damaged: about\.json cannot be read"):
        Archives(folder).closed(JANUARY)


def test_a_description_that_was_changed_is_told(folder):
    path = folder / str(JANUARY) / ABOUT
    path.write_bytes(path.read_bytes().replace(b'"version":3', b'"version":4'))

    with pytest.raises(WarehouseError, match=r"about\.json is not as it was written"):
        Archives(folder).closed(JANUARY)


def test_an_archive_of_a_later_version_asks_for_that_version(folder):
    resealed(folder, schema=SCHEMA + 1)

    with pytest.raises(WarehouseError, match="later version of One View"):
        Archives(folder).closed(JANUARY)
