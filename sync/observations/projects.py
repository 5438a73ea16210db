"""Observed: what projects will have cost when they are done."""

from __future__ import annotations

from models.tables import dated as tables

from .observation import Observation

EAC = Observation(
    key="eac",
    title="Estimate at completion by project",
    target=tables.fct_eac_dated,
    grain=("project_key",),
    sql="""
        WITH worked AS (
            SELECT project_key, sum(hours) AS hours, sum(cost_base) AS cost,
                count(*) FILTER (WHERE cost_base IS NULL AND hours <> 0) AS without_cost
            FROM fct_time WHERE kind = 'client' AND status <> 'rejected' GROUP BY project_key
        ),
        bought AS (
            SELECT project_key, sum(amount_base) AS cost FROM fct_purchase GROUP BY project_key
        ),
        task AS (
            SELECT m.project_key, t.planned_hours,
                greatest(t.planned_hours - coalesce(w.hours, 0), 0) AS remaining
            FROM mirror.stg_suiteprojects__project_task t
            JOIN map_project m ON m.system = 'suiteprojects' AND m.id = t.project_id
            LEFT JOIN (SELECT task_key, sum(hours) AS hours FROM fct_time
                WHERE status <> 'rejected' GROUP BY task_key) w ON w.task_key = 2 * t.id
            WHERE t.planned_hours > 0 AND NOT coalesce(t.is_closed, false)
        ),
        planned AS (
            SELECT project_key, sum(remaining) AS hours FROM task GROUP BY project_key
        ),
        known AS (
            SELECT p.project_key, coalesce(w.hours, 0) AS worked_hours,
                coalesce(w.cost, 0) + coalesce(b.cost, 0) AS cost, w.cost AS hours_cost,
                coalesce(w.without_cost, 0) AS without_cost, n.hours AS remaining_hours
            FROM dim_project p
            LEFT JOIN worked w ON w.project_key = p.project_key
            LEFT JOIN bought b ON b.project_key = p.project_key
            LEFT JOIN planned n ON n.project_key = p.project_key
            WHERE p.kind = 'client'
                AND (w.project_key, b.project_key, n.project_key) IS DISTINCT FROM (NULL, NULL, NULL)
        ),
        judged AS (
            SELECT *, CASE
                WHEN without_cost > 0 THEN without_cost || ' time entries have no loaded cost'
                WHEN remaining_hours IS NULL THEN 'no open task has planned hours'
                WHEN remaining_hours > 0 AND (worked_hours <= 0 OR hours_cost IS NULL)
                    THEN 'no hour has been worked yet whose cost could be taken' END AS reason
            FROM known
        )
        SELECT project_key, CASE WHEN reason IS NULL
                THEN 'planned hours left at the average cost of an hour so far' END AS method,
            reason, worked_hours, CASE WHEN without_cost = 0 THEN cost END AS cost_to_date_base,
            remaining_hours, left_cost AS remaining_cost_base, cost + left_cost AS eac_base
        FROM (
            SELECT *, CASE WHEN reason IS NULL THEN CASE WHEN remaining_hours = 0 THEN 0
                ELSE product(remaining_hours,
                    CAST(hours_cost / worked_hours AS DECIMAL(18,4))) END END::DECIMAL(18,4)
                AS left_cost
            FROM judged
        )""",
)
