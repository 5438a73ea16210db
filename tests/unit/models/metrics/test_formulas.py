"""Each kind of formula against small books worked out by hand; its rows make it every time."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import event

from models.access import Hidden, Scope
from models.business import in_force
from models.metrics import catalogue
from models.metrics.billing import BILLED, BILLED_NET, PSA_BILLED, RECEIVABLES
from models.metrics.cache import ANSWERS, Cache
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
    Kind,
    Kpi,
    Lens,
    Measure,
    Median,
    NotHeld,
    Product,
    Ratio,
    Reason,
    Root,
    Side,
    Squares,
    Sum,
    Total,
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

EVERYTHING = Scope.everything()
NO_COST = Scope(managers=frozenset({20, 22}), hidden=frozenset(Hidden))
SIX = Decimal("0.000001")
JANUARY, FEBRUARY, MARCH = (Period.parse(f"2026-0{number}") for number in (1, 2, 3))
QUARTER = Period.parse("2026-Q1")


def total(*measures, window=None, sign=1):
    terms = tuple((sign, measure) for measure in measures)
    return Total(terms=terms) if window is None else Total(terms=terms, window=window)


def kpi(formula, kind=Kind.FLOW, by=("project",), unit=Unit.FACTOR):
    return Kpi(
        key="tried",
        title="Tried",
        question="Does it hold?",
        definition="It does.",
        unit=unit,
        kind=kind,
        better=Better.HIGHER,
        erp=NotHeld(why="Tried on one side."),
        psa=formula,
        record=Side.PSA,
        by=by,
        tolerance=Decimal(0),
    )


def told(snapshot, formula, period=JANUARY, scope=EVERYTHING, **how):
    """The number; its rows make it, page by page or at once."""
    kind, where = how.pop("kind", Kind.FLOW), how.pop("where", {})
    one = kpi(formula, kind, **how)
    line = answer(snapshot, one, period, scope, where=where).only
    page = rows(snapshot, one, Side.PSA, period, scope, where=where, limit=None)
    pages = [
        row
        for offset in range(0, page.total_rows, 2)
        for row in rows(
            snapshot, one, Side.PSA, period, scope, where=where, offset=offset, limit=2
        ).rows
    ]
    assert pages == page.rows
    if line.psa is None:
        return line.reasons[Side.PSA]
    assert number_of_rows(formula, page.rows) == line.psa
    return line.psa


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
WIP = Floor(
    total=Total(terms=((1, RECOGNITION), (-1, PSA_BILLED)), window=TO_DATE), per=("project",)
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
    assert number == (Decimal(4) / 22).quantize(Decimal("0.000001"))


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
            assert part.psa == (line.psa / whole[project]).quantize(Decimal("0.000001"))
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


def test_money_in_other_lenses_has_a_line_for_each_currency(books):
    one = kpi(total(RECOGNITION), unit=Unit.MONEY)
    found = answer(books, one, QUARTER, EVERYTHING, lens=Lens.TRANSACTION)

    assert found.currency is None
    assert {line.currency: line.psa for line in found.rows} == {"EUR": 8000, "GBP": 16200}
    page = rows(books, one, Side.PSA, QUARTER, EVERYTHING, lens=Lens.TRANSACTION)
    assert page.totals == {}  # never added up
    assert page.by_currency == {"EUR": {"value": 8000}, "GBP": {"value": 16200}}
    euros = rows(books, one, Side.PSA, QUARTER, EVERYTHING, lens=Lens.TRANSACTION, currency="EUR")
    assert (euros.totals, euros.total_rows) == ({"value": 8000}, 1)
    months = trend(books, one, [Month(2026, 1), Month(2026, 2)], EVERYTHING, lens=Lens.TRANSACTION)
    assert [(point.currency, point.psa) for point in months] == [
        ("EUR", 8000),
        ("EUR", 0),
        ("GBP", 9950),
        ("GBP", 6250),
    ]


@pytest.mark.parametrize("formula", [WIP, Median(measure=RECOGNITION)], ids=["floor", "median"])
def test_every_formula_keeps_currencies_apart(books, formula):
    one = kpi(formula, unit=Unit.MONEY)
    for line in answer(books, one, FEBRUARY, EVERYTHING, lens=Lens.TRANSACTION).rows:
        page = rows(
            books,
            one,
            Side.PSA,
            FEBRUARY,
            EVERYTHING,
            lens=Lens.TRANSACTION,
            currency=line.currency,
        )
        assert number_of_rows(formula, page.rows) == line.psa


def test_a_lens_that_the_facts_lack_is_said_and_hours_have_none(books):
    without = replace(RECOGNITION, lenses={Lens.TRANSACTION: ("nowhere", "currency")})
    mixed = Ratio(
        numerator=total(RECOGNITION), denominator=total(BILLABLE_HOURS), empty=Reason.NO_HOURS
    )
    for formula in (total(without), mixed):
        one = kpi(formula, unit=Unit.MONEY, by=())
        line = answer(books, one, JANUARY, EVERYTHING, lens=Lens.TRANSACTION).only
        assert line.reasons[Side.PSA] is Reason.LENS_NOT_HELD
        assert (
            rows(books, one, Side.PSA, JANUARY, EVERYTHING, lens=Lens.TRANSACTION).total_rows == 0
        )
    hours = kpi(total(BILLABLE_HOURS), by=("person",))
    assert answer(books, hours, JANUARY, EVERYTHING, lens=Lens.TRANSACTION).only.psa == 143


def test_rows_without_a_value_are_told_and_never_zero(books):
    costs = replace(LABOR, where=LABOR.where[:1])
    line = answer(books, kpi(total(costs)), JANUARY, EVERYTHING).only

    assert line.blank == {Side.PSA: 1}  # the visit whose cost nobody knows
    nobody = replace(costs, where=(fct_time.c.person_key == 24,))
    alone = answer(books, kpi(total(nobody)), JANUARY, EVERYTHING).only
    assert (alone.psa, alone.reasons[Side.PSA]) == (None, Reason.NO_RATE)


def test_what_a_person_costs_is_kept_back_from_every_formula(books):
    costs = replace(LABOR, dimensions=LABOR.dimensions | {"person": fct_time.c.person_key})
    by_person = kpi(total(costs), by=("person",))
    for hidden in (
        kpi(Floor(total=total(costs), per=("person",))),
        kpi(CountOf(formula=total(costs), of=("person",))),
        kpi(Median(measure=costs)),
    ):
        line = answer(books, hidden, JANUARY, NO_COST).only
        assert line.reasons[Side.PSA] is Reason.OUT_OF_SCOPE
        assert not rows(books, hidden, Side.PSA, JANUARY, NO_COST).rows
    assert answer(books, by_person, JANUARY, NO_COST, by=("person",)).rows == []
    assert answer(books, by_person, JANUARY, NO_COST).only.psa == Decimal("5700.0005")


def test_scopes_of_subsidiaries_and_customers_hold_for_rows_and_numbers(books):
    for scope, number in (
        (Scope(subsidiaries=frozenset({2})), Decimal("6800.1234")),
        (Scope(customers=frozenset({10})), Decimal(9950)),
        (Scope(subsidiaries=frozenset({2}), customers=frozenset({10})), Decimal(0)),
    ):
        assert told(books, total(RECOGNITION), scope=scope) == number
    blind = replace(RECOGNITION, dimensions={"project": RECOGNITION.dimensions["project"]})
    line = answer(books, kpi(total(blind)), JANUARY, Scope(customers=frozenset({10}))).only
    assert line.reasons[Side.PSA] is Reason.OUT_OF_SCOPE


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


def test_intercompany_counts_for_a_subsidiary_and_not_for_the_group(books):
    between = replace(RECOGNITION, eliminated=RECOGNITION.table.c.recognition_id == 8002)
    one = kpi(total(between), by=("subsidiary", "project"))

    assert told(books, total(between), by=("subsidiary",)) == 9950
    assert told(books, total(between), by=("subsidiary",), where={"subsidiary": [2]}) == Decimal(
        "6800.1234"
    )
    lines = answer(books, one, JANUARY, EVERYTHING, by=("subsidiary",)).rows
    assert sorted(line.psa for line in lines) == [Decimal("6800.1234"), Decimal(9950)]


def test_a_band_is_good_within_its_bounds():
    one = replace(kpi(WIP), better=Better.BAND, band=Band(Decimal(1), Decimal(2)))

    assert one.improved(Decimal("1.5"), Decimal(3)) is True
    assert one.improved(Decimal(4), Decimal(3)) is False
    assert one.improved(Decimal("1.2"), Decimal("1.8")) is None


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
