"""A change of what is mirrored loses nothing: rows stay, and nothing is taken for deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models.tables.operations import ops_selection
from sync.engine import probed
from sync.engine.carry import record_state
from sync.engine.meta import as_of_system
from sync.entities.condition import Compared, Condition
from sync.entities.entity import System

pytestmark = pytest.mark.once

Mirror = Any  # a fixture's class
SINCE = Condition(column="day", source="day", compared=Compared.DAY, since=date(2025, 1, 1))


@pytest.fixture
def narrow(mirror: Mirror) -> Any:
    """The stub serves what an entity is narrowed to, as a true client does."""
    inside = mirror.suiteprojects._inside

    def judged(entity: Any, window: Any) -> Any:
        return [
            item
            for item in inside(entity, window)
            if all(
                condition.holds(item[1].get(condition.source)) for condition in entity.conditions
            )
        ]

    mirror.suiteprojects._inside = judged

    def run(**options: Any) -> None:
        chosen = replace(mirror.hours, conditions=(SINCE,))
        mirror.run(entities={**mirror.entities, chosen.key: chosen}, **options)

    return run


def selection(mirror: Mirror) -> dict[str, Any]:
    with mirror.engine.connect() as connection:
        return {row.entity: row for row in connection.execute(select(ops_selection))}


def test_rows_outside_a_new_filter_stay_and_full_runs_do_not_miss_them(
    mirror: Mirror, narrow: Any
) -> None:
    mirror.run()
    before = mirror.rows(mirror.hours)
    assert any(row.day < SINCE.since for row in before.values())

    narrow()
    narrow(mode="full")
    narrow(mode="sweep")

    assert mirror.rows(mirror.hours).keys() == before.keys()
    assert selection(mirror)[mirror.hours.key].state == "on"


def test_inside_the_filter_a_full_run_still_finds_what_is_gone(mirror: Mirror, narrow: Any) -> None:
    narrow()
    newest = max(mirror.rows(mirror.hours))
    del mirror.suiteprojects.records[mirror.hours.key][newest,]

    narrow(mode="full")

    assert newest not in mirror.rows(mirror.hours)


def test_a_changed_choice_is_read_anew(mirror: Mirror, narrow: Any) -> None:
    narrow()
    few = len(mirror.rows(mirror.hours))

    mirror.run()

    assert len(mirror.rows(mirror.hours)) == 90 > few


def test_what_is_switched_off_keeps_its_rows_and_no_longer_dates_the_system(
    mirror: Mirror,
) -> None:
    mirror.run()
    rest = {key: one for key, one in mirror.entities.items() if one is not mirror.hours}
    rows = mirror.rows(mirror.hours)
    mirror.clock.move(hours=5)
    mirror.suiteprojects.remove(mirror.hours, 1)

    mirror.run(entities=rest, off={mirror.hours.key})
    mirror.run(entities=rest, off={mirror.hours.key}, mode="full")

    assert mirror.rows(mirror.hours).keys() == rows.keys()
    noted = selection(mirror)[mirror.hours.key]
    assert noted.state == "off"
    assert noted.refreshed_to == mirror.cursor(mirror.hours).watermark
    with mirror.engine.connect() as connection:
        as_of = as_of_system(record_state(connection).entities, System.SUITEPROJECTS)
    assert as_of == mirror.cursor(mirror.person).watermark > noted.refreshed_to


def test_what_is_switched_on_again_goes_on_from_where_it_was(mirror: Mirror) -> None:
    mirror.run()
    rest = {key: one for key, one in mirror.entities.items() if one is not mirror.hours}
    mirror.clock.move(hours=5)
    mirror.suiteprojects.remove(mirror.hours, 1)
    mirror.run(entities=rest, off={mirror.hours.key})

    mirror.suiteprojects.served.clear()
    mirror.run()

    assert 1 not in mirror.rows(mirror.hours)
    assert not [item for item in mirror.suiteprojects.served if item[0] == mirror.hours.key]
    assert selection(mirror)[mirror.hours.key].state == "on"


def test_a_table_that_the_probe_did_not_find_is_left_out_of_scheduled_runs_alone(
    mirror: Mirror,
) -> None:
    mirror.run()
    rows = mirror.rows(mirror.hours)
    found = {
        "system": "suiteprojects", "subject": f"table:{mirror.hours.key}", "title": "Hours",
        "state": "off", "detail": "The feature is off.", "advice": None,
    }  # fmt: skip
    probed.keep(
        mirror.engine, System.SUITEPROJECTS, [found, found | {"subject": "x"}], mirror.clock()
    )
    mirror.clock.move(hours=1)
    mirror.suiteprojects.put(
        mirror.hours, {"id": 91, "person": 1, "day": "2026-03-01", "hours": "1"}
    )
    mirror.clock.move(hours=1)

    mirror.run(trigger="schedule")
    assert mirror.rows(mirror.hours).keys() == rows.keys()

    mirror.run(trigger="refresh")
    assert mirror.rows(mirror.hours).keys() == rows.keys() | {91}
