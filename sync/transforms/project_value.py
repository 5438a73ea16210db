"""What projects stand at today: what they were sold and planned at, what they made and cost, what is to come."""

from __future__ import annotations

from models.tables import delivery as tables

from .business import OF_CONTRACT, PROJECT_STREAM
from .transform import Transform

PROJECT_TIME = Transform(  # approved hours to date, and those of the last working days
    key="project_time",
    needs=("fct_time", "live_project", "work_calendar"),
    sql="""
        WITH until AS (  -- one row, whatever the plan: a calendar is never joined to itself
            SELECT max(c.worked) AS worked FROM work_calendar c JOIN run_day r ON c.day = r.today
        ),
        setting AS (
            SELECT max(value)::INTEGER AS days FROM mirror.cfg_setting WHERE key = 'budget_burn_days'
        ),
        window_of AS (
            SELECT max(day_key(c.day)) AS after, any_value(k.days) AS days
            FROM work_calendar c, until n, setting k WHERE c.worked <= n.worked - k.days
        )
        SELECT t.project_key, sum(t.hours)::DECIMAL(18,4) AS hours,
            sum(t.cost_base)::DECIMAL(18,4) AS cost_base,
            (coalesce(sum(t.hours) FILTER (WHERE t.day > w.after), 0) / any_value(w.days))
                ::DECIMAL(18,4) AS daily_hours
        FROM fct_time t
        JOIN live_project p ON p.project_key = t.project_key, window_of w
        WHERE t.status = 'approved' GROUP BY t.project_key""",
)

PROJECT_AHEAD = (
    Transform(  # what is booked for sure after today, and what is scheduled to be recognised
        key="project_ahead",
        needs=("fct_booking", "fct_projection"),
        sql="""
        SELECT project_key, sum(hours)::DECIMAL(18,4) AS hours,
            sum(cost_base)::DECIMAL(18,4) AS cost_base, sum(value_base)::DECIMAL(18,4) AS value_base,
            max(day) AS last_day, sum(scheduled_base)::DECIMAL(18,4) AS scheduled_base
        FROM (
            SELECT b.project_key, b.hours, b.cost_base, b.value_base, b.day, NULL AS scheduled_base
            FROM fct_booking b, run_day r
            WHERE b.kind = 'client' AND b.class = 'hard' AND b.status <> 'rejected' AND b.day > r.day
            UNION ALL
            SELECT f.project_key, NULL, NULL, NULL, NULL, f.amount_base
            FROM fct_projection f, run_day r WHERE f.day > r.day
        ) GROUP BY project_key""",
    )
)

PROJECT_TERMS = Transform(
    key="project_terms",
    needs=("plan_money",),
    sql="""
        SELECT project_key, sum(base) FILTER (WHERE what = 'revenue') AS planned_revenue_base,
            nullif(sum(base) FILTER (WHERE what = 'cost'), 0) AS planned_cost_base,
            sum(base) FILTER (WHERE what = 'fee') AS fee_base,
            sum(base) FILTER (WHERE what = 'fee_charged') AS fee_charged_base,
            sum(base) FILTER (WHERE what = 'cap') AS cap_base,
            sum(base) FILTER (WHERE what = 'capped') AS capped_base,
            sum(base) FILTER (WHERE what = 'unearned') AS unearned_base
        FROM plan_money WHERE task_key IS NULL GROUP BY project_key""",
)

PROJECT_TASKS = Transform(  # its tasks together; earned value where each of them has one
    key="project_tasks",
    needs=("fct_task_value",),
    sql="""
        SELECT project_key, sum(planned_hours)::DECIMAL(18,4) AS planned_hours,
            sum(remaining_hours)::DECIMAL(18,4) AS remaining_hours,
            sum(planned_hours) FILTER (WHERE reported_hours IS NOT NULL)::DECIMAL(18,4) AS told_hours,
            sum(reported_hours)::DECIMAL(18,4) AS reported_hours,
            max(ends_on) FILTER (WHERE NOT is_closed) AS ends_on,
            sum(bac_base) FILTER (WHERE is_valued)::DECIMAL(18,4) AS bac,
            sum(pv_base) FILTER (WHERE is_valued)::DECIMAL(18,4) AS pv,
            sum(ev_base) FILTER (WHERE is_valued)::DECIMAL(18,4) AS ev,
            sum(ac_base) FILTER (WHERE is_valued)::DECIMAL(18,4) AS ac
        FROM fct_task_value GROUP BY project_key""",
)

EARNED_SCHEDULE = Transform(  # after how many working days as much was planned as is earned today
    key="earned_schedule",
    needs=("fct_task_value", "work_calendar"),
    sql="""
        WITH task AS (  -- the working days up to its beginning and its end; between them it is linear
            SELECT t.project_key, t.bac_base::DOUBLE AS bac, t.ev_base::DOUBLE AS ev, w0.worked AS first,
                greatest(w1.worked, w0.worked + 1) AS last
            FROM fct_task_value t
            JOIN work_calendar w0 ON w0.day = t.starts_on - 1
            JOIN work_calendar w1 ON w1.day = t.ends_on
            WHERE t.is_valued AND t.bac_base > 0
        ),
        whole AS (
            SELECT project_key, sum(bac) AS bac, sum(ev) AS ev, min(first) AS first, max(last) AS last
            FROM task GROUP BY project_key
        ),
        bend AS (SELECT project_key, first AS place FROM task UNION SELECT project_key, last FROM task),
        curve AS (
            SELECT b.project_key, b.place, sum(t.bac * least(greatest(
                (b.place - t.first)::DOUBLE / (t.last - t.first), 0), 1)) AS pv
            FROM bend b JOIN task t ON t.project_key = b.project_key GROUP BY ALL
        ),
        stretch AS (
            SELECT project_key, place, pv, lead(place) OVER line AS next_place, lead(pv) OVER line AS next_pv
            FROM curve WINDOW line AS (PARTITION BY project_key ORDER BY place)
        )
        SELECT w.project_key, w.first, CASE
                WHEN w.ev >= w.bac - 0.01 THEN w.last - w.first
                ELSE min(s.place + (w.ev - s.pv) / (s.next_pv - s.pv) * (s.next_place - s.place)) - w.first
            END::DECIMAL(18,4) AS days
        FROM whole w
        LEFT JOIN stretch s ON s.project_key = w.project_key AND s.next_pv > s.pv
            AND w.ev >= s.pv AND w.ev < s.next_pv
        GROUP BY w.project_key, w.first, w.last, w.ev, w.bac""",
)

PROJECT_STANDING = Transform(  # all that is known of a project, before anything is estimated
    key="project_standing",
    needs=(
        "live_project",
        "project_flow",
        "project_time",
        "project_ahead",
        "project_terms",
        "project_tasks",
        "earned_schedule",
        "fct_commitment",
        "contract_stream",
        "work_calendar",
    ),
    sql=f"""
        WITH flow AS (
            SELECT project_key,
                sum(amount_base) FILTER (WHERE what IN ('time', 'revenue')) AS revenue_base,
                sum(amount_base) FILTER (WHERE what = 'bought') AS bought_base,
                sum(amount_base) FILTER (WHERE what = 'time') AS time_revenue_base,
                sum(hours) FILTER (WHERE what = 'time') AS time_hours
            FROM project_flow GROUP BY project_key
        ),
        ordered AS (
            SELECT project_key, sum(amount_base) AS amount_base FROM fct_commitment GROUP BY ALL
        ),
        f AS (
            SELECT p.*, r.day, r.month, r.today, {PROJECT_STREAM} AS stream,
                greatest(p.ends_on, k.ends_on, date_of(b.last_day)) AS forecast_ends_on,
                coalesce(h.hours, 0)::DECIMAL(18,4) AS approved_hours,
                coalesce(h.daily_hours, 0)::DECIMAL(18,4) AS daily_hours,
                coalesce(h.cost_base, 0)::DECIMAL(18,4) AS labor_base,
                (coalesce(h.cost_base, 0) + coalesce(f.bought_base, 0))::DECIMAL(18,4) AS cost_base,
                coalesce(f.revenue_base, 0)::DECIMAL(18,4) AS revenue_base,
                f.time_revenue_base, f.time_hours,
                coalesce(o.amount_base, 0)::DECIMAL(18,4) AS commitment_base,
                b.hours AS booked_hours, b.cost_base AS booked_cost_base,
                b.value_base AS booked_value_base, b.scheduled_base,
                t.* EXCLUDE (project_key), k.* EXCLUDE (project_key, ends_on),
                e.days AS earned_days, e.first AS first_worked
            FROM live_project p
            CROSS JOIN run_day r
            {OF_CONTRACT}
            LEFT JOIN flow f ON f.project_key = p.project_key
            LEFT JOIN project_time h ON h.project_key = p.project_key
            LEFT JOIN project_ahead b ON b.project_key = p.project_key
            LEFT JOIN project_terms t ON t.project_key = p.project_key
            LEFT JOIN project_tasks k ON k.project_key = p.project_key
            LEFT JOIN earned_schedule e ON e.project_key = p.project_key
            LEFT JOIN ordered o ON o.project_key = p.project_key
        )
        SELECT f.* EXCLUDE (today, first_worked, plan_day, plan_month, currency, suiteprojects_id),
            c1.worked AS today_worked, c3.worked - c2.worked AS slip_days,
            c5.worked - c4.worked AS planned_days,
            CASE WHEN c5.worked IS NOT NULL
                THEN greatest(least(c1.worked, c5.worked) - c4.worked, 0) END AS elapsed_days,
            CASE WHEN c1.worked > least(f.first_worked, c4.worked)
                THEN c1.worked - least(f.first_worked, c4.worked) END AS actual_days,
            CASE WHEN c1.worked > least(f.first_worked, c4.worked)
                THEN f.earned_days + f.first_worked - least(f.first_worked, c4.worked)
                END::DECIMAL(18,4) AS earned_to_date_days
        FROM f
        LEFT JOIN work_calendar c1 ON c1.day = f.today
        LEFT JOIN work_calendar c2 ON c2.day = f.baseline_ends_on
        LEFT JOIN work_calendar c3 ON c3.day = f.forecast_ends_on
        LEFT JOIN work_calendar c4 ON c4.day = f.starts_on - 1
        LEFT JOIN work_calendar c5 ON c5.day = f.ends_on""",
)

# An estimate's quotients need no more than the places of a DOUBLE; its sums are exact.
PROJECT_ESTIMATE = Transform(
    key="project_estimate",
    needs=("project_standing",),
    sql="""
        WITH way AS (  -- the first that can be told
            SELECT *, CASE WHEN booked_hours > 0 AND booked_cost_base IS NOT NULL THEN 'bookings'
                    WHEN remaining_hours = 0
                        OR remaining_hours > 0 AND (approved_hours > 0 AND labor_base > 0 OR bac > 0)
                        THEN 'planned hours'
                    WHEN bac IS NOT NULL AND ev IS NOT NULL THEN 'budget' ELSE 'none' END AS etc_method,
                CASE WHEN approved_hours > 0 AND labor_base > 0
                    THEN labor_base::DOUBLE / approved_hours::DOUBLE
                    WHEN planned_hours > 0 THEN bac::DOUBLE / planned_hours::DOUBLE END AS cost_an_hour,
                CASE WHEN time_hours > 0 THEN time_revenue_base::DOUBLE / time_hours::DOUBLE
                    WHEN planned_hours > 0
                    THEN planned_revenue_base::DOUBLE / planned_hours::DOUBLE END AS rate_an_hour
            FROM project_standing
        ),
        labor AS (
            SELECT *, CASE etc_method WHEN 'bookings' THEN booked_cost_base
                    WHEN 'planned hours' THEN coalesce(remaining_hours::DOUBLE * cost_an_hour, 0)
                    WHEN 'budget' THEN greatest(bac - ev, 0) END::DECIMAL(18,4) AS etc_labor_base,
                CASE WHEN stream = 'services_fixed' THEN unearned_base
                    WHEN stream = 'managed_services' THEN coalesce(scheduled_base, unearned_base)
                    ELSE least(  -- a cap holds whatever is to come
                        CASE WHEN booked_hours > 0 THEN booked_value_base
                            ELSE (remaining_hours::DOUBLE * rate_an_hour)::DECIMAL(18,4) END,
                        CASE WHEN cap_base IS NOT NULL
                            THEN greatest(cap_base - coalesce(capped_base, 0), 0) END)
                    END::DECIMAL(18,4) AS to_go_base
            FROM way
        )
        SELECT l.*, (l.etc_labor_base + l.commitment_base)::DECIMAL(18,4) AS etc_base,
            (l.cost_base + l.etc_labor_base + l.commitment_base)::DECIMAL(18,4) AS final_cost_base,
            (l.revenue_base + l.to_go_base)::DECIMAL(18,4) AS final_revenue_base,
            (l.ac + l.etc_labor_base)::DECIMAL(18,4) AS eac_bookings_base,
            CASE WHEN l.ev > 0 AND l.ac > 0
                THEN l.bac::DOUBLE * l.ac::DOUBLE / l.ev::DOUBLE END::DECIMAL(18,4) AS eac_cpi_base,
            (l.ac + l.bac - l.ev)::DECIMAL(18,4) AS eac_plan_base,
            CASE WHEN l.ev > 0 AND l.ac > 0 AND l.pv > 0 THEN l.ac::DOUBLE + (l.bac - l.ev)::DOUBLE
                * l.ac::DOUBLE / l.ev::DOUBLE * l.pv::DOUBLE / l.ev::DOUBLE END::DECIMAL(18,4)
                AS eac_cpi_spi_base,
            CASE WHEN l.budget_hours > 0
                THEN l.budget_hours - l.approved_hours END::DECIMAL(18,4) AS budget_left_hours,
            coalesce(l.planned_cost_base, l.bac)::DECIMAL(18,4) AS budget_cost_base
        FROM labor l""",
)

FCT_PROJECT_VALUE = Transform(
    key="fct_project_value",
    target=tables.fct_project_value,
    needs=("project_estimate", "fct_project_health", "work_calendar"),
    sql="""
        WITH run_out AS (
            SELECT project_key, least(today_worked
                + ceil(greatest(budget_left_hours, 0)::DOUBLE / daily_hours::DOUBLE), 100000)
                ::INTEGER AS worked
            FROM project_estimate WHERE daily_hours > 0 AND budget_left_hours IS NOT NULL
        ),
        working_day AS (SELECT worked, min(day) AS day FROM work_calendar GROUP BY worked),
        health AS (
            SELECT project_key, CASE WHEN bool_or(color = 'red') THEN 'red'
                    WHEN bool_or(color = 'amber') THEN 'amber' ELSE 'green' END AS health,
                string_agg(rule, ', ' ORDER BY rule) FILTER (WHERE is_fired) AS alerts
            FROM fct_project_health GROUP BY project_key
        )
        SELECT e.project_key, e.department_key, e.customer_key, e.subsidiary_key, e.manager_key,
            e.contract_type, e.stream, e.day, e.month, e.starts_on, e.ends_on, e.baseline_ends_on,
            e.forecast_ends_on, e.slip_days, e.planned_days, e.elapsed_days, e.actual_days,
            e.earned_to_date_days AS earned_days, nullif(e.budget_hours, 0) AS budget_hours,
            e.approved_hours, e.budget_left_hours, e.daily_hours, w.day AS run_out_on,
            e.told_hours, e.reported_hours, e.planned_revenue_base,
            e.budget_cost_base AS planned_cost_base, e.revenue_base, e.cost_base AS spent_base,
            e.etc_base, e.etc_method, e.commitment_base, e.to_go_base, e.final_cost_base,
            e.final_revenue_base,
            CASE WHEN e.final_cost_base - e.final_revenue_base IS NOT NULL
                THEN greatest(e.final_cost_base - e.final_revenue_base, 0) END::DECIMAL(18,4)
                AS expected_loss_base,
            e.bac AS bac_base, e.pv AS pv_base, e.ev AS ev_base, e.ac AS ac_base,
            e.eac_bookings_base, e.eac_cpi_base, e.eac_plan_base, e.eac_cpi_spi_base,
            e.cap_base, CASE WHEN e.cap_base IS NOT NULL THEN coalesce(e.capped_base, 0) END
                ::DECIMAL(18,4) AS capped_base,
            CASE WHEN e.stream = 'services_fixed' THEN e.fee_base END AS fee_base,
            CASE WHEN e.stream = 'services_fixed' AND e.fee_base IS NOT NULL
                THEN coalesce(e.fee_charged_base, 0) END::DECIMAL(18,4) AS fee_charged_base,
            h.health, h.alerts
        FROM project_estimate e
        JOIN health h ON h.project_key = e.project_key
        LEFT JOIN run_out o ON o.project_key = e.project_key
        LEFT JOIN working_day w ON w.worked = o.worked""",
)
