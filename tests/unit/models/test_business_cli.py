"""`oneview business show` tells every value with who or what says so."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from models.business import load_file
from models.business.deciding import decide
from models.business.decision import Decision
from models.business_cli import app
from models.database import open_record, upgrade
from models.settings import WarehouseSettings

CPI = ("thresholds", "health", "cpi")
RULES = [{"hours": "credited", "names": ["*presales*"]}]


@pytest.fixture
def decided(tmp_path, monkeypatch):
    file = tmp_path / "business.toml"
    file.write_text("[thresholds.health]\nspi = 0.8\n")
    monkeypatch.setenv("ONEVIEW_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ONEVIEW_BUSINESS_FILE", str(file))
    record = open_record(WarehouseSettings.load().record_url)
    upgrade(record)
    at = datetime(2026, 11, 26, tzinfo=UTC)
    base = load_file(str(file))
    one = Decision(place=CPI, state="set", value=Decimal("0.95"), by="cfo", at=at, note="Board")
    decide(record, base, one, {})
    one = Decision(place=("map", "account_line", "7"), state="set", value="tax", by="cfo", at=at)
    decide(record, base, one, {})
    one = Decision(place=("crediting",), state="set", value=RULES, by="cfo", at=at)
    decide(record, base, one, {})
    record.dispose()
    return file


def test_every_value_is_told_with_its_source(decided):
    lines = CliRunner().invoke(app, ["show"]).output.splitlines()

    assert "thresholds.health.cpi = 0.95  (cfo, 2026-11-26: Board; else 0.9)" in lines
    assert f"thresholds.health.spi = 0.8  ({decided}, line 2)" in lines
    assert "thresholds.health.burn_ratio = 1.15  (built in)" in lines
    assert 'map.account_line.7 = "tax"  (cfo, 2026-11-26; else null)' in lines
    rules = '[{"names": ["*presales*"], "hours": "credited"}]'
    assert f"crediting = {rules}  (cfo, 2026-11-26; else [])" in lines
    assert lines[-1].endswith("Decided by people: 3.")


def test_as_json(decided):
    told = json.loads(CliRunner().invoke(app, ["show", "--json"]).output)

    (one,) = [line for line in told if line["place"] == list(CPI)]
    assert (one["value"], one["said_by"], one["file_says"]) == (0.95, "cfo", 0.9)
