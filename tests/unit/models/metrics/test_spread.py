"""Where the single cases behind a weighted mean lie."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.access import Scope
from models.errors import QuestionError
from models.metrics.catalogue import kpi
from models.metrics.kpi import Reason
from models.metrics.query import Ask
from models.metrics.spread import Spread, spread_of, spreads
from models.period import Period

JANUARY, MARCH = Period.parse("2026-01"), Period.parse("2026-03")


def values(*found):
    return [(Decimal(value), often) for value, often in found]


def ask(books, key, period, scope=None, **where):
    (told,) = spreads(
        books, [Ask(kpi=kpi(key), period=period, where=where)], scope or Scope.everything()
    )
    return told


def test_quartiles_lie_between_the_cases_in_proportion():
    found = spread_of(values((10, 1), (20, 1), (30, 1), (40, 1), (50, 1)))

    assert found == Spread(
        cases=5,
        low=Decimal(14),
        lower=Decimal(20),
        middle=Decimal(30),
        upper=Decimal(40),
        high=Decimal(46),
    )


def test_a_value_counts_as_often_as_it_occurs_and_one_case_is_its_own_spread():
    many = spread_of(values((1, 97), (100, 3)))
    one = spread_of(values((-3, 1)))

    assert (many.cases, many.upper, many.high) == (100, 1, 1)
    assert {one.low, one.lower, one.middle, one.upper, one.high} == {Decimal(-3)}


def test_no_case_has_no_spread():
    assert spread_of([]) is None


def test_the_cases_of_a_lag_are_those_of_its_mean(books):
    found = ask(books, "work_to_invoice", MARCH)

    assert (found.cases, found.middle) == (1, Decimal(28))
    assert ask(books, "work_to_invoice", Period.parse("2025-06")) is Reason.NO_CASES


def test_a_reader_sees_the_cases_of_their_scope_alone(books):
    strangers = Scope(departments=frozenset({2}))

    assert ask(books, "work_to_invoice", MARCH, strangers) is Reason.NO_CASES
    assert ask(books, "work_to_invoice", JANUARY, strangers).cases == 1
    assert ask(books, "work_to_invoice", JANUARY, Scope.nothing()) is Reason.OUT_OF_SCOPE
    assert ask(books, "work_to_invoice", MARCH, department=(2,)) is Reason.NO_CASES


def test_a_number_that_is_no_weighted_mean_has_no_cases(books):
    with pytest.raises(QuestionError, match="no weighted mean"):
        ask(books, "recognized_revenue", JANUARY)
