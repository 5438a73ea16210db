"""Who is there, who keeps timesheets and how, who works too much."""

from __future__ import annotations

from models.tables import workforce as tables

from .pieces import IN_NETSUITE
from .transform import Slicing, Transform

_ENTRIES, _SHEETS = (
    "mirror.stg_suiteprojects__time_entry",
    "mirror.stg_suiteprojects__timesheet",
)

MONTH_END = Transform(  # the day each month is stated for
    key="month_end",
    needs=("work_day",),
    sql="SELECT month_key(day) AS month, max(day) AS day FROM work_day GROUP BY ALL",
)

FULL_WEEK = Transform(  # hours of one full-time person, as 10,000ths
    key="full_week",
    sql="""
        SELECT scaled(d.value::DECIMAL(18,4)) * len(string_split(w.value, ',')) AS hours
        FROM mirror.cfg_setting d, mirror.cfg_setting w
        WHERE d.key = 'hours_per_day' AND w.key = 'workdays'""",
)

FCT_HEADCOUNT = Transform(
    key="fct_headcount",
    target=tables.fct_headcount,
    needs=("employment", "month_end", "full_week", "target_range", "map_person", "dim_person"),
    sql="""
        WITH known AS (
            SELECT 'netsuite' AS system, p.person_key, p.department_key, p.subsidiary_key,
                NULL AS user_id, NULL::DECIMAL(18,4) AS fte, false AS is_contractor,
                coalesce(e.hiredate, e.datecreated::DATE, DATE '0001-01-01') AS start_date,
                coalesce(e.releasedate, CASE WHEN e.isinactive THEN e.lastmodifieddate::DATE END,
                    DATE '9999-12-31') AS end_date
            FROM mirror.stg_netsuite__employee e
            JOIN map_person m ON m.system = 'netsuite' AND m.id = e.id
            JOIN dim_person p ON p.person_key = m.person_key
            WHERE NOT coalesce(e.is_deleted, false)
            UNION ALL
            SELECT 'suiteprojects', e.person_key, e.department_key, e.subsidiary_key, e.user_id,
                half_even(scaled(coalesce(list_sum(list_transform(e.pattern,
                    lambda hours: TRY_CAST(hours AS DECIMAL(18,4)))), 0)) * 10000, w.hours),
                e.is_contractor, e.start_date, e.end_date
            FROM employment e, full_week w
        )
        SELECT k.system, k.person_key, k.department_key, k.subsidiary_key, m.month,
            day_key(m.day) AS day, m.day BETWEEN k.start_date AND k.end_date AS is_there,
            k.is_contractor, coalesce(t.percentage > 0, false) AS is_billable, k.fte,
            month_key(k.start_date) = m.month AND k.start_date <= m.day AS is_hired,
            month_key(k.end_date) = m.month AND k.end_date <= m.day AS is_released
        FROM known k
        JOIN month_end m ON m.month BETWEEN month_key(k.start_date) AND month_key(k.end_date)
            AND m.day >= k.start_date
        LEFT JOIN map_person u ON u.system = 'suiteprojects' AND u.person_key = k.person_key
        LEFT JOIN target_range t ON t.user_id = u.id AND m.day BETWEEN t.start_date AND t.end_date""",
    slicings=(
        Slicing(
            by=("person_key",),
            of={"employment": ("person_key",), "dim_person": ("person_key",)},
            touched={
                "map_person": "SELECT person_key FROM changed",
                "stg_netsuite__employee": f"""
                    SELECT person_key FROM map_person
                    WHERE {IN_NETSUITE} AND id IN (SELECT id FROM changed)""",
                "target_range": """
                    SELECT person_key FROM map_person
                    WHERE system = 'suiteprojects' AND id IN (SELECT user_id FROM changed)""",
            },
        ),
        Slicing(by=("month",), of={"month_end": ("month",)}),
    ),
)

DUE_WEEK = Transform(  # ISO weeks whose deadline is over
    key="due_week",
    needs=("work_day",),
    sql="""
        SELECT w.starts, w.starts + 6 AS ends, w.starts + 6 + d.value::INTEGER AS deadline
        FROM (SELECT DISTINCT date_trunc('week', day)::DATE AS starts FROM work_day) w,
            mirror.cfg_setting d, run_day r
        WHERE d.key = 'timesheet_deadline_days'
            AND w.starts + 6 + d.value::INTEGER < r.today""",
)

TIMEKEEPER = Transform(  # who is expected to write time down
    key="timekeeper",
    needs=("map_person", "target_range"),
    sql="""
        SELECT m.person_key, coalesce(l.person_key, -1) AS line_manager_key
        FROM mirror.stg_suiteprojects__user u
        JOIN map_person m ON m.system = 'suiteprojects' AND m.id = u.id
        LEFT JOIN map_person l ON l.system = 'suiteprojects' AND l.id = u.line_manager_id
        WHERE u.id IN (SELECT user_id FROM target_range WHERE percentage > 0)
            OR u.id IN (SELECT user_id FROM mirror.stg_suiteprojects__timesheet)""",
)

_ALL_WEEKS = "SELECT person_key, day_key(starts) FROM changed, due_week"
_WEEKS_OF = "SELECT person_key, week_key(day) FROM fct_time WHERE time_entry_id IN"

FCT_TIMESHEET = Transform(
    key="fct_timesheet",
    target=tables.fct_timesheet,
    needs=("fct_capacity", "fct_time", "due_week", "timekeeper"),
    sql="""
        WITH expected AS (
            SELECT c.person_key, c.department_key, c.subsidiary_key, week_key(c.day) AS week_day,
                sum(c.gross_hours) AS hours, sum(c.net_hours) AS net_hours
            FROM fct_capacity c GROUP BY ALL HAVING sum(c.gross_hours) > 0
        ),
        logged AS (
            SELECT f.person_key, week_key(f.day) AS week_day, max(e.timesheet_id) AS timesheet_id,
                sum(f.hours) FILTER (WHERE f.status <> 'rejected') AS hours,
                sum(f.hours) FILTER (WHERE f.status = 'open') AS open_hours,
                sum(f.hours) FILTER (WHERE f.status = 'submitted') AS submitted_hours,
                sum(f.hours) FILTER (WHERE f.status = 'approved' AND f.kind <> 'time_off')
                    AS worked_hours,
                sum(f.hours) FILTER (WHERE f.status IN ('submitted', 'approved')
                    AND coalesce(s.submitted, s.approved) <= w.deadline) AS timely_hours,
                max(s.approved - s.submitted) FILTER (WHERE f.status = 'approved') AS days
            FROM fct_time f
            JOIN mirror.stg_suiteprojects__time_entry e ON e.id = f.time_entry_id
            JOIN due_week w ON day_key(w.starts) = week_key(f.day)
            LEFT JOIN mirror.stg_suiteprojects__timesheet s ON s.id = e.timesheet_id
            GROUP BY ALL
        )
        SELECT x.person_key, x.department_key, x.subsidiary_key, k.line_manager_key, x.week_day,
            strftime(w.starts, '%G-W%V') AS week, day_key(w.ends) AS day,
            month_key(w.ends) AS month, w.deadline, l.timesheet_id, x.hours AS expected_hours,
            x.net_hours, coalesce(l.hours, 0) AS logged_hours,
            greatest(least(coalesce(l.hours, 0), x.hours), 0) AS counted_hours,
            x.hours - greatest(least(coalesce(l.hours, 0), x.hours), 0) AS missing_hours,
            coalesce(l.open_hours, 0) AS open_hours,
            coalesce(l.submitted_hours, 0) AS submitted_hours,
            coalesce(l.worked_hours, 0) AS worked_hours,
            coalesce(l.timely_hours >= x.hours, false) AS is_on_time,
            greatest(l.days, 0) * 24 AS approval_hours
        FROM expected x
        JOIN due_week w ON day_key(w.starts) = x.week_day
        JOIN timekeeper k ON k.person_key = x.person_key
        LEFT JOIN logged l ON l.person_key = x.person_key AND l.week_day = x.week_day""",
    slicings=(
        Slicing(
            by=("person_key", "week_day"),
            of={
                "fct_capacity": ("person_key", "week_key(day)"),
                "fct_time": ("person_key", "week_key(day)"),
            },
            touched={
                "timekeeper": _ALL_WEEKS,
                "stg_suiteprojects__time_entry": f"{_WEEKS_OF} (SELECT id FROM changed)",
                "stg_suiteprojects__timesheet": f"""
                    {_WEEKS_OF} (SELECT id FROM {_ENTRIES}
                        WHERE timesheet_id IN (SELECT id FROM changed))""",
            },
        ),
        Slicing(
            by=("week_day",),
            of={
                "due_week": ("day_key(starts)",),
                "fct_capacity": ("week_key(day)",),
                "fct_time": ("week_key(day)",),
            },
        ),
    ),
)

FCT_OVERLOAD = Transform(
    key="fct_overload",
    target=tables.fct_overload,
    needs=("fct_timesheet", "month_end"),
    sql="""
        WITH threshold AS (
            SELECT max(value) FILTER (WHERE key = 'overload_utilization')::DECIMAL(18,4) AS above,
                max(value) FILTER (WHERE key = 'overload_weeks')::INTEGER AS weeks,
                max(value) FILTER (WHERE key = 'overload_of_weeks')::INTEGER AS of_weeks
            FROM mirror.cfg_setting
        ),
        looked_at AS (  -- the last weeks that are due on the day a month is stated for
            SELECT m.month, m.day, w.week_day
            FROM month_end m JOIN (SELECT DISTINCT week_day, day FROM fct_timesheet) w
                ON w.day <= day_key(m.day), threshold h
            QUALIFY row_number() OVER (PARTITION BY m.month ORDER BY w.week_day DESC)
                <= h.of_weeks
        )
        SELECT t.person_key, arg_max(t.department_key, t.week_day) AS department_key,
            arg_max(t.subsidiary_key, t.week_day) AS subsidiary_key, l.month,
            day_key(l.day) AS day, count(*)::INTEGER AS weeks,
            count_if(t.worked_hours > t.net_hours * h.above)::INTEGER AS weeks_over,
            count_if(t.worked_hours > t.net_hours * h.above) >= h.weeks AS is_overloaded
        FROM looked_at l JOIN fct_timesheet t ON t.week_day = l.week_day, threshold h
        WHERE t.net_hours > 0
        GROUP BY t.person_key, l.month, l.day, h.weeks""",
)
