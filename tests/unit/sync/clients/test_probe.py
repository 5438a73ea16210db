"""The probe tells in plain words what an account has, and whether what we take for granted holds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from models.errors import SourceContractError, SourceUnavailableError
from models.tables.operations import ops_probe
from models.told import ToldText, told
from sync.assumptions.assumption import State
from sync.engine import probed
from sync.entities.entity import System
from sync.probe import probe, probe_all

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)


def findings(connected):
    return {one.subject: one for one in probe(connected.source, NOW)}


def test_a_usual_netsuite_account_holds_what_we_take_for_granted(netsuite):
    found = findings(netsuite(time_zone="Asia/Kathmandu", date_format="DD-Mon-YYYY"))

    wrong = [one for one in found.values() if one.state not in (State.OK, State.UNKNOWN)]
    assert not wrong
    assert found["account:zone"].detail == "UTC+05:45 now."
    assert found["account:dates"].detail == "DD-Mon-YYYY."
    assert found["account:limit"].detail == "5 for all who use the account."
    assert found["fact:netsuite__total_results"].state is State.OK


def test_a_usual_suiteprojects_account_holds_what_we_take_for_granted(suiteprojects):
    found = findings(suiteprojects())

    wrong = [one for one in found.values() if one.state not in (State.OK, State.UNKNOWN)]
    assert not wrong
    assert "for all who use the account" in found["account:limit"].detail
    assert found["fact:suiteprojects__rest_between"].state is State.OK
    assert found["fact:suiteprojects__rest_moments"].state is State.OK
    assert found["fact:suiteprojects__work_hours"].state is State.OK


def test_a_table_of_a_feature_that_is_off_is_off_and_no_error(netsuite):
    found = findings(netsuite(tables_off=frozenset({"revenueplan"})))

    plan = found["table:netsuite__revenueplan"]
    assert plan.state is State.OFF
    assert "nothing is deleted" in plan.detail
    assert "Switch the feature on" in plan.advice
    assert "permission to view" in plan.advice


def test_a_value_of_another_form_is_named_with_what_it_breaks(suiteprojects):
    connected = suiteprojects()
    [user] = connected.system.tables["User"].rows.values()
    connected.system.put("User", user | {"workschedule_workhours": "08:00-16:00"})

    hours = findings(connected)["fact:suiteprojects__work_hours"]
    assert hours.state is State.WRONG
    assert "'08:00-16:00'" in hours.detail
    assert "Capacity" in hours.advice


def test_what_is_taken_for_granted_of_deals_is_judged_by_those_there_are(suiteprojects):
    connected = suiteprojects()
    stamp = datetime(2026, 3, 1, tzinfo=UTC)
    there = {"created": stamp, "updated": stamp}
    for number, status in ((1, "O"), (2, "C"), (3, "S")):
        deal = {
            "id": number,
            "name": "D",
            "status": status,
            "stage": "25.00",
            "active": True,
            **there,
        }
        connected.system.put("Deal", {**deal, "netsuite_opportunity_id__c": 900 + number})
    for number, deal in ((1, 1), (2, 2), (3, 2)):
        connected.system.put("Estimate", {"id": number, "dealid": deal, "name": "E", **there})

    found = findings(connected)

    status, several = (
        found["fact:suiteprojects__deal_status"],
        found["fact:suiteprojects__estimate_newest"],
    )
    assert status.state is State.WRONG
    assert "'S'" in status.detail
    assert several.state is State.UNKNOWN, "only a person can tell which estimate stands"
    assert "1 of 2 have several records of Estimates of deals" in several.detail
    assert found["fact:suiteprojects__deal_opportunity"].state is State.OK
    assert found["fact:suiteprojects__deal_stage"].state is State.OK


def test_an_account_that_offers_no_deals_does_without(suiteprojects):
    off = frozenset({"Deal", "Estimate", "Estimatephase", "Estimatelabor"})
    found = findings(suiteprojects(datatypes_off=off))

    assert found["table:suiteprojects__deal"].state in (State.OFF, State.FORBIDDEN)
    facts = (
        "deals",
        "deal_status",
        "deal_opportunity",
        "deal_stage",
        "estimate_newest",
        "estimate_amount",
    )
    assert {found[f"fact:suiteprojects__{one}"].state for one in facts} <= {
        State.UNKNOWN,
        State.OFF,
        State.FORBIDDEN,
    }


def test_what_several_tables_refuse_can_be_read_in_any_language(netsuite):
    connected = netsuite()

    def refuse(*_):
        raise SourceContractError(told("NetSuite promises more deletions and sends none."))

    connected.source.page = refuse

    wrong = [one for one in probe(connected.source, NOW) if one.state is State.WRONG]
    assert len([one for one in wrong if one.subject.startswith("fact:")]) > 1
    assert all(isinstance(one.detail, ToldText) for one in wrong)


def test_an_account_that_lets_nobody_in_is_told_alone(netsuite):
    connected = netsuite()

    def refuse(*_):
        from models.errors import SourceAuthError

        raise SourceAuthError("NetSuite refuses our sign-in.")

    connected.source.clock = refuse

    [only] = probe(connected.source, NOW)
    assert only.state is State.WRONG
    assert "ONEVIEW_NETSUITE_" in only.advice


@pytest.fixture
def probed_once(netsuite, record):
    connected = netsuite(tables_off=frozenset({"revenueplan"}))
    probe_all(record, [connected.source], NOW)
    return connected


def test_what_was_found_is_kept_for_a_day_and_replaced(probed_once, record):
    assert not probed.is_due(record, System.NETSUITE, NOW)
    probe_all(record, [probed_once.source], NOW)

    with record.connect() as connection:
        subjects = list(connection.scalars(select(ops_probe.c.subject)))
        absent = probed.not_there(connection, ["netsuite__revenueplan", "netsuite__customer"])
    assert len(subjects) == len(set(subjects)) > 30
    assert absent.keys() == {"netsuite__revenueplan"}


def test_a_system_that_falls_silent_is_asked_no_more_and_what_was_known_stays(probed_once, record):
    asked = []

    def fall_silent(entity, *_):
        asked.append(entity.key)
        raise SourceUnavailableError("NetSuite did not answer.")

    probed_once.source.page = fall_silent
    [only] = probe_all(record, [probed_once.source], NOW)

    assert len(asked) == 1
    assert only.detail.startswith("NetSuite did not answer.")
    with record.connect() as connection:
        assert probed.not_there(connection, ["netsuite__revenueplan"])
