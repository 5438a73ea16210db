"""`oneview sync fields` tells which custom fields there are, and what became of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.database import open_record, upgrade, writing
from models.settings import WarehouseSettings
from models.tables.fields import ops_field, ops_schema_event
from sync.cli import app

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_a_field_that_vanished_is_told_as_text_and_as_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEVIEW_DATA_DIR", str(tmp_path))
    engine = open_record(WarehouseSettings.load().record_url)
    upgrade(engine)
    with writing(engine) as connection:
        connection.execute(
            ops_field.insert().values(
                entity="netsuite__customer", name="custentity_a", label="Tier", kind="text",
                source_type="string", is_custom=True, state="gone", first_seen_at=AT, last_seen_at=AT,
            )
        )  # fmt: skip
        connection.execute(
            ops_schema_event.insert().values(
                at=AT, run_id=1, entity="netsuite__customer", field="custentity_a",
                event="vanished", before="string",
            )
        )  # fmt: skip
    engine.dispose()

    text = CliRunner().invoke(app, ["fields"]).output
    answer = CliRunner().invoke(app, ["fields", "--json", "--entity", "netsuite__customer"])
    other = CliRunner().invoke(app, ["fields", "--json", "--entity", "netsuite__job"])

    assert "custentity_a  text  Tier  (gone: its values stay)" in text
    assert "custentity_a vanished  string" in text
    assert json.loads(answer.output)["fields"][0]["label"] == "Tier"
    assert json.loads(answer.output)["events"][0]["event"] == "vanished"
    assert json.loads(other.output) == {"fields": [], "events": []}
