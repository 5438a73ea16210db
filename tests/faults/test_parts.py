"""One project with all that belongs to it, or one record, refreshed by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from models.errors import SourceUnavailableError
from models.refresh import request_refresh
from sync.engine.part import Target, read_key, record_target
from sync.engine.payloads import Payloads
from sync.engine.run import run_part
from sync.entities import ENTITIES
from sync.entities.entity import Entity, Kind

from .conftest import Mirror, _entity

pytestmark = pytest.mark.once

STAMPED = {"id": Kind.ID, "changed": Kind.INSTANT}
PROJECT = _entity(
    "suiteprojects__project", {**STAMPED, "name": Kind.TEXT, "customer_id": Kind.ID},
    modified="changed", deletions="Project", brings={"customer_id": "suiteprojects__customer"},
)  # fmt: skip
CUSTOMER = _entity("suiteprojects__customer", {**STAMPED, "name": Kind.TEXT}, modified="changed")
HOURS = _entity(
    "suiteprojects__hours",
    {**STAMPED, "project_id": Kind.ID, "sheet": Kind.ID, "hours": Kind.DECIMAL},
    modified="changed", brings={"sheet": "suiteprojects__sheet"},
)  # fmt: skip
SHEET = _entity("suiteprojects__sheet", {**STAMPED, "state": Kind.TEXT}, modified="changed")
JOB = _entity("netsuite__job", {**STAMPED, "name": Kind.TEXT}, modified="changed")
BILL = _entity("netsuite__bill", {**STAMPED, "memo": Kind.TEXT}, modified="changed")
BILL_LINE = _entity(
    "netsuite__bill_line",
    {"bill": Kind.ID, "id": Kind.ID, "job": Kind.ID, "amount": Kind.DECIMAL, "changed": Kind.INSTANT},
    identity=("bill", "id"), modified="changed", parent="netsuite__bill", parent_key="bill",
    belongs_to={"job": "netsuite__job"},
)  # fmt: skip
FIRM = {
    entity.key: entity
    for entity in (BILL_LINE, BILL, JOB, SHEET, HOURS, CUSTOMER, PROJECT)  # in no helpful order
}
ALPHA = Target(title="project Alpha", roots={PROJECT.key: [1], JOB.key: [7]})


@pytest.fixture
def firm(make_mirror: Callable[..., Mirror]) -> Mirror:
    """Two projects in both systems, mirrored; whatever changes afterwards bears no newer stamp."""
    mirror = replace(make_mirror(), entities=FIRM)
    psa, erp = mirror.suiteprojects, mirror.netsuite
    for number, name in ((1, "Alpha"), (2, "Beta")):
        psa.put(CUSTOMER, {"id": number, "name": f"Customer of {name}"})
        psa.put(PROJECT, {"id": number, "name": name, "customer_id": number})
        psa.put(SHEET, {"id": number, "state": "O"})
        erp.put(JOB, {"id": 6 + number, "name": name})
        erp.put(BILL, {"id": number, "memo": name})
        for line in (1, 2):
            erp.put(
                BILL_LINE,
                {
                    "bill": number,
                    "id": line,
                    "job": 6 + number if line == 1 else None,
                    "amount": "10",
                },
            )
        for day in (1, 2, 3):
            psa.put(
                HOURS,
                {"id": 10 * number + day, "project_id": number, "sheet": number, "hours": "8"},
            )
    mirror.clock.move(hours=1)
    assert mirror.run().state == "succeeded"
    return mirror


def change(mirror: Mirror, entity: Entity, *identity: Any, **values: Any) -> None:
    """Change a record behind our back: no stamp moves."""
    source = mirror.netsuite if entity.key.startswith("netsuite") else mirror.suiteprojects
    source.records[entity.key][identity] |= values


def refresh(mirror: Mirror, target: Target, **options: Any) -> Any:
    return run_part(
        mirror.engine, (mirror.netsuite, mirror.suiteprojects), mirror.clock, target,
        trigger="refresh", build=mirror.builds, entities=FIRM, **options,
    )  # fmt: skip


def test_a_project_comes_with_all_that_belongs_to_it_in_both_systems(firm: Mirror) -> None:
    change(firm, PROJECT, 1, name="Alpha renamed")
    change(firm, CUSTOMER, 1, name="Customer renamed")
    change(firm, HOURS, 11, hours="6.5")
    change(firm, SHEET, 1, state="A")
    change(firm, JOB, 7, name="Alpha renamed")
    change(firm, BILL, 1, memo="edited")
    change(firm, BILL_LINE, 1, 2, amount="12")  # a line that does not name the project itself

    result = refresh(firm, ALPHA)

    assert result.state == "succeeded"
    assert firm.rows(PROJECT)[1].name == "Alpha renamed"
    assert firm.rows(CUSTOMER)[1].name == "Customer renamed"
    assert str(firm.rows(HOURS)[11].hours) == "6.5000"
    assert firm.rows(SHEET)[1].state == "A"
    assert firm.rows(JOB)[7].name == "Alpha renamed"
    assert firm.rows(BILL)[1].memo == "edited"
    assert str(firm.rows(BILL_LINE)[(1, 2)].amount) == "12.0000"


def test_what_belongs_to_other_projects_is_not_asked_for(firm: Mirror) -> None:
    change(firm, HOURS, 21, hours="1")
    change(firm, BILL, 2, memo="edited")
    firm.suiteprojects.served.clear()

    refresh(firm, ALPHA)

    assert str(firm.rows(HOURS)[21].hours) == "8.0000"
    assert firm.rows(BILL)[2].memo == "Beta"
    assert {identity for key, identity in firm.suiteprojects.served if key == HOURS.key} == {
        11,
        12,
        13,
    }


def test_what_is_gone_from_the_project_is_buried_and_what_moved_is_kept(firm: Mirror) -> None:
    del firm.suiteprojects.records[HOURS.key][(12,)]
    change(firm, HOURS, 13, project_id=2)
    del firm.netsuite.records[BILL_LINE.key][(1, 2)]

    refresh(firm, ALPHA)

    assert 12 in firm.rows(HOURS, deleted=True)
    assert firm.rows(HOURS)[13].project_id == 2
    assert (1, 2) in firm.rows(BILL_LINE, deleted=True)
    assert (1, 1) in firm.rows(BILL_LINE)


def test_new_records_of_the_project_arrive(firm: Mirror) -> None:
    firm.suiteprojects.put(HOURS, {"id": 99, "project_id": 1, "sheet": 1, "hours": "2"})

    refresh(firm, ALPHA)

    assert 99 in firm.rows(HOURS)


def test_the_watermarks_stay_so_that_the_next_run_misses_nothing(firm: Mirror) -> None:
    before = {key: firm.cursor(entity) for key, entity in FIRM.items()}
    firm.clock.move(hours=2)

    refresh(firm, ALPHA)

    assert {key: firm.cursor(entity) for key, entity in FIRM.items()} == before


def test_a_bad_record_of_the_project_is_set_aside_with_its_reason(firm: Mirror) -> None:
    change(firm, HOURS, 11, hours="eight")

    assert refresh(firm, ALPHA).state == "succeeded"

    (bad,) = firm.aside()
    assert (bad.entity, bad.record_key, bad.field) == (HOURS.key, "11", "hours")
    assert str(firm.rows(HOURS)[11].hours) == "8.0000"


def test_a_system_that_fails_is_named_and_nothing_is_published(firm: Mirror) -> None:
    published = firm.builds.calls
    firm.netsuite.faults[f"by_id {JOB.key}"] = SourceUnavailableError("NetSuite did not answer.")

    result = refresh(firm, ALPHA)

    assert result.state == "failed"
    assert "NetSuite did not answer." in str(result.error)
    assert firm.builds.calls == published


def test_what_a_part_brought_is_kept_for_a_replay(firm: Mirror, tmp_path: Any) -> None:
    payloads = Payloads(tmp_path / "payloads", 14)
    change(firm, HOURS, 11, hours="6.5")

    run = refresh(firm, ALPHA, payloads=payloads)

    assert payloads.entities(run.run_id) == [HOURS.key]


def test_one_record_comes_with_its_lines_and_nothing_else(firm: Mirror) -> None:
    change(firm, BILL, 1, memo="edited")
    change(firm, BILL_LINE, 1, 1, amount="11")
    change(firm, JOB, 7, name="not asked for")

    result = refresh(firm, record_target(FIRM, BILL, 1))

    assert result.state == "succeeded"
    assert firm.rows(BILL)[1].memo == "edited"
    assert str(firm.rows(BILL_LINE)[(1, 1)].amount) == "11.0000"
    assert firm.rows(JOB)[7].name == "Alpha"


def test_a_line_brings_the_record_that_owns_it(firm: Mirror) -> None:
    change(firm, BILL, 1, memo="edited")

    refresh(firm, record_target(FIRM, BILL_LINE, (1, 2)))

    assert firm.rows(BILL)[1].memo == "edited"


def test_a_record_that_is_gone_is_buried_with_its_lines(firm: Mirror) -> None:
    del firm.netsuite.records[BILL.key][(1,)]
    for line in (1, 2):
        del firm.netsuite.records[BILL_LINE.key][(1, line)]

    refresh(firm, record_target(FIRM, BILL, 1))

    assert 1 in firm.rows(BILL, deleted=True)
    assert {(1, 1), (1, 2)} <= firm.rows(BILL_LINE, deleted=True).keys()


@pytest.mark.parametrize(
    ("entity", "text", "key"),
    [(BILL, "12", 12), (BILL_LINE, "12|3", (12, 3)), (BILL_LINE, "12", None), (BILL, "x", None)],
)
def test_a_record_is_named_by_the_parts_of_its_key(entity: Entity, text: str, key: Any) -> None:
    assert read_key(entity, text) == key


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=lambda entity: entity.key)
def test_what_belongs_to_what_is_declared_between_entities_of_one_system(entity: Entity) -> None:
    for column, key in {**entity.belongs_to, **entity.brings}.items():
        assert entity.fields[column].kind is Kind.ID
        assert ENTITIES[key].system is entity.system
        assert ENTITIES[key].identity == ("id",)


def test_who_wants_a_project_joins_those_who_want_it_or_everything(mirror: Mirror) -> None:
    now = mirror.clock()
    alpha = request_refresh(mirror.engine, "ann", now, "Alpha")

    assert request_refresh(mirror.engine, "bob", now, "Alpha") == alpha
    assert request_refresh(mirror.engine, "bob", now, "Beta") != alpha
    everything = request_refresh(mirror.engine, "eve", now)
    assert everything != alpha
    assert request_refresh(mirror.engine, "dan", now, "Gamma") == everything
