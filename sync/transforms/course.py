"""Who was to do how much on a project, and what was due and spent of it month by month (C7, C13)."""

from __future__ import annotations

from models.tables import course as tables

from .transform import Transform

FCT_ASSIGNMENT = Transform(
    key="fct_assignment",
    target=tables.fct_assignment,
    needs=("dim_task", "dim_project", "map_person"),
    sql="""
        SELECT a.id AS assignment_id, coalesce(m.person_key, -1) AS person_key, t.task_key,
            p.project_key, p.department_key, p.customer_key, p.subsidiary_key, r.day, r.month,
            a.planned_hours AS hours
        FROM mirror.stg_suiteprojects__assignment a
        JOIN dim_task t ON t.task_key = 2 * a.project_task_id AND NOT t.is_deleted
        JOIN dim_project p ON p.project_key = t.project_key AND p.kind = 'client'
        LEFT JOIN map_person m ON m.system = 'suiteprojects' AND m.id = a.user_id
        CROSS JOIN run_day r
        WHERE a.planned_hours > 0""",
)

# A task's value falls due by working days, as `fct_task_value` has it of today; what it has cost is that of the
# whole task, shared out by the cost of each month's time: its own rates are those of the plan.
FCT_EARNED_MONTH = Transform(
    key="fct_earned_month",
    target=tables.fct_earned_month,
    needs=("fct_task_value", "fct_time", "work_calendar"),
    sql="""
        WITH task AS (
            SELECT t.*, greatest(w1.worked - w0.worked, 1) AS days, w0.worked AS before
            FROM fct_task_value t
            JOIN work_calendar w0 ON w0.day = t.starts_on - 1
            JOIN work_calendar w1 ON w1.day = t.ends_on
            WHERE t.is_valued
        ),
        span AS (
            SELECT t.task_key, t.project_key, t.bac_base, t.ends_on, t.days, t.before,
                unnest(generate_series(date_trunc('month', least(t.starts_on, t.ends_on)),
                    t.ends_on::TIMESTAMP, INTERVAL 1 MONTH))::DATE AS first
            FROM task t
        ),
        due AS (
            SELECT s.task_key, s.project_key, month_key(s.first) AS month, CASE
                    WHEN last_day(s.first) >= s.ends_on THEN s.bac_base
                    ELSE half_even(scaled(s.bac_base) * greatest(w.worked - s.before, 0), s.days)
                END AS until
            FROM span s JOIN work_calendar w ON w.day = least(last_day(s.first), s.ends_on)
        ),
        spent AS (
            SELECT x.project_key, x.task_key, x.month, sum(x.cost_base) AS cost
            FROM fct_time x
            WHERE x.kind = 'client' AND x.status = 'approved' AND x.cost_base > 0
            GROUP BY ALL
        ),
        share AS (
            SELECT s.task_key, s.project_key, s.month, t.ac_base,
                sum(s.cost) OVER (PARTITION BY s.task_key ORDER BY s.month) AS until,
                sum(s.cost) OVER (PARTITION BY s.task_key) AS whole
            FROM spent s JOIN task t ON t.task_key = s.task_key AND t.project_key = s.project_key
        ),
        cost AS (
            SELECT task_key, project_key, month, CASE WHEN until = whole THEN ac_base
                ELSE half_even(scaled(ac_base) * scaled(until), scaled(whole)) END AS until
            FROM share
        ),
        part AS (
            SELECT project_key, month, 'pv' AS what, until - coalesce(lag(until) OVER (
                PARTITION BY task_key ORDER BY month), 0) AS amount FROM due
            UNION ALL
            SELECT project_key, month, 'ac', until - coalesce(lag(until) OVER (
                PARTITION BY task_key ORDER BY month), 0) FROM cost
        ),
        project AS (
            SELECT DISTINCT project_key, department_key, customer_key, subsidiary_key, manager_key,
                contract_type, stream
            FROM task
        )
        SELECT p.*, part.month,
            coalesce(sum(amount) FILTER (WHERE what = 'pv'), 0)::DECIMAL(18,4) AS pv_base,
            coalesce(sum(amount) FILTER (WHERE what = 'ac'), 0)::DECIMAL(18,4) AS ac_base
        FROM part JOIN project p ON p.project_key = part.project_key
        GROUP BY ALL""",
)
