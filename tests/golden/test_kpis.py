"""Every KPI equals what the firm's own objects add up to, in every month and department."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_EVEN, Decimal

import pytest

from dashboard.headline import HEADLINE
from models.access import Scope
from models.metrics import catalogue, members
from models.metrics.kpi import NotHeld, Ratio, Side
from models.metrics.margins import project_margins
from models.metrics.query import answer, rows, trend
from models.period import Month, Period

EVERYTHING = Scope.everything()
SIX = Decimal("0.000001")
KNOWN = [catalogue.kpi(key) for key in HEADLINE]  # what the firm's own objects can tell


every_kpi = pytest.mark.parametrize("kpi", KNOWN, ids=lambda kpi: kpi.key)
known_by_department = pytest.mark.parametrize(
    "kpi",
    [kpi for kpi in KNOWN if kpi.key != "days_sales_outstanding"],
    ids=lambda kpi: kpi.key,
)
every_side_held = pytest.mark.parametrize(
    ("kpi", "side"),
    [(kpi, side) for kpi in KNOWN for side in Side if not isinstance(kpi.side(side), NotHeld)],
    ids=lambda value: getattr(value, "key", value),
)


def known(world, kpi, side, month, **of):
    """What the world says, rounded as a ratio is told."""
    number = world.totals.kpi(kpi.key, side.value, month, **of)
    exact = number is None or not isinstance(kpi.side(side), Ratio)
    return number if exact else number.quantize(SIX, rounding=ROUND_HALF_EVEN)


def months_of(world):
    return [Month(*map(int, text.split("-"))) for text in world.totals.months]


@every_kpi
def test_every_month_is_what_the_firm_adds_up_to(loaded, kpi):
    months = months_of(loaded.world)

    points = trend(loaded.snapshot, kpi, months, EVERYTHING)

    for side in Side:
        told = {str(point.month): getattr(point, side.value) for point in points}
        assert told == {text: known(loaded.world, kpi, side, text) for text in told}


@known_by_department
def test_every_department_is_what_the_firm_adds_up_to(loaded, kpi):
    months = months_of(loaded.world)

    for department in members.departments(loaded.snapshot, EVERYTHING):
        points = trend(
            loaded.snapshot, kpi, months, EVERYTHING, where={"department": [department.key]}
        )
        for side in Side:
            told = {str(point.month): getattr(point, side.value) for point in points}
            assert told == {
                text: known(loaded.world, kpi, side, text, department=department.name)
                for text in told
            }, (department.name, side)


@known_by_department
def test_a_lead_is_told_what_the_department_adds_up_to(loaded, kpi):
    period = Period.of(months_of(loaded.world)[-2])

    for department in members.departments(loaded.snapshot, EVERYTHING):
        scope = Scope(departments=frozenset({department.key}))
        told = answer(loaded.snapshot, kpi, period, scope).only
        for side in Side:
            assert told.side(side) == known(
                loaded.world, kpi, side, str(period), department=department.name
            )


def test_every_project_earned_what_the_firm_adds_up_to(loaded):
    period = Period.of(months_of(loaded.world)[-2])
    codes = {one.key: one.code for one in members.projects(loaded.snapshot, EVERYTHING)}
    revenue, margin = (catalogue.kpi(key) for key in ("recognized_revenue", "project_gross_margin"))

    found = project_margins(loaded.snapshot, period, EVERYTHING)

    assert len(found) > 20
    for row in found:
        of = {"project_code": codes[row.project_key]}
        for kpi, side, number in (
            (revenue, Side.ERP, row.erp_revenue),
            (revenue, Side.PSA, row.psa_revenue),
            (margin, Side.ERP, row.erp_margin),
            (margin, Side.PSA, row.psa_margin),
        ):
            assert number == known(loaded.world, kpi, side, str(period), **of), of


@every_side_held
def test_the_rows_behind_sum_to_what_the_firm_adds_up_to(loaded, kpi, side):
    period = Period.of(months_of(loaded.world)[-2])

    page = rows(loaded.snapshot, kpi, side, period, EVERYTHING, limit=None)

    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in page.rows:
        sums[row["part"]] += row["contribution"] or 0
    assert page.total_rows == len(page.rows) > 0
    if isinstance(kpi.side(side), Ratio):
        parts = loaded.world.totals.parts(kpi.key, side.value, str(period))
        assert (sums["numerator"], sums["denominator"]) == parts
    else:
        assert sums["value"] == known(loaded.world, kpi, side, str(period))
