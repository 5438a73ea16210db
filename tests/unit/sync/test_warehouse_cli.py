"""`oneview warehouse`: rebuild and verify, in plain words."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import pytest
from typer.testing import CliRunner

from models.database import open_record, upgrade
from models.errors import ConfigError, WarehouseError
from models.settings import WarehouseSettings
from models.snapshot import Snapshots
from sync.engine.build import SourceInfo
from sync.engine.publish import build_and_publish
from sync.engine.stage import ensure_tables
from sync.entities import ENTITIES
from sync.entities.entity import System
from sync.warehouse_cli import app


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("ONEVIEW_DATA_DIR", str(tmp_path))
    settings = WarehouseSettings.load()
    engine = open_record(settings.record_url)
    upgrade(engine)
    ensure_tables(engine, ENTITIES.values())
    sources = [SourceInfo(system=System.NETSUITE, account="123", record_url="https://erp.example")]
    build_and_publish(engine, settings, sources, lambda: datetime.now(UTC))
    engine.dispose()
    return settings


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
