from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.engine.columns import read_column
from sync.engine.parse import Parser, Unusable
from sync.engine.values import (
    READERS,
    BadValueError,
    read_date,
    read_decimal,
    read_flag,
    read_id,
    read_instant,
    read_rate,
    read_text,
)
from sync.entities.entity import Entity, Field, Kind, Surface, System

ORDER = Entity(
    key="netsuite__order",
    title="Orders",
    area="finance",
    system=System.NETSUITE,
    surface=Surface.SUITEQL,
    resource="order",
    identity=("id",),
    fields={
        "id": Field(source="id", kind=Kind.ID, required=True),
        "amount": Field(source="total", kind=Kind.DECIMAL),
        "memo": Field(source="memo", kind=Kind.TEXT),
        "changed": Field(source="changed", kind=Kind.INSTANT),
    },
    modified="changed",
)


@pytest.mark.parametrize(
    ("given_value", "units"),
    [
        ("12.34", 123_400), ("-0.01", -100), (".5", 5_000), ("7", 70_000), ("7.", 70_000),
        (7, 70_000), (0.1, 1_000), ("1.5E-4", 2), ("0.00005", 0), ("0.00015", 2),
        ("0E-8", 0), ("+3", 30_000), ("-0", 0), (Decimal("2.5"), 25_000),
        ("99999999999999.9999", 999_999_999_999_999_999),
    ],
)  # fmt: skip
def test_a_decimal_is_kept_to_four_places_rounded_half_even(given_value: Any, units: int) -> None:
    assert read_decimal(given_value) == units


@pytest.mark.parametrize(
    "bad",
    ["NaN", "Infinity", "1e400", "1.234,56", "1,234.56", "1_000", "abc", "-", ".", "١٢", "12 ",
     "100000000000000", True, float("nan"), float("inf"), [], {}, "1e9999999"],
)  # fmt: skip
def test_what_is_not_exactly_a_decimal_is_refused(bad: Any) -> None:
    with pytest.raises(BadValueError):
        read_decimal(bad)


@given(st.decimals(min_value=-(10**13), max_value=10**13, places=4))
def test_every_decimal_of_four_places_comes_through_unchanged(value: Decimal) -> None:
    assert Decimal(read_decimal(str(value))).scaleb(-4) == value
    assert Decimal(read_decimal(f"{value:f}")).scaleb(-4) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [("1.08730000", "1.08730000"), (0.0093, "0.0093"), ("1.5E-4", "0.00015"), (2, "2"), ("-1", "-1")],
)  # fmt: skip
def test_a_rate_keeps_the_precision_of_its_source(value: Any, text: str) -> None:
    assert read_rate(value) == text


@pytest.mark.parametrize("bad", ["NaN", "1e400", "1e-400", "one", ""])
def test_a_rate_that_is_none_is_refused(bad: str) -> None:
    with pytest.raises(BadValueError):
        read_rate(bad)


@pytest.mark.parametrize(
    ("value", "number"), [("12", 12), ("-1", -1), (7, 7), (str(2**63 - 1), 2**63 - 1)]
)
def test_an_identifier_is_a_whole_number(value: Any, number: int) -> None:
    assert read_id(value) == number


@pytest.mark.parametrize(
    "bad", ["12.0", "1_0", "--1", "²", str(2**63), "9" * 5_000, 1.0, True, None, []]
)
def test_what_is_no_identifier_is_refused(bad: Any) -> None:
    with pytest.raises(BadValueError):
        read_id(bad)


@pytest.mark.parametrize(
    "bad",
    ["2026-02-31", "20260201", "2026-W01-1", "31/01/2026", "", 20260101, "2026-01-01T00:00:00Z"],
)
def test_a_day_that_does_not_exist_or_is_written_otherwise_is_refused(bad: Any) -> None:
    assert read_date("2024-02-29") == "2024-02-29"
    with pytest.raises(BadValueError):
        read_date(bad)


@pytest.mark.parametrize(
    "value",
    ["2026-03-02T12:00:00Z", "2026-03-02T17:45:00+05:45", "2026-03-02T12:00:00.000000Z"],
)
def test_a_moment_is_kept_in_utc(value: str) -> None:
    assert read_instant(value) == "2026-03-02 12:00:00.000000"


@pytest.mark.parametrize(
    "bad",
    [
        "2026-03-02T12:00:00",
        "2026-03-02 12:00:00.00",
        "2026-03-02T25:00:00Z",
        "0001-01-01T00:00:00+05:00",
        5,
    ],
)
def test_a_moment_without_its_zone_or_out_of_range_is_refused(bad: Any) -> None:
    with pytest.raises(BadValueError):
        read_instant(bad)


@pytest.mark.parametrize(
    ("value", "flag"),
    [("T", True), ("F", False), (True, True), (0, False), ("1", True), ("false", False)],
)
def test_a_flag_is_yes_or_no(value: Any, flag: bool) -> None:
    assert read_flag(value) is flag


@pytest.mark.parametrize("bad", ["maybe", 2, [], "t "])
def test_a_flag_that_is_neither_is_refused(bad: Any) -> None:
    with pytest.raises(BadValueError):
        read_flag(bad)


@pytest.mark.parametrize("bad", ["a\0b", "\ud800", "x" * 100_001, ["a"], True])
def test_a_text_that_a_database_cannot_keep_is_refused(bad: Any) -> None:
    assert read_text("Zoë – 東京 🙂") == "Zoë – 東京 🙂"
    with pytest.raises(BadValueError):
        read_text(bad)


def test_a_record_becomes_a_row_with_its_custom_fields_and_nothing_else() -> None:
    parser = Parser(ORDER)

    row = parser.parse(
        {
            "id": "7", "total": "1.50", "changed": "2026-03-02T12:00:00Z", "links": [], "memo": "",
            "custbody_b": 2, "region__c": "North", "custbody_a": None, "customer": "9",
        }
    )  # fmt: skip

    assert not isinstance(row, Unusable)
    assert row[:5] == (
        7, 15_000, None, "2026-03-02 12:00:00.000000", '{"custbody_b":2,"region__c":"North"}',
    )  # fmt: skip
    assert parser.key(row) == 7


def test_the_same_content_has_the_same_hash_in_whatever_order_it_comes() -> None:
    parser = Parser(ORDER)
    one = parser.parse({"id": "7", "total": "1.5", "custbody_a": "x", "custbody_b": "y"})
    two = parser.parse({"custbody_b": "y", "custbody_a": "x", "total": 1.5, "id": 7, "memo": None})
    other = parser.parse({"id": "7", "total": "1.51", "custbody_a": "x", "custbody_b": "y"})

    assert one == two
    assert isinstance(one, tuple)
    assert isinstance(other, tuple)
    assert one[-1] != other[-1]


@pytest.mark.parametrize(
    ("record", "field", "key"),
    [
        ({"id": "7", "total": "x"}, "amount", "7"),
        ({"id": "7", "memo": "a\0"}, "memo", "7"),
        ({"id": "7", "custbody_a": {1, 2}}, "custom", "7"),
        ({"id": "seven"}, "id", None),
        ({"total": "1"}, "id", None),
    ],
)
def test_an_unusable_record_tells_its_field_and_keeps_its_payload(
    record: dict[str, Any], field: str, key: str | None
) -> None:
    found = Parser(ORDER).parse(record)

    assert isinstance(found, Unusable)
    assert found.field == field
    assert found.payload == record
    assert found.record_key == key or (key is None and found.record_key.startswith("?"))


@given(
    st.dictionaries(
        st.sampled_from(["id", "total", "memo", "changed", "custbody_x", "x__c", "other"]),
        st.none() | st.text() | st.floats() | st.integers() | st.booleans() | st.lists(st.text()),
    )
)
def test_whatever_a_source_sends_is_a_row_or_a_reason_never_a_crash(record: dict[str, Any]) -> None:
    found = Parser(ORDER).parse(record)

    if isinstance(found, Unusable):
        assert found.reason
    else:
        assert len(found) == len(ORDER.fields) + 3
        given_fields = [record.get(field.source) for field in ORDER.fields.values()]
        kept = [value is not None for value in found[: len(ORDER.fields)]]
        assert kept == [value not in (None, "") for value in given_fields]


VALUES = st.one_of(
    st.none(),
    st.sampled_from(
        ["", "T", "F", "7", "-7", "007", "1.25", "1e3", "2026-02-30", "2026-02-28", "NaN"]
    ),
    st.sampled_from(["2026-03-29T02:30:00Z", "2026-03-29T24:00:00Z", "2026-03-29T02:30:00+01:00"]),
    st.sampled_from([True, False, 0, 1, 7, 1.0, 2**63, 0.1, float("inf"), [], {}]),
    st.text(max_size=6),
    st.sampled_from(["\0", "\ud800", "é", "😀", "x" * 100_001, "9" * 19, "1_000", " 7", "７"]),
)


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["id", "total", "memo", "changed", "custbody_a"]), VALUES),
        max_size=6,
    )
)
def test_a_page_reads_as_its_records_one_by_one(records: list[dict[str, Any]]) -> None:
    parser = Parser(ORDER)
    alone = [parser.parse(record) for record in records]

    rows, bad = parser.read(records)

    assert rows == [one for one in alone if not isinstance(one, Unusable)]
    assert bad == [one for one in alone if isinstance(one, Unusable)]


@given(st.lists(VALUES, min_size=1, max_size=6), st.sampled_from(list(Kind)))
def test_a_column_reads_as_its_values_one_by_one(values: list[Any], kind: Kind) -> None:
    def alone() -> list[Any]:
        return [None if value is None or value == "" else READERS[kind](value) for value in values]

    try:
        expected = alone()
    except BadValueError:
        with pytest.raises(BadValueError):
            read_column(kind, values, required=False)
        return
    found = read_column(kind, values, required=False)
    assert found == expected
    assert list(map(type, found)) == list(map(type, expected))
