"""Margins by project, and the revenue ahead."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.access import Scope
from models.errors import QuestionError
from models.metrics import catalogue
from models.metrics.forecast import planned_revenue
from models.metrics.kpi import Side
from models.metrics.margins import extremes, project_margins, ranked
from models.metrics.query import answer
from models.period import Month, Period

EVERYTHING = Scope.everything()
STRATEGY = Scope(departments=frozenset({2}))
JANUARY = Period.parse("2026-01")
AHEAD = [Month(2026, 4).plus(step) for step in range(4)]


def test_projects_show_revenue_margin_and_percent_of_both_systems(books):
    first, second = project_margins(books, JANUARY, EVERYTHING)

    assert (first.project_key, first.label) == (100, "P-100 Store network review")
    assert (first.erp_revenue, first.erp_margin) == (Decimal(10000), Decimal("5999.5000"))
    assert (first.erp_pct, first.psa_pct) == (Decimal("0.599950"), Decimal("0.587940"))
    assert first.variance == Decimal("149.5005")
    assert (second.project_key, second.psa_margin) == (102, Decimal("4675.1234"))


def test_margins_keep_to_scope_and_filters(books):
    assert [row.project_key for row in project_margins(books, JANUARY, STRATEGY)] == [100]
    found = project_margins(books, JANUARY, EVERYTHING, {"customer": [12]})
    assert [row.project_key for row in found] == [102]


def test_cost_without_revenue_has_a_margin_and_no_percent(books):
    found = project_margins(books, Period.parse("2026-02"), EVERYTHING)

    idle = found[-1]
    assert (idle.project_key, idle.erp_margin, idle.erp_pct) == (102, Decimal(-765), None)


def test_no_project_is_at_both_ends(books):
    top, bottom = extremes(project_margins(books, JANUARY, EVERYTHING), 1)

    assert ([row.project_key for row in top], [row.project_key for row in bottom]) == ([100], [102])
    assert extremes(project_margins(books, JANUARY, EVERYTHING), 5)[1] == []


def test_rows_are_ranked_from_either_end(books):
    kpi = catalogue.kpi("backlog")
    answered = answer(books, kpi, JANUARY, EVERYTHING, by=("project",))

    assert [row.erp for row in ranked(answered, Side.ERP, 2)] == [Decimal(69700), Decimal(50000)]
    assert [row.erp for row in ranked(answered, Side.ERP, 1, lowest=True)] == [Decimal(2500)]


def test_plans_reach_as_far_as_their_last_month_and_are_zero_in_between(books):
    points = planned_revenue(books, AHEAD, EVERYTHING)

    assert [point.erp for point in points] == [Decimal(10400), Decimal(0), Decimal(1700), None]
    assert [point.psa for point in points] == [Decimal(6900), None, None, None]


def test_plans_keep_to_scope_and_filters(books):
    (own, *_) = planned_revenue(books, AHEAD, STRATEGY)
    (other, *_) = planned_revenue(books, AHEAD, EVERYTHING, where={"project": [102]})
    (fixed, *_) = planned_revenue(books, AHEAD, EVERYTHING, where={"stream": ["services_fixed"]})
    (none, *_) = planned_revenue(books, AHEAD, Scope.nothing())

    assert (own.erp, other.erp, fixed.erp, other.psa, none.erp) == (
        Decimal(7000),
        Decimal(3400),
        Decimal(3400),
        Decimal(0),
        None,
    )
    with pytest.raises(QuestionError):
        planned_revenue(books, AHEAD, EVERYTHING, where={"person": [22]})
