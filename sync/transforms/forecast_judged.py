"""Forecasts of months that are closed, layer by layer, against what came (D8).

What was forecast is read from what was written down: a day that is past never changes, so that the table depends on
it by the day alone.
"""

from __future__ import annotations

from models.tables import forecast as tables

from .transform import Transform

AHEAD = (1, 3, 6)  # months before
LAYERS = (
    "actual",
    "in_flight",
    "booked",
    "soft",
    "backlog",
    "pipeline",
    "unidentified",
)  # surer first
_CELL = "ahead, month, department_key, subsidiary_key, stream, is_intercompany"
_PLACES = ", ".join(f"('{layer}', {place})" for place, layer in enumerate((*LAYERS, "came")))


def _met(amount: str) -> str:
    """What came of a layer: revenue is counted towards the surer layers first, up to what they told."""
    came = f"greatest({amount}_came, 0)"
    return f"least({amount}_until, {came}) - least({amount}_until - {amount}, {came})"


def _beyond(amount: str) -> str:
    """What came and no layer told."""
    return f"{amount}_came - least({amount}_until, greatest({amount}_came, 0))"


FCT_FORECAST_JUDGED = Transform(
    key="fct_forecast_judged",
    target=tables.fct_forecast_judged,
    needs=("fct_gl", "dim_period"),
    sql=f"""
        WITH closed AS (
            SELECT p.month, h.ahead, day_key(last_day(
                make_date(p.month // 100, p.month % 100, 1) - to_months(h.ahead))) AS told_on
            FROM dim_period p
            JOIN run_day r ON p.month <= r.month
            CROSS JOIN (SELECT unnest({list(AHEAD)}) AS ahead) h
            WHERE p.is_closed
        ),
        judged AS (  -- months whose forecast was written down so many months before
            SELECT c.* FROM closed c JOIN meta_observation o ON o.observation = 'forecast'
                AND c.told_on BETWEEN o.first_day AND o.last_day
        ),
        told AS (
            SELECT j.ahead, d.month, d.department_key, d.subsidiary_key, d.stream, d.is_intercompany,
                d.subsidiary_currency, d.layer, d.amount_base AS base, d.amount_subsidiary AS own
            FROM judged j
            JOIN fct_forecast_dated d ON d.month = j.month AND d.from_day <= j.told_on
                AND (d.to_day IS NULL OR d.to_day >= j.told_on)
        ),
        item AS (
            SELECT * FROM told
            UNION ALL BY NAME
            SELECT {_CELL}, subsidiary_currency, 'came' AS layer, 0 AS base, 0 AS own FROM told
            UNION ALL BY NAME
            SELECT j.ahead, g.month, g.department_key, g.subsidiary_key, g.stream, g.is_intercompany,
                g.subsidiary_currency, 'came' AS layer, -g.amount_base AS base,
                -g.amount_subsidiary AS own
            FROM judged j JOIN fct_gl g ON g.month = j.month
            WHERE g.account_type = 'Income'
        ),
        summed AS (
            SELECT {_CELL}, layer, coalesce(sum(base), 0) AS base, coalesce(sum(own), 0) AS own,
                max(subsidiary_currency) AS subsidiary_currency
            FROM item GROUP BY ALL
        ),
        ranked AS (  -- what came stands last: by then all layers have told theirs
            SELECT s.* REPLACE (CASE WHEN s.layer = 'came' THEN 0 ELSE s.base END AS base,
                    CASE WHEN s.layer = 'came' THEN 0 ELSE s.own END AS own),
                sum(s.base) FILTER (WHERE s.layer = 'came') OVER cell AS base_came,
                sum(s.own) FILTER (WHERE s.layer = 'came') OVER cell AS own_came,
                coalesce(sum(s.base) FILTER (WHERE s.layer <> 'came') OVER surer, 0) AS base_until,
                coalesce(sum(s.own) FILTER (WHERE s.layer <> 'came') OVER surer, 0) AS own_until
            FROM summed s JOIN (VALUES {_PLACES}) AS p(layer, place) ON p.layer = s.layer
            WINDOW cell AS (PARTITION BY {_CELL}), surer AS (PARTITION BY {_CELL} ORDER BY p.place
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
        ),
        met AS (
            SELECT {_CELL}, subsidiary_currency, layer, base, own, {_met("base")} AS base_met,
                {_met("own")} AS own_met
            FROM ranked WHERE layer <> 'came'
            UNION ALL BY NAME
            SELECT {_CELL}, subsidiary_currency, 'unforeseen' AS layer, base, own,
                {_beyond("base")} AS base_met, {_beyond("own")} AS own_met
            FROM ranked WHERE layer = 'came'
        )
        SELECT {_CELL}, subsidiary_currency, layer, base::DECIMAL(18,4) AS forecast_base,
            own::DECIMAL(18,4) AS forecast_subsidiary,
            base_met::DECIMAL(18,4) AS came_base, own_met::DECIMAL(18,4) AS came_subsidiary,
            abs(base - base_met)::DECIMAL(18,4) AS missed_base,
            abs(own - own_met)::DECIMAL(18,4) AS missed_subsidiary
        FROM met WHERE base <> 0 OR own <> 0 OR base_met <> 0 OR own_met <> 0""",
)
