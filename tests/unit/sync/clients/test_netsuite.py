"""NetSuite is read completely, once, and as it was in the window."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta

import pytest
from werkzeug.wrappers import Response

from models.errors import (
    NotOfferedError,
    SourceAuthError,
    SourceContractError,
    SourceUnavailableError,
)
from sync.clients.pacing import Tally
from sync.entities import ENTITIES
from sync.entities.entity import System
from sync.source import Window

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 10, 20, 0, tzinfo=UTC)
ALL = Window(modified_to=NOW)
CUSTOMER = ENTITIES["netsuite__customer"]
QUERY = "suiteql"


def ids(pages):
    return [int(record["id"]) for page in pages for record in page.records]


@pytest.mark.parametrize("auth", ["oauth2", "tba"])
def test_every_record_is_read_once_beyond_one_page(netsuite, read_all, auth):
    connected = netsuite(auth=auth)
    pages = read_all(connected.source, CUSTOMER.key, ALL)
    assert ids(pages) == list(range(1, 2301))
    assert [page.expected for page in pages] == [2300, None, None]
    assert pages[0].requests >= 1
    assert pages[0].bytes_read > 10_000


def test_dates_and_moments_come_in_one_form_whatever_the_account_prefers(netsuite, read_all):
    connected = netsuite(time_zone="Asia/Kathmandu", date_format="DD-Mon-YYYY")
    [page] = read_all(connected.source, "netsuite__transaction", ALL)
    assert page.records[0]["trandate"] == "2025-06-30"
    assert page.records[0]["lastmodifieddate"] == "2026-01-10T20:00:00Z"
    assert page.records[0]["exchangerate"] == "1.0834"


def test_what_is_empty_is_left_out_and_links_are_no_field(netsuite, read_all):
    fifth = read_all(netsuite().source, CUSTOMER.key, ALL)[0].records[4]
    assert "companyname" not in fifth
    assert "links" not in fifth


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Kathmandu", "Pacific/Auckland"])
def test_a_window_takes_what_changed_in_it_in_any_time_zone(netsuite, read_all, zone):
    source = netsuite(time_zone=zone).source
    window = Window(
        modified_from=LONG_AGO + timedelta(seconds=100),
        modified_to=LONG_AGO + timedelta(seconds=200),
    )
    assert ids(read_all(source, CUSTOMER.key, window)) == list(range(100, 200))


def test_pages_go_on_where_another_process_stopped(netsuite, read_all):
    source = netsuite().source
    first = source.page(CUSTOMER, ALL, None)
    assert ids(read_all(source, CUSTOMER.key, ALL, list(first.position))) == list(range(1001, 2301))


def test_pages_of_a_composite_key_go_on_within_one_transaction(netsuite, read_all):
    pages = read_all(netsuite().source, "netsuite__transactionline", ALL)
    lines = [(int(r["transaction"]), int(r["id"])) for page in pages for r in page.records]
    assert lines == [(t, n) for t in (501, 502, 503) for n in range(500)]
    assert pages[0].position == [502, 499]


def test_lines_are_dated_by_their_transaction(netsuite, read_all):
    window = Window(modified_to=NOW, dated_from=date(2026, 1, 1), dated_before=date(2026, 3, 1))
    [page] = read_all(netsuite().source, "netsuite__transactionaccountingline", window)
    assert {record["transaction"] for record in page.records} == {"502"}
    assert len(page.records) == 500


def test_the_history_before_is_the_rest(netsuite, read_all):
    window = Window(modified_to=NOW, dated_before=date(2026, 1, 1))
    [page] = read_all(netsuite().source, "netsuite__transactionline", window)
    assert {record["transaction"] for record in page.records} == {"501"}


def test_a_changed_transaction_brings_all_its_lines(netsuite, read_all):
    connected = netsuite()
    row = connected.system.tables["transaction"].rows[(502,)]
    connected.system.put("transaction", row | {"lastmodifieddate": NOW - timedelta(hours=1)})
    window = Window(modified_from=NOW - timedelta(hours=2), modified_to=NOW)
    [page] = read_all(connected.source, "netsuite__transactionline", window)
    assert len(page.records) == 500


def test_a_line_that_changed_without_its_header_brings_all_lines_of_its_transaction(
    netsuite, read_all
):
    connected = netsuite()
    row = connected.system.tables["transactionline"].rows[(503, 7)]
    connected.system.put(
        "transactionline", row | {"linelastmodifieddate": NOW - timedelta(hours=1)}
    )
    window = Window(modified_from=NOW - timedelta(hours=2), modified_to=NOW)
    [page] = read_all(connected.source, "netsuite__transactionline", window)
    assert [int(record["id"]) for record in page.records] == list(range(500))


def test_records_that_appear_and_vanish_between_pages_hide_no_other(netsuite, read_all):
    connected = netsuite()
    first = connected.source.page(CUSTOMER, ALL, None)
    table = connected.system.tables["customer"]
    for number in range(1, 41):
        connected.system.remove("customer", (number,), NOW)
    connected.system.put("customer", table.rows[(1500,)] | {"lastmodifieddate": NOW})
    rest = read_all(connected.source, CUSTOMER.key, ALL, first.position)
    assert ids(rest) == [n for n in range(1001, 2301) if n != 1500]


def test_every_entity_can_be_asked_for(netsuite):
    connected = netsuite()
    since = Window(
        modified_from=LONG_AGO,
        modified_to=NOW,
        dated_from=date(2025, 1, 1),
        dated_before=date(2027, 1, 1),
    )
    for entity in ENTITIES.values():
        if entity.system is System.NETSUITE:
            after = ["Order" if name == "linktype" else 1 for name in entity.identity]
            filled = connected.system.tables[entity.resource].rows
            connected.source.page(entity, since, after if filled else None)


def test_a_key_that_ends_in_a_text_goes_on_after_it(netsuite):
    source, link = netsuite().source, ENTITIES["netsuite__nexttransactionlinelink"]
    assert len(source.page(link, ALL, [501, 0, 503, 0, "O'Hara"]).records) == 1
    assert len(source.page(link, ALL, [501, 0, 503, 0, "Payment"]).records) == 0


def test_the_clock_is_the_accounts_own_in_utc(netsuite, clock):
    clock.forward(minutes=7)
    assert netsuite().source.clock() == clock.now


def test_deletions_are_told_by_record_whatever_the_kind_of_transaction(netsuite):
    connected = netsuite()
    connected.system.remove("transaction", (502,), NOW - timedelta(minutes=9))
    connected.system.remove("customer", (3,), NOW - timedelta(minutes=8))
    connected.system.remove("transaction", (501,), NOW - timedelta(hours=3))
    since = NOW - timedelta(hours=1)
    [gone] = connected.source.deletions(ENTITIES["netsuite__transaction"], since)
    assert (gone.identity, gone.at) == ((502,), NOW - timedelta(minutes=9))
    [gone] = connected.source.deletions(CUSTOMER, since)
    assert gone.identity == (3,)
    assert connected.source.deletions(ENTITIES["netsuite__currency"], since) == []


def test_more_deletions_than_a_page_are_all_told(netsuite):
    connected = netsuite()
    for number in range(1, 1102):
        connected.system.remove("customer", (number,), NOW - timedelta(minutes=5))
    gone = connected.source.deletions(CUSTOMER, NOW - timedelta(hours=1))
    assert {deletion.identity[0] for deletion in gone} == set(range(1, 1102))


def test_a_token_that_ends_during_a_run_is_replaced(netsuite, clock):
    connected = netsuite()
    first = connected.source.page(CUSTOMER, ALL, None)
    clock.forward(hours=2)
    assert ids([connected.source.page(CUSTOMER, ALL, first.position)])[0] == 1001
    assert connected.wire.paths().count("/services/rest/auth/oauth2/v1/token") == 2


def test_a_token_that_is_revoked_is_replaced_once(netsuite):
    connected = netsuite()
    connected.source.page(CUSTOMER, ALL, None)
    connected.app.tokens.revoke_all()
    assert len(connected.source.page(CUSTOMER, ALL, None).records) == 1000


def test_a_sign_in_that_stays_refused_stops_at_once(netsuite, waits):
    connected = netsuite()
    refusal = {"status": 401, "content_type": "application/json", "response": "{}"}
    connected.wire.misbehave(Response(**refusal), Response(**refusal), on=QUERY)
    with pytest.raises(SourceAuthError, match="refuses our sign-in"):
        connected.source.page(CUSTOMER, ALL, None)
    assert waits == []


def test_wrong_token_keys_are_tried_once_so_that_the_account_is_not_locked(netsuite):
    connected = netsuite(auth="tba")
    connected.wire.misbehave(Response("{}", 401, content_type="application/json"))
    with pytest.raises(SourceAuthError):
        connected.source.page(CUSTOMER, ALL, None)
    assert len(connected.wire.asked) == 1


def test_a_certificate_that_is_not_known_is_named(netsuite, given):
    given["netsuite_certificate_id"] = "certificate-1"
    connected = netsuite()
    refused = Response('{"error":"invalid_client"}', 401, content_type="application/json")
    connected.wire.misbehave(refused, on="token")
    with pytest.raises(SourceAuthError, match=r"invalid_client.*ONEVIEW_NETSUITE_CLIENT_ID"):
        connected.source.page(CUSTOMER, ALL, None)


def test_each_attempt_of_token_based_sign_in_is_signed_anew(netsuite, read_all):
    connected = netsuite(auth="tba")
    connected.wire.misbehave(Response("", 503))
    assert len(connected.source.page(CUSTOMER, ALL, None).records) == 1000
    first, second = (request.headers["Authorization"] for request in connected.wire.asked)
    assert first != second


def test_a_table_that_is_switched_off_is_not_offered(netsuite):
    source = netsuite(tables_off=frozenset({"customer"})).source
    with pytest.raises(NotOfferedError, match="customer"):
        source.page(CUSTOMER, ALL, None)


def test_a_column_that_the_account_lacks_breaks_the_contract(netsuite, waits):
    source = netsuite(columns_off=frozenset({"customer.parent"})).source
    with pytest.raises(SourceContractError, match="parent"):
        source.page(CUSTOMER, ALL, None)
    assert waits == []


def test_no_permission_for_suiteql_at_all_is_a_matter_of_sign_in(netsuite):
    connected = netsuite()
    connected.wire.misbehave(Response("{}", 403, content_type="application/json"), on=QUERY)
    with pytest.raises(SourceAuthError, match="role"):
        connected.source.clock()


def page_of(*records: str, more: bool, count: int | None = None) -> Response:
    items = ",".join(records)
    count = len(records) if count is None else count
    body = f'{{"items":[{items}],"count":{count},"hasMore":{str(more).lower()},"totalResults":9}}'
    return Response(body, content_type="application/vnd.oracle.resource+json; type=collection")


def test_a_page_that_comes_again_and_again_is_refused(netsuite):
    connected = netsuite()
    same = '{"links":[],"id":"7","entityid":"C7"}'
    connected.wire.misbehave(page_of(same, more=True), on=QUERY)
    with pytest.raises(SourceContractError, match="do not advance"):
        connected.source.page(CUSTOMER, ALL, [7])


def test_a_promise_of_more_without_a_record_is_refused(netsuite):
    connected = netsuite()
    connected.wire.misbehave(page_of(more=True), on=QUERY)
    with pytest.raises(SourceContractError, match="promises more"):
        connected.source.page(CUSTOMER, ALL, None)


def test_a_page_with_fewer_records_than_it_says_is_asked_for_again(netsuite, waits):
    connected = netsuite()
    connected.wire.misbehave(page_of('{"id":"1"}', more=False, count=2), on=QUERY)
    assert len(connected.source.page(CUSTOMER, ALL, None).records) == 1000
    assert len(waits) == 1


def test_too_many_requests_at_once_are_asked_again_later_and_fewer_at_once(netsuite, waits):
    connected = netsuite()
    refused = Response('{"title":"Bad Request"}', 429, content_type="application/json")
    connected.wire.misbehave(refused, on=QUERY)
    assert len(connected.source.page(CUSTOMER, ALL, None).records) == 1000
    assert waits == [1.0]
    assert connected.caller.governor.limit == 1


def test_an_unexpected_error_that_stays_stops_the_entity_after_patience(netsuite, waits, patience):
    connected = netsuite()
    faults = [Response('{"title":"UNEXPECTED_ERROR"}', 500) for _ in range(patience.attempts)]
    connected.wire.misbehave(*faults, on=QUERY)
    with pytest.raises(SourceUnavailableError, match="UNEXPECTED_ERROR"):
        connected.source.page(CUSTOMER, ALL, None)
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0]


@pytest.mark.fault(6)
def test_a_limit_that_a_script_of_the_account_reports_is_waited_for(netsuite, waits):
    connected = netsuite()
    body = '{"error":{"code":"SSS_REQUEST_LIMIT_EXCEEDED","message":"…"}}'
    connected.wire.misbehave(Response(body, 400, content_type="application/json"), on=QUERY)
    assert len(connected.source.page(CUSTOMER, ALL, None).records) == 1000
    assert waits == [1.0]


@pytest.mark.fault(6)
@pytest.mark.parametrize("auth", ["oauth2", "tba"])
def test_a_refused_sign_in_while_others_are_at_work_is_first_taken_for_too_many(
    netsuite, waits, auth
):
    connected = netsuite(auth=auth)
    refused = Response('{"title":"Invalid login attempt."}', 401, content_type="application/json")
    other = ExitStack()
    other.enter_context(connected.caller.governor.permit(Tally()))  # it is in flight, too

    def refuse(request):
        if QUERY not in request.path:
            return None
        other.close()  # the other one ends
        return refused

    connected.wire.faults.append(refuse)
    page = connected.source.page(CUSTOMER, ALL, None)
    assert len(page.records) == 1000
    assert connected.caller.governor.limit == 1


def test_a_refused_sign_in_that_stays_refused_is_no_matter_of_limits(netsuite, waits):
    connected = netsuite(auth="tba")
    refused = [
        Response('{"title":"Invalid login attempt."}', 401, content_type="application/json")
        for _ in range(5)
    ]
    connected.wire.misbehave(*refused, on=QUERY)
    connected.caller.governor.slow_down()  # the account was crowded a moment ago
    with pytest.raises(SourceAuthError):
        connected.source.page(CUSTOMER, ALL, None)
    assert len(connected.wire.asked) == 2
