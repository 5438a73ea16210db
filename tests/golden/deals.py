"""Open deals by plain SQL on the record's tables."""

from __future__ import annotations

TODAY = "2026-11-20"

# Open deals; an opportunity goes where an open estimate of it is there, an estimate where an order was made of it.
OPEN = """
    WITH made AS (
        SELECT DISTINCT l."transaction" AS id, l.createdfrom AS origin, t.type, t.status
        FROM stg_netsuite__transactionline l
        JOIN stg_netsuite__transaction t ON t.id = l."transaction"
        WHERE l.createdfrom IS NOT NULL AND t._deleted_at IS NULL
    ),
    open AS (
        SELECT t.*, c.symbol, coalesce(s.name, 'Not assigned') AS stage, CASE WHEN t.type = 'Estimate' THEN (
                SELECT o.forecasttype FROM made m JOIN stg_netsuite__transaction o ON o.id = m.origin
                WHERE m.id = t.id) ELSE t.forecasttype END AS class
        FROM stg_netsuite__transaction t
        JOIN stg_netsuite__currency c ON c.id = t.currency
        LEFT JOIN stg_netsuite__entitystatus s ON s."key" = t.entitystatus
        WHERE t._deleted_at IS NULL AND NOT coalesce(t.voided, false)
            AND t.id NOT IN (SELECT origin FROM made WHERE type = 'SalesOrd' AND status <> 'C')
            AND (t.type = 'Estimate' AND t.status IN ('A', 'X')
                OR t.type = 'Opprtnty' AND t.status IN ('A', 'B') AND t.id NOT IN (
                    SELECT origin FROM made WHERE type = 'Estimate' AND status IN ('A', 'X')))
    )"""
