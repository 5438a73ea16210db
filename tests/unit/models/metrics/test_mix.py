"""Why a margin differs: volume, mix, rate and cost rate, adding up to the last place."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.access import Hidden, Scope
from models.metrics.mix import Work, bridge_between, margin_bridge
from models.period import Period

D = Decimal
SENIOR, JUNIOR = (
    Work(hours=D(100), value=D(20000), cost=D(10000)),
    Work(hours=D(300), value=D(30000), cost=D(15000)),
)
BEFORE = {"Senior": SENIOR, "Junior": JUNIOR}


def times(work, hours=1, value=1, cost=1):
    return Work(hours=work.hours * D(hours), value=work.value * D(value), cost=work.cost * D(cost))


def effects(after):
    bridge = margin_bridge(BEFORE, after)
    return bridge.volume, bridge.mix, bridge.rate, bridge.cost_rate


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({name: times(work, 2, 2, 2) for name, work in BEFORE.items()}, (25000, 0, 0, 0)),
        ({name: times(work, 1, "1.1", 1) for name, work in BEFORE.items()}, (0, 0, 5000, 0)),
        ({name: times(work, 1, 1, "1.1") for name, work in BEFORE.items()}, (0, 0, 0, -2500)),
        # as many hours as before, half of each role: 100 hours at 50 become as many at 100
        ({"Senior": times(SENIOR, 2, 2, 2), "Junior": times(JUNIOR, D(2) / 3, D(2) / 3, D(2) / 3)},
         (0, 5000, 0, 0)),
        ({"Junior": JUNIOR}, (-6250, -3750, 0, 0)),
        ({}, (-25000, 0, 0, 0)),
    ],
)  # fmt: skip
def test_each_effect_is_told_by_itself(after, expected):
    assert [round(one, 2) for one in effects(after)] == list(expected)


def test_a_new_role_is_mix_at_its_own_prices():
    after = {**BEFORE, "Expert": Work(hours=D(40), value=D(8000), cost=D(2000))}

    # 40 hours more at the mean margin of 62.5, the expert's at 150
    assert effects(after) == (D(2500), D(3500), 0, 0)


def test_without_hours_before_all_is_volume():
    bridge = margin_bridge({}, BEFORE)

    assert (bridge.volume, bridge.mix, bridge.difference) == (D(25000), 0, D(25000))


_AMOUNT = st.decimals(0, 10**7, places=4)
_ROLES = st.dictionaries(
    st.sampled_from("ABCD"), st.builds(Work, hours=_AMOUNT, value=_AMOUNT, cost=_AMOUNT)
)


@given(before=_ROLES, after=_ROLES)
def test_effects_add_up_to_the_difference_exactly(before, after):
    bridge = margin_bridge(before, after)

    assert bridge.volume + bridge.mix + bridge.rate + bridge.cost_rate == bridge.difference
    assert bridge.difference == sum((w.margin for w in after.values()), D(0)) - sum(
        (w.margin for w in before.values()), D(0)
    )


def test_whoever_may_not_see_what_people_cost_is_told_no_reasons(sqlite_books):
    january, february = Period.parse("2026-01"), Period.parse("2026-02")
    hidden = Scope(hidden=frozenset({Hidden.PERSON_COST}))

    assert bridge_between(sqlite_books, january, february, hidden) is None
    found = bridge_between(sqlite_books, january, february, Scope.everything())
    assert found is not None
    assert found.volume + found.mix + found.rate + found.cost_rate == found.difference != 0
