"""What must hold for every KPI, those yet to be written included."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from itertools import product

import pytest
from sqlalchemy.sql.visitors import iterate

from models.access import Hidden, Scope
from models.business.load import defaults
from models.links import record_link
from models.metrics import catalogue, handbook
from models.metrics.dimensions import DIMENSIONS
from models.metrics.kpi import Basis, Better, Countback, Lens, NotHeld, Reason, Side, Total
from models.metrics.listing import LISTINGS
from models.metrics.parts import measures_told, number_of_rows
from models.metrics.query import Ask, answer, answer_many, rows, trend
from models.period import Month, Period

from .books import opened, write

FIRST = {
    "recognized_revenue",
    "invoiced_revenue",
    "project_gross_margin",
    "project_gross_margin_pct",
    "billable_utilization",
    "backlog",
    "receivables",
    "days_sales_outstanding",
}
PERIODS = [Period.parse(text) for text in ("2026-01", "2026-02", "2026-Q1", "2026", "2026-05")]
SCOPES = {
    "everything": Scope.everything(),
    "a department": Scope(departments=frozenset({4})),
    "a manager": Scope(managers=frozenset({20}), hidden=frozenset({Hidden.PERSON_COST})),
    "a manager of a department": Scope(departments=frozenset({2}), managers=frozenset({20})),
    "nothing": Scope.nothing(),
}
FILTERS = {
    "no filter": {},
    "a subsidiary": {"subsidiary": [1]},
    "two departments": {"department": [2, -1]},
    "a project": {"project": [102]},
    "a customer of a department": {"customer": [10], "department": [2]},
    "a person": {"person": [22]},
    "a stream": {"stream": ["services_tm"]},
}

every_kpi = pytest.mark.parametrize("kpi", catalogue.kpis().values(), ids=lambda kpi: kpi.key)
every_side = pytest.mark.parametrize("side", Side)


@pytest.fixture(scope="module")
def snapshot(books):
    return books


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("kpis") / "empty.duckdb"
    write(path, filled=False)
    found = opened(path)
    yield found
    found.engine.dispose()


def _asked_of(kpi):
    return [where for where in FILTERS.values() if where.keys() <= set(kpi.by)]


def test_the_public_keys_that_pages_and_scripts_rely_on_stay():
    assert set(catalogue.kpis()) >= FIRST


@every_kpi
def test_is_declared_whole(kpi):
    assert kpi.title
    assert kpi.question.endswith("?")
    assert kpi.definition.endswith(".")
    assert kpi.source
    assert not isinstance(kpi.side(kpi.record), NotHeld)
    assert set(kpi.by) <= set(DIMENSIONS)
    assert kpi.group in set("ABCDEFGH")
    assert (kpi.better is Better.BAND) == (kpi.band is not None)
    assert (Basis.PLAN in kpi.compared) <= (kpi.plan is not None)
    assert all(control.startswith("RC-") for control in kpi.controls)


@every_kpi
def test_a_measure_joins_all_that_its_dimensions_are_read_from(kpi):
    for side in Side:
        for measure in kpi.side(side).measures:
            joined = {measure.table, *(join.table for join in measure.joins)}
            for name, column in measure.dimensions.items():
                read = {getattr(element, "table", None) for element in iterate(column)}
                assert read - {None} <= joined, f"{measure.key} by {name}"


@every_kpi
def test_an_amount_is_told_in_its_own_currency(kpi):
    """Where a fact holds several amounts of money, each is labelled by the currency of its own."""
    for side in Side:
        for measure in kpi.side(side).measures:
            amount, currency = (
                getattr(one, "name", None)
                for one in (measure.number(Lens.TRANSACTION), measure.currency(Lens.TRANSACTION))
            )
            own = measure.table.c.get(f"{amount}_currency")
            if measure.is_money and own is not None:
                assert currency == own.name, measure.key


@every_kpi
def test_every_breakdown_is_held_by_the_side_of_record(kpi):
    for measure, whole in measures_told(kpi.side(kpi.record)):
        assert set(kpi.by) <= set(measure.dimensions) | whole


def _makes_its_number(snapshot, kpi, side, scope, period, *, where=None, lens=Lens.CONSOLIDATED):
    """Every line of the answer is what its rows make."""
    told = answer(snapshot, kpi, period, scope, where=where, lens=lens)
    _every_line_is_its_rows(snapshot, told, side, scope, where)


def _every_line_is_its_rows(snapshot, told, side, scope, where):
    kpi, period, lens = told.kpi, told.period, told.lens
    formula = kpi.side(side)
    for line in told.rows:
        currency = None if lens is Lens.CONSOLIDATED else line.currency
        page = rows(
            snapshot,
            kpi,
            side,
            period,
            scope,
            where=where,
            lens=lens,
            currency=currency,
            limit=None,
        )
        sums = defaultdict(lambda: Decimal("0.0000"))
        for row in page.rows:
            sums[row["part"]] += row["contribution"] or 0
        assert page.total_rows == len(page.rows)
        assert {part: sums[part] for part in page.totals} == page.totals
        if line.side(side) is None:
            assert line.reasons[side]
        else:
            assert line.side(side) == number_of_rows(formula, page.rows)


def _breakdown_makes_its_numbers(snapshot, kpi, side, scope, period, name):
    told = answer(snapshot, kpi, period, scope, by=(name,))
    _every_member_is_its_rows(snapshot, told, side, scope, name)


def _every_member_is_its_rows(snapshot, told, side, scope, name):
    """Every member of a breakdown has the number of its own rows."""
    kpi, period = told.kpi, told.period
    for line in told.rows[:4]:
        if line.side(side) is None or line.dimensions[name] == "":
            continue
        where = {name: [line.dimensions[name]]}
        page = rows(snapshot, kpi, side, period, scope, where=where, limit=None)
        assert line.side(side) == number_of_rows(kpi.side(side), page.rows)


def _adds_up(formula, name):
    """Whether the members' numbers add up to the whole: nobody is counted in two of them.

    Intercompany stands in each subsidiary's own number and not in the consolidated whole (R11).
    """
    if not isinstance(formula, Total) or any(one.distinct for one in formula.measures):
        return False
    return name != "subsidiary" or all(one.eliminated is None for one in formula.measures)


def _turn(kpi, among):
    """Which of several cases a KPI is given in each run: every case comes to some of them."""
    return among[sum(kpi.key.encode()) % len(among)]


@every_kpi
@every_side
def test_the_rows_behind_make_the_answer(snapshot, kpi, side):
    scopes = list(SCOPES.values())
    for turn, where in enumerate(_asked_of(kpi)[::3]):
        period, scope = PERIODS[turn % len(PERIODS)], _turn(kpi, scopes[turn:] + scopes[:turn])
        _makes_its_number(snapshot, kpi, side, scope, period, where=where)
    lens = _turn(kpi, (Lens.SUBSIDIARY, Lens.TRANSACTION))
    _makes_its_number(snapshot, kpi, side, Scope.everything(), PERIODS[0], lens=lens)
    if kpi.by:
        name = _turn(kpi, kpi.by)
        _breakdown_makes_its_numbers(snapshot, kpi, side, Scope.everything(), PERIODS[2], name)


@pytest.mark.all
@every_kpi
def test_the_rows_behind_make_the_answer_whatever_is_asked(snapshot, kpi):
    """All questions of a scope are answered together, as those of a page are: it takes a third of the time."""
    asks = [
        Ask(kpi=kpi, period=period, where=where, lens=lens)
        for period, where, lens in product(PERIODS, _asked_of(kpi), Lens)
    ]
    asks += [Ask(kpi=kpi, period=period, by=(name,)) for period, name in product(PERIODS, kpi.by)]
    for named, scope in SCOPES.items():
        answers = answer_many(snapshot, asks, scope)
        for (ask, told), side in product(zip(asks, answers, strict=True), Side):
            try:
                if ask.by:
                    _every_member_is_its_rows(snapshot, told, side, scope, *ask.by)
                else:
                    _every_line_is_its_rows(snapshot, told, side, scope, ask.where)
            except AssertionError as error:
                error.add_note(
                    f"{side} for {named} in {ask.period}, {ask.lens}, by {ask.by}: {ask.where}"
                )
                raise


def test_what_is_counted_once_is_counted_once_for_who_may_not_see_which_it_is(snapshot):
    kpi = catalogue.kpi("transactions_after_close")
    scope = SCOPES["a manager"]
    told = answer(snapshot, kpi, PERIODS[0], scope)
    page = rows(snapshot, kpi, Side.ERP, PERIODS[0], scope, limit=None)

    assert told.only.erp == page.totals["value"] == len(page.rows) == 1
    assert page.rows[0].get("transaction_id") is page.rows[0]["record_id"] is None
    assert page.withheld


def test_a_line_of_which_no_record_tells_the_currency_is_its_own_rows(snapshot):
    """Payroll is in the currency of each subsidiary; the cost rate of somebody without one is in none."""
    kpi = catalogue.kpi("delivery_labor_cost")
    told = answer(snapshot, kpi, PERIODS[0], Scope.everything(), lens=Lens.SUBSIDIARY)

    assert [line.currency for line in told.rows] == ["", "EUR", "GBP"]
    for side in Side:
        _every_line_is_its_rows(snapshot, told, side, Scope.everything(), {})


@every_kpi
def test_a_trend_is_the_answers_of_its_months(snapshot, kpi):
    months = [Month(2025, 12), Month(2026, 1), Month(2026, 3), Month(2026, 4)]
    where = {"department": [2, 4]} if "department" in kpi.by else {}

    for scope in (Scope.everything(), _turn(kpi, list(SCOPES.values()))):
        asks = [Ask(kpi=kpi, period=Period.of(month), where=where) for month in months]
        told = [one.only for one in answer_many(snapshot, asks, scope)]
        points = trend(snapshot, kpi, months, scope, where=where)
        assert [point.month for point in points] == months
        assert [(one.erp, one.psa) for one in points] == [(one.erp, one.psa) for one in told]


@every_kpi
def test_the_parts_of_a_breakdown_make_the_whole(snapshot, kpi):
    scope = _turn(kpi, list(SCOPES.values()))
    whole = answer(snapshot, kpi, PERIODS[0], scope).only
    for name in kpi.by[::2]:
        broken = answer(snapshot, kpi, PERIODS[0], scope, by=(name,))
        for side in Side:
            numbers = [row.side(side) for row in broken.rows]
            if _adds_up(kpi.side(side), name) and None not in numbers:
                assert sum(numbers, Decimal(0)) == (whole.side(side) or 0)


@every_kpi
def test_it_answers_on_an_empty_snapshot_without_a_number(empty, kpi):
    scope = _turn(kpi, [SCOPES["everything"], SCOPES["nothing"]])
    row = answer(empty, kpi, PERIODS[0], scope).only

    assert (row.erp, row.psa, row.variance, row.value) == (None, None, None, None)
    assert set(row.reasons) == set(Side)
    for side in Side:
        assert rows(empty, kpi, side, PERIODS[0], scope).total_rows == 0
    assert answer(empty, kpi, PERIODS[0], scope, by=kpi.by[:2]).rows == []


@every_kpi
def test_a_manager_sees_no_single_row_of_what_a_person_costs(snapshot, kpi):
    for side in Side:
        page = rows(snapshot, kpi, side, PERIODS[0], SCOPES["a manager"], limit=None)
        for row in page.rows:
            if "Labour" in row["measure"]:
                assert (row["record_id"], row.get("person"), row.get("hours")) == (None,) * 3
        assert not {"cost", "cost_base"} & {column.name for column in page.columns}


@every_kpi
def test_its_records_can_be_opened(kpi):
    formulas = [kpi.erp, kpi.psa]
    for measure in (measure for formula in formulas for measure in formula.measures):
        if measure.record is not None:
            assert record_link(measure.system, measure.record.type, 1, "https://erp.example")


def test_the_records_of_every_list_can_be_opened():
    for total in LISTINGS.values():
        for measure in total.measures:
            assert record_link(measure.system, measure.record.type, 1, "https://erp.example")


def test_every_benchmark_that_is_shipped_is_what_its_number_is_compared_with():
    for key in defaults().benchmarks:
        assert Basis.BENCHMARK in catalogue.kpi(key).compared, key


def test_a_countback_is_only_asked_of_a_side_that_keeps_receivables():
    for kpi in catalogue.kpis().values():
        assert not isinstance(kpi.psa, Countback)


def test_the_handbook_says_what_the_declarations_say():
    written = handbook.HANDBOOK.read_text(encoding="utf-8")

    assert written == handbook.text(), "Run: python -m models.metrics.handbook"
    for reason in Reason:
        assert f"`{reason.value}`" in written
