"""After how many days half has ended, of what partly goes on (Kaplan-Meier), worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.metrics.kpi import Reason
from models.metrics.survival import Lasting, half_ended


def of(*several):
    lasting = [Lasting(days, ended, Decimal(amount)) for days, ended, amount in several]
    return half_ended(lasting, Reason.NO_CASES)


def test_where_all_has_ended_it_is_the_day_by_which_half_had():
    assert of((10, True, 1), (20, True, 1), (30, True, 1), (40, True, 1)) == 20
    assert of((10, True, 1), (20, True, 1), (30, True, 3)) == 30  # by the amount


def test_what_goes_on_counts_for_as_long_as_it_has_and_no_longer():
    # 3/4 are left after day 10; of two that last longer than 20, one ends on day 30: 3/8
    assert of((10, True, 1), (20, False, 1), (30, True, 1), (40, True, 1)) == 30
    # without what goes on it would be day 10
    assert of((10, True, 2), (50, False, 4), (60, True, 1)) == 60


def test_what_ends_on_a_day_ends_before_what_is_last_seen_on_it():
    assert of((10, True, 1), (10, False, 1)) == 10


@pytest.mark.parametrize(
    ("several", "why"),
    [
        ([], Reason.NO_CASES),
        ([(10, True, 1), (50, False, 4)], Reason.NOT_REACHED),
        ([(10, False, 1)], Reason.NOT_REACHED),
    ],
)
def test_what_half_has_not_ended_of_has_no_such_day(several, why):
    assert of(*several) is why
