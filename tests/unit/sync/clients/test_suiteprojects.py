"""SuiteProjects Pro is read completely from both interfaces, and its rotating token is never lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from werkzeug.wrappers import Response

from models.errors import (
    NotOfferedError,
    RateLimitedError,
    SourceAuthError,
    SourceContractError,
)
from models.tables.operations import ops_token
from sync.clients.pacing import Tally
from sync.clients.suiteprojects_auth import AccessTokens
from sync.clients.tokens import RecordTokenStore
from sync.entities import ENTITIES
from sync.source import Window

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 10, 20, 0, tzinfo=UTC)
ALL = Window(modified_to=NOW)
BY_REST, BY_XML = "suiteprojects__time_entry", "suiteprojects__charge"
TABLE = {BY_REST: "Task", BY_XML: "Slip"}
HOW_MANY = {BY_REST: 2300, BY_XML: 2100}
XML, REST, TOKEN = "api.pl", "/rest/", "oauth2"
both = pytest.mark.parametrize("key", [BY_REST, BY_XML])


def ids(pages):
    return [int(record["id"]) for page in pages for record in page.records]


def xml(body: str, **more) -> Response:
    return Response(f"<response>{body}</response>", content_type="text/xml; charset=UTF-8", **more)


def status(code: int, command: str = "Read") -> Response:
    if command == "Auth":
        return xml(f'<Auth status="{code}"/><Read status="2"/>')
    return xml(f'<Auth status="0"/><{command} status="{code}"/>')


@both
def test_every_record_is_read_once_beyond_one_page(suiteprojects, read_all, key):
    pages = read_all(suiteprojects().source, key, ALL)
    assert ids(pages) == list(range(1, HOW_MANY[key] + 1))
    assert len(pages) == 3
    assert pages[0].requests >= 1
    assert pages[0].bytes_read > 10_000


def test_rest_tells_how_many_records_to_expect(suiteprojects, read_all):
    pages = read_all(suiteprojects().source, BY_REST, ALL)
    assert [page.expected for page in pages] == [2300, None, None]


@both
def test_values_come_in_one_form_from_both_interfaces(suiteprojects, key):
    connected = suiteprojects()
    [first, *_] = connected.source.page(ENTITIES[key], ALL, None).records
    fields = {name: first[field.source] for name, field in ENTITIES[key].fields.items()}
    assert fields["date"] == "2023-01-02"
    assert fields["updated"] == "2026-01-10T20:00:00Z"
    assert fields["hours"] == "7.75"
    assert fields["accounting_date"] is None
    assert fields["notes" if key == BY_REST else "description"] == "Review <draft> & agree"


def test_custom_fields_and_flags_come_along(suiteprojects):
    [user] = suiteprojects().source.page(ENTITIES["suiteprojects__user"], ALL, None).records
    assert user["netsuite_user_id__c"] == 77
    assert user["isActive"] is True
    assert user["workscheduleWorkhours"] == "8|8|8|8|6|0|0"


@both
def test_a_window_takes_exactly_what_changed_in_it(suiteprojects, read_all, key):
    connected = suiteprojects()
    table = connected.system.tables[TABLE[key]].rows
    start = NOW - timedelta(hours=1)
    for number in range(1, 31):
        moment = start + timedelta(seconds=number)
        connected.system.put(TABLE[key], table[(number,)] | {"updated": moment})
    connected.source.begin_run()
    window = Window(
        modified_from=start + timedelta(seconds=10), modified_to=start + timedelta(seconds=20)
    )
    assert ids(read_all(connected.source, key, window)) == list(range(10, 20))


@both
def test_recent_records_and_the_history_before_them_are_all_records(suiteprojects, read_all, key):
    source = suiteprojects().source
    recent = ids(read_all(source, key, Window(modified_to=NOW, dated_from=date(2025, 2, 1))))
    before = ids(read_all(source, key, Window(modified_to=NOW, dated_before=date(2025, 2, 1))))
    assert recent[0] == before[-1] + 1
    assert before + recent == list(range(1, HOW_MANY[key] + 1))


@both
def test_pages_go_on_where_another_process_stopped(suiteprojects, read_all, key):
    source = suiteprojects().source
    first = source.page(ENTITIES[key], ALL, None)
    rest = read_all(source, key, ALL, list(first.position))
    assert ids([first, *rest]) == list(range(1, HOW_MANY[key] + 1))


@pytest.mark.fault(13)
@both
@pytest.mark.parametrize("vanished", [1, 40, 990])
def test_records_that_vanish_between_pages_hide_no_other(suiteprojects, read_all, key, vanished):
    connected = suiteprojects()
    first = connected.source.page(ENTITIES[key], ALL, None)
    for number in range(1, vanished + 1):
        connected.system.remove(TABLE[key], (number,), NOW)
    rest = read_all(connected.source, key, ALL, first.position)
    assert ids(rest) == list(range(1001, HOW_MANY[key] + 1))


@pytest.mark.fault(13)
@both
def test_records_that_change_between_pages_hide_no_other(suiteprojects, read_all, key):
    connected = suiteprojects()
    window = Window(modified_from=LONG_AGO, modified_to=NOW)
    first = connected.source.page(ENTITIES[key], window, None)
    table = connected.system.tables[TABLE[key]].rows
    for number in range(1, 61):
        connected.system.put(TABLE[key], table[(number,)] | {"updated": NOW})
    rest = read_all(connected.source, key, window, first.position)
    assert ids(rest) == list(range(1001, HOW_MANY[key] + 1))


@both
def test_a_new_run_sees_what_the_last_runs_token_hides(suiteprojects, read_all, key):
    connected = suiteprojects()
    read_all(connected.source, key, ALL)
    table = connected.system.tables[TABLE[key]]
    connected.system.put(TABLE[key], table.rows[(1,)] | {"id": 9001, "updated": NOW})
    window = Window(modified_from=NOW, modified_to=NOW + timedelta(minutes=1))
    assert ids(read_all(connected.source, key, window)) == []
    connected.source.begin_run()
    assert ids(read_all(connected.source, key, window)) == [9001]


@both
def test_deletions_are_told_for_both_interfaces_oldest_first(suiteprojects, key):
    connected = suiteprojects()
    connected.system.remove(TABLE[key], (12,), NOW - timedelta(minutes=2))
    connected.system.remove(TABLE[key], (7,), NOW - timedelta(hours=3))
    connected.system.remove(TABLE[key], (4,), NOW - timedelta(minutes=1))
    gone = connected.source.deletions(ENTITIES[key], NOW - timedelta(hours=1))
    assert [deletion.identity for deletion in gone] == [(12,), (4,)]
    assert gone[0].at == NOW - timedelta(minutes=2)


def test_more_deletions_than_a_page_are_all_told(suiteprojects):
    connected = suiteprojects()
    for number in range(1, 1502):
        connected.system.remove("Slip", (number,), NOW - timedelta(minutes=5))
    gone = connected.source.deletions(ENTITIES[BY_XML], NOW - timedelta(hours=1))
    assert {deletion.identity[0] for deletion in gone} == set(range(1, 1502))


def test_what_has_no_list_of_deletions_tells_none(suiteprojects):
    connected = suiteprojects()
    assert connected.source.deletions(ENTITIES["suiteprojects__projection"], NOW) == []
    assert connected.wire.asked == []


def test_the_clock_is_the_accounts_own_in_utc(suiteprojects, clock):
    clock.forward(minutes=7)
    assert suiteprojects().source.clock() == clock.now


# ---------------------------------------------------------------- tokens


def test_one_token_serves_both_interfaces(suiteprojects, read_all):
    connected = suiteprojects()
    for key in (BY_REST, BY_XML):
        read_all(connected.source, key, ALL)
    assert len([path for path in connected.wire.paths() if TOKEN in path]) == 1


@both
def test_a_token_that_ends_during_a_run_is_replaced(suiteprojects, clock, key):
    connected = suiteprojects()
    first = connected.source.page(ENTITIES[key], ALL, None)
    clock.forward(hours=2)
    assert ids([connected.source.page(ENTITIES[key], ALL, first.position)])[0] == 1001
    assert len([path for path in connected.wire.paths() if TOKEN in path]) == 2


@both
def test_a_token_that_is_refused_is_replaced_once(suiteprojects, key):
    connected = suiteprojects()
    refusal = Response('{"message":"no"}', 401, content_type="application/json")
    connected.wire.misbehave(
        refusal if key == BY_REST else status(9, "Auth"), on=REST if key == BY_REST else XML
    )
    assert len(connected.source.page(ENTITIES[key], ALL, None).records) == 1000


def test_a_new_token_that_is_refused_too_stops_the_run(suiteprojects, waits):
    connected = suiteprojects()
    connected.wire.misbehave(status(401, "Auth"), status(401, "Auth"), on=XML)
    with pytest.raises(SourceAuthError, match="refuses a new access token"):
        connected.source.page(ENTITIES[BY_XML], ALL, None)
    assert waits == []


def test_many_threads_share_one_refresh(suiteprojects):
    connected = suiteprojects()
    with ThreadPoolExecutor(6) as pool:
        pages = list(
            pool.map(lambda _: connected.source.page(ENTITIES[BY_XML], ALL, None), range(6))
        )
    assert all(len(page.records) == 1000 for page in pages)
    assert len([path for path in connected.wire.paths() if TOKEN in path]) == 1


class Forgetful:
    """A store that fails to keep a token."""

    turn = nullcontext

    def now(self) -> datetime:
        return datetime(2026, 3, 31, 12, tzinfo=UTC)

    def load(self) -> str:
        return "first-refresh-token"

    def granted(self) -> None:
        return None

    def save(self, token: str, granted: object) -> None:
        raise OSError("the disk is full")


def test_a_token_is_not_used_before_the_one_that_follows_it_is_kept(suiteprojects):
    connected = suiteprojects(store=Forgetful())
    with pytest.raises(OSError, match="disk"):
        connected.source.page(ENTITIES[BY_XML], ALL, None)
    assert [path for path in connected.wire.paths() if TOKEN not in path] == []


def test_the_kept_token_is_sealed_and_serves_the_next_process(suiteprojects, record, clock):
    connected = suiteprojects()
    connected.source.page(ENTITIES[BY_XML], ALL, None)
    with record.connect() as connection:
        [row] = connection.execute(select(ops_token)).all()
    assert row.name == "suiteprojects"
    assert row.updated_at == clock.now
    assert b"token" not in row.sealed
    connected.source.begin_run()
    assert len(connected.source.page(ENTITIES[BY_XML], ALL, None).records) == 1000


def test_the_token_another_process_was_just_given_is_taken(suiteprojects, record, clock):
    connected = suiteprojects()
    seed = connected.settings.suiteprojects_refresh_token
    store = RecordTokenStore(record, connected.settings.secret_key, seed, now=clock)
    other = AccessTokens(connected.settings, connected.caller, store, monotonic=clock.monotonic)
    other.begin_run()
    given = other.current(Tally())
    assert len(connected.source.page(ENTITIES[BY_XML], ALL, None).records) == 1000
    assert connected.source._tokens.current(Tally()) == given
    assert len([path for path in connected.wire.paths() if TOKEN in path]) == 1


def test_a_token_given_before_a_run_began_is_not_taken_for_it(suiteprojects, clock):
    connected = suiteprojects()
    before = connected.source._tokens.current(Tally())
    clock.forward(seconds=1)
    connected.source.begin_run()
    assert connected.source._tokens.current(Tally()) != before


def test_a_spent_refresh_token_asks_for_consent(suiteprojects):
    class Spent(Forgetful):
        def load(self) -> str:
            return "spent-long-ago"

    connected = suiteprojects(store=Spent())
    with pytest.raises(SourceAuthError, match="ONEVIEW_SUITEPROJECTS_REFRESH_TOKEN") as error:
        connected.source.page(ENTITIES[BY_XML], ALL, None)
    assert "spent-long-ago" not in str(error.value)
    assert len(connected.wire.paths()) == 1  # asked once: no account is locked


def test_a_wrong_client_secret_is_named(suiteprojects):
    connected = suiteprojects()
    refused = Response('{"error":"invalid_client"}', 401, content_type="application/json")
    connected.wire.misbehave(refused, on=TOKEN)
    with pytest.raises(SourceAuthError, match="_CLIENT_SECRET"):
        connected.source.page(ENTITIES[BY_REST], ALL, None)


# ---------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize("code", [414, 419, 606])
def test_a_passing_fault_of_xml_is_asked_for_again(suiteprojects, waits, code):
    connected = suiteprojects()
    connected.wire.misbehave(status(code), on=XML)
    assert len(connected.source.page(ENTITIES[BY_XML], ALL, None).records) == 1000
    assert waits == [1.0]


def test_the_request_limit_of_xml_slows_down(suiteprojects, waits):
    connected = suiteprojects()
    connected.wire.misbehave(status(556, "Auth"), on=XML)
    assert len(connected.source.page(ENTITIES[BY_XML], ALL, None).records) == 1000
    assert waits == [1.0]
    assert connected.caller.governor.limit == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (status(605), SourceContractError),
        (status(603), SourceContractError),
        (status(425), NotOfferedError),
        (status(413), NotOfferedError),
        (status(503, "Auth"), SourceAuthError),
        (xml('<Auth status="0"/>'), SourceContractError),
        (Response("<html/>", content_type="text/xml"), SourceContractError),
        (
            Response(
                '<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/hostname">]><response>&e;</response>',
                content_type="text/xml",
            ),
            SourceContractError,
        ),
        (
            xml(
                '<Auth status="0"/><Read status="0"><Slip><id>2</id></Slip><Slip><id>1</id></Slip></Read>'
            ),
            SourceContractError,
        ),
    ],
)
def test_what_waiting_does_not_heal_is_not_asked_again(suiteprojects, waits, fault, error):
    connected = suiteprojects()
    connected.wire.misbehave(fault, on=XML)
    with pytest.raises(error):
        connected.source.page(ENTITIES[BY_XML], ALL, None)
    assert waits == []


@pytest.mark.parametrize(
    "fault",
    [
        Response(
            "<response><Auth status='0'/><Read status='0'><Slip><id>1", content_type="text/xml"
        ),
        Response("<html>We are back soon</html>", content_type="text/html"),
        Response("", 503),
    ],
    ids=["broken off", "page for people", "unavailable"],
)
def test_half_an_xml_answer_or_a_page_for_people_is_asked_for_again(suiteprojects, waits, fault):
    connected = suiteprojects()
    connected.wire.misbehave(fault, on=XML)
    assert len(connected.source.page(ENTITIES[BY_XML], ALL, None).records) == 1000
    assert len(waits) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Response('{"message":"success","data":[{"id":1', content_type="application/json"),
        Response("<html>We are back soon</html>", content_type="text/html"),
        Response(
            '{"data":[{"id":1}],"meta":{"links":[{"rel":"next"}]}}', content_type="application/json"
        ),
    ],
    ids=["broken off", "page for people", "short page with a next one"],
)
def test_half_a_rest_answer_or_a_page_for_people_is_asked_for_again(suiteprojects, waits, fault):
    connected = suiteprojects()
    connected.wire.misbehave(fault, on=REST)
    assert len(connected.source.page(ENTITIES[BY_REST], ALL, None).records) == 1000
    assert len(waits) == 1


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (400, SourceContractError),
        (403, NotOfferedError),
        (404, NotOfferedError),
        (405, SourceContractError),
    ],
)
def test_a_refusal_by_rest_says_what_to_do(suiteprojects, waits, code, error):
    connected = suiteprojects()
    connected.wire.misbehave(
        Response('{"message":"q is wrong"}', code, content_type="application/json"), on=REST
    )
    with pytest.raises(error, match="q is wrong"):
        connected.source.page(ENTITIES[BY_REST], ALL, None)
    assert waits == []


def test_rest_waits_as_long_as_it_is_told(suiteprojects, waits):
    connected = suiteprojects()
    limited = {"status": 429, "content_type": "application/json", "response": "{}"}
    connected.wire.misbehave(
        Response(**limited, headers={"Retry-After": "7"}),
        Response(**limited, headers={"Retry-After": "3"}),
        on=REST,
    )
    assert len(connected.source.page(ENTITIES[BY_REST], ALL, None).records) == 1000
    assert waits == [7.0, 3.0]


def test_the_request_limit_that_stays_stops_the_entity(suiteprojects, waits, patience):
    connected = suiteprojects(per_minute=2)
    connected.source.page(ENTITIES[BY_REST], ALL, None)
    connected.source.page(ENTITIES[BY_REST], ALL, None)
    with pytest.raises(RateLimitedError):
        connected.source.page(ENTITIES[BY_REST], ALL, None)
    assert len(waits) == patience.attempts - 1
