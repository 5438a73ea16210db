"""Links in doubt on the page Trust: told to who may decide, kept in the record with who said it."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from dashboard.app import create_app
from models.access import Role
from models.snapshot import EntityStanding
from models.tables.maps import map_finding, map_suggestion, ops_map_decision
from tests.small import empty_snapshot
from tests.unit.dashboard import firm
from tests.unit.dashboard.conftest import FakeSnapshots


@pytest.fixture(scope="module")
def doubtful(settings, ran, clock, tmp_path_factory):
    """The app where two customers look alike and a project names a twin that is not there."""
    path = tmp_path_factory.mktemp("doubt") / "snapshot.duckdb"
    empty_snapshot(path)
    alike = {
        "kind": "customer",
        "suiteprojects_id": 5,
        "suiteprojects_name": "Calder Logistic",
        "netsuite_id": 9,
        "netsuite_name": "Calder Logistics Ltd",
        "score": Decimal("0.93"),
        "reason": "the same name but for two letters",
    }
    lost = {
        "kind": "project",
        "finding": "no_twin",
        "suiteprojects_id": 7,
        "name": "Route planning",
        "netsuite_id": 70,
    }
    firm.fill(str(path), map_suggestion, [alike])
    firm.fill(str(path), map_finding, [lost])
    entities = {
        f"suiteprojects__{name}": EntityStanding(
            system="suiteprojects", title=name, quarantined=0, rows=rows
        )
        for name, rows in (("customer", 4040), ("user", 7007), ("booking", 9))
    }
    snapshot = replace(firm.snapshot_at(path), entities=entities)
    return create_app(settings, ran, FakeSnapshots(snapshot), clock)


def say(browser, pair, state):
    button = {"pair": pair, "state": state, "type": "link-word"}
    return browser.call(
        '..{"of":"links","type":"said"}.children...links-body.children..',
        [[{"id": button, "property": "n_clicks", "value": 1}]],
        [],
        [f'{{"pair":"{pair}","state":"{state}","type":"link-word"}}.n_clicks'],
    )


def test_are_told_with_what_speaks_for_them(doubtful, signed_in):
    shown = signed_in(doubtful, Role.CFO).section("/trust", "links").get_data(as_text=True)

    assert "Calder Logistics Ltd (9)" in shown
    assert "the same name but for two letters" in shown
    assert "what it names is not there (NetSuite 70)" in shown


def test_the_control_of_links_names_the_first_record_to_who_may_decide(doubtful, signed_in):
    shown = signed_in(doubtful, Role.CFO).section("/trust", "controls").get_data(as_text=True)
    kept = (
        signed_in(doubtful, Role.PRACTICE_LEAD).section("/trust", "controls").get_data(as_text=True)
    )

    assert "Customer Calder Logistic (5) and 1 more" in shown
    assert "links of customers and 1 more" in kept
    assert "Calder" not in kept


def test_the_control_of_links_counts_the_records_of_every_kind_that_may_have_a_twin(
    doubtful, signed_in
):
    shown = signed_in(doubtful, Role.CFO).section("/trust", "controls").get_data(as_text=True)

    assert "11,047" in shown


def test_are_kept_from_who_may_not_decide(doubtful, signed_in):
    browser = signed_in(doubtful, Role.PROJECT_MANAGER)

    assert browser.section("/trust", "links").status_code == 403
    assert say(browser, "customer:5:9", "confirmed").status_code == 403


def test_a_word_on_one_is_written_down(doubtful, signed_in, ran):
    browser = signed_in(doubtful, Role.CFO)

    answer = say(browser, "customer:5:9", "confirmed").get_data(as_text=True)

    assert "It holds from the next build on." in answer
    with ran.connect() as connection:
        (kept,) = connection.execute(select(ops_map_decision)).all()
    assert (kept.kind, kept.suiteprojects_id, kept.netsuite_id) == ("customer", 5, 9)
    assert (kept.state, kept.decided_by) == ("confirmed", "cfo")
    shown = browser.section("/trust", "links").get_data(as_text=True)
    assert "One thing, at the next build" in shown


def test_a_word_on_what_is_not_there_is_refused_in_words(doubtful, signed_in):
    answer = say(signed_in(doubtful, Role.CFO), "customer:1:2", "confirmed")

    assert "Nothing was written down." in answer.get_data(as_text=True)
