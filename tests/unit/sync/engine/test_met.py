from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.database import open_record, upgrade, writing
from sync.engine.bury import bury
from sync.engine.met import Met
from sync.engine.parse import Parser
from sync.engine.stage import ensure_tables
from sync.engine.upsert import upsert
from sync.entities.entity import Entity, Field, Kind, Surface, System

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LINK = Entity(
    key="netsuite__link",
    title="Links",
    area="finance",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="link",
    identity=("id", "kind"),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "kind": Field(source="kind", kind=Kind.TEXT, required=True),
    },
)
KEYS = st.sets(
    st.tuples(st.integers(-3, 3), st.sampled_from(["Payment", "OrdBill", ""])), max_size=9
)


@pytest.fixture
def keep(record_url: str) -> Any:
    """Makes a record hold exactly these keys alive, and tells what a reading did not meet of them."""
    engine = open_record(record_url)
    upgrade(engine)
    ensure_tables(engine, [LINK])

    def missing(held: set[Any], met_keys: set[Any]) -> tuple[int, list[Any]]:
        met = Met()
        met.update(met_keys)
        with writing(engine) as connection:
            rows = [Parser(LINK).parse({"id": id_, "kind": kind or "-"}) for id_, kind in held]
            upsert(connection, LINK, rows, run_id=1, now=NOW)
            try:
                return met.missing(connection, LINK)
            finally:
                gone = {(id_, kind or "-"): NOW for id_, kind in held}
                bury(connection, LINK, gone, run_id=1, now=NOW)

    yield missing
    engine.dispose()


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(held=KEYS, met=KEYS)
def test_what_the_mirror_holds_and_a_reading_did_not_meet_is_missing(
    keep: Any, held: set[Any], met: set[Any]
) -> None:
    named = {(id_, kind or "-") for id_, kind in held}
    seen = {(id_, kind or "-") for id_, kind in met}

    alive, missing = keep(held, seen)

    assert alive == len(named)
    assert set(missing) == named - seen
