"""What a firm in order has none of, by plain SQL on a record that was put out of order: holds, gaps, open orders.

And what is compared with a plan of bookings, which somebody has to upload first.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_EVEN, Decimal

import pytest

from models.metrics.kpi import Lens, Reason, Side
from models.period import Period

from .asked import EXTERNAL, POSTINGS, SIX, UNIT, ask, by_key, only_of, rows_of, span_of
from .deals import OPEN
from .gaps import PLANNED

NOW, TODAY = "2026-11", "2026-11-20"
# a closed month, one with late time, a quarter, a year
PERIODS = ("2026-05", "2026-10", "2026-Q2", "2025")
every_period = pytest.mark.parametrize("period", PERIODS)


def _money(rows):
    """Sums by all but the last column, without noughts."""
    found = defaultdict(Decimal)
    for *key, amount in rows:
        found[tuple(key)] += Decimal(amount or 0) / UNIT
    return {key: amount for key, amount in found.items() if amount}


def _told(gaps, key, period=NOW, by=(), side=Side.PSA, lens=Lens.TRANSACTION, **how):
    return by_key(gaps, key, period, side, by, lens=lens, **how)


def _books(gaps):
    """Subsidiary -> its currency and the closing rate of the running month."""
    return {
        row.id: (row.symbol, Decimal(str(row.rate or 1)))
        for row in rows_of(
            gaps,
            """SELECT s.id, c.symbol, x.currentrate AS rate FROM stg_netsuite__subsidiary s
                JOIN stg_netsuite__currency c ON c.id = s.currency
                LEFT JOIN stg_netsuite__accountingperiod p ON p.startdate = '2026-11-01'
                    AND NOT p.isquarter AND NOT p.isyear
                LEFT JOIN stg_netsuite__consolidatedexchangerate x ON x.postingperiod = p.id
                    AND x.fromsubsidiary = s.id AND x.tosubsidiary = 1 AND x.accountingbook = 1""",
        )
    }


def _are_in_the_books(gaps, key, by_project):
    """What is known of projects agreed in the currency of their subsidiary, in each lens and subsidiary."""
    owners = dict(
        map(
            tuple,
            rows_of(
                gaps,
                """SELECT 2 * p.id, r.subsidiary FROM stg_suiteprojects__project p
                    JOIN stg_netsuite__projectsubsidiaryrelationship r ON r.entity = p.netsuite_id""",
            ),
        )
    )
    held = 0
    for subsidiary, (currency, rate) in _books(gaps).items():
        mine = {
            (project, told_in): amount
            for (project, told_in), amount in by_project.items()
            if owners.get(project) == subsidiary
        }
        if mine and {told_in for _, told_in in mine} == {currency}:
            where = {"where": {"subsidiary": [subsidiary], "project": [one for one, _ in mine]}}
            whole = sum(mine.values())
            told = _told(gaps, key, lens=Lens.SUBSIDIARY, **where)
            assert told == {(currency,): whole}
            (base,) = _told(gaps, key, lens=Lens.CONSOLIDATED, **where).values()
            assert abs(base - whole * rate) <= len(mine) * Decimal("0.001")
            held += 1
    assert held


# --- holds and open orders

_HELD = """
    SELECT 2 * c.project_id, c.currency, c.amount FROM stg_suiteprojects__charge c
    JOIN stg_suiteprojects__charge_stage s ON s.id = c.stage_id AND s.is_excluded_from_invoicing
    WHERE c._deleted_at IS NULL"""


def test_charges_on_hold_are_those_in_a_stage_that_is_not_invoiced(gaps):
    known = _money(rows_of(gaps, _HELD))
    by_project = _told(gaps, "charges_on_hold", by=("project",))
    placed = {key: amount for key, amount in known.items() if key[0] < 999_999}

    assert len(known) > 5
    assert {key: by_project.get(key) for key in placed} == placed
    whole = defaultdict(Decimal)
    for (_, currency), amount in known.items():
        whole[(currency,)] += amount
    assert _told(gaps, "charges_on_hold") == whole
    _are_in_the_books(gaps, "charges_on_hold", placed)


_ORDERED = """
    SELECT 2 * max(i.project_id), o.currency, max(o.total - coalesce(sum(i.amount), 0), 0)
    FROM stg_suiteprojects__purchase_order o
    LEFT JOIN stg_suiteprojects__purchase_item i ON i.purchase_order_id = o.id AND i._deleted_at IS NULL
    WHERE o.approval_status = 'A' AND o.fulfilled IS NULL AND o._deleted_at IS NULL GROUP BY o.id"""


def test_open_commitments_are_approved_orders_less_what_was_delivered_on_them(gaps):
    known = _money(rows_of(gaps, _ORDERED))

    assert known
    assert _told(gaps, "open_commitments", by=("project",)) == known
    _are_in_the_books(gaps, "open_commitments", known)


# --- what is missing


def test_projects_without_hours_sold_are_live_and_sold_for_a_fee_or_up_to_a_cap(gaps):
    rows = rows_of(
        gaps,
        """SELECT CASE p.contract_type WHEN 'Capped time and materials' THEN 'By the hour, capped'
                ELSE 'Fixed fee' END, r.subsidiary, count(*)
            FROM stg_suiteprojects__project p
            LEFT JOIN stg_netsuite__projectsubsidiaryrelationship r ON r.entity = p.netsuite_id
            WHERE p.is_active AND coalesce(p.budget_hours, 0) = 0 AND p._deleted_at IS NULL
                AND (p.contract_type LIKE 'Fixed fee%' OR p.contract_type LIKE 'Capped%'
                    OR p.contract_type = 'Retainer') GROUP BY 1, 2""",
    )
    by_terms, by_subsidiary = defaultdict(int), defaultdict(int)
    for terms, subsidiary, number in rows:
        by_terms[terms] += number
        by_subsidiary[subsidiary] += number
    key = "projects_without_hours_sold"

    assert len(by_terms) == 2
    found = ask(gaps, key, NOW, by=("billing_terms",)).rows
    assert {row.labels["billing_terms"]: row.psa for row in found if row.psa} == by_terms
    for lens in Lens:
        assert only_of(gaps, key, NOW, Side.PSA, lens=lens) == sum(by_terms.values())
    for subsidiary, number in by_subsidiary.items():
        where = {"subsidiary": [subsidiary]}
        assert only_of(gaps, key, NOW, Side.PSA, where=where) == number


@every_period
def test_hours_are_without_a_cost_where_nobody_said_what_the_person_costs(gaps, period):
    known = rows_of(
        gaps,
        """SELECT j.subsidiary, e.hours FROM stg_suiteprojects__time_entry e
            JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id AND s.status IN ('A', 'X')
            JOIN stg_suiteprojects__project p ON p.id = e.project_id AND p.contract_type <> 'Time off'
            LEFT JOIN stg_netsuite__projectsubsidiaryrelationship j ON j.entity = p.netsuite_id
            LEFT JOIN stg_suiteprojects__loaded_cost k ON k.user_id = e.user_id AND k._deleted_at IS NULL
                AND e.date BETWEEN coalesce(k.start_date, '0001-01-01') AND coalesce(k.end_date, '9999-12-31')
            WHERE strftime('%Y-%m', e.date) BETWEEN :first AND :last AND k.id IS NULL""",
        **span_of(period),
    )

    hours = sum(_money(known).values())
    assert only_of(gaps, "hours_without_cost", period, Side.PSA) == hours > 0


@every_period
def test_charges_are_without_a_project_where_nobody_knows_it(gaps, period):
    known = _money(
        rows_of(
            gaps,
            """SELECT c.currency, abs(c.amount) FROM stg_suiteprojects__charge c
                LEFT JOIN stg_suiteprojects__invoice i ON i.id = c.invoice_id
                WHERE c.project_id = 999999 AND strftime('%Y-%m', c.date) BETWEEN :first AND :last
                    AND c.type <> 'O' AND c._deleted_at IS NULL""",
            **span_of(period),
        )
    )

    assert _told(gaps, "charges_without_project", period) == known


@every_period
def test_postings_are_without_a_project_where_neither_line_nor_document_names_one(gaps, period):
    rows = rows_of(
        gaps,
        f"""SELECT l.subsidiary, c.symbol, abs(g.amount) {POSTINGS}
            JOIN stg_netsuite__currency c ON c.id = s.currency
            LEFT JOIN stg_netsuite__job j ON j.id IN (l.entity, h.entity)
            WHERE g.posting AND g.accountingbook = 1 AND j.id IS NULL
                AND strftime('%Y-%m', p.startdate) BETWEEN :first AND :last
                AND (a.accttype = 'Income' AND (a.fullname LIKE '%ervices%' OR a.fullname LIKE '%xpense%')
                    OR a.accttype = 'COGS' AND a.fullname NOT LIKE '%esale%' AND a.fullname NOT LIKE '%ardware%')
                AND {EXTERNAL}""",
        **span_of(period),
    )
    known = _money(rows)

    told = _told(
        gaps, "postings_without_project", period, ("subsidiary",), Side.ERP, Lens.SUBSIDIARY
    )
    assert told == known


# --- bookings that are planned


@pytest.mark.parametrize("period", ["2026-11", "2026-12", "2026-Q4", "2026"])
@pytest.mark.parametrize("subsidiary", [None, 1, 2, 3])
def test_open_deals_cover_what_is_planned_and_not_booked(gaps, period, subsidiary):
    """Pipeline and bookings are held to the record elsewhere."""
    where = {"subsidiary": [subsidiary]} if subsidiary else {}
    months = {month.key for month in Period.parse(period).months}
    planned = sum(
        amount
        for (owner, month), amount in PLANNED.items()
        if month in months and subsidiary in (None, owner)
    )
    deals = ask(gaps, "pipeline", NOW, by=("close_month",), where=where).rows
    offered = sum(
        row.erp
        for row in deals
        if row.erp and int(str(row.dimensions["close_month"]).replace("-", "")[:6]) in months
    )
    booked = only_of(gaps, "bookings", period, Side.ERP, where=where) or 0

    row = ask(gaps, "pipeline_coverage", period, where=where).only

    if planned > booked and planned:
        exact = (Decimal(offered) / (planned - booked)).quantize(SIX, rounding=ROUND_HALF_EVEN)
        assert (row.erp or 0) == exact
    else:
        assert (row.erp, row.reasons[Side.ERP]) == (None, Reason.NO_PLAN)


def test_the_deals_of_the_head_of_the_firm_cover_its_own_plan(gaps):
    """By SQL alone: all of them are agreed in its currency."""
    (offered,) = rows_of(
        gaps,
        f"""{OPEN} SELECT sum(o.projectedtotal) AS amount, count(DISTINCT o.symbol) AS currencies,
                max(o.symbol) AS symbol FROM open o
            JOIN stg_netsuite__transactionline h ON h."transaction" = o.id AND h.mainline AND h.subsidiary = 1
            WHERE strftime('%Y-%m', max(coalesce(expectedclosedate, '{TODAY}'), '{TODAY}')) = '2027-01'""",
    )
    where = {"subsidiary": [1]}

    assert (offered.currencies, offered.symbol) == (1, "USD")
    assert only_of(gaps, "bookings", "2027-01", Side.ERP, where=where) is None
    known = Decimal(offered.amount) / UNIT / PLANNED[1, 202701]
    assert abs(only_of(gaps, "pipeline_coverage", "2027-01", Side.ERP, where=where) - known) <= SIX


# --- what was forecast a week ago


def _in_the_end(firm, key, period, by=()):
    return by_key(firm, key, period, Side.ERP, by)


@pytest.mark.parametrize("period", ["2026-12", "2027-01", "2027-Q1"])
@pytest.mark.parametrize("by", [(), ("department",), ("layer",), ("subsidiary",)])
def test_the_forecast_has_changed_by_what_it_is_less_what_it_was_a_week_ago(
    gaps, short, period, by
):
    before, now = (_in_the_end(firm, "revenue_forecast", period, by) for firm in (short, gaps))
    known = {key: now.get(key, Decimal(0)) - before.get(key, Decimal(0)) for key in {*before, *now}}

    told = _in_the_end(gaps, "forecast_change", period, by)
    assert told == {key: change for key, change in known.items() if change}
    assert _in_the_end(gaps, "forecast_week_ago", period, by) == {
        k: n for k, n in before.items() if n
    }


def test_what_moved_the_forecast_adds_up_to_its_change(gaps):
    period = "2026-12..2027-10"
    causes = _in_the_end(gaps, "forecast_change", period, ("cause",))

    assert len(causes) > 1
    assert sum(causes.values()) == sum(_in_the_end(gaps, "forecast_change", period).values())


@pytest.mark.parametrize(
    "key",
    [
        "forecast_known_1", "forecast_known_3", "forecast_known_6", "forecast_error_1", "forecast_error_3",
        "forecast_error_6", "forecast_bias_1", "forecast_bias_3", "forecast_bias_6",
    ],
)  # fmt: skip
def test_what_was_not_written_down_when_a_month_was_to_come_is_not_told(gaps, key):
    """The first forecast that was kept is a week old: no month has ended since."""
    for period in (*PERIODS, NOW):
        row = ask(gaps, key, period).only
        assert (row.erp, row.reasons[Side.ERP]) == (None, Reason.NO_HISTORY), period
        assert row.reasons[Side.PSA] is Reason.NOT_HELD
