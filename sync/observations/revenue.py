"""Observed: what revenue was expected, so that it can be held against what came true."""

from __future__ import annotations

from models.tables import dated as tables

from .observation import Observation

FORECAST = Observation(
    key="forecast",
    title="Revenue forecast by layer and month",
    target=tables.fct_forecast_dated,
    grain=(
        "month", "layer", "department_key", "subsidiary_key", "stream", "is_intercompany",
        "subsidiary_currency",
    ),
    sql="""
        WITH ahead AS (
            SELECT month, month_key(today + INTERVAL 12 MONTH) AS last FROM run_day
        ),
        item AS (
            SELECT f.month, f.layer, f.department_key, f.subsidiary_key, f.stream,
                false AS is_intercompany, f.amount_subsidiary, f.subsidiary_currency, f.amount_base
            FROM fct_forecast f, ahead a WHERE f.month BETWEEN a.month AND a.last
            UNION ALL
            SELECT g.month, 'actual', g.department_key, g.subsidiary_key, g.stream,
                coalesce(g.is_intercompany, false) OR coalesce(g.is_elimination, false),
                -g.amount_subsidiary, g.subsidiary_currency, -g.amount_base
            FROM fct_gl g, ahead a
            WHERE g.account_type = 'Income' AND g.month BETWEEN a.month AND a.last
        )
        SELECT month, layer, department_key, subsidiary_key, stream, is_intercompany,
            sum(amount_subsidiary)::DECIMAL(18,4) AS amount_subsidiary, subsidiary_currency,
            sum(amount_base)::DECIMAL(18,4) AS amount_base
        FROM item GROUP BY ALL""",
)  # fmt: skip
