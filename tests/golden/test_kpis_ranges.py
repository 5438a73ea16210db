"""Ranges, expected losses and overhead, by SQL written by hand on the mirrored tables."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from models.business import default_business
from models.metrics import catalogue
from models.metrics.kpi import Lens, Side
from models.metrics.query import rows
from models.period import Month, Period

from .asked import EVERYTHING, by_key
from .deals import OPEN
from .test_kpis_cash import TODAY, Payments, _days, _open_invoices

RANGE = ("revenue_forecast_p10", "revenue_forecast_p50", "revenue_forecast_p90")
AGES = {"current": 0, "1-30": 30, "31-60": 60, "61-90": 90, "over 90": 10_000}
D = Decimal


def _told(loaded, key, period, *, by=(), lens=Lens.CONSOLIDATED, side=Side.ERP):
    return by_key(loaded, key, period, side, by, lens=lens)


def _one(loaded, key, period, **how):
    (number,) = _told(loaded, key, period, **how).values()
    return number


def _rows(loaded, key, period):
    return rows(
        loaded.snapshot, catalogue.kpi(key), Side.ERP, Period.parse(str(period)), EVERYTHING, limit=None
    ).rows  # fmt: skip


def _day(number):
    return date(number // 10_000, number // 100 % 100, number % 100)


def _age(row, day):
    late = (day - _day(row["due_on"] or row["invoiced_on"])).days
    return next(age for age, most in AGES.items() if late <= most)


# --- D5, section 6


def test_the_range_of_the_forecast_draws_each_open_deal_by_its_chance(loaded, record):
    known = dict(
        record.execute(
            text(
                f"""{OPEN}
                SELECT id, CAST(probability AS REAL) * CASE WHEN expectedclosedate < '{TODAY}' THEN 0.5 ELSE 1 END
                FROM open WHERE CAST(probability AS REAL) > 0 AND projectedtotal <> 0"""
            )
        ).all()
    )
    drawn = {
        row["record_id"]: row["chance_to"]
        for row in _rows(loaded, "revenue_forecast_p90", "2026-11..2030-12")
        if row["layer"] == "pipeline"
    }

    assert len(drawn) > 5
    assert drawn.keys() <= known.keys()
    assert all(abs(float(chance) - known[deal]) < 0.0001 for deal, chance in drawn.items())


@pytest.mark.parametrize("period", ["2026-12", "2027-Q1", "2027"])
def test_the_range_lies_around_the_mean_and_above_what_is_sure(loaded, period):
    low, middle, high = (_one(loaded, key, period) for key in RANGE)
    mean = _one(loaded, "revenue_forecast", period)
    committed = _one(loaded, "revenue_forecast_committed", period)
    backlog = sum(_told(loaded, "forecast_backlog", period).values())
    whole = sum(
        row["contribution"] / row["chance_to"]
        for row in _rows(loaded, "revenue_forecast_p90", period)
        if row["chance_to"]
    )

    assert committed + backlog <= low < mean < high <= committed + backlog + whole + 1
    assert low <= middle <= high


def test_a_month_that_is_over_has_no_range(loaded):
    assert len({_one(loaded, key, "2026-06") for key in RANGE}) == 1
    assert _one(loaded, "revenue_forecast_p50", "2026-06") == _one(
        loaded, "revenue_forecast", "2026-06"
    )


# --- F7


def test_each_receipt_may_come_as_late_as_payments_before_it_did(loaded, record):
    payments = Payments(record)
    everybody = [one for each in payments.late.values() for one in each]
    near, by_month = defaultdict(D), defaultdict(D)
    for customer, due, currency, amount in _open_invoices(record):
        if not amount:
            continue
        waited = _days(due, TODAY)
        own = [one for one in payments.late.get(customer, ()) if one > waited]
        lags = own if len(own) >= 5 else [one for one in everybody if one > waited]
        if len(lags) < 5:
            continue
        for lag in lags:
            day = date.fromisoformat(due) + timedelta(days=lag)
            part = D(amount) / 10_000 / len(lags)
            by_month[(int(f"{day:%Y%m}"), currency)] += part
            near[currency] += part if day < TODAY + timedelta(days=91) else 0

    found = defaultdict(D)
    for row in _rows(loaded, "expected_receipts_p90", "2026-11..2032-12"):
        if row["kind"] == "open":
            found[(row["month"], row["currency"])] += row["amount"]
    soon = defaultdict(D)
    for row in _rows(loaded, "receipts_next_13_weeks_p90", "2026-11"):
        if row["kind"] == "open":
            soon[row["currency"]] += row["amount"]

    assert len(by_month) > 5
    for told, known in ((found, by_month), (soon, near)):
        assert told.keys() == {key for key, amount in known.items() if amount}
        assert all(abs(told[key] - known[key]) <= known[key] / 1000 + 50 for key in told)


def test_all_months_together_bring_what_is_expected_in_every_course(loaded):
    """When each item is paid is drawn, that it is paid is not."""
    keys = ("expected_receipts_p10", "expected_receipts_p50", "expected_receipts_p90")
    low, middle, high, mean = (
        _one(loaded, key, "2026-11..2035-12") for key in (*keys, "expected_receipts")
    )
    months = [[_told(loaded, key, month) for key in keys] for month in ("2026-12", "2027-Q1")]

    assert low <= middle <= high
    assert max(abs(mean - low), abs(mean - high)) < D("0.05")
    for least, likely, most in months:
        assert sum(least.values()) < sum(likely.values()) < sum(most.values()) < high


def test_receipts_of_thirteen_weeks_are_within_their_range(loaded):
    low, middle, high = (
        _one(loaded, key, "2026-11")
        for key in (
            "receipts_next_13_weeks_p10",
            "receipts_next_13_weeks_p50",
            "receipts_next_13_weeks_p90",
        )
    )
    mean = sum(
        row["contribution"] for row in _rows(loaded, "receipts_next_13_weeks_p90", "2026-11")
    )

    assert 0 < low < middle < high
    assert low < mean < high


# --- F1


def _rolled(loaded):
    """What was open at each age at the month-ends 24 to 6 months ago, and what of it came to be over 90 days late."""
    months = [Month.of(TODAY).plus(-step) for step in range(24, -1, -1)]
    open_ = {
        month: {
            row["record_id"]: (_age(row, _day(row["day"])), row["contribution"])
            for row in _rows(loaded, "receivables", month)
            if row["type"] == "CustInvc" and row["contribution"] > 0
        }
        for month in months
    }
    seen, rolled = defaultdict(D), defaultdict(D)
    for at, month in enumerate(months[:19]):
        for invoice, (age, amount) in open_[month].items():
            old = next(
                (
                    now[1]
                    for later in months[at:]
                    if (now := open_[later].get(invoice)) and now[0] == "over 90"
                ),
                D(0),
            )
            seen[age] += amount
            rolled[age] += min(old, amount)
    return seen, rolled


def test_losses_are_expected_as_invoices_of_each_age_went_in_two_years(loaded):
    given = default_business().file.thresholds.receivables
    seen, rolled = _rolled(loaded)
    rates = {
        age: rolled[age] / seen[age] * given.loss_over_90 if seen[age] else configured
        for age, configured in zip(
            AGES,
            (given.loss_current, given.loss_1_30, given.loss_31_60, given.loss_61_90, None),
            strict=True,
        )
    } | {"over 90": given.loss_over_90}
    open_ = _told(loaded, "receivables", "2026-11", by=("age",))
    told = _told(loaded, "expected_loss", "2026-11", by=("age",))

    assert seen["current"] > 0
    for (age, currency), amount in open_.items():
        if age != "unapplied":
            expected = amount * D(rates[age])
            assert abs(told.get((age, currency), D(0)) - expected) < amount / 1_000_000, age
    assert abs(
        _one(loaded, "expected_loss_share", "2026-11")
        - sum(told.values()) / sum(n for (age, _), n in open_.items() if age != "unapplied")
    ) < D("0.000001")


def test_without_two_years_of_history_the_configured_shares_are_lost(short):
    given = default_business().file.thresholds.receivables
    rates = dict(
        zip(
            AGES,
            (
                given.loss_current, given.loss_1_30, given.loss_31_60, given.loss_61_90,
                given.loss_over_90,
            ),
            strict=True,
        )
    )  # fmt: skip
    known = defaultdict(D)
    with short.record.connect() as connection:
        for _, due, currency, amount in _open_invoices(connection):
            late = _days(due, TODAY)
            age = next(age for age, most in AGES.items() if late <= most)
            known[(currency,)] += D(amount) / 10_000 * D(rates[age])

    told = _told(short, "expected_loss", "2026-11", lens=Lens.TRANSACTION)
    assert told.keys() == {key for key, amount in known.items() if amount}
    assert all(abs(told[key] - known[key]) < D("0.0001") for key in told)


# --- E6


def test_receivables_of_streams_are_shared_out_by_the_lines_of_their_invoices(loaded, record):
    shares = defaultdict(dict)
    for invoice, kind, amount in record.execute(
        text(
            """
            SELECT l."transaction", CASE i.itemid WHEN 'SVC-TM' THEN 'services_tm'
                WHEN 'SVC-FIX' THEN 'services_fixed' WHEN 'SVC-RET' THEN 'managed_services' ELSE
                CASE i.itemtype WHEN 'InvtPart' THEN 'hardware' WHEN 'NonInvtPart' THEN 'subscription'
                WHEN 'OthCharge' THEN 'expenses' ELSE 'other' END END, -sum(l.foreignamount)
            FROM stg_netsuite__transactionline l
            JOIN stg_netsuite__transaction t ON t.id = l."transaction" AND t.type IN ('CustInvc', 'CustCred')
            LEFT JOIN stg_netsuite__item i ON i.id = l.item
            WHERE NOT coalesce(l.mainline, false) AND NOT coalesce(l.taxline, false)
                AND coalesce(l.accountinglinetype, '') NOT IN ('COGS', 'ASSET') GROUP BY 1, 2"""
        )
    ):
        if amount:
            shares[invoice][kind] = D(amount)
    known = defaultdict(D)
    for row in _rows(loaded, "receivables", "2026-10"):
        of = shares.get(row["record_id"], {"": D(1)})
        for stream, amount in of.items():
            known[stream] += row["contribution"] * amount / sum(of.values())

    told = {
        stream: number
        for (stream, _), number in _told(
            loaded, "receivables_by_stream", "2026-10", by=("stream",)
        ).items()
    }
    assert {"services_tm", "services_fixed", "subscription"} <= told.keys()
    assert told.keys() == {stream for stream, amount in known.items() if amount}
    assert all(abs(told[one] - known[one]) < D("0.05") for one in told)
    assert sum(told.values()) == _one(loaded, "receivables", "2026-10")


def test_customers_buy_of_so_many_streams(loaded):
    bought = defaultdict(D)  # services are one stream, by whatever contract
    for (customer, stream, _), amount in _told(
        loaded, "stream_income", "2025-11..2026-10", by=("customer", "stream")
    ).items():
        bought[customer, "services" if "services" in stream else stream] += amount
    pairs = {key for key, amount in bought.items() if amount > 0}
    customers = {
        key for key, amount in _told(loaded, "stream_income", "2025-11..2026-10", by=("customer",)).items()
        if amount > 0
    }  # fmt: skip

    assert _one(loaded, "streams_per_customer", "2026-10") == round(
        D(len(pairs)) / len(customers), 6
    )


# --- C5


def test_projects_bear_overhead_by_their_hours(loaded, record):
    hours = {
        kind: D(amount) / 10_000
        for kind, amount in record.execute(
            text(
                """
                SELECT CASE p.contract_type WHEN 'Time off' THEN 'off' WHEN 'Internal productive' THEN 'internal'
                    WHEN 'Internal administration' THEN 'internal' ELSE 'client' END, sum(e.hours)
                FROM stg_suiteprojects__time_entry e
                JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id AND s.status = 'A'
                JOIN stg_suiteprojects__project p ON p.id = e.project_id
                WHERE strftime('%Y-%m', coalesce(e.accounting_date, e.date)) = '2026-09' GROUP BY 1"""
            )
        )
    }
    spent = _one(loaded, "corporate_overhead", "2026-09") + sum(
        row["contribution"]
        for row in _rows(loaded, "practice_overhead", "2026-09")
        if row["type"] in ("VendBill", "VendCred", "ExpRept", "CardChrg", "CardRfnd", "Check")
    )
    with loaded.snapshot.engine.connect() as connection:
        idle = connection.scalar(
            text(
                """SELECT sum(cost_base) FROM fct_time WHERE status = 'approved' AND kind <> 'client'
                    AND accounting_month = 202609"""
            )
        )
    known = spent * hours["client"] / (hours["client"] + hours["internal"]) + idle

    assert abs(_one(loaded, "project_overhead", "2026-09") - known) < 1
    assert (
        _one(loaded, "contribution_after_overhead", "2026-09")
        == _one(loaded, "project_gross_margin", "2026-09")
        - _one(loaded, "project_overhead", "2026-09")
    )  # fmt: skip


@pytest.mark.parametrize("period", ["2026-09", "2026-Q2", "2025"])
@pytest.mark.parametrize("side", Side)
def test_what_projects_leave_after_overhead_is_a_share_of_their_revenue(loaded, period, side):
    (share,), (left,), (revenue,) = (
        _told(loaded, key, period, side=side).values()
        for key in (
            "contribution_after_overhead_pct",
            "contribution_after_overhead",
            "recognized_revenue",
        )
    )

    assert share == round(left / revenue, 6)
