"""Tokens that end, are refused or get lost: renewed once by one process, or a person is told what to do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import SecretStr

from models.database import open_record
from sync.clients import connect
from sync.clients.pacing import Tally
from sync.sandbox.faults import expired_token, rate_limited
from sync.sandbox.misbehaving import Fault

pytestmark = pytest.mark.once

Firm = Any  # a fixture's class
TOKEN = "/login/oauth2/v1/token"


def asked_for_token(firm: Firm) -> int:
    return firm.suiteprojects.paths().count(TOKEN)


@pytest.mark.fault(28)
def test_a_token_that_ends_in_the_middle_of_a_run_is_renewed_and_the_page_asked_for_again(
    firm: Firm,
) -> None:
    firm.netsuite.misbehaving.misbehave(expired_token().on("FROM timebill t"))
    firm.suiteprojects.misbehaving.misbehave(
        expired_token().on("/time-entries/"), expired_token().on('"Slip"')
    )

    result = firm.run()

    assert result.state == "succeeded", result.error
    assert asked_for_token(firm) == 3
    firm.assert_undisturbed()


@pytest.mark.fault(28)
def test_processes_that_need_a_token_at_once_spend_one_refresh_token(firm: Firm) -> None:
    records = [open_record(firm.record_url) for _ in range(4)]
    settings = firm.settings()
    sources = [list(connect(settings, record).values())[1] for record in records]
    ready = threading.Barrier(4)

    def first_request(source: Any) -> str:
        ready.wait(timeout=30)
        return source._tokens.current(Tally())

    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(first_request, sources))

    assert len(set(tokens)) == 1
    assert asked_for_token(firm) == 1
    for source, record in zip(sources, records, strict=True):
        source.close()
        record.dispose()


@pytest.mark.fault(28)
def test_a_token_lost_between_the_answer_and_our_keeping_it_asks_for_a_new_consent_once(
    firm: Firm,
) -> None:
    firm.good_run()
    published = firm.published()

    def spends_and_is_cut_off(exchange: Any) -> Any:
        exchange.genuine()  # the system has rotated the token; we never hear of it
        exchange.request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        raise ConnectionResetError

    firm.clock.move(hours=2)
    firm.suiteprojects.misbehaving.misbehave(
        Fault("lost", spends_and_is_cut_off).on("grant_type=refresh_token")
    )
    lost = firm.run()
    asked = asked_for_token(firm)
    scheduled = firm.run(trigger="schedule")

    assert lost.state == "failed"
    assert "must be connected anew" in lost.error
    assert "ONEVIEW_SUITEPROJECTS_REFRESH_TOKEN" in lost.error
    assert scheduled.state == "failed"
    assert "not asked again" in scheduled.error
    assert asked_for_token(firm) == asked
    assert firm.published().version == published.version
    assert len(firm.rows("suiteprojects__charge")) == 70

    new = "a-token-of-a-new-consent"
    firm.suiteprojects.app.app = consented_anew(firm, new)
    firm.given["suiteprojects_refresh_token"] = SecretStr(new)
    firm.good_run(trigger="schedule")


def consented_anew(firm: Firm, token: str) -> Any:
    """The account after a person has consented again."""
    from sync.sandbox.suiteprojects import SuiteProjectsConfig, create_suiteprojects

    of = firm.account
    config = SuiteProjectsConfig(
        company=of.suiteprojects_company,
        base_url=firm.suiteprojects.url,
        client_id=of.suiteprojects_client_id,
        client_secret=of.suiteprojects_client_secret,
        refresh_token=token,
        api_key=of.suiteprojects_api_key,
    )
    return create_suiteprojects(firm.suiteprojects.system, config, firm.clock)


@pytest.mark.fault(29)
def test_wrong_credentials_are_tried_once_and_not_again_by_the_schedule(firm: Firm) -> None:
    firm.given["suiteprojects_api_key"] = SecretStr("another key")

    refused = firm.run(trigger="schedule")
    asked = len(firm.suiteprojects.asked)
    again = firm.run(trigger="schedule")

    assert refused.state == again.state == "failed"
    assert "Check the XML key" in refused.error
    assert firm.suiteprojects.paths().count("/api.pl") == 1
    assert len(firm.suiteprojects.asked) == asked
    assert firm.published() is None
    del firm.given["suiteprojects_api_key"]
    result = firm.run(trigger="schedule")
    assert result.state == "succeeded", result.error
    firm.assert_undisturbed()


@pytest.mark.fault(7)
def test_a_run_that_meets_the_day_s_limit_parks_and_says_until_when(
    make_firm: Callable[..., Firm],
) -> None:
    firm = make_firm(suiteprojects={"per_day": 16})
    firm.given |= {"suiteprojects_requests_per_day": 16, "suiteprojects_reserve_percent": 40}

    parked = firm.run()
    asked = len(firm.suiteprojects.asked)
    refused = firm.run()

    served = [path for path in firm.suiteprojects.paths() if path != TOKEN]
    assert parked.state == refused.state == "interrupted", (served, parked, refused)
    assert "Nothing is asked of it until" in parked.error
    assert firm.published() is None
    assert len(firm.rows("netsuite__transaction")) == 35  # the other system is read meanwhile
    assert len(firm.suiteprojects.asked) == asked
    assert len(served) <= 9


@pytest.mark.fault(7)
def test_an_account_that_refuses_however_long_we_wait_is_left_alone_for_a_while(
    firm: Firm,
) -> None:
    firm.suiteprojects.misbehaving.misbehave(rate_limited().repeated(99).on('"Slip"'))

    parked = firm.run()

    assert parked.state == "interrupted"
    assert "However long" in parked.error or "however long" in parked.error
    firm.suiteprojects.misbehaving.behave()
    asked = len(firm.suiteprojects.asked)
    assert firm.run().state == "interrupted"
    assert len(firm.suiteprojects.asked) == asked
