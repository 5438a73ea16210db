"""Courses that things which may happen can take: whole or not at all, by their chance, the same every time."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.metrics.drawing import COURSES, Chance, courses, within

D = Decimal


def deal(name, chance, amount):
    return Chance(name, D(0), D(chance), D(amount) * D(chance))


@pytest.mark.parametrize(
    ("chance", "low", "high"),
    [("0.05", 0, 0), ("0.5", 0, 800), ("0.95", 800, 800), ("1", 800, 800)],
)
def test_a_deal_comes_whole_or_not_at_all(chance, low, high):
    drawn = courses([deal("deal 1", chance, 800)])

    assert (within(drawn, D("0.1")), within(drawn, D("0.9"))) == (low, high)


def test_a_deal_comes_about_as_often_as_its_chance_says():
    for chance in ("0.1", "0.37", "0.8"):
        drawn = courses([deal(f"deal {chance}", chance, 1)])
        assert abs(drawn.sum() / 10_000 / COURSES - float(chance)) < 0.02


def test_the_months_of_a_deal_come_together_and_the_months_of_a_payment_instead_of_each_other():
    together = courses([deal("deal 1", "0.5", 300), deal("deal 1", "0.5", 500)])
    instead = courses(
        [Chance("open 1", D(0), D("0.25"), D(200)), Chance("open 1", D("0.25"), D(1), D(600))]
    )

    assert {*(together // 10_000)} == {0, 800}
    assert {*(instead // 10_000)} == {800}


def test_many_deals_hang_together_so_that_the_range_does_not_vanish():
    drawn = courses([deal(f"deal {n}", "0.5", 1) for n in range(400)])
    low, middle, high = (within(drawn, D(at)) for at in ("0.1", "0.5", "0.9"))

    assert abs(middle - 200) < 10
    assert 60 < high - low < 200  # 26 if they were independent


def test_the_same_question_draws_the_same_whatever_its_order():
    deals = [deal(f"deal {n}", "0.3", 10 * n) for n in range(20)]

    assert (courses(deals) == courses(reversed(deals))).all()


def test_what_cannot_happen_does_not():
    assert within(courses([Chance("deal 1", D(0), D(0), D(0))]), D("0.9")) == 0


def test_what_comes_in_any_case_is_as_uncertain_as_its_spread_and_never_below_zero():
    drawn = courses([Chance("series", D(0), D(1), D(1000), D("0.25"))])
    low, middle, high = (int(within(drawn, D(at))) for at in ("0.1", "0.5", "0.9"))
    wide = courses([Chance("series", D(0), D(1), D(1000), D(4))])

    assert (low, middle, high) == pytest.approx((680, 1000, 1320), abs=25)  # 1.2816 deviations
    assert within(wide, D("0.1")) == 0
