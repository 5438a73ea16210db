"""Invoices, and the revenue of projects: both systems, document by document and month by month."""

from __future__ import annotations

from ..macros import ONE
from ..transform import Slicing, Transform
from .check import CENT, by_month, check_of, one_of

_OF_LINES = f"""min(number) AS number, min(month) AS month, min(customer_key) AS customer_key,
            min(subsidiary_key) AS subsidiary_key, {one_of("project_key")}, {one_of("department_key")},
            min(currency) AS currency, sum(amount) AS amount, sum(amount_base) AS base"""
_TWINS_OF_OURS = """
    SELECT month FROM changed
    UNION SELECT t.month FROM changed c JOIN map_invoice m ON m.suiteprojects_id = c.invoice_id
        JOIN fct_invoice_line t ON t.transaction_id = m.netsuite_id"""
_TWINS_OF_THEIRS = """
    SELECT month FROM changed
    UNION SELECT o.month FROM changed c JOIN map_invoice m ON m.netsuite_id = c.transaction_id
        JOIN fct_psa_invoice_line o ON o.invoice_id = m.suiteprojects_id"""
_BOTH = """
    SELECT o.month FROM changed c JOIN fct_psa_invoice_line o ON o.invoice_id = c.suiteprojects_id
    UNION SELECT t.month FROM changed c JOIN fct_invoice_line t ON t.transaction_id = c.netsuite_id"""
INVOICES = (
    check_of(  # what is unexplained is told at the rate of NetSuite's document, if there is one
        "RC-01",
        f"""
        WITH f AS (
            SELECT coalesce(t.month, o.month) AS month,
                coalesce(t.subsidiary_key, o.subsidiary_key) AS subsidiary_key,
                coalesce(o.department_key, t.department_key) AS department_key,
                coalesce(o.customer_key, t.customer_key) AS customer_key,
                coalesce(o.project_key, t.project_key) AS project_key,
                coalesce(o.number, t.number) AS name, t.transaction_id AS netsuite_id,
                o.amount, t.amount AS against, coalesce(o.currency, t.currency) AS currency,
                o.currency IS NOT DISTINCT FROM t.currency
                    AND coalesce(abs(o.amount - t.amount) <= {CENT}, false) AS holds,
                abs(coalesce(t.base, o.base)) AS weight_base, t.base / nullif(t.amount, 0) AS rate,
                o.currency = t.currency AS is_alike
            FROM (
                SELECT invoice_id, {_OF_LINES} FROM fct_psa_invoice_line
                WHERE status = 'approved' GROUP BY invoice_id
            ) o
            LEFT JOIN map_invoice m ON m.suiteprojects_id = o.invoice_id
            FULL JOIN (
                SELECT transaction_id, {_OF_LINES} FROM fct_invoice_line
                WHERE NOT is_tax GROUP BY transaction_id
            ) t ON t.transaction_id = m.netsuite_id
            WHERE o.invoice_id IS NOT NULL OR t.project_key <> -1
        )
        SELECT *, CASE WHEN holds THEN 0 WHEN is_alike AND rate IS NOT NULL
                THEN CAST(abs(amount - against)::DOUBLE * rate AS DECIMAL(18,4))
                ELSE weight_base END AS unexplained_base
        FROM f""",
        needs=("fct_psa_invoice_line", "fct_invoice_line", "map_invoice"),
        slicings=(
            Slicing(
                by=("month",),
                touched={
                    "fct_psa_invoice_line": _TWINS_OF_OURS,
                    "fct_invoice_line": _TWINS_OF_THEIRS,
                    "map_invoice": _BOTH,
                },
            ),
        ),
    )
)
REVENUE = check_of(
    "RC-02",
    """
        WITH f AS (
            SELECT month, min(subsidiary_key) AS subsidiary_key, min(department_key) AS department_key,
                min(customer_key) AS customer_key, project_key, sum(told) AS amount,
                sum(booked) AS against
            FROM (
                SELECT month, subsidiary_key, department_key, customer_key, project_key,
                    0 AS told, -amount_base AS booked
                FROM fct_gl WHERE account_type = 'Income' AND project_kind = 'client'
                UNION ALL
                SELECT month, subsidiary_key, department_key, customer_key, project_key, amount_base, 0
                FROM fct_rev_rec
            )
            GROUP BY month, project_key
        ),
        judged AS (
            SELECT *, coalesce(
                abs(amount - against) <= greatest(100, 0.005 * abs(against)), false) AS holds
            FROM f
        )
        SELECT *, NULL AS name, NULL AS netsuite_id, NULL AS currency,
            greatest(abs(amount), abs(against)) AS weight_base,
            CASE WHEN holds THEN 0 ELSE abs(amount - against) END AS unexplained_base
        FROM judged""",
    needs=("fct_gl", "fct_rev_rec"),
    slicings=(by_month("fct_gl", "fct_rev_rec"),),
)

CONTRACT_MOVE = (
    Transform(  # what moved a project's accounts of unbilled and deferred revenue in a month
        key="contract_move",
        needs=("fct_gl",),
        sql="""
        SELECT project_key, subsidiary_key, month, sum(sum(amount_subsidiary)) OVER so_far AS held
        FROM fct_gl
        WHERE account_type IN ('UnbilledRec', 'DeferRevenue') AND project_key <> -1
        GROUP BY project_key, subsidiary_key, month
        WINDOW so_far AS (PARTITION BY project_key, subsidiary_key ORDER BY month)""",
        slicings=(
            Slicing(
                by=("project_key",),
                of={"fct_gl": ("project_key",)},
                touched={
                    "fct_gl": """
                    SELECT project_key FROM changed
                    WHERE account_type IN ('UnbilledRec', 'DeferRevenue')"""
                },
            ),
        ),
    )
)
CONTRACT_STANDING = (
    Transform(  # a project at the end of a month: the ledger beside SuiteProjects Pro
        key="contract_standing",
        needs=("contract_move", "fct_unbilled", "stock_month", "fx_closing", "dim_project"),
        sql=f"""
        WITH known AS (SELECT DISTINCT project_key, subsidiary_key FROM contract_move),
        ledger AS (
            SELECT s.month, k.project_key, k.subsidiary_key, m.held
            FROM known k
            JOIN stock_month s ON true
            ASOF JOIN contract_move m ON m.project_key = k.project_key
                AND m.subsidiary_key = k.subsidiary_key AND m.month <= s.month
        ),
        rated AS (
            SELECT l.*, translate(l.held::DECIMAL(18,4), {ONE}, c.rate) AS base
            FROM ledger l
            ASOF LEFT JOIN fx_closing c ON c.subsidiary_key = l.subsidiary_key AND c.month <= l.month
        ),
        told AS (
            SELECT month, project_key, subsidiary_key, sum(asset_base) AS asset,
                sum(liability_base) AS liability,
                count(asset_base) < count(*) OR count(liability_base) < count(*) AS is_blank
            FROM fct_unbilled WHERE system = 'suiteprojects' GROUP BY ALL
        )
        SELECT coalesce(r.month, t.month) AS month, p.department_key, p.customer_key,
            coalesce(r.subsidiary_key, t.subsidiary_key) AS subsidiary_key,
            coalesce(r.project_key, t.project_key) AS project_key,
            CASE WHEN NOT coalesce(t.is_blank, false) THEN coalesce(t.asset, 0) END AS asset,
            CASE WHEN NOT coalesce(t.is_blank, false) THEN coalesce(t.liability, 0) END AS liability,
            CASE WHEN r.project_key IS NULL THEN 0 ELSE greatest(r.base, 0) END AS asset_booked,
            CASE WHEN r.project_key IS NULL THEN 0 ELSE greatest(-r.base, 0) END AS liability_booked
        FROM rated r
        FULL JOIN told t ON t.month = r.month AND t.project_key = r.project_key
            AND t.subsidiary_key = r.subsidiary_key
        JOIN dim_project p ON p.project_key = coalesce(r.project_key, t.project_key)
        WHERE EXISTS (FROM contract_move)""",
    )
)


def _standing(told: str, booked: str) -> str:
    return f"""
        WITH judged AS (
            SELECT *, {told} AS amount, {booked} AS against,
                coalesce(abs({told} - {booked}) <= greatest(500, 0.01 * abs({booked})), false) AS holds
            FROM contract_standing WHERE {told} IS NULL OR {booked} IS NULL OR {told} <> 0 OR {booked} <> 0
        )
        SELECT *, NULL AS name, NULL AS netsuite_id, NULL AS currency,
            greatest(coalesce(amount, 0), coalesce(against, 0)) AS weight_base,
            CASE WHEN holds THEN 0 ELSE abs(amount - against) END AS unexplained_base
        FROM judged"""


UNBILLED = check_of(
    "RC-05",
    _standing("asset", "asset_booked"),
    needs=("contract_standing",),
    slicings=(by_month("contract_standing"),),
)
DEFERRED = check_of(
    "RC-06",
    _standing("liability", "liability_booked"),
    needs=("contract_standing",),
    slicings=(by_month("contract_standing"),),
)
