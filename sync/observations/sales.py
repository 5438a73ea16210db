"""Observed: what of each contract is still to be earned, and what is on offer."""

from __future__ import annotations

from models.tables import dated as tables

from .observation import Observation

BACKLOG = Observation(
    key="backlog",
    title="Backlog by contract",
    target=tables.fct_backlog_dated,
    grain=("system", "contract", "project_key", "subsidiary_key", "stream", "currency"),
    sql="""
        SELECT system, contract, project_key, min(department_key) AS department_key,
            min(customer_key) AS customer_key, subsidiary_key, stream, currency,
            sum(contracted) AS contracted, sum(recognized) AS recognized,
            sum(remaining) AS remaining, sum(amount_base) AS remaining_base
        FROM fct_backlog WHERE month = (SELECT month FROM run_day)
        GROUP BY system, contract, project_key, subsidiary_key, stream, currency""",
)

PIPELINE = Observation(
    key="pipeline",
    title="Open opportunities and estimates",
    target=tables.fct_pipeline_dated,
    grain=("transaction_id",),
    sql="""
        WITH open AS (
            SELECT *, TRY_CAST(probability AS DECIMAL(18,4)) AS chance
            FROM mirror.stg_netsuite__transaction
            WHERE NOT coalesce(voided, false) AND (type = 'Opprtnty' AND status IN ('A', 'B')
                OR type = 'Estimate' AND status IN ('A', 'X'))  -- an expired estimate may be won yet
        )
        SELECT t.id AS transaction_id, t.type, t.tranid AS number,
            coalesce(c.customer_key, p.customer_key, -1) AS customer_key,
            coalesce(p.project_key, -1) AS project_key, y.symbol AS currency, t.status,
            t.forecasttype AS forecast_type,
            CAST(CASE WHEN t.chance > 1 THEN t.chance / 100 ELSE t.chance END AS DECIMAL(18,4))
                AS probability,
            t.foreigntotal AS total, t.projectedtotal AS projected_total,
            t.weightedtotal AS weighted_total, t.expectedclosedate AS expected_close
        FROM open t
        LEFT JOIN mirror.stg_netsuite__currency y ON y.id = t.currency
        LEFT JOIN map_customer c ON c.system = 'netsuite' AND c.id = t.entity
        LEFT JOIN map_project m ON m.system = 'netsuite' AND m.id = t.entity
        LEFT JOIN dim_project p ON p.project_key = m.project_key""",
)
