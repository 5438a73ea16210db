"""Custom values of both systems stand in one table, typed as their fields are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
import pytest

FIELDS = {
    "custentity_region": "text", "custentity_share": "decimal", "custentity_since": "date",
    "custentity_key": "flag", "custentity_at": "instant", "custentity_rank": "integer",
}  # fmt: skip


def customer(number: int, **custom: Any) -> dict[str, Any]:
    return {"id": number, "entityid": f"C{number}", "custom": orjson.dumps(custom).decode()}


@pytest.fixture
def values(facts: Any) -> Any:
    """The values of some customers, by field."""

    def found(**custom: Any) -> dict[str, Any]:
        made = facts({"netsuite__customer": [customer(900, **custom)]})
        for name, kind in FIELDS.items():
            made.connection.execute(
                "INSERT INTO stg_field VALUES ('netsuite__customer', ?, 'A label', 'word', ?, 'present')",
                [name, kind],
            )
        rows = made.rows("custom_value", "record_id = '900'")
        return {row["field"]: row for row in rows}

    return found


def test_each_value_stands_as_it_came_and_as_what_its_field_holds(values: Any) -> None:
    found = values(
        custentity_region="North & 東京", custentity_share="0.125", custentity_since="2024-02-29",
        custentity_key="T", custentity_at="2026-03-01T10:20:30Z", custentity_rank=7,
    )  # fmt: skip

    assert found["custentity_region"]["text_value"] == "North & 東京"
    assert found["custentity_region"]["number_value"] is None
    assert found["custentity_share"]["number_value"] == Decimal("0.125")
    assert str(found["custentity_since"]["date_value"]) == "2024-02-29 00:00:00"
    assert found["custentity_key"]["number_value"] == 1
    assert str(found["custentity_at"]["date_value"]) == "2026-03-01 10:20:30"
    assert found["custentity_rank"]["number_value"] == 7
    assert {row["entity"] for row in found.values()} == {"netsuite__customer"}


def test_what_does_not_fit_its_field_stays_as_text(values: Any) -> None:
    found = values(
        custentity_share="1e308", custentity_since="2026-02-31", custentity_key="maybe",
        custentity_at="yesterday", custentity_rank="12 apples", custentity_unlisted="as it is",
    )  # fmt: skip

    for row in found.values():
        assert row["text_value"]
        assert (row["number_value"], row["date_value"]) == (None, None)
    assert found["custentity_unlisted"]["kind"] == "text"


def test_a_record_of_several_keys_is_named_by_all_of_them(facts: Any) -> None:
    line = {"transaction": 5, "id": 2, "custom": '{"custcol_phase":"Build"}'}

    row = facts({"netsuite__transactionline": [line]}).row("custom_value")

    assert (row["record_id"], row["field"], row["text_value"]) == ("5|2", "custcol_phase", "Build")
