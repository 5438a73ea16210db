"""Revenue ahead by layers: each amount in one of them, and each layer what the mirrored records add up to."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from models.metrics.kpi import Lens, Side
from models.period import Period

from .asked import by_key, sums_of
from .deals import OPEN, TODAY

LAYERS = ("in_flight", "booked", "soft", "backlog", "pipeline", "unidentified")
_BY_THE_HOUR = "('Time and materials', 'Capped time and materials')"


def _told(loaded, key, period, *, lens=Lens.TRANSACTION, by=(), where=None, side=Side.ERP):
    return by_key(loaded, key, period, side, by, lens=lens, where=where)


def _months():
    return [Period.parse(f"{year}-{month:02d}") for year in (2026, 2027, 2028) for month in range(1, 13)
            if (year, month) >= (2026, 11)]  # fmt: skip


def _in_all_months(loaded, key, **more):
    summed = defaultdict(Decimal)
    for month in _months():
        for member, number in _told(loaded, key, month, **more).items():
            summed[member] += number
    return dict(summed)


_METHOD = """
    SELECT 2 * p.id AS project, coalesce(
        (SELECT r.type FROM stg_suiteprojects__recognition r
            WHERE r.project_id = p.id AND coalesce(r.recognition_type, 'R') = 'R' AND r._deleted_at IS NULL
            GROUP BY r.type ORDER BY sum(abs(r.amount)) DESC, r.type LIMIT 1),
        (SELECT u.type FROM stg_suiteprojects__recognition_rule u
            WHERE u.project_id = p.id AND coalesce(u.recognition_type, 'R') = 'R' AND u._deleted_at IS NULL
            ORDER BY NOT coalesce(u.is_active, true), u.amount IS NULL, u.amount DESC, u.id LIMIT 1)) AS method
    FROM stg_suiteprojects__project p"""


@pytest.mark.parametrize("month", ["2026-06", "2027-01"])
def test_by_method_each_project_is_told_by_how_most_of_it_is_recognised(loaded, record, month):
    period, consolidated = Period.parse(month), {"lens": Lens.CONSOLIDATED}
    method = {row.project: row.method or "" for row in record.execute(text(_METHOD))}
    known = defaultdict(Decimal)
    for (project, _), amount in _told(
        loaded, "revenue_forecast", period, by=("project",), **consolidated
    ).items():
        known[method.get(project, "")] += amount

    told = _told(loaded, "revenue_forecast", period, by=("project_method",), **consolidated)

    assert len(known) > 3
    assert {name or "": amount for (name, _), amount in told.items()} == known


@pytest.mark.parametrize("month", ["2026-06", "2026-11", "2027-01", "2027-Q2"])
def test_the_layers_add_up_to_the_forecast_to_the_last_place(loaded, month):
    period = Period.parse(month)
    consolidated = {"lens": Lens.CONSOLIDATED}
    layers = _told(loaded, "revenue_forecast", period, by=("layer",), **consolidated)
    each = {
        layer: sum(_told(loaded, f"forecast_{layer}", period, **consolidated).values(), Decimal(0))
        for layer in LAYERS
    }
    (whole,) = _told(loaded, "revenue_forecast", period, **consolidated).values()

    assert sum(layers.values()) == whole
    assert {layer: number for (layer, _), number in layers.items() if layer != "actual"} == {
        layer: number for layer, number in each.items() if number
    }
    committed = sum(
        _told(loaded, "revenue_forecast_committed", period, **consolidated).values(), Decimal(0)
    )
    firm = ("actual", "in_flight", "booked")
    assert committed == sum(number for (layer, _), number in layers.items() if layer in firm)


def test_a_month_that_is_over_is_what_the_ledger_recognized(loaded, record):
    known = sums_of(
        record,
        """
        SELECT c.symbol, -sum(a.amount)
        FROM stg_netsuite__transactionaccountingline a
        JOIN stg_netsuite__account k ON k.id = a.account
        JOIN stg_netsuite__transaction t ON t.id = a."transaction"
        JOIN stg_netsuite__accountingperiod p ON p.id = t.postingperiod
        JOIN stg_netsuite__transactionline l ON l."transaction" = t.id AND l.id = a.transactionline
        JOIN stg_netsuite__subsidiary s ON s.id = l.subsidiary
        JOIN stg_netsuite__currency c ON c.id = s.currency
        WHERE a.posting AND k.accttype = 'Income' AND p.startdate = '2026-06-01'
            AND NOT coalesce(k.eliminate, false) AND NOT coalesce(s.iselimination, false)
        GROUP BY 1""",
    )

    found = _told(loaded, "revenue_forecast", Period.parse("2026-06"), lens=Lens.SUBSIDIARY)
    assert found == known


def test_work_that_waits_for_the_ledger_is_in_flight(loaded, record):
    """All approved hours of the world are recognised; one recognition of the open month is not posted."""
    known = sums_of(
        record,
        """
        SELECT currency, sum(amount) FROM stg_suiteprojects__recognition
        WHERE coalesce(netsuite_id, 0) <= 0 AND coalesce(recognition_type, 'R') = 'R'
            AND strftime('%Y-%m', coalesce(accounting_date, date)) = '2026-11' GROUP BY 1""",
    )

    assert known
    assert _told(loaded, "forecast_in_flight", Period.parse("2026-11")) == known


def test_fees_and_retainers_are_booked_as_they_are_projected(loaded, record):
    known = sums_of(
        record,
        f"""
        SELECT 2 * r.project_id, r.currency, sum(r.amount) FROM stg_suiteprojects__projection r
        JOIN stg_suiteprojects__project p ON p.id = r.project_id
        WHERE r.date >= '{TODAY}' AND p.contract_type NOT IN {_BY_THE_HOUR} GROUP BY 1, 2""",
    )

    booked = _in_all_months(loaded, "forecast_booked", by=("project",))

    assert len(known) > 10
    assert {key: booked.get(key) for key in known} == known


def test_hours_sold_by_the_hour_are_booked_by_bookings_and_never_by_projections(loaded, record):
    hourly = set(
        record.scalars(
            text(
                f"SELECT 2 * id FROM stg_suiteprojects__project WHERE contract_type IN {_BY_THE_HOUR}"
            )
        )
    )
    on_them = record.scalars(
        text(
            """SELECT DISTINCT 2 * b.project_id FROM stg_suiteprojects__booking b
            JOIN stg_suiteprojects__booking_type t ON t.id = b.booking_type_id AND t.name = 'Hard'
            WHERE b.end_date >= :today AND coalesce(b.approval_status, 'O') <> 'R'"""
        ),
        {"today": TODAY},
    ).all()

    booked = {key for key, _ in _in_all_months(loaded, "forecast_booked", by=("project",))}

    assert hourly & set(on_them)
    assert booked & hourly <= set(on_them)


def test_a_cap_holds_whatever_is_booked(loaded, record):
    """Of projects whose cap is in the currency of the books, so that no rate moves it."""
    left = sums_of(
        record,
        """
        SELECT 2 * b.project_id, b.currency, sum(b.cap) - coalesce((
            SELECT sum(r.amount) FROM stg_suiteprojects__recognition r
            WHERE r.project_id = b.project_id AND r.type = 'T'), 0)
        FROM stg_suiteprojects__billing_rule b JOIN stg_suiteprojects__project p ON p.id = b.project_id
        WHERE b.type = 'T' AND b.cap > 0 AND p.is_active GROUP BY 1, 2""",
    )
    hours = defaultdict(Decimal)
    for key in ("forecast_in_flight", "forecast_booked", "forecast_soft"):
        for member, number in _in_all_months(loaded, key, by=("project",)).items():
            hours[member] += number

    assert any(member in hours for member in left)
    for member, amount in left.items():
        assert hours.get(member, Decimal(0)) <= max(amount, Decimal(0)) + Decimal("0.01")


def _backlog(loaded):
    """Backlog beyond the surer layers by project, in the currency of the books."""
    told = {"lens": Lens.SUBSIDIARY, "by": ("project",)}
    remaining = _told(loaded, "backlog", Period.parse("2026-11"), **told)
    sure = defaultdict(Decimal)
    for key in ("forecast_in_flight", "forecast_booked", "forecast_soft"):
        for member, number in _in_all_months(loaded, key, **told).items():
            sure[member] += number
    return {
        member: left
        for member, number in remaining.items()
        if (left := max(number - sure[member], Decimal(0)))
    }


def test_what_is_ordered_beyond_bookings_and_schedules_is_unscheduled_backlog_and_nothing_else(
    loaded,
):
    expected = _backlog(loaded)
    told = {"lens": Lens.SUBSIDIARY, "by": ("project",)}

    assert len(expected) > 10
    assert _told(loaded, "unscheduled_backlog", Period.parse("2026-11"), **told) == expected
    assert _in_all_months(loaded, "forecast_backlog", **told) == expected


def test_unscheduled_backlog_is_earned_evenly_until_the_end_of_its_project(loaded, record):
    today = date.fromisoformat(TODAY)
    ends = dict(
        record.execute(
            text(
                "SELECT 2 * id, finish_date FROM stg_suiteprojects__project WHERE finish_date >= :today"
            ),
            {"today": TODAY},
        ).all()
    )
    asked = {"lens": Lens.SUBSIDIARY, "by": ("project",)}
    december = _told(loaded, "forecast_backlog", Period.parse("2026-12"), **asked)

    looked_at = 0
    for (project, currency), amount in _backlog(loaded).items():
        if project not in ends:
            continue
        end = date.fromisoformat(ends[project])
        days = [today + timedelta(days=n) for n in range((end - today).days + 1)]
        share = Decimal(sum(day.month == 12 and day.year == 2026 for day in days)) / len(days)
        looked_at += 1
        assert abs(december.get((project, currency), Decimal(0)) - amount * share) < Decimal(
            "0.001"
        )
    assert looked_at > 10


def test_the_pipeline_is_earned_by_its_chance_and_all_of_it(loaded, record):
    known = sums_of(
        record,
        f"""{OPEN}
        SELECT symbol, sum(projectedtotal * CAST(probability AS REAL)
            * CASE WHEN expectedclosedate < '{TODAY}' THEN 0.5 ELSE 1 END)
        FROM open GROUP BY 1""",
    )

    told = _in_all_months(loaded, "forecast_pipeline")

    assert told.keys() == known.keys()
    assert all(abs(told[one] - known[one]) < Decimal("0.01") for one in known)


def test_no_project_that_has_ended_has_a_plan_for_days_that_are_over(loaded):
    stale = sum(_told(loaded, "stale_backlog", Period.parse("2026-11")).values(), Decimal(0))
    unscheduled = sum(
        _told(loaded, "unscheduled_backlog", Period.parse("2026-11")).values(), Decimal(0)
    )

    assert 0 <= stale <= unscheduled
