"""The same facts come of a record however it is kept, and however often it was built."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from models.database import open_record, writing
from models.sequence import next_sequence
from models.settings import WarehouseSettings
from sync.engine.bury import bury
from sync.engine.publish import build_and_publish
from sync.engine.stage import staging_table
from sync.engine.warehouse import compare, verify
from sync.entities import ENTITIES

SOURCES = ()


def test_postgresql_and_sqlite_make_the_same_facts(short, load_world, postgres_url, tmp_path):
    other = load_world(short.world, tmp_path, postgres_url)

    assert compare(short.snapshot.path, other.snapshot.path) == []


@pytest.fixture
def own(short, tmp_path):
    """A copy of the loaded record, snapshot and work files, to be changed."""
    shutil.copytree(short.settings.data_dir, tmp_path, dirs_exist_ok=True)
    settings = WarehouseSettings(data_dir=tmp_path)
    copied = replace(short, settings=settings, record=open_record(settings.record_url))
    yield copied
    copied.record.dispose()


def test_building_what_changed_makes_the_same_facts_as_building_all(own):
    """Hours rise, an invoice goes with its lines, a rate is corrected, a project changes hands."""
    entry, rate, project, invoice = (
        ENTITIES[key]
        for key in (
            "suiteprojects__time_entry",
            "netsuite__consolidatedexchangerate",
            "suiteprojects__project",
            "netsuite__transaction",
        )
    )
    with writing(own.record) as connection:
        for entity, values in (
            (entry, {"hours": 9}),
            (rate, {"averagerate": "1.23456789"}),
            (project, {"owner_id": 12}),
        ):
            table = staging_table(entity)
            chosen = table.c.id % 50 == 0
            change = {**values, "_sequence": next_sequence(connection)}
            assert connection.execute(update(table).where(chosen).values(change)).rowcount
        first = next(
            row["id"] for row in own.world.netsuite.tables["transaction"].rows.values()
            if row["type"] == "CustInvc"
        )  # fmt: skip
        children = [item for item in ENTITIES.values() if item.parent == invoice.key]
        gone = {first: own.clock() + timedelta(hours=1)}
        assert bury(connection, invoice, gone, children=children, run_id=2, now=own.clock()) > 3

    assert build_and_publish(own.record, own.settings, SOURCES, own.clock) == 2
    assert verify(own.record, own.settings, SOURCES, own.clock) == []
    first_version = own.settings.snapshot_dir / "v000001.duckdb"
    assert any(text.startswith("fct_gl") for text in compare(first_version, own.snapshot.path))
