"""What open deals would take, day by day (A9): the hours of SuiteProjects Pro's estimates, as likely as NetSuite says.

A deal counts once and only while it may be won: not when it, its opportunity or an order made of that is decided, nor
when people are booked or asked for on the opportunity's project, which is demand already (D5).
"""

from __future__ import annotations

from models.tables import deal_demand as tables

from .pipeline import SOLD, is_open
from .transform import Transform

_DEALS = "mirror.stg_suiteprojects__deal"
_LABOR = "mirror.stg_suiteprojects__estimate_labor"
_LONGEST = "INTERVAL 5 YEAR"  # what is longer was mistyped, as of bookings


def _custom(field: str) -> str:
    """The value of a custom field whose name is SQL."""
    return f"""d.custom ->> ('$."' || replace({field}, '"', '\\"') || '"')"""


DEAL_TWIN = Transform(  # which opportunity (or estimate) of NetSuite a deal says it is
    key="deal_twin",
    needs=("deal_head",),
    sql=f"""
        WITH told AS (
            SELECT d.id, d.status, coalesce(
                nullif(trim(coalesce({_custom("k.value")}, {_custom("(k.value || '__c')")})), ''),
                d.netsuite_id::VARCHAR) AS claim
            FROM {_DEALS} d LEFT JOIN mirror.cfg_setting k ON k.key = 'opportunity_field'
        ),
        found AS (
            SELECT t.id AS deal_id, min(h.transaction_id) AS transaction_id
            FROM told t JOIN deal_head h ON h.transaction_id = TRY_CAST(t.claim AS BIGINT)
                OR TRY_CAST(t.claim AS BIGINT) IS NULL AND h.number = t.claim
            GROUP BY t.id
        )
        FROM found""",
)

DEAL_RULE = Transform(  # how likely the business holds a deal to be
    key="deal_rule",
    sql=f"""
        SELECT d.id AS deal_id,
            CAST(arg_min(r.result, r.position) AS DECIMAL(18,4)) AS probability
        FROM {_DEALS} d
        JOIN mirror.cfg_rule r ON r.kind = 'deal'
            AND (r.type IS NULL OR lower(trim(d.rating)) = r.type)
            AND (r.name IS NULL OR lower(d.name) LIKE r.name ESCAPE '!')
            AND (r.low IS NULL OR TRY_CAST(d.stage AS DECIMAL(18,4)) >= r.low::INTEGER
                AND TRY_CAST(d.stage AS DECIMAL(18,4)) < r.high::INTEGER + 1)
        GROUP BY d.id""",
)

OPEN_DEAL = Transform(  # what may still be won, with all that its opportunity tells
    key="open_deal",
    needs=(
        "deal_twin",
        "deal_rule",
        "deal_head",
        "deal_line",
        "deal_origin",
        "deal_pace",
        "map_customer",
        "fct_booking",
        "fct_unstaffed",
    ),
    sql=f"""
        WITH {SOLD},
        staffed AS (  -- projects that people are booked on, or asked for
            SELECT project_key FROM fct_booking, run_day r
            WHERE fct_booking.day >= r.day AND status <> 'rejected' AND class IN ('hard', 'soft')
            UNION SELECT project_key FROM fct_unstaffed, run_day r WHERE fct_unstaffed.day >= r.day
        )
        SELECT d.id AS deal_id, d.name AS deal, d.rating,
            TRY_CAST(d.stage AS DECIMAL(18,4)) AS deal_stage, h.transaction_id, h.number AS opportunity,
            h.transaction_id IS NOT NULL
                AND row_number() OVER (PARTITION BY h.transaction_id ORDER BY d.id) > 1 AS is_second,
            coalesce(n.project_key, -1) AS project_key, n.department_key, n.subsidiary_key,
            coalesce(mc.customer_key, n.customer_key, -1) AS customer_key,
            coalesce(h.probability, u.probability) AS probability,
            CASE WHEN h.probability IS NOT NULL THEN 'opportunity'
                WHEN u.probability IS NOT NULL THEN 'rule' END AS likelihood,
            greatest(h.expected_close, r.today) AS closing,
            greatest(h.expected_close, r.today) + p.lag_days AS begins_on,
            greatest(h.expected_close, r.today) + p.lag_days + p.days - 1 AS ends_on
        FROM {_DEALS} d
        CROSS JOIN run_day r
        LEFT JOIN deal_twin t ON t.deal_id = d.id
        LEFT JOIN deal_head h ON h.transaction_id = t.transaction_id
        LEFT JOIN deal_line n ON n.transaction_id = h.transaction_id AND n.is_head
        LEFT JOIN deal_rule u ON u.deal_id = d.id
        LEFT JOIN deal_pace p ON h.expected_close IS NOT NULL
        LEFT JOIN map_customer mc ON mc.system = 'suiteprojects' AND mc.id = d.customer_id
        WHERE coalesce(upper(left(d.status, 1)), 'O') NOT IN ('C', 'L')
            AND coalesce(d.is_active, true)
            AND (h.transaction_id IS NULL OR {is_open("h")})
            AND (h.transaction_id IS NULL
                OR h.transaction_id NOT IN (SELECT origin_id FROM sold))
            AND (coalesce(n.project_key, -1) = -1
                OR n.project_key NOT IN (SELECT project_key FROM staffed))""",
)

DEAL_LABOR = Transform(  # the lines of the estimate that stands for a deal, and from when to when each would be worked
    key="deal_labor",
    needs=("open_deal", "map_person"),
    sql=f"""
        WITH newest AS (
            SELECT e.deal_id,
                arg_max(e.id, (coalesce(e.created, TIMESTAMP '0001-01-01'), e.id)) AS estimate_id
            FROM mirror.stg_suiteprojects__estimate e
            SEMI JOIN {_LABOR} l ON l.estimate_id = e.id
            GROUP BY e.deal_id
        ),
        line AS (
            SELECT l.id AS labor_id, n.deal_id, l.amount, coalesce(l.is_percentage, false) AS is_share,
                f.name AS phase, l.user_id, coalesce(m.person_key, -1) AS person_key,
                l.end_date >= l.start_date AND l.end_date <= l.start_date + {_LONGEST} AS is_dated,
                l.start_date, l.end_date
            FROM newest n JOIN {_LABOR} l ON l.estimate_id = n.estimate_id
            LEFT JOIN mirror.stg_suiteprojects__estimate_phase f ON f.id = l.phase_id
            LEFT JOIN map_person m ON m.system = 'suiteprojects' AND m.id = l.user_id
            WHERE l.amount > 0
        ),
        span AS (
            SELECT deal_id, min(start_date) AS first_day, max(end_date) AS last_day
            FROM line WHERE is_dated GROUP BY deal_id
        ),
        dated AS (  -- without days of its own: those of the rest of the estimate, else as long after the close as others
            SELECT l.* EXCLUDE (start_date, end_date, is_dated),
                CASE WHEN l.is_dated THEN l.start_date ELSE coalesce(s.first_day, o.begins_on) END
                    AS first_day,
                CASE WHEN l.is_dated THEN l.end_date ELSE coalesce(s.last_day, o.ends_on) END
                    AS last_day,
                -- nothing begins before the deal is won: put off by whole weeks
                7 * greatest(ceil((greatest(o.closing, r.today) - s.first_day) / 7.0), 0)::INTEGER
                    AS put_off
            FROM line l
            JOIN open_deal o ON o.deal_id = l.deal_id
            CROSS JOIN run_day r
            LEFT JOIN span s ON s.deal_id = l.deal_id
        )
        SELECT * EXCLUDE (first_day, last_day, put_off),
            first_day + coalesce(put_off, 0) AS first_day, last_day + coalesce(put_off, 0) AS last_day
        FROM dated""",
)

DEAL_LABOR_DAY = Transform(  # R7: the person's own working days where all are known, else weekdays, else all days
    key="deal_labor_day",
    needs=("deal_labor", "employment", "work_day", "gross_day"),
    sql="""
        WITH working AS (
            SELECT l.labor_id, g.day, g.hours AS weight
            FROM deal_labor l
            JOIN employment e ON e.user_id = l.user_id AND NOT e.is_contractor
            JOIN gross_day g ON g.person_key = l.person_key AND g.day BETWEEN l.first_day AND l.last_day
            WHERE g.hours > 0 AND l.last_day <= (SELECT max(day) FROM work_day)
                AND l.last_day <= e.end_date
        ),
        other AS (
            SELECT l.labor_id, d.day::DATE AS day, isodow(d.day) <= 5 AS is_weekday
            FROM deal_labor l, generate_series(l.first_day, l.last_day, INTERVAL 1 DAY) AS d(day)
            WHERE l.labor_id NOT IN (SELECT labor_id FROM working)
        ),
        weighed AS (
            FROM working
            UNION ALL
            SELECT o.labor_id, o.day, k.value::DECIMAL(18,4)
            FROM other o JOIN mirror.cfg_setting k ON k.key = 'hours_per_day'
            WHERE o.is_weekday OR o.labor_id NOT IN (SELECT labor_id FROM other WHERE is_weekday)
        ),
        shared AS (
            SELECT w.labor_id, w.day, sum(w.weight) OVER so_far AS until,
                sum(w.weight) OVER (PARTITION BY w.labor_id) AS whole
            FROM weighed w
            WINDOW so_far AS (PARTITION BY w.labor_id ORDER BY w.day)
        ),
        placed AS (  -- up to each day's end: the days add up to the whole
            SELECT s.labor_id, s.day, CASE WHEN l.is_share
                    THEN CAST(CAST(s.until AS DOUBLE) * CAST(l.amount AS DOUBLE) / 100 AS DECIMAL(18,4))
                WHEN s.until = s.whole THEN l.amount
                ELSE CAST(l.amount * CAST(s.until AS DOUBLE) / CAST(s.whole AS DOUBLE)
                    AS DECIMAL(18,4)) END AS until
            FROM shared s JOIN deal_labor l ON l.labor_id = s.labor_id
        )
        SELECT labor_id, day, CAST(until - coalesce(lag(until) OVER (
            PARTITION BY labor_id ORDER BY day), 0) AS DECIMAL(18,4)) AS hours
        FROM placed""",
)

FCT_DEAL_DEMAND = Transform(
    key="fct_deal_demand",
    target=tables.fct_deal_demand,
    needs=("open_deal", "deal_labor", "deal_labor_day", "dim_person_org"),
    sql="""
        WITH row AS (
            SELECT l.labor_id, d.day AS date, d.hours, false AS is_undated
            FROM deal_labor_day d JOIN deal_labor l ON l.labor_id = d.labor_id
            WHERE d.hours <> 0
            UNION ALL
            SELECT l.labor_id, r.today, CASE WHEN NOT l.is_share THEN l.amount END, true
            FROM deal_labor l, run_day r WHERE l.first_day IS NULL OR l.last_day IS NULL
        ),
        f AS (
            SELECT l.labor_id, o.deal_id, o.deal, o.rating, o.deal_stage, l.phase, o.transaction_id, o.opportunity,
                l.person_key, u.role_key,
                coalesce(nullif(u.department_key, -1), o.department_key, -1) AS department_key,
                coalesce(nullif(u.subsidiary_key, -1), o.subsidiary_key, -1) AS subsidiary_key,
                o.project_key, o.customer_key, day_key(e.date) AS day, month_key(e.date) AS month,
                e.hours, o.likelihood, o.probability,
                CASE WHEN o.is_second THEN 'claim' WHEN e.is_undated THEN 'dates'
                    WHEN o.probability IS NULL THEN 'likelihood' END AS left_out
            FROM row e
            JOIN deal_labor l ON l.labor_id = e.labor_id
            JOIN open_deal o ON o.deal_id = l.deal_id
            ASOF JOIN dim_person_org u ON u.person_key = l.person_key AND u.valid_from <= e.date
        )
        SELECT f.*, CASE WHEN left_out IS NULL THEN product(hours, probability) END AS weighted_hours
        FROM f""",
)
