"""Overhead by the hour (C5): what the firm spends beside its projects, as client projects bear it."""

from __future__ import annotations

from models.tables import overhead as tables

from .transform import Slicing, Transform

FCT_OVERHEAD = Transform(
    key="fct_overhead",
    target=tables.fct_overhead,
    needs=("fct_time", "fct_pnl"),
    sql="""
        WITH worked AS (
            SELECT accounting_month AS month, kind, project_key,
                project_department_key AS department_key, customer_key, subsidiary_key, stream,
                sum(hours) AS hours, sum(cost_base) AS cost
            FROM fct_time WHERE status = 'approved' GROUP BY ALL
        ),
        time AS (
            SELECT month, sum(hours) FILTER (WHERE kind <> 'time_off') AS hours,
                sum(hours) FILTER (WHERE kind = 'client') AS client_hours,
                sum(cost) FILTER (WHERE kind <> 'client') AS internal_cost
            FROM worked GROUP BY month
        ),
        spent AS (  -- what practices pay their people, and what of it projects bore, is in their hours
            SELECT month, -sum(amount_consolidated) AS cost
            FROM fct_pnl
            WHERE line = 'corporate_overhead' OR line = 'practice_overhead' AND NOT is_labor
            GROUP BY month
        ),
        rate AS (
            SELECT t.month, 'facility' AS overhead, s.cost, t.hours
            FROM time t JOIN spent s ON s.month = t.month WHERE t.hours > 0
            UNION ALL
            SELECT month, 'internal_time', internal_cost, client_hours
            FROM time WHERE client_hours > 0 AND internal_cost IS NOT NULL
        )
        SELECT w.month, r.overhead, w.project_key, w.department_key, w.customer_key, w.subsidiary_key,
            w.stream, w.hours::DECIMAL(18,4) AS hours, r.cost::DECIMAL(18,4) AS cost_base,
            r.hours::DECIMAL(18,4) AS over_hours,
            CAST(r.cost::DOUBLE * w.hours::DOUBLE / r.hours::DOUBLE AS DECIMAL(18,4)) AS amount_base
        FROM worked w JOIN rate r ON r.month = w.month
        WHERE w.kind = 'client' AND w.hours <> 0""",
    slicings=(
        Slicing(by=("month",), of={"fct_time": ("accounting_month",), "fct_pnl": ("month",)}),
    ),
)
