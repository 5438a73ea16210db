"""A number beside the period before, the year before, the plan and a benchmark."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pytest

from models.access import Scope
from models.metrics import catalogue
from models.metrics.compare import compare, equal_part
from models.metrics.finance import RECOGNITION
from models.metrics.kpi import Basis, Better, Lens, Reason, Total
from models.metrics.query import answer
from models.period import Month, Period

EVERYTHING = Scope.everything()
FEBRUARY, MARCH = Period.parse("2026-02"), Period.parse("2026-03")


@dataclass(frozen=True)
class Survey:
    value: Decimal
    source: str = "A survey"
    year: int | None = 2025
    currency: str | None = None


def against(snapshot, key, period, basis, **how):
    kpi = how.pop("kpi", None) or catalogue.kpi(key)
    (line,) = compare(snapshot, kpi, period, EVERYTHING, bases=[basis], **how)
    return line.against[basis]


def test_a_closed_month_is_set_against_the_whole_month_before(books):
    found = against(books, "invoiced_revenue", FEBRUARY, Basis.PRIOR_PERIOD)

    assert (found.primary, found.reference) == (5000, Decimal("19300.1234"))
    assert found.delta == Decimal("-14300.1234")
    assert found.delta_share == Decimal("-0.740934")
    assert (found.improved, found.equal_part) == (False, False)
    assert found.period == Period.parse("2026-01")


def test_a_running_month_is_set_against_the_equal_part_of_the_month_before(books):
    # on 20 March; up to 20 February a credit memo alone was posted
    found = against(books, "invoiced_revenue", MARCH, Basis.PRIOR_PERIOD)

    assert (found.primary, found.reference) == (2000, -1000)
    assert found.equal_part
    assert found.delta == 3000
    assert found.delta_share is None  # no share of what is not above zero
    assert found.improved is True


def test_a_stock_is_set_against_the_last_month_end(books):
    found = against(books, "receivables", MARCH, Basis.PRIOR_PERIOD)

    assert (found.primary, found.reference, found.equal_part) == (2510, 17000, False)
    assert found.improved is True  # less is owed


@pytest.mark.parametrize("basis", [Basis.PRIOR_YEAR, Basis.PLAN, Basis.BENCHMARK])
def test_what_is_not_there_is_said_with_its_reason(books, basis):
    found = against(books, "recognized_revenue", FEBRUARY, basis)

    reasons = {
        Basis.PRIOR_YEAR: Reason.NO_HISTORY,
        Basis.PLAN: Reason.NO_PLAN,
        Basis.BENCHMARK: Reason.NO_BENCHMARK,
    }
    assert found.reason is reasons[basis]
    assert (found.reference, found.delta, found.improved) == (None, None, None)


def test_a_plan_is_a_formula_like_any_other(books):
    planned = replace(
        catalogue.kpi("recognized_revenue"), plan=Total(terms=((1, RECOGNITION), (1, RECOGNITION)))
    )
    found = against(books, "", FEBRUARY, Basis.PLAN, kpi=planned)

    assert (found.primary, found.reference, found.delta) == (6250, 12500, -6250)
    assert found.delta_share == Decimal("-0.5")


def test_a_benchmark_names_its_source_and_is_of_the_numbers_own_currency(books):
    found = against(
        books,
        "billable_utilization",
        Period.parse("2026-01"),
        Basis.BENCHMARK,
        benchmark=Survey(Decimal("0.689")),
    )
    assert (found.reference, found.source, found.delta) == (
        Decimal("0.689"),
        "A survey, 2025",
        Decimal("0.026000"),
    )
    dollars = Survey(Decimal(1), currency="USD")
    revenue = against(books, "recognized_revenue", FEBRUARY, Basis.BENCHMARK, benchmark=dollars)
    assert revenue.reason is Reason.NO_BENCHMARK


def test_each_member_and_each_currency_has_a_comparison_of_its_own(books):
    kpi = catalogue.kpi("recognized_revenue")
    lines = compare(
        books,
        kpi,
        FEBRUARY,
        EVERYTHING,
        by=("customer",),
        lens=Lens.TRANSACTION,
        bases=[Basis.PRIOR_PERIOD],
    )
    for line in lines:
        before = answer(
            books,
            kpi,
            Period.parse("2026-01"),
            EVERYTHING,
            by=("customer",),
            lens=Lens.TRANSACTION,
        )
        theirs = {(row.dimensions["customer"], row.currency): row.value for row in before.rows}
        member = (line.row.dimensions["customer"], line.row.currency)
        assert line.against[Basis.PRIOR_PERIOD].reference == theirs.get(member)


def test_the_equal_part_ends_on_the_same_day_or_the_last_there_is():
    quarter, before = Period.parse("2026-Q2"), Period.parse("2026-Q1")

    part, last = equal_part(quarter, before, Month(2026, 5), 20260531)

    assert (part, last) == (Period(Month(2026, 1), Month(2026, 2)), 20260228)


def test_a_running_period_over_several_months_is_cut_at_today(books):
    early = replace(books, today=date(2026, 2, 20), version=8)
    quarter = Period.parse("2026-Q1")

    found = against(early, "invoiced_revenue", quarter, Basis.PRIOR_PERIOD)

    assert found.equal_part
    assert found.primary == Decimal("18300.1234")  # January, and the credit memo of 20 February


@pytest.mark.parametrize(
    ("better", "good"), [(Better.HIGHER, True), (Better.LOWER, False)], ids=["higher", "lower"]
)
def test_the_good_direction_is_the_declarations(better, good):
    kpi = replace(catalogue.kpi("backlog"), better=better)

    assert kpi.improved(Decimal(2), Decimal(1)) is good
    assert kpi.improved(Decimal(1), Decimal(1)) is None
