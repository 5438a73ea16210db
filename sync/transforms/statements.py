"""The income statement: the ledger's profit and loss, each posting on its line."""

from __future__ import annotations

from models.business.rules import OVERHEAD, Line
from models.tables import statements as tables

from .business import line_of
from .transform import Slicing, Transform

# Documents whose cost is told by themselves; any other cost is people's time, or may be.
DOCUMENTS = (
    "'VendBill', 'VendCred', 'ExpRept', 'CardChrg', 'CardRfnd', 'CustInvc', 'CustCred', 'CashSale', "
    "'ItemRcpt', 'ItemShip', 'Check'"
)
# Where no rule names an account: what its type says, so that no posting is lost.
_BY_TYPE = f"""CASE g.account_type WHEN 'Income' THEN '{Line.REVENUE}' WHEN 'COGS' THEN '{Line.DIRECT_LABOR}'
                WHEN 'Expense' THEN '{OVERHEAD}' ELSE '{Line.NON_OPERATING}' END"""

_RATES_A_YEAR_LATER = """
    SELECT transaction_id FROM fct_pnl f SEMI JOIN (
        SELECT subsidiary_key, min(month) + 100 AS month FROM changed GROUP BY ALL
    ) c ON c.subsidiary_key = f.subsidiary_key AND c.month <= f.month"""
FCT_PNL = Transform(
    key="fct_pnl",
    target=tables.fct_pnl,
    needs=("fct_gl", "dim_pnl_line", "segment_member", "payroll_account", "fx_period"),
    sql=f"""
        WITH f AS (
            SELECT g.transaction_id, g.line_id, g.number, g.type, g.account_key, g.stream,
                g.department_key, g.customer_key, g.project_key, g.subsidiary_key, g.person_key, g.day,
                g.month, g.is_adjustment, g.is_intercompany, g.memo, g.amount, g.currency,
                g.amount_subsidiary, g.subsidiary_currency, g.amount_base,
                {line_of(f"coalesce(l.line, {_BY_TYPE})", "coalesce(s.is_practice, false)")}
                    AS line,
                coalesce(s.name, '') AS practice,
                g.account_type IN ('COGS', 'Expense') AND coalesce(g.type, '') NOT IN ({DOCUMENTS})
                    AS is_labor,
                w.account_key IS NOT NULL AS is_payroll,
                coalesce(s.is_practice, false) AS is_practice,
                translate_once(g.amount_subsidiary, a.average) AS prior_rates
            FROM fct_gl g
            LEFT JOIN payroll_account w ON w.account_key = g.account_key
            LEFT JOIN dim_pnl_line l ON l.account_key = g.account_key
            LEFT JOIN segment_member s ON s.member_key = CASE s.segment
                WHEN 'class' THEN g.class_key WHEN 'location' THEN g.location_key
                ELSE g.department_key END
            ASOF LEFT JOIN fx_period a
                ON a.subsidiary_key = nullif(g.subsidiary_key, -1) AND a.month <= g.month - 100
            WHERE g.account_type IN ('Income', 'COGS', 'Expense', 'OthIncome', 'OthExpense')
        )
        SELECT * EXCLUDE (amount, amount_subsidiary, amount_base, prior_rates), -amount AS amount,
            -amount_subsidiary AS amount_subsidiary, -amount_base AS amount_base,
            CASE WHEN is_intercompany THEN 0 ELSE -amount_base END AS amount_consolidated,
            CASE WHEN is_intercompany THEN 0 ELSE -prior_rates END AS amount_prior_rates
        FROM f""",
    slicings=(
        Slicing(
            by=("transaction_id",),
            of={"fct_gl": ("transaction_id",)},
            touched={"fx_period": _RATES_A_YEAR_LATER},
        ),
        Slicing(
            by=("account_key",),
            of={
                "fct_gl": ("account_key",),
                "dim_pnl_line": ("account_key",),
                "payroll_account": ("account_key",),
            },
        ),
    ),
)
