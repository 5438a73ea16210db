"""Where we guess what a vendor does, both ways were tried: it works, or ends in the words the handbook promises.

The simulated accounts vary one guess each; the true clients and the probe meet them.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from models.errors import (
    FieldRefusedError,
    NotOfferedError,
    SourceAuthError,
    SourceContractError,
    SourceError,
)
from sync.assumptions.assumption import State
from sync.entities import ENTITIES
from sync.probe import probe
from sync.source import Window

CLIENTS = Path(__file__).parents[1] / "unit" / "sync" / "clients" / "conftest.py"
_spec = spec_from_file_location("clients_and_simulated_accounts", CLIENTS)
_made = module_from_spec(_spec)
sys.modules[_spec.name] = _made
_spec.loader.exec_module(_made)
clock, waits, wire, key_pair, given = (
    _made.clock, _made.waits, _made.wire, _made.key_pair, _made.given
)  # fmt: skip
patience, netsuite, suiteprojects = _made.patience, _made.netsuite, _made.suiteprojects

NOW = _made.NOW
ALL = Window(modified_to=NOW)
CHANGED = Window(modified_from=datetime(2026, 1, 10, 20, 0, tzinfo=UTC), modified_to=NOW)
CUSTOMER = ENTITIES["netsuite__customer"]
TRANSACTION = ENTITIES["netsuite__transaction"]
TIME = ENTITIES["suiteprojects__time_entry"]
CHARGE = ENTITIES["suiteprojects__charge"]


def count(source, entity, window=ALL) -> int:
    found, after = 0, None
    while True:
        page = source.page(entity, window, after)
        found += len(page.records)
        if page.position is None:
            return found
        after = page.position


def states(connected) -> dict[str, State]:
    return {one.subject: one.state for one in probe(connected.source, NOW)}


# ---------------------------------------------------------------- NetSuite: it works


@pytest.mark.parametrize(
    "variant",
    [
        {"date_format": "DD/MM/YYYY"},
        {"date_format": "YYYY-MM-DD"},
        {"date_format": "DD-Mon-YYYY"},
        {"time_zone": "Pacific/Auckland"},
        {"time_zone": "America/St_Johns"},
        {"time_zone": "UTC"},
        {"tells_total": False},
        {"tells_limits": False},
        {"row_cap": 1000},
        {"concurrency": 1},
        {"auth": "tba"},
    ],
    ids=str,
)
def test_netsuite_is_read_completely_whichever_way_an_account_is_set(netsuite, variant):
    connected = netsuite(**variant)

    assert count(connected.source, CUSTOMER) == 2300
    assert count(connected.source, TRANSACTION, CHANGED) == 3
    [first, *_] = connected.source.page(TRANSACTION, ALL, None).records
    assert first["trandate"] == "2025-06-30"
    assert first["lastmodifieddate"] == "2026-01-10T20:00:00Z"


def test_an_account_that_does_not_tell_its_total_or_limits_is_told_as_open(netsuite):
    found = states(netsuite(tells_total=False, tells_limits=False))

    assert found["fact:netsuite__total_results"] is State.UNKNOWN
    assert found["fact:netsuite__requests_at_once"] is State.UNKNOWN
    assert found["account:limit"] is State.UNKNOWN


# ---------------------------------------------------------------- NetSuite: it ends in clear words


@pytest.mark.parametrize(
    ("variant", "error", "said"),
    [
        ({"tables_off": frozenset({"customer"})}, NotOfferedError, "its feature is off"),
        ({"tables_forbidden": frozenset({"customer"})}, NotOfferedError, "does not permit it"),
        ({"columns_off": frozenset({"customer.companyname"})}, FieldRefusedError, "companyname"),
        ({"largest_page": 500}, SourceContractError, "between 1 and 500"),
        ({"is_unsorted": True}, SourceContractError, "does not order customer"),
        (
            {"functions_off": frozenset({"SYS_EXTRACT_UTC"})},
            SourceContractError,
            "Unknown function 'SYS_EXTRACT_UTC'",
        ),
    ],
    ids=str,
)
def test_what_netsuite_refuses_is_named(netsuite, variant, error, said):
    with pytest.raises(error, match=said):
        count(netsuite(**variant).source, CUSTOMER)


@pytest.mark.parametrize(
    ("variant", "subject", "state"),
    [
        ({"tables_off": frozenset({"customer"})}, "table:netsuite__customer", State.OFF),
        (
            {"tables_forbidden": frozenset({"customer"})},
            "table:netsuite__customer",
            State.FORBIDDEN,
        ),
        (
            {"columns_off": frozenset({"currencyrate.basecurrency"})},
            "fact:netsuite__currency_rate",
            State.WRONG,
        ),
        ({"functions_off": frozenset({"SYS_EXTRACT_UTC"})}, "account:sign_in", State.WRONG),
        ({"concurrency": 2}, "fact:netsuite__requests_at_once", State.WRONG),
    ],
    ids=str,
)
def test_the_probe_of_netsuite_tells_which_guess_does_not_hold(netsuite, variant, subject, state):
    assert states(netsuite(**variant))[subject] is state


# ---------------------------------------------------------------- SuiteProjects Pro: it works


@pytest.mark.parametrize(
    "variant",
    [
        {"iso_date_times": True},
        {"filter_set_cache": False},
        {"rotates": False},
        {"one_access_token": True},
        {"not_queryable": frozenset({"Project.customerid"})},
    ],
    ids=str,
)
def test_suiteprojects_is_read_completely_whichever_way_an_account_is_set(suiteprojects, variant):
    source = suiteprojects(**variant).source
    source.begin_run()
    source.begin_run()

    assert count(source, TIME) == 2300
    assert count(source, CHARGE) == 2100
    assert count(source, TIME, CHANGED) == 2300


def test_a_refresh_that_wants_its_redirect_address_is_given_it(suiteprojects, given):
    address = "https://oneview.example/consent"
    with pytest.raises(SourceAuthError):
        count(suiteprojects(redirect_uri=address).source, TIME)

    given["suiteprojects_redirect_uri"] = address
    assert count(suiteprojects(redirect_uri=address).source, TIME) == 2300


# ---------------------------------------------------------------- SuiteProjects Pro: clear words


@pytest.mark.parametrize(
    ("variant", "entity", "said"),
    [
        ({"largest_page": 500}, TIME, "limit|500"),
        ({"largest_page": 500}, CHARGE, "status 605"),
        ({"is_unsorted": True}, TIME, "not in the order of ids"),
        ({"is_unsorted": True}, CHARGE, "does not order Slip by id"),
        ({"datatypes_off": frozenset({"Task"})}, TIME, "does not offer it"),
        ({"datatypes_off": frozenset({"Slip"})}, CHARGE, "feature is off"),
        ({"missing": frozenset({"Task.notes"})}, TIME, "notes"),
    ],
    ids=str,
)
def test_what_suiteprojects_refuses_is_named(suiteprojects, variant, entity, said):
    with pytest.raises(SourceError, match=said):
        count(suiteprojects(**variant).source, entity)


@pytest.mark.parametrize(
    ("variant", "subject", "state"),
    [
        (
            {"moments_off": timedelta(hours=-5)},
            "fact:suiteprojects__xml_dates",
            State.WRONG,
        ),
        (
            {"rest_moments_off": timedelta(hours=2)},
            "fact:suiteprojects__rest_moments",
            State.WRONG,
        ),
        (
            {"not_queryable": frozenset({"Task.updated"})},
            "fact:suiteprojects__rest_between",
            State.WRONG,
        ),
        (
            {"datatypes_off": frozenset({"Slip"})},
            "table:suiteprojects__charge",
            State.OFF,
        ),
        (
            {"datatypes_off": frozenset({"Task"})},
            "table:suiteprojects__time_entry",
            State.FORBIDDEN,
        ),
        ({"is_unsorted": True}, "fact:suiteprojects__rest_order", State.WRONG),
    ],
    ids=str,
)
def test_the_probe_of_suiteprojects_tells_which_guess_does_not_hold(
    suiteprojects, variant, subject, state
):
    assert states(suiteprojects(**variant))[subject] is state
