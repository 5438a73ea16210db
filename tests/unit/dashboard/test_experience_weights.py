"""What experience counts for, on the page Revenue: the weights, how they are known, and what each would have missed."""

from decimal import Decimal
from shutil import copy

import pytest

from dashboard.app import create_app
from models.access import Role
from models.tables.forecast import dim_forecast_weight, fct_forecast_weighed
from tests.unit.dashboard import firm
from tests.unit.dashboard.conftest import FakeSnapshots

D = Decimal


def weight(ahead, weight, months=0, *, learned=False, wanted=True):
    return {
        "ahead": ahead, "fixed_weight": D(weight), "weight": D(weight), "is_learned": learned,
        "months": months, "months_needed": 12, "is_wanted": wanted,
    }  # fmt: skip


def judged(ahead, department, seen, full, fixed, weighed):
    missed = {"seen": seen, "full": full, "fixed": fixed, "weighed": weighed}
    return {
        "ahead": ahead, "month": 202610, "department_key": department, "stream": "services_tm",
        "size_base": D(1000), **{f"{name}_missed_base": D(one) for name, one in missed.items()},
    }  # fmt: skip


@pytest.fixture
def shown(settings, ran, snapshot, clock, signed_in, tmp_path):
    """What a person reads of a firm with these weights and these judged months."""

    def show(weights, cells=(), role=Role.CFO):
        path = copy(snapshot.path, tmp_path / "snapshot.duckdb")
        firm.fill(str(path), dim_forecast_weight, weights)
        firm.fill(str(path), fct_forecast_weighed, cells)
        app = create_app(settings, ran, FakeSnapshots(firm.snapshot_at(path)), clock)
        browser = signed_in(app, role)
        return browser.section("/revenue", "weights", "?period=2026-10").get_data(as_text=True)

    return show


def test_a_fixed_weight_says_how_many_month_ends_are_judged_of_those_it_needs(shown):
    told = shown([weight(3, "0.2", 4), weight(4, "0.4", 3)])

    assert "fixed: 4 of 12 month ends judged" in told
    assert "fixed: 3 of 12 month ends judged" in told
    assert "20%" in told
    assert "learned weights" not in told  # there is nothing to tell of errors yet


def test_months_ahead_that_tell_the_same_share_a_row(shown):
    told = shown([weight(6, "0.8"), *(weight(ahead, "1") for ahead in range(7, 13))])

    assert "7 to 12" in told
    assert told.count("fixed: 0 of 12 month ends judged") == 2


def test_a_learned_weight_says_of_how_many_month_ends_and_what_each_weight_missed(shown):
    told = shown(
        [weight(3, "0.63", 14, learned=True), weight(4, "0.4", 11)],
        [judged(3, 10, 300, 120, 250, 100), judged(3, 12, 100, 80, 50, 40), judged(4, 10, 350, 90, 80, 80)],
    )  # fmt: skip

    assert "learned from 14 month ends" in told
    for words in ("63%", "20.0%", "10.0%", "15.0%", "7.0%", "35.0%", "8.0%"):
        assert words in told, words
    assert "forecast_weighed_error?side=erp" in told
    assert "horizon=3" in told


def test_who_sees_one_practice_reads_its_errors_alone(shown):
    cells = [judged(3, 10, 300, 120, 250, 100), judged(3, 12, 100, 80, 50, 40)]
    told = shown([weight(3, "0.63", 14, learned=True)], cells, Role.PRACTICE_LEAD)

    assert "63%" in told
    assert "20.0%" not in told  # both practices together
    assert "30.0%" in told or "10.0%" in told


def test_weights_that_are_not_to_be_learned_say_so(shown):
    assert "learning is switched off" in shown([weight(3, "0.2", 20, wanted=False)])


def test_a_snapshot_of_before_there_were_weights_says_that_the_next_one_tells_them(shown):
    assert "the next one will" in shown([])
