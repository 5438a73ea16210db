"""Hours and expenses: what was charged for them, and what NetSuite got of them."""

from __future__ import annotations

from ..transform import Slicing
from .check import CENT, by_month, check_of, one_of

CHARGES = check_of(
    "RC-03",
    """
        SELECT month, min(subsidiary_key) AS subsidiary_key, min(department_key) AS department_key,
            min(customer_key) AS customer_key, project_key, NULL AS name, NULL AS netsuite_id,
            sum(coalesce(entry_hours, 0)) AS amount, sum(hours) AS against, NULL AS currency,
            bool_and(entry_hours IS NOT DISTINCT FROM hours) AS holds,
            sum(abs(coalesce(amount_base, 0))) AS weight_base,
            sum(CASE WHEN entry_hours IS NOT DISTINCT FROM hours THEN 0
                WHEN coalesce(hours, 0) = 0 OR entry_hours IS NULL THEN abs(amount_base)
                ELSE CAST(abs(amount_base)::DOUBLE * abs(entry_hours - hours) / abs(hours)
                    AS DECIMAL(18,4)) END) AS unexplained_base
        FROM fct_charge WHERE type = 'T' AND NOT is_credit
        GROUP BY month, project_key""",
    needs=("fct_charge",),
    slicings=(by_month("fct_charge"),),
)
TIME = check_of(  # late time is in the books of the month it came in, in both; summed before it is joined: it is long
    "RC-11",
    """
        WITH bill AS (
            SELECT month, project_key, min(customer_key) AS customer_key, sum(hours) AS hours
            FROM fct_time_bill GROUP BY month, project_key
        ),
        f AS (
            SELECT month, project_key, min(subsidiary_key) AS subsidiary_key,
                min(department_key) AS department_key, min(customer_key) AS customer_key,
                sum(told) AS amount, sum(got) AS against
            FROM (
                SELECT accounting_month AS month, project_key, subsidiary_key,
                    project_department_key AS department_key, customer_key, hours AS told, 0 AS got
                FROM fct_time WHERE status = 'approved' AND kind = 'client'
                UNION ALL
                SELECT b.month, b.project_key, p.subsidiary_key, p.department_key, b.customer_key, 0,
                    b.hours
                FROM bill b JOIN dim_project p ON p.project_key = b.project_key
                WHERE p.kind = 'client'
            )
            WHERE month IN (SELECT month FROM bill)
            GROUP BY month, project_key
        )
        SELECT *, NULL AS name, NULL AS netsuite_id, NULL AS currency, amount = against AS holds,
            0 AS weight_base, 0 AS unexplained_base
        FROM f""",
    needs=("fct_time", "fct_time_bill", "dim_project"),
    slicings=(
        Slicing(by=("month",), of={"fct_time": ("accounting_month",), "fct_time_bill": ("month",)}),
    ),
)
EXPENSES = check_of(
    "RC-10",
    f"""
        WITH receipt AS (
            SELECT expense_report_id, min(subsidiary_key) AS subsidiary_key,
                {one_of("project_key")}, {one_of("department_key")}, {one_of("customer_key")},
                sum(amount_base) AS base
            FROM fct_expense GROUP BY expense_report_id
        ),
        posted AS (
            SELECT TRY_CAST(h.externalid AS BIGINT) AS id, h.id AS netsuite_id,
                abs(h.foreigntotal) AS amount, c.symbol AS currency
            FROM mirror.stg_netsuite__transaction h
            LEFT JOIN mirror.stg_netsuite__currency c ON c.id = h.currency
            WHERE h.type = 'ExpRept' AND TRY_CAST(h.externalid AS BIGINT) IS NOT NULL
            QUALIFY row_number() OVER (PARTITION BY TRY_CAST(h.externalid AS BIGINT) ORDER BY h.id) = 1
        ),
        f AS (
            SELECT month_key(coalesce(e.accounting_date, e.date)) AS month,
                coalesce(r.subsidiary_key, -1) AS subsidiary_key,
                coalesce(r.department_key, -1) AS department_key,
                coalesce(r.customer_key, -1) AS customer_key, coalesce(r.project_key, -1) AS project_key,
                e.number AS name, p.netsuite_id, e.total AS amount, p.amount AS against, e.currency,
                coalesce(e.currency = p.currency AND abs(e.total - p.amount) <= {CENT}, false) AS holds,
                abs(coalesce(r.base, 0)) AS weight_base
            FROM mirror.stg_suiteprojects__expense_report e
            LEFT JOIN receipt r ON r.expense_report_id = e.id
            LEFT JOIN posted p ON p.id = e.id
            WHERE status_word(e.status) = 'approved' AND EXISTS (FROM posted)
        )
        SELECT *, CASE WHEN holds THEN 0 WHEN amount = 0 OR against IS NULL THEN weight_base
                ELSE CAST(weight_base::DOUBLE * abs(amount - against) / abs(amount) AS DECIMAL(18,4))
            END AS unexplained_base
        FROM f""",
    needs=("fct_expense",),
)
_RATED = ("fct_charge", "fct_rev_rec", "fct_psa_invoice_line", "fct_expense")
RATES = check_of(
    "RC-15",
    "SELECT month, subsidiary_key, -1 AS department_key, -1 AS customer_key, -1 AS project_key,"
    " NULL AS name, NULL AS netsuite_id, count(*) AS amount, count(amount_base) AS against, currency,"
    " count(*) = count(amount_base) AS holds, 0 AS weight_base, 0 AS unexplained_base FROM ("
    + " UNION ALL ".join(
        f"SELECT month, subsidiary_key, currency, amount_base FROM {fact} WHERE amount IS NOT NULL"
        for fact in _RATED
    )
    + ") GROUP BY month, subsidiary_key, currency",
    needs=_RATED,
    slicings=(by_month(*_RATED),),
)
