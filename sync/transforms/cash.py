"""What was paid when (F4), and what of each project was earned before it was billed, or billed before (D3, D4)."""

from __future__ import annotations

from models.tables import billing as tables

from .business import OF_CONTRACT, WORK_STREAM, contract_touched
from .pieces import book_touched, referring
from .transform import Slicing, Transform

_LINKS = "mirror.stg_netsuite__nexttransactionlinelink"

FCT_APPLICATION = Transform(
    key="fct_application",
    target=tables.fct_application,
    needs=("receivable", "fx_average"),
    sql=f"""
        WITH f AS (
            SELECT r.document_id AS invoice_id, r.number AS invoice_number, k.nextdoc AS payer_id,
                k.nextline AS payer_line, h.tranid AS payer_number, h.type AS payer_type,
                CASE h.type WHEN 'CustPymt' THEN 'payment' WHEN 'DepAppl' THEN 'payment'
                    WHEN 'CustCred' THEN 'credit' ELSE 'other' END AS kind,
                r.project_key, r.department_key, r.customer_key, r.subsidiary_key,
                r.invoiced_on, r.due_on, h.trandate AS applied_on,
                day_key(greatest(h.trandate, r.invoiced_on)) AS day,
                month_key(greatest(h.trandate, r.invoiced_on)) AS month,
                month_key(r.invoiced_on) AS invoice_month,
                k.foreignamount AS amount, r.currency,
                round(translate_once(k.foreignamount, r.rate), 2)::DECIMAL(18,4) AS amount_subsidiary,
                r.book AS subsidiary_currency, r.rate
            FROM {_LINKS} k
            JOIN receivable r ON r.document_id = k.previousdoc AND r.type = 'CustInvc'
            JOIN mirror.stg_netsuite__transaction h ON h.id = k.nextdoc
            WHERE k.linktype = 'Payment'
        )
        SELECT f.* EXCLUDE (rate), (f.applied_on - f.invoiced_on)::INTEGER AS days_to_pay,
            (f.applied_on - f.due_on)::INTEGER AS days_late,
            translate(f.amount, f.rate, a.rate) AS amount_base
        FROM f
        ASOF LEFT JOIN fx_average a
            ON a.subsidiary_key = nullif(f.subsidiary_key, -1) AND a.month <= f.month""",
    slicings=(
        Slicing(
            by=("invoice_id",),
            of={
                "receivable": ("document_id",),
                "stg_netsuite__nexttransactionlinelink": ("previousdoc",),
            },
            touched={
                "stg_netsuite__transaction": referring("previousdoc", _LINKS, "nextdoc"),
                **book_touched("fct_application", "invoice_id"),
            },
        ),
    ),
)

_SO_FAR = "PARTITION BY system, project_key, subsidiary_key, currency ORDER BY month"

PROJECT_BILLED = Transform(  # recognised and billed to date, at each month in which either moved
    key="project_billed",
    needs=("fct_gl", "fct_rev_rec", "fct_invoice_line", "fct_psa_invoice_line"),
    sql=f"""
        WITH moved AS (
            SELECT 'netsuite' AS system, project_key, subsidiary_key,
                subsidiary_currency AS currency, month, -amount_subsidiary AS recognized, 0 AS billed
            FROM fct_gl
            WHERE account_type = 'Income' AND project_kind = 'client' AND NOT is_intercompany
            UNION ALL
            SELECT 'netsuite', project_key, subsidiary_key, subsidiary_currency, month, 0,
                amount_subsidiary
            FROM fct_invoice_line WHERE project_key <> -1 AND NOT is_tax
            UNION ALL
            SELECT 'suiteprojects', project_key, subsidiary_key, currency, month, amount, 0
            FROM fct_rev_rec WHERE project_key <> -1
            UNION ALL
            SELECT 'suiteprojects', project_key, subsidiary_key, currency, month, 0, amount
            FROM fct_psa_invoice_line WHERE project_key <> -1 AND status = 'approved'
        ),
        month AS (
            SELECT system, project_key, subsidiary_key, currency, month,
                sum(recognized) AS recognized, sum(billed) AS billed
            FROM moved GROUP BY ALL
        )
        SELECT system, project_key, subsidiary_key, currency, month,
            sum(recognized) OVER so_far AS recognized, sum(billed) OVER so_far AS billed
        FROM month WINDOW so_far AS ({_SO_FAR})""",
    slicings=(
        Slicing(
            by=("project_key",),
            of=dict.fromkeys(
                ("fct_gl", "fct_rev_rec", "fct_invoice_line", "fct_psa_invoice_line"),
                ("project_key",),
            ),
            touched={
                "fct_gl": """
                    SELECT project_key FROM changed
                    WHERE account_type = 'Income' AND project_kind = 'client'""",
            },
        ),
    ),
)

FCT_UNBILLED = Transform(
    key="fct_unbilled",
    target=tables.fct_unbilled,
    needs=(
        "stock_month",
        "project_billed",
        "dim_project",
        "contract_stream",
        "fx_daily",
        "fx_closing",
    ),
    sql=f"""
        WITH known AS (
            SELECT DISTINCT system, project_key, subsidiary_key, currency FROM project_billed
        ),
        f AS (
            SELECT k.system, s.month, s.day, k.project_key, p.department_key, p.customer_key,
                k.subsidiary_key, {WORK_STREAM} AS stream, b.recognized::DECIMAL(18,4) AS recognized,
                b.billed::DECIMAL(18,4) AS billed, k.currency,
                greatest(b.recognized - b.billed, 0)::DECIMAL(18,4) AS asset,
                greatest(b.billed - b.recognized, 0)::DECIMAL(18,4) AS liability
            FROM known k
            JOIN dim_project p ON p.project_key = k.project_key
            {OF_CONTRACT}
            JOIN stock_month s ON true
            ASOF JOIN project_billed b ON b.system = k.system AND b.project_key = k.project_key
                AND b.subsidiary_key = k.subsidiary_key AND b.currency = k.currency
                AND b.month <= s.month
            WHERE b.recognized <> b.billed
        )
        SELECT f.*, translate_once(f.asset, d.rate) AS asset_subsidiary,
            d.book AS subsidiary_currency, translate(f.asset, d.rate, c.rate) AS asset_base,
            translate_once(f.liability, d.rate) AS liability_subsidiary,
            translate(f.liability, d.rate, c.rate) AS liability_base
        FROM f
        ASOF LEFT JOIN fx_daily d ON d.subsidiary_key = f.subsidiary_key
            AND d.currency = f.currency AND d.day <= f.day
        ASOF LEFT JOIN fx_closing c ON c.subsidiary_key = f.subsidiary_key AND c.month <= f.month""",
    slicings=(
        Slicing(
            by=("project_key",),
            of={"project_billed": ("project_key",), "dim_project": ("project_key",)},
            touched=contract_touched("fct_unbilled", "project_key"),
        ),
        Slicing(
            by=("month",),
            of={"stock_month": ("month",)},
            touched={
                "fx_closing": """
                    SELECT DISTINCT month FROM fct_unbilled
                    WHERE month >= (SELECT min(month) FROM changed)""",
                "fx_daily": """
                    SELECT DISTINCT month FROM fct_unbilled
                    WHERE day >= (SELECT min(day) FROM changed)""",
            },
        ),
    ),
)
