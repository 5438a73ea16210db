"""Answers against small books worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from models.access import Hidden, Scope
from models.errors import QuestionError
from models.metrics import catalogue
from models.metrics.kpi import Reason, Side
from models.metrics.query import answer, trend
from models.period import Month, Period

EVERYTHING = Scope.everything()
ADAS_PROJECTS = Scope(managers=frozenset({20}), hidden=frozenset({Hidden.PERSON_COST}))
STRATEGY = Scope(departments=frozenset({2}))
JANUARY, FEBRUARY, MARCH = (Period.parse(f"2026-0{number}") for number in (1, 2, 3))


def ask(snapshot, key, period, scope=EVERYTHING, **how):
    return answer(snapshot, catalogue.kpi(key), period, scope, **how)


@pytest.mark.parametrize(
    ("key", "erp", "psa"),
    [
        # 10,000 + 6,800.1234 of client projects; hardware has no project, rent no client
        ("recognized_revenue", "16800.1234", "16750.1234"),
        ("invoiced_revenue", "19300.1234", "16800.1234"),
        # less labour 4,000.50 and 1,700, bill 425 | less hours at cost 5,700.0005, train 100, riggers 425
        ("project_gross_margin", "10674.6234", "10525.1229"),
        ("project_gross_margin_pct", "0.635390", "0.628361"),
        ("billable_utilization", "0.625000", "0.715000"),  # 125 | 143 of 200 hours
        ("backlog", "122200.0000", "119750.0000"),
        ("receivables", "12000.0000", "12000.0000"),
        ("days_sales_outstanding", "17.4647", None),  # 31 * 12,000 / 21,300.1234
    ],
)
def test_january_is_what_one_works_out_by_hand(books, key, erp, psa):
    row = ask(books, key, JANUARY).only

    assert (row.erp, row.psa) == (Decimal(erp), Decimal(psa) if psa else None)


def test_the_difference_is_netsuite_less_suiteprojects_and_judged_by_the_tolerance(books):
    small = ask(books, "recognized_revenue", JANUARY).only
    large = ask(books, "invoiced_revenue", JANUARY).only

    assert (small.variance, small.within_tolerance) == (Decimal("50.0000"), True)
    assert (large.variance, large.within_tolerance) == (Decimal("2500.0000"), False)


def test_the_value_is_that_of_the_side_of_record(books):
    assert ask(books, "billable_utilization", JANUARY).only.value == Decimal("0.715000")
    assert ask(books, "recognized_revenue", JANUARY).only.value == Decimal("16800.1234")


def test_a_late_entry_raises_the_utilization_of_its_month_and_the_cost_of_the_next(books):
    february = ask(books, "project_gross_margin", FEBRUARY).only

    assert february.psa == Decimal(6250 - 765)
    assert ask(books, "billable_utilization", FEBRUARY).only.psa == 0


def test_a_quarter_sums_flows_and_takes_the_last_month_of_stocks(books):
    quarter = Period.parse("2026-Q1")

    assert ask(books, "recognized_revenue", quarter).only.erp == Decimal("23050.1234")
    assert ask(books, "receivables", quarter).only.erp == Decimal(2510)


def test_a_stock_of_a_running_year_is_stated_for_today(books):
    assert ask(books, "receivables", Period.parse("2026")).only.erp == Decimal(2510)


def test_countback_takes_whole_months_and_a_share_of_the_last(books):
    # 17,000 open; February billed 5,000 (28 days), January 21,300.1234: 31 * 12,000 / 21,300.1234
    assert ask(books, "days_sales_outstanding", FEBRUARY).only.erp == Decimal("45.4647")


def test_countback_counts_the_running_month_up_to_today(books):
    # 2,510 open; March so far 2,000 (20 days), then 28 * 510 / 5,000
    assert ask(books, "days_sales_outstanding", MARCH).only.erp == Decimal("22.8560")


def test_nothing_in_a_known_period_is_zero_and_outside_it_is_no_data(books):
    known = ask(books, "recognized_revenue", MARCH).only
    ahead = ask(books, "recognized_revenue", Period.parse("2026-04")).only
    before = ask(books, "recognized_revenue", Period.parse("2025")).only

    assert known.erp == 0
    assert ahead.reasons == {Side.ERP: Reason.NO_DATA, Side.PSA: Reason.NO_DATA}
    assert before.reasons == ahead.reasons
    assert ahead.variance is None
    assert ahead.within_tolerance is None


def test_a_ratio_over_nothing_is_missing_with_its_reason(books):
    margin = ask(books, "project_gross_margin_pct", MARCH).only
    utilization = ask(books, "billable_utilization", MARCH).only

    assert margin.reasons[Side.ERP] is Reason.NO_REVENUE
    assert utilization.reasons[Side.PSA] is Reason.NO_CAPACITY


def test_a_side_that_is_not_held_is_never_filled_from_the_other(books):
    row = ask(books, "days_sales_outstanding", JANUARY).only

    assert row.psa is None
    assert row.reasons == {Side.PSA: Reason.NOT_HELD}


def test_breaking_down_names_the_members_and_keeps_both_sides(books):
    answered = ask(books, "backlog", JANUARY, by=("customer", "project"))

    found = [(tuple(row.labels.values()), row.erp, row.psa) for row in answered.rows]
    assert found == [
        (("Alder Foods", "Not assigned"), Decimal(2500), Decimal(0)),
        (("Alder Foods", "P-100 Store network review"), Decimal(50000), Decimal(50050)),
        (("Birke Werke", "P-102 Plant roll-out"), Decimal(69700), Decimal(69700)),
    ]


def test_utilization_goes_by_the_subsidiary_of_the_person_not_of_the_project(books):
    answered = ask(books, "billable_utilization", JANUARY, by=("subsidiary",))

    found = {row.labels["subsidiary"]: row.psa for row in answered.rows}
    assert found == {"Northgate UK": Decimal("0.75"), "Northgate Germany": Decimal("0.691667")}


def test_a_dimension_one_side_lacks_leaves_that_side_empty(books):
    answered = ask(books, "receivables", JANUARY, by=("age",))

    assert all(row.erp is not None for row in answered.rows)
    assert all(row.reasons == {Side.PSA: Reason.NOT_HELD} for row in answered.rows)


def test_both_systems_tell_what_was_sold(books):
    answered = ask(books, "invoiced_revenue", JANUARY, by=("stream",))

    assert {row.labels["stream"]: (row.erp, row.psa) for row in answered.rows} == {
        "Hardware": (Decimal(2500), Decimal(0)),
        "Services, time and materials": (Decimal("16800.1234"), Decimal("16800.1234")),
    }


def test_filters_of_one_dimension_are_alternatives_and_of_several_all_hold(books):
    both = ask(books, "invoiced_revenue", JANUARY, where={"project": [100, 102]}).only
    none = ask(books, "invoiced_revenue", JANUARY, where={"project": [100], "customer": [12]}).only
    unfiltered = ask(books, "invoiced_revenue", JANUARY, where={"project": []}).only

    assert both.erp == Decimal("16800.1234")
    assert none.erp == 0
    assert unfiltered.erp == Decimal("19300.1234")


def test_a_dimension_the_number_lacks_is_refused_naming_those_it_has(books):
    held = ", ".join(catalogue.kpi("billable_utilization").by)
    with pytest.raises(QuestionError, match=f"'project'.*{held}"):
        ask(books, "billable_utilization", JANUARY, by=("project",))
    with pytest.raises(QuestionError, match="'colour'"):
        ask(books, "backlog", JANUARY, where={"colour": [1]})


def test_a_department_sees_the_lines_and_projects_of_its_own(books):
    assert ask(books, "recognized_revenue", JANUARY, STRATEGY).only.erp == Decimal(10000)
    assert ask(books, "project_gross_margin", JANUARY, STRATEGY).only.psa == Decimal("5849.9995")
    assert ask(books, "billable_utilization", JANUARY, STRATEGY).only.psa == Decimal("0.75")
    assert ask(books, "backlog", JANUARY, STRATEGY).only.erp == Decimal(50000)


def test_a_manager_sees_the_projects_they_manage_and_no_number_that_knows_no_project(books):
    utilization = ask(books, "billable_utilization", JANUARY, ADAS_PROJECTS).only

    assert ask(books, "receivables", FEBRUARY, ADAS_PROJECTS).only.erp == Decimal(17000)
    assert ask(books, "recognized_revenue", JANUARY, ADAS_PROJECTS).only.erp == Decimal(10000)
    assert set(utilization.reasons.values()) == {Reason.OUT_OF_SCOPE}


def test_restrictions_on_several_axes_all_hold(books):
    scope = Scope(departments=frozenset({4}), managers=frozenset({20}))

    assert ask(books, "recognized_revenue", JANUARY, scope).only.erp == 0


def test_a_filter_never_widens_a_scope(books):
    row = ask(books, "recognized_revenue", JANUARY, STRATEGY, where={"department": [4]}).only

    assert row.erp == 0


def test_who_may_see_nothing_is_told_so_without_a_query(books):
    blind = replace(books, engine=None)

    for kpi in catalogue.kpis().values():
        row = answer(blind, kpi, JANUARY, Scope.nothing()).only
        assert set(row.reasons.values()) == {Reason.OUT_OF_SCOPE}
        assert trend(blind, kpi, [Month(2026, 1)], Scope.nothing())[0].erp is None


def with_history_from(snapshot, system, month):
    loading = replace(snapshot.sources[system], complete_from=month)
    return replace(snapshot, sources={**snapshot.sources, system: loading})


def test_a_number_that_needs_more_history_says_that_it_is_loading(books):
    recent = with_history_from(books, "netsuite", Month(2026, 2))

    january = ask(recent, "recognized_revenue", JANUARY).only
    assert january.reasons == {Side.ERP: Reason.HISTORY_LOADING}
    assert january.psa == Decimal("16750.1234")
    assert ask(recent, "recognized_revenue", FEBRUARY).only.erp == Decimal(6250)
    assert ask(recent, "receivables", FEBRUARY).only.reasons[Side.ERP] is Reason.HISTORY_LOADING


def test_exported_hours_need_the_capacity_that_suiteprojects_holds(books):
    recent = with_history_from(books, "suiteprojects", Month(2026, 2))

    row = ask(recent, "billable_utilization", JANUARY).only
    assert set(row.reasons.values()) == {Reason.HISTORY_LOADING}


def test_the_answer_says_what_it_is_of(books):
    answered = ask(books, "backlog", JANUARY)

    assert (answered.currency, answered.snapshot) == ("GBP", 7)
    assert answered.as_of["netsuite"] == books.sources["netsuite"].as_of
    assert ask(books, "billable_utilization", JANUARY).currency is None


def test_a_trend_keeps_the_order_asked_for_and_repeats_no_month_away(books):
    months = [Month(2026, 2), Month(2026, 1), Month(2026, 4)]

    points = trend(books, catalogue.kpi("recognized_revenue"), months, EVERYTHING)

    assert [point.month for point in points] == months
    assert [point.erp for point in points] == [Decimal(6250), Decimal("16800.1234"), None]
