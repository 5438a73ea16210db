"""The bench of questions compares the same questions: a tiny firm answers them all, and alike in every way."""

from __future__ import annotations

import pytest

from dashboard.headline import HEADLINE
from models.access import Scope
from models.metrics import catalogue
from models.metrics.query import answer, rows
from models.metrics.vocabulary import Side
from models.snapshot import Snapshots
from tests.benchmarks.answering import same
from tests.benchmarks.asked import ASKED, MONTH, YEAR
from tests.benchmarks.firm import Size
from tests.benchmarks.frames import ask_frames, read_frames, write_frames
from tests.benchmarks.live import ask_postgres, connect, load_postgres
from tests.benchmarks.scale import Firm, make, write_once

EVERYTHING = Scope.everything()
every_question = pytest.mark.parametrize("asked", ASKED, ids=lambda one: one.key)


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    made = Firm(folder=tmp_path_factory.mktemp("firm"))
    make(made, Size(people=16, months=14))
    return made


@pytest.fixture(scope="module")
def frames(firm, tmp_path_factory):
    folder = tmp_path_factory.mktemp("frames")
    write_frames(firm.work, folder)
    return read_frames(folder)


@pytest.fixture(scope="module")
def snapshot(firm):
    return Snapshots(firm.snapshots).current()


@pytest.mark.parametrize("key", HEADLINE)
def test_an_invented_firm_answers_every_headline_number_on_every_side_that_is_held(snapshot, key):
    kpi = catalogue.kpi(key)
    line = answer(snapshot, kpi, MONTH, EVERYTHING).only

    held = [side for side in Side if kpi.side(side).measures]
    assert all(line.side(side) for side in held), line


@every_question
def test_a_question_is_no_empty_one(snapshot, asked):
    assert any(number for pair in asked.ask(snapshot).values() for number in pair)


@every_question
def test_frames_in_memory_answer_as_the_metric_layer_does(snapshot, frames, asked):
    assert same(asked.ask(snapshot), ask_frames(frames, asked))


def test_sql_on_the_raw_tables_answers_as_the_metric_layer_does(snapshot, firm, postgres_url):
    load_postgres(firm.raw, postgres_url)

    with connect(postgres_url) as server:
        told = {one.key: ask_postgres(server, one) for one in ASKED}

    assert [one.key for one in ASKED if not same(one.ask(snapshot), told[one.key])] == []


def test_answers_that_differ_are_noticed():
    assert not same({"": (1.0, 2.0)}, {"": (1.0, 2.1)})
    assert not same({"": (1.0, 2.0)}, {})
    assert same({"": (1.0, None)}, {"": (1.0, 0.0)})


def test_the_rows_behind_a_project_are_there_to_be_measured(snapshot):
    kpi = catalogue.kpi("project_gross_margin")
    by_project = answer(snapshot, kpi, YEAR, EVERYTHING, by=("project",))
    project = by_project.rows[0].dimensions["project"]

    found = rows(snapshot, kpi, Side.PSA, YEAR, EVERYTHING, where={"project": (project,)})
    assert found.total_rows
    assert found.totals == {"value": by_project.rows[0].psa}


def test_a_sync_that_writes_publishes_the_same_numbers_again(tmp_path, postgres_url):
    made = Firm(folder=tmp_path)
    make(made, Size(people=8, months=13))
    load_postgres(made.raw, postgres_url)
    snapshots = Snapshots(made.snapshots)
    before = [one.ask(snapshots.current()) for one in ASKED]

    write_once(made, postgres_url, 2)

    assert snapshots.current().version == 2
    assert [one.ask(snapshots.current()) for one in ASKED] == before
