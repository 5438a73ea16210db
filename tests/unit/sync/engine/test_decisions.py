"""A person's word on a link is kept in the record, and the newest on a pair holds."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import pytest

from models.decisions import decide
from models.errors import QuestionError
from sync.engine.carry_maps import DECISIONS, carry_decisions
from sync.engine.changes import Changes

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def work():
    with duckdb.connect() as connection:
        connection.execute("ATTACH ':memory:' AS mirror")
        yield connection


def word(record, state, netsuite_id=709):
    decide(
        record, kind="project", suiteprojects_id=103, netsuite_id=netsuite_id, state=state,
        decided_by="ada@example.com", now=NOW,
    )  # fmt: skip


def carried(record, work):
    changes = Changes(work)
    with record.connect() as connection:
        carry_decisions(connection, work, changes)
    rows = work.execute(f"FROM mirror.{DECISIONS} ORDER BY ALL").fetchall()
    changed = bool(changes.among([DECISIONS]))
    work.execute(f"DROP TABLE IF EXISTS temp.{changes.table(DECISIONS)}")
    return rows, changed


def test_the_newest_word_on_a_pair_holds(record, work):
    word(record, "confirmed")
    word(record, "rejected")
    word(record, "confirmed", 710)

    assert carried(record, work) == (
        [("project", 103, 709, "rejected"), ("project", 103, 710, "confirmed")],
        True,
    )


def test_what_is_known_already_is_no_change(record, work):
    word(record, "confirmed")
    carried(record, work)

    assert carried(record, work)[1] is False


def test_an_unknown_word_is_refused_and_nothing_is_written(record, work):
    with pytest.raises(QuestionError, match="confirmed or rejected"):
        word(record, "perhaps")

    assert carried(record, work) == ([], False)
