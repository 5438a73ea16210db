"""Each kind of formula against small books worked out by hand; its rows make it every time."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from models.access import Scope
from models.business import in_force
from models.metrics.billing import BILLED, BILLED_NET, RECEIVABLES
from models.metrics.finance import INCOME_POSTINGS, RECOGNITION
from models.metrics.kpi import (
    CLOSING,
    OPENING,
    PRIOR_YEAR,
    TO_DATE,
    YEAR_TO_DATE,
    Band,
    Better,
    Calendar,
    Concentration,
    Constant,
    Countback,
    CountOf,
    Elapsed,
    Floor,
    Measure,
    Median,
    Product,
    Ratio,
    Reason,
    Root,
    Side,
    Squares,
    Sum,
    Unit,
    trailing,
)
from models.metrics.leaves import elapsed
from models.metrics.parts import number_of_rows
from models.metrics.projects import LABOR
from models.metrics.query import Ask, answer, answer_many, rows, trend
from models.metrics.staffing import BILLABLE_HOURS, NET_CAPACITY
from models.metrics.window import Span
from models.metrics.words import formula as in_words
from models.period import Month, Period
from models.tables.staffing import fct_time
from tests.unit.models.metrics.tried import (
    EVERYTHING,
    FEBRUARY,
    JANUARY,
    MARCH,
    QUARTER,
    WIP,
    kpi,
    told,
    total,
)

SIX = Decimal("0.000001")
PEOPLE = replace(BILLABLE_HOURS, key="people", value=None, distinct=(fct_time.c.person_key,))
ENTRIES = replace(BILLABLE_HOURS, key="entries", value=None)
OF_PROJECTS = replace(
    BILLABLE_HOURS, dimensions={**BILLABLE_HOURS.dimensions, "project": fct_time.c.project_key}
)
UTILIZATION = Ratio(
    numerator=total(replace(BILLABLE_HOURS, where=BILLABLE_HOURS.where[:2])),
    denominator=total(replace(NET_CAPACITY, where=())),
    empty=Reason.NO_CAPACITY,
)


def test_rows_and_different_keys_are_counted(books):
    people_by_person = {"by": ("person",)}
    assert told(books, total(ENTRIES), **people_by_person) == 4
    assert told(books, total(PEOPLE), **people_by_person) == 2
    assert told(books, total(PEOPLE), where={"person": [22]}, **people_by_person) == 1
    assert told(books, total(PEOPLE), FEBRUARY, **people_by_person) == 0


def test_a_weighted_sum_multiplies_row_by_row(books):
    weighted = replace(LABOR, times=fct_time.c.hours)

    assert told(books, total(weighted)) == Decimal(3000) * 60 + Decimal("1000.0005") * 25 + 68000


def test_workdays_are_those_of_the_whole_month_though_it_is_not_over(books):
    workdays = Elapsed(unit=Calendar.WORKDAYS)

    calendar = in_force(books).file.calendar
    assert elapsed(workdays, Span(202602, 202603), books.today, calendar) == {
        202602: 20,
        202603: 22,
    }
    per_workday = Ratio(numerator=total(ENTRIES), denominator=workdays, empty=Reason.NO_DATA)
    number = told(books, per_workday, by=("person",))
    assert number == (Decimal(4) / 22).quantize(SIX)


def test_of_nobody_nothing_is_above_zero(books):
    floor = Floor(total=total(ENTRIES), per=("person", "day"))

    assert told(books, floor, FEBRUARY, by=("person",)) == 0


def test_what_is_above_zero_of_one_member_never_pays_for_another(books):
    # January: project 100 recognised 9,950, billed 10,000; project 102 as much as was billed
    assert told(books, WIP) == 0
    assert told(books, WIP, FEBRUARY) == 6200  # 16,200 recognised, 10,000 billed
    assert told(books, WIP, FEBRUARY, where={"project": [102]}) == 0
    one = kpi(WIP)
    page = rows(books, one, Side.PSA, FEBRUARY, EVERYTHING)
    assert [row["contribution"] for row in page.rows] == [6200, 0]
    assert {row["recognition"] for row in page.rows} == {Decimal(16200), Decimal("6800.1234")}
    assert {row["project"] for row in page.rows} == {"Store network review", "Plant roll-out"}


def test_the_mean_square_of_members_weighs_the_large_more(books):
    # February: project 100 has 6,200 unbilled; project 102 has none
    squares = Squares(total=WIP.total, per=WIP.per)
    mean = Ratio(
        numerator=squares, denominator=CountOf(formula=squares, of=WIP.per), empty=Reason.NO_CASES
    )
    root = Root(of=mean, empty=Reason.NO_CASES)

    assert told(books, squares, FEBRUARY) == 6200**2
    assert told(books, root, FEBRUARY) == (Decimal(6200**2) / 2).sqrt().quantize(SIX)
    page = rows(books, kpi(root), Side.PSA, FEBRUARY, EVERYTHING)
    assert number_of_rows(root, page.rows) == told(books, root, FEBRUARY)
    below = Root(of=Constant(value=Decimal(-1)), empty=Reason.NO_CASES)
    assert told(books, below) is Reason.NO_CASES


def test_windows_reach_back_and_stand_still(books):
    assert told(books, total(RECOGNITION, window=YEAR_TO_DATE), MARCH) == Decimal("23000.1234")
    assert told(books, total(RECOGNITION, window=TO_DATE), JANUARY) == Decimal("16750.1234")
    assert told(books, total(RECOGNITION, window=trailing(3)), MARCH) == Decimal("23000.1234")
    assert told(books, total(RECOGNITION, window=trailing(3)), FEBRUARY) is Reason.NO_HISTORY
    assert told(books, total(RECOGNITION, window=PRIOR_YEAR), JANUARY) is Reason.NO_DATA
    open_items = RECEIVABLES.psa.measures[0]
    assert told(books, total(open_items, window=CLOSING), QUARTER) == 510
    assert told(books, total(open_items, window=OPENING), FEBRUARY) == 12000


def test_the_year_to_date_begins_where_the_firms_year_does(books):
    fiscal = replace(books, version=books.version + 1, fiscal_start=2)

    whole, since = (
        told(each, total(RECOGNITION, window=YEAR_TO_DATE), MARCH) for each in (books, fiscal)
    )
    january = told(books, total(RECOGNITION, window=TO_DATE), JANUARY)
    assert since == whole - january
    assert told(fiscal, total(RECOGNITION, window=YEAR_TO_DATE), JANUARY) == january


def test_a_mean_of_month_ends_divides_by_the_months(books):
    open_items = RECEIVABLES.psa.measures[0]
    mean = Ratio(
        numerator=total(open_items),
        denominator=Elapsed(unit=Calendar.MONTHS),
        empty=Reason.NO_HISTORY,
    )

    assert told(books, mean, QUARTER) == Decimal(24510) / 3


def test_a_balance_is_told_in_days_of_what_was_billed(books):
    days = Elapsed(unit=Calendar.DAYS, window=trailing(3))
    simple = Ratio(
        numerator=total(RECEIVABLES.erp.measures[0], window=CLOSING),
        denominator=total(BILLED, window=trailing(3)),
        empty=Reason.NO_BILLINGS,
        times=days,
    )

    # 2,510 of 28,300.1234 in 31 + 28 + 20 days
    assert told(books, simple, MARCH) == Decimal("7.006683")


def test_growth_without_a_year_before_is_missing(books):
    growth = Ratio(
        numerator=Sum(terms=((1, total(RECOGNITION)), (-1, total(RECOGNITION, window=PRIOR_YEAR)))),
        denominator=total(RECOGNITION, window=PRIOR_YEAR),
        empty=Reason.NO_HISTORY,
        positive=True,
    )

    assert told(books, growth) is Reason.NO_DATA


def test_a_median_is_the_middle_of_the_rows(books):
    billable = replace(BILLABLE_HOURS, where=BILLABLE_HOURS.where[:2])

    assert told(books, Median(measure=billable)) == 25  # 5 18 25 40 60
    assert told(books, Median(measure=BILLABLE_HOURS)) == Decimal("32.5")  # 18 25 40 60
    assert told(books, Median(measure=BILLABLE_HOURS), FEBRUARY) is Reason.NO_CASES


def test_concentration_is_the_share_of_the_largest_or_the_sum_of_squares(books):
    how = {"of": "customer", "empty": Reason.NO_REVENUE}
    largest = Concentration(total=total(RECOGNITION), top=1, **how)
    index = Concentration(total=total(RECOGNITION), **how)

    assert told(books, largest) == Decimal("0.594025")  # 9,950 of 16,750.1234
    assert told(books, index) == Decimal("5176.815797")
    assert told(books, index, Period.parse("2026-04")) is Reason.NO_REVENUE
    effective = Ratio(
        numerator=Constant(value=Decimal(10_000)), denominator=index, empty=Reason.NO_REVENUE
    )
    assert told(books, effective) == Decimal("1.931689")


def test_members_beyond_a_bound_are_counted_and_shares_of_them_told(books):
    by = {"by": ("department",)}
    above = CountOf(formula=UTILIZATION, of=("person",), above=Decimal("0.7"))
    everyone = CountOf(formula=UTILIZATION, of=("person",))
    share = Ratio(numerator=above, denominator=everyone, empty=Reason.NO_PEOPLE)

    assert told(books, everyone, **by) == 3
    assert told(books, above, **by) == 1  # 60 of 80 hours; 83 of 120; 5 of 100
    assert told(books, share, **by) == Decimal("0.333333")
    assert told(books, share, where={"department": [2]}, **by) == 1


def test_sums_and_products_of_ratios_tell_their_parts(books):
    of = Ratio(numerator=total(RECOGNITION), denominator=total(LABOR), empty=Reason.NO_COST)
    page = rows(books, kpi(Product(factors=(of, of))), Side.PSA, JANUARY, EVERYTHING)

    assert told(books, Sum(terms=((1, of), (-1, of)))) == 0
    assert told(books, Product(factors=(of, of))) == Decimal("8.635475")
    assert set(page.totals) == {
        f"{n}.{part}" for n in (1, 2) for part in ("numerator", "denominator")
    }


def test_a_countback_may_be_a_part_of_a_sum(books):
    back = Countback(balance=RECEIVABLES.erp, billings=total(BILLED))
    days = Ratio(
        numerator=total(RECEIVABLES.erp.measures[0], window=CLOSING),
        denominator=total(BILLED, window=CLOSING),
        empty=Reason.NO_BILLINGS,
        times=Elapsed(unit=Calendar.DAYS, window=CLOSING),
    )

    assert told(books, Sum(terms=((1, days), (1, back)))) == Decimal("34.929388")


def test_a_trend_is_the_answers_of_its_months_whatever_the_formula(books):
    months = [Month(2026, number) for number in (1, 2, 3)]
    formulas = (
        WIP,
        total(PEOPLE),
        total(RECOGNITION, window=trailing(2)),
        Median(measure=ENTRIES),
        Concentration(total=total(RECOGNITION), of="project", empty=Reason.NO_REVENUE),
        CountOf(formula=total(RECOGNITION), of=("project",), above=Decimal(7000)),
        total(RECEIVABLES.psa.measures[0], window=OPENING),
    )
    for formula in formulas:
        one = kpi(formula, by=())
        points = trend(books, one, months, EVERYTHING)
        alone = [answer(books, one, Period.of(month), EVERYTHING).only.psa for month in months]
        assert [point.psa for point in points] == alone, in_words(formula)


def test_a_breakdown_gives_each_member_its_own_number_whatever_the_formula(books):
    for formula in (
        WIP,
        Concentration(total=total(RECOGNITION), of="customer", empty=Reason.NO_REVENUE),
        CountOf(formula=total(RECOGNITION), of=("customer",)),
        Median(measure=RECOGNITION),
    ):
        one = kpi(formula)
        broken = answer(books, one, FEBRUARY, EVERYTHING, by=("project",))
        assert broken.rows
        for line in broken.rows:
            where = {"project": [line.dimensions["project"]]}
            assert line.psa == answer(books, one, FEBRUARY, EVERYTHING, where=where).only.psa


def test_a_share_is_of_the_whole_of_what_else_is_asked_for(books):
    by = ("project", "person")
    share = Ratio(
        numerator=total(OF_PROJECTS),
        denominator=total(OF_PROJECTS),
        empty=Reason.NO_HOURS,
        whole=("person",),
    )
    one, hours = kpi(share, by=by), kpi(total(OF_PROJECTS), by=by)
    for scope in (EVERYTHING, Scope(departments=frozenset({2}))):
        whole = {
            line.dimensions["project"]: line.psa
            for line in answer(books, hours, QUARTER, scope, by=("project",)).rows
        }
        lines = answer(books, hours, QUARTER, scope, by=by).rows
        shares = answer(books, one, QUARTER, scope, by=by).rows
        for line, part in zip(lines, shares, strict=True):
            project, person = (line.dimensions[name] for name in by)
            assert part.psa == (line.psa / whole[project]).quantize(SIX)
            where = {"project": [project], "person": [person]}
            assert told(books, share, QUARTER, scope, where=where, by=by) == part.psa
        assert answer(books, one, QUARTER, scope).only.psa == 1
    assert {0 < line.psa < 1 for line in answer(books, one, QUARTER, EVERYTHING, by=by).rows} == {
        True,
        False,
    }
    ask = Ask(kpi=one, period=QUARTER, by=by, also=((100, 999), (999, 20)))
    (found,) = answer_many(books, [ask], EVERYTHING)
    lines = {tuple(line.dimensions.values()): line for line in found.rows}
    assert lines[100, 999].psa == 0, "nothing of a whole that there is"
    assert lines[999, 20].reasons[Side.PSA] is Reason.NO_HOURS


def test_the_whole_of_a_share_need_not_know_what_its_parts_are_told_by(books):
    share = Ratio(
        numerator=total(OF_PROJECTS),
        denominator=total(NET_CAPACITY),
        empty=Reason.NO_CAPACITY,
        whole=("project",),
    )
    one = kpi(share, by=("department", "project"))
    lines = answer(books, one, QUARTER, EVERYTHING, by=("project",)).rows
    together = answer(books, one, QUARTER, EVERYTHING).only.psa

    assert len(lines) > 1
    assert abs(sum(line.psa for line in lines) - together) < Decimal("0.00001")
    alike = kpi(replace(share, whole=()), by=("department", "project"))
    assert answer(books, alike, QUARTER, EVERYTHING, by=("project",)).rows == []


def test_rows_without_a_value_are_told_and_never_zero(books):
    costs = replace(LABOR, where=LABOR.where[:1])
    line = answer(books, kpi(total(costs)), JANUARY, EVERYTHING).only

    assert line.blank == {Side.PSA: 1}  # the visit whose cost nobody knows
    nobody = replace(costs, where=(fct_time.c.person_key == 24,))
    alone = answer(books, kpi(total(nobody)), JANUARY, EVERYTHING).only
    assert (alone.psa, alone.reasons[Side.PSA]) == (None, Reason.NO_RATE)


def test_why_no_row_has_a_value_is_what_the_measure_says_of_itself(books):
    nobody = replace(LABOR, where=(fct_time.c.person_key == 24,))
    without = replace(nobody, unvalued=Reason.NO_TERM)
    for formula, why in (
        (total(without), Reason.NO_TERM),
        (Sum(terms=((1, total(without)), (1, total(BILLABLE_HOURS)))), Reason.NO_TERM),
        (replace(total(without), terms=((1, without), (1, nobody))), Reason.NO_RATE),
    ):
        line = answer(books, kpi(formula), JANUARY, EVERYTHING).only
        assert (line.psa, line.reasons[Side.PSA]) == (None, why)
    assert answer(books, kpi(total(without)), MARCH, EVERYTHING).only.psa == 0, "there is no row"


def test_formulas_read_as_one_would_say_them():
    assert in_words(WIP) == (
        "what is above zero of recognition transactions (`fct_rev_rec`) − approved invoices and "
        "credits (`fct_psa_invoice_line`) to date, by project"
    )
    assert in_words(
        Concentration(total=total(BILLED_NET), of="customer", empty=Reason.NO_REVENUE, top=5)
    ) == ("share of the largest 5 by customer of invoices and credit memos (`fct_invoice_line`)")
    assert in_words(replace(UTILIZATION, whole=("role",))).endswith(", whatever the role)")
    assert "above 1.1" in in_words(
        CountOf(formula=UTILIZATION, of=("person",), above=Decimal("1.1"))
    )


def test_a_measure_says_what_it_counts():
    assert (BILLABLE_HOURS.counts, RECOGNITION.counts, ENTRIES.counts) == (
        Unit.HOURS,
        Unit.MONEY,
        Unit.COUNT,
    )
    assert isinstance(INCOME_POSTINGS, Measure)
    assert RECOGNITION.days is RECOGNITION.table.c.day
    assert LABOR.days is None  # books by accounting month, days by work


def test_a_band_is_good_within_its_bounds():
    one = replace(kpi(WIP), better=Better.BAND, band=Band(Decimal(1), Decimal(2)))

    assert one.improved(Decimal("1.5"), Decimal(3)) is True
    assert one.improved(Decimal(4), Decimal(3)) is False
    assert one.improved(Decimal("1.2"), Decimal("1.8")) is None
