"""What deals would take equals what the record's own tables say, and what the firm itself knows of its deals."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import pytest

from models.access import Scope
from models.metrics import catalogue
from models.metrics.kpi import Side
from models.metrics.query import answer, rows
from models.period import Period
from sync.sandbox.world.psa_deals import Deals

from .days import TODAY, days_of, near, told
from .deal_hours import asked_by_deals

HOURS = Decimal("0.05")  # of days rounded to four places
SOON, NEXT = Period.parse("2026-12"), Period.parse("2027-01")
AHEAD, ALL = Period.parse("2026-11..2027-10"), Period.parse("2026-11..2029-10")


@pytest.fixture(scope="module")
def asked(firm):
    return asked_by_deals(firm)


def _by(loaded, key, period, *names, **how):
    found = answer(loaded.snapshot, catalogue.kpi(key), period, Scope.everything(), by=names, **how)
    return {tuple(line.labels[name] for name in names): line.psa for line in found.rows if line.psa}


def _within(asked, period):
    days = set(days_of(period))
    return [one for one in asked if one.day in days and one.day >= TODAY]


@pytest.mark.parametrize("period", [SOON, NEXT, AHEAD], ids=str)
def test_deals_ask_for_the_hours_of_their_estimates_as_likely_as_they_are(loaded, asked, period):
    known = _within(asked, period)
    hours = sum((one.weighted for one in known), Fraction(0))
    out = sum((one.hours for one in known if one.why), Fraction(0))

    assert hours > 0
    assert near(told(loaded, "deal_demand_hours", period), hours, HOURS)
    assert near(told(loaded, "deal_hours_left_out", period) or Decimal(0), out, HOURS)


def test_deals_are_told_by_role_week_and_customer(loaded, firm, asked):
    names = dict(firm.read("SELECT id, name FROM stg_suiteprojects__customer"))
    by_cell, by_customer, by_reason = (defaultdict(Fraction) for _ in range(3))
    for one in _within(asked, AHEAD):
        year, week, _ = one.day.isocalendar()
        by_cell[one.role or "Not assigned", f"{year}-W{week:02d}"] += one.weighted
        by_customer[(names[one.customer],)] += one.weighted
        if one.why:
            by_reason[(one.why,)] += one.hours

    cells = _by(loaded, "deal_demand_hours", AHEAD, "role", "week")
    customers = _by(loaded, "deal_demand_hours", AHEAD, "customer")

    for found, expected in ((cells, by_cell), (customers, by_customer)):
        expected = {key: hours for key, hours in expected.items() if hours}
        assert found.keys() == expected.keys()
        assert all(near(found[key], expected[key], HOURS) for key in expected)
    found = answer(
        loaded.snapshot, catalogue.kpi("deal_hours_left_out"), AHEAD, Scope.everything(), by=("deal_left_out",)
    )  # fmt: skip
    reasons = {(line.dimensions["deal_left_out"],): line.psa for line in found.rows}
    assert {"likelihood", "claim"} <= {reason for (reason,) in by_reason}
    assert reasons.keys() == by_reason.keys()
    assert all(near(reasons[key], by_reason[key], HOURS) for key in reasons)


def test_demand_is_what_is_booked_what_is_asked_for_and_what_deals_would_take(loaded):
    layers = _by(loaded, "demand_hours", AHEAD, "demand_layer")
    by_layer = {
        line.dimensions["demand_layer"]: line.psa
        for line in answer(
            loaded.snapshot, catalogue.kpi("demand_hours"), AHEAD, Scope.everything(), by=("demand_layer",)
        ).rows
    }  # fmt: skip

    assert by_layer.keys() == {"hard", "soft", "unstaffed", "deals"}
    assert by_layer["deals"] == told(loaded, "deal_demand_hours", AHEAD)
    assert by_layer["unstaffed"] == told(loaded, "unstaffed_demand", AHEAD)
    assert sum(layers.values()) == told(loaded, "demand_hours", AHEAD)
    gap = told(loaded, "capacity_to_staff", AHEAD) - told(loaded, "demand_hours", AHEAD)
    assert told(loaded, "capacity_gap", AHEAD) == gap


def test_the_firm_itself_knows_which_of_its_deals_are_open_and_how_likely(loaded):
    """Hours that an estimate names in all are all there, whenever they are worked."""
    page = rows(
        loaded.snapshot, catalogue.kpi("deal_demand_hours"), Side.PSA, ALL, Scope.everything(), limit=None
    )  # fmt: skip
    shown, chances = defaultdict(Decimal), {}
    for row in page.rows:
        shown[row["deal"], row["opportunity"]] += row["hours"]
        chances[row["opportunity"]] = row["probability"]

    known, taken = {}, set()
    for deal in Deals(loaded.world.life).all:
        it = deal.opportunity
        if deal.status != "O" or it is None or it.status not in ("A", "B") or it.id in taken:
            continue
        if deal.netsuite_id == it.id:
            taken.add(it.id)
            assert chances[it.number] == it.probability
            lines = deal.estimates[-1].lines
            if not any(line.is_percentage for line in lines):
                known[deal.name, it.number] = sum(line.amount for line in lines)

    assert len(known) > 3
    assert {key: shown[key] for key in known} == known
    assert len(shown) == len(taken)
