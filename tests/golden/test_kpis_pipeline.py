"""What is on offer and what was decided is what NetSuite's mirrored deals add up to, by SQL written by hand.

Money of the record is in ten-thousandths; numbers are told in the deal's own currency, so that no rate stands
between them and the records.
"""

from __future__ import annotations

from decimal import Decimal
from statistics import median

import pytest
from sqlalchemy import text

from models.metrics.kpi import Lens, Reason, Side
from models.period import Period

from .asked import ask, by_name, span_of, sums_of
from .deals import OPEN, TODAY

NOW = "2026-11"


def _told(loaded, key, period=NOW, by=(), lens=Lens.TRANSACTION):
    return by_name(loaded, key, period, Side.ERP, by, lens=lens)


@pytest.mark.parametrize(
    ("key", "what", "where"),
    [
        ("pipeline", "projectedtotal", "true"),
        ("weighted_pipeline", "projectedtotal * CAST(probability AS REAL)", "true"),
        # of none of the deals that were decided is known in which stages they were
        ("calibrated_pipeline", "projectedtotal * CAST(probability AS REAL)", "true"),
        ("stale_pipeline", "projectedtotal", f"expectedclosedate < '{TODAY}'"),
        ("pipeline_worst_case", "projectedtotal", "class = '1'"),
        ("pipeline_most_likely", "projectedtotal", "class IN ('1', '2')"),
        ("pipeline_upside", "projectedtotal", "class IN ('1', '2', '3')"),
    ],
)
def test_the_pipeline_is_every_open_deal_once(loaded, record, key, what, where):
    known = sums_of(record, f"{OPEN} SELECT symbol, sum({what}) FROM open WHERE {where} GROUP BY 1")

    told = _told(loaded, key)

    assert bool(known) == (key != "pipeline_worst_case")
    assert told.keys() == known.keys()
    assert all(abs(told[one] - known[one]) < Decimal("0.01") for one in known)


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("stage", "stage"),
        (
            "close_month",
            f"strftime('%Y-%m', max(coalesce(expectedclosedate, '{TODAY}'), '{TODAY}'))",
        ),
    ],
)
def test_the_pipeline_is_told_apart_by_stage_and_by_the_month_of_its_close(
    loaded, record, name, member
):
    known = sums_of(
        record, f"{OPEN} SELECT {member}, symbol, sum(projectedtotal) FROM open GROUP BY 1, 2"
    )

    assert len(known) > 5
    assert _told(loaded, "pipeline", by=(name,)) == known


def test_open_deals_are_counted_once_and_are_as_old_as_their_records_say(loaded, record):
    ages = record.scalars(
        text(f"{OPEN} SELECT julianday('{TODAY}') - julianday(trandate) FROM open")
    ).all()

    consolidated = {"lens": Lens.CONSOLIDATED}
    assert list(_told(loaded, "pipeline_deals", **consolidated).values()) == [len(ages)]
    (age,) = _told(loaded, "pipeline_age", **consolidated).values()
    assert age == Decimal(str(median(ages)))


_DECIDED = """
    FROM stg_netsuite__transaction t JOIN stg_netsuite__currency c ON c.id = t.currency
    WHERE t.type = 'Opprtnty' AND t.status IN ('C', 'D') AND t._deleted_at IS NULL
        AND strftime('%Y-%m', t.closedate) BETWEEN :first AND :last"""


@pytest.mark.parametrize("period", ["2026-09", "2026-Q3", "2025"])
def test_win_rates_are_won_over_decided_by_the_day_of_the_decision(loaded, record, period):
    won, decided = record.execute(
        text(f"SELECT sum(t.status = 'C'), count(*) {_DECIDED}"), span_of(period)
    ).one()
    (rate,) = _told(loaded, "win_rate", period, lens=Lens.CONSOLIDATED).values()
    assert 0 < won < decided
    assert rate == (Decimal(won) / decided).quantize(Decimal("0.000001"))

    known = record.execute(
        text(
            f"""SELECT c.symbol, sum(CASE WHEN t.status = 'C' THEN t.projectedtotal ELSE 0 END),
                sum(t.projectedtotal) {_DECIDED} GROUP BY 1"""
        ),
        span_of(period),
    ).all()
    assert _told(loaded, "win_rate_value", period) == {
        (currency,): (Decimal(part) / whole).quantize(Decimal("0.000001"))
        for currency, part, whole in known
        if part
    }


@pytest.mark.parametrize("period", ["2026-Q3", "2025"])
def test_a_sales_cycle_is_the_median_of_days_from_entry_to_close(loaded, record, period):
    days = record.scalars(
        text(
            f"""SELECT julianday(t.closedate) - julianday(date(t.createddate)) {_DECIDED}
                AND t.status = 'C'"""
        ),
        span_of(period),
    ).all()

    (cycle,) = _told(loaded, "sales_cycle", period, lens=Lens.CONSOLIDATED).values()
    assert cycle == Decimal(str(median(days)))


def test_what_nobody_watched_is_not_told(loaded, record):
    """The world was loaded today: a deal is known from its beginning if it was entered yesterday."""
    new = record.scalars(
        text(
            f"""{OPEN} SELECT julianday('{TODAY}') - julianday(date(createddate)) FROM open
                WHERE date(createddate) >= date('{TODAY}', '-1 day')"""
        )
    ).all()
    period = Period.parse(NOW)
    slipped = ask(loaded, "slippage", period).only
    stages = ask(loaded, "days_in_stage", period).only

    assert (slipped.erp, slipped.reasons[Side.ERP]) == (None, Reason.NO_DATA)
    assert stages.erp == Decimal(str(median(new)))
