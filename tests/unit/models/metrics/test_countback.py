"""Countback: how many days of billings an open balance holds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from models.metrics.countback import days_of, steps
from models.metrics.kpi import Reason
from models.period import Month

TODAY = date(2026, 3, 20)
FEBRUARY = Month(2026, 2)


def days(balance, billings, last=FEBRUARY, limit=720):
    return days_of(
        Decimal(balance), {k: Decimal(v) for k, v in billings.items()}, last, TODAY, limit
    )


def test_a_balance_within_the_newest_month_is_a_share_of_its_days():
    assert days("50", {202602: "100"}) == Decimal(14)


def test_a_balance_of_exactly_a_month_is_its_whole_days_and_no_more():
    assert days("100", {202602: "100", 202512: "5"}) == Decimal(28)


def test_a_month_without_billings_counts_its_days_and_takes_nothing():
    assert days("50", {202602: "0", 202601: "100"}) == Decimal(28) + Decimal("15.5")
    assert days("50", {202602: "-30", 202601: "100"}) == Decimal(28) + Decimal("15.5")


def test_nothing_owed_is_no_days():
    assert days("0", {}) == 0
    assert days("-5", {202602: "100"}) == 0


def test_a_debt_without_any_billing_has_no_days():
    assert days("50", {}) is Reason.NO_BILLINGS
    assert days("50", {202603: "100"}) is Reason.NO_BILLINGS


def test_what_billings_never_explain_is_capped():
    found = steps(Decimal(10**9), {202602: Decimal(100)}, FEBRUARY, TODAY, 720)

    assert days(str(10**9), {202602: "100"}) == Decimal(720)
    assert sum(step.contribution for step in found) == Decimal(720)


def test_the_share_is_rounded_to_four_places_half_even():
    assert days("1", {202602: "3"}) == Decimal("9.3333")
