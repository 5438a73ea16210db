"""Where the fiscal year will end: what is posted of closed months, what is told of the others."""

from __future__ import annotations

from models.access import Scope
from models.metrics.catalogue import kpi
from models.metrics.kpi import YEAR_CLOSED, YEAR_OPEN, Reason, Span
from models.metrics.query import answer
from models.period import Month, Period

TODAY, CLOSED = Month(2026, 3), Month(2026, 1)


def told(books, key, period, **where):
    return answer(books, kpi(key), Period.parse(period), Scope.everything(), where=where).only


def test_a_year_is_parted_where_the_newest_closed_month_ends():
    of = Span(202602, 202602)

    assert YEAR_CLOSED.of(of, TODAY, 1, CLOSED) == Span(202601, 202601)
    assert YEAR_OPEN.of(of, TODAY, 1, CLOSED) == Span(202602, 202612)


def test_a_fiscal_year_that_begins_in_april_is_that_of_the_period():
    march, april = Span(202603, 202603), Span(202604, 202604)

    assert YEAR_CLOSED.of(march, TODAY, 4, CLOSED) == Span(202504, 202601)
    assert YEAR_OPEN.of(march, TODAY, 4, CLOSED) == Span(202602, 202603)
    assert YEAR_CLOSED.of(april, TODAY, 4, CLOSED).is_empty
    assert YEAR_OPEN.of(april, TODAY, 4, CLOSED) == Span(202604, 202703)


def test_nothing_is_to_come_of_a_year_that_is_over():
    assert YEAR_CLOSED.of(Span(202506, 202506), TODAY, 1, CLOSED) == Span(202501, 202512)
    assert YEAR_OPEN.of(Span(202506, 202506), TODAY, 1, CLOSED).is_empty


def test_the_year_is_what_closed_months_had_and_what_is_forecast_for_the_others(books):
    closed = told(books, "firm_revenue", "2026-01..2026-02").erp
    to_come = told(books, "revenue_forecast", "2026-03..2026-12").erp

    assert told(books, "year_revenue", "2026-01").erp == closed + to_come
    assert told(books, "year_revenue", "2026-02", department=[4]).erp == (
        told(books, "firm_revenue", "2026-01..2026-02", department=[4]).erp
        + told(books, "revenue_forecast", "2026-03..2026-12", department=[4]).erp
    )


def test_cost_that_nobody_planned_has_no_forecast(books):
    assert told(books, "year_cost", "2026-01").reasons["erp"] is Reason.NO_PLAN
    assert told(books, "year_ebitda", "2026-01").erp is None
