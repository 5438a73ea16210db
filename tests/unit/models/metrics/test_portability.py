"""The same questions give the same answers on another engine."""

from __future__ import annotations

import pytest

from dashboard.headline import HEADLINE
from models.access import Hidden, Scope
from models.metrics import catalogue, members
from models.metrics.kpi import Side
from models.metrics.listing import LISTINGS, listing
from models.metrics.query import answer, rows, trend
from models.period import Period

QUARTER = Period.parse("2026-Q1")
SCOPES = [Scope.everything(), Scope(managers=frozenset({20}), hidden=frozenset(Hidden))]

# SQLite has no decimals of its own; these books are small enough for its floats
pytestmark = pytest.mark.filterwarnings("ignore:Dialect sqlite:sqlalchemy.exc.SAWarning")


@pytest.mark.parametrize("scope", SCOPES, ids=["everything", "a manager"])
@pytest.mark.parametrize("key", HEADLINE)
def test_answers_trends_and_rows_are_those_of_the_snapshot(books, sqlite_books, key, scope):
    _is_the_same(books, sqlite_books, catalogue.kpi(key), scope)


@pytest.mark.all
@pytest.mark.parametrize("kpi", catalogue.kpis().values(), ids=lambda kpi: kpi.key)
def test_every_number_is_that_of_the_snapshot(books, sqlite_books, kpi):
    for scope in SCOPES:
        _is_the_same(books, sqlite_books, kpi, scope)


def _is_the_same(books, sqlite_books, kpi, scope):
    for how in (answer, lambda *asked: answer(*asked, by=kpi.by[:2])):
        mine, other = (
            how(snapshot, kpi, QUARTER, scope).rows for snapshot in (books, sqlite_books)
        )
        assert mine == other
    assert trend(books, kpi, QUARTER.months, scope) == trend(
        sqlite_books, kpi, QUARTER.months, scope
    )
    for side in Side:
        assert rows(books, kpi, side, QUARTER, scope) == rows(
            sqlite_books, kpi, side, QUARTER, scope
        )


def test_lists_are_those_of_the_snapshot(books, sqlite_books):
    scope = SCOPES[1]

    assert members.people(books, scope) == members.people(sqlite_books, scope)
    assert members.project(books, 100, scope) == members.project(sqlite_books, 100, scope)
    for name in LISTINGS:
        assert listing(books, name, 100, scope) == listing(sqlite_books, name, 100, scope)
        found = listing(books, name, 100, scope, search="an a")
        assert found == listing(sqlite_books, name, 100, scope, search="an a")
