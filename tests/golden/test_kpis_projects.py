"""Projects' cost, markup and budgets are what the firm's own objects and the mirrored records add up to."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from sqlalchemy import text

from models.metrics.kpi import Reason, Side
from models.period import Period

from .asked import ask

PERIODS = ("2026-09", "2026-Q3")
every_period = pytest.mark.parametrize("period", PERIODS)
every_side = pytest.mark.parametrize("side", Side)


def _told(loaded, key, period, where=None):
    return ask(loaded, key, period, where=where).only


def _months(loaded, period, *, to_date=False):
    asked = Period.parse(period)
    first = "" if to_date else str(asked.first)
    return [month for month in loaded.world.totals.months if first <= month <= str(asked.last)]


def _known(loaded, side, months):
    """Revenue and margin of the months, as the firm's own objects add up."""
    totals = loaded.world.totals
    return tuple(
        sum(
            (totals.kpi(key, side.value, month) or Decimal(0) for month in months),
            Decimal(0),
        )
        for key in ("recognized_revenue", "project_gross_margin")
    )


def _quotient(above, below):
    return (above / below).quantize(Decimal("0.000001"), rounding=ROUND_HALF_EVEN)


@every_period
@every_side
def test_direct_cost_is_what_revenue_has_more_than_margin(loaded, period, side):
    revenue, margin = _known(loaded, side, _months(loaded, period))

    told = _told(loaded, "project_direct_cost", period).side(side)

    assert told == revenue - margin > 0


@every_period
@every_side
def test_markup_is_margin_over_cost(loaded, period, side):
    revenue, margin = _known(loaded, side, _months(loaded, period))

    told = _told(loaded, "project_markup_pct", period).side(side)

    assert told == _quotient(margin, revenue - margin)


@every_period
@every_side
def test_margin_to_date_is_that_of_all_months_until_then(loaded, period, side):
    revenue, margin = _known(loaded, side, _months(loaded, period, to_date=True))

    told = _told(loaded, "project_margin_to_date_pct", period).side(side)

    assert told == _quotient(margin, revenue)


# approved time, archived or not (R9)
_BURN = """
    SELECT p.id, p.budget_hours, coalesce(sum(e.hours), 0)
    FROM stg_suiteprojects__project p
    LEFT JOIN (
        SELECT e.project_id, e.hours FROM stg_suiteprojects__time_entry e
        JOIN stg_suiteprojects__timesheet t ON t.id = e.timesheet_id
        WHERE t.status IN ('A', 'X') AND e.date <= :end AND e._deleted_at IS NULL
            AND t._deleted_at IS NULL
    ) e ON e.project_id = p.id
    WHERE p.budget_hours > 0 AND p._deleted_at IS NULL GROUP BY 1, 2 ORDER BY 3 DESC"""


@every_period
def test_hours_burn_is_approved_hours_over_budget_of_projects_with_a_budget(loaded, period):
    with loaded.record.connect() as record:
        known = record.execute(text(_BURN), {"end": "2026-09-30"}).all()
    hours, budget = (sum(row[n] for row in known) for n in (2, 1))

    told = _told(loaded, "budget_hours_burn", period)

    assert told.psa == _quotient(Decimal(hours), Decimal(budget)) > 0
    assert told.reasons[Side.ERP] is Reason.NOT_HELD


def test_hours_burn_of_one_project_is_its_own(loaded):
    with loaded.record.connect() as record:
        code, budget, hours = (
            record.execute(
                text(
                    _BURN.replace("SELECT p.id,", "SELECT p.code,").replace(
                        "GROUP BY 1, 2", "GROUP BY p.code, p.budget_hours"
                    )
                ),
                {"end": "2026-09-30"},
            )
        ).first()
    with loaded.snapshot.engine.connect() as snapshot:
        (key,) = snapshot.execute(
            text("SELECT project_key FROM dim_project WHERE code = :code"), {"code": code}
        ).one()

    told = _told(loaded, "budget_hours_burn", "2026-09", where={"project": [key]})

    assert told.psa == _quotient(Decimal(hours), Decimal(budget)) > 0


def test_a_project_without_budget_has_no_burn_and_one_without_cost_no_markup(loaded):
    with loaded.snapshot.engine.connect() as snapshot:
        (internal,) = snapshot.execute(
            text("SELECT min(project_key) FROM dim_project WHERE kind = 'internal_productive'")
        ).one()
    of = {"project": [internal]}

    burn = _told(loaded, "budget_hours_burn", "2026-09", where=of)
    markup = _told(loaded, "project_markup_pct", "2026-09", where=of)

    assert (burn.psa, burn.reasons[Side.PSA]) == (None, Reason.NO_BUDGET)
    assert (markup.erp, markup.reasons[Side.ERP]) == (None, Reason.NO_COST)
