"""What tasks are worth today: planned, earned, spent (C6, C7)."""

from __future__ import annotations

from models.tables import delivery as tables

from .transform import Slicing, Transform

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

TASK_TIME = (
    Transform(  # approved time on tasks of client projects, apart by the currency of its cost
        key="task_time",
        needs=("fct_time",),
        sql="""
        SELECT project_key, task_key, currency, sum(hours)::DECIMAL(18,4) AS hours,
            sum(cost)::DECIMAL(18,4) AS cost, sum(cost_base)::DECIMAL(18,4) AS cost_base
        FROM fct_time WHERE kind = 'client' AND status = 'approved' GROUP BY ALL""",
        slicings=(Slicing(by=("project_key",), of={"fct_time": ("project_key",)}),),
    )
)

LIVE_PROJECT = (
    Transform(  # client projects that are under way or yet to begin, and when their plan was made
        key="live_project",
        needs=("dim_project",),
        sql="""
        SELECT project_key, department_key, customer_key, subsidiary_key, manager_key, contract_type,
            currency, starts_on, ends_on, baseline_starts_on, baseline_ends_on, budget_hours,
            budget_amount, contract_amount, coalesce(day_key(starts_on), 99991231) AS plan_day,
            coalesce(month_key(starts_on), 999912) AS plan_month
        FROM dim_project
        WHERE kind = 'client' AND is_active AND NOT is_deleted AND NOT is_program
            AND project_key <> -1""",
    )
)

TASK_SPENT = Transform(  # what it has cost, at the rates of the plan
    key="task_spent",
    needs=("task_time", "live_project", "fx_daily", "fx_average"),
    sql="""
        SELECT t.project_key, t.task_key, sum(t.hours)::DECIMAL(18,4) AS hours,
            sum(translate_once(t.cost, d.rate))::DECIMAL(18,4) AS cost_subsidiary,
            sum(translate(t.cost, d.rate, a.rate))::DECIMAL(18,4) AS cost_base
        FROM task_time t
        JOIN live_project p ON p.project_key = t.project_key
        ASOF LEFT JOIN fx_daily d ON d.subsidiary_key = p.subsidiary_key
            AND d.currency = t.currency AND d.day <= p.plan_day
        ASOF LEFT JOIN fx_average a
            ON a.subsidiary_key = p.subsidiary_key AND a.month <= p.plan_month
        GROUP BY ALL""",
)

FCT_TASK_VALUE = Transform(
    key="fct_task_value",
    target=tables.fct_task_value,
    needs=("dim_task", "live_project", "task_spent", "work_calendar", "fx_daily", "fx_average"),
    sql="""
        WITH task AS (
            SELECT t.task_key, p.project_key, p.department_key, p.customer_key, p.subsidiary_key,
                p.manager_key, p.contract_type, r.day, r.month, r.today, p.plan_day, p.plan_month,
                coalesce(t.starts_on, p.starts_on) AS starts_on,
                coalesce(t.ends_on, p.ends_on) AS ends_on, t.is_closed,
                least(greatest(x.percent_complete, 0), 100)::DECIMAL(18,4) AS percent,
                nullif(greatest(t.planned_hours, 0), 0) AS planned_hours,
                nullif(greatest(t.budget_cost, 0), 0) AS bac,
                coalesce(t.currency, p.currency) AS currency
            FROM dim_task t
            JOIN live_project p ON p.project_key = t.project_key
            LEFT JOIN mirror.stg_suiteprojects__project_task x ON 2 * x.id = t.task_key
            CROSS JOIN run_day r
            WHERE NOT t.is_deleted AND (t.planned_hours > 0 OR t.budget_cost > 0)
                AND t.task_key NOT IN (  -- of a task with parts the parts are counted
                    SELECT parent_key FROM dim_task WHERE parent_key <> -1 AND NOT is_deleted)
        ),
        dated AS (  -- its working days; a task without any is due on its last day
            SELECT t.*, greatest(w1.worked - w0.worked, 1) AS days,
                CASE WHEN w1.worked - w0.worked > 0
                    THEN greatest(least(w2.worked, w1.worked) - w0.worked, 0)
                    WHEN t.ends_on <= t.today THEN 1 ELSE 0 END AS elapsed
            FROM task t
            LEFT JOIN work_calendar w0 ON w0.day = t.starts_on - 1
            LEFT JOIN work_calendar w1 ON w1.day = greatest(t.ends_on, t.starts_on)
            LEFT JOIN work_calendar w2 ON w2.day = t.today
        ),
        f AS (
            SELECT t.*, d.book AS subsidiary_currency, coalesce(s.hours, 0) AS approved_hours,
                translate_once(t.bac, d.rate) AS bac_subsidiary,
                translate(t.bac, d.rate, a.rate) AS bac_base,
                coalesce(s.cost_subsidiary, 0) AS ac_subsidiary, coalesce(s.cost_base, 0) AS ac_base
            FROM dated t
            LEFT JOIN task_spent s ON s.task_key = t.task_key AND s.project_key = t.project_key
            ASOF LEFT JOIN fx_daily d ON d.subsidiary_key = t.subsidiary_key
                AND d.currency = t.currency AND d.day <= t.plan_day
            ASOF LEFT JOIN fx_average a
                ON a.subsidiary_key = t.subsidiary_key AND a.month <= t.plan_month
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
        SELECT f.* EXCLUDE (today, plan_day, plan_month, bac, currency, days, elapsed, percent),
            (percent / 100)::DECIMAL(18,4) AS percent_complete,
            CASE WHEN is_closed THEN 0 ELSE greatest(planned_hours - approved_hours, 0)
                END::DECIMAL(18,4) AS remaining_hours, w.* EXCLUDE (task_key),
            bac_base IS NOT NULL AND w.pv_base IS NOT NULL AND w.ev_base IS NOT NULL AS is_valued
        FROM f JOIN worth w ON w.task_key = f.task_key""",
)
