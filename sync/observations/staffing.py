"""Observed: who is booked on what, month by month."""

from __future__ import annotations

from models.tables import dated as tables

from .observation import Observation

BOOKING = Observation(
    key="booking",
    title="Booked hours by person, project and month",
    target=tables.fct_booking_dated,
    grain=("person_key", "project_key", "booking_type", "approval_status", "month", "method"),
    sql="""
        WITH booking AS (
            SELECT b.*, u.pattern, u.work_schedule_id
            FROM mirror.stg_suiteprojects__booking b
            LEFT JOIN employment u ON u.user_id = b.user_id
            WHERE b.end_date >= (SELECT date_trunc('month', today) FROM run_day)
                AND b.end_date <= b.start_date + INTERVAL 5 YEAR
        ),
        holiday AS (
            SELECT x.work_schedule_id, d.day::DATE AS day, min(coalesce(x.hours, 0)) AS hours
            FROM mirror.stg_suiteprojects__schedule_exception x,
                generate_series(x.start_date, x.end_date, INTERVAL 1 DAY) AS d(day)
            WHERE coalesce(x.user_id, 0) <= 0 GROUP BY ALL
        ),
        each_day AS (
            SELECT b.id, b.pattern, b.work_schedule_id, d.day::DATE AS day
            FROM booking b, generate_series(b.start_date, b.end_date, INTERVAL 1 DAY) AS d(day)
        ),
        dated AS (
            SELECT e.id, e.day, CASE WHEN isodow(e.day) <= 5 THEN 1 ELSE 0 END AS weekday,
                least(TRY_CAST(e.pattern[isodow(e.day)] AS DECIMAL(18,4)), h.hours) AS scheduled
            FROM each_day e
            LEFT JOIN holiday h ON h.work_schedule_id = e.work_schedule_id AND h.day = e.day
        ),
        weighed AS (
            SELECT id, month_key(day) AS month, sum(scheduled) AS scheduled,
                sum(weekday) AS weekdays, count(*) AS days
            FROM dated GROUP BY ALL
        ),
        placed AS (
            SELECT id, month, sum(scheduled) OVER whole AS whole_schedule,
                row_number() OVER (PARTITION BY id ORDER BY month DESC) = 1 AS is_last,
                CASE WHEN sum(scheduled) OVER whole > 0
                        THEN sum(scheduled) OVER so_far / sum(scheduled) OVER whole
                    WHEN sum(weekdays) OVER whole > 0
                        THEN sum(weekdays) OVER so_far / sum(weekdays) OVER whole
                    ELSE sum(days) OVER so_far / sum(days) OVER whole END AS share,
                CASE WHEN sum(scheduled) OVER whole > 0 THEN 'schedule'
                    WHEN sum(weekdays) OVER whole > 0 THEN 'weekdays' ELSE 'days' END AS method
            FROM weighed
            WINDOW whole AS (PARTITION BY id), so_far AS (PARTITION BY id ORDER BY month)
        ),
        amount AS (
            SELECT p.*, CASE WHEN b.hours IS NOT NULL THEN b.hours
                WHEN p.method = 'schedule'
                    THEN CAST(p.whole_schedule * b.percentage / 100 AS DECIMAL(18,4)) END AS total
            FROM placed p JOIN booking b ON b.id = p.id
        ),
        part AS (  -- up to each month's end: the months add up to the whole
            SELECT id, month, method, CASE WHEN is_last THEN total
                ELSE CAST(total * share AS DECIMAL(18,4)) END AS until
            FROM amount
        ),
        hours AS (
            SELECT id, month, method, CAST(until - coalesce(lag(until)
                OVER (PARTITION BY id ORDER BY month), 0) AS DECIMAL(18,4)) AS hours
            FROM part
        )
        SELECT coalesce(u.person_key, -1) AS person_key, coalesce(m.project_key, -1) AS project_key,
            t.name AS booking_type, b.approval_status, h.month, sum(h.hours) AS hours, h.method
        FROM hours h
        JOIN booking b ON b.id = h.id
        LEFT JOIN map_person u ON u.system = 'suiteprojects' AND u.id = b.user_id
        LEFT JOIN map_project m ON m.system = 'suiteprojects' AND m.id = b.project_id
        LEFT JOIN mirror.stg_suiteprojects__booking_type t ON t.id = b.booking_type_id
        WHERE h.month >= (SELECT month FROM run_day)
        GROUP BY 1, 2, 3, 4, 5, 7
        HAVING sum(h.hours) <> 0""",
)
