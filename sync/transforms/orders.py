"""Order intake (E1): what was signed when, by how much orders were changed, and what was called off."""

from __future__ import annotations

from models.business.rules import PRODUCT_STREAMS, Stream
from models.tables import sales as tables

from .business import among
from .pieces import BOOK_RATE, book_touched, referring
from .transform import Slicing, Transform

_HEAD, _LINE = "netsuite__transaction", "netsuite__transactionline"
_ELEMENT = "netsuite__revenueelement"
# What NetSuite's orders may be: A pending approval, C cancelled, H closed.

ORDER_STEP = Transform(
    key="order_step",
    needs=("sales_line",),
    sql=f"""
        WITH ordered AS (SELECT * FROM sales_line WHERE type = 'SalesOrd' AND NOT is_tax),
        head_version AS (
            SELECT id, right(status, 1) AS status, _valid_from AS began, NULL::TIMESTAMP AS ended
            FROM mirror.his_{_HEAD} WHERE type = 'SalesOrd' AND NOT _is_deletion
            UNION ALL
            SELECT h.id, right(h.status, 1), coalesce(v.ended, TIMESTAMP '0001-01-01'), NULL
            FROM mirror.stg_{_HEAD} h LEFT JOIN (
                SELECT id, max(_valid_to) AS ended FROM mirror.his_{_HEAD} GROUP BY id
            ) v ON v.id = h.id WHERE h.type = 'SalesOrd'
        ),
        approved AS (  -- the day it was first seen approved; never seen pending: the order's own day
            SELECT h.id, h.trandate, coalesce(h.closedate, h.lastmodifieddate::DATE) AS ended_on,
                CASE WHEN bool_or(v.status = 'A')
                    THEN min(v.began) FILTER (WHERE v.status <> 'A')::DATE
                    ELSE h.trandate END AS day
            FROM mirror.stg_{_HEAD} h JOIN head_version v ON v.id = h.id
            WHERE h.type = 'SalesOrd' GROUP BY h.id, h.trandate, h.closedate, h.lastmodifieddate
        ),
        line_version AS (
            SELECT transaction, id, _valid_from AS began, -foreignamount AS amount, -netamount AS net
            FROM mirror.his_{_LINE} WHERE NOT _is_deletion
            UNION ALL
            SELECT l.transaction, l.id, coalesce(v.ended, TIMESTAMP '0001-01-01'),
                -l.foreignamount, -l.netamount
            FROM mirror.stg_{_LINE} l LEFT JOIN (
                SELECT transaction, id, max(_valid_to) AS ended FROM mirror.his_{_LINE}
                GROUP BY transaction, id
            ) v ON v.transaction = l.transaction AND v.id = l.id
        ),
        step AS (
            SELECT o.transaction_id, o.line_id, v.began, a.day AS approved_on,
                row_number() OVER line = 1 AS is_first,
                v.amount - coalesce(lag(v.amount) OVER line, 0) AS amount,
                v.net - coalesce(lag(v.net) OVER line, 0) AS net
            FROM ordered o
            JOIN approved a ON a.id = o.transaction_id AND a.day IS NOT NULL
            JOIN line_version v ON v.transaction = o.transaction_id AND v.id = o.line_id
            WINDOW line AS (PARTITION BY o.transaction_id, o.line_id ORDER BY v.began)
        ),
        event AS (  -- a change before the approval is part of what was approved
            SELECT transaction_id, line_id, 'order' AS kind, approved_on AS day,
                sum(amount) AS amount, sum(net) AS net
            FROM step WHERE is_first OR began::DATE <= approved_on
            GROUP BY transaction_id, line_id, approved_on
            UNION ALL
            SELECT transaction_id, line_id, 'amendment', began::DATE, amount, net
            FROM step WHERE NOT is_first AND began::DATE > approved_on AND (amount <> 0 OR net <> 0)
            UNION ALL
            SELECT o.transaction_id, o.line_id, 'cancellation', greatest(a.ended_on, a.day),
                -product(o.amount, c.share), -product(o.net, c.share)
            FROM ordered o
            JOIN approved a ON a.id = o.transaction_id AND a.day IS NOT NULL
            JOIN (
                SELECT l.transaction, l.id, CASE
                    WHEN coalesce(l.quantity, 0) = 0 THEN 1
                    ELSE greatest(1 - abs(coalesce(l.quantitybilled, 0) / l.quantity), 0)
                    END::DECIMAL(18,4) AS share
                FROM mirror.stg_{_LINE} l
            ) c ON c.transaction = o.transaction_id AND c.id = o.line_id
            WHERE o.status = 'C' OR o.status = 'H' OR o.is_closed
        )
        SELECT e.transaction_id, e.line_id, o.number, e.kind, o.project_key, o.department_key,
            o.customer_key, o.subsidiary_key, o.item_id AS item_key, o.item, o.stream,
            day_key(e.day) AS day, month_key(e.day) AS month, e.amount::DECIMAL(18,4) AS amount,
            o.currency, e.net::DECIMAL(18,4) AS net, o.book
        FROM event e
        JOIN ordered o ON o.transaction_id = e.transaction_id AND o.line_id = e.line_id
        WHERE e.amount <> 0 OR e.net <> 0""",
    slicings=(
        Slicing(
            by=("transaction_id",),
            of={
                "sales_line": ("transaction_id",),
                f"stg_{_HEAD}": ("id",),
                f"stg_{_LINE}": ("transaction",),
            },
        ),
    ),
)

SUBSCRIPTION_TERM = Transform(  # the revenue element tells it; the line itself, where revenue is recognized by its dates
    key="subscription_term",
    needs=("sales_line",),
    sql=f"""
        WITH told AS (
            SELECT o.transaction_id, o.line_id, CASE WHEN e.revrecenddate >= e.revrecstartdate
                THEN {{'first': e.revrecstartdate, 'last': e.revrecenddate}}
                ELSE {{'first': l.revrecstartdate, 'last': l.revrecenddate}} END AS term
            FROM sales_line o
            JOIN mirror.stg_{_LINE} l ON l.transaction = o.transaction_id AND l.id = o.line_id
            LEFT JOIN mirror.stg_{_ELEMENT} e ON e.id = l.revenueelement
            WHERE o.type = 'SalesOrd' AND NOT o.is_tax AND o.stream = '{Stream.SUBSCRIPTION}'
        ),
        term AS (
            SELECT transaction_id, line_id, term.first AS first, term.last + 1 AS until,
                datediff('month', term.first, term.last + 1) AS turns
            FROM told WHERE term.last >= term.first
        ),
        begun AS (
            SELECT *, turns - CAST(months_after(first, turns) > until AS INTEGER) AS whole FROM term
        )
        SELECT transaction_id, line_id, first AS term_start, until - 1 AS term_end,
            -- whole months, and the days left over as a share of the month that they are in
            CAST(whole + (until - months_after(first, whole))
                / (months_after(first, whole + 1) - months_after(first, whole)) AS DECIMAL(18,4)) AS months
        FROM begun""",
    slicings=(
        Slicing(
            by=("transaction_id",),
            of={"sales_line": ("transaction_id",), f"stg_{_LINE}": ("transaction",)},
            touched={
                f"stg_{_ELEMENT}": referring("transaction", f"mirror.stg_{_LINE}", "revenueelement")
            },
        ),
    ),
)

FCT_ORDER_INTAKE = Transform(
    key="fct_order_intake",
    target=tables.fct_order_intake,
    needs=("order_step", "subscription_term", "fx_average"),
    sql=f"""
        WITH f AS (
            SELECT o.*, t.term_start, t.term_end, t.months,
                a_year_of(o.amount, t.months) AS acv, a_year_of(o.net, t.months) AS acv_net
            FROM order_step o
            LEFT JOIN subscription_term t ON t.transaction_id = o.transaction_id AND t.line_id = o.line_id
        )
        SELECT f.transaction_id, f.line_id, f.number, f.kind, f.project_key, f.department_key,
            f.customer_key, f.subsidiary_key, coalesce(f.item_key, -1) AS item_key, f.item, f.stream,
            bool_or(f.stream IN {among(PRODUCT_STREAMS)}) OVER (PARTITION BY f.transaction_id)
                AS has_products,
            f.day, f.month, f.amount, f.currency, f.net AS amount_subsidiary,
            f.book AS subsidiary_currency, translate_once(f.net, a.rate) AS amount_base,
            f.term_start, f.term_end, f.months AS term_months, f.acv, f.acv_net AS acv_subsidiary,
            translate_once(f.acv_net, a.rate) AS acv_base
        FROM f {BOOK_RATE}""",
    slicings=(
        Slicing(
            by=("transaction_id",),
            of=dict.fromkeys(("order_step", "subscription_term"), ("transaction_id",)),
            touched=book_touched("fct_order_intake", "transaction_id"),
        ),
    ),
)
