"""Billing facts: the invoices of both systems line by line."""

from __future__ import annotations

from models.tables import billing as tables

from .business import (
    OF_CONTRACT,
    ON_CLIENT_PROJECT,
    STREAM_NEEDS,
    charged_stream,
    contract_touched,
    item_touched,
    stream_joins,
    stream_of,
)
from .pieces import (
    BOOK_RATE,
    CUSTOMER,
    FLOW_NEEDS,
    FLOW_RATES,
    IN_NETSUITE,
    IN_SUITEPROJECTS,
    PARENT_NEEDS,
    TRANSLATED,
    book_touched,
    flow_touched,
    parents_touched,
    referring,
    suiteprojects_parents,
)
from .transform import Slicing, Transform

_CHARGE, _INVOICE = "stg_suiteprojects__charge", "stg_suiteprojects__invoice"
_CHARGES, _INVOICES = f"mirror.{_CHARGE}", f"mirror.{_INVOICE}"
_LINES, _HEADS = "mirror.stg_netsuite__transactionline", "mirror.stg_netsuite__transaction"
_INVOICED = {_CHARGE: "SELECT invoice_id FROM changed WHERE invoice_id > 0"}

_PARENTS = f"p.project_key, p.department_key, p.subsidiary_key, {CUSTOMER}"

PSA_INVOICE = Transform(  # an invoice and the one project of its charges, if it is one
    key="psa_invoice",
    needs=PARENT_NEEDS,
    sql=f"""
        WITH charged AS (
            SELECT invoice_id, sum(amount) AS amount, min(project_id) AS first_project,
                CASE WHEN count(DISTINCT project_id) = 1 THEN min(project_id) END AS project_id
            FROM mirror.stg_suiteprojects__charge WHERE invoice_id > 0 GROUP BY invoice_id
        ),
        i AS (
            SELECT i.*, c.project_id, c.first_project,
                i.total - coalesce(i.tax, 0) - coalesce(c.amount, 0) AS uncharged
            FROM mirror.stg_suiteprojects__invoice i LEFT JOIN charged c ON c.invoice_id = i.id
        )
        SELECT i.id, i.number, status_word(i.approval_status) AS status, i.date, i.total,
            i.emailed_on, (i.emailed_on - i.date)::INTEGER AS days_to_send, i.currency, i.uncharged,
            linked(i.netsuite_id) AS netsuite_id,
            linked(i.original_invoice_id) AS original_invoice_id,
            day_key(coalesce(i.accounting_date, i.date)) AS day,
            month_key(coalesce(i.accounting_date, i.date)) AS month,
            p.project_key, p.department_key, {CUSTOMER},
            coalesce(nullif(p.subsidiary_key, -1), q.subsidiary_key, -1) AS subsidiary_key
        FROM i {suiteprojects_parents("i")}
        LEFT JOIN map_project mq ON mq.system = 'suiteprojects' AND mq.id = i.first_project
        LEFT JOIN dim_project q ON q.project_key = mq.project_key""",
    slicings=(
        Slicing(
            by=("id",),
            of={_INVOICE: ("id",), _CHARGE: ("invoice_id",)},
            touched={
                **_INVOICED,
                "map_project": referring(
                    "invoice_id", _CHARGES, "project_id", where=IN_SUITEPROJECTS
                ),
                "dim_project": f"""
                    SELECT invoice_id FROM {_CHARGES} WHERE project_id IN (
                        SELECT id FROM map_project WHERE {IN_SUITEPROJECTS}
                            AND project_key IN (SELECT project_key FROM changed))
                    UNION ALL {referring("id", "psa_invoice", "project_key", "project_key")}""",
                "map_customer": referring("id", _INVOICES, "customer_id", where=IN_SUITEPROJECTS),
            },
        ),
    ),
)

FCT_PSA_INVOICE_LINE = Transform(  # what an invoice holds beyond its charges is a line of its own
    key="fct_psa_invoice_line",
    target=tables.fct_psa_invoice_line,
    needs=(*FLOW_NEEDS, *PARENT_NEEDS, "psa_invoice", "contract_stream"),
    sql=f"""
        WITH f AS (
            SELECT c.id AS charge_id, c.invoice_id, i.number, coalesce(i.status, 'open') AS status,
                p.project_key, p.department_key, p.subsidiary_key, {CUSTOMER},
                coalesce(i.day, day_key(coalesce(c.accounting_date, c.date))) AS day,
                coalesce(i.month, month_key(coalesce(c.accounting_date, c.date))) AS month,
                {charged_stream("c.type")} AS stream,
                c.description, c.amount, c.currency, i.netsuite_id, i.original_invoice_id, i.emailed_on,
                i.days_to_send
            FROM mirror.stg_suiteprojects__charge c
            {suiteprojects_parents("c")}
            {OF_CONTRACT}
            LEFT JOIN psa_invoice i ON i.id = c.invoice_id
            WHERE c.invoice_id > 0
            UNION ALL BY NAME
            SELECT i.id AS invoice_id, i.number, i.status, i.project_key, i.department_key,
                i.subsidiary_key, i.customer_key, i.day, i.month, {charged_stream("NULL")} AS stream,
                'Not from a charge' AS description, i.uncharged AS amount, i.currency,
                i.netsuite_id, i.original_invoice_id, i.emailed_on, i.days_to_send
            FROM psa_invoice i JOIN dim_project p ON p.project_key = i.project_key
            {OF_CONTRACT}
            WHERE i.uncharged <> 0
        )
        SELECT f.*, {TRANSLATED} FROM f {FLOW_RATES}""",
    slicings=(
        Slicing(
            by=("invoice_id",),
            of={_CHARGE: ("invoice_id",), "psa_invoice": ("id",)},
            touched={
                **_INVOICED,
                **contract_touched("fct_psa_invoice_line", "invoice_id"),
                **flow_touched("fct_psa_invoice_line", "invoice_id"),
                **parents_touched("fct_psa_invoice_line", "invoice_id", _CHARGE, "invoice_id"),
            },
        ),
    ),
)

SALES_LINE = Transform(  # a line of an order, invoice, cash sale or credit memo, money positive
    key="sales_line",
    needs=(
        "map_project",
        "dim_project",
        "map_customer",
        "dim_subsidiary",
        "base_period",
        *STREAM_NEEDS,
    ),
    sql=f"""
        SELECT h.id AS transaction_id, l.id AS line_id, h.tranid AS number, h.type,
            right(h.status, 1) AS status, p.project_key,
            p.department_key,
            coalesce(mc.customer_key, nullif(p.customer_key, -1), ml.customer_key, -1)
                AS customer_key,
            coalesce(b.subsidiary_key, -1) AS subsidiary_key,
            day_key(h.trandate) AS day,
            coalesce(bp.month, month_key(h.trandate)) AS month,
            l.item AS item_id, coalesce(i.displayname, i.itemid) AS item,
            {stream_of(ON_CLIENT_PROJECT)} AS stream,
            coalesce(l.taxline, false) AS is_tax, coalesce(l.isclosed, false) AS is_closed,
            l.createdfrom, coalesce(l.memo, i.displayname) AS description,
            -l.foreignamount AS amount, c.symbol AS currency, -l.netamount AS net,
            b.currency AS book,
            coalesce(h.posting, true) AS is_posting
        FROM mirror.stg_netsuite__transactionline l
        JOIN mirror.stg_netsuite__transaction h ON h.id = l.transaction
        LEFT JOIN map_project mp ON mp.system = 'netsuite' AND mp.id = l.entity
        LEFT JOIN map_project mh ON mh.system = 'netsuite' AND mh.id = h.entity
        JOIN dim_project p ON p.project_key = coalesce(mp.project_key, mh.project_key, -1)
        LEFT JOIN map_customer mc ON mc.system = 'netsuite' AND mc.id = h.entity
        LEFT JOIN map_customer ml ON ml.system = 'netsuite' AND ml.id = l.entity
        LEFT JOIN dim_subsidiary b
            ON b.subsidiary_key = coalesce(l.subsidiary, nullif(p.subsidiary_key, -1))
        LEFT JOIN base_period bp ON bp.id = h.postingperiod
        LEFT JOIN mirror.stg_netsuite__item i ON i.id = l.item
        LEFT JOIN mirror.stg_netsuite__currency c ON c.id = h.currency
        {stream_joins(item="i.id", account="i.incomeaccount", contract="p.contract_type")}
        WHERE h.type IN ('CustInvc', 'CashSale', 'CustCred', 'SalesOrd')
            AND NOT coalesce(l.mainline, false)
            AND coalesce(l.accountinglinetype, '') NOT IN ('COGS', 'ASSET')""",
    slicings=(
        Slicing(
            by=("transaction_id",),
            of={
                "stg_netsuite__transactionline": ("transaction",),
                "stg_netsuite__transaction": ("id",),
            },
            touched={
                **{
                    name: referring("transaction", _LINES, "entity", where=IN_NETSUITE)
                    + " UNION ALL "
                    + referring("id", _HEADS, "entity", where=IN_NETSUITE)
                    for name in ("map_project", "map_customer")
                },
                "dim_project": referring(
                    "transaction_id", "sales_line", "project_key", "project_key"
                ),
                "stg_netsuite__item": referring("transaction", _LINES, "item"),
                **item_touched(_LINES),
                **contract_touched("sales_line", "transaction_id"),
            },
        ),
    ),
)

FCT_INVOICE_LINE = Transform(
    key="fct_invoice_line",
    target=tables.fct_invoice_line,
    needs=("sales_line", "fx_average"),
    sql=f"""
        WITH f AS (SELECT * FROM sales_line WHERE type <> 'SalesOrd' AND is_posting)
        SELECT f.transaction_id, f.line_id, f.number, f.type, f.project_key, f.department_key,
            f.customer_key, f.subsidiary_key, f.day, f.month, f.item, f.stream, f.is_tax,
            f.description, f.amount, f.currency, f.net AS amount_subsidiary,
            f.book AS subsidiary_currency, translate_once(f.net, a.rate) AS amount_base
        FROM f {BOOK_RATE}""",
    slicings=(
        Slicing(
            by=("transaction_id",),
            of={"sales_line": ("transaction_id",)},
            touched=book_touched("fct_invoice_line", "transaction_id"),
        ),
    ),
)
