"""Whatever the formula, currencies are kept apart and nobody is told what is kept back from them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from models.access import Scope
from models.metrics.finance import RECOGNITION
from models.metrics.kpi import (
    CountOf,
    Floor,
    Lens,
    Median,
    Ratio,
    Reason,
    Side,
    Unit,
)
from models.metrics.parts import number_of_rows
from models.metrics.projects import LABOR
from models.metrics.query import answer, rows, trend
from models.metrics.staffing import BILLABLE_HOURS
from models.period import Month
from models.tables.staffing import fct_time
from tests.unit.models.metrics.tried import (
    EVERYTHING,
    FEBRUARY,
    JANUARY,
    NO_COST,
    QUARTER,
    WIP,
    kpi,
    told,
    total,
)


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


def test_intercompany_counts_for_a_subsidiary_and_not_for_the_group(books):
    between = replace(RECOGNITION, eliminated=RECOGNITION.table.c.recognition_id == 8002)
    one = kpi(total(between), by=("subsidiary", "project"))

    assert told(books, total(between), by=("subsidiary",)) == 9950
    assert told(books, total(between), by=("subsidiary",), where={"subsidiary": [2]}) == Decimal(
        "6800.1234"
    )
    lines = answer(books, one, JANUARY, EVERYTHING, by=("subsidiary",)).rows
    assert sorted(line.psa for line in lines) == [Decimal("6800.1234"), Decimal(9950)]
