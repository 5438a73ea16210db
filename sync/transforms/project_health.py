"""The health of projects: rules looked at one by one, the worst colour stands (C12)."""

from __future__ import annotations

from models.tables import delivery as tables

from .transform import Transform

FCT_PROJECT_HEALTH = Transform(
    key="fct_project_health",
    target=tables.fct_project_health,
    needs=("project_estimate", "fct_unbilled_item", "fct_ar_open"),
    sql="""
        WITH setting AS (
            SELECT key, CASE value WHEN 'True' THEN '1' WHEN 'False' THEN '0' ELSE value END
                ::DECIMAL(18,4) AS value
            FROM mirror.cfg_setting WHERE key LIKE 'health_%'
        ),
        waiting AS (
            SELECT project_key, max(waiting_days) AS days FROM fct_unbilled_item, run_day r
            WHERE fct_unbilled_item.month = r.month GROUP BY project_key
        ),
        overdue AS (
            SELECT a.project_key, max(r.today - a.due_on) AS days FROM fct_ar_open a, run_day r
            WHERE a.system = 'netsuite' AND a.month = r.month AND a.amount > 0
            GROUP BY a.project_key
        ),
        seen AS (
            SELECT e.*, coalesce(w.days, 0) AS waiting_days, greatest(o.days, 0) AS overdue_days,
                CASE WHEN planned_revenue_base > 0
                    THEN 1 - budget_cost_base::DOUBLE / planned_revenue_base::DOUBLE END AS planned_pct,
                CASE WHEN final_revenue_base > 0
                    THEN 1 - final_cost_base::DOUBLE / final_revenue_base::DOUBLE END AS final_pct
            FROM project_estimate e
            LEFT JOIN waiting w ON w.project_key = e.project_key
            LEFT JOIN overdue o ON o.project_key = e.project_key
        ),
        looked_at AS (
            SELECT project_key, 'margin_erosion' AS rule, 'red' AS worst, true AS is_above,
                (planned_pct - final_pct)::DECIMAL(18,4) AS value FROM seen
            UNION ALL
            SELECT project_key, 'cpi', 'red', false,
                CASE WHEN ac > 0 THEN ev::DOUBLE / ac::DOUBLE END::DECIMAL(18,4) FROM seen
            UNION ALL
            SELECT project_key, 'spi', 'red', false,
                (earned_to_date_days::DOUBLE / actual_days)::DECIMAL(18,4) FROM seen
            UNION ALL
            SELECT project_key, 'burn_ratio', 'red', true,
                CASE WHEN budget_hours > 0 AND reported_hours > 0 THEN approved_hours::DOUBLE
                    / budget_hours::DOUBLE * told_hours::DOUBLE / reported_hours::DOUBLE
                    END::DECIMAL(18,4) FROM seen
            UNION ALL SELECT project_key, 'unbilled_days', 'red', true, waiting_days FROM seen
            UNION ALL
            SELECT project_key, 'overdue_days', 'red', true, coalesce(overdue_days, 0) FROM seen
            UNION ALL
            SELECT project_key, 'needs_budget', 'amber', false, CASE WHEN budget_hours > 0
                OR budget_cost_base IS NOT NULL THEN 1 ELSE 0 END FROM seen
            UNION ALL
            SELECT project_key, 'needs_baseline', 'amber', false,
                CASE WHEN bac IS NOT NULL THEN 1 ELSE 0 END FROM seen
        ),
        judged AS (
            SELECT l.project_key, l.rule, l.value::DECIMAL(18,4) AS value, s.value AS threshold, l.worst,
                coalesce(CASE WHEN l.is_above THEN l.value > s.value ELSE l.value < s.value END, false)
                    AS is_fired
            FROM looked_at l JOIN setting s ON s.key = 'health_' || l.rule
        )
        SELECT e.project_key, e.department_key, e.customer_key, e.subsidiary_key, e.manager_key,
            e.contract_type, e.stream, e.day, e.month, j.rule, j.value, j.threshold, j.is_fired,
            CASE WHEN j.is_fired THEN j.worst WHEN j.value IS NOT NULL THEN 'green' END AS color
        FROM judged j JOIN project_estimate e ON e.project_key = j.project_key""",
)
