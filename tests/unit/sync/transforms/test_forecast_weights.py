"""How much of what experience expects counts: learned from forecasts that were written down, worked out by hand."""

from __future__ import annotations

import calendar
from datetime import date
from decimal import Decimal

import pytest

D = Decimal
TODAY = date(2026, 11, 9)
FIXED = {3: D("0.2"), 4: D("0.4"), 5: D("0.6"), 6: D("0.8"), **dict.fromkeys(range(7, 13), D(1))}


def months(count, last=202610):
    """So many months up to one, the first one first."""
    at = last // 100 * 12 + last % 100 - 1
    return [(at - back) // 12 * 100 + (at - back) % 12 + 1 for back in reversed(range(count))]


def month_end(month, before):
    """The last day, as yyyymmdd, of the month so many months before."""
    (then,) = months(1, last=months(before + 1, last=month)[0])
    return then * 100 + calendar.monthrange(then // 100, then % 100)[1]


class History:
    """What a firm had written down of closed months, and what they brought."""

    def __init__(self, facts):
        self.made = facts(today=TODAY)
        for key in ("dim_period", "fct_revenue_month"):
            self.made.leave_empty(key)
        self._put("meta_observation", observation="forecast", first_day=20240131, last_day=20261108)

    def _put(self, table, **row):
        self.made.connection.execute(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
            list(row.values()),
        )

    def told(self, month, *, seen, expects, ahead=3, weight=None, department=2):
        """So many months before, so much was seen of a month, and experience expected so much more."""
        day = month_end(month, ahead)
        if weight is not None:
            days = {"from_day": day, "to_day": day}
            self._put("fct_forecast_weight_dated", **days, month=month, ahead=ahead, weight=weight)
        counted = D(expects) * (FIXED[ahead] if weight is None else weight)
        for layer, amount in (("booked", seen), ("unidentified", counted)):
            self._put(
                "fct_forecast_dated", from_day=day, to_day=day, month=month, layer=layer,
                department_key=department, subsidiary_key=2, stream="services_tm", is_intercompany=False,
                amount_base=amount,
            )  # fmt: skip

    def came(self, month, amount, *, closed=True, department=2, company=2):
        self._put("fct_revenue_month", month=month, department_key=department, subsidiary_key=company,
                  stream="services_tm", amount_base=amount)  # fmt: skip
        self.made.connection.execute("DELETE FROM dim_period WHERE month = ?", [month])
        self._put("dim_period", month=month, is_closed=closed)

    def year(self, came, count=12, **told):
        for month in months(count):
            self.told(month, **{"seen": 100, "expects": 100, **told})
            self.came(month, came)
        return self

    def set(self, key, value):
        self.made.connection.execute(
            "UPDATE mirror.cfg_setting SET value = ? WHERE key = ?", [str(value), key]
        )

    def weight(self, ahead=3):
        return self.made.row("dim_forecast_weight", f"ahead = {ahead}")

    def judged(self, month, ahead=3, department=2, company=2):
        where = (
            f"month = {month} AND ahead = {ahead} AND department_key = {department}"
            f" AND subsidiary_key = {company}"
        )
        return self.made.row("fct_forecast_weighed", where)


@pytest.fixture
def history(facts):
    return History(facts)


def test_a_firm_that_has_written_nothing_down_has_the_fixed_weights(history):
    rows = history.made.rows("dim_forecast_weight")

    assert {row["ahead"]: row["weight"] for row in rows} == FIXED
    assert {row["is_learned"] for row in rows} == {False}
    assert {(row["months"], row["months_needed"]) for row in rows} == {(0, 12)}
    assert {row["best_weight"] for row in rows} == {None}


def test_the_weight_rises_where_experience_was_right(history):
    row = history.year(came=200).weight()

    assert (row["best_weight"], row["is_learned"], row["months"]) == (1, True, 12)
    assert row["weight"] == (12 * D(1) + 12 * D("0.2")) / 24


def test_the_weight_falls_where_what_was_seen_was_right(history):
    row = history.year(came=100, ahead=7).weight(7)

    assert (row["best_weight"], row["weight"]) == (0, D("0.5"))


def test_the_weight_is_the_one_that_would_have_missed_least_by_squares(history):
    for place, month in enumerate(months(12)):
        expects, more = ((100, 40), (50, 50))[place % 2]
        history.told(month, seen=300, expects=expects)
        history.came(month, 300 + more)

    best = D(100 * 40 + 50 * 50) / (100 * 100 + 50 * 50)
    row = history.weight()
    assert row["best_weight"] == best == D("0.52")
    assert row["weight"] == (12 * best + 12 * D("0.2")) / 24


def test_practices_are_taken_one_by_one(history):
    """Where one came and one did not, they do not make up for each other."""
    for month in months(12):
        history.told(month, seen=0, expects=100)
        history.told(month, seen=0, expects=300, department=4)
        history.came(month, 100)
        history.came(month, 0, department=4)

    row = history.weight()
    assert row["best_weight"] == D("0.1")  # 100 * 100 of 100 * 100 + 300 * 300
    assert row["months"] == 12


def test_with_too_few_month_ends_the_weight_stays_fixed(history):
    row = history.year(came=200, count=11).weight()

    assert (row["weight"], row["is_learned"], row["months"]) == (D("0.2"), False, 11)


def test_months_of_which_experience_expected_nothing_more_teach_nothing(history):
    row = history.year(came=200, count=20, expects=0).weight()

    assert (row["weight"], row["is_learned"], row["months"]) == (D("0.2"), False, 0)


@pytest.mark.parametrize(("came", "best"), [(900, 1), (-700, 0), (0, 0), (201, 1)])
def test_no_weight_is_below_zero_or_above_one(history, came, best):
    row = history.year(came=came, count=24).weight()

    assert row["best_weight"] == best
    assert 0 < row["weight"] <= 1


def test_each_month_ahead_has_its_own_weight(history):
    history.year(came=200)
    for month in months(12):
        history.told(month, seen=200, expects=100, ahead=6)

    assert history.weight(3)["weight"] == D("0.6")
    assert history.weight(6)["weight"] == D("0.4")
    assert history.weight(9)["weight"] == 1


def test_an_open_month_teaches_nothing(history):
    history.year(came=200, count=11)
    history.told(202611, seen=100, expects=100)
    history.came(202611, 200, closed=False)

    assert history.weight()["months"] == 11


def test_a_month_that_was_not_written_down_in_time_teaches_nothing(history):
    history.year(came=200)
    history.made.connection.execute(
        "UPDATE meta_observation SET first_day = ?", [month_end(months(10)[0], 3)]
    )

    assert history.weight()["months"] == 10


def test_what_experience_expected_is_told_by_the_weight_of_then(history):
    row = history.year(came=150, weight=D("0.25")).weight()
    found = history.judged(202610)

    assert (found["lacking_base"], found["told_weight"]) == (100, D("0.25"))
    assert row["best_weight"] == D("0.5")


@pytest.mark.parametrize(
    ("key", "value", "weight"),
    [
        ("learn_weights", False, D("0.2")),
        ("learn_from", 13, D("0.2")),
        ("fixed_months", 36, (12 + 36 * D("0.2")) / 48),
        ("fixed_months", 1, round((12 + D("0.2")) / 13, 4)),
    ],
)
def test_the_configuration_says_whether_from_when_and_how_fast_it_learns(
    history, key, value, weight
):
    history.set(key, value)
    row = history.year(came=200).weight()

    assert row["weight"] == weight
    assert row["is_learned"] == (weight != D("0.2"))


def test_a_month_is_judged_by_what_months_before_it_was_told_had_taught(history):
    """Told at the end of July 2026, October knows of months up to June."""
    for month in months(20):
        history.told(month, seen=100, expects=100)
        history.came(month, 200 if month < 202607 else 100)

    october, june = history.judged(202610), history.judged(202606)
    assert (october["months"], october["weight"]) == (16, round((16 + 12 * D("0.2")) / 28, 4))
    assert (june["months"], june["weight"]) == (12, D("0.6"))
    assert history.judged(202605)["weight"] == D("0.2")  # eleven months
    assert october["weighed_missed_base"] == 100 * october["weight"]


def test_what_comes_later_changes_no_weight_of_before(history, facts):
    history.year(came=200, count=18)
    before = history.judged(202609)["weight"]
    other = History(facts)
    for month in months(18):
        other.told(month, seen=100, expects=100)
        other.came(month, 200 if month < 202606 else -5000)

    assert other.judged(202609)["weight"] == before > D("0.2")
    assert other.weight()["best_weight"] == 0


def test_each_weight_misses_by_what_it_makes_of_the_month(history):
    history.told(202610, seen=100, expects=100)
    history.came(202610, 150)

    row = history.judged(202610)
    assert (row["seen_base"], row["lacking_base"], row["came_base"]) == (100, 100, 150)
    assert (row["seen_missed_base"], row["full_missed_base"]) == (50, 50)
    assert (row["fixed_missed_base"], row["weighed_missed_base"]) == (30, 30)


def test_what_came_and_nobody_expected_is_missed_by_every_weight(history):
    history.told(202610, seen=100, expects=0)
    history.came(202610, 150)
    history.came(202610, -70, department=4)

    row = history.judged(202610, department=4)
    kinds = ("seen", "full", "fixed", "weighed")
    assert {row[f"{kind}_missed_base"] for kind in kinds} == {D(70)}
    assert row["size_base"] == 70


def test_errors_are_told_company_by_company_and_weights_practice_by_practice(history):
    """What one company was expected to earn and another earned teaches as if one had done both."""
    for month in months(12):
        history.told(month, seen=100, expects=100)
        history.came(month, 0)
        history.came(month, 150, company=1)

    assert history.weight()["best_weight"] == D("0.5")
    expected, earned = (history.judged(202610, company=company) for company in (2, 1))
    assert (expected["seen_missed_base"], expected["full_missed_base"]) == (100, 200)
    assert (earned["seen_missed_base"], earned["full_missed_base"]) == (150, 150)
    assert expected["weight"] == earned["weight"]


def test_large_amounts_are_weighed_exactly(history):
    billion = 10**9
    row = history.year(came=20 * billion, seen=10 * billion, expects=40 * billion).weight()

    assert row["best_weight"] == D("0.25")
    assert history.judged(202610)["full_missed_base"] == 30 * billion
