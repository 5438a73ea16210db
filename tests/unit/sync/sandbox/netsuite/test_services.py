"""The record service, the system service, the pages for people, the concurrency limit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from sync.sandbox.netsuite.query import Page

RECORD = "/services/rest/record/v1"


def _ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


def test_a_list_of_records_holds_ids_and_links_only(account: Any) -> None:
    answer = account.http.get(f"{RECORD}/customer", params={"limit": 2, "offset": 2})
    body = answer.json()
    url = f"http://127.0.0.1:8081{RECORD}/customer"
    assert body["items"] == [
        {"links": [{"rel": "self", "href": f"{url}/{number}"}], "id": str(number)}
        for number in (3, 4)
    ]
    assert (body["count"], body["hasMore"], body["totalResults"]) == (2, True, 5)


@pytest.mark.parametrize(
    ("q", "ids"),
    [
        ('companyName IS "customer 1"', ["1"]),
        ("companyName EMPTY", ["3"]),
        ("companyName EMPTY_NOT AND id GREATER 3", ["4", "5"]),
        ("id ANY_OF [1, 5] OR id BETWEEN [2,3]", ["1", "2", "3", "5"]),
        ("isInactive IS true", ["4"]),
        ("(id LESS 3 OR id EQUAL 5) AND isInactive IS false", ["1", "2", "5"]),
        ("lastModifiedDate ON_OR_AFTER 3/2/2026", ["1", "2", "3", "4", "5"]),
        ('lastModifiedDate BEFORE "3/2/2026"', []),
    ],
)
def test_a_list_can_be_filtered(account: Any, q: str, ids: list[str]) -> None:
    assert _ids(account.http.get(f"{RECORD}/customer", params={"q": q})) == ids


@pytest.mark.parametrize(
    ("q", "code"),
    [
        ("id GREATER", "INVALID_PARAMETER"),
        ("id NEARLY 3", "INVALID_PARAMETER"),
        ("(id EQUAL 3", "INVALID_PARAMETER"),
        ("colour IS red", "NONEXISTENT_FIELD"),
        ("lastModifiedDate AFTER 2026-03-01", "INVALID_PARAMETER"),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused(account: Any, q: str, code: str) -> None:
    answer = account.http.get(f"{RECORD}/customer", params={"q": q})
    assert answer.status_code == 400
    assert answer.json()["o:errorDetails"][0]["o:errorCode"] == code


def test_a_record_bears_json_types_and_references(account: Any) -> None:
    answer = account.http.get(f"{RECORD}/invoice/42")
    assert answer.headers["Content-Type"] == "application/vnd.oracle.resource+json; type=singular"
    body = answer.json()
    assert body["id"] == "42"
    assert body["tranDate"] == "2026-03-02"
    assert body["lastModifiedDate"] == "2026-03-02T18:00:00Z"
    assert (body["posting"], body["foreignTotal"]) == (True, 200)
    assert (body["entity"]["id"], body["entity"]["refName"]) == ("2", "C-2")
    assert list(body["item"]) == ["links"]
    assert account.http.get(f"{RECORD}/timeBill/7").json()["hours"] == "7:30"


def test_a_record_can_be_cut_to_fields_and_opened_with_its_lines(account: Any) -> None:
    few = account.http.get(f"{RECORD}/customer/1", params={"fields": "companyName,id"}).json()
    assert set(few) == {"links", "id", "companyName"}
    full = account.http.get(f"{RECORD}/invoice/42", params={"expandSubResources": "true"}).json()
    assert [line["id"] for line in full["item"]["items"]] == ["1", "2", "3", "4"]


@pytest.mark.parametrize("place", ["customer/99", "invoice/43", "customer/eid:none", "nonsense/1"])
def test_a_record_that_does_not_exist_is_not_found(account: Any, place: str) -> None:
    answer = account.http.get(f"{RECORD}/{place}")
    assert answer.status_code == 404
    assert answer.json()["o:errorDetails"][0]["o:errorCode"] == "NONEXISTENT_ID"


def test_the_catalog_lists_the_record_types(account: Any) -> None:
    names = [
        item["name"] for item in account.http.get(f"{RECORD}/metadata-catalog").json()["items"]
    ]
    assert {"customer", "invoice", "timeBill"} <= set(names)
    schema = account.http.get(f"{RECORD}/metadata-catalog/customer").json()
    assert "companyName" in schema["properties"]


@pytest.mark.parametrize(
    ("method", "place"),
    [
        ("POST", "customer"),
        ("PATCH", "customer/1"),
        ("PUT", "customer/eid:x"),
        ("DELETE", "customer/1"),
        ("POST", "salesOrder/1/!transform/invoice"),
    ],
)
def test_the_integration_may_only_read(account: Any, method: str, place: str) -> None:
    answer = account.http.request(method, f"{RECORD}/{place}", json={})
    assert answer.status_code == 403
    assert answer.json()["o:errorDetails"][0]["o:errorCode"] == "INSUFFICIENT_PERMISSION"


def test_the_system_tells_its_time_and_its_limit(account: Any) -> None:
    system = "/services/rest/system/v1"
    assert account.http.get(f"{system}/serverTime").json() == {"serverTime": "2026-03-05T02:30:00Z"}
    limits = account.http.get(f"{system}/governanceLimits").json()
    assert limits["accountConcurrencyLimit"] == 5


def test_an_unknown_address_or_method_is_refused_in_the_envelope(account: Any) -> None:
    assert account.http.get("/services/rest/nothing").status_code == 404
    answer = account.http.get("/services/rest/query/v1/suiteql")
    assert answer.status_code == 405
    assert answer.json()["o:errorDetails"][0]["o:errorCode"] == "METHOD_NOT_ALLOWED"


def test_one_request_too_many_at_a_time_is_refused_without_a_wait(
    open_account: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = open_account(concurrency=2)
    both_inside, done = threading.Barrier(3), threading.Event()

    def hold(*_: Any) -> Page:
        both_inside.wait(10)
        done.wait(10)
        return Page([], 0)

    monkeypatch.setattr("sync.sandbox.netsuite.query.QueryService.page", hold)
    statuses: list[int] = []
    busy = [
        threading.Thread(
            target=lambda: statuses.append(account.post("SELECT id FROM customer").status_code)
        )
        for _ in range(2)
    ]
    for thread in busy:
        thread.start()
    both_inside.wait(10)
    refused = account.http.get(f"{RECORD}/customer")
    done.set()
    for thread in busy:
        thread.join()
    assert statuses == [200, 200]
    assert refused.status_code == 429
    assert "Retry-After" not in refused.headers
    body = refused.json()
    assert (body["title"], body["status"], body["o:errorCode"]) == (
        "Bad Request",
        429,
        "USER_ERROR",
    )
    assert body["o:errorDetails"] == [
        {
            "detail": "Concurrent request limit exceeded. Request blocked.",
            "o:errorCode": "CONCURRENCY_LIMIT_EXCEEDED",
        }
    ]
    assert account.http.get(f"{RECORD}/customer").status_code == 200


def test_a_person_sees_a_transaction_with_its_lines_without_signing_in(account: Any) -> None:
    del account.http.headers["Authorization"]
    answer = account.http.get("/app/accounting/transactions/transaction.nl?id=41")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    for text in ("Simulated NetSuite", "INV41", "Invoice : Paid In Full", "1,500.50", "2/27/2026"):
        assert text in answer.text
    assert "a &lt;b&gt; &amp; c" in answer.text
    assert '<a href="/app/common/entity/custjob.nl?id=1">' in answer.text


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("common/entity/custjob.nl?id=2", "Customer 2"),
        ("accounting/transactions/timebill.nl?id=7", "Time entry"),
    ],
)
def test_other_records_have_pages_too(account: Any, place: str, text: str) -> None:
    assert text in account.http.get(f"/app/{place}").text


@pytest.mark.parametrize(
    "place", ["accounting/transactions/transaction.nl?id=999", "nowhere.nl?id=1", "x.nl"]
)
def test_a_page_of_nothing_says_so(account: Any, place: str) -> None:
    answer = account.http.get(f"/app/{place}")
    assert answer.status_code == 404
    assert "does not exist" in answer.text
