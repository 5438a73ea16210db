"""The simulated systems misbehave when they are asked to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import orjson
import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from sync.sandbox.faults import (
    Fault,
    Misbehaving,
    broken_record,
    connection_reset,
    duplicate_page,
    empty_page,
    expired_token,
    html_page,
    rate_limited,
    repeated_position,
    server_error,
    slow,
    truncated_json,
)

ROWS = "/services/rest/query/v1/suiteql"
LIST = "/rest/v1/projects/"
XML = "/api.pl"
TOKEN = "/services/rest/auth/oauth2/v1/token"


@Request.application
def _pages(request: Request) -> Response:
    """Answers like either system: a page of two records, told apart by its number."""
    number = request.args.get("page", "1")
    if request.path == XML:
        read = f"<Read status='0'><Task><id>{number}</id></Task><Task><id>2</id></Task></Read>"
        return Response(f"<response>{read}</response>", content_type="text/xml")
    records = [{"id": f"{number}a"}, {"id": f"{number}b"}]
    name = "data" if request.path == LIST else "items"
    body: dict[str, Any] = {name: records}
    if name == "items":
        body |= {"count": 2, "hasMore": False}
    return Response(orjson.dumps(body), content_type="application/json")


@pytest.fixture
def slept() -> list[float]:
    """How long the application slept."""
    return []


@pytest.fixture
def app(slept: list[float]) -> Misbehaving:
    """An application that behaves until told otherwise."""
    return Misbehaving(_pages, sleep=slept.append)


@pytest.fixture
def http(app: Misbehaving) -> Iterator[httpx.Client]:
    """A client of it."""
    transport = httpx.WSGITransport(app=app)
    with httpx.Client(transport=transport, base_url="http://127.0.0.1") as http:
        yield http


def test_without_faults_it_answers_as_the_one_inside(http: httpx.Client) -> None:
    assert http.post(ROWS).json()["items"] == [{"id": "1a"}, {"id": "1b"}]


def test_each_fault_is_used_up_by_one_request_for_data(
    app: Misbehaving, http: httpx.Client
) -> None:
    app.misbehave(server_error(), rate_limited(retry_after=2))
    assert http.post(TOKEN).status_code == 200
    assert http.get("/app/record.nl").status_code == 200
    assert [http.post(ROWS).status_code for _ in range(3)] == [500, 429, 200]
    assert app.pending == ()


def test_a_fault_waits_for_the_request_it_is_about(app: Misbehaving, http: httpx.Client) -> None:
    app.misbehave(server_error(503).on("FROM customer"), server_error(500).on(TOKEN).repeated(2))
    assert http.post(ROWS, json={"q": "SELECT id FROM job"}).status_code == 200
    assert http.post(ROWS, json={"q": "SELECT id FROM customer"}).status_code == 503
    assert [http.post(TOKEN).status_code for _ in range(3)] == [500, 500, 200]


def test_faults_can_be_called_off(app: Misbehaving, http: httpx.Client) -> None:
    app.misbehave(server_error())
    app.behave()
    assert http.post(ROWS).status_code == 200


@pytest.mark.parametrize("retry_after", [None, 1.5])
def test_a_rate_limit_speaks_each_system_s_language(
    app: Misbehaving, http: httpx.Client, retry_after: float | None
) -> None:
    app.misbehave(*[rate_limited(retry_after)] * 3)
    netsuite, rest, xml = http.post(ROWS), http.get(LIST), http.post(XML)
    assert (netsuite.status_code, rest.status_code, xml.status_code) == (429, 429, 200)
    code = netsuite.json()["o:errorDetails"][0]["o:errorCode"]
    assert code == "CONCURRENCY_LIMIT_EXCEEDED"
    assert "message" in rest.json()
    assert '<Auth status="556"/>' in xml.text
    wait = None if retry_after is None else "1.5"
    assert (netsuite.headers.get("Retry-After"), rest.headers.get("Retry-After")) == (wait, wait)


def test_an_expired_token_speaks_each_system_s_language(
    app: Misbehaving, http: httpx.Client
) -> None:
    app.misbehave(*[expired_token()] * 3)
    assert "invalid_token" in http.post(ROWS).headers["WWW-Authenticate"]
    assert http.get(LIST).status_code == 401
    assert '<Auth status="9"/>' in http.post(XML).text


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_has_the_status_it_was_given(
    app: Misbehaving, http: httpx.Client, status: int
) -> None:
    app.misbehave(server_error(status))
    assert http.post(ROWS).status_code == status


def test_a_truncated_answer_cannot_be_read(app: Misbehaving, http: httpx.Client) -> None:
    app.misbehave(truncated_json())
    answer = http.post(ROWS)
    assert answer.status_code == 200
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(answer.content)


def test_a_page_for_people_comes_with_status_200(app: Misbehaving, http: httpx.Client) -> None:
    app.misbehave(html_page())
    answer = http.post(ROWS)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html")


def test_a_slow_answer_is_genuine(app: Misbehaving, http: httpx.Client, slept: list[float]) -> None:
    app.misbehave(slow(30))
    assert http.post(ROWS).json()["count"] == 2
    assert slept == [30]


def test_a_duplicate_page_is_the_one_before(app: Misbehaving, http: httpx.Client) -> None:
    app.misbehave(duplicate_page().on("page=2"))
    assert http.post(ROWS, params={"page": 1}).json()["items"][0]["id"] == "1a"
    app.behave()
    app.misbehave(duplicate_page())
    assert http.post(ROWS, params={"page": 2}).json()["items"][0]["id"] == "1a"
    assert http.post(ROWS, params={"page": 2}).json()["items"][0]["id"] == "2a"


def test_a_repeated_position_promises_more_for_ever(app: Misbehaving, http: httpx.Client) -> None:
    http.post(ROWS, params={"page": 1})
    app.misbehave(repeated_position())
    for page in range(2, 6):
        body = http.post(ROWS, params={"page": page}).json()
        assert (body["items"][0]["id"], body["hasMore"]) == ("1a", True)


@pytest.mark.parametrize(
    ("place", "records"),
    [(ROWS, lambda a: a.json()["items"]), (LIST, lambda a: a.json()["data"])],
)
def test_an_empty_page_is_well_formed(
    app: Misbehaving, http: httpx.Client, place: str, records: Callable[[Any], list[Any]]
) -> None:
    app.misbehave(empty_page())
    assert records(http.post(place)) == []


def test_an_empty_page_of_xml_is_well_formed(app: Misbehaving, http: httpx.Client) -> None:
    app.misbehave(empty_page())
    assert "<Task>" not in http.post(XML).text


@pytest.mark.parametrize("place", [ROWS, LIST, XML])
def test_a_broken_record_is_the_first_of_its_page(
    app: Misbehaving, http: httpx.Client, place: str
) -> None:
    app.misbehave(broken_record("id", "31 Feb"))
    answer = http.post(place)
    assert answer.text.count("31 Feb") == 1
    assert answer.text.count("1a") + answer.text.count("<id>1</id>") == 0


def test_a_dropped_connection_gives_no_answer(app: Misbehaving) -> None:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        app.misbehave(connection_reset())
        base = f"http://127.0.0.1:{server.server_port}"
        with httpx.Client(base_url=base, trust_env=False) as http:
            with pytest.raises(httpx.TransportError):
                http.post(ROWS)
            assert http.post(ROWS).status_code == 200
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_in_process_a_dropped_connection_raises(app: Misbehaving, http: httpx.Client) -> None:
    app.misbehave(connection_reset())
    with pytest.raises(ConnectionResetError):
        http.post(ROWS)


def test_a_fault_can_be_of_one_s_own(app: Misbehaving, http: httpx.Client) -> None:
    app.misbehave(Fault("teapot", lambda _: Response("short and stout", status=418)))
    assert http.post(ROWS).status_code == 418
