"""A wrong setting stops the start with the setting's name."""

import pytest

from dashboard.settings import DashboardSettings
from models.errors import ConfigError
from models.settings import WarehouseSettings, refuse_unknown


def test_a_wrong_value_names_its_variable(monkeypatch):
    monkeypatch.setenv("ONEVIEW_SNAPSHOTS_KEPT", "none")

    with pytest.raises(ConfigError, match="ONEVIEW_SNAPSHOTS_KEPT"):
        WarehouseSettings.load()


def test_a_value_may_come_from_a_file(monkeypatch, tmp_path):
    (tmp_path / "url").write_text("postgresql+psycopg://record\n")
    monkeypatch.setenv("ONEVIEW_DATABASE_URL_FILE", str(tmp_path / "url"))

    assert WarehouseSettings.load().record_url == "postgresql+psycopg://record"


def test_a_file_that_cannot_be_read_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("ONEVIEW_DATABASE_URL_FILE", str(tmp_path / "missing"))

    with pytest.raises(ConfigError, match="ONEVIEW_DATABASE_URL_FILE"):
        WarehouseSettings.load()


def test_a_variable_nobody_reads_is_refused():
    with pytest.raises(ConfigError, match="ONEVIEW_SNAPSHOT_KEPT"):
        refuse_unknown([WarehouseSettings], {"ONEVIEW_SNAPSHOT_KEPT": "9", "PATH": "/bin"})


def test_known_variables_and_their_files_pass():
    refuse_unknown([WarehouseSettings], {"ONEVIEW_DATA_DIR": "x", "ONEVIEW_DATABASE_URL_FILE": "y"})


def test_a_missing_value_is_said_in_plain_words(monkeypatch):
    for name in ("ONEVIEW_OIDC_ISSUER", "ONEVIEW_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(ConfigError, match="ONEVIEW_OIDC_ISSUER: is missing"):
        DashboardSettings.load()


def test_an_address_without_encryption_is_named(monkeypatch):
    monkeypatch.setenv("ONEVIEW_PUBLIC_URL", "http://oneview.example")

    with pytest.raises(ConfigError, match="ONEVIEW_PUBLIC_URL: must start with https"):
        DashboardSettings.load(
            secret_key="x" * 32,
            oidc_issuer="https://id.example",
            oidc_client_id="a",
            oidc_client_secret="b",
        )
