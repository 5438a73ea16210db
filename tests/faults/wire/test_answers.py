"""Whatever an account answers instead of a page: the right rows in the end, in record and snapshot."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import orjson
import pytest

from sync.sandbox.faults import (
    broken_record,
    connection_reset,
    cut_body,
    cut_gzip,
    drip,
    duplicate_page,
    empty_page,
    html_page,
    rate_limited,
    repeated_position,
    server_error,
    skipped_page,
    truncated_json,
    xml_status,
)
from sync.sandbox.misbehaving import Exchange, Fault
from sync.sandbox.netsuite.wire import ApiError

pytestmark = pytest.mark.once

Firm = Any  # a fixture's class
RATES = "FROM currency t"
BILLS = "FROM timebill t"
ORDERS = "FROM transaction t"
LINES = "FROM transactionline t"
LEDGER = "FROM transactionaccountingline t"
HOURS, CHARGES = "/time-entries/", '"Slip"'


def sound(firm: Firm) -> None:
    """A run that goes well in spite of everything, and leaves what an undisturbed one leaves."""
    result = firm.run()

    assert result.state == "succeeded", result.error
    assert firm.netsuite.misbehaving.pending == ()
    assert firm.suiteprojects.misbehaving.pending == ()
    firm.assert_undisturbed()


@pytest.mark.fault(6)
def test_a_storm_of_refusals_is_weathered_by_waiting_as_long_as_asked(firm: Firm) -> None:
    firm.netsuite.misbehaving.misbehave(
        rate_limited().repeated(4).on(BILLS), rate_limited(retry_after=17).repeated(2).on(ORDERS)
    )
    firm.suiteprojects.misbehaving.misbehave(
        rate_limited(retry_after=23).repeated(3).on(HOURS), rate_limited().repeated(3).on(CHARGES)
    )

    sound(firm)

    assert firm.waits.count(17) == 2
    assert firm.waits.count(23) == 3
    assert firm.netsuite.app.governor.most <= 2


@pytest.mark.fault(8)
def test_bursts_of_server_faults_are_outlasted(firm: Firm) -> None:
    firm.netsuite.misbehaving.misbehave(
        server_error(500).repeated(3).on(BILLS), server_error(503).repeated(2).on(ORDERS)
    )
    firm.suiteprojects.misbehaving.misbehave(
        server_error(502).repeated(3).on(HOURS), xml_status(419).repeated(2).on(CHARGES)
    )

    sound(firm)


@pytest.mark.fault(8)
def test_a_fault_that_stays_fails_its_entity_others_go_on_and_nothing_half_is_published(
    firm: Firm,
) -> None:
    firm.netsuite.misbehaving.misbehave(server_error(500).repeated(99).on(BILLS))

    failed = firm.run()

    assert failed.state == "failed"
    assert "UNEXPECTED_ERROR" in failed.error
    assert firm.published() is None
    assert len(firm.rows("netsuite__transaction")) == 35
    assert len(firm.rows("suiteprojects__charge")) == 70
    firm.netsuite.misbehaving.behave()
    sound(firm)


@pytest.mark.fault(9)
def test_answers_that_break_off_are_never_taken_for_pages(firm: Firm) -> None:
    firm.netsuite.misbehaving.misbehave(
        truncated_json().on(BILLS), cut_gzip().on(ORDERS), html_page().on(LINES),
        cut_body().on(LEDGER),
    )  # fmt: skip
    firm.suiteprojects.misbehaving.misbehave(
        truncated_json().on(CHARGES), cut_gzip().on(CHARGES), html_page().on(CHARGES),
        cut_gzip().on(HOURS), cut_body().on(HOURS), html_page().on("/users/"),
    )  # fmt: skip

    sound(firm)


@pytest.mark.fault(9)
def test_xml_that_says_it_failed_although_http_says_all_is_well_is_no_empty_page(
    firm: Firm,
) -> None:
    firm.suiteprojects.misbehaving.misbehave(xml_status(602).on(CHARGES))

    failed = firm.run()

    assert failed.state == "failed"
    assert "status 602" in failed.error
    assert firm.published() is None
    sound(firm)


@pytest.mark.fault(10)
def test_an_answer_that_drips_for_ever_is_hung_up_on_and_asked_for_again(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("sync.clients.http"), "_DEADLINE", 0.5)
    firm.netsuite.misbehaving.misbehave(drip(0.05).on(BILLS))

    sound(firm)


@pytest.mark.fault(11)
def test_a_connection_that_is_reset_is_made_anew(firm: Firm) -> None:
    firm.netsuite.misbehaving.misbehave(
        connection_reset().repeated(2).on(BILLS), connection_reset().on(LINES)
    )
    firm.suiteprojects.misbehaving.misbehave(
        connection_reset().on(HOURS), connection_reset().repeated(2).on(CHARGES)
    )

    sound(firm)


@pytest.mark.fault(12)
@pytest.mark.parametrize("times", [1, pytest.param(2, marks=pytest.mark.all)])
def test_a_page_that_comes_twice_makes_no_row_twice_and_none_older(firm: Firm, times: int) -> None:
    firm.run()
    firm.clock.move(minutes=30)
    changed = firm.clock() - timedelta(minutes=5)
    bills = firm.netsuite.system.tables["timebill"].rows.values()
    for bill in list(bills):
        firm.netsuite.system.put("timebill", bill | {"lastmodifieddate": changed, "hours": 1})

    # each asks for the page after the first; the first one comes again
    firm.netsuite.misbehaving.misbehave(duplicate_page().repeated(times).on("t.id > 10"))
    first = firm.run()

    if first.state != "succeeded":  # found out, and said
        assert "do not advance" in first.error or "same page again" in first.error
        firm.netsuite.misbehaving.behave()
        firm.good_run()
    firm.assert_undisturbed()


@pytest.mark.fault(12)
def test_a_page_without_its_first_records_is_found_out_by_counting(firm: Firm) -> None:
    firm.netsuite.misbehaving.misbehave(skipped_page(3).on("t.id > 20"))

    sound(firm)


@pytest.mark.fault(13)
def test_records_that_come_go_and_move_while_pages_are_read_are_all_there_in_the_end(
    firm: Firm,
) -> None:
    firm.run()
    firm.clock.move(minutes=30)
    netsuite, slips = firm.netsuite.system, firm.suiteprojects.system
    recently = firm.clock() - timedelta(minutes=5)
    for number in range(1, 36):
        bill = netsuite.tables["timebill"].rows[(number,)]
        netsuite.put("timebill", bill | {"lastmodifieddate": recently})
    for number in range(1, 71):
        slips.put("Slip", slips.tables["Slip"].rows[(number,)] | {"updated": recently})

    def meanwhile(fault: Any) -> Any:
        """Between the pages: some go, some move to the end, one comes."""
        bill = netsuite.tables["timebill"].rows[(7,)]
        netsuite.put("timebill", bill | {"lastmodifieddate": firm.clock(), "hours": Decimal(2)})
        netsuite.put("timebill", bill | {"id": 900, "lastmodifieddate": firm.clock()})
        if (3,) in slips.tables["Slip"].rows:
            slips.remove("Slip", (3,), firm.clock())
        slip = slips.tables["Slip"].rows[(9,)]
        slips.put("Slip", slip | {"updated": firm.clock(), "total": Decimal(1)})
        return fault

    while_reading(firm.netsuite, BILLS, meanwhile)
    first = firm.run()
    firm.clock.move(minutes=1)
    second = firm.run()

    assert [first.state, second.state] == ["succeeded", "succeeded"], (first, second)
    firm.assert_undisturbed()


def while_reading(served: Any, about: str, do: Callable[[Any], Any]) -> None:
    """Let something happen once the first page about something was served."""

    def answer(exchange: Exchange) -> Any:
        return do(exchange.genuine())

    served.misbehaving.misbehave(Fault("meanwhile", answer).on(about))


@pytest.mark.fault(14)
def test_a_source_that_promises_more_for_ever_is_found_out(firm: Firm) -> None:
    firm.netsuite.misbehaving.misbehave(repeated_position().on(BILLS))

    failed = firm.run()

    assert failed.state == "failed"
    assert len(firm.netsuite.asked) < 120
    assert firm.published() is None
    firm.netsuite.misbehaving.behave()
    sound(firm)


NUMBERS = [
    [1e308, "NaN", "1.234,56", "seven"],
    ["1e400", "31.02.2026", "1" * 40, "--1"],
]


@pytest.mark.fault(23)
@pytest.mark.parametrize(
    "values", [NUMBERS[0], pytest.param(NUMBERS[1], marks=pytest.mark.all)], ids=["some", "more"]
)
def test_absurd_numbers_set_aside_their_records_alone_until_they_are_mended(
    firm: Firm, values: list[Any]
) -> None:
    for value in values:  # one a page: the first record of each
        firm.netsuite.misbehaving.misbehave(broken_record("hours", value).on(BILLS))

    result = firm.run()

    assert result.state == "succeeded", result.error
    kept = {one.record_key: one for one in firm.aside()}
    assert set(kept) == {"1", "11", "21", "31"}
    assert [str(one.payload["hours"]) for _, one in sorted(kept.items())] == list(map(str, values))
    assert {(one.entity, one.field) for one in kept.values()} == {("netsuite__timebill", "hours")}
    assert len(firm.rows("netsuite__timebill")) == 31
    firm.clock.move(minutes=30)
    bills = firm.netsuite.system.tables["timebill"].rows
    for number in map(int, kept):
        firm.netsuite.system.put("timebill", bills[(number,)] | {"lastmodifieddate": firm.clock()})
    firm.clock.move(minutes=1)
    sound(firm)


TEXTS = {
    "1": "two\u0000halves",
    "11": "🙂 ﷽ é",
    "21": "\ud83d",
    "31": "x" * 10_000_000,
}


@pytest.mark.fault(23)
def test_absurd_texts_arrive_whole_or_are_set_aside_with_their_reason(firm: Firm) -> None:
    for text in TEXTS.values():  # one a page: the first record of each
        firm.netsuite.misbehaving.misbehave(absurd_text("tranid", text))

    result = firm.run()

    assert result.state == "succeeded", result.error
    rows, aside = firm.rows("netsuite__transaction"), {one.record_key: one for one in firm.aside()}
    assert set(map(str, rows)) | set(aside) == set(map(str, range(1, 36)))
    assert set(aside) <= set(TEXTS)
    assert all(one.reason for one in aside.values())
    for key in set(TEXTS) - set(aside):
        assert TEXTS[key] in rows[int(key)]
    assert "11" not in aside  # nothing is wrong with it
    assert firm.published() is not None


def absurd_text(name: str, text: str) -> Fault:
    """The first record of a page with a text as some JSON writers send it."""

    def answer(exchange: Exchange) -> Any:
        response = exchange.genuine()
        body = orjson.loads(response.get_data())
        body["items"][0][name] = "PLACEHOLDER"
        written = json.dumps(text).encode("ascii")
        response.set_data(orjson.dumps(body).replace(b'"PLACEHOLDER"', written))
        return response

    return Fault("absurd_text", answer).on(ORDERS)


@pytest.mark.fault(30)
def test_a_feature_that_is_off_is_told_the_rest_is_published_and_nothing_is_taken_for_deleted(
    make_firm: Callable[..., Firm],
) -> None:
    firm = make_firm()
    firm.run()
    firm.clock.move(minutes=30)
    firm.netsuite.misbehaving.misbehave(not_found("timebill").on(BILLS).repeated(99))

    result = firm.run()

    assert result.state == "succeeded", result.error
    assert len(firm.rows("netsuite__timebill")) == 35
    firm.netsuite.misbehaving.behave()
    sound(firm)


def not_found(table: str) -> Any:
    """As NetSuite answers for a table of a feature that is off."""
    text = f"Invalid search query. Detailed unprocessed description follows. Search error occurred: Record '{table}' was not found."
    return Fault("not_found", lambda _: ApiError(400, "INVALID_PARAMETER", text).response())


@pytest.mark.fault(31)
def test_a_table_that_suddenly_answers_empty_deletes_nothing_even_when_all_is_read_again(
    firm: Firm,
) -> None:
    firm.run()
    before = firm.published()
    firm.clock.move(minutes=30)
    firm.netsuite.misbehaving.misbehave(empty_page().repeated(99).on(BILLS))

    failed = firm.run(mode="full")

    assert failed.state == "failed"
    assert "Nothing was deleted" in failed.error
    assert len(firm.rows("netsuite__timebill")) == 35
    assert firm.published().version == before.version
    firm.netsuite.misbehaving.behave()
    sound(firm)


@pytest.mark.fault(32)
def test_a_record_that_the_record_service_refuses_arrives_all_the_same(firm: Firm) -> None:
    sound(firm)

    single = [path for path in firm.netsuite.paths() if "/record/v1/" in path]
    assert [path for path in single if "metadata-catalog" not in path] == []
