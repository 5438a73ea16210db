"""The books against themselves: open items, statement, balance sheet, backlog, what the group charges itself."""

from __future__ import annotations

from ..pieces import PROFIT_AND_LOSS
from .check import CENT, by_month, check_of


def _of_books(checked: str, known: str) -> str:
    """A check of each subsidiary's books at the end of a month or in it, to the cent.

    Args:
        checked, known: `<amount>, <in the reporting currency>, <at stake> FROM …`.
    """
    return f"""
        SELECT month, subsidiary_key, -1 AS department_key, -1 AS customer_key, -1 AS project_key,
            NULL AS name, NULL AS netsuite_id, sum(told) AS amount, sum(booked) AS against,
            any_value(subsidiary_currency) AS currency,
            coalesce(abs(sum(told) - sum(booked)) <= {CENT}, false) AS holds,
            abs(coalesce(sum(stake), 0)) AS weight_base,
            CASE WHEN abs(sum(told) - sum(booked)) <= {CENT} THEN 0
                ELSE abs(sum(told_base) - sum(booked_base)) END AS unexplained_base
        FROM (
            SELECT month, subsidiary_key, subsidiary_currency, told, base AS told_base, 0 AS booked,
                0 AS booked_base, stake
            FROM (SELECT month, subsidiary_key, subsidiary_currency, {checked})
            UNION ALL
            SELECT month, subsidiary_key, subsidiary_currency, 0, 0, booked, base, stake
            FROM (SELECT month, subsidiary_key, subsidiary_currency, {known})
        )
        GROUP BY month, subsidiary_key"""


RECEIVABLES = check_of(
    "RC-07",
    _of_books(
        "amount_subsidiary AS told, amount_base AS base, 0 AS stake FROM fct_ar_open"
        " WHERE system = 'netsuite'",
        "amount_subsidiary AS booked, amount_base AS base, amount_base AS stake FROM fct_gl_balance"
        " WHERE kind = 'account' AND account_type = 'AcctRec'",
    ),
    needs=("fct_ar_open", "fct_gl_balance"),
    slicings=(by_month("fct_ar_open", "fct_gl_balance"),),
)
STATEMENT = check_of(
    "RC-09",
    _of_books(
        "amount_subsidiary AS told, amount_base AS base, 0 AS stake FROM fct_pnl",
        "-amount_subsidiary AS booked, -amount_base AS base, amount_base AS stake FROM fct_gl"
        f" WHERE account_type IN {PROFIT_AND_LOSS}",
    ),
    needs=("fct_pnl", "fct_gl"),
    slicings=(by_month("fct_pnl", "fct_gl"),),
)
BALANCE = check_of(  # what is at stake are the assets
    "RC-16",
    _of_books(
        "amount_subsidiary AS told, amount_base AS base, 0 AS stake FROM fct_gl_balance",
        "0 AS booked, 0 AS base, amount_base AS stake FROM fct_gl_balance"
        " WHERE kind = 'account' AND amount_base > 0",
    ),
    needs=("fct_gl_balance",),
    slicings=(by_month("fct_gl_balance"),),
)
BACKLOG = check_of(
    "RC-08",
    f"""
        WITH standing AS (
            SELECT month, subsidiary_key, sum(amount_subsidiary) AS amount, sum(amount_base) AS base,
                any_value(subsidiary_currency) AS currency
            FROM fct_backlog WHERE system = 'netsuite' GROUP BY month, subsidiary_key
        ),
        moved AS (
            SELECT month, subsidiary_key, sum(amount_subsidiary) AS amount, sum(amount_base) AS base,
                any_value(subsidiary_currency) AS currency
            FROM fct_backlog_move GROUP BY month, subsidiary_key
        ),
        f AS (
            SELECT s.month, b.subsidiary_key, coalesce(o.amount, 0) + coalesce(m.amount, 0) AS amount,
                coalesce(o.base, 0) + coalesce(m.base, 0) AS base,
                coalesce(c.amount, 0) AS against, coalesce(c.base, 0) AS against_base,
                coalesce(c.currency, m.currency, o.currency) AS currency
            FROM stock_month s
            CROSS JOIN (SELECT DISTINCT subsidiary_key FROM moved) b
            LEFT JOIN moved m ON m.month = s.month AND m.subsidiary_key = b.subsidiary_key
            LEFT JOIN standing c ON c.month = s.month AND c.subsidiary_key = b.subsidiary_key
            LEFT JOIN standing o
                ON o.month = month_less(s.month, 1) AND o.subsidiary_key = b.subsidiary_key
        )
        SELECT f.*, -1 AS department_key, -1 AS customer_key, -1 AS project_key, NULL AS name,
            NULL AS netsuite_id, abs(f.amount - f.against) <= {CENT} AS holds,
            greatest(f.base, f.against_base) AS weight_base,
            CASE WHEN abs(f.amount - f.against) <= {CENT} THEN 0
                ELSE abs(f.base - f.against_base) END AS unexplained_base
        FROM f WHERE f.currency IS NOT NULL""",
    needs=("fct_backlog", "fct_backlog_move", "stock_month"),
)
GROUP = check_of(  # what takes it out again when consolidated is no charge
    "RC-14",
    f"""
        WITH f AS (
            SELECT month, coalesce(-sum(amount_base) FILTER (
                    WHERE account_type IN ('Income', 'OthIncome')), 0) AS amount,
                coalesce(sum(amount_base) FILTER (
                    WHERE account_type NOT IN ('Income', 'OthIncome')), 0) AS against
            FROM fct_gl
            WHERE is_intercompany AND NOT is_elimination
                AND account_type IN {PROFIT_AND_LOSS}
            GROUP BY month
        )
        SELECT *, -1 AS subsidiary_key, -1 AS department_key, -1 AS customer_key, -1 AS project_key,
            NULL AS name, NULL AS netsuite_id, NULL AS currency, abs(amount - against) <= 1 AS holds,
            greatest(abs(amount), abs(against)) AS weight_base,
            CASE WHEN abs(amount - against) <= 1 THEN 0 ELSE abs(amount - against) END
                AS unexplained_base
        FROM f""",
    needs=("fct_gl",),
    slicings=(by_month("fct_gl"),),
)
