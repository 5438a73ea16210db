"""What moved the gross margin: the drivers of a worked example, and that they always add up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from models.access import Hidden, Scope
from models.errors import QuestionError
from models.metrics.catalogue import kpi
from models.metrics.compare import compare
from models.metrics.drivers import Practice, effects, together
from models.metrics.kpi import Basis, Reason
from models.metrics.margin_bridge import bridge_from
from models.period import Period
from models.tables.plan import fct_plan

D = Decimal
_versions = count(100)
EVERYTHING = Scope.everything()
JANUARY, FEBRUARY = Period.parse("2026-01"), Period.parse("2026-02")
NAMES = ("volume", "mix", "utilization", "rate", "write_offs", "cost_rate", "rest")


def practice(capacity, hours, revenue, labor, write_offs=0):
    return Practice(
        capacity=D(capacity), hours=D(hours), revenue=D(revenue), labor=D(labor),
        write_offs=D(write_offs),
    )  # fmt: skip


# margin of an hour there: 0.8 x 100 - 40 = 40 in practice 2, 0.6 x 150 - 60 = 30 in practice 4
PLAN = {2: practice(1000, 800, 80000, 40000), 4: practice(1000, 600, 90000, 60000)}
CAME = {2: practice(1100, 825, 85000, 46200, 800), 4: practice(1000, 650, 97500, 60000)}


def told(before, after):
    found = effects(before, after)
    return {name: getattr(found, name) for name in NAMES if getattr(found, name)}


def test_each_driver_of_a_worked_example_is_as_worked_out_by_hand():
    assert told(PLAN, CAME) == {
        "volume": 50 * 40 + 50 * 30,  # 2,100 hours for 2,000, in the mix of the plan
        "mix": 50 * 40 - 50 * 30,  # 50 more in practice 2 than its part, 50 fewer in practice 4
        "utilization": -D("0.05") * 1100 * 100 + D("0.05") * 1000 * 150,
        "rate": 4 * 825,  # 104 before write-offs for 100
        "write_offs": -800,
        "cost_rate": -2 * 1100,
    }


@pytest.mark.parametrize(
    ("came", "driver"),
    [
        ({key: practice(one.capacity * 2, one.hours * 2, one.revenue * 2, one.labor * 2)
          for key, one in PLAN.items()}, "volume"),
        ({2: practice(1500, 1200, 120000, 60000), 4: practice(500, 300, 45000, 30000)}, "mix"),
        ({**PLAN, 2: practice(1000, 700, 70000, 40000)}, "utilization"),
        ({**PLAN, 2: practice(1000, 800, 72000, 40000)}, "rate"),
        ({**PLAN, 2: practice(1000, 800, 72000, 40000, 8000)}, "write_offs"),
        ({**PLAN, 2: practice(1000, 800, 80000, 44000)}, "cost_rate"),
    ],
)  # fmt: skip
def test_what_changed_alone_explains_the_whole_difference(came, driver):
    difference = together(came).margin - together(PLAN).margin

    assert difference != 0
    assert told(PLAN, came) == {driver: difference}


def test_a_practice_that_is_new_or_gone_is_mix_at_its_own_rates():
    came = {2: PLAN[2], 8: practice(1000, 500, 100000, 20000)}

    assert told(PLAN, came) == {"mix": 80000 - 30000}


def test_revenue_that_no_hours_earn_is_told_apart():
    assert told(PLAN, {**PLAN, 8: practice(0, 0, 7000, 0)}) == {"rest": 7000}


def test_hours_planned_for_the_firm_as_a_whole_have_no_mix():
    whole = {-1: practice(2000, 1400, 0, 0), 2: practice(0, 0, 80000, 40000)}

    assert "mix" not in told(whole, CAME)


def test_without_capacity_before_nothing_is_told():
    assert effects({2: practice(0, 0, 80000, 40000)}, CAME) is None


_AMOUNT = st.decimals(0, 10**7, places=4)
_PRACTICES = st.dictionaries(
    st.sampled_from([-1, 2, 4, 6]),
    st.builds(
        Practice, capacity=_AMOUNT, hours=_AMOUNT, revenue=_AMOUNT, labor=_AMOUNT,
        write_offs=_AMOUNT,
    ),
)  # fmt: skip


@given(before=_PRACTICES, after=_PRACTICES)
def test_drivers_add_up_to_the_difference_exactly(before, after):
    found = effects(before, after)

    if found is not None:
        difference = together(after).margin - together(before).margin
        assert sum((getattr(found, name) for name in NAMES), D(0)) == difference


# ---------------------------------------------------------------- on books


def row(measure, amount=None, *, department=2, hours=None, currency="GBP", base=None, **more):
    return {
        "measure": measure, "source": "upload", "version": "Board", "is_compared": True,
        "month": 202602, "subsidiary_key": 1, "department_key": department, "customer_key": -1,
        "project_key": -1, "account_key": -1, "amount": amount, "hours": hours,
        "currency": currency if amount else None, "amount_base": base or amount, **more,
    }  # fmt: skip


@pytest.fixture
def planned(sqlite_books):
    """The books with a plan of February, for as long as the test lasts: made(row, …)."""

    def make(*rows):
        with sqlite_books.engine.begin() as connection:
            for one in rows:
                connection.execute(insert(fct_plan), one)
        return replace(sqlite_books, version=next(_versions))

    yield make
    with sqlite_books.engine.begin() as connection:
        connection.execute(fct_plan.delete().where(fct_plan.c.version == "Board"))


MONEY = (
    row("revenue", D(9000), stream="services_tm"),
    row("revenue", D(1000), department=4, currency="EUR", base=D(900), stream="services_tm"),
    row("cost", D(2000), line="direct_labor"),
    row("cost", D(500), department=4, currency="EUR", base=D(450), line="direct_labor"),
)
HOURS = (
    row("capacity_hours", hours=D(120)),
    row("billable_hours", hours=D(90)),
)


def test_a_plan_of_money_alone_says_that_it_lacks_hours(planned):
    assert bridge_from(planned(*MONEY), Basis.PLAN, FEBRUARY, EVERYTHING) is Reason.NO_HOURS


def test_a_month_without_a_plan_says_so(books):
    assert bridge_from(books, Basis.PLAN, FEBRUARY, EVERYTHING) is Reason.NO_PLAN


def test_the_bridge_goes_from_the_plan_to_the_margin_and_leaves_nothing_over(planned):
    books = planned(*MONEY, *HOURS)

    found = bridge_from(books, Basis.PLAN, FEBRUARY, EVERYTHING)

    margin = kpi("firm_gross_margin")
    (line,) = compare(books, margin, FEBRUARY, EVERYTHING, bases=[Basis.PLAN])
    against = line.against[Basis.PLAN]
    assert (found.before, found.after) == (against.reference, against.primary) == (7450, 5485)
    # of 120 hours of the plan 100 were there: 120 of them were to leave 7,000
    assert found.effects.volume == round(D(-20) * 7000 / 120, 4)
    # none of February's hours is approved: what was earned is not told by hours
    assert found.effects.utilization == -75 * 100
    # 900 euros of labour: planned at 0.90, at 0.85 now
    assert found.exchange == D(45)
    assert found.other_revenue == 250
    assert sum((getattr(found.effects, name) for name in NAMES[:-1]), D(0)) + found.other_revenue + (
        found.other_cost + found.exchange + found.rest
    ) == found.difference  # fmt: skip


def test_whoever_may_not_see_what_people_cost_is_told_no_drivers(books):
    hidden = Scope(hidden=frozenset({Hidden.PERSON_COST}))

    assert bridge_from(books, Basis.PRIOR_YEAR, JANUARY, hidden) is Reason.OUT_OF_SCOPE


def test_a_year_before_the_first_data_is_no_history(books):
    assert bridge_from(books, Basis.PRIOR_YEAR, JANUARY, EVERYTHING) is Reason.NO_HISTORY


def test_what_hours_cannot_be_told_by_is_refused(planned):
    books = planned(*MONEY, *HOURS)

    with pytest.raises(QuestionError):
        bridge_from(books, Basis.PLAN, FEBRUARY, EVERYTHING, {"customer": [10]})
