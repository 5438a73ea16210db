"""A rollup says what the facts say, whoever asks, and is asked only what it can say."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from shutil import copy

import pytest
from sqlalchemy import event

from models.access import Hidden, Scope
from models.metrics import catalogue
from models.metrics.cache import ANSWERS
from models.metrics.kpi import Lens, Side, Total
from models.metrics.query import Ask, answer, answer_many, rows, trend
from models.metrics.rollups import rollups
from models.period import Period
from sync.transforms import TRANSFORMS

from .books import opened, roll_up

EVERYTHING = Scope.everything()
SCOPES = [
    EVERYTHING,
    Scope(departments=frozenset({4})),
    Scope(managers=frozenset({20}), hidden=frozenset({Hidden.PERSON_COST})),
    Scope(subsidiaries=frozenset({1}), customers=frozenset({10})),
]
PERIODS = [Period.parse(text) for text in ("2026-01", "2026-Q1", "2026")]
every_rollup = pytest.mark.parametrize("rollup", rollups().values(), ids=lambda one: one.key)


@pytest.fixture(scope="module")
def raw(books):
    return books


@pytest.fixture(scope="module")
def kept(books_file, tmp_path_factory):
    path = tmp_path_factory.mktemp("rollups") / "kept.duckdb"
    copy(books_file, path)
    roll_up(path, rollups().values())
    found = opened(path)
    yield found
    found.engine.dispose()


@pytest.fixture
def read(kept):
    """The statements that were sent since."""
    ANSWERS.clear()
    found = []

    def note(*args):
        found.append(args[2])

    event.listen(kept.engine, "before_cursor_execute", note)
    yield found
    event.remove(kept.engine, "before_cursor_execute", note)


def _kpis_of(rollup):
    """Numbers made of the rollup's measures: those of the catalogue, and each measure alone."""
    model = catalogue.kpi("recognized_revenue")
    alone = [
        replace(
            model, key=one.key, erp=Total(terms=((1, one),)), psa=model.psa, by=rollup.dimensions
        )
        for one in rollup.measures
    ]
    return alone + [
        kpi
        for kpi in catalogue.kpis().values()
        if any(set(kpi.side(side).measures) & set(rollup.measures) for side in Side)
    ]


def _asked(kpi, rollup):
    names = [name for name in rollup.dimensions if name in kpi.by]
    yield (), {}
    for name in names:
        yield (name,), {}
    if "department" in names:
        yield tuple(names[:2]), {"department": [2, 4]}


@pytest.mark.parametrize("each", [len(SCOPES), pytest.param(1, marks=pytest.mark.all)])
@every_rollup
def test_a_rollup_answers_as_the_facts_do(raw, kept, rollup, each):
    """Every question of every number for one scope in turn, or for each of them."""
    for number, kpi in enumerate(_kpis_of(rollup)):
        for place, (by, where) in enumerate(_asked(kpi, rollup)):
            for turn, scope in enumerate(SCOPES):
                if (number + place + turn) % each:
                    continue
                period = PERIODS[(place + turn) % len(PERIODS)]
                mine, theirs = (
                    answer(snapshot, kpi, period, scope, by=by, where=where)
                    for snapshot in (kept, raw)
                )
                assert mine == theirs
        months = Period.parse("2026").months
        assert trend(kept, kpi, months, EVERYTHING) == trend(raw, kpi, months, EVERYTHING)


def test_the_questions_of_a_page_are_answered_together_as_the_facts_do(raw, kept):
    asks = [
        Ask(kpi=kpi, period=PERIODS[number % len(PERIODS)])
        for number, kpi in enumerate(catalogue.kpis().values())
    ]
    ANSWERS.clear()

    assert answer_many(kept, asks, EVERYTHING) == answer_many(raw, asks, EVERYTHING)


@pytest.mark.parametrize("scope", SCOPES, ids=("all", "department", "manager", "customer"))
def test_a_page_reads_all_months_once_and_is_told_what_the_facts_say(raw, kept, read, scope):
    page = [catalogue.kpi(key) for key in ("project_gross_margin", "receivables", "backlog")]
    where = {"department": (2, 4)}
    quarters = [Period.parse(text) for text in ("2026-Q1", "2025-Q4", "2026-02")]
    asks = [Ask(kpi=kpi, period=period, where=where) for kpi in page for period in quarters]
    month = [replace(ask, period=Period.parse("2026-01")) for ask in asks[::3]]

    assert answer_many(kept, asks, scope) == answer_many(raw, asks, scope)
    sums = sum("sum(roll_project." in statement for statement in read)
    assert answer_many(kept, month, scope) == answer_many(raw, month, scope)
    for kpi in page:
        one, other = (
            trend(snapshot, kpi, Period.parse("2026").months, scope, where=where)
            for snapshot in (kept, raw)
        )
        assert one == other
    assert sums == 1
    assert sum("sum(roll_project." in statement for statement in read) == sums


@every_rollup
def test_what_is_cut_at_a_day_is_whole_months_and_the_days_of_the_last(raw, kept, read, rollup):
    for kpi in _kpis_of(rollup)[: len(rollup.measures)]:
        for text, until in (("2026-Q1", 20260310), ("2026-02", 20260214), ("2026", 20260101)):
            ask = Ask(kpi=kpi, period=Period.parse(text), by=rollup.dimensions[1:2], until=until)

            assert answer_many(kept, [ask], EVERYTHING) == answer_many(raw, [ask], EVERYTHING)
    sums = [statement for statement in read if "sum(" in statement]
    assert any(f"sum({rollup.key}." in statement for statement in sums)
    assert any(f"FROM {rollup.inputs[0]}" in statement for statement in sums)


@every_rollup
def test_a_question_it_can_answer_goes_to_it(kept, read, rollup):
    (kpi, *_) = _kpis_of(rollup)
    answer(kept, kpi, PERIODS[1], EVERYTHING, by=rollup.dimensions[:1])

    assert any(rollup.key in statement for statement in read)
    sums = [statement for statement in read if "sum(" in statement]
    assert not any(f"sum({rollup.inputs[0]}." in statement for statement in sums)


def test_a_question_it_cannot_answer_goes_to_the_facts(kept, read):
    by_stream = catalogue.kpi("recognized_revenue")
    answer(kept, by_stream, PERIODS[1], EVERYTHING, by=("stream",))
    answer(kept, by_stream, PERIODS[1], EVERYTHING, lens=Lens.TRANSACTION)
    hours = catalogue.kpi("billable_utilization")
    answer(kept, hours, PERIODS[1], Scope(managers=frozenset({20})))

    assert not any("sum(roll_project." in statement for statement in read)
    assert any("sum(fct_gl.amount_base)" in statement for statement in read)
    assert any("sum(fct_gl.amount)" in statement for statement in read)


@pytest.mark.parametrize("each", [3, pytest.param(1, marks=pytest.mark.all)])
@every_rollup
def test_rows_it_counts_come_page_by_page_as_the_facts_tell_them(raw, kept, rollup, each):
    for number, kpi in enumerate(_kpis_of(rollup)[::each]):
        scope, period = SCOPES[number % len(SCOPES)], PERIODS[-1 - number % 2]
        for side in Side:
            whole = rows(raw, kpi, side, period, scope, limit=None)
            pages = [
                rows(kept, kpi, side, period, scope, offset=offset, limit=2)
                for offset in range(0, len(whole.rows) or 1, 2)
            ]

            assert [row for page in pages for row in page.rows] == list(whole.rows)
            told = {(page.total_rows, *sorted(page.totals.items())) for page in pages}
            assert told == {(whole.total_rows, *sorted(whole.totals.items()))}


def test_a_page_of_rows_is_looked_for_in_its_own_months(kept, read):
    revenue = catalogue.kpi("recognized_revenue")
    whole = rows(kept, revenue, Side.ERP, PERIODS[-1], EVERYTHING).rows
    months = [row["month"] for row in whole]
    begins = months.index(months[-1])  # the last month's first row
    assert begins > 0
    read.clear()

    page = rows(kept, revenue, Side.ERP, PERIODS[-1], EVERYTHING, offset=begins, limit=1)

    assert page.rows == whole[begins : begins + 1]
    [asked] = [statement for statement in read if "FROM fct_gl" in statement]
    assert f"fct_gl.month = {months[-1]}" in asked
    assert asked.endswith("LIMIT 1 OFFSET 0")


def test_a_snapshot_without_rollups_is_read_from_its_facts(raw):
    found = answer(raw, catalogue.kpi("project_gross_margin"), PERIODS[0], EVERYTHING).only

    assert found.erp == Decimal("10674.6234")


@every_rollup
def test_the_build_fills_every_rollup_from_its_declaration(rollup):
    transform = TRANSFORMS[rollup.key]

    assert transform.target is rollup.table
    assert transform.sql == rollup.sql
    assert {column.name for column in rollup.select.selected_columns} == set(rollup.table.c.keys())


@every_rollup
def test_its_measures_can_be_added_up(rollup):
    for first, *others in rollup.parts:
        for measure in (first, *others):
            assert measure.value is not None
            assert not measure.distinct
            assert measure.times is None
            assert measure.eliminated is None
            assert (measure.table, measure.month) == (first.table, first.month)
            assert [str(one.on) for one in measure.joins] == [str(one.on) for one in first.joins]
            assert set(rollup.dimensions) <= set(measure.dimensions)
    assert len({first.table for first, *_ in rollup.parts}) == len(rollup.parts)
