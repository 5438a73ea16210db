"""The hours there were, and those there will be: scheduled, less holidays and leave, and what is aimed at."""

from __future__ import annotations

from sqlalchemy import Table

from models.tables import staffing as tables

from .pieces import referring
from .transform import Slicing, Transform

LEAVE_AHEAD = Transform(  # approved leave that nobody has written down as time yet
    key="leave_ahead",
    needs=("map_person",),
    sql="""
        SELECT m.person_key, day_key(d.date) AS day, sum(d.hours) AS hours
        FROM mirror.stg_suiteprojects__leave_day d
        JOIN mirror.stg_suiteprojects__leave l ON l.id = d.leave_id
        JOIN map_person m ON m.system = 'suiteprojects' AND m.id = d.user_id
        WHERE status_word(l.approval_status) = 'approved'
        GROUP BY ALL""",
)

TAKEN = Transform(  # approved time off
    key="leave_taken",
    needs=("fct_time",),
    sql="""
        SELECT person_key, day, sum(hours) AS hours FROM fct_time
        WHERE kind = 'time_off' AND status = 'approved' GROUP BY ALL""",
    slicings=(
        Slicing(
            by=("person_key", "day"),
            of={"fct_time": ("person_key", "day")},
            touched={"fct_time": "SELECT person_key, day FROM changed WHERE kind = 'time_off'"},
        ),
    ),
)

FULL_DAY = Transform(  # hours of one full-time person, as 10,000ths
    key="full_day",
    sql="""
        SELECT scaled(value::DECIMAL(18,4)) AS hours FROM mirror.cfg_setting
        WHERE key = 'hours_per_day'""",
)


def _capacity(target: Table, leave: str, *, ahead: bool) -> Transform:
    return Transform(
        key=target.name,
        target=target,
        needs=("gross_day", leave, "target_range", "dim_person_org", "full_day"),
        sql=f"""
        WITH net AS (
            SELECT g.*, greatest(least(coalesce(l.hours, 0), g.hours), 0) AS leave_hours
            FROM gross_day g
            LEFT JOIN {leave} l ON l.person_key = g.person_key AND l.day = day_key(g.day)
            WHERE {"" if ahead else "NOT "}g.is_ahead
        )
        SELECT n.person_key, o.department_key, o.subsidiary_key, o.role_key,
            day_key(n.day) AS day, month_key(n.day) AS month, n.scheduled_hours,
            half_even(scaled(n.scheduled_hours) * 10000, f.hours) AS full_days,
            coalesce(n.holiday_hours, 0) AS holiday_hours, n.hours AS gross_hours,
            n.leave_hours, n.hours - n.leave_hours AS net_hours,
            product(n.hours - n.leave_hours, coalesce(t.percentage, 0) * 0.01) AS target_hours,
            coalesce(t.percentage > 0, false) AS in_rollup
        FROM net n CROSS JOIN full_day f
        ASOF JOIN dim_person_org o ON o.person_key = n.person_key AND o.valid_from <= n.day
        LEFT JOIN target_range t ON t.user_id = n.user_id
            AND n.day BETWEEN t.start_date AND t.end_date""",
        slicings=(
            Slicing(
                by=("person_key", "day"),
                of={"gross_day": ("person_key", "day_key(day)"), leave: ("person_key", "day")},
                touched={
                    "target_range": referring(
                        "person_key, day_key(day)", "gross_day", "user_id", "user_id"
                    ),
                    "dim_person_org": referring(
                        "person_key, day_key(day)", "gross_day", "person_key", "person_key"
                    ),
                },
            ),
        ),
    )


FCT_CAPACITY = _capacity(tables.fct_capacity, "leave_taken", ahead=False)
FCT_CAPACITY_AHEAD = _capacity(tables.fct_capacity_ahead, "leave_ahead", ahead=True)
