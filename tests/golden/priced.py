"""Hours and charges of client projects by plain SQL on the record, at what they are listed and were agreed at."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from models.metrics.kpi import Lens, Side

from .asked import by_name, span_of, sums_of

TERMS = """CASE p.contract_type WHEN 'Time and materials' THEN 'By the hour'
    WHEN 'Capped time and materials' THEN 'By the hour, capped' ELSE 'Fixed fee' END"""
CLIENT = "p.contract_type NOT IN ('Internal productive', 'Internal administration', 'Time off')"


def rates_of(row, day):
    """Joins to the card `l` of the project `p` and to the card `a` of its rule `r`, by the role of user `u` and day."""
    return f"""
    LEFT JOIN stg_suiteprojects__rate_card_item l ON l.rate_card_id = p.rate_card_id
        AND l.job_code_id = coalesce(nullif({row}.job_code_id, 0), u.job_code_id)
        AND {day} BETWEEN coalesce(l.start_date, '0001-01-01') AND coalesce(l.end_date, '9999-12-31')
    LEFT JOIN stg_suiteprojects__billing_rule r ON r.project_id = {row}.project_id AND r.type = 'T'
        AND {day} BETWEEN coalesce(r.start_date, '0001-01-01') AND coalesce(r.end_date, '9999-12-31')
    LEFT JOIN stg_suiteprojects__rate_card_item a ON a.rate_card_id = r.rate_card_id
        AND a.job_code_id = coalesce(nullif({row}.job_code_id, 0), u.job_code_id)
        AND {day} BETWEEN coalesce(a.start_date, '0001-01-01') AND coalesce(a.end_date, '9999-12-31')"""


# what an approved hour on a client project is listed at and agreed for: the card of the project and of its rule by
# role and day, else the person's own rate
HOURS = f"""
    CREATE TEMP TABLE hour AS
    SELECT e.id, e.project_id, e.project_task_id AS task_id, e.hours,
        CAST(coalesce(e.charge_id, 0) AS INTEGER) AS charge_id, strftime('%Y-%m', e.date) AS worked,
        strftime('%Y-%m', coalesce(e.accounting_date, e.date)) AS booked, {TERMS} AS terms,
        coalesce(t.is_non_billable, 0) = 0 AS is_billable,
        e.hours * coalesce(l.rate, u.rate) / 10000 AS listed, coalesce(l.currency, u.currency) AS currency,
        CASE WHEN r.id IS NOT NULL THEN e.hours * a.rate / 10000 END AS agreed
    FROM stg_suiteprojects__time_entry e
    JOIN stg_suiteprojects__timesheet s ON s.id = e.timesheet_id AND s.status IN ('A', 'X')
    JOIN stg_suiteprojects__project p ON p.id = e.project_id AND {CLIENT}
    JOIN stg_suiteprojects__user u ON u.id = e.user_id
    LEFT JOIN stg_suiteprojects__project_task t ON t.id = e.project_task_id
    {rates_of("e", "e.date")}
    WHERE e._deleted_at IS NULL"""
CHARGES = f"""
    CREATE TEMP TABLE charge AS
    SELECT c.id, c.project_id, c.type, c.amount, c.currency, c.date, i.date AS invoiced_on, {TERMS} AS terms,
        strftime('%Y-%m', c.date) AS worked, strftime('%Y-%m', coalesce(o.date, i.date)) AS cohort,
        i.approval_status = 'A' AS is_approved, o.id IS NOT NULL AS is_credit, h.listed,
        c.hours * c.rate / 10000 AS full
    FROM stg_suiteprojects__charge c
    JOIN stg_suiteprojects__project p ON p.id = c.project_id
    LEFT JOIN stg_suiteprojects__invoice i ON i.id = c.invoice_id
    LEFT JOIN stg_suiteprojects__invoice o ON o.id = i.original_invoice_id
    LEFT JOIN (SELECT charge_id, sum(listed) AS listed FROM hour GROUP BY 1) h ON h.charge_id = c.id
    WHERE c._deleted_at IS NULL"""
FIXED_REVENUE = f"""
    SELECT {TERMS}, r.currency, r.amount FROM stg_suiteprojects__recognition r
    JOIN stg_suiteprojects__project p ON p.id = r.project_id
    WHERE p.contract_type NOT LIKE '%time and materials%' AND r.type NOT IN ('E', 'P')
        AND coalesce(r.recognition_type, 'R') = 'R'
        AND strftime('%Y-%m', coalesce(r.accounting_date, r.date)) BETWEEN :first AND :last
        AND r._deleted_at IS NULL"""
AT_CAP = """h.project_id IN (
    SELECT r.project_id FROM stg_suiteprojects__billing_rule r
    JOIN stg_suiteprojects__charge c ON c.billing_rule_id = r.id AND c.type = 'T' AND c._deleted_at IS NULL
    WHERE r.cap > 0 GROUP BY r.id HAVING sum(c.amount) >= r.cap)"""
BETWEEN = "BETWEEN :first AND :last"

PERIODS = (
    "2026-05",
    "2026-10",
    "2026-Q2",
    "2025",
)  # with credits; with late time; a quarter; a year
every_period = pytest.mark.parametrize("period", PERIODS)


def sums_between(record, period, *parts):
    """What rows of `hour` and `charge` add up to in a period."""
    return sums_of(record, *parts, **span_of(period))


def told_of(loaded, key, period, side=Side.PSA, lens=Lens.TRANSACTION, by=(), where=None):
    """What SuiteProjects Pro says, in the currency of the deal where nothing else is asked for."""
    return by_name(loaded, key, period, side, by, lens=lens, where=where)


def priced(record):
    """A connection to the record that has them beside its own tables: `hour` and `charge`."""
    record.execute(text(HOURS))
    record.execute(text(CHARGES))
    return record
