"""What is likely lost of receivables (F1), and which streams they are owed for (E6)."""

from __future__ import annotations

from models.tables import receivables as tables

from .transform import Transform

_LATE = "date_of(a.day) - coalesce(a.due_on, a.invoiced_on)"

# An invoice that is not due needs four or five months to be more than ninety days late: what was open within
# the last six has not shown yet where it goes.
FCT_LOSS_RATE = Transform(
    key="fct_loss_rate",
    target=tables.fct_loss_rate,
    needs=("fct_ar_open",),
    sql=f"""
        WITH item AS (
            SELECT a.document_id, a.month, a.amount_base AS amount,
                CASE WHEN {_LATE} <= 0 THEN 'current' WHEN {_LATE} <= 30 THEN '1-30'
                    WHEN {_LATE} <= 60 THEN '31-60' WHEN {_LATE} <= 90 THEN '61-90'
                    ELSE 'over 90' END AS age
            FROM fct_ar_open a
            WHERE a.system = 'netsuite' AND a.type = 'CustInvc' AND a.amount_base > 0
        ),
        span AS (
            SELECT month_key(today - INTERVAL 24 MONTH) AS first,
                month_key(today - INTERVAL 6 MONTH) AS last FROM run_day
        ),
        old AS (
            SELECT document_id, min(month) AS month, min_by(amount, month) AS amount
            FROM item WHERE age = 'over 90' GROUP BY document_id
        ),
        rolled AS (
            SELECT i.age, sum(i.amount)::DECIMAL(18,4) AS seen,
                sum(least(coalesce(o.amount, 0), i.amount))::DECIMAL(18,4) AS rolled
            FROM item i
            JOIN span s ON i.month BETWEEN s.first AND s.last
            LEFT JOIN old o ON o.document_id = i.document_id AND o.month >= i.month
            WHERE i.age <> 'over 90' AND (SELECT min(month) FROM item) <= s.first
            GROUP BY i.age
        ),
        given AS (
            SELECT replace(replace(k.key, 'loss_', ''), '_', '-') AS name,
                (100 * k.value::DOUBLE)::DECIMAL(18,4) AS rate
            FROM mirror.cfg_setting k WHERE starts_with(k.key, 'loss_')
        ),
        rate AS (
            SELECT CASE name WHEN 'over-90' THEN 'over 90' ELSE name END AS age, rate,
                max(rate) FILTER (WHERE name = 'over-90') OVER () AS last_rate
            FROM given
        )
        SELECT g.age, CASE WHEN r.seen > 0 THEN 'own' ELSE 'configured' END AS basis, r.seen, r.rolled,
            CASE WHEN r.seen > 0
                THEN CAST(r.rolled::DOUBLE / r.seen::DOUBLE * g.last_rate::DOUBLE AS DECIMAL(18,4))
                ELSE g.rate END AS loss_percent
        FROM rate g LEFT JOIN rolled r ON r.age = g.age
        WHERE EXISTS (FROM item)""",  # without receivables there is nothing to lose
)

FCT_AR_STREAM = Transform(
    key="fct_ar_stream",
    target=tables.fct_ar_stream,
    needs=("fct_ar_open", "sales_line"),
    sql="""
        WITH stream AS (
            SELECT transaction_id, stream, sum(amount) AS amount
            FROM sales_line WHERE NOT is_tax AND type IN ('CustInvc', 'CustCred')
            GROUP BY ALL HAVING sum(amount) <> 0
        ),
        share AS (
            SELECT transaction_id AS document_id, stream,
                sum(amount) OVER (PARTITION BY transaction_id ORDER BY stream) AS until,
                sum(amount) OVER (PARTITION BY transaction_id) AS whole
            FROM stream
        ),
        part AS (
            SELECT a.*, s.stream, coalesce(s.until / nullif(s.whole, 0), 1)::DOUBLE AS share,
                s.until = s.whole OR s.document_id IS NULL AS is_last
            FROM fct_ar_open a
            LEFT JOIN share s ON s.document_id = a.document_id AND s.whole <> 0
            WHERE a.system = 'netsuite'
        ),
        until AS (  -- up to each stream: the streams add up to the whole
            SELECT *,
                CASE WHEN is_last THEN amount ELSE CAST(amount * share AS DECIMAL(18,4)) END AS u,
                CASE WHEN is_last THEN amount_subsidiary
                    ELSE CAST(amount_subsidiary * share AS DECIMAL(18,4)) END AS us,
                CASE WHEN is_last THEN amount_base
                    ELSE CAST(amount_base * share AS DECIMAL(18,4)) END AS ub
            FROM part
        )
        SELECT month, day, document_id, type, number, project_key, department_key, customer_key,
            subsidiary_key, invoiced_on, due_on, stream, currency, subsidiary_currency,
            (u - coalesce(lag(u) OVER document, 0))::DECIMAL(18,4) AS amount,
            (us - coalesce(lag(us) OVER document, 0))::DECIMAL(18,4) AS amount_subsidiary,
            (ub - coalesce(lag(ub) OVER document, 0))::DECIMAL(18,4) AS amount_base
        FROM until
        WINDOW document AS (PARTITION BY month, document_id ORDER BY stream)""",
)
