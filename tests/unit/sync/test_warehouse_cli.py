"""`oneview warehouse`: rebuild and verify, in plain words."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import orjson
import pytest
from typer.testing import CliRunner

from models.database import open_record, upgrade, writing
from models.errors import ConfigError, QuestionError, WarehouseError
from models.settings import WarehouseSettings
from models.snapshot import Snapshots
from sync.engine.meta import SourceInfo
from sync.engine.observe import observe
from sync.engine.parse import parser_of
from sync.engine.publish import build_and_publish
from sync.engine.stage import ensure_tables
from sync.engine.upsert import upsert
from sync.entities import ENTITIES
from sync.entities.entity import System
from sync.observations import OBSERVATIONS
from sync.warehouse_cli import app
from tests.builds import build_only


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The folder of an installation that has published its first snapshot, of few tables."""
    with pytest.MonkeyPatch.context() as patch:
        entities = build_only(patch, "dim_customer", "dim_project")
        settings = WarehouseSettings(data_dir=tmp_path_factory.mktemp("published"))
        engine = open_record(settings.record_url)
        upgrade(engine)
        ensure_tables(engine, entities.values())
        source = SourceInfo(system=System.NETSUITE, account="123", record_url="https://erp.example")
        build_and_publish(engine, settings, [source], lambda: datetime.now(UTC))
        engine.dispose()
        yield settings.data_dir


@pytest.fixture
def settings(published, tmp_path, monkeypatch):
    folder = tmp_path / "var"
    shutil.copytree(published, folder)
    monkeypatch.setenv("ONEVIEW_DATA_DIR", str(folder))
    return WarehouseSettings.load()


def call(*words):
    return CliRunner().invoke(app, words, catch_exceptions=True)


def test_rebuild_needs_no_credentials_and_keeps_what_the_snapshot_knows_of_the_systems(settings):
    result = call("rebuild")

    assert result.exit_code == 0
    assert "Published snapshot 2" in result.output
    snapshot = Snapshots(settings.snapshot_dir).current()
    assert (snapshot.version, snapshot.sources["netsuite"].account) == (2, "123")


def test_verify_says_that_all_is_well_or_what_is_not(settings):
    assert call("verify").output.strip() == "The snapshot equals the record."

    with duckdb.connect(settings.snapshot_dir / "v000001.duckdb") as connection:
        connection.execute("UPDATE dim_customer SET name = 'Altered'")
    result = call("verify")

    assert "dim_customer" in result.output
    assert isinstance(result.exception, WarehouseError)
    assert "oneview warehouse rebuild" in str(result.exception)


def test_before_the_first_snapshot_the_systems_must_be_set(tmp_path, monkeypatch):
    monkeypatch.setenv("ONEVIEW_DATA_DIR", str(tmp_path))

    assert isinstance(call("rebuild").exception, ConfigError)


def test_records_are_shown_as_they_were_at_the_end_of_a_day(settings):
    project = ENTITIES["suiteprojects__project"]
    engine = open_record(settings.record_url)
    for day, name in (("2026-03-31T21:30:00Z", "Old name"), ("2026-04-02T08:00:00Z", "New name")):
        row = parser_of(project).parse({"id": 5, "name": name, "updated": day})
        with writing(engine) as connection:
            upsert(connection, project, [row], run_id=1, now=datetime.now(UTC))
    engine.dispose()
    words = ("as-of", "2026-03-31", "--entity", project.key)

    assert "Old name" in call(*words).output.splitlines()[1]
    shown = orjson.loads(call(*words, "--where", "id=5", "--json").output)
    assert (shown["name"], shown["_valid_from"]) == ("Old name", "2026-03-31T21:30:00+00:00")
    assert call(*words, "--zone", "Asia/Kolkata").output == ""  # the day ended before
    assert "as-of" not in call(*words, "--where", "name=New name").output
    for wrong in (("--where", "colour=red"), ("--zone", "Mars"), ("--json", "--csv")):
        assert isinstance(call(*words, *wrong).exception, QuestionError)
    assert isinstance(call("as-of", "March", "--entity", project.key).exception, QuestionError)


def test_what_was_observed_on_a_day_is_shown_and_what_nobody_saw_is_not_invented(settings):
    backlog = OBSERVATIONS["backlog"]
    engine = open_record(settings.record_url)
    with duckdb.connect() as work:
        work.execute("CREATE TABLE fct_backlog AS SELECT 202603 AS month, 'netsuite' AS system, "
            "'SO1' AS contract, 2 AS project_key, 4 AS department_key, 6 AS customer_key, "
            "1 AS subsidiary_key, 'services_tm' AS stream, 'EUR' AS currency, "
            "9.5::DECIMAL(18,4) AS contracted, 2::DECIMAL(18,4) AS recognized, "
            "7.5::DECIMAL(18,4) AS remaining, 8::DECIMAL(18,4) AS amount_base")  # fmt: skip
        work.execute("CREATE TABLE run_day AS SELECT 202603 AS month")
        observe(engine, work, [backlog], day=date(2026, 3, 31), sequence=1, now=datetime.now(UTC))
    engine.dispose()

    shown = orjson.loads(call("observed", "backlog", "2026-03-31", "--json").output)
    assert (shown["contract"], shown["remaining"]) == ("SO1", "7.5000")
    assert "SO1" in call("observed", "backlog", "2026-03-31").output
    for wrong in (("backlog", "2026-03-30"), ("backlog", "March"), ("weather", "2026-03-31")):
        assert isinstance(call("observed", *wrong).exception, QuestionError)


def test_closed_months_are_listed_and_a_damaged_one_is_told(settings):
    assert "No closed month is kept yet." in call("archives").output

    kept = settings.archive_dir / "2026-01"
    shutil.copytree(Path(__file__).parents[2] / "data" / "archives" / "2026-01", kept)
    whole = call("archives", "--check")
    assert whole.exit_code == 0
    assert "2026-01: version 3, kept 2026-02-10 08:31 UTC" in whole.output
    assert "whole" in whole.output

    (kept / "fct_gl.parquet").write_bytes(b"")
    assert call("archives").exit_code == 0
    damaged = call("archives", "--check")
    assert damaged.exit_code == 1
    assert "Put the folder back from the backup" in damaged.output
