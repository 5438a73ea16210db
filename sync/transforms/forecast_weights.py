"""How much of what experience expects counts in the forecast (D5, section 6), learned from how both did.

A month of a practice and stream is forecast as

    F = V + w(h) G

V is what is seen of it (all layers but the last), G what experience expects beyond that, never below zero, and w(h) the weight
for h months ahead. Fixed weights grow by a fifth a month from the third month ahead on. Of forecasts that were written down on
the last day of a month and whose own month is closed, the weight that would have missed least by squares is

    w* = Σ G (A - V) / Σ G²     over practices, streams and months; A is what came; not below 0, not above 1

(the regression of what came and was not seen on what experience expected of it: Bates and Granger 1969, Granger and Ramanathan
1984). Few months tell little, so that it is drawn towards the fixed weight (Diebold and Pauly 1990):

    w = (n w* + k w_fixed) / (n + k)     n: month ends that tell something (some G > 0); k: how many the fixed weight stands for

With fewer month ends than the configuration asks for, or when it says so, the fixed weight stays. As k is never 0, neither is a
weight: G can be told from what was written down, the layer divided by its weight of then. That weight is written down, too
(`forecast_weight`, sync.observations.revenue); before there was any other, it was the fixed one.

What was written down is read here: a day that is past never changes, so that the tables depend on it by the day alone.
"""

from __future__ import annotations

from models.tables import forecast as tables

from .transform import Transform

HIDDEN_FROM = 3  # the first month ahead that is not seen as a whole
HIDDEN_TO = (
    7  # from this one on experience weighs as much as what is seen, while nothing is learned
)
REACH = 12  # months ahead that are forecast
HISTORY = 60  # months; older ones tell nothing of tomorrow

_HORIZON = f"""
        setting AS (
            SELECT max(value) FILTER (WHERE key = 'learn_weights')::BOOLEAN AS learns,
                max(value) FILTER (WHERE key = 'learn_from')::INTEGER AS learn_from,
                max(value) FILTER (WHERE key = 'fixed_months')::INTEGER AS fixed_months
            FROM mirror.cfg_setting
        ),
        horizon AS (
            SELECT a.ahead::INTEGER AS ahead, CAST(least((a.ahead - {HIDDEN_FROM - 1})
                / {HIDDEN_TO - HIDDEN_FROM + 1}.0::DOUBLE, 1) AS DECIMAL(18,4)) AS fixed_weight
            FROM range({HIDDEN_FROM}, {REACH + 1}) AS a(ahead)
        )"""
# of a month: Σ G (A - V) and Σ G², both exact, so that the order of rows does not matter
_BY_MONTH = """series AS (  -- experience is that of a practice and stream, whichever companies earn it
            SELECT ahead, month, sum(lacking)::DECIMAL(18,4) AS lacking,
                sum(came - seen)::DECIMAL(18,4) AS beyond
            FROM cell GROUP BY ahead, month, department_key, stream
        ),
        by_month AS (
            SELECT ahead, month, sum(scaled(lacking) * scaled(beyond)) AS crossed,
                sum(scaled(lacking) * scaled(lacking)) AS squared
            FROM series GROUP BY ahead, month
        )"""
# of all months that are known: of those alone that have some G
_TOLD = """count(*) FILTER (WHERE squared > 0)::INTEGER AS months,
                CASE WHEN sum(squared) > 0
                    THEN greatest(least(sum(crossed)::DOUBLE / sum(squared)::DOUBLE, 1), 0) END AS best"""
_LEARNS = "(s.learns AND months >= greatest(s.learn_from, 1))"
_WEIGHT = f"""CAST(CASE WHEN {_LEARNS} THEN (months * best + s.fixed_months * fixed_weight::DOUBLE)
                / (months + s.fixed_months) ELSE fixed_weight END AS DECIMAL(18,4))"""


def _missed(weight: str) -> str:
    """How far a cell's revenue lies from what is seen and so much of what experience expects."""
    return f"abs(came - seen - product(lacking, {weight}))::DECIMAL(18,4)"


FCT_FORECAST_WEIGHED = (
    Transform(  # each month by the weights that months before the day it was told had taught
        key="fct_forecast_weighed",
        target=tables.fct_forecast_weighed,
        needs=("fct_revenue_month", "dim_period"),
        sql=f"""
        WITH {_HORIZON},
        judged AS (  -- closed months whose forecast was written down, and the weight that it had
            SELECT p.month, h.ahead, h.fixed_weight, month_less(p.month, h.ahead) AS told_in, t.told_on,
                coalesce(w.weight, h.fixed_weight) AS told_weight
            FROM dim_period p
            JOIN run_day r ON p.month <= r.month AND p.month > month_less(r.month, {HISTORY})
            CROSS JOIN horizon h
            CROSS JOIN LATERAL (SELECT day_key(last_day(
                make_date(p.month // 100, p.month % 100, 1) - to_months(h.ahead))) AS told_on) t
            JOIN meta_observation o ON o.observation = 'forecast'
                AND t.told_on BETWEEN o.first_day AND o.last_day
            LEFT JOIN fct_forecast_weight_dated w ON w.month = p.month AND w.from_day <= t.told_on
                AND (w.to_day IS NULL OR w.to_day >= t.told_on)
            WHERE p.is_closed
        ),
        item AS (
            SELECT j.month, j.ahead, d.department_key, d.subsidiary_key, d.stream,
                CASE WHEN d.layer <> 'unidentified' THEN d.amount_base END AS seen,
                CASE WHEN d.layer = 'unidentified' THEN d.amount_base END AS counted, NULL AS came
            FROM judged j
            JOIN fct_forecast_dated d ON d.month = j.month AND d.from_day <= j.told_on
                AND (d.to_day IS NULL OR d.to_day >= j.told_on)
            WHERE d.is_intercompany IS NOT true
            UNION ALL
            SELECT j.month, j.ahead, e.department_key, e.subsidiary_key, e.stream, NULL, NULL,
                e.amount_base
            FROM judged j JOIN fct_revenue_month e ON e.month = j.month
        ),
        summed AS (
            SELECT month, ahead, department_key, subsidiary_key, stream, coalesce(sum(seen), 0)::DECIMAL(18,4) AS seen,
                coalesce(sum(counted), 0) AS counted, coalesce(sum(came), 0)::DECIMAL(18,4) AS came
            FROM item GROUP BY ALL
        ),
        cell AS (
            SELECT s.*, j.told_in, j.told_weight,
                CAST(s.counted::DOUBLE / j.told_weight::DOUBLE AS DECIMAL(18,4)) AS lacking
            FROM summed s JOIN judged j ON j.month = s.month AND j.ahead = s.ahead
            WHERE s.seen <> 0 OR s.counted <> 0 OR s.came <> 0
        ),
        {_BY_MONTH},
        before AS (  -- months that were over when it was told
            SELECT j.month, j.ahead, j.fixed_weight, {_TOLD}
            FROM judged j LEFT JOIN by_month b ON b.ahead = j.ahead AND b.month < j.told_in
            GROUP BY j.month, j.ahead, j.fixed_weight
        ),
        weighed AS (
            SELECT b.month, b.ahead, b.fixed_weight, b.months, {_WEIGHT} AS weight FROM before b, setting s
        )
        SELECT c.month, c.ahead, c.department_key, c.subsidiary_key, c.stream, c.seen AS seen_base, c.lacking AS lacking_base,
            c.told_weight, w.fixed_weight, w.weight, w.months, c.came AS came_base,
            abs(c.came)::DECIMAL(18,4) AS size_base, {_missed("0")} AS seen_missed_base,
            {_missed("1")} AS full_missed_base,
            {_missed("w.fixed_weight")} AS fixed_missed_base, {_missed("w.weight")} AS weighed_missed_base
        FROM cell c JOIN weighed w ON w.month = c.month AND w.ahead = c.ahead""",
    )
)

DIM_FORECAST_WEIGHT = Transform(  # by which today's forecast is made
    key="dim_forecast_weight",
    target=tables.dim_forecast_weight,
    needs=("fct_forecast_weighed",),
    sql=f"""
        WITH {_HORIZON},
        cell AS (
            SELECT ahead, month, department_key, stream, seen_base AS seen, lacking_base AS lacking,
                came_base AS came
            FROM fct_forecast_weighed
        ),
        {_BY_MONTH},
        known AS (
            SELECT h.ahead, h.fixed_weight, {_TOLD}
            FROM horizon h LEFT JOIN by_month b ON b.ahead = h.ahead
            GROUP BY h.ahead, h.fixed_weight
        )
        SELECT k.ahead, k.fixed_weight, k.best::DECIMAL(18,4) AS best_weight, {_WEIGHT} AS weight,
            {_LEARNS} AS is_learned, k.months, s.learn_from AS months_needed, s.learns AS is_wanted
        FROM known k, setting s""",
)
