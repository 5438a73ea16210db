"""The bench, day by day and for the coming weeks; work that nobody is found for yet."""

from __future__ import annotations

from models.tables import outlook as tables

from .pieces import CUSTOMER, PARENT_NEEDS, suiteprojects_parents
from .transform import Slicing, Transform

_DUTY = "kind IN ('client', 'internal_productive')"  # what keeps somebody off the bench

FCT_BENCH = Transform(
    key="fct_bench",
    target=tables.fct_bench,
    needs=(
        "fct_capacity",
        "fct_capacity_ahead",
        "fct_time",
        "fct_booking",
        "dim_day",
        "dim_person_org",
        "dim_person",
        "fx_daily",
        "fx_average",
    ),
    sql=f"""
        WITH near AS (
            SELECT max(value) FILTER (WHERE key = 'bench_onboarding_days')::INTEGER AS new,
                max(value) FILTER (WHERE key = 'bench_notice_days')::INTEGER AS leaving
            FROM mirror.cfg_setting
        ),
        there AS (
            SELECT * FROM fct_capacity WHERE in_rollup AND net_hours > 0
            UNION ALL BY NAME
            SELECT * FROM fct_capacity_ahead WHERE in_rollup AND net_hours > 0
        ),
        used AS (
            SELECT f.person_key, f.day, f.hours AS worked_hours, NULL AS booked_hours
            FROM fct_time f JOIN dim_day d ON d.day = f.day
            WHERE NOT d.is_ahead AND f.status = 'approved'
                AND (f.is_billable OR f.kind = 'internal_productive')
            UNION ALL
            SELECT b.person_key, b.day, NULL, b.weighted_hours
            FROM fct_booking b JOIN dim_day d ON d.day = b.day
            WHERE d.is_ahead AND b.status <> 'rejected' AND b.{_DUTY}
        ),
        summed AS (
            SELECT person_key, day, coalesce(sum(worked_hours), 0) AS worked_hours,
                coalesce(sum(booked_hours), 0) AS booked_hours
            FROM used GROUP BY ALL
        ),
        f AS (
            SELECT t.person_key, t.department_key, t.subsidiary_key, t.role_key, t.day, t.month,
                t.net_hours, coalesce(s.worked_hours, 0) AS worked_hours,
                coalesce(s.booked_hours, 0) AS booked_hours,
                CAST(t.net_hours - coalesce(s.worked_hours, 0) - coalesce(s.booked_hours, 0)
                    AS DECIMAL(18,4)) AS bench_hours,
                date_of(t.day) AS date
            FROM there t
            LEFT JOIN summed s ON s.person_key = t.person_key AND s.day = t.day
        ),
        priced AS (
            SELECT f.*, o.cost AS rate, o.cost_currency AS currency
            FROM f ASOF JOIN dim_person_org o
                ON o.person_key = f.person_key AND o.valid_from <= f.date
            WHERE f.bench_hours > 0
        )
        SELECT f.* EXCLUDE (date, rate),
            CASE WHEN f.date < p.hired_on + n.new THEN 'new'
                WHEN f.date > p.released_on - n.leaving THEN 'leaving' ELSE 'settled' END AS standing,
            product(f.bench_hours, f.rate) AS cost,
            translate_product_once(f.bench_hours, f.rate, d.rate) AS cost_subsidiary,
            d.book AS subsidiary_currency,
            translate_product(f.bench_hours, f.rate, d.rate, a.rate) AS cost_base
        FROM priced f
        CROSS JOIN near n
        LEFT JOIN dim_person p ON p.person_key = f.person_key
        ASOF LEFT JOIN fx_daily d ON d.subsidiary_key = f.subsidiary_key
            AND d.currency = f.currency AND d.day <= f.day
        ASOF LEFT JOIN fx_average a
            ON a.subsidiary_key = f.subsidiary_key AND a.month <= f.month""",
    slicings=(
        Slicing(
            by=("person_key", "day"),
            of={
                "fct_capacity": ("person_key", "day"),
                "fct_capacity_ahead": ("person_key", "day"),
                "fct_time": ("person_key", "day"),
                "fct_booking": ("person_key", "day"),
            },
            touched={
                # a day that is over no longer counts what was booked on it
                "dim_day": """
                    SELECT person_key, day FROM fct_capacity WHERE day IN (SELECT day FROM changed)
                    UNION ALL SELECT person_key, day FROM fct_capacity_ahead
                    WHERE day IN (SELECT day FROM changed)""",
                **dict.fromkeys(
                    ("dim_person_org", "dim_person"),
                    """\n                    SELECT person_key, day FROM fct_bench\n                    WHERE person_key IN (SELECT person_key FROM changed)""",
                ),
                "fx_daily": """
                    SELECT person_key, day FROM fct_bench
                    WHERE day >= (SELECT min(day) FROM changed)""",
                "fx_average": """
                    SELECT person_key, day FROM fct_bench
                    WHERE month >= (SELECT min(month) FROM changed)""",
            },
        ),
    ),
)

FCT_BENCH_LIST = Transform(  # the whole weeks after the running one
    key="fct_bench_list",
    target=tables.fct_bench_list,
    needs=("fct_capacity_ahead", "fct_booking", "dim_day", "dim_person"),
    sql=f"""
        WITH threshold AS (
            SELECT max(value) FILTER (WHERE key = 'bench_booked')::DECIMAL(18,4) AS below,
                max(value) FILTER (WHERE key = 'bench_weeks')::INTEGER AS weeks,
                max(value) FILTER (WHERE key = 'bench_of_weeks')::INTEGER AS of_weeks
            FROM mirror.cfg_setting
        ),
        coming AS (
            SELECT d.day, d.week
            FROM dim_day d, threshold h,
                (SELECT date_trunc('week', today)::DATE + 7 AS monday FROM run_day) r
            WHERE d.date >= r.monday AND d.date < r.monday + 7 * h.of_weeks
        ),
        there AS (
            SELECT c.person_key, d.week, sum(c.net_hours) AS hours
            FROM fct_capacity_ahead c JOIN coming d ON d.day = c.day
            WHERE c.in_rollup GROUP BY ALL HAVING sum(c.net_hours) > 0
        ),
        booked AS (
            SELECT b.person_key, d.week, sum(b.weighted_hours) AS hours
            FROM fct_booking b JOIN coming d ON d.day = b.day
            WHERE b.status <> 'rejected' AND b.{_DUTY} GROUP BY ALL
        )
        SELECT t.person_key, p.department_key, p.subsidiary_key, r.day,
            count(*)::INTEGER AS weeks,
            count_if(coalesce(b.hours, 0) < t.hours * h.below)::INTEGER AS weeks_under,
            sum(t.hours) AS net_hours, sum(coalesce(b.hours, 0)) AS booked_hours,
            count_if(coalesce(b.hours, 0) < t.hours * h.below) >= h.weeks AS is_on_bench
        FROM there t
        LEFT JOIN booked b ON b.person_key = t.person_key AND b.week = t.week
        JOIN dim_person p ON p.person_key = t.person_key, threshold h, run_day r
        GROUP BY t.person_key, p.department_key, p.subsidiary_key, r.day, h.weeks""",
)

FCT_UNSTAFFED = (
    Transform(  # its letters of status are not told: what is fulfilled or final is not open
        key="fct_unstaffed",
        target=tables.fct_unstaffed,
        needs=(*PARENT_NEEDS, "dim_role"),
        sql=f"""
        WITH wanted AS (
            SELECT b.*, q.resource_request_id, coalesce(r.name, q.name) AS request, k.hours AS nominal
            FROM mirror.stg_suiteprojects__pending_booking b
            JOIN mirror.stg_suiteprojects__resource_request_queue q
                ON q.id = b.resource_request_queue_id
            LEFT JOIN mirror.stg_suiteprojects__resource_request r ON r.id = q.resource_request_id,
                (SELECT value::DECIMAL(18,4) AS hours FROM mirror.cfg_setting
                    WHERE key = 'hours_per_day') k
            WHERE status_word(b.approval_status) <> 'rejected' AND b.end_date >= b.start_date
                AND b.end_date <= b.start_date + INTERVAL 5 YEAR AND r.finalized IS NULL
                AND coalesce(q.percent_fulfilled, 0) < 100
                AND coalesce(r.percent_fulfilled, 0) < 100
        ),
        placed AS (
            SELECT w.id, d.day::DATE AS date, count(*) OVER so_far AS until,
                count(*) OVER (PARTITION BY w.id) AS whole
            FROM wanted w, generate_series(w.start_date, w.end_date, INTERVAL 1 DAY) AS d(day)
            WHERE isodow(d.day) <= 5
            WINDOW so_far AS (PARTITION BY w.id ORDER BY d.day)
        ),
        shared AS (  -- up to each day's end: the days add up to the whole
            SELECT p.id, p.date, CASE WHEN p.until = p.whole THEN w.hours ELSE
                    CAST(w.hours * CAST(p.until AS DOUBLE) / CAST(p.whole AS DOUBLE)
                        AS DECIMAL(18,4)) END AS until,
                CAST(w.nominal * w.percentage / 100 AS DECIMAL(18,4)) AS daily
            FROM placed p JOIN wanted w ON w.id = p.id
        ),
        row AS (
            SELECT id, date, CAST(coalesce(until - coalesce(lag(until) OVER (
                PARTITION BY id ORDER BY date), 0), daily) AS DECIMAL(18,4)) AS hours
            FROM shared
        )
        SELECT e.id AS pending_booking_id, e.resource_request_id AS request_id, e.request,
            p.department_key, p.subsidiary_key, p.project_key, {CUSTOMER},
            coalesce(r.role_key, -1) AS role_key, day_key(row.date) AS day,
            month_key(row.date) AS month, row.hours
        FROM row JOIN wanted e ON e.id = row.id
        {suiteprojects_parents("e")}
        LEFT JOIN dim_role r ON r.role_key = e.job_code_id
        WHERE row.hours <> 0""",
    )
)

PERSON_SKILL = Transform(  # the skills of people, and the roles they could fill beside their own
    key="person_skill",
    needs=("map_person", "dim_role"),
    sql="""
        WITH has AS (
            SELECT DISTINCT m.person_key, lower(trim(t.type)) AS type, trim(t.name) AS name
            FROM mirror.stg_suiteprojects__resource_profile p
            JOIN mirror.stg_suiteprojects__resource_profile_type t
                ON t.id = p.resource_profile_type_id AND coalesce(t.is_active, true)
            JOIN map_person m ON m.system = 'suiteprojects' AND m.id = p.user_id
            WHERE lower(trim(t.type)) IN ('skill', 'jobrole')
        )
        SELECT person_key, 'skill' AS kind, name FROM has WHERE type = 'skill'
        UNION
        SELECT h.person_key, 'role', r.name
        FROM has h JOIN dim_role r ON lower(trim(r.name)) = lower(h.name) AND r.role_key <> -1""",
)

FCT_COVER = Transform(
    key="fct_cover",
    target=tables.fct_cover,
    needs=("fct_capacity", "fct_capacity_ahead", "dim_day", "dim_role", "person_skill"),
    sql="""
        WITH there AS (
            SELECT c.person_key, c.department_key, c.subsidiary_key, c.role_key, d.week, c.month,
                sum(c.net_hours) AS hours
            FROM (
                FROM fct_capacity_ahead UNION ALL BY NAME
                SELECT c.* FROM fct_capacity c, run_day r WHERE c.day = day_key(r.today)
            ) c JOIN dim_day d ON d.day = c.day
            WHERE c.in_rollup GROUP BY ALL HAVING sum(c.net_hours) > 0
        )
        SELECT t.* EXCLUDE (role_key, hours), s.kind, s.name, t.hours
        FROM there t JOIN person_skill s ON s.person_key = t.person_key
        UNION ALL BY NAME
        SELECT t.* EXCLUDE (role_key, hours), 'role' AS kind, r.name, t.hours
        FROM there t
        JOIN dim_role r ON r.role_key = t.role_key AND r.role_key <> -1
        ANTI JOIN person_skill s
            ON s.person_key = t.person_key AND s.kind = 'role' AND s.name = r.name""",
)
