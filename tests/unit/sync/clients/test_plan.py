"""A plan says beforehand what a run reads and costs, and writes nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from models.tables.operations import ops_entity_run, ops_run
from sync.engine.run import run_sync
from sync.entities import ENTITIES
from sync.plan_cli import as_text
from sync.planning import Basis, Reading, make_plan

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
KEYS = (
    "netsuite__customer",
    "netsuite__currency",
    "suiteprojects__time_entry",
    "suiteprojects__charge",
)
FEW = {key: ENTITIES[key] for key in KEYS}


@pytest.fixture
def both(netsuite, suiteprojects):
    return [netsuite().source, suiteprojects().source]


def planned(record, both, **options):
    made = make_plan(record, both, FEW, full=options.get("full", False))
    return made, {step.entity: step for step in made.steps}


def test_a_first_load_is_counted_by_the_source_where_it_counts(record, both):
    made, steps = planned(record, both)

    customer, entry = steps["netsuite__customer"], steps["suiteprojects__time_entry"]
    assert (customer.reading, customer.rows, customer.basis) == (Reading.FIRST, 2300, Basis.COUNTED)
    assert customer.pages == customer.requests == 3
    assert (entry.rows, entry.pages) == (2300, 3)
    assert steps["suiteprojects__charge"].basis is Basis.UNKNOWN
    assert made.rows == 4600 + (steps["netsuite__currency"].rows or 0)
    assert 0 < made.share("suiteprojects") < 0.001


def test_nothing_is_written(record, both):
    planned(record, both)

    with record.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(ops_run)) == 0
        names = set(connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars())
    assert not {name for name in names if name.startswith("stg_")}


def test_after_a_run_only_changes_are_planned_and_the_requests_were_right(record, both):
    _, steps = planned(record, both)
    run_sync(record, both, lambda: NOW, trigger="command", build=lambda: None, entities=FEW)
    with record.connect() as connection:
        asked = dict(
            connection.execute(select(ops_entity_run.c.entity, ops_entity_run.c.requests)).all()
        )

    _, after = planned(record, both)
    _, full = planned(record, both, full=True)

    for key in ("netsuite__customer", "suiteprojects__time_entry"):
        assert steps[key].requests <= asked[key] <= steps[key].requests + 2  # signing in, deletions
    assert after["netsuite__customer"].reading is Reading.CHANGES
    assert after["netsuite__customer"].rows == 0
    assert after["netsuite__customer"].changed_from < NOW
    assert full["suiteprojects__charge"].rows == 2100
    assert full["suiteprojects__charge"].basis is Basis.MIRROR


def test_a_table_that_is_off_is_told_and_costs_one_request(record, netsuite):
    source = netsuite(tables_off=frozenset({"customer"})).source
    made = make_plan(
        record, [source], {"netsuite__customer": FEW["netsuite__customer"]}, full=False
    )

    [step] = made.steps
    assert step.reading is Reading.NOT_OFFERED
    assert "netsuite__customer: " in as_text(made)
    assert "1 requests" in as_text(made)
