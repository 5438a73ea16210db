"""Records that both systems should have alike: people, customers, projects and what these are agreed at."""

from __future__ import annotations

from .check import CENT, check_of

# A record: whether it is active in SuiteProjects Pro, and in NetSuite; what is not there is not active.
_PEOPLE = """
            SELECT p.name, p.subsidiary_key, p.department_key, -1 AS customer_key, -1 AS project_key,
                coalesce(s.is_active, s.id IS NOT NULL) AS ours,
                n.id IS NOT NULL AND NOT coalesce(n.isinactive, false) AND NOT n.is_deleted
                    AND coalesce(n.releasedate >= r.today, true) AS theirs
            FROM dim_person p
            CROSS JOIN run_day r
            LEFT JOIN mirror.stg_suiteprojects__user s ON s.id = p.suiteprojects_id AND NOT s.is_deleted
            LEFT JOIN mirror.stg_netsuite__employee n ON n.id = p.netsuite_id
            WHERE p.kind = 'employee' AND p.suiteprojects_id IS NOT NULL"""
_CUSTOMERS = """
            SELECT p.name, -1, -1, p.customer_key, -1, coalesce(s.is_active, true),
                n.id IS NOT NULL AND NOT coalesce(n.isinactive, false) AND NOT n.is_deleted
            FROM dim_customer p
            JOIN mirror.stg_suiteprojects__customer s ON s.id = p.suiteprojects_id AND NOT s.is_deleted
            LEFT JOIN mirror.stg_netsuite__customer n ON n.id = p.netsuite_id
            WHERE NOT p.is_internal AND p.customer_key IN (
                SELECT customer_key FROM dim_project WHERE kind = 'client')"""
_PROJECTS = """
            SELECT p.code, p.subsidiary_key, p.department_key, p.customer_key,
                p.project_key, s.id IS NOT NULL AND coalesce(s.is_active, true),
                n.id IS NOT NULL AND NOT coalesce(n.isinactive, false) AND NOT n.is_deleted
            FROM dim_project p
            LEFT JOIN mirror.stg_suiteprojects__project s
                ON s.id = p.suiteprojects_id AND NOT s.is_deleted
            LEFT JOIN mirror.stg_netsuite__job n ON n.id = p.netsuite_id
            WHERE p.kind = 'client'"""
RECORDS = check_of(
    "RC-12",
    f"""
        WITH f AS ({_PEOPLE} UNION ALL {_CUSTOMERS} UNION ALL {_PROJECTS})
        SELECT r.month, f.subsidiary_key, f.department_key, f.customer_key, f.project_key, f.name,
            NULL AS netsuite_id, f.ours::INTEGER AS amount, f.theirs::INTEGER AS against,
            NULL AS currency, f.ours = f.theirs AS holds, 0 AS weight_base, 0 AS unexplained_base
        FROM f CROSS JOIN run_day r WHERE f.ours OR f.theirs""",
    needs=("dim_person", "dim_customer", "dim_project"),
)
TERMS = check_of(
    "RC-13",
    f"""
        WITH ours AS (
            SELECT project_key, sum(amount) AS amount, min(currency) AS currency,
                sum(amount_base) AS base, count(DISTINCT currency) AS currencies
            FROM fct_contract GROUP BY project_key
        ),
        theirs AS (
            SELECT project_key, sum(amount) AS amount, min(currency) AS currency,
                count(DISTINCT currency) AS currencies
            FROM fct_so_line WHERE status <> 'C' GROUP BY project_key
        ),
        f AS (
            SELECT p.project_key, p.subsidiary_key, p.department_key, p.customer_key, p.code,
                o.amount, t.amount AS against, coalesce(o.currency, t.currency, s.currency) AS currency,
                s.currency IS DISTINCT FROM c.symbol OR o.currencies > 1 OR t.currencies > 1
                    OR coalesce(o.currency <> t.currency, false) AS is_other_currency,
                coalesce(ms.customer_key, -1) IS DISTINCT FROM coalesce(mn.customer_key, -1)
                    AS is_other_customer,
                abs(coalesce(o.amount, 0) - coalesce(t.amount, 0)) > {CENT} AS is_other_value,
                abs(coalesce(o.base, 0)) AS weight_base
            FROM dim_project p
            JOIN mirror.stg_suiteprojects__project s ON s.id = p.suiteprojects_id AND NOT s.is_deleted
            JOIN mirror.stg_netsuite__job n ON n.id = p.netsuite_id AND NOT n.is_deleted
            LEFT JOIN mirror.stg_netsuite__currency c ON c.id = n.currency
            LEFT JOIN map_customer ms ON ms.system = 'suiteprojects' AND ms.id = s.customer_id
            LEFT JOIN map_customer mn ON mn.system = 'netsuite' AND mn.id = coalesce(n.customer, n.parent)
            LEFT JOIN ours o ON o.project_key = p.project_key
            LEFT JOIN theirs t ON t.project_key = p.project_key
            WHERE p.kind = 'client'
        )
        SELECT r.month, f.subsidiary_key, f.department_key, f.customer_key, f.project_key,
            concat_ws(', ', f.code, CASE WHEN is_other_currency THEN 'currency' END,
                CASE WHEN is_other_customer THEN 'customer' END,
                CASE WHEN is_other_value THEN 'contract value' END) AS name,
            NULL AS netsuite_id, f.amount, f.against, f.currency,
            NOT (is_other_currency OR is_other_customer OR is_other_value) AS holds, f.weight_base,
            CASE WHEN NOT is_other_value THEN 0 WHEN coalesce(amount, 0) = 0 THEN NULL
                ELSE CAST(weight_base::DOUBLE * abs(amount - coalesce(against, 0)) / abs(amount)
                    AS DECIMAL(18,4)) END AS unexplained_base
        FROM f CROSS JOIN run_day r""",
    needs=("dim_project", "map_customer", "fct_contract", "fct_so_line"),
)
