"""Work, what it costs and what is to be billed for it, by stream: as the mirrored records have it, by SQL written by hand.

In the currencies of the records, so that no rate stands between. A project of SuiteProjects Pro is of the stream of its
contract, one of NetSuite alone of services by the hour; what people spend on it is of expenses, as in the ledger.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pytest

from models.metrics.kpi import Lens, Side

from .asked import (
    EXTERNAL,
    OF_CLIENT,
    OF_ITEM,
    POSTINGS,
    STREAM,
    by_key,
    rows_of,
    span_of,
    sums_of,
)
from .priced import AT_CAP, CLIENT, priced

PERIODS = ("2026-10", "2026-Q2")  # with late time; a quarter
OF_PROJECT = """CASE WHEN p.contract_type LIKE 'Fixed fee%' THEN 'services_fixed'
    WHEN p.contract_type = 'Retainer' THEN 'managed_services' ELSE 'services_tm' END"""
OF_CHARGE = f"CASE WHEN c.type IN ('E', 'P') THEN 'expenses' ELSE {OF_PROJECT} END"
SERVICES = {"services_tm", "services_fixed", "managed_services"}


@pytest.fixture(scope="module")
def record(record):
    return priced(record)


def _told(loaded, key, period, side=Side.PSA, lens=Lens.TRANSACTION):
    return by_key(loaded, key, period, side, ("stream",), lens=lens)


def _of_months(day):
    return f"strftime('%Y-%m', {day}) BETWEEN :first AND :last"


_BOOKS = "coalesce({0}.accounting_date, {0}.date)"
_LABOR = f"""
    SELECT {OF_PROJECT}, k.currency, sum(e.hours * k.cost / 10000) FROM stg_suiteprojects__time_entry e
    JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id AND s.status IN ('A', 'X')
    JOIN stg_suiteprojects__project p ON p.id = e.project_id AND {CLIENT}
    JOIN stg_suiteprojects__loaded_cost k ON k.user_id = e.user_id
        AND e.date BETWEEN coalesce(k.start_date, '0001-01-01') AND coalesce(k.end_date, '9999-12-31')
    WHERE {_of_months(_BOOKS.format("e"))} AND e._deleted_at IS NULL GROUP BY 1, 2"""
_RECEIPTS = f"""
    SELECT 'expenses', r.currency, sum(r.amount) FROM stg_suiteprojects__receipt r
    JOIN stg_suiteprojects__expense_report e ON e.id = r.expense_report_id AND e.status IN ('A', 'X')
    JOIN stg_suiteprojects__project p ON p.id = r.project_id AND {CLIENT}
    WHERE {_of_months(_BOOKS.format("r"))} AND r._deleted_at IS NULL GROUP BY 1, 2"""
_PURCHASES = f"""
    SELECT {OF_PROJECT}, r.currency, sum(r.amount) FROM stg_suiteprojects__purchase_item r
    JOIN stg_suiteprojects__project p ON p.id = r.project_id AND {CLIENT}
    WHERE {_of_months(_BOOKS.format("r"))} AND r._deleted_at IS NULL GROUP BY 1, 2"""


@pytest.mark.parametrize("period", PERIODS)
def test_projects_cost_the_stream_of_their_contract_and_expenses(loaded, record, period):
    known = sums_of(record, _LABOR, _RECEIPTS, _PURCHASES, **span_of(period))

    assert {stream for stream, _ in known} == {*SERVICES, "expenses"}
    assert _told(loaded, "project_direct_cost", period) == known


@pytest.mark.parametrize("period", PERIODS)
def test_the_ledger_s_cost_of_projects_is_of_its_account_else_of_the_contract(
    loaded, record, period
):
    known = sums_of(
        record,
        f"""SELECT {STREAM}, c.symbol, sum(g.amount) {POSTINGS}{OF_ITEM}
            JOIN stg_netsuite__currency c ON c.id = s.currency
            WHERE g.posting AND g.accountingbook = 1 AND {EXTERNAL} AND {OF_CLIENT}
                AND a.accttype IN ('COGS', 'Expense')
                AND strftime('%Y-%m', p.startdate) BETWEEN :first AND :last GROUP BY 1, 2""",
        **span_of(period),
    )

    assert {stream for stream, _ in known} == {*SERVICES, "expenses"}
    assert _told(loaded, "project_direct_cost", period, Side.ERP, Lens.SUBSIDIARY) == known


@pytest.mark.parametrize("period", PERIODS)
def test_work_is_worth_its_list_rate_in_the_stream_of_its_contract(loaded, record, period):
    known = sums_of(
        record,
        f"""SELECT {OF_PROJECT}, h.currency, sum(h.listed) FROM hour h
            JOIN stg_suiteprojects__project p ON p.id = h.project_id
            WHERE h.is_billable AND h.listed IS NOT NULL AND h.worked BETWEEN :first AND :last
            GROUP BY 1, 2""",
        **span_of(period),
    )

    assert {stream for stream, _ in known} == SERVICES
    assert _told(loaded, "standard_value", period) == known


def test_what_waits_for_its_invoice_is_of_its_charge_or_its_time(loaded, record):
    known = sums_of(
        record,
        f"""SELECT {OF_CHARGE}, c.currency, sum(c.amount) FROM charge c
            JOIN stg_suiteprojects__project p ON p.id = c.project_id
            WHERE (c.invoiced_on IS NULL OR c.invoiced_on > '2026-11-20') AND NOT c.is_credit
                AND c.date <= '2026-11-20' GROUP BY 1, 2""",
        f"""SELECT {OF_PROJECT}, h.currency, sum(h.agreed) FROM hour h
            JOIN stg_suiteprojects__project p ON p.id = h.project_id
            WHERE h.is_billable AND h.agreed IS NOT NULL AND h.charge_id = 0
                AND h.worked <= '2026-11' AND NOT {AT_CAP} GROUP BY 1, 2""",
    )

    assert {"services_tm", "expenses"} <= {stream for stream, _ in known}
    assert _told(loaded, "unbilled_work", "2026-11") == known


_CREDITED = f"""
    SELECT {OF_CHARGE}, c.currency, -sum(c.amount) FROM charge c
    JOIN stg_suiteprojects__project p ON p.id = c.project_id
    WHERE c.is_credit AND c.is_approved AND {_of_months("c.invoiced_on")} GROUP BY 1, 2"""
_CREDIT_MEMOS = f"""
    SELECT {STREAM}, c.symbol, sum(l.foreignamount) FROM stg_netsuite__transaction h
    JOIN stg_netsuite__transactionline l ON l."transaction" = h.id
        AND NOT coalesce(l.mainline, 0) AND NOT coalesce(l.taxline, 0)
    JOIN stg_netsuite__currency c ON c.id = h.currency
    JOIN stg_netsuite__accountingperiod p ON p.id = h.postingperiod{OF_ITEM}
    LEFT JOIN stg_netsuite__account a ON a.id = i.incomeaccount
    WHERE h.type = 'CustCred' AND {_of_months("p.startdate")} AND h._deleted_at IS NULL GROUP BY 1, 2"""


@pytest.mark.parametrize(("side", "sql"), [(Side.ERP, _CREDIT_MEMOS), (Side.PSA, _CREDITED)])
def test_credits_are_of_what_they_are_given_on(loaded, record, side, sql):
    known = sums_of(record, sql, **span_of("2025"))

    assert known
    assert _told(loaded, "credit_memos", "2025", side) == known


_PROJECTED = f"""
    SELECT CASE WHEN r.type IN ('E', 'P') THEN 'expenses' ELSE {OF_PROJECT} END, r.currency, sum(r.amount)
    FROM stg_suiteprojects__projection r JOIN stg_suiteprojects__project p ON p.id = r.project_id
    WHERE {_of_months("r.date")} AND r._deleted_at IS NULL GROUP BY 1, 2"""
_SCHEDULED = f"""
    SELECT {STREAM}, c.symbol, sum(r.amount)
    FROM stg_netsuite__revenueplanplannedrevenue r
    JOIN stg_netsuite__revenueplan v ON v.id = r.revenueplan
    JOIN stg_netsuite__revenueelement e ON e.id = v.createdfrom
    JOIN stg_netsuite__currency c ON c.id = v.revenueplancurrency
    JOIN stg_netsuite__accountingperiod o ON o.id = coalesce(r.plannedperiod, r.postingperiod)
    LEFT JOIN stg_netsuite__item i ON i.id = e.item
    LEFT JOIN stg_netsuite__account a ON a.id = coalesce(r.recognitionaccount, e.recognitionaccount)
    LEFT JOIN stg_netsuite__job n ON n.id = e.entity
    LEFT JOIN stg_suiteprojects__project j ON j.netsuite_id = n.id
    WHERE NOT coalesce(r.isrecognized, false) AND r._deleted_at IS NULL
        AND {_of_months("o.startdate")} GROUP BY 1, 2"""


@pytest.mark.parametrize(("side", "sql"), [(Side.ERP, _SCHEDULED), (Side.PSA, _PROJECTED)])
def test_schedules_are_of_what_they_were_sold_for(loaded, record, side, sql):
    known = sums_of(record, sql, **span_of("2026-Q4"))

    assert len({stream for stream, _ in known}) > 1
    assert _told(loaded, "scheduled_revenue", "2026-Q4", side) == known


@pytest.mark.parametrize(
    ("key", "period", "side"),
    [
        ("unbilled_receivable", "2026-09", Side.ERP),
        ("unbilled_receivable", "2026-09", Side.PSA),
        ("deferred_revenue", "2026-09", Side.ERP),
        ("change_orders", "2025", Side.PSA),
        ("over_servicing", "2026-Q2", Side.PSA),
        ("project_overhead", "2026-09", Side.PSA),
        ("budget_at_completion", "2026-11", Side.PSA),
        ("planned_value_by_month", "2026-09", Side.PSA),
        ("expected_contract_loss", "2026-11", Side.PSA),
    ],
)
def test_what_is_told_project_by_project_is_of_the_stream_of_its_contract(
    loaded, key, period, side
):
    stream = dict(
        rows_of(
            loaded,
            f"SELECT 2 * p.id, {OF_PROJECT} FROM stg_suiteprojects__project p WHERE {CLIENT}",
        )
    )
    known = defaultdict(Decimal)
    for (project, currency), number in by_key(loaded, key, period, side, ("project",)).items():
        known[stream.get(project, "services_tm"), currency] += number

    told = by_key(loaded, key, period, side, ("stream",))

    assert told
    assert told == {key: number for key, number in known.items() if number}


def test_a_stream_s_margin_is_its_revenue_less_its_cost_in_both_systems(loaded):
    for side in Side:
        revenue, cost, margin = (
            by_key(loaded, key, "2026-Q3", side, ("stream",))
            for key in ("recognized_revenue", "project_direct_cost", "project_gross_margin")
        )
        streams = revenue.keys() | cost.keys()

        assert {stream for stream, _ in streams} == {*SERVICES, "expenses"}
        assert margin == {
            one: revenue.get(one, Decimal(0)) - cost.get(one, Decimal(0)) for one in streams
        }
