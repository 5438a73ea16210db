"""Revenue ahead in layers (D5, D6): each amount in one of them, the surer one first.

In flight is work done and not recognised, or recognised and not posted; booked is what is firmly booked or scheduled;
soft what is booked tentatively; backlog what is ordered beyond all these; pipeline what may be ordered; unidentified what
experience adds (`unidentified.py`). What the ledger has recognised, the first layer, is `fct_gl`.
"""

from __future__ import annotations

from models.business.rules import SERVICE_STREAMS, Stream
from models.tables import forecast as tables

from .business import OF_CONTRACT, PROJECT_STREAM, among
from .pieces import FLOW_NEEDS, FLOW_RATES, TRANSLATED
from .transform import Transform

_OF_SERVICES = among(SERVICE_STREAMS)
_HOURLY = f"'{Stream.SERVICES_TM}'"  # the stream of contracts that are sold by the hour

FORECAST_MONTH = Transform(  # the months whose books are not closed, up to today's
    key="forecast_month",
    needs=("dim_period",),
    sql="""
        SELECT p.month FROM dim_period p, run_day r WHERE NOT p.is_closed AND p.month <= r.month
        UNION SELECT month FROM run_day""",
)

HOURLY_PROJECT = Transform(  # and what of a cap is left to be earned, at today's rates
    key="hourly_project",
    needs=("dim_project", "contract_stream", "fct_rev_rec", *FLOW_NEEDS),
    sql=f"""
        WITH hourly AS (
            SELECT p.project_key, p.suiteprojects_id, p.currency, p.subsidiary_key, r.day, r.month
            FROM dim_project p
            JOIN contract_stream s ON s.contract_type = p.contract_type AND s.stream = {_HOURLY}
            CROSS JOIN run_day r
            WHERE p.kind = 'client' AND p.project_key <> -1
        ),
        cap AS (
            SELECT b.project_id, b.currency, sum(b.cap) AS amount
            FROM mirror.stg_suiteprojects__billing_rule b
            WHERE b.type = 'T' AND b.cap > 0 GROUP BY ALL
        ),
        f AS (
            SELECT h.project_key, h.subsidiary_key, h.day, h.month,
                coalesce(c.currency, h.currency) AS currency,
                (any_value(c.amount) - coalesce(sum(e.amount), 0))::DECIMAL(18,4) AS amount
            FROM hourly h
            LEFT JOIN cap c ON c.project_id = h.suiteprojects_id
            LEFT JOIN fct_rev_rec e ON c.amount IS NOT NULL AND e.project_key = h.project_key
                AND e.method = 'T' AND e.currency = coalesce(c.currency, h.currency)
            GROUP BY ALL
        )
        SELECT f.project_key, CASE WHEN count(f.amount) > 0
            THEN greatest(sum(translate(f.amount, d.rate, a.rate)), 0) END::DECIMAL(18,4)
            AS cap_left_base
        FROM f {FLOW_RATES} GROUP BY f.project_key""",
)

FORECAST_WORK = Transform(  # hours by the price of an hour: worked, firmly booked, tentatively booked; up to the cap
    key="forecast_work",
    needs=(
        "hourly_project",
        "forecast_month",
        "fct_time",
        "fct_booking",
        "fct_rev_rec",
        "dim_project",
        *FLOW_NEEDS,
    ),
    sql=f"""
        WITH worked AS (
            SELECT t.project_key, t.accounting_month AS month,
                CASE WHEN t.agreed_value IS NULL THEN t.list_value_currency
                    ELSE t.agreed_value_currency END AS currency,
                coalesce(t.agreed_value, t.list_value) IS NULL AS is_blank,
                sum(coalesce(t.agreed_value, t.list_value)) AS amount, sum(t.hours) AS hours
            FROM fct_time t
            JOIN hourly_project h ON h.project_key = t.project_key
            JOIN forecast_month m ON m.month = t.accounting_month
            CROSS JOIN run_day r
            WHERE t.status IN ('approved', 'submitted') AND t.is_billable AND t.day < r.day
            GROUP BY ALL
        ),
        earned AS (
            SELECT project_key, e.month, currency, sum(amount) AS amount
            FROM fct_rev_rec e JOIN forecast_month m ON m.month = e.month
            WHERE method = 'T' GROUP BY ALL
        ),
        item AS (
            SELECT w.project_key, w.month, 'in_flight' AS layer, 1 AS place, 'time' AS source, w.currency,
                CASE WHEN NOT w.is_blank THEN greatest(w.amount - coalesce(e.amount, 0), 0) END
                    AS amount, NULL::DECIMAL(18,4) AS chance
            FROM worked w
            LEFT JOIN earned e ON e.project_key = w.project_key AND e.month = w.month
                AND e.currency = w.currency
            UNION ALL
            SELECT b.project_key, b.month, CASE b.class WHEN 'hard' THEN 'booked' ELSE 'soft' END,
                CASE b.class WHEN 'hard' THEN 2 ELSE 3 END, 'booking', b.currency,
                sum(product(b.value, b.probability)),
                CASE WHEN b.class = 'soft' THEN b.probability END
            FROM fct_booking b
            JOIN hourly_project h ON h.project_key = b.project_key
            CROSS JOIN run_day r
            WHERE b.class IN ('hard', 'soft') AND b.is_billable AND b.status <> 'rejected'
                AND b.day >= r.day
            GROUP BY b.project_key, b.month, b.class, b.currency, b.value IS NULL,
                CASE WHEN b.class = 'soft' THEN b.probability END
        ),
        f AS (
            SELECT i.project_key, i.month, i.layer, i.place, i.source, i.currency,
                i.amount::DECIMAL(18,4) AS amount, i.chance, p.subsidiary_key, r.day
            FROM item i JOIN dim_project p ON p.project_key = i.project_key CROSS JOIN run_day r
            WHERE i.amount IS NULL OR i.amount <> 0
        ),
        translated AS (
            SELECT f.*, translate(f.amount, d.rate, a.rate) AS base FROM f {FLOW_RATES}
        ),
        shared AS (  -- the cap is used up by the surer and the earlier first
            SELECT t.*, CASE WHEN h.cap_left_base IS NULL OR coalesce(t.base, 0) <= 0 THEN 1
                ELSE greatest(least(
                    (h.cap_left_base - (sum(t.base) OVER so_far - t.base))::DOUBLE / t.base::DOUBLE,
                    1), 0) END AS share
            FROM translated t JOIN hourly_project h ON h.project_key = t.project_key
            WINDOW so_far AS (PARTITION BY t.project_key ORDER BY t.month, t.place, t.currency,
                t.chance DESC, t.amount ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
        )
        SELECT project_key, month, layer, source, currency, CASE WHEN share = 1 THEN amount
            ELSE CAST(amount * share AS DECIMAL(18,4)) END AS amount, chance
        FROM shared WHERE share > 0""",
)

FORECAST_SCHEDULE = (
    Transform(  # what schedules plan and nobody's hours make; what waits for being posted
        key="forecast_schedule",
        needs=(
            "hourly_project",
            "forecast_month",
            "fct_projection",
            "fct_rev_plan",
            "fct_rev_rec",
            "dim_project",
        ),
        sql="""
        WITH projected AS (
            SELECT f.* FROM fct_projection f, run_day r
            WHERE f.day >= r.day AND f.project_key <> -1
        ),
        mode AS (
            SELECT coalesce(max(value), 'recognition') AS posting FROM mirror.cfg_setting
            WHERE key = 'revenue_posting'
        )
        SELECT project_key, department_key, customer_key, subsidiary_key, stream, month, 'booked' AS layer,
            'projection' AS source, currency, amount
        FROM projected ANTI JOIN hourly_project USING (project_key)
        UNION ALL
        SELECT f.project_key, f.department_key, f.customer_key, f.subsidiary_key, f.stream, f.month, 'booked',
            'revenue plan', f.currency, f.amount
        FROM fct_rev_plan f
        ANTI JOIN hourly_project h ON h.project_key = f.project_key
        ANTI JOIN projected p ON p.project_key = f.project_key
        JOIN dim_project k ON k.project_key = f.project_key AND coalesce(k.kind, 'client') = 'client'
        CROSS JOIN run_day r WHERE f.month >= r.month
        UNION ALL
        SELECT e.project_key, e.department_key, e.customer_key, e.subsidiary_key, e.stream, e.month, 'in_flight',
            'recognition', e.currency, e.amount
        FROM fct_rev_rec e
        JOIN forecast_month m ON m.month = e.month
        JOIN mode ON mode.posting = 'recognition'
        JOIN dim_project k ON k.project_key = e.project_key AND k.kind = 'client'
        WHERE e.netsuite_id IS NULL""",
    )
)

FORECAST_SURE = Transform(
    key="forecast_sure",
    needs=("forecast_work", "forecast_schedule", "dim_project", "contract_stream", *FLOW_NEEDS),
    sql=f"""
        WITH item AS (
            SELECT * FROM forecast_schedule
            UNION ALL BY NAME
            SELECT w.*, p.department_key, p.customer_key, p.subsidiary_key, {PROJECT_STREAM} AS stream
            FROM forecast_work w JOIN dim_project p ON p.project_key = w.project_key
            {OF_CONTRACT}
        ),
        f AS (
            SELECT i.layer, i.source, i.month, r.day, i.project_key, i.department_key, i.customer_key,
                i.subsidiary_key, i.stream,
                i.amount IS NULL AS is_blank, sum(i.amount)::DECIMAL(18,4) AS amount, i.currency,
                'project ' || CASE WHEN i.layer = 'soft' THEN i.project_key END AS item,
                CASE WHEN i.layer = 'soft' THEN 0 END::DECIMAL(18,4) AS chance_from,
                i.chance AS chance_to
            FROM item i CROSS JOIN run_day r
            GROUP BY ALL
        )
        SELECT f.* EXCLUDE (is_blank), {TRANSLATED} FROM f {FLOW_RATES}""",
)


def _spread(rows: str, columns: str) -> str:
    """CTEs that share an amount out over the months of its days: up to each month's end, so they add up.

    Args:
        rows: a CTE with id, first_day, last_day and amount.
        columns: of it, to be handed on.
    """
    return f"""
        overlap AS (
            SELECT s.id, m.start::DATE AS start, least(s.last_day, last_day(m.start::DATE))
                - greatest(s.first_day, m.start::DATE) + 1 AS days, s.last_day - s.first_day + 1 AS whole
            FROM {rows} s, generate_series(date_trunc('month', s.first_day), s.last_day,
                INTERVAL 1 MONTH) AS m(start)
        ),
        until AS (
            SELECT o.id, o.start, sum(o.days) OVER (PARTITION BY o.id ORDER BY o.start) AS days, o.whole
            FROM overlap o
        ),
        placed AS (
            SELECT u.id, u.start, CASE WHEN u.days = u.whole THEN s.amount
                ELSE CAST(s.amount * CAST(u.days AS DOUBLE) / u.whole AS DECIMAL(18,4)) END AS until
            FROM until u JOIN {rows} s ON s.id = u.id
        ),
        part AS (
            SELECT id, month_key(start) AS month, CAST(until - coalesce(lag(until)
                OVER (PARTITION BY id ORDER BY start), 0) AS DECIMAL(18,4)) AS amount
            FROM placed
        ),
        shared AS (
            SELECT {columns}, p.month, p.amount FROM part p JOIN {rows} s ON s.id = p.id
        )"""


FORECAST_BACKLOG = Transform(  # ordered beyond what is in flight, booked or soft: linear to the end
    key="forecast_backlog",
    needs=("fct_backlog", "forecast_sure", "dim_project", "dim_period"),
    sql=f"""
        WITH sure AS (  -- without a project, by customer
            SELECT project_key, CASE WHEN project_key = -1 THEN customer_key END AS customer_key,
                sum(amount_subsidiary) AS in_books, sum(amount_base) AS in_base,
                CASE WHEN min(subsidiary_currency) = max(subsidiary_currency)
                    THEN min(subsidiary_currency) ELSE 'several' END AS currency
            FROM forecast_sure GROUP BY ALL
        ),
        numbered AS (
            SELECT b.*, CASE WHEN b.project_key = -1 THEN b.customer_key END AS buyer, row_number() OVER (
                ORDER BY b.project_key, b.customer_key, b.subsidiary_key, b.contract, b.stream,
                    b.remaining) AS id
            FROM fct_backlog b, run_day r WHERE b.system = 'netsuite' AND b.month = r.month
        ),
        contract AS (  -- books of several currencies are held against each other consolidated
            SELECT c.*, s.in_books, s.in_base, min(c.currency) OVER alike = max(c.currency) OVER alike
                AND coalesce(s.currency = c.currency, true) AS is_one
            FROM numbered c
            LEFT JOIN sure s
                ON s.project_key = c.project_key AND s.customer_key IS NOT DISTINCT FROM c.buyer
            WINDOW alike AS (PARTITION BY c.project_key, c.buyer)
        ),
        sized AS (
            SELECT *, coalesce(CASE WHEN is_one THEN in_books ELSE in_base END, 0) AS sure,
                CASE WHEN is_one THEN remaining ELSE amount_base END AS size
            FROM contract
        ),
        summed AS (
            SELECT *, sum(size) OVER (PARTITION BY project_key, buyer ORDER BY id) AS until
            FROM sized
        ),
        beyond AS (
            SELECT *, size - covered(sure, until - size, size) AS beyond FROM summed
        ),
        quarter AS (  -- the day the next one begins on
            SELECT coalesce(max(q.ends_on) + 1,
                CAST(date_trunc('quarter', any_value(r.today)) + INTERVAL 3 MONTH AS DATE)) AS starts
            FROM run_day r
            LEFT JOIN dim_period n ON n.month = r.month
            LEFT JOIN dim_period q ON q.quarter_month = n.quarter_month
        ),
        dated AS (
            SELECT s.id, s.contract, s.project_key, s.department_key, s.customer_key, s.subsidiary_key,
                s.stream, s.currency, CASE WHEN s.is_one THEN s.beyond  -- without a rate none is sure
                    ELSE part_of(s.remaining, coalesce(s.beyond::DOUBLE / nullif(s.size, 0)::DOUBLE, 1))
                    END::DECIMAL(18,4) AS amount,
                CASE WHEN p.ends_on >= r.today THEN 'to the end' WHEN p.ends_on IS NULL THEN 'no end'
                    ELSE 'ended' END AS burn,
                CASE WHEN p.ends_on >= r.today THEN r.today ELSE q.starts END AS first_day,
                CASE WHEN p.ends_on >= r.today THEN p.ends_on
                    ELSE CAST(q.starts + INTERVAL 6 MONTH AS DATE) - 1 END AS last_day
            FROM beyond s
            JOIN dim_project p ON p.project_key = s.project_key, run_day r, quarter q
        ),
        {
        _spread(
            "dated",
            "s.contract, s.project_key, s.department_key, s.customer_key, s.subsidiary_key, s.stream,"
            " s.currency, s.burn",
        )
    }
        SELECT * FROM shared WHERE amount <> 0""",
)

DEAL_PACE = (
    Transform(  # of services: from the first order to the beginning, and from there to the end
        key="deal_pace",
        needs=("order_line", "dim_project"),
        sql="""
        WITH begun AS (
            SELECT p.starts_on - date_of(min(o.day)) AS lag_days, p.ends_on - p.starts_on + 1 AS days
            FROM order_line o JOIN dim_project p ON p.project_key = o.project_key
            WHERE p.kind = 'client' AND p.project_key <> -1 AND p.ends_on >= p.starts_on
            GROUP BY p.project_key, p.starts_on, p.ends_on
        )
        SELECT greatest(median(lag_days), 0)::INTEGER AS lag_days, median(days)::INTEGER AS days
        FROM begun HAVING count(*) >= 10""",
    )
)

FORECAST_PIPELINE = Transform(
    key="forecast_pipeline",
    needs=("fct_pipeline", "forecast_sure", "deal_pace"),
    sql=f"""
        WITH open AS (  -- a deal of a project that people are booked on is in the surer layers
            SELECT l.*, row_number() OVER (ORDER BY l.transaction_id, l.line_id) AS id,
                greatest(coalesce(l.expected_close, r.today), r.today) AS closing
            FROM fct_pipeline l, run_day r
            WHERE l.project_key = -1 OR l.project_key NOT IN (
                SELECT project_key FROM forecast_sure WHERE source = 'booking')
        ),
        dated AS (
            SELECT o.id, o.transaction_id, o.number, o.project_key, o.department_key, o.customer_key,
                o.subsidiary_key, o.stream, o.currency,
                product(o.amount, o.forecast_probability) AS amount,
                o.forecast_probability AS chance_to,
                CASE WHEN o.stream IN {_OF_SERVICES} THEN o.closing + coalesce(p.lag_days, 0)
                    ELSE o.closing END AS first_day,
                CASE WHEN o.stream IN {_OF_SERVICES}
                    THEN o.closing + coalesce(p.lag_days, 0) + coalesce(p.days, 1) - 1
                    ELSE o.closing END AS last_day
            FROM open o LEFT JOIN deal_pace p ON true
        ),
        {
        _spread(
            "dated",
            "s.transaction_id, s.number AS contract, s.project_key, s.department_key, s.customer_key,"
            " s.subsidiary_key, s.stream, s.currency, s.chance_to",
        )
    }
        SELECT * FROM shared WHERE amount <> 0 OR amount IS NULL""",
)

FORECAST_VISIBLE = Transform(  # every layer that stands on something one can look at
    key="forecast_visible",
    needs=("forecast_sure", "forecast_backlog", "forecast_pipeline", *FLOW_NEEDS),
    sql=f"""
        WITH item AS (
            SELECT *, 'backlog' AS layer, 'order' AS source FROM forecast_backlog
            UNION ALL BY NAME
            SELECT *, 'pipeline' AS layer, 'deal' AS source, 'deal ' || transaction_id AS item,
                0::DECIMAL(18,4) AS chance_from
            FROM forecast_pipeline
        ),
        f AS (
            SELECT i.layer, i.source, i.month, r.day, r.month AS as_of_month, i.project_key,
                i.department_key, i.customer_key, i.subsidiary_key, i.stream, i.contract, i.burn,
                i.transaction_id, i.item, i.chance_from, i.chance_to, i.amount, i.currency
            FROM item i CROSS JOIN run_day r
        )
        SELECT f.* EXCLUDE (day), f.day AS as_of_day, {TRANSLATED} FROM f {FLOW_RATES}
        UNION ALL BY NAME
        SELECT s.* EXCLUDE (day), s.day AS as_of_day, r.month AS as_of_month FROM forecast_sure s CROSS JOIN run_day r""",
)

FCT_FORECAST = Transform(
    key="fct_forecast",
    target=tables.fct_forecast,
    needs=("forecast_visible", "forecast_unidentified"),
    sql="""
        SELECT * FROM forecast_visible
        UNION ALL BY NAME
        SELECT u.* EXCLUDE (day), u.day AS as_of_day, r.month AS as_of_month
        FROM forecast_unidentified u CROSS JOIN run_day r""",
)
