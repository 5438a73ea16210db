"""Bookings day by day: hours spread over the person's own working days (R7), worth what was agreed."""

from __future__ import annotations

from models.tables import booking as tables

from .bill_rates import RATE_NEEDS, rated, rates_touched
from .business import OF_CONTRACT, WORK_STREAM, contract_touched
from .pieces import (
    CUSTOMER,
    PARENT_NEEDS,
    parents_touched,
    referring,
    suiteprojects_parents,
    user_touched,
)
from .transform import Slicing, Transform

_BOOKING = "stg_suiteprojects__booking"
_BOOKINGS = f"mirror.{_BOOKING}"
_LONGEST = "INTERVAL 5 YEAR"  # what is longer was mistyped: it is told by observation, not spread

BOOKED_DAY = Transform(
    key="booked_day",
    needs=("map_person", "gross_day", "employment", "work_day"),
    sql=f"""
        WITH booked AS (
            SELECT b.id, b.start_date, b.end_date, b.hours, b.percentage, m.person_key
            FROM {_BOOKINGS} b
            LEFT JOIN map_person m ON m.system = 'suiteprojects' AND m.id = b.user_id
            WHERE b.end_date >= b.start_date AND b.end_date <= b.start_date + {_LONGEST}
        ),
        working AS (
            SELECT b.id, g.day, g.hours AS weight, 'schedule' AS method
            FROM booked b JOIN gross_day g
                ON g.person_key = b.person_key AND g.day BETWEEN b.start_date AND b.end_date
            WHERE g.hours > 0
            UNION ALL  -- beyond the days that capacity is known for: as the person's week is
            SELECT b.id, d.day::DATE, TRY_CAST(e.pattern[isodow(d.day)] AS DECIMAL(18,4)), 'schedule'
            FROM booked b JOIN employment e ON e.person_key = b.person_key,
                (SELECT max(day) + 1 AS day FROM work_day) k,
                generate_series(greatest(k.day, b.start_date), b.end_date, INTERVAL 1 DAY) AS d(day)
            WHERE d.day BETWEEN e.start_date AND e.end_date
                AND TRY_CAST(e.pattern[isodow(d.day)] AS DECIMAL(18,4)) > 0
        ),
        other AS (  -- nobody's schedule, or none of its days: the weekdays, else all days
            SELECT b.id, d.day::DATE AS day, isodow(d.day) <= 5 AS is_weekday
            FROM booked b, generate_series(b.start_date, b.end_date, INTERVAL 1 DAY) AS d(day)
            WHERE b.id NOT IN (SELECT id FROM working)
        ),
        spread AS (
            SELECT * FROM working
            UNION ALL
            SELECT id, day, 1, CASE WHEN is_weekday THEN 'weekdays' ELSE 'days' END FROM other
            WHERE is_weekday OR id NOT IN (SELECT id FROM other WHERE is_weekday)
        ),
        shared AS (
            SELECT s.*, b.hours, b.percentage, sum(s.weight) OVER so_far AS until,
                sum(s.weight) OVER (PARTITION BY s.id) AS whole
            FROM spread s JOIN booked b ON b.id = s.id
            WINDOW so_far AS (PARTITION BY s.id ORDER BY s.day)
        ),
        placed AS (  -- up to each day's end: the days add up to the whole
            SELECT id, day, method, CASE WHEN hours IS NOT NULL
                    THEN CAST(hours * CAST(until AS DOUBLE) / CAST(whole AS DOUBLE) AS DECIMAL(18,4))
                WHEN method = 'schedule'
                    THEN CAST(until * percentage / 100 AS DECIMAL(18,4)) END AS until,
                CASE WHEN until = whole THEN hours END AS total
            FROM shared
        ),
        exact AS (
            SELECT id, day, method, coalesce(total, until) AS until FROM placed
        )
        SELECT id, day, method, CAST(until - coalesce(lag(until) OVER (PARTITION BY id ORDER BY day), 0)
            AS DECIMAL(18,4)) AS hours
        FROM exact""",
    slicings=(
        Slicing(
            by=("id",),
            of={_BOOKING: ("id",)},
            touched={
                **user_touched(_BOOKING),
                "gross_day": f"""
                    SELECT b.id FROM {_BOOKINGS} b
                    JOIN map_person m ON m.system = 'suiteprojects' AND m.id = b.user_id
                    JOIN changed c ON c.person_key = m.person_key
                        AND c.day BETWEEN b.start_date AND b.end_date""",
                "employment": f"""
                    SELECT id FROM {_BOOKINGS} WHERE user_id IN (SELECT user_id FROM changed)
                        AND end_date > (SELECT max(day) FROM work_day)""",
                "work_day": f"""
                    SELECT b.id FROM {_BOOKINGS} b
                    JOIN changed c ON c.day BETWEEN b.start_date AND b.end_date""",
            },
        ),
    ),
)

BOOKING_RATE = Transform(  # at the role and the rates of a booking's first day
    key="booking_rate",
    needs=RATE_NEEDS,
    sql=f"""
        WITH {
        rated(f'''
            SELECT b.id, b.user_id, b.project_id, b.start_date AS day,
                coalesce(nullif(b.job_code_id, 0), v.job_code_id) AS role_id
            FROM {_BOOKINGS} b
            LEFT JOIN mirror.stg_suiteprojects__user v ON v.id = b.user_id''')
    }
        SELECT * FROM rated""",
    slicings=(Slicing(by=("id",), of={_BOOKING: ("id",)}, touched=rates_touched(_BOOKINGS)),),
)

BOOKING_CLASS = Transform(  # how firm the bookings of a type are, by the rules of the business
    key="booking_class",
    sql="""
        SELECT t.id AS booking_type_id, arg_min(r.result, r.position) AS class
        FROM mirror.stg_suiteprojects__booking_type t
        JOIN mirror.cfg_rule r ON r.kind = 'booking'
            AND (r.type IS NULL OR lower(trim(t.name)) = r.type)
            AND (r.name IS NULL OR lower(trim(t.name)) LIKE r.name ESCAPE '!')
        GROUP BY t.id""",
)
_CLASS = "CASE WHEN p.kind <> 'client' THEN 'internal' ELSE coalesce(c.class, 'hard') END"

PROJECT_CHANCE = (
    Transform(  # how likely the deal is that a project hangs on: the likeliest that is open
        key="project_chance",
        needs=("map_project",),
        sql="""
        SELECT m.project_key, max(CASE WHEN chance > 1 THEN chance / 100 ELSE chance END)
            ::DECIMAL(18,4) AS probability
        FROM (
            SELECT entity, TRY_CAST(probability AS DECIMAL(18,4)) AS chance
            FROM mirror.stg_netsuite__transaction
            WHERE type = 'Opprtnty' AND status IN ('A', 'B') AND NOT coalesce(voided, false)
        ) o
        JOIN map_project m ON m.system = 'netsuite' AND m.id = o.entity
        WHERE o.chance IS NOT NULL GROUP BY m.project_key""",
    )
)

FCT_BOOKING = Transform(
    key="fct_booking",
    target=tables.fct_booking,
    needs=(
        *PARENT_NEEDS,
        "map_person",
        "dim_person_org",
        "dim_role",
        "dim_task",
        "target_range",
        "booking_class",
        "booked_day",
        "booking_rate",
        "project_chance",
        "contract_stream",
        "fx_daily",
        "fx_average",
    ),
    sql=f"""
        WITH row AS (
            SELECT b.id, d.day AS date, d.hours, d.method, b.project_id, b.customer_id, b.job_code_id,
                b.project_task_id, b.booking_type_id, b.approval_status,
                b.user_id, coalesce(mu.person_key, -1) AS person_key
            FROM booked_day d
            JOIN {_BOOKINGS} b ON b.id = d.id
            LEFT JOIN map_person mu ON mu.system = 'suiteprojects' AND mu.id = b.user_id
            WHERE d.hours <> 0
        ),
        f AS (
            SELECT e.id AS booking_id, e.person_key, u.department_key, p.subsidiary_key,
                p.project_key, p.department_key AS project_department_key, {CUSTOMER},
                coalesce(r.role_key, u.role_key) AS role_key,
                coalesce(2 * nullif(e.project_task_id, 0), -1) AS task_key,
                day_key(e.date) AS day, month_key(e.date) AS month, p.kind, {WORK_STREAM} AS stream,
                p.kind IS NOT DISTINCT FROM 'client' AND coalesce(c.class, 'hard') <> 'internal'
                    AND coalesce(k.is_billable, true) AS is_billable,
                coalesce(g.percentage > 0, false) AS in_rollup,
                t.name AS booking_type, {_CLASS} AS class,
                status_word(e.approval_status) AS status, e.hours, e.method,
                CASE WHEN {_CLASS} <> 'soft' THEN 1
                    ELSE coalesce(o.probability, TRY_CAST(s.value AS DECIMAL(18,4)), 0.5)
                    END::DECIMAL(18,4) AS probability,
                v.agreed_rate, coalesce(v.agreed_rate, v.list_rate) AS rate,
                CASE WHEN v.agreed_rate IS NULL THEN v.list_currency ELSE v.agreed_currency END
                    AS currency,
                u.cost AS cost_rate, u.cost_currency, u.subsidiary_key AS person_subsidiary_key
            FROM row e
            {suiteprojects_parents("e")}
            {OF_CONTRACT}
            ASOF JOIN dim_person_org u ON u.person_key = e.person_key AND u.valid_from <= e.date
            LEFT JOIN dim_role r ON r.role_key = e.job_code_id
            LEFT JOIN mirror.stg_suiteprojects__booking_type t ON t.id = e.booking_type_id
            LEFT JOIN booking_class c ON c.booking_type_id = e.booking_type_id
            LEFT JOIN dim_task k ON k.task_key = 2 * nullif(e.project_task_id, 0)
            LEFT JOIN target_range g ON g.user_id = e.user_id
                AND e.date BETWEEN g.start_date AND g.end_date
            LEFT JOIN project_chance o ON o.project_key = p.project_key
            LEFT JOIN booking_rate v ON v.id = e.id
            LEFT JOIN mirror.cfg_setting s ON s.key = 'soft_probability'
        )
        SELECT f.* EXCLUDE (agreed_rate, rate, cost_rate, person_subsidiary_key),
            f.agreed_rate IS NOT NULL AS is_agreed,
            product(f.hours, f.probability) AS weighted_hours,
            product(f.hours, f.rate) AS value,
            translate_product_once(f.hours, f.rate, d.rate) AS value_subsidiary,
            d.book AS subsidiary_currency,
            translate_product(f.hours, f.rate, d.rate, a.rate) AS value_base,
            product(f.hours, f.cost_rate) AS cost,
            translate_product(f.hours, f.cost_rate, dc.rate, ac.rate) AS cost_base
        FROM f
        ASOF LEFT JOIN fx_daily d ON d.subsidiary_key = f.subsidiary_key
            AND d.currency = f.currency AND d.day <= f.day
        ASOF LEFT JOIN fx_average a ON a.subsidiary_key = f.subsidiary_key AND a.month <= f.month
        ASOF LEFT JOIN fx_daily dc ON dc.subsidiary_key = f.person_subsidiary_key
            AND dc.currency = f.cost_currency AND dc.day <= f.day
        ASOF LEFT JOIN fx_average ac
            ON ac.subsidiary_key = f.person_subsidiary_key AND ac.month <= f.month""",
    slicings=(
        Slicing(
            by=("booking_id",),
            of={_BOOKING: ("id",), "booked_day": ("id",), "booking_rate": ("id",)},
            touched={
                **parents_touched("fct_booking", "booking_id", _BOOKING),
                **contract_touched("fct_booking", "booking_id"),
                **user_touched(_BOOKING),
                "dim_person_org": referring(
                    "booking_id", "fct_booking", "person_key", "person_key"
                ),
                "dim_role": referring("id", _BOOKINGS, "job_code_id", "role_key"),
                "stg_suiteprojects__booking_type": referring("id", _BOOKINGS, "booking_type_id"),
                "dim_task": referring("id", _BOOKINGS, "2 * project_task_id", "task_key"),
                "target_range": referring("id", _BOOKINGS, "user_id", "user_id"),
                "booking_class": referring("id", _BOOKINGS, "booking_type_id", "booking_type_id"),
                "project_chance": referring(
                    "booking_id", "fct_booking", "project_key", "project_key"
                ),
                "fx_daily": """
                    SELECT booking_id FROM fct_booking
                    WHERE day >= (SELECT min(day) FROM changed)""",
                "fx_average": """
                    SELECT booking_id FROM fct_booking
                    WHERE month >= (SELECT min(month) FROM changed)""",
            },
        ),
    ),
)
