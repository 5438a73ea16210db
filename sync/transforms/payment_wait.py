"""How long each part of an invoice waited for its payment, or has waited so far (F4)."""

from __future__ import annotations

from models.tables import billing as tables

from .transform import Transform

FCT_PAYMENT_WAIT = Transform(
    key="fct_payment_wait",
    target=tables.fct_payment_wait,
    needs=("fct_application", "fct_ar_open", "fx_average"),
    sql="""
        WITH part AS (
            SELECT invoice_id, invoice_number AS number, project_key, department_key, customer_key,
                subsidiary_key, invoiced_on, due_on, applied_on AS until_on, kind = 'payment' AS is_paid,
                false AS is_open, amount, currency, amount_subsidiary, subsidiary_currency
            FROM fct_application
            UNION ALL
            SELECT o.document_id, o.number, o.project_key, o.department_key, o.customer_key,
                o.subsidiary_key, o.invoiced_on, o.due_on, r.today, false, true, o.amount, o.currency,
                o.amount_subsidiary, o.subsidiary_currency
            FROM fct_ar_open o JOIN run_day r ON r.month = o.month
            WHERE o.system = 'netsuite' AND o.type = 'CustInvc'
        ),
        f AS (
            SELECT *, month_key(invoiced_on) AS month,
                greatest(until_on - invoiced_on, 0)::INTEGER AS days
            FROM part
        )
        SELECT f.*, translate_once(f.amount_subsidiary, a.rate) AS amount_base
        FROM f
        ASOF LEFT JOIN fx_average a
            ON a.subsidiary_key = nullif(f.subsidiary_key, -1) AND a.month <= f.month""",
)
