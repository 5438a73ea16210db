"""What cannot be seen yet (D5, layer 7): revenue that experience expects beyond all that is booked, ordered or on offer.

Monthly revenue of a practice and stream, at today's rates, per hour of its people's capacity, is smoothed exponentially; what
that makes of a month ahead, less all that is visible of it, is the layer. It counts only where the method was closer to what
came than the year before was, held against the months that are closed, and only for months that are too far to be seen, by
the weight of so many months ahead (`forecast_weights.py`).

The smoothing is one SELECT: a library for it would bring more to install than the rest of the product, for a few dozen
series of at most sixty months.
"""

from __future__ import annotations

from models.business.rules import PROJECT_STREAMS, Stream
from models.tables import forecast as tables

from .business import among
from .forecast_weights import HISTORY, REACH
from .pieces import FLOW_NEEDS, FLOW_RATES, TRANSLATED
from .transform import Transform

VERSION = 1  # of the methods: raise it with any change of what they compute
ORIGINS = 12  # months that were the last known one in a test
AHEAD = 6  # months ahead that are tested
_OF_HOURS = among(
    (Stream.SERVICES_TM, Stream.SERVICES_FIXED)
)  # a retainer is the same in every month
_OF_PROJECTS = among(PROJECT_STREAMS)
ALIVE = 3  # months without revenue after which a series has ended

# name, months of history that it needs, those a test needs, level, slope, damping, share of seasonality
_METHODS = """(VALUES
            ('exponential smoothing', 12, 6, 0.2, 0.0, 0.9, 0.0),
            ('damped trend', 24, 12, 0.2, 0.1, 0.9, 0.0),
            ('seasonal damped trend', 36, 24, 0.1, 0.1, 0.9, 0.5)
        ) AS m(method, needs, tested_from, alpha, beta, phi, season_share)"""

FCT_REVENUE_MONTH = Transform(
    key="fct_revenue_month",
    target=tables.fct_revenue_month,
    needs=("fct_gl",),
    sql="""
        WITH earned AS (
            SELECT month, subsidiary_key, department_key, stream, subsidiary_currency,
                -sum(amount_subsidiary) AS amount_subsidiary, -sum(amount_base) AS amount_base
            FROM fct_gl
            WHERE account_type = 'Income' AND NOT is_intercompany
            GROUP BY ALL
        ),
        beside AS (
            SELECT *, NULL::DECIMAL(18,4) AS before_subsidiary, NULL::DECIMAL(18,4) AS before_base
            FROM earned
            UNION ALL
            SELECT e.month + 100, subsidiary_key, department_key, stream, subsidiary_currency, NULL, NULL,
                amount_subsidiary, amount_base
            FROM earned e, run_day r WHERE e.month + 100 <= r.month
        )
        SELECT b.month, subsidiary_key, department_key, stream, subsidiary_currency,
            coalesce(sum(amount_subsidiary), 0)::DECIMAL(18,4) AS amount_subsidiary,
            coalesce(sum(amount_base), 0)::DECIMAL(18,4) AS amount_base,
            CASE WHEN b.month >= f.month + 100 THEN coalesce(sum(before_subsidiary), 0) END
                ::DECIMAL(18,4) AS year_before_subsidiary,
            CASE WHEN b.month >= f.month + 100 THEN coalesce(sum(before_base), 0) END
                ::DECIMAL(18,4) AS year_before_base
        FROM beside b, (SELECT min(month) AS month FROM earned) f
        GROUP BY b.month, f.month, subsidiary_key, department_key, stream, subsidiary_currency""",
)

REVENUE_SHARE = Transform(  # closed months of each company within a series, at the newest rates
    key="revenue_share",
    needs=("fct_revenue_month", "dim_period", "fx_average"),
    sql="""
        WITH ended AS (
            SELECT max(p.month) AS month FROM dim_period p, run_day r
            WHERE p.is_closed AND p.month < r.month
        ),
        newest AS (
            SELECT a.subsidiary_key, arg_max(a.rate, a.month)::DOUBLE / 1e14 AS rate
            FROM fx_average a, run_day r WHERE a.month <= r.month GROUP BY a.subsidiary_key
        )
        SELECT e.department_key, e.stream, e.subsidiary_key, e.month, e.subsidiary_currency, n.rate,
            e.amount_subsidiary::DOUBLE * n.rate AS amount, d.month AS last_month
        FROM fct_revenue_month e
        JOIN newest n ON n.subsidiary_key = e.subsidiary_key
        JOIN ended d ON e.month <= d.month
        WHERE e.amount_subsidiary <> 0 AND n.rate > 0""",
)

REVENUE_SERIES = Transform(  # month by month, the first known one first; what it is divided by reaches a year ahead
    key="revenue_series",
    needs=("revenue_share", "fct_capacity", "fct_capacity_ahead", "dim_day"),
    sql=f"""
        WITH span AS (
            SELECT department_key, stream, max(last_month) AS last_month,
                greatest(min(month), month_less(max(last_month), {HISTORY - 1})) AS first_month
            FROM revenue_share GROUP BY ALL
        ),
        earned AS (
            SELECT department_key, stream, month, sum(amount) AS amount FROM revenue_share GROUP BY ALL
        ),
        capacity AS (
            SELECT department_key, month, sum(net_hours)::DOUBLE AS hours
            FROM (
                SELECT department_key, month, net_hours FROM fct_capacity
                UNION ALL SELECT department_key, month, net_hours FROM fct_capacity_ahead
            ) GROUP BY ALL
        ),
        calendar AS (
            SELECT d.month, count(*) FILTER (WHERE isodow(d.date) <= 5)::DOUBLE AS weekdays
            FROM dim_day d, run_day r WHERE d.month <= month_less(r.month, -{REACH}) GROUP BY d.month
        ),
        point AS (
            SELECT s.*, c.month, c.weekdays, h.hours,
                CASE WHEN c.month <= s.last_month THEN coalesce(e.amount, 0) END AS amount,
                s.stream IN {_OF_HOURS} AS is_work,
                s.stream IN {_OF_HOURS} AND min(coalesce(h.hours, 0)) OVER series > 0 AS is_staffed
            FROM span s
            JOIN calendar c ON c.month >= s.first_month
            LEFT JOIN earned e ON e.department_key = s.department_key AND e.stream = s.stream
                AND e.month = c.month
            LEFT JOIN capacity h ON h.department_key = s.department_key AND h.month = c.month
            WINDOW series AS (PARTITION BY s.department_key, s.stream)
        )
        SELECT department_key, stream, first_month, last_month, count(amount)::INTEGER AS months,
            CASE WHEN bool_and(is_staffed) THEN 'capacity hour' WHEN bool_and(is_work) THEN 'weekday'
                ELSE 'month' END AS per,
            list(amount ORDER BY month) FILTER (WHERE amount IS NOT NULL) AS amounts,
            list(CASE WHEN is_staffed THEN hours WHEN is_work THEN weekdays ELSE 1 END ORDER BY month)
                AS efforts,
            list(weekdays ORDER BY month) AS weekdays, list(month ORDER BY month) AS months_of
        FROM point GROUP BY department_key, stream, first_month, last_month""",
)

FORECAST_FIT = Transform(  # each method after each month that was or is the last known one
    key="forecast_fit",
    needs=("revenue_series",),
    sql=f"""
        WITH origin AS (
            SELECT s.*, m.*, o.known, list_transform(s.amounts[1:o.known], lambda amount, i: amount / s.efforts[i])
                AS seen
            FROM revenue_series s, {_METHODS}, range(greatest(s.months - {ORIGINS}, 1), s.months + 1) AS o(known)
            WHERE s.months >= m.needs AND o.known >= m.tested_from
        ),
        seasoned AS (  -- each month of the year against the mean of whole years
            SELECT *, CASE WHEN season_share = 0 OR whole <= 0 THEN list_transform(range(12), lambda k: 1.0)
                ELSE list_transform(range(12), lambda k: greatest(1 + season_share * (list_avg(
                    list_filter(seen, lambda rate, i: (i - 1) % 12 = k)) / whole - 1), 0.2)) END AS season
            FROM (SELECT *, list_avg(seen[known - known // 12 * 12 + 1:]) AS whole FROM origin)
        ),
        smoothed AS (
            SELECT *, list_reduce(
                list_transform(seen, lambda rate, i:
                    {{'level': rate / season[(i - 1) % 12 + 1], 'slope': 0.0::DOUBLE}}),
                lambda so_far, now: {{
                    'level': alpha * now.level + (1 - alpha) * (so_far.level + phi * so_far.slope),
                    'slope': beta * (alpha * now.level + (1 - alpha) * (so_far.level + phi * so_far.slope)
                        - so_far.level) + (1 - beta) * phi * so_far.slope}}) AS fit
            FROM seasoned
        )
        SELECT department_key, stream, method, known, months, amounts, efforts, weekdays, months_of, per, season,
            fit.level AS level, fit.slope AS slope, phi::DOUBLE AS phi
        FROM smoothed""",
)


def _rate(ahead: str) -> str:
    """What a fit `f` makes of the month so many after the last known one, by its effort."""
    return f"""greatest((f.level + f.slope * f.phi * (1 - f.phi ** {ahead}) / (1 - f.phi))
                * f.season[(f.known + {ahead} - 1) % 12 + 1], 0)"""


FORECAST_TRIAL = Transform(  # every method held against closed months: nobody knew of joiners, leavers and leave to come
    key="forecast_trial",
    needs=("forecast_fit",),
    sql=f"""
        WITH tried AS (
            SELECT f.*, a.ahead, CASE WHEN per = 'capacity hour'
                THEN list_sum(efforts[f.known - 2:f.known]) / list_sum(weekdays[f.known - 2:f.known])
                    * weekdays[f.known + a.ahead]
                ELSE efforts[f.known + a.ahead] END AS effort
            FROM forecast_fit f, range(1, {AHEAD + 1}) AS a(ahead)
            WHERE f.known + a.ahead <= f.months AND f.known + a.ahead > 12
        )
        SELECT department_key, stream, method, months_of[known] AS origin_month, ahead::INTEGER AS ahead,
            months_of[known + ahead] AS month, effort,
            CAST({_rate("f.ahead")} * effort AS DECIMAL(18,4)) AS forecast,
            CAST(amounts[known + ahead] AS DECIMAL(18,4)) AS actual,
            CAST(amounts[known + ahead - 12] AS DECIMAL(18,4)) AS year_before
        FROM tried f WHERE effort > 0""",
)

FCT_FORECAST_MODEL = Transform(
    key="fct_forecast_model",
    target=tables.fct_forecast_model,
    needs=("revenue_series", "forecast_trial"),
    sql=f"""
        WITH tested AS (
            SELECT department_key, stream, method, count(DISTINCT origin_month) AS origins,
                sum(abs(actual - forecast)) AS missed, sum(abs(actual - year_before)) AS naive_missed,
                sqrt(avg(((actual - forecast)::DOUBLE / effort) ** 2)) AS deviation
            FROM forecast_trial GROUP BY ALL
        ),
        best AS (
            SELECT * FROM tested
            QUALIFY row_number() OVER (PARTITION BY department_key, stream ORDER BY missed, method) = 1
        ),
        judged AS (
            SELECT s.*, b.method, b.origins, b.missed, b.naive_missed, b.deviation,
                CASE WHEN s.months < 12 THEN 'insufficient history'
                    WHEN list_sum(s.amounts[s.months - {ALIVE - 1}:]) <= 0 THEN 'ended'
                    WHEN coalesce(b.origins, 0) < {ORIGINS} THEN 'too few months to test it on'
                    WHEN b.missed >= b.naive_missed THEN 'no better than the year before' END AS reason
            FROM revenue_series s
            LEFT JOIN best b ON b.department_key = s.department_key AND b.stream = s.stream
        )
        SELECT j.department_key, j.stream, j.method, {VERSION} AS version, m.parameters, j.per,
            j.months, j.first_month, j.last_month, coalesce(j.origins, 0)::INTEGER AS origins,
            j.missed::DECIMAL(18,4) AS missed_base, j.naive_missed::DECIMAL(18,4) AS naive_missed_base,
            CAST(j.deviation * CASE WHEN j.months < 24 THEN 1.5 ELSE 1 END AS DECIMAL(18,4)) AS deviation_base,
            j.reason IS NULL AS is_shown, j.reason, md5(j.amounts::VARCHAR || j.efforts::VARCHAR) AS data_hash
        FROM judged j
        LEFT JOIN (SELECT method, format('level {{}}, slope {{}}, damping {{}}, seasonality {{}}',
            alpha, beta, phi, season_share) AS parameters FROM {_METHODS}) m ON m.method = j.method""",
)

FCT_FORECAST_TEST = Transform(
    key="fct_forecast_test",
    target=tables.fct_forecast_test,
    needs=("forecast_trial", "fct_forecast_model"),
    sql="""
        SELECT t.department_key, t.stream, t.method, t.origin_month, t.ahead, t.month,
            t.forecast AS forecast_base, t.actual AS actual_base, t.year_before AS year_before_base,
            abs(t.actual - t.forecast)::DECIMAL(18,4) AS missed_base,
            abs(t.actual - t.year_before)::DECIMAL(18,4) AS naive_missed_base
        FROM forecast_trial t
        JOIN fct_forecast_model m ON m.department_key = t.department_key AND m.stream = t.stream
            AND m.method = t.method""",
)

FORECAST_UNIDENTIFIED = Transform(
    key="forecast_unidentified",
    needs=(
        "fct_forecast_model",
        "dim_forecast_weight",
        "forecast_fit",
        "forecast_visible",
        "fct_revenue_month",
        "revenue_share",
        *FLOW_NEEDS,
    ),
    sql=f"""
        WITH top_down AS (
            SELECT f.department_key, f.stream, p.month, p.step, m.method, m.months,
                {_rate("p.step")} * f.efforts[f.known + p.step] AS amount,
                m.deviation_base::DOUBLE * f.efforts[f.known + p.step] AS deviation, w.weight
            FROM forecast_fit f
            JOIN fct_forecast_model m ON m.department_key = f.department_key AND m.stream = f.stream
                AND m.method = f.method AND m.is_shown AND m.months = f.known
            CROSS JOIN run_day r
            CROSS JOIN LATERAL (
                SELECT unnest(f.months_of[f.known + 1:]) AS month, unnest(range(1, len(f.months_of) - f.known + 1))
                    AS step, unnest(list_transform(f.months_of[f.known + 1:], lambda one:
                    (one // 100 - r.month // 100) * 12 + one % 100 - r.month % 100)) AS ahead
            ) p
            JOIN dim_forecast_weight w ON w.ahead = p.ahead
        ),
        visible AS (
            SELECT department_key, stream, month, sum(amount_base)::DOUBLE AS amount FROM (
                SELECT department_key, stream, month, amount_base FROM forecast_visible
                UNION ALL SELECT department_key, stream, e.month, amount_base
                FROM fct_revenue_month e, run_day r WHERE e.month > r.month
            ) GROUP BY ALL
        ),
        lacking AS (
            SELECT t.*, greatest(t.amount - coalesce(v.amount, 0), 0) AS lacks,
                stream IN {_OF_PROJECTS} AS is_project
            FROM top_down t LEFT JOIN visible v USING (department_key, stream, month)
        ),
        whole AS (
            SELECT month, is_project, sum(amount) AS amount, sum(lacks) AS lacks FROM lacking GROUP BY ALL
        ),
        seen AS (  -- what is visible of these series, or of none: its practice or stream may not be told
            SELECT v.month, v.stream IN {_OF_PROJECTS} AS is_project, sum(v.amount) AS amount
            FROM visible v
            LEFT JOIN fct_forecast_model m ON m.department_key = v.department_key AND m.stream = v.stream
            WHERE coalesce(m.is_shown, true) GROUP BY ALL
        ),
        due AS (  -- never more than is lacking as a whole
            SELECT l.*, l.lacks * l.weight::DOUBLE
                    * least(greatest(w.amount - coalesce(s.amount, 0), 0) / w.lacks, 1) AS expected,
                l.deviation / l.lacks AS spread
            FROM lacking l
            JOIN whole w ON w.month = l.month AND w.is_project = l.is_project
            LEFT JOIN seen s ON s.month = l.month AND s.is_project = l.is_project
            WHERE l.lacks > 0
        ),
        company AS (  -- as the last year was shared out
            SELECT department_key, stream, subsidiary_key, any_value(subsidiary_currency) AS currency,
                any_value(rate) AS rate, greatest(sum(amount), 0) AS amount
            FROM revenue_share WHERE month > month_less(last_month, 12) GROUP BY ALL
        ),
        f AS (
            SELECT 'unidentified' AS layer, 'statistics' AS source, d.month, r.day,
                d.department_key, c.subsidiary_key, d.stream, d.method, d.months AS history_months, d.weight,
                format('series {{}} {{}}', d.department_key, d.stream) AS item,
                0::DECIMAL(18,4) AS chance_from, 1::DECIMAL(18,4) AS chance_to,
                least(d.spread, 100)::DECIMAL(18,4) AS spread, c.currency,
                CAST(d.expected * c.amount / sum(c.amount) OVER series / c.rate AS DECIMAL(18,4)) AS amount
            FROM due d
            JOIN company c ON c.department_key = d.department_key AND c.stream = d.stream
            CROSS JOIN run_day r
            WHERE c.amount > 0
            WINDOW series AS (PARTITION BY d.department_key, d.stream, d.month)
        )
        SELECT f.*, -1 AS project_key, -1 AS customer_key, {TRANSLATED} FROM f {FLOW_RATES}
        WHERE f.amount > 0""",
)
