"""What tasks are worth today: planned, earned, spent (C6, C7)."""

from __future__ import annotations

from models.tables import delivery as tables

from .business import OF_CONTRACT, PROJECT_STREAM
from .transform import Transform

WORK_CALENDAR = Transform(  # how many working days there were up to a day, that day included
    key="work_calendar",
    sql="""
        SELECT d.day::DATE AS day, sum(CASE WHEN h.day IS NULL
                AND contains(c.value, lower(left(dayname(d.day), 3))) THEN 1 ELSE 0 END)
            OVER (ORDER BY d.day)::INTEGER AS worked
        FROM generate_series(DATE '2000-01-01', DATE '2069-12-31', INTERVAL 1 DAY) AS d(day)
        JOIN mirror.cfg_setting c ON c.key = 'workdays'
        LEFT JOIN mirror.cfg_holiday h ON h.day = d.day::DATE""",
)

FCT_TASK_VALUE = Transform(
    key="fct_task_value",
    target=tables.fct_task_value,
    needs=(
        "dim_task",
        "live_project",
        "contract_stream",
        "task_time",
        "plan_money",
        "work_calendar",
    ),
    sql=f"""
        WITH task AS (
            SELECT t.task_key, p.project_key, p.department_key, p.customer_key, p.subsidiary_key,
                p.manager_key, p.contract_type, {PROJECT_STREAM} AS stream, r.day, r.month, r.today,
                coalesce(t.starts_on, p.starts_on) AS starts_on,
                coalesce(t.ends_on, p.ends_on) AS ends_on, t.is_closed,
                CASE WHEN x.percent_complete IS NOT NULL  -- else greatest() would make it 0
                    THEN least(greatest(x.percent_complete, 0), 100) END::DECIMAL(18,4) AS percent,
                nullif(greatest(t.planned_hours, 0), 0) AS planned_hours
            FROM dim_task t
            JOIN live_project p ON p.project_key = t.project_key
            {OF_CONTRACT}
            LEFT JOIN mirror.stg_suiteprojects__project_task x ON 2 * x.id = t.task_key
            CROSS JOIN run_day r
            WHERE NOT t.is_deleted AND (t.planned_hours > 0 OR t.budget_cost > 0)
                AND t.task_key NOT IN (  -- of a task with parts the parts are counted
                    SELECT parent_key FROM dim_task WHERE parent_key <> -1 AND NOT is_deleted)
        ),
        dated AS (  -- its working days; a task without any is due on its last day
            SELECT t.*, greatest(w1.worked - w0.worked, 1) AS days,
                CASE WHEN w0.worked IS NULL OR w1.worked IS NULL THEN NULL
                    WHEN w1.worked > w0.worked
                    THEN greatest(least(w2.worked, w1.worked) - w0.worked, 0)
                    WHEN t.ends_on <= t.today THEN 1 ELSE 0 END AS elapsed
            FROM task t
            LEFT JOIN work_calendar w0 ON w0.day = t.starts_on - 1
            LEFT JOIN work_calendar w1 ON w1.day = t.ends_on
            LEFT JOIN work_calendar w2 ON w2.day = t.today
        ),
        worked AS (
            SELECT project_key, task_key, sum(hours) AS hours FROM task_time GROUP BY ALL
        ),
        planned AS (
            SELECT task_key, max(book) AS subsidiary_currency,
                sum(subsidiary) FILTER (WHERE what = 'budget') AS bac_subsidiary,
                sum(base) FILTER (WHERE what = 'budget') AS bac_base,
                coalesce(sum(subsidiary) FILTER (WHERE what = 'spent'), 0) AS ac_subsidiary,
                coalesce(sum(base) FILTER (WHERE what = 'spent'), 0) AS ac_base
            FROM plan_money WHERE task_key IS NOT NULL GROUP BY task_key
        ),
        f AS (
            SELECT t.*, coalesce(w.hours, 0)::DECIMAL(18,4) AS approved_hours,
                m.subsidiary_currency, m.bac_subsidiary::DECIMAL(18,4) AS bac_subsidiary,
                m.bac_base::DECIMAL(18,4) AS bac_base,
                coalesce(m.ac_subsidiary, 0)::DECIMAL(18,4) AS ac_subsidiary,
                coalesce(m.ac_base, 0)::DECIMAL(18,4) AS ac_base
            FROM dated t
            LEFT JOIN worked w ON w.task_key = t.task_key AND w.project_key = t.project_key
            LEFT JOIN planned m ON m.task_key = t.task_key
        ),
        part AS (  -- one quotient for all: the SQL of each is long
            SELECT task_key, 'hours' AS what, planned_hours AS amount,
                scaled(percent) AS times, 1000000::HUGEINT AS per FROM f
            UNION ALL SELECT task_key, 'pv_subsidiary', bac_subsidiary, elapsed, days FROM f
            UNION ALL SELECT task_key, 'pv_base', bac_base, elapsed, days FROM f
            UNION ALL
            SELECT task_key, 'ev_subsidiary', bac_subsidiary, scaled(percent), 1000000 FROM f
            UNION ALL SELECT task_key, 'ev_base', bac_base, scaled(percent), 1000000 FROM f
        ),
        worth AS (
            SELECT task_key, max(value) FILTER (what = 'hours') AS reported_hours,
                max(value) FILTER (what = 'pv_subsidiary') AS pv_subsidiary,
                max(value) FILTER (what = 'pv_base') AS pv_base,
                max(value) FILTER (what = 'ev_subsidiary') AS ev_subsidiary,
                max(value) FILTER (what = 'ev_base') AS ev_base
            FROM (SELECT task_key, what, half_even(scaled(amount) * times, per) AS value FROM part)
            GROUP BY task_key
        )
        SELECT f.* EXCLUDE (today, days, elapsed, percent),
            (percent / 100)::DECIMAL(18,4) AS percent_complete,
            CASE WHEN planned_hours IS NULL THEN NULL WHEN is_closed THEN 0
                ELSE greatest(planned_hours - approved_hours, 0) END::DECIMAL(18,4) AS remaining_hours, w.* EXCLUDE (task_key),
            bac_base IS NOT NULL AND w.pv_base IS NOT NULL AND w.ev_base IS NOT NULL AS is_valued
        FROM f JOIN worth w ON w.task_key = f.task_key""",
)
