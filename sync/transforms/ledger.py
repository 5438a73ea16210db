"""The ledger: every posting line of the primary book, and what its accounts hold month by month."""

from __future__ import annotations

from models.tables import finance as tables

from .business import ON_CLIENT_PROJECT, STREAM_NEEDS, contract_touched, stream_joins, stream_of
from .pieces import IN_NETSUITE, PROFIT_AND_LOSS, RATE_TYPE, period_touched, referring
from .transform import Slicing, Transform

_ENTRIES = "mirror.stg_netsuite__transactionaccountingline"
_LINES, _HEADS = "mirror.stg_netsuite__transactionline", "mirror.stg_netsuite__transaction"
_BY_ENTITY = (  # the transactions of an entity, be it the head's or a line's
    referring("transaction", _LINES, "entity") + " UNION ALL " + referring("id", _HEADS, "entity")
)
# a row of the balance sheet is of no project's work
_ON_PROJECT = f"{ON_CLIENT_PROJECT} AND t.accttype IN {PROFIT_AND_LOSS}"
AFTER_CLOSE = Transform(  # transactions made on a later day than their period was closed on
    key="after_close",
    sql=f"""
        SELECT h.id AS transaction_id FROM {_HEADS} h
        JOIN mirror.stg_netsuite__accountingperiod p ON p.id = h.postingperiod
        WHERE h.createddate::DATE > p.closedondate""",
    slicings=(
        Slicing(
            by=("transaction_id",),
            of={"stg_netsuite__transaction": ("id",)},
            touched={
                "stg_netsuite__accountingperiod": referring("id", _HEADS, "postingperiod"),
            },
        ),
    ),
)

FCT_GL = Transform(
    key="fct_gl",
    target=tables.fct_gl,
    needs=(
        "erp_entity",
        "dim_project",
        "map_department",
        "dim_subsidiary",
        "base_period",
        "fx_period",
        "after_close",
        *STREAM_NEEDS,
    ),
    sql=f"""
        WITH f AS (
            SELECT g.transaction AS transaction_id, g.transactionline AS line_id,
                h.tranid AS number, h.type, coalesce(t.id, -1) AS account_key,
                t.accttype AS account_type, p.project_key, p.kind AS project_kind,
                coalesce(md.department_key, -1) AS department_key,
                coalesce(k.id, -1) AS class_key, coalesce(o.id, -1) AS location_key,
                coalesce(i.id, -1) AS item_key,
                coalesce(nullif(p.customer_key, -1), eh.customer_key, el.customer_key, -1)
                    AS customer_key,
                coalesce(b.subsidiary_key, -1) AS subsidiary_key,
                coalesce(el.person_key, eh.person_key, -1) AS person_key,
                {stream_of(_ON_PROJECT)} AS stream,
                day_key(h.trandate) AS day, coalesce(bp.month, month_key(h.trandate)) AS month,
                coalesce(bp.is_adjustment, false) AS is_adjustment,
                coalesce(t.eliminate, false) OR coalesce(l.eliminate, false)
                    OR coalesce(h.intercoadj, false) OR coalesce(b.is_elimination, false)
                    AS is_intercompany,
                coalesce(h.intercoadj, false) OR coalesce(b.is_elimination, false)
                    AS is_elimination,
                ac.transaction_id IS NOT NULL AS is_after_close,
                coalesce(l.memo, h.memo) AS memo,
                CASE WHEN c.symbol = b.currency THEN g.amount
                    ELSE coalesce(l.foreignamount, g.amount) END AS amount,
                CASE WHEN l.foreignamount IS NULL THEN b.currency
                    ELSE coalesce(c.symbol, b.currency) END AS currency,
                g.amount AS amount_subsidiary, b.currency AS subsidiary_currency,
                {RATE_TYPE} AS rate_type
            FROM mirror.stg_netsuite__transactionaccountingline g
            LEFT JOIN mirror.stg_netsuite__transaction h ON h.id = g.transaction
            LEFT JOIN mirror.stg_netsuite__transactionline l
                ON l.transaction = g.transaction AND l.id = g.transactionline
            LEFT JOIN mirror.stg_netsuite__account t ON t.id = g.account
            LEFT JOIN mirror.stg_netsuite__item i ON i.id = l.item
            LEFT JOIN mirror.stg_netsuite__classification k ON k.id = l.class
            LEFT JOIN mirror.stg_netsuite__location o ON o.id = l.location
            LEFT JOIN mirror.stg_netsuite__currency c ON c.id = h.currency
            LEFT JOIN erp_entity el ON el.id = l.entity
            LEFT JOIN erp_entity eh ON eh.id = h.entity
            JOIN dim_project p ON p.project_key = coalesce(el.project_key, eh.project_key, -1)
            LEFT JOIN map_department md ON md.system = 'netsuite' AND md.id = l.department
            LEFT JOIN dim_subsidiary b ON b.subsidiary_key = l.subsidiary
            LEFT JOIN base_period bp ON bp.id = h.postingperiod
            LEFT JOIN after_close ac ON ac.transaction_id = g.transaction
            {stream_joins(item="l.item", account="g.account", contract="p.contract_type")}
            WHERE coalesce(g.accountingbook, 1) = 1
                AND coalesce(g.posting, h.posting, true) AND g.amount IS NOT NULL
                AND coalesce(t.accttype, '') NOT IN ('NonPosting', 'Stat')
        ),
        rated AS (
            SELECT f.* EXCLUDE (rate_type),
                CASE f.rate_type WHEN 'average' THEN a.average WHEN 'closing' THEN a.closing
                    ELSE a.historical END AS rate
            FROM f
            ASOF LEFT JOIN fx_period a
                ON a.subsidiary_key = nullif(f.subsidiary_key, -1) AND a.month <= f.month
        )
        SELECT * EXCLUDE (rate), translate_once(amount_subsidiary, rate) AS amount_base
        FROM rated""",
    slicings=(
        Slicing(
            by=("transaction_id",),
            of={
                "stg_netsuite__transactionaccountingline": ("transaction",),
                "stg_netsuite__transactionline": ("transaction",),
                "stg_netsuite__transaction": ("id",),
                "after_close": ("transaction_id",),
            },
            touched={
                "erp_entity": _BY_ENTITY,
                "map_department": referring("transaction", _LINES, "department", where=IN_NETSUITE),
                "stg_netsuite__item": referring("transaction", _LINES, "item"),
                "stg_netsuite__classification": referring("transaction", _LINES, "class"),
                "stg_netsuite__location": referring("transaction", _LINES, "location"),
                "stg_netsuite__account": referring("transaction", _ENTRIES, "account"),
                "dim_project": referring("transaction_id", "fct_gl", "project_key", "project_key"),
                "item_stream": referring("transaction", _LINES, "item", "item_id"),
                "account_stream": referring("transaction", _ENTRIES, "account", "account_key"),
                **contract_touched("fct_gl", "transaction_id"),
                **period_touched("fct_gl", "transaction_id"),
            },
        ),
    ),
)


ACCOUNT_MONTH = Transform(  # what an account moved by in a month, and all it had moved by until then
    key="account_month",
    needs=("fct_gl",),
    sql="""
        WITH moved AS (
            SELECT subsidiary_key, account_key, is_intercompany, month,
                any_value(account_type) AS account_type,
                any_value(subsidiary_currency) AS subsidiary_currency,
                sum(amount_subsidiary) AS amount, sum(amount_base) AS base,
                count(*) - count(amount_base) AS without_rate
            FROM fct_gl GROUP BY subsidiary_key, account_key, is_intercompany, month
        )
        SELECT * EXCLUDE (amount, base, without_rate), sum(amount) OVER so_far AS amount,
            sum(base) OVER so_far AS base, sum(without_rate) OVER so_far AS without_rate
        FROM moved
        WINDOW so_far AS (PARTITION BY subsidiary_key, account_key, is_intercompany ORDER BY month)""",
)

FCT_GL_BALANCE = Transform(
    key="fct_gl_balance",
    target=tables.fct_gl_balance,
    needs=("account_month", "stock_month", "fiscal_year", "fx_period"),
    sql=f"""
        WITH account AS (
            SELECT DISTINCT n.subsidiary_key, n.account_key, n.account_type, n.is_intercompany,
                n.subsidiary_currency, {RATE_TYPE} AS rate_type
            FROM account_month n
            LEFT JOIN mirror.stg_netsuite__account t ON t.id = n.account_key
        ),
        held AS (
            SELECT s.month, s.day, y.starts, n.*
            FROM stock_month s JOIN fiscal_year y ON y.month = s.month, account n
        ),
        stated AS (
            SELECT h.*, m.amount, m.base, m.without_rate, coalesce(o.amount, 0) AS before,
                coalesce(o.base, 0) AS base_before, coalesce(o.without_rate, 0) AS unrated_before
            FROM held h
            ASOF JOIN account_month m ON m.subsidiary_key = h.subsidiary_key
                AND m.account_key = h.account_key
                AND m.is_intercompany = h.is_intercompany
                AND m.month <= h.month
            ASOF LEFT JOIN account_month o ON o.subsidiary_key = h.subsidiary_key
                AND o.account_key = h.account_key
                AND o.is_intercompany = h.is_intercompany
                AND o.month < h.starts
        ),
        parted AS (
            SELECT month, day, subsidiary_key, 'account' AS kind, account_key, account_type,
                is_intercompany, amount, subsidiary_currency, rate_type,
                CASE WHEN without_rate = 0 THEN base END AS base
            FROM stated WHERE coalesce(account_type, '') NOT IN {PROFIT_AND_LOSS}
            UNION ALL
            SELECT month, day, subsidiary_key, 'net_income', account_key, account_type,
                is_intercompany, amount - before, subsidiary_currency, 'average',
                CASE WHEN without_rate = unrated_before THEN base - base_before END
            FROM stated WHERE account_type IN {PROFIT_AND_LOSS}
            UNION ALL
            SELECT month, day, subsidiary_key, 'retained_earnings', account_key, account_type,
                is_intercompany, before, subsidiary_currency, 'average',
                CASE WHEN unrated_before = 0 THEN base_before END
            FROM stated WHERE account_type IN {PROFIT_AND_LOSS} AND before <> 0
        ),
        translated AS (
            SELECT p.* EXCLUDE (amount, base, rate_type), p.amount::DECIMAL(18,4) AS amount_subsidiary,
                p.rate_type = 'closing' AS is_closing, p.base,
                translate_once(p.amount::DECIMAL(18,4), a.closing) AS closing
            FROM parted p
            ASOF LEFT JOIN fx_period a
                ON a.subsidiary_key = nullif(p.subsidiary_key, -1) AND a.month <= p.month
        ),
        line AS (
            SELECT * EXCLUDE (is_closing, base, closing),
                CASE WHEN is_closing THEN closing ELSE base END AS amount_base
            FROM translated
        )
        SELECT * FROM line
        UNION ALL BY NAME
        SELECT month, day, subsidiary_key, 'translation_adjustment' AS kind, -1 AS account_key,
            'Equity' AS account_type, false AS is_intercompany, 0 AS amount_subsidiary,
            subsidiary_currency,
            CASE WHEN count(*) = count(amount_base) THEN -sum(amount_base) END AS amount_base
        FROM line GROUP BY month, day, subsidiary_key, subsidiary_currency
        UNION ALL BY NAME
        SELECT month, day, subsidiary_key, 'intercompany_difference' AS kind, -1 AS account_key,
            'Equity' AS account_type, s.is_intercompany,
            s.sign * sum(amount_subsidiary) AS amount_subsidiary, subsidiary_currency,
            s.sign * CASE WHEN count(*) = count(amount_base) THEN sum(amount_base) END AS amount_base
        FROM line, (VALUES (1, false), (-1, true)) AS s(sign, is_intercompany)
        WHERE line.is_intercompany
        GROUP BY month, day, subsidiary_key, subsidiary_currency, s.sign, s.is_intercompany""",
)
