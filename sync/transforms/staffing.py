"""Staffing facts: hours worked and what they cost, hours exported, hours there were."""

from __future__ import annotations

from models.tables import staffing as tables

from .business import OF_CONTRACT, WORK_STREAM, contract_touched
from .pieces import (
    CUSTOMER,
    IN_NETSUITE,
    PARENT_NEEDS,
    parents_touched,
    referring,
    suiteprojects_parents,
    user_touched,
)
from .transform import Slicing, Transform

_ENTRY, _BILL = "stg_suiteprojects__time_entry", "stg_netsuite__timebill"
_ENTRIES, _BILLS = f"mirror.{_ENTRY}", f"mirror.{_BILL}"
_BOOKING = "stg_suiteprojects__booking"
_BOOKINGS = f"mirror.{_BOOKING}"

TARGET_RANGE = Transform(  # the target utilisation of a user, each range up to the next one's start
    key="target_range",
    sql="""
        SELECT user_id, percentage, coalesce(start_date, DATE '0001-01-01') AS start_date,
            least(coalesce(end_date, DATE '9999-12-31'),
                coalesce(lead(start_date) OVER (PARTITION BY user_id
                    ORDER BY start_date NULLS FIRST, id) - 1, DATE '9999-12-31')) AS end_date
        FROM mirror.stg_suiteprojects__target_utilization""",
)

HOUR_COST = (
    Transform(  # what an hour of a time entry costs: the project's own rate before the general
        key="hour_cost",
        sql="""
        SELECT e.id AS time_entry_id, c.cost, c.currency
        FROM mirror.stg_suiteprojects__time_entry e
        JOIN mirror.stg_suiteprojects__loaded_cost c ON c.user_id = e.user_id
            AND coalesce(c.start_date, e.date) <= e.date AND coalesce(c.end_date, e.date) >= e.date
            AND (c.project_id IS NULL OR c.project_id <= 0 OR c.project_id = e.project_id)
        LEFT JOIN mirror.cfg_setting k ON k.key = 'labor_cost_level'
        QUALIFY row_number() OVER (PARTITION BY e.id ORDER BY
            coalesce(c.project_id, 0) <= 0,
            coalesce(c.level, 0) <> CASE k.value WHEN 'secondary' THEN 1 WHEN 'tertiary' THEN 2 ELSE 0 END,
            coalesce(c.level, 0), c.start_date DESC NULLS LAST,
            c.id DESC) = 1""",
        slicings=(
            Slicing(
                by=("time_entry_id",),
                of={_ENTRY: ("id",)},
                touched={
                    "stg_suiteprojects__loaded_cost": referring(
                        "id", _ENTRIES, "user_id", "user_id"
                    )
                },
            ),
        ),
    )
)

TASK_CLASS = (
    Transform(  # what work on a task is for and how it is credited, by the rules of the business
        key="task_class",
        needs=("dim_project", "dim_task"),
        sql="""
        WITH place AS (
            SELECT p.project_key, t.task_key, p.kind, p.name AS project, t.name AS task,
                concat_ws(': ', p.name, t.name) AS both_names
            FROM dim_project p JOIN dim_task t ON t.project_key = p.project_key
            WHERE t.task_key <> -1
            UNION ALL SELECT project_key, -1, kind, name, name, name FROM dim_project
        ),
        ruled AS (
            SELECT l.project_key, l.task_key, r.kind, arg_min(r.result, r.position) AS result
            FROM place l
            JOIN mirror.cfg_rule r
                ON (r.kind = 'crediting' OR r.kind = 'purpose' AND l.kind = 'internal_productive')
                AND (r.type IS NULL OR lower(l.project) = r.type)
                AND (r.name IS NULL OR lower(l.project) LIKE r.name ESCAPE '!'
                    OR lower(l.task) LIKE r.name ESCAPE '!'
                    OR lower(l.both_names) LIKE r.name ESCAPE '!')
            GROUP BY ALL
        )
        SELECT project_key, task_key, max(result) FILTER (kind = 'purpose') AS purpose,
            nullif(max(result) FILTER (kind = 'crediting'), 'neither') AS crediting
        FROM ruled GROUP BY ALL""",
    )
)

FCT_TIME = Transform(
    key="fct_time",
    target=tables.fct_time,
    needs=(
        *PARENT_NEEDS,
        "fx_daily",
        "fx_average",
        "map_person",
        "dim_person_org",
        "dim_role",
        "dim_task",
        "task_class",
        "target_range",
        "hour_cost",
        "hour_rate",
        "contract_stream",
    ),
    sql=f"""
        WITH entry AS (
            SELECT e.*, coalesce(mu.person_key, -1) AS person_key
            FROM mirror.stg_suiteprojects__time_entry e
            LEFT JOIN map_person mu ON mu.system = 'suiteprojects' AND mu.id = e.user_id
        ),
        f AS (
            SELECT e.id AS time_entry_id, e.person_key, u.department_key, p.subsidiary_key,
                p.project_key, p.department_key AS project_department_key, {CUSTOMER},
                coalesce(t.task_key, -1) AS task_key, coalesce(r.role_key, u.role_key) AS role_key,
                day_key(e.date) AS day, month_key(e.date) AS month,
                month_key(coalesce(e.accounting_date, e.date)) AS accounting_month,
                day_key(coalesce(e.accounting_date, e.date)) AS accounting_day,
                e.hours, status_word(s.status) AS status, p.kind, {WORK_STREAM} AS stream, w.purpose,
                p.kind IS NOT DISTINCT FROM 'client' AND coalesce(t.is_billable, false)
                    AS is_billable,
                CASE WHEN p.kind <> 'time_off' AND NOT (p.kind = 'client' AND coalesce(t.is_billable, false))
                    THEN w.crediting END AS crediting,
                coalesce(g.percentage > 0, false) AS in_rollup,
                c.cost AS hour_cost, c.currency, v.list_rate, v.list_currency, v.agreed_rate,
                v.agreed_currency, CAST(e.created AS DATE) AS entered_on,
                s.submitted AS submitted_on, s.approved AS approved_on,
                linked(e.charge_id) AS charge_id, linked(e.netsuite_id) AS netsuite_id, e.notes,
                u.subsidiary_key AS person_subsidiary_key
            FROM entry e
            {suiteprojects_parents("e")}
            {OF_CONTRACT}
            LEFT JOIN mirror.stg_suiteprojects__timesheet s ON s.id = e.timesheet_id
            ASOF JOIN dim_person_org u ON u.person_key = e.person_key AND u.valid_from <= e.date
            LEFT JOIN dim_role r ON r.role_key = e.job_code_id
            LEFT JOIN dim_task t ON t.task_key = 2 * e.project_task_id
            LEFT JOIN task_class w
                ON w.project_key = p.project_key AND w.task_key = coalesce(t.task_key, -1)
            LEFT JOIN target_range g ON g.user_id = e.user_id
                AND e.date BETWEEN g.start_date AND g.end_date
            LEFT JOIN hour_cost c ON c.time_entry_id = e.id
            LEFT JOIN hour_rate v ON v.time_entry_id = e.id
        )
        SELECT f.* EXCLUDE (hour_cost, list_rate, list_currency, agreed_rate, agreed_currency,
                accounting_day, person_subsidiary_key),
            product(f.hours, f.hour_cost) AS cost,
            translate_product_once(f.hours, f.hour_cost, d.rate) AS cost_subsidiary,
            d.book AS subsidiary_currency,
            translate_product(f.hours, f.hour_cost, d.rate, a.rate) AS cost_base,
            product(f.hours, f.list_rate) AS list_value, f.list_currency AS list_value_currency,
            translate_product_once(f.hours, f.list_rate, dl.rate) AS list_value_subsidiary,
            translate_product(f.hours, f.list_rate, dl.rate, al.rate) AS list_value_base,
            product(f.hours, f.agreed_rate) AS agreed_value,
            f.agreed_currency AS agreed_value_currency,
            translate_product_once(f.hours, f.agreed_rate, da.rate) AS agreed_value_subsidiary,
            translate_product(f.hours, f.agreed_rate, da.rate, al.rate) AS agreed_value_base,
            dl.book AS value_subsidiary_currency
        FROM f
        ASOF LEFT JOIN fx_daily d ON d.subsidiary_key = f.person_subsidiary_key
            AND d.currency = f.currency AND d.day <= f.accounting_day
        ASOF LEFT JOIN fx_average a ON a.subsidiary_key = f.person_subsidiary_key
            AND a.month <= f.accounting_month
        ASOF LEFT JOIN fx_daily dl ON dl.subsidiary_key = f.subsidiary_key
            AND dl.currency = f.list_currency AND dl.day <= f.accounting_day
        ASOF LEFT JOIN fx_daily da ON da.subsidiary_key = f.subsidiary_key
            AND da.currency = f.agreed_currency AND da.day <= f.accounting_day
        ASOF LEFT JOIN fx_average al ON al.subsidiary_key = f.subsidiary_key
            AND al.month <= f.accounting_month""",
    slicings=(
        Slicing(
            by=("time_entry_id",),
            of={
                _ENTRY: ("id",),
                "hour_cost": ("time_entry_id",),
                "hour_rate": ("time_entry_id",),
            },
            touched={
                **parents_touched("fct_time", "time_entry_id", _ENTRY),
                **contract_touched("fct_time", "time_entry_id"),
                **user_touched(_ENTRY),
                "stg_suiteprojects__timesheet": referring("id", _ENTRIES, "timesheet_id"),
                "dim_person_org": referring(
                    "time_entry_id", "fct_time", "person_key", "person_key"
                ),
                "dim_role": referring("id", _ENTRIES, "job_code_id", "role_key"),
                "dim_task": referring("id", _ENTRIES, "2 * project_task_id", "task_key"),
                "task_class": """
                    SELECT time_entry_id FROM fct_time f SEMI JOIN changed c
                        ON c.project_key = f.project_key AND c.task_key = f.task_key""",
                "target_range": referring("id", _ENTRIES, "user_id", "user_id"),
                "fx_daily": """
                    SELECT time_entry_id FROM fct_time f SEMI JOIN (
                        SELECT currency, min(day) // 100 AS month FROM changed GROUP BY ALL
                    ) c ON c.currency IN (f.currency, f.list_value_currency,
                        f.agreed_value_currency) AND c.month <= f.accounting_month""",
                "fx_average": """
                    SELECT time_entry_id FROM fct_time
                    WHERE accounting_month >= (SELECT min(month) FROM changed)""",
            },
        ),
    ),
)

FCT_TIME_BILL = Transform(
    key="fct_time_bill",
    target=tables.fct_time_bill,
    needs=(
        "map_project",
        "dim_project",
        "map_customer",
        "map_person",
        "dim_person",
        "target_range",
    ),
    sql="""
        SELECT b.id AS time_bill_id, u.person_key, u.department_key, p.subsidiary_key,
            p.project_key,
            coalesce(nullif(p.customer_key, -1), mc.customer_key, -1) AS customer_key,
            day_key(b.trandate) AS day, month_key(b.trandate) AS month, b.hours,
            coalesce(b.isbillable, false) AS is_billable,
            coalesce(lower(b.approvalstatus) IN ('3', 'approved'), false) AS is_approved,
            coalesce(g.percentage > 0, false) AS in_rollup
        FROM mirror.stg_netsuite__timebill b
        LEFT JOIN map_project mp ON mp.system = 'netsuite' AND mp.id = b.customer
        JOIN dim_project p ON p.project_key = coalesce(mp.project_key, -1)
        LEFT JOIN map_customer mc ON mc.system = 'netsuite' AND mc.id = b.customer
        LEFT JOIN map_person mu ON mu.system = 'netsuite' AND mu.id = b.employee
        JOIN dim_person u ON u.person_key = coalesce(mu.person_key, -1)
        LEFT JOIN target_range g ON g.user_id = u.suiteprojects_id
            AND b.trandate BETWEEN g.start_date AND g.end_date""",
    slicings=(
        Slicing(
            by=("time_bill_id",),
            of={_BILL: ("id",)},
            touched={
                "map_project": referring("id", _BILLS, "customer", where=IN_NETSUITE),
                "map_customer": referring("id", _BILLS, "customer", where=IN_NETSUITE),
                "map_person": referring("id", _BILLS, "employee", where=IN_NETSUITE),
                "dim_project": referring(
                    "time_bill_id", "fct_time_bill", "project_key", "project_key"
                ),
                "dim_person": referring(
                    "time_bill_id", "fct_time_bill", "person_key", "person_key"
                ),
                "target_range": """
                    SELECT time_bill_id FROM fct_time_bill WHERE person_key IN (
                        SELECT person_key FROM dim_person
                        WHERE suiteprojects_id IN (SELECT user_id FROM changed))""",
            },
        ),
    ),
)

EMPLOYMENT = Transform(  # who is there, and from when to when
    key="employment",
    needs=("map_person", "dim_person"),
    sql="""
        WITH worked AS (
            SELECT user_id, min(date) AS first_day, max(date) AS last_day
            FROM mirror.stg_suiteprojects__time_entry GROUP BY user_id
        )
        SELECT u.id AS user_id, p.person_key, p.department_key, p.subsidiary_key,
            -- where NetSuite's employees are not mirrored, nobody can be told from a contractor
            p.kind = 'contractor' AND EXISTS (FROM mirror.stg_netsuite__employee) AS is_contractor,
            u.work_schedule_id, string_split(u.work_hours, '|') AS pattern,
            coalesce(p.hired_on, u.created::DATE, w.first_day) AS start_date,
            coalesce(p.released_on, CASE WHEN u.is_deleted THEN coalesce(w.last_day, DATE '0001-01-01')
                    WHEN u.is_active = false THEN w.last_day END,
                DATE '9999-12-31') AS end_date
        FROM mirror.stg_suiteprojects__user u
        JOIN map_person m ON m.system = 'suiteprojects' AND m.id = u.id
        JOIN dim_person p ON p.person_key = m.person_key
        LEFT JOIN worked w ON w.user_id = u.id
        WHERE NOT coalesce(u.is_generic, false)""",
)

WORK_DAY = Transform(  # the days that capacity is stated for, and those a year ahead
    key="work_day",
    sql="""
        SELECT d.day::DATE AS day, d.day > r.today AS is_ahead
        FROM run_day r,
            (SELECT date_trunc('month', min(date)) AS day
                FROM mirror.stg_suiteprojects__time_entry) f,
            generate_series(f.day, last_day(CAST(r.today + INTERVAL 1 YEAR AS DATE)),
                INTERVAL 1 DAY) AS d(day)""",
)

GROSS_DAY = Transform(  # the hours there were for a person on a day, leave not yet taken off; of contractors, when booked
    key="gross_day",
    needs=("employment", "work_day"),
    sql=f"""
        WITH term AS (  -- the days that contractors are booked for
            SELECT DISTINCT b.user_id, d.day::DATE AS day
            FROM {_BOOKINGS} b SEMI JOIN (FROM employment WHERE is_contractor) e ON e.user_id = b.user_id,
                generate_series(b.start_date, b.end_date, INTERVAL 1 DAY) AS d(day)
            WHERE status_word(b.approval_status) IS DISTINCT FROM 'rejected'
        ),
        scheduled AS (
            SELECT e.*, c.day, c.is_ahead, TRY_CAST(e.pattern[isodow(c.day)] AS DECIMAL(18,4)) AS hours
            FROM employment e JOIN work_day c ON c.day BETWEEN e.start_date AND e.end_date
            LEFT JOIN term t ON t.user_id = e.user_id AND t.day = c.day
            WHERE NOT e.is_contractor OR t.day IS NOT NULL
        ),
        holiday AS (  -- an exception of a work schedule: nobody's own
            SELECT work_schedule_id, d.day::DATE AS day, min(coalesce(hours, 0)) AS hours
            FROM mirror.stg_suiteprojects__schedule_exception,
                generate_series(start_date, end_date, INTERVAL 1 DAY) AS d(day)
            WHERE coalesce(user_id, 0) <= 0 GROUP BY ALL
        ),
        personal AS (
            SELECT user_id, d.day::DATE AS day, arg_max(coalesce(hours, 0), id) AS hours
            FROM mirror.stg_suiteprojects__schedule_exception,
                generate_series(start_date, end_date, INTERVAL 1 DAY) AS d(day)
            WHERE user_id > 0 GROUP BY ALL
        )
        SELECT s.user_id, s.person_key, s.day, s.is_ahead, s.hours AS scheduled_hours,
            greatest(s.hours - h.hours, 0) AS holiday_hours,
            coalesce(p.hours, least(s.hours, h.hours), s.hours) AS hours
        FROM scheduled s
        LEFT JOIN holiday h ON h.work_schedule_id = s.work_schedule_id AND h.day = s.day
        LEFT JOIN personal p ON p.user_id = s.user_id AND p.day = s.day
        WHERE s.hours > 0 OR p.hours > 0""",
    slicings=(
        Slicing(
            by=("person_key",),
            of={"employment": ("person_key",)},
            touched={
                _BOOKING: """
                    SELECT person_key FROM employment
                    WHERE is_contractor AND user_id IN (SELECT user_id FROM changed)""",
                "stg_suiteprojects__schedule_exception": """
                    SELECT person_key FROM employment
                    WHERE user_id IN (SELECT user_id FROM changed)
                        OR work_schedule_id IN (
                            SELECT work_schedule_id FROM changed WHERE coalesce(user_id, 0) <= 0)""",
            },
        ),
        Slicing(by=("day",), of={"work_day": ("day",)}),
    ),
)
