"""SuiteQL's envelope, paging, values and errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

SUITEQL = "/services/rest/query/v1/suiteql"
COLLECTION = "application/vnd.oracle.resource+json; type=collection"
ERROR = "application/vnd.oracle.resource+json; type=error"


def _rels(answer: Any) -> list[str]:
    return [link["rel"] for link in answer.json()["links"]]


def test_a_page_bears_the_documented_envelope(account: Any) -> None:
    answer = account.post("SELECT id, companyname FROM customer ORDER BY id", limit=2)
    assert answer.headers["Content-Type"] == COLLECTION
    body = answer.json()
    url = f"http://127.0.0.1:8081{SUITEQL}"
    assert body == {
        "links": [
            {"rel": "next", "href": f"{url}?limit=2&offset=2"},
            {"rel": "last", "href": f"{url}?limit=2&offset=4"},
            {"rel": "self", "href": f"{url}?limit=2&offset=0"},
        ],
        "count": 2,
        "hasMore": True,
        "items": [
            {"links": [], "id": "1", "companyname": "Customer 1"},
            {"links": [], "id": "2", "companyname": "Customer 2"},
        ],
        "offset": 0,
        "totalResults": 5,
    }


def test_the_middle_and_the_last_page_link_to_their_neighbours(account: Any) -> None:
    middle = account.post("SELECT id FROM customer ORDER BY id", limit=2, offset=2)
    last = account.post("SELECT id FROM customer ORDER BY id", limit=2, offset=4)
    assert _rels(middle) == ["first", "prev", "next", "last", "self"]
    assert sorted(_rels(last)) == ["first", "prev", "self"]
    assert last.json()["hasMore"] is False
    assert last.json()["totalResults"] == 5


def test_a_page_beyond_the_end_is_empty_and_knows_the_total(account: Any) -> None:
    body = account.post("SELECT id FROM customer ORDER BY id", limit=5, offset=10).json()
    assert (body["items"], body["count"], body["hasMore"]) == ([], 0, False)
    assert body["totalResults"] == 5


def test_an_empty_answer_has_no_items(account: Any) -> None:
    body = account.post("SELECT id FROM customer WHERE id > 100").json()
    assert (body["items"], body["count"], body["hasMore"], body["totalResults"]) == (
        [],
        0,
        False,
        0,
    )


@pytest.mark.parametrize(
    ("text", "limit", "offset", "ids", "total"),
    [
        ("SELECT id FROM customer ORDER BY id FETCH FIRST 3 ROWS ONLY", 2, 2, ["3"], 3),
        ("SELECT id FROM customer ORDER BY id FETCH FIRST 3 ROWS ONLY", 3, 0, ["1", "2", "3"], 3),
        ("SELECT id FROM customer ORDER BY id FETCH FIRST 9 ROWS ONLY", 2, 4, ["5"], 5),
        ("SELECT TOP 2 id FROM customer ORDER BY id DESC", 5, 0, ["5", "4"], 2),
    ],
)
def test_a_query_that_bounds_itself_pages_within_its_bounds(
    account: Any, text: str, limit: int, offset: int, ids: list[str], total: int
) -> None:
    body = account.post(text, limit=limit, offset=offset).json()
    assert [item["id"] for item in body["items"]] == ids
    assert body["totalResults"] == total
    assert body["hasMore"] is (offset + len(ids) < total)


@pytest.mark.parametrize(
    "paging",
    [{"limit": 0}, {"limit": 1001}, {"limit": 10, "offset": 5}, {"limit": "many"}, {"offset": -1}],
)
def test_a_page_size_or_position_off_the_rules_is_refused(account: Any, paging: Any) -> None:
    answer = account.post("SELECT id FROM customer", **paging)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == ERROR
    assert answer.json()["o:errorDetails"][0]["o:errorCode"] == "INVALID_PARAMETER"


def test_a_query_pages_through_no_more_rows_than_the_cap(open_account: Callable[..., Any]) -> None:
    account = open_account(row_cap=4)
    assert account.post("SELECT id FROM customer", limit=2, offset=2).status_code == 200
    assert account.post("SELECT id FROM customer", limit=2, offset=4).status_code == 400


def test_a_query_must_be_sent_as_transient(account: Any) -> None:
    answer = account.http.post(SUITEQL, json={"q": "SELECT id FROM customer"})
    assert answer.status_code == 400
    assert answer.json()["o:errorDetails"][0]["o:errorHeader"] == "Prefer"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"query": "x"}', b'{"q": "x", "params": 1}'])
def test_a_body_without_a_query_is_refused(account: Any, body: bytes) -> None:
    answer = account.http.post(SUITEQL, content=body, headers={"Prefer": "transient"})
    assert answer.status_code == 400
    assert answer.json()["o:errorDetails"][0]["o:errorCode"] == "INVALID_CONTENT"


def test_values_are_texts_and_what_is_not_there_is_left_out(account: Any) -> None:
    row = account.rows("SELECT * FROM customer WHERE id = 3")[0]
    assert row == {
        "id": "3",
        "entityid": "C-3",
        "currency": "1",
        "isinactive": "F",
        "datecreated": "1/31/2026",
        "lastmodifieddate": "3/2/2026",
    }


def test_numbers_bear_no_trailing_zeros_and_keep_their_precision(account: Any) -> None:
    row = account.rows("SELECT foreigntotal, exchangerate FROM transaction WHERE id = 41")[0]
    assert row == {"foreigntotal": "1500.5", "exchangerate": "1.0854321"}


def test_names_come_back_in_lower_case(account: Any) -> None:
    assert account.rows("SELECT ID AS myID, T.EntityID FROM Customer T WHERE T.Id = 1") == [
        {"myid": "1", "entityid": "C-1"}
    ]


def test_unnamed_expressions_get_numbered_names(account: Any) -> None:
    row = account.rows("SELECT COUNT(*), COUNT(companyname) AS named, MAX(id) FROM customer")[0]
    assert row == {"expr1": "5", "named": "4", "expr2": "5"}


@pytest.mark.parametrize(
    ("date_format", "shown"),
    [
        ("M/D/YYYY", "3/2/2026"),
        ("DD.MM.YYYY", "02.03.2026"),
        ("YYYY-MM-DD", "2026-03-02"),
        ("D-Mon-YYYY", "2-Mar-2026"),
    ],
)
def test_bare_dates_look_as_the_user_prefers(
    open_account: Callable[..., Any], date_format: str, shown: str
) -> None:
    account = open_account(date_format=date_format)
    text = "SELECT trandate, lastmodifieddate FROM transaction WHERE id = 42"
    assert account.rows(text) == [{"trandate": shown, "lastmodifieddate": shown}]


def test_instants_show_and_compare_in_account_time(open_account: Callable[..., Any]) -> None:
    text = (
        "SELECT id, TO_CHAR(lastmodifieddate, 'YYYY-MM-DD HH24:MI:SS') AS at FROM customer "
        "WHERE lastmodifieddate >= TO_DATE('2026-03-02 10:00:05', 'YYYY-MM-DD HH24:MI:SS')"
    )
    assert open_account().rows(text) == [{"id": "5", "at": "2026-03-02 10:00:05"}]
    kathmandu = open_account(time_zone="Asia/Kathmandu").rows(text)
    assert kathmandu[0] == {"id": "1", "at": "2026-03-02 23:45:01"}


def test_an_instant_in_the_hour_that_happens_twice_keeps_its_utc(account: Any) -> None:
    first = account.system.tables["customer"].rows[(1,)]
    fold = first["lastmodifieddate"].replace(year=2025, month=11, day=2, hour=8, minute=30)
    account.system.put("customer", first | {"lastmodifieddate": fold})
    account.system.put(
        "customer", first | {"id": 90, "lastmodifieddate": fold + timedelta(hours=1)}
    )
    rows = account.rows(
        "SELECT TO_CHAR(lastmodifieddate, 'HH24:MI') AS here, "
        "TO_CHAR(SYS_EXTRACT_UTC(lastmodifieddate), 'HH24:MI') AS utc "
        "FROM customer WHERE id IN (1, 90) ORDER BY id"
    )
    assert rows == [{"here": "01:30", "utc": "08:30"}, {"here": "01:30", "utc": "09:30"}]


def test_bound_parameters_stand_in_order(account: Any) -> None:
    rows = account.rows(
        "SELECT id FROM customer WHERE id BETWEEN ? AND ? AND isinactive = ? ORDER BY id",
        ["2", 4, False],
    )
    assert [row["id"] for row in rows] == ["2", "3"]
    assert "parameters" in account.refusal("SELECT id FROM customer WHERE id = ?", [])


def test_a_table_that_is_not_there_or_switched_off_was_not_found(
    open_account: Callable[..., Any],
) -> None:
    account = open_account(tables_off=frozenset({"subsidiary", "customer"}))
    for name in ("customer", "subsidiary", "nonsense"):
        assert account.refusal(f"SELECT id FROM {name}") == (
            "Invalid search query. Detailed unprocessed description follows. "
            f"Search error occurred: Record '{name}' was not found."
        )


def test_a_column_that_is_not_there_or_not_exposed_is_named(
    open_account: Callable[..., Any],
) -> None:
    account = open_account(columns_off=frozenset({"customer.currency"}))
    detail = account.refusal("SELECT c.currency FROM customer c")
    assert "Search error occurred: Field 'currency' for record 'customer'" in detail
    assert "Unknown identifier 'nope'" in account.refusal("SELECT nope FROM customer")
    assert "currency" not in account.rows("SELECT * FROM customer")[0]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT id FROM customer WHERE",
        "SELEC id FROM customer",
        "SELECT id FROM customer LIMIT 5",
        "SELECT [id] FROM customer",
        "WITH x AS (SELECT id FROM customer) SELECT id FROM x",
        "SELECT id FROM customer WHERE datecreated > DATE '2026-01-01'",
        "SELECT entityid + 'x' FROM customer",
        "SELECT 'open",
        "DELETE FROM customer",
        "SELECT id FROM customer; SELECT id FROM customer",
        "SELECT c.id FROM customer c JOIN transaction t ON t.entity = c.id WHERE c.id = t.id(+)",
    ],
)
def test_what_the_language_does_not_know_fails_to_parse(account: Any, text: str) -> None:
    assert "Search error occurred: Failed to parse SQL" in account.refusal(text)


def test_a_list_has_at_most_a_thousand_members(account: Any) -> None:
    fits = ", ".join(map(str, range(1000)))
    assert len(account.rows(f"SELECT id FROM customer WHERE id IN ({fits})")) == 5
    assert "1000" in account.refusal(f"SELECT id FROM customer WHERE id IN ({fits}, 1000)")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM read_csv('/etc/hostname')",
        "SELECT getenv('HOME') FROM DUAL",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM duckdb_settings()",
        "SELECT id FROM customer WHERE trandate > 'soon'",
        "SELECT BUILTIN.CONSOLIDATE(id) FROM customer",
        "SELECT SUM(companyname) FROM customer",
    ],
)
def test_nothing_beyond_the_account_can_be_asked(account: Any, text: str) -> None:
    assert account.refusal(text).startswith("Invalid search query.")


@pytest.mark.parametrize(
    "table", ["charge", "budgetsmachine", "currencyrate", "location", "systemnote", "invoice"]
)
def test_a_known_table_without_rows_answers_with_an_empty_set(account: Any, table: str) -> None:
    assert account.rows(f"SELECT * FROM {table}") == []
