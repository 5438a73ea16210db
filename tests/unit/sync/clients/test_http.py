"""Requests end, are tried again while it may help, stay within limits, and give no secret away."""

from __future__ import annotations

import logging
import threading

import httpx
import pytest

from models.errors import RateLimitedError, SourceContractError, SourceUnavailableError
from sync.clients.http import Ask, Caller
from sync.clients.pacing import Governor, Patience, Tally
from sync.clients.redaction import Redactor

SECRET = "s3cret-of-the-account"


def ask() -> Ask:
    return Ask(
        method="POST",
        url="https://source.test/list",
        headers={"Authorization": f"Bearer {SECRET}"},
        content=f"refresh_token={SECRET}".encode(),
    )


def body(answer):
    answer.refuse_passing_faults()
    return answer.json()


def good() -> httpx.Response:
    return httpx.Response(200, json={"items": []})


class Script:
    """Answers with the given responses or errors, one after the other."""

    def __init__(self, *answers) -> None:
        self.answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def caller(waits, patience):
    def make(*answers, **more) -> Caller:
        return Caller(
            "The source",
            concurrency=4,
            redactor=Redactor([SECRET]),
            **{"patience": patience, "sleep": waits.append} | more,
            transport=httpx.MockTransport(Script(*answers)),
        )

    return make


FAULTS = {
    "no connection": lambda: httpx.ConnectError("refused"),
    "no answer in time": lambda: httpx.ReadTimeout("slow"),
    "reset": lambda: httpx.ReadError("reset by peer"),
    "cut off": lambda: httpx.RemoteProtocolError(
        "peer closed connection without sending complete body"
    ),
    "gzip that is none": lambda: httpx.Response(
        200,
        headers={"Content-Encoding": "gzip", "Content-Type": "application/json"},
        stream=httpx.ByteStream(b"this is no gzip"),
    ),
    "broken JSON": lambda: httpx.Response(
        200, headers={"Content-Type": "application/json"}, content=b'{"items":[1,'
    ),
    "page for people": lambda: httpx.Response(200, html="<html>We are back soon</html>"),
    "server fault": lambda: httpx.Response(500),
    "maintenance": lambda: httpx.Response(503),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_passing_fault_is_tried_again(caller, waits, name):
    tally = Tally()
    assert caller(FAULTS[name](), good()).call(ask, body, tally) == {"items": []}
    assert waits == [1.0]
    assert tally.requests == 2
    assert tally.waited_ms >= 1000


@pytest.mark.fault(10)
def test_an_answer_that_drips_for_ever_is_given_up(caller):
    seconds = iter(range(0, 100_000, 100))

    class Drips(httpx.SyncByteStream):
        def __iter__(self):
            for _ in range(50):
                yield b" "

    slow = httpx.Response(200, headers={"Content-Type": "application/json"}, stream=Drips())
    hasty = caller(slow, patience=Patience(attempts=1), monotonic=lambda: next(seconds))
    with pytest.raises(SourceUnavailableError, match="took more than 300 s"):
        hasty.call(ask, body, Tally())


def test_patience_ends(caller, waits):
    impatient = caller(*(httpx.Response(503) for _ in range(3)), patience=Patience(attempts=3))
    with pytest.raises(SourceUnavailableError, match="503"):
        impatient.call(ask, body, Tally())
    assert len(waits) == 2


def test_the_budget_of_waiting_ends_before_the_attempts(caller, waits):
    limited = [httpx.Response(429, headers={"Retry-After": "60"}) for _ in range(5)]
    with pytest.raises(RateLimitedError):
        caller(*limited, patience=Patience(budget=150.0)).call(ask, body, Tally())
    assert waits == [60.0, 60.0]


def test_a_named_wait_is_kept_to_and_capped(caller, waits):
    first = httpx.Response(429, headers={"Retry-After": "7"})
    second = httpx.Response(429, headers={"Retry-After": "86400"})
    caller(first, second, good()).call(ask, body, Tally())
    assert waits == [7.0, 90.0]


def test_a_wait_named_as_a_date_is_counted_by_the_sources_clock(caller, waits):
    headers = {
        "Date": "Tue, 31 Mar 2026 12:00:00 GMT",
        "Retry-After": "Tue, 31 Mar 2026 12:00:12 GMT",
    }
    caller(httpx.Response(429, headers=headers), good()).call(ask, body, Tally())
    assert waits == [12.0]


def test_waits_are_spread_between_nothing_and_a_growing_bound():
    bounds = []

    def jitter(low: float, high: float) -> float:
        bounds.append((low, high))
        return low

    patience = Patience(jitter=jitter)
    for attempt in range(1, 9):
        patience.wait(SourceUnavailableError(""), attempt)
    assert bounds == [(0.0, high) for high in (1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0)]


def test_what_waiting_does_not_heal_is_not_tried_again(caller, waits):
    def read(answer):
        raise SourceContractError("not of the agreed shape")

    with pytest.raises(SourceContractError):
        caller(good()).call(ask, read, Tally())
    assert waits == []


def test_each_attempt_is_asked_anew(caller):
    made = []

    def fresh() -> Ask:
        made.append(ask())
        return made[-1]

    caller(httpx.Response(503), good()).call(fresh, body, Tally())
    assert len(made) == 2


def test_what_it_cost_is_counted(caller):
    tally = Tally()
    content = httpx.ByteStream(b"[" + b"1," * 100 + b"1]")
    answer = httpx.Response(200, headers={"Content-Type": "application/json"}, stream=content)
    assert len(caller(answer).call(ask, body, tally)) == 101
    assert tally == Tally(requests=1, bytes_read=203)


@pytest.mark.fault(6)
def test_no_more_requests_are_in_flight_than_allowed():
    governor, inside, most = Governor(3), [], []
    lock = threading.Lock()
    full = threading.Barrier(3)

    def work() -> None:
        with governor.permit(Tally()):
            with lock:
                inside.append(1)
                most.append(len(inside))
            full.wait(timeout=5)
            with lock:
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert max(most) == 3


def test_requests_in_flight_are_halved_at_a_refusal_and_recover_by_and_by():
    governor = Governor(8)
    governor.slow_down()
    governor.slow_down()
    assert governor.limit == 2
    for _ in range(60):
        governor.carry_on()
    assert governor.limit == 4
    for _ in range(500):
        governor.carry_on()
    assert governor.limit == 8


@pytest.mark.parametrize("name", [*FAULTS, "echo"])
def test_no_secret_reaches_a_log_or_an_error(caller, caplog, name):
    caplog.set_level(logging.DEBUG)

    def echo() -> httpx.Response:
        return httpx.Response(500, text=f"Authorization: Bearer {SECRET} <access_token>{SECRET}")

    fault = FAULTS.get(name, echo)
    with pytest.raises(SourceUnavailableError) as error:
        caller(fault(), fault(), patience=Patience(attempts=2)).call(ask, body, Tally())
    cause: BaseException | None = error.value
    while cause is not None:
        assert SECRET not in f"{cause!s} {cause!r} {vars(cause)}"
        cause = cause.__cause__
    assert SECRET not in caplog.text
    assert SECRET not in repr(ask())


@pytest.mark.parametrize(
    "text",
    [
        'Authorization: OAuth realm="1", oauth_token="abcdefabcdef", oauth_signature="xyzxyzxyz"',
        "Authorization: Bearer abcdefabcdef",
        '{"access_token":"abcdefabcdef","refresh_token": "abcdefabcdef"}',
        "grant_type=refresh_token&refresh_token=abcdefabcdef&x=1",
        "<Login><access_token>abcdefabcdef</access_token></Login>",
        'namespace="default" key="abcdefabcdef"',
        "the assertion eyJhbGciOi.abcdefabcdef.signature is bad",
    ],
)
def test_tokens_are_hidden_by_their_form_alone(text):
    cleaned = Redactor().clean(text)
    assert "abcdef" not in cleaned
    assert "xyz" not in cleaned


def test_a_token_learned_on_the_way_is_hidden_and_forgotten_when_many_followed():
    redactor = Redactor(["lasting-secret"])
    for number in range(500):
        redactor.learn(f"token-{number:03}")
    assert redactor.clean("token-499 lasting-secret") == "[hidden] [hidden]"
    assert redactor.clean("token-001") == "token-001"


def test_one_value_that_is_no_json_holds_up_no_page(caller, waits):
    content = b'{"items":[{"id":1,"name":"half \\ud83d","hours":NaN,"amount":1.10}]}'
    answer = httpx.Response(200, headers={"Content-Type": "application/json"}, content=content)
    (record,) = caller(answer).call(ask, body, Tally())["items"]
    assert record == {"id": 1, "name": "half \ud83d", "hours": "NaN", "amount": "1.10"}
    assert waits == []
