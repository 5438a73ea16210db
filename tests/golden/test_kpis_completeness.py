"""What the data lack is what plain SQL finds missing in the record's tables."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from sqlalchemy import text

from models.metrics.kpi import Lens, Side

from .asked import EXTERNAL, POSTINGS, ask, by_key, only_of, ratios_of, rows_of

PERIODS = {
    "2026-10": ("2026-10-01", "2026-10-31"),
    "2026-11": ("2026-11-01", "2026-11-30"),
    "2026-Q2": ("2026-04-01", "2026-06-30"),
    "2025": ("2025-01-01", "2025-12-31"),
}
every_period = pytest.mark.parametrize("period", PERIODS)
_POSTED = f"""{POSTINGS}
    WHERE g.posting AND g.accountingbook = 1 AND p.startdate >= :first AND p.enddate <= :last
        AND a.accttype IN ('Income', 'COGS', 'Expense') AND a.fullname NOT LIKE '%epreciation%'
        AND {EXTERNAL}"""


def _read(loaded, sql, period):
    first, last = PERIODS[period]
    return rows_of(loaded, sql, first=first, last=last)


def _told(loaded, key, period, side, by=(), lens=Lens.CONSOLIDATED):
    return by_key(loaded, key, period, side, by, lens=lens)


@every_period
def test_postings_without_a_department_are_told_by_amount_number_and_share(loaded, period):
    lacking, whole, rows = defaultdict(Decimal), defaultdict(Decimal), 0
    for subsidiary, department, amount in _read(
        loaded, f"SELECT l.subsidiary, l.department, g.amount {_POSTED}", period
    ):
        money = abs(Decimal(amount)) / 10_000
        whole[subsidiary] += money
        if department is None:
            lacking[subsidiary] += money
            rows += 1

    told = _told(
        loaded, "postings_without_department", period, Side.ERP, ("subsidiary",), Lens.SUBSIDIARY
    )
    assert {subsidiary: amount for (subsidiary, _), amount in told.items()} == dict(lacking)
    assert only_of(loaded, "postings_without_department_count", period, Side.ERP) == rows
    shares = _told(
        loaded, "postings_without_department_pct", period, Side.ERP, ("subsidiary",), Lens.SUBSIDIARY
    )  # fmt: skip
    for (subsidiary, _), share in shares.items():
        exact = lacking[subsidiary] / whole[subsidiary]
        assert abs(share - exact) < Decimal("0.000001")


@every_period
def test_invoices_without_a_twin_are_those_that_were_not_exported(loaded, period):
    amounts, invoices = defaultdict(Decimal), set()
    for invoice, currency, amount in _read(
        loaded,
        """SELECT i.id, c.currency, c.amount FROM stg_suiteprojects__charge c
            JOIN stg_suiteprojects__invoice i ON i.id = c.invoice_id
            WHERE i.approval_status = 'A' AND coalesce(i.netsuite_id, 0) <= 0
                AND coalesce(i.accounting_date, i.date) BETWEEN :first AND :last""",
        period,
    ):
        invoices.add(invoice)
        amounts[currency] += abs(Decimal(amount)) / 10_000

    told = _told(loaded, "invoices_without_twin", period, Side.PSA, lens=Lens.TRANSACTION)
    assert {currency: amount for (currency,), amount in told.items()} == dict(amounts)
    assert only_of(loaded, "invoices_without_twin_count", period, Side.PSA) == len(invoices)
    assert only_of(loaded, "invoices_without_twin", period, Side.ERP) == 0


@every_period
def test_the_share_of_invoices_without_a_twin_is_by_amount_whatever_its_sign(loaded, period):
    lacking, whole = defaultdict(Decimal), defaultdict(Decimal)
    for twin, currency, amount in _read(
        loaded,
        """SELECT i.netsuite_id, c.currency, c.amount FROM stg_suiteprojects__charge c
            JOIN stg_suiteprojects__invoice i ON i.id = c.invoice_id
            WHERE i.approval_status = 'A' AND coalesce(i.accounting_date, i.date) BETWEEN :first AND :last""",
        period,
    ):
        whole[(currency,)] += abs(Decimal(amount))
        lacking[(currency,)] += 0 if (twin or 0) > 0 else abs(Decimal(amount))

    told = _told(loaded, "invoices_without_twin_pct", period, Side.PSA, lens=Lens.TRANSACTION)
    assert told == ratios_of(lacking, whole)
    assert only_of(loaded, "invoices_without_twin_pct", period, Side.ERP) == 0


def test_the_last_months_invoices_are_still_on_their_way(loaded):
    assert only_of(loaded, "invoices_without_twin_count", "2026-10", Side.PSA) > 0


@every_period
def test_the_mirrored_firm_knows_every_cost_project_and_rate(loaded, period):
    """It is made so; what lacks one is told by the books of the contract tests."""
    uncosted = _read(
        loaded,
        """SELECT count(*) FROM stg_suiteprojects__time_entry e
            WHERE e.date BETWEEN :first AND :last AND NOT EXISTS (
                SELECT 1 FROM stg_suiteprojects__loaded_cost k WHERE k.user_id = e.user_id)""",
        period,
    )
    assert uncosted == [(0,)]
    for key, side in (
        ("hours_without_cost_count", Side.PSA),
        ("charges_without_project_count", Side.PSA),
        ("postings_without_project_count", Side.ERP),
        ("rows_without_rate", Side.ERP),
        ("rows_without_rate", Side.PSA),
        ("transactions_after_close", Side.ERP),
    ):
        assert only_of(loaded, key, period, side) == 0, key


@every_period
def test_open_months_are_those_of_netsuites_calendar_that_are_not_closed(loaded, period):
    known = _read(
        loaded,
        """SELECT count(*) FROM stg_netsuite__accountingperiod
            WHERE NOT isyear AND NOT isquarter AND NOT coalesce(isadjust, 0) AND NOT coalesce(closed, 0)
                AND enddate <= :last AND :first <= :last""",
        period,
    )

    assert only_of(loaded, "open_months", period, Side.ERP) == known[0][0]


_CHECKED_INVOICES = """
    WITH ours AS (
        SELECT i.id, i.netsuite_id, coalesce(i.accounting_date, i.date) AS day, sum(c.amount) AS amount
        FROM stg_suiteprojects__invoice i JOIN stg_suiteprojects__charge c ON c.invoice_id = i.id
        WHERE i.approval_status = 'A' GROUP BY i.id
    ), theirs AS (
        SELECT h.id, h.trandate AS day, -sum(l.foreignamount) AS amount
        FROM stg_netsuite__transaction h JOIN stg_netsuite__transactionline l ON l."transaction" = h.id
        WHERE h.type IN ('CustInvc', 'CustCred') AND NOT coalesce(l.mainline, 0) AND NOT coalesce(l.taxline, 0)
        GROUP BY h.id
    )
    SELECT coalesce(o.amount = t.amount, 0), count(*)
    FROM ours o LEFT JOIN theirs t ON t.id = o.netsuite_id
    WHERE coalesce(t.day, o.day) BETWEEN :first AND :last GROUP BY 1"""
_CHECKED_PROJECTS = """
    WITH told AS (
        SELECT coalesce(nullif(p.netsuite_id, 0), -p.id) AS job, p.currency = 'USD' AS is_home,
            strftime('%Y-%m', coalesce(r.accounting_date, r.date)) AS month, r.amount AS ours, 0 AS theirs
        FROM stg_suiteprojects__recognition r JOIN stg_suiteprojects__project p ON p.id = r.project_id
        UNION ALL
        SELECT l.entity, 1, strftime('%Y-%m', q.startdate), 0, -g.amount
        FROM stg_netsuite__transactionaccountingline g
        JOIN stg_netsuite__transaction h ON h.id = g."transaction"
        JOIN stg_netsuite__transactionline l ON l."transaction" = g."transaction" AND l.id = g.transactionline
        JOIN stg_netsuite__account a ON a.id = g.account
        JOIN stg_netsuite__accountingperiod q ON q.id = h.postingperiod
        JOIN stg_netsuite__job b ON b.id = l.entity
        WHERE g.posting AND g.accountingbook = 1 AND a.accttype = 'Income'
    ), checked AS (
        SELECT t.job, t.month, abs(sum(t.ours) - sum(t.theirs))
            <= max(1000000, 0.005 * abs(sum(t.theirs))) AS holds,  -- four places
            abs(sum(t.ours) - sum(t.theirs)) AS apart
        FROM told t LEFT JOIN stg_netsuite__projectsubsidiaryrelationship j ON j.entity = t.job
        WHERE coalesce(j.subsidiary, t.is_home) = 1 AND t.month BETWEEN substr(:first, 1, 7) AND substr(:last, 1, 7)
        GROUP BY t.job, t.month
    )
    SELECT holds, count(*) FROM checked GROUP BY 1"""
_APART = _CHECKED_PROJECTS.replace(
    "SELECT holds, count(*) FROM checked GROUP BY 1",
    "SELECT sum(apart) FROM checked WHERE NOT holds",
)


@every_period
@pytest.mark.parametrize(
    ("control", "sql", "where"),
    [("RC-01", _CHECKED_INVOICES, {}), ("RC-02", _CHECKED_PROJECTS, {"subsidiary": [1]})],
)
def test_checks_hold_where_plain_sql_finds_both_systems_the_same(
    loaded, period, control, sql, where
):
    known = dict(_read(loaded, sql, period))

    told = {
        key: ask(loaded, key, period, where={"control": [control], **where}).only.erp
        for key in ("checks_passed", "control_breaks")
    }

    assert told["control_breaks"] == known.get(0, 0)
    share = Decimal(known.get(1, 0)) / sum(known.values())
    assert told["checks_passed"] == share.quantize(Decimal("0.000001"), ROUND_HALF_EVEN)


@every_period
def test_what_is_unexplained_are_the_differences_of_checks_that_do_not_hold(loaded, period):
    """Of the parent company, whose books are in the reporting currency."""
    ((known,),) = _read(loaded, _APART, period)

    told = ask(
        loaded, "unexplained_amount", period, where={"control": ["RC-02"], "subsidiary": [1]}
    )
    assert told.only.erp == Decimal(known or 0) / 10_000


@every_period
def test_the_books_of_every_subsidiary_pass_their_checks(loaded, period):
    for control in ("RC-07", "RC-09", "RC-16"):
        score = ask(
            loaded, "reconciliation_score", period, by=("subsidiary",), where={"control": [control]}
        )
        told = {row.erp for row in score.rows}
        assert told - {None} == {Decimal(1)}, (
            control
        )  # the company of eliminations has nothing at stake


def test_the_mirrored_tables_are_as_old_as_their_last_complete_set(loaded):
    told = ask(loaded, "data_age", "2026-10", by=("entity",))
    with loaded.record.connect() as connection:
        held = connection.execute(text("SELECT entity FROM ops_cursor")).scalars().all()

    assert {row.dimensions["entity"] for row in told.rows} == set(held)
    assert {row.erp or row.psa for row in told.rows} <= {None, 0}


@pytest.mark.parametrize(
    ("entity", "column"),
    [
        ("netsuite__transaction", "lastmodifieddate"),
        ("netsuite__job", "lastmodifieddate"),
        ("suiteprojects__time_entry", "updated"),
    ],
)
def test_the_newest_change_lies_behind_by_what_the_records_themselves_tell(loaded, entity, column):
    with loaded.record.connect() as connection:
        newest = connection.execute(text(f"SELECT max({column}) FROM stg_{entity}")).scalar()
    known = loaded.clock() - datetime.fromisoformat(newest).replace(tzinfo=UTC)

    told = ask(loaded, "newest_change_lag", "2026-10", by=("entity",))
    (row,) = (one for one in told.rows if one.dimensions["entity"] == entity)
    assert (row.erp or row.psa) == known.total_seconds() // 60 > 0
    assert "netsuite__term" not in {
        one.dimensions["entity"] for one in told.rows
    }  # it does not tell
