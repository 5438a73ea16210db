"""Why backlog moved (E2): contract by contract, so that what was, and what happened, makes what is."""

from __future__ import annotations

from models.tables import sales as tables

from .macros import ONE
from .transform import Transform

FCT_BACKLOG_MOVE = Transform(
    key="fct_backlog_move",
    target=tables.fct_backlog_move,
    needs=("services_backlog", "product_backlog", "dim_subsidiary", "fx_closing", "fx_average"),
    sql=f"""
        WITH contract AS (
            SELECT * EXCLUDE (numbers, contracted, recognized, gross), 0 AS transaction_id, 0 AS line_id,
                greatest(gross - recognized, 0) AS before_closures,
                CASE WHEN numbers > 0 THEN greatest(contracted - recognized, 0) ELSE 0 END AS closing
            FROM services_backlog
            UNION ALL BY NAME
            SELECT * EXCLUDE (numbers, contracted, recognized, gross), 0 AS changed,
                greatest(gross - recognized, 0) AS before_closures,
                CASE WHEN numbers > 0 THEN greatest(contracted - recognized, 0) ELSE 0 END AS closing
            FROM product_backlog
        ),
        moved AS (
            SELECT *, coalesce(lag(closing) OVER contract, 0) AS opening,
                coalesce(lag(month) OVER contract, 0) AS last_month
            FROM contract WINDOW contract AS (
                PARTITION BY project_key, subsidiary_key, transaction_id, line_id ORDER BY month)
        ),
        f AS (
            SELECT m.*, b.currency, m.opening + m.signed + m.changed - m.before_closures AS earned,
                m.before_closures - m.closing AS closed
            FROM moved m LEFT JOIN dim_subsidiary b ON b.subsidiary_key = m.subsidiary_key
        ),
        rated AS (
            SELECT f.*, CASE WHEN f.currency IS NOT NULL THEN a.rate END AS average,
                c.rate AS closing_rate, o.rate AS opening_rate
            FROM f
            ASOF LEFT JOIN fx_average a ON a.subsidiary_key = f.subsidiary_key AND a.month <= f.month
            ASOF LEFT JOIN fx_closing c ON c.subsidiary_key = f.subsidiary_key AND c.month <= f.month
            ASOF LEFT JOIN fx_closing o
                ON o.subsidiary_key = f.subsidiary_key AND o.month <= f.last_month
        ),
        flow AS (
            SELECT r.*, k.kind, CASE k.kind WHEN 'order' THEN r.signed WHEN 'change' THEN r.changed
                WHEN 'revenue' THEN -r.earned ELSE -r.closed END::DECIMAL(18,4) AS amount
            FROM rated r, (VALUES ('order'), ('change'), ('revenue'), ('closure')) AS k(kind)
        ),
        translated AS (
            SELECT *, translate_once(amount, average) AS amount_base FROM flow WHERE amount <> 0
        ),
        summed AS (
            SELECT project_key, subsidiary_key, transaction_id, line_id, month,
                sum(amount_base) AS amount_base, count(*) > count(amount_base) AS is_blank
            FROM translated GROUP BY ALL
        ),
        exchange AS (  -- what is left: the same amounts at other rates
            SELECT r.*, 'exchange' AS kind, 0::DECIMAL(18,4) AS amount,
                (CASE WHEN r.closing = 0 THEN 0
                    ELSE translate(r.closing::DECIMAL(18,4), {ONE}, r.closing_rate) END
                - CASE WHEN r.opening = 0 THEN 0
                    ELSE translate(r.opening::DECIMAL(18,4), {ONE}, r.opening_rate) END
                - CASE WHEN s.is_blank THEN NULL ELSE coalesce(s.amount_base, 0) END)::DECIMAL(18,4)
                AS amount_base
            FROM rated r
            LEFT JOIN summed s ON s.project_key = r.project_key
                AND s.subsidiary_key = r.subsidiary_key AND s.transaction_id = r.transaction_id
                AND s.line_id = r.line_id AND s.month = r.month
            WHERE r.currency IS NOT NULL
        ),
        told AS (
            SELECT * FROM translated
            UNION ALL BY NAME
            SELECT * FROM exchange WHERE amount_base <> 0
        )
        SELECT month, day, kind, first_number AS contract, project_key, department_key, customer_key,
            subsidiary_key, stream, amount, currency, amount AS amount_subsidiary,
            currency AS subsidiary_currency, amount_base
        FROM told""",
)
