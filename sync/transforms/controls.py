"""The controls that the facts allow, check by check: the two systems against each other, the books against themselves."""

from __future__ import annotations

from models.tables import controls as tables

from .pieces import PROFIT_AND_LOSS
from .transform import Slicing, Transform

_CENT = "0.01"


def _one(column: str) -> str:
    """What all lines of a document say; UNKNOWN if they differ."""
    return f"CASE WHEN min({column}) = max({column}) THEN min({column}) ELSE -1 END AS {column}"


_OF_LINES = f"""min(number) AS number, min(month) AS month, min(customer_key) AS customer_key,
            min(subsidiary_key) AS subsidiary_key, {_one("project_key")}, {_one("department_key")},
            min(currency) AS currency, sum(amount) AS amount, sum(amount_base) AS base"""
# RC-01: an invoice in both systems, in the currency it was written in, net of tax.
_INVOICES = f"""
        SELECT 'RC-01' AS control, coalesce(t.month, o.month) AS month,
            coalesce(t.subsidiary_key, o.subsidiary_key) AS subsidiary_key,
            coalesce(o.department_key, t.department_key) AS department_key,
            coalesce(o.customer_key, t.customer_key) AS customer_key,
            coalesce(o.project_key, t.project_key) AS project_key,
            coalesce(o.number, t.number) AS name, t.transaction_id AS netsuite_id,
            o.amount, t.amount AS against, coalesce(o.currency, t.currency) AS currency,
            o.currency IS NOT DISTINCT FROM t.currency
                AND coalesce(abs(o.amount - t.amount) <= {_CENT}, false) AS holds,
            abs(coalesce(t.base, o.base)) AS weight_base
        FROM (
            SELECT invoice_id, {_OF_LINES} FROM fct_psa_invoice_line
            WHERE status = 'approved' GROUP BY invoice_id
        ) o
        LEFT JOIN map_invoice m ON m.suiteprojects_id = o.invoice_id
        FULL JOIN (
            SELECT transaction_id, {_OF_LINES} FROM fct_invoice_line
            WHERE NOT is_tax GROUP BY transaction_id
        ) t ON t.transaction_id = m.netsuite_id
        WHERE o.invoice_id IS NOT NULL OR t.project_key <> -1"""
# RC-02: what a project earned in a month; 0.5 % or 100 of the reporting currency may differ.
_REVENUE = """
        SELECT 'RC-02', month, min(subsidiary_key), min(department_key), min(customer_key),
            project_key, NULL, NULL, sum(told), sum(booked), NULL,
            coalesce(abs(sum(told) - sum(booked)) <= greatest(100, 0.005 * abs(sum(booked))), false),
            greatest(abs(sum(told)), abs(sum(booked)))
        FROM (
            SELECT month, subsidiary_key, department_key, customer_key, project_key,
                0 AS told, -amount_base AS booked
            FROM fct_gl WHERE account_type = 'Income' AND project_kind = 'client'
            UNION ALL
            SELECT month, subsidiary_key, department_key, customer_key, project_key, amount_base, 0
            FROM fct_rev_rec
        )
        GROUP BY month, project_key"""


def _books(control: str, checked: str, known: str, weight: str) -> str:
    """A check of each subsidiary's books at the end of a month or in it, to the cent."""
    return f"""
        SELECT '{control}', month, subsidiary_key, -1, -1, -1, NULL, NULL, sum(told), sum(booked),
            any_value(subsidiary_currency),
            coalesce(abs(sum(told) - sum(booked)) <= {_CENT}, false), {weight}
        FROM (
            SELECT month, subsidiary_key, subsidiary_currency, {checked}
            UNION ALL
            SELECT month, subsidiary_key, subsidiary_currency, {known}
        )
        GROUP BY month, subsidiary_key"""


_AT_STAKE = "abs(coalesce(sum(base), 0))"
# RC-07: the open items are the control accounts. RC-09: the statement is the trial balance.
# RC-16: assets less liabilities less equity are nothing; what is at stake are the assets.
_RECEIVABLES = _books(
    "RC-07",
    "amount_subsidiary AS told, 0 AS booked, 0 AS base FROM fct_ar_open WHERE system = 'netsuite'",
    "0, amount_subsidiary, amount_base FROM fct_gl_balance WHERE kind = 'account' AND account_type = 'AcctRec'",
    _AT_STAKE,
)
_STATEMENT = _books(
    "RC-09",
    "amount_subsidiary AS told, 0 AS booked, 0 AS base FROM fct_pnl",
    f"0, -amount_subsidiary, amount_base FROM fct_gl WHERE account_type IN {PROFIT_AND_LOSS}",
    _AT_STAKE,
)
_BALANCE = _books(
    "RC-16",
    "amount_subsidiary AS told, 0 AS booked, 0 AS base FROM fct_gl_balance",
    "0, 0, amount_base FROM fct_gl_balance WHERE kind = 'account' AND amount_base > 0",
    _AT_STAKE,
)

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
FCT_CONTROL = Transform(
    key="fct_control",
    target=tables.fct_control,
    needs=(
        "fct_psa_invoice_line",
        "fct_invoice_line",
        "map_invoice",
        "fct_gl",
        "fct_rev_rec",
        "fct_ar_open",
        "fct_gl_balance",
        "fct_pnl",
    ),
    sql=f"""{_INVOICES}
        UNION ALL{_REVENUE}
        UNION ALL{_RECEIVABLES}
        UNION ALL{_STATEMENT}
        UNION ALL{_BALANCE}""",
    slicings=(
        Slicing(
            by=("month",),
            of=dict.fromkeys(
                ("fct_gl", "fct_rev_rec", "fct_ar_open", "fct_gl_balance", "fct_pnl"), ("month",)
            ),
            touched={
                "fct_psa_invoice_line": _TWINS_OF_OURS,
                "fct_invoice_line": _TWINS_OF_THEIRS,
                "map_invoice": _BOTH,
            },
        ),
    ),
)
