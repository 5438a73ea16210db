"""Custom fields of both systems come, go, change and are forbidden: no run breaks, no value is lost, all is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sync.sandbox.fields import allow_field, drop_field, forbid_field, rename_field, retype_field
from tests.faults.fields.account import CLIENT, CUSTOMER, DEPARTMENT, KEYS, NAMES, TABLES, Account

pytestmark = pytest.mark.once


def test_custom_fields_of_every_entity_are_mirrored_without_being_told(account: Account) -> None:
    for key in KEYS:
        account.field(key, values={0: "gold", 2: "silver & more"})

    account.run()

    for key in KEYS:
        name = NAMES[key]
        values = [custom.get(name) for custom in account.custom(key)]
        assert values[:3] == ["gold", None, "silver & more"], key
        assert set(values[3:]) == {None}
        assert account.fields(key)[name].label == "Tier of service"
        assert account.events(key) == [], "what is there from the beginning is no news"
    assert "netsuite_customer_id__c" not in account.fields(CLIENT.key), "that one is declared"


@pytest.mark.fault(22)
def test_a_field_that_appears_brings_the_values_of_old_records(account: Account) -> None:
    account.run()
    for key in KEYS:
        account.field(key, values={1: "gold"})

    account.run()
    for key in KEYS:
        assert account.custom(key)[1] == {}, "the sources are asked once a day"
    account.run(days=1)

    for key in KEYS:
        assert account.custom(key)[1] == {NAMES[key]: "gold"}
        assert account.events(key) == [(NAMES[key], "appeared")]
        assert account.fields(key)[NAMES[key]].filled_at is not None
    assert account.nothing_is_aside()


def test_a_field_appears_at_once_with_a_full_run(account: Account) -> None:
    account.run()
    name = account.field(CUSTOMER.key, values={1: "gold"})

    account.run(mode="full")

    assert account.custom(CUSTOMER.key)[1] == {name: "gold"}


def test_a_run_that_dies_before_old_records_are_read_again_is_made_up_for(
    account: Account,
) -> None:
    account.run()
    name = account.field(CUSTOMER.key, values={1: "gold"})
    account.now += timedelta(days=1)
    page = type(account.sources[0]).page

    def broken(*given: Any) -> Any:
        account.sources[0].page = lambda *more: page(account.sources[0], *more)
        raise RuntimeError("the cable was pulled")

    account.sources[0].page = broken
    account.run(expect="failed")
    assert account.custom(CUSTOMER.key)[1] == {}

    account.run()

    assert account.custom(CUSTOMER.key)[1] == {name: "gold"}


@pytest.mark.fault(22)
def test_a_field_that_vanishes_keeps_its_values_and_breaks_no_run(account: Account) -> None:
    others = {key: NAMES[key].replace("tier", "other") for key in KEYS}
    for key in KEYS:
        account.field(key, values={0: "gold", 1: "silver"})
        account.field(key, values={0: "x"}, name=others[key])
    account.run()
    for key in KEYS:
        drop_field(account.system(key), TABLES[key], NAMES[key])
        account.change(key, 0)

    account.run()

    for key in KEYS:
        assert account.custom(key)[0] == {NAMES[key]: "gold", others[key]: "x"}
        assert account.custom(key)[1] == {NAMES[key]: "silver"}
        assert account.events(key) == [(NAMES[key], "vanished")]
        assert account.fields(key)[NAMES[key]].state == "gone"

    account.run(days=1, mode="full")

    for key in KEYS:
        assert account.custom(key)[0] == {NAMES[key]: "gold", others[key]: "x"}
        assert account.events(key) == [(NAMES[key], "vanished")]


def test_a_field_that_comes_back_is_read_again_for_all_records(account: Account) -> None:
    name = account.field(CUSTOMER.key, values={0: "gold"})
    account.run()
    drop_field(account.system(CUSTOMER.key), "customer", name)
    account.run(days=1)
    account.field(CUSTOMER.key, values={0: "bronze", 3: "tin"})

    account.run(days=1)

    custom = account.custom(CUSTOMER.key)
    assert (custom[0], custom[3]) == ({name: "bronze"}, {name: "tin"})
    assert account.events(CUSTOMER.key) == [(name, "vanished"), (name, "restored")]


@pytest.mark.fault(22)
def test_a_field_that_changes_its_type_keeps_what_arrives(account: Account) -> None:
    for key in KEYS:
        account.field(key, "integer", values={0: 7, 1: 12})
    account.run()
    for key in KEYS:
        assert [row[-1] for row in account.view(key)][:2] == [7, 12]
        retype_field(
            account.system(key), TABLES[key], NAMES[key], "text", lambda value: f"about {value}"
        )

    account.run(days=1)

    for key in KEYS:
        values = [custom.get(NAMES[key]) for custom in account.custom(key)]
        assert values[:2] == ["about 7", "about 12"]
        assert account.events(key) == [(NAMES[key], "retyped")]
        assert [row[-1] for row in account.view(key)][:2] == ["about 7", "about 12"]


@pytest.mark.fault(22)
def test_a_renamed_field_is_one_that_vanished_and_one_that_appeared(account: Account) -> None:
    for key in KEYS:
        account.field(key, values={0: "gold"})
    account.run()
    new = {key: NAMES[key].replace("tier", "level") for key in KEYS}
    for key in KEYS:
        rename_field(account.system(key), TABLES[key], NAMES[key], new[key])

    account.run(days=1)

    for key in KEYS:
        assert account.custom(key)[0] == {NAMES[key]: "gold", new[key]: "gold"}
        assert sorted(account.events(key)) == sorted(
            [(NAMES[key], "vanished"), (new[key], "appeared")]
        )


@pytest.mark.fault(22)
def test_a_field_that_is_forbidden_keeps_its_values_until_it_is_shown_again(
    account: Account,
) -> None:
    keys = (CLIENT.key, DEPARTMENT.key)
    for key in keys:
        account.field(key, values={0: "gold", 1: "silver"})
    account.run()
    for key in keys:
        forbid_field(account.system(key), TABLES[key], NAMES[key])
        account.change(key, 0, **{NAMES[key]: "platinum"})

    account.run()

    for key in keys:
        assert account.custom(key)[0] == {NAMES[key]: "gold"}
        assert account.events(key) == [(NAMES[key], "forbidden")]
        allow_field(account.system(key), TABLES[key], NAMES[key])
    account.run(days=1)
    for key in keys:
        assert account.custom(key)[0] == {NAMES[key]: "platinum"}
        assert account.events(key) == [(NAMES[key], "forbidden"), (NAMES[key], "restored")]


def test_several_fields_that_vanish_at_once_are_all_found(account: Account) -> None:
    names = [f"f{number}__c" for number in range(9)]
    for name in names:
        account.field(DEPARTMENT.key, values={0: name.upper()}, name=name)
    account.run()
    for name in (names[1], names[2], names[7]):
        drop_field(account.system(DEPARTMENT.key), "Department", name)
    account.change(DEPARTMENT.key, 0, name="Renamed")

    account.run()

    [first, *_] = account.rows(DEPARTMENT.key)
    assert first.name == "Renamed"
    assert account.custom(DEPARTMENT.key)[0] == {name: name.upper() for name in names}
    assert {name for name, event in account.events(DEPARTMENT.key) if event == "vanished"} == {
        names[1], names[2], names[7],
    }  # fmt: skip
