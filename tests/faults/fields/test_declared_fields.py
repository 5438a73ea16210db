"""Fields that One View counts on are refused, or their metadata hidden: what can go on goes on, and all is told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from models.errors import NotOfferedError
from models.tables.fields import ops_field_look
from models.tables.operations import ops_entity_run
from sync.sandbox.fields import allow_field, forbid_field
from tests.faults.fields.account import CLIENT, CUSTOMER, DEPARTMENT, LINE, TABLES, Account

pytestmark = pytest.mark.once


DECLARED = {
    CUSTOMER.key: ("companyname", "companyname", "Old", "New"),
    LINE.key: ("foreignamount", "foreignamount", Decimal("-7.25"), Decimal(-9)),
    CLIENT.key: ("currency", "currency", "EUR", "USD"),
    DEPARTMENT.key: ("externalid", "external_id", "E1", "E2"),
}


def test_a_declared_field_that_is_refused_keeps_its_values_until_it_comes_back(
    account: Account,
) -> None:
    for key, (source, _, old, _) in DECLARED.items():
        account.change(key, 0, **{source: old})
    account.run()
    for key, (source, _, _, new) in DECLARED.items():
        forbid_field(account.system(key), TABLES[key], source)
        account.change(key, 0, **{source: new})

    account.run()

    for key, (source, column, old, _) in DECLARED.items():
        assert getattr(account.rows(key)[0], column) == old
        assert account.events(key) == [(source, "forbidden")]
        allow_field(account.system(key), TABLES[key], source)
    account.run(days=1)
    for key, (source, column, _, new) in DECLARED.items():
        assert getattr(account.rows(key)[0], column) == new
        assert account.events(key) == [(source, "forbidden"), (source, "restored")]
    assert account.nothing_is_aside()


def test_a_field_that_an_entity_cannot_do_without_stops_it_alone_and_says_so(
    account: Account,
) -> None:
    account.run()
    forbid_field(account.system(CUSTOMER.key), "customer", "entityid")
    account.change(CLIENT.key, 0, name="Goes on")

    result = account.run(expect="failed")

    assert "entityid" in str(result.error)
    assert "permission" in str(result.error)
    assert account.rows(CLIENT.key)[0].name == "Goes on"
    assert len(account.rows(CUSTOMER.key)) == 8
    with account.engine.connect() as connection:
        states = dict(
            connection.execute(
                select(ops_entity_run.c.entity, ops_entity_run.c.state).where(
                    ops_entity_run.c.run_id == result.run_id
                )
            ).all()
        )
    assert {key for key, state in states.items() if state == "failed"} == {CUSTOMER.key}


def test_an_account_that_hides_its_metadata_is_mirrored_as_before(account: Account) -> None:
    name = account.field(CUSTOMER.key, values={0: "gold"})
    account.run()
    account.sources[0]._catalog._get = _hidden
    account.change(CUSTOMER.key, 0, **{name: "silver"})

    account.run(days=1)

    assert account.custom(CUSTOMER.key)[0] == {name: "silver"}
    assert account.events(CUSTOMER.key) == []
    with account.engine.connect() as connection:
        look = connection.execute(
            select(ops_field_look).where(ops_field_look.c.entity == CUSTOMER.key)
        ).one()
    assert "permission" in look.error


def _hidden(_path: str, _media: str) -> Any:
    raise NotOfferedError("The role lacks the permission.")
