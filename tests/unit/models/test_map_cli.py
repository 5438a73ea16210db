"""`oneview map` on the command line: what is in doubt, and a person's word on it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, select
from typer.testing import CliRunner

from models import map_cli
from models.database import open_record, upgrade
from models.decisions import decisions
from models.errors import QuestionError
from models.tables.conformed import SNAPSHOT
from models.tables.operations import ops_audit

ROWS = {
    "dim_project": [
        {"project_key": 202, "suiteprojects_id": 101, "netsuite_id": 701},
        {"project_key": 206, "suiteprojects_id": 103, "netsuite_id": None},
        {"project_key": 208, "suiteprojects_id": 104, "netsuite_id": None},
        {"project_key": 1419, "suiteprojects_id": None, "netsuite_id": 709},
        {"project_key": 1421, "suiteprojects_id": None, "netsuite_id": 710},
    ],
    "map_suggestion": [
        {
            "kind": "project",
            "suiteprojects_id": 103,
            "suiteprojects_name": "River",
            "netsuite_id": 709,
            "netsuite_name": "The river",
            "score": "0.9",
            "reason": "its code is the same",
        }
    ],
    "map_finding": [
        {"kind": "project", "finding": "two_claims", "suiteprojects_id": 104, "name": "Twin",
         "netsuite_id": 701, "held_by": 101},
        {"kind": "customer", "finding": "in_flight", "suiteprojects_id": 22, "name": "New",
         "netsuite_id": None, "held_by": None},
    ],
    "fct_psa_invoice_line": [{"invoice_id": 5}],
    "fct_invoice_line": [{"transaction_id": 900}],
}  # fmt: skip


@pytest.fixture
def record(tmp_path, monkeypatch):
    """The record that the command writes to, beside a snapshot with these rows."""
    monkeypatch.setenv("ONEVIEW_DATA_DIR", str(tmp_path))
    engine = create_engine("duckdb:///:memory:", connect_args={"config": {"threads": 1}})
    SNAPSHOT.create_all(engine)
    with engine.begin() as connection:
        for name, rows in ROWS.items():
            connection.execute(SNAPSHOT.tables[name].insert(), rows)
    published = SimpleNamespace(current=lambda: SimpleNamespace(engine=engine))
    monkeypatch.setattr(map_cli, "Snapshots", lambda folder: published)
    found = open_record(f"sqlite:///{tmp_path / 'record.db'}")
    upgrade(found)
    yield found
    found.dispose()
    engine.dispose()


def run(*words):
    result = CliRunner().invoke(map_cli.app, words)
    if isinstance(result.exception, QuestionError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def said(record):
    return [
        (one.suiteprojects_id, one.netsuite_id, one.state, one.note) for one in decisions(record)
    ]


def test_the_list_tells_what_looks_alike_and_what_claims_hold_no_link(record):
    told = run("list")

    assert "project 103 'River' may be 709 'The river' (90%: its code is the same)" in told
    assert "project 104 'Twin' with 701: another record has that twin (101 is linked to it)" in told
    assert "customer 22 'New': is being exported" in told
    assert "Suggestions: 1. Claims that hold no link: 2. Decided: 0." in told


def test_the_list_may_be_of_one_kind_and_in_json(record):
    told = json.loads(run("list", "--kind", "project", "--json"))

    assert [row["netsuite_id"] for row in told["suggestions"]] == [709]
    assert [row["finding"] for row in told["findings"]] == ["two_claims"]
    assert told["decisions"] == []


def test_a_word_is_kept_with_who_said_it_when_and_why(record, monkeypatch):
    monkeypatch.setattr(map_cli.getpass, "getuser", lambda: "ada")
    before = datetime.now(UTC)

    run("confirm", "project", "103", "709", "--note", "Asked the manager")

    (word,) = decisions(record)
    assert (word.state, word.decided_by, word.note) == ("confirmed", "ada", "Asked the manager")
    assert before <= word.decided_at <= datetime.now(UTC)
    assert "project 103 with 709: confirmed by ada on" in run("list")
    assert "Asked the manager" in run("list")


def test_a_word_is_in_the_audit_trail(record, monkeypatch):
    monkeypatch.setattr(map_cli.getpass, "getuser", lambda: "ada")

    run("refuse", "project", "103", "709")

    with record.connect() as connection:
        (line,) = connection.execute(select(ops_audit)).all()
    assert (line.subject, line.action) == ("ada", "link_rejected")
    assert line.detail == {
        "kind": "project", "suiteprojects_id": 103, "netsuite_id": 709, "note": None,
    }  # fmt: skip


def test_the_newest_word_on_a_pair_stands(record):
    run("confirm", "project", "103", "709")
    run("refuse", "project", "103", "709")

    assert said(record) == [(103, 709, "rejected", None)]


@pytest.mark.parametrize(
    "words",
    [
        ("confirm", "project", "104", "701"),  # of two claims
        ("refuse", "project", "101", "701"),  # a link
        ("confirm", "project", "104", "710"),  # neither has a twin, nobody suggested it
        ("confirm", "invoice", "5", "900"),
    ],
)
def test_a_word_is_taken_on_what_it_can_hold_for(record, words):
    run(*words)

    assert len(said(record)) == 1


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("confirm", "project", "103", "701"), "oneview map refuse project 101 701"),
        (("confirm", "project", "999", "709"), "no project 999 of SuiteProjects Pro"),
        (("confirm", "project", "103", "999"), "no project 999 of NetSuite"),
        (("confirm", "invoice", "5", "901"), "no invoice 901 of NetSuite"),
        (("refuse", "project", "104", "710"), "Nothing links"),
        (("confirm", "planet", "1", "2"), "There are no links of 'planet'"),
        (("list", "--kind", "planet"), "There are no links of 'planet'"),
    ],
)
def test_a_word_that_would_hold_nothing_is_refused_with_its_reason(record, words, why):
    with pytest.raises(QuestionError, match=why):
        run(*words)

    assert said(record) == []
