"""Questions asked together are answered with fewer queries, and their answers kept."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import event

from models.access import Scope
from models.metrics import catalogue
from models.metrics.cache import ANSWERS, Cache
from models.metrics.finance import RECOGNITION
from models.metrics.query import Ask, answer, answer_many
from tests.unit.models.metrics.tried import EVERYTHING, JANUARY, QUARTER, kpi, total


@pytest.mark.parametrize("each", [6, pytest.param(1, marks=pytest.mark.all)])
def test_questions_asked_together_are_answered_as_if_alone_with_fewer_queries(books, each):
    """Every number in one of six ways in turn, or in each of them."""
    ways = [
        (period, by, where)
        for period in (JANUARY, QUARTER)
        for by, where in (((), {}), (("department",), {}), ((), {"department": [2, 4]}))
    ]
    asks = [
        Ask(kpi=one, period=period, by=by, where=where)
        for number, one in enumerate(catalogue.kpis().values())
        for place, (period, by, where) in enumerate(ways)
        if (number + place) % each == 0 and {*by, *where} <= set(one.by)
    ]
    ANSWERS.clear()
    queries = []
    listen = partial(event.listen, books.engine, "before_cursor_execute")
    listen(lambda *args: queries.append(args[2]))
    together = answer_many(books, asks, EVERYTHING)
    asked_together = len(queries)
    ANSWERS.clear()
    queries.clear()
    alone = []
    for ask in asks:
        ANSWERS.clear()
        alone.append(answer(books, ask.kpi, ask.period, EVERYTHING, by=ask.by, where=ask.where))

    assert together == alone
    assert asked_together < len(queries) / 2


def test_an_answer_is_kept_for_its_snapshot_scope_and_question_and_no_other(books):
    ANSWERS.clear()
    one = kpi(total(RECOGNITION))
    first = answer(books, one, JANUARY, EVERYTHING)
    queries = []
    event.listen(books.engine, "before_cursor_execute", lambda *args: queries.append(args[2]))

    assert answer(books, one, JANUARY, EVERYTHING) == first
    assert not queries
    assert answer(books, one, JANUARY, Scope(departments=frozenset({4}))) != first
    answer(replace(books, version=99), one, JANUARY, EVERYTHING)
    assert len(queries) >= 2


def test_the_store_of_answers_is_bounded_and_forgets_the_oldest(books):
    store = Cache(limit=2)
    for number in range(3):
        store.keep(books, EVERYTHING, number, number * 10)

    assert len(store) == 2
    assert store.find(books, EVERYTHING, 0) is None
    assert store.kept(books, EVERYTHING, 2, lambda: 0) == 20
