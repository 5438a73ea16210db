"""A plan uploaded by the command counts from the next build on, until it is replaced or withdrawn."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from shutil import copytree

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from models.database import open_record, upgrade, writing
from models.plan_cli import app
from models.settings import WarehouseSettings
from models.snapshot import Snapshots
from models.tables.plan import fct_plan
from sync.engine.meta import SourceInfo
from sync.engine.parse import parser_of
from sync.engine.publish import build_and_publish
from sync.engine.stage import ensure_tables
from sync.engine.upsert import upsert
from sync.engine.warehouse import verify
from sync.entities import ENTITIES
from sync.entities.entity import System
from tests.builds import build_only

NOW = datetime(2026, 3, 10, 8, tzinfo=UTC)
SOURCES = [
    SourceInfo(system=system, account="1", record_url="https://x.example") for system in System
]
RECORDS = {
    "netsuite__currency": [{"id": 1, "symbol": "USD", "name": "Dollar"}],
    "netsuite__subsidiary": [{"id": 1, "name": "Group", "currency": 1}],
    "netsuite__department": [{"id": 10, "name": "Data"}],
}
GOOD = "measure,month,department,amount\nrevenue,2026-03,Data,100.5\nrevenue,2026-04,,200\n"
BAD = "measure,month,department,amount\nrevenue,2026-03,Data,100.5\nrevenue,soon,,200\n"


class Firm:
    """A record on disk, the command on it, and what readers see."""

    def __init__(self, folder) -> None:
        self.folder, self.settings = folder, WarehouseSettings(data_dir=folder)
        self.record = open_record(self.settings.record_url)

    def fill(self, entities) -> None:
        upgrade(self.record)
        ensure_tables(self.record, entities.values())
        with writing(self.record) as connection:
            for key, records in RECORDS.items():
                rows = [parser_of(ENTITIES[key]).parse(one) for one in records]
                upsert(connection, ENTITIES[key], rows, run_id=1, now=NOW)

    def publish(self) -> int | None:
        return build_and_publish(self.record, self.settings, SOURCES, lambda: NOW)

    def command(self, *words: str, file: str | None = None):
        path = self.folder / "plan.csv"
        if file is not None:
            path.write_text(file, encoding="utf-8")
            words = (words[0], str(path), *words[1:])
        return CliRunner().invoke(app, list(words))

    def plan(self) -> list[tuple]:
        with Snapshots(self.settings.snapshot_dir).current().engine.connect() as connection:
            query = select(
                fct_plan.c.version, fct_plan.c.month, fct_plan.c.amount_base,
                fct_plan.c.department_key,
            ).order_by(fct_plan.c.month)  # fmt: skip
            return [tuple(row) for row in connection.execute(query)]


@pytest.fixture(scope="module")
def only_the_plan():
    with pytest.MonkeyPatch.context() as patch:
        members = ("account", "customer", "department", "project", "subsidiary")
        yield build_only(patch, "fct_plan", *(f"dim_{name}" for name in members))


@pytest.fixture(scope="module")
def published(tmp_path_factory, only_the_plan):
    """A record and what was published of it, to be copied."""
    folder = tmp_path_factory.mktemp("published")
    made = Firm(folder)
    made.fill(only_the_plan)
    made.publish()
    made.record.dispose()
    return folder


@pytest.fixture
def firm(published, tmp_path, monkeypatch):
    folder = tmp_path / "var"
    copytree(published, folder)
    monkeypatch.setenv("ONEVIEW_DATA_DIR", str(folder))
    made = Firm(folder)
    yield made
    made.record.dispose()


def test_an_upload_counts_from_the_next_build_until_it_is_replaced_or_withdrawn(firm):
    done = firm.command("upload", "--version", "Board", file=GOOD)
    assert (done.exit_code, "2 rows taken" in done.output) == (0, True), done.output
    assert firm.plan() == []

    assert firm.publish() == 2
    assert firm.plan() == [
        ("Board", 202603, Decimal("100.5"), 21), ("Board", 202604, Decimal(200), -1),
    ]  # fmt: skip
    assert firm.publish() is None, "nothing has changed since"

    firm.command("upload", "--version", "Board", file="measure,month,amount\nrevenue,2026-03,7\n")
    assert firm.publish() == 3
    assert firm.plan() == [("Board", 202603, Decimal(7), -1)]
    assert verify(firm.record, firm.settings, SOURCES, lambda: NOW) == []

    assert firm.command("remove", "Board").exit_code == 0
    assert firm.publish() == 4
    assert firm.plan() == []
    listed = firm.command("list").output
    assert "withdrawn" in listed
    assert "replaced" in listed


def test_nothing_is_taken_from_a_file_with_a_wrong_row_unless_it_is_skipped(firm):
    refused = firm.command("upload", "--version", "Board", file=BAD)
    assert refused.exit_code == 1
    assert "1 row is wrong. Nothing was taken" in str(refused.exception)
    assert firm.publish() is None

    taken = firm.command("upload", "--version", "Board", "--skip-rows", "3", file=BAD)
    assert "1 rows taken, 1 skipped" in taken.output
    firm.publish()
    assert [row[:2] for row in firm.plan()] == [("Board", 202603)]


def test_check_tells_what_is_wrong_and_takes_nothing(firm):
    wrong = firm.command("check", file=BAD)
    assert wrong.exit_code == 1
    for word in ("soon", "month", "2026-03"):
        assert word in wrong.output

    right = firm.command("check", file=GOOD)
    assert (right.exit_code, "2 rows can be taken" in right.output) == (0, True)
    assert "Nothing was uploaded yet." in firm.command("list").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--version", "=x"), "A version needs a name"),
        (("--version", "x", "--skip-rows", "two"), "'two' are no rows"),
        (("--version", "x", "--skip-rows", "9"), "Row 9 is to be skipped, but holds nothing"),
        (("--version", "x", "--approved", "never"), "--approved: 'never' is no month"),
    ],
)
def test_what_is_asked_wrongly_is_refused_and_nothing_taken(firm, words, said):
    refused = firm.command("upload", *words, file=GOOD)

    assert refused.exit_code == 1
    assert said in str(refused.exception)
    assert "Nothing was uploaded yet." in firm.command("list").output
