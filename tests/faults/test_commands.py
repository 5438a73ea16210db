from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import Engine, select
from typer.testing import CliRunner

from models.cli import app as db
from models.database import open_record
from models.errors import QuestionError, WarehouseError
from models.tables.operations import ops_run
from sync.cli import app as sync
from sync.engine import alarms, quarantine
from sync.engine.parse import Unusable

pytestmark = pytest.mark.once

ONEVIEW = [sys.executable, "-c", "import oneview; oneview.main()"]


def _run(app: Any, *words: str) -> Any:
    return CliRunner().invoke(app, words)


@pytest.fixture
def command(record_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("ONEVIEW_DATABASE_URL", record_url)
    return _run


@pytest.fixture
def first_command(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """A command where there is no table yet."""
    monkeypatch.setenv("ONEVIEW_DATABASE_URL", empty_url)
    return _run


def test_the_record_is_prepared_by_one_command_that_may_be_repeated(
    first_command: Callable[..., Any],
) -> None:
    assert first_command(db, "check").exit_code == 1

    assert first_command(db, "upgrade").exit_code == 0
    assert first_command(db, "upgrade").exit_code == 0

    assert first_command(db, "check").exit_code == 0


def test_the_status_names_every_entity_before_the_first_run(command: Callable[..., Any]) -> None:
    table = command(sync, "status")
    found = json.loads(command(sync, "status", "--json").stdout)

    assert "netsuite__transaction " in table.stdout
    assert {entity["state"] for entity in found["entities"]} == {"never"}
    assert found["runs"] == []


def test_the_status_of_a_record_without_tables_says_what_to_run(
    first_command: Callable[..., Any],
) -> None:
    failed = first_command(sync, "status")

    assert isinstance(failed.exception, WarehouseError)
    assert "oneview db upgrade" in str(failed.exception)


def test_an_entity_that_does_not_exist_is_named(command: Callable[..., Any]) -> None:
    failed = command(sync, "run", "--entity", "netsuite__nonsense")

    assert isinstance(failed.exception, QuestionError)
    assert "netsuite__nonsense" in str(failed.exception)


@pytest.mark.fault(36)
def test_the_worker_leaves_at_once_and_well_when_it_is_terminated(
    record_url: str, tmp_path: Path
) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(
        ec.generate_private_key(ec.SECP256R1()).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
    )
    nobody = "http://127.0.0.1:9"  # the discard port: nothing listens, every attempt is repeated
    settings = {
        "DATA_DIR": str(tmp_path), "DATABASE_URL": record_url, "SECRET_KEY": "k" * 40,
        "NETSUITE_ACCOUNT": "1234567", "NETSUITE_URL": nobody, "NETSUITE_CLIENT_ID": "client",
        "NETSUITE_CERTIFICATE_ID": "certificate", "NETSUITE_PRIVATE_KEY_FILE": str(key),
        "SUITEPROJECTS_URL": nobody, "SUITEPROJECTS_CLIENT_ID": "client",
        "SUITEPROJECTS_CLIENT_SECRET": "secret", "SUITEPROJECTS_REFRESH_TOKEN": "token",
        "SUITEPROJECTS_API_KEY": "key",
    }  # fmt: skip
    others = {name: text for name, text in os.environ.items() if not name.startswith("ONEVIEW_")}
    environment = others | {f"ONEVIEW_{name}": value for name, value in settings.items()}
    subprocess.run([*ONEVIEW, "db", "upgrade"], env=environment, check=True)
    engine = open_record(record_url)

    worker = subprocess.Popen([*ONEVIEW, "sync", "worker"], env=environment)
    while not _runs(engine):
        assert worker.poll() is None
        time.sleep(0.1)
    worker.send_signal(signal.SIGTERM)
    code = worker.wait(timeout=30)

    assert code == 0
    assert _runs(engine) == ["interrupted"]
    engine.dispose()


def _runs(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(ops_run.c.state)))


def test_the_proof_of_a_record_without_runs_says_what_it_waits_for(
    command: Callable[..., Any],
) -> None:
    command(db, "upgrade")

    told = command(sync, "proof")

    assert told.exit_code == 0
    assert "Nothing has been compared yet" in told.stdout
    assert json.loads(command(sync, "proof", "--json").stdout)["alarms"] == []


def test_an_open_alarm_is_told_by_status_and_proof_whose_exit_code_is_one(
    command: Callable[..., Any], record_url: str
) -> None:
    command(db, "upgrade")
    engine = open_record(record_url)
    with engine.begin() as connection:
        alarms.sound(
            connection, "proof", "netsuite__job", 202603, "Projects of 2026-03: 2 here, 3 there.", {},
            now=datetime(2026, 3, 2, tzinfo=UTC),
        )  # fmt: skip
    engine.dispose()

    told = command(sync, "proof")

    assert told.exit_code == 1
    assert "Projects of 2026-03: 2 here, 3 there." in told.stdout
    assert "Projects of 2026-03: 2 here, 3 there." in command(sync, "status").stdout
    assert command(sync, "proof", "--entity", "netsuite__customer").exit_code == 0


def test_the_quarantine_is_listed_and_shown_with_all_of_its_content(
    command: Callable[..., Any], record_url: str
) -> None:
    command(db, "upgrade")
    assert "empty" in command(sync, "quarantine", "list").stdout
    bad = Unusable(
        field="number", reason="is longer than 100,000 characters", record_key="7", key=7,
        payload={"id": "7", "number": "x" * 200_000, "odd": "\ud800"},
    )  # fmt: skip
    engine = open_record(record_url)
    with engine.begin() as connection:
        now = datetime(2026, 3, 2, tzinfo=UTC)
        quarantine.keep(connection, "netsuite__job", [bad], run_id=1, now=now)
    engine.dispose()

    listed = command(sync, "quarantine", "list").stdout
    shown = json.loads(command(sync, "quarantine", "show", "--key", "7", "--json").stdout)

    assert "netsuite__job 7: number is longer than 100,000 characters" in listed
    assert "xxxx" not in listed
    assert shown[0]["payload"] == bad.payload


def test_a_retry_asks_which_records_are_meant(command: Callable[..., Any]) -> None:
    command(db, "upgrade")

    assert isinstance(command(sync, "quarantine", "retry").exception, QuestionError)
    assert command(sync, "quarantine", "retry", "--all").exit_code == 0
