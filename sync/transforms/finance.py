"""Finance facts: the ledger line by line, and the revenue NetSuite has scheduled."""

from __future__ import annotations

from models.tables import finance as tables

from .macros import ONE
from .pieces import BOOK_RATE, IN_NETSUITE, STREAM, book_touched, referring
from .transform import Slicing, Transform

_ENTRIES = "mirror.stg_netsuite__transactionaccountingline"
_LINES, _HEADS = "mirror.stg_netsuite__transactionline", "mirror.stg_netsuite__transaction"
_PLANNED = "stg_netsuite__revenueplanplannedrevenue"
_PLANNED_OF_ELEMENTS = f"""
    SELECT r.id FROM mirror.{_PLANNED} r
    JOIN mirror.stg_netsuite__revenueplan n ON n.id = r.revenueplan
    JOIN mirror.stg_netsuite__revenueelement e ON e.id = n.createdfrom"""
_BY_ENTITY = (  # the transactions of an entity, be it the head's or a line's
    referring("transaction", _LINES, "entity", where=IN_NETSUITE)
    + " UNION ALL "
    + referring("id", _HEADS, "entity", where=IN_NETSUITE)
)

_GL_STREAM = f"""{STREAM}
                WHEN t.accttype NOT IN ('Income', 'COGS') THEN 'other'
                WHEN t.fullname ILIKE '%subscription%' THEN 'subscription'
                WHEN t.fullname ILIKE '%hardware%' THEN 'hardware'
                WHEN t.fullname ILIKE '%expense%' THEN 'expenses'
                WHEN p.project_key <> -1 THEN 'services' ELSE 'other' END"""

FCT_GL = Transform(
    key="fct_gl",
    target=tables.fct_gl,
    needs=(
        "map_project",
        "dim_project",
        "map_customer",
        "map_department",
        "map_person",
        "dim_subsidiary",
        "base_period",
        "fx_average",
    ),
    sql=f"""
        WITH f AS (
            SELECT g.transaction AS transaction_id, g.transactionline AS line_id,
                h.tranid AS number, h.type, coalesce(t.id, -1) AS account_key,
                t.accttype AS account_type, p.project_key, p.kind AS project_kind,
                coalesce(md.department_key, -1) AS department_key,
                coalesce(nullif(p.customer_key, -1), mc.customer_key, ml.customer_key, -1)
                    AS customer_key,
                coalesce(b.subsidiary_key, -1) AS subsidiary_key,
                coalesce(ul.person_key, uh.person_key, -1) AS person_key,
                {_GL_STREAM} AS stream,
                day_key(h.trandate) AS day, coalesce(bp.month, month_key(h.trandate)) AS month,
                coalesce(l.memo, h.memo) AS memo, g.amount, b.currency
            FROM mirror.stg_netsuite__transactionaccountingline g
            LEFT JOIN mirror.stg_netsuite__transaction h ON h.id = g.transaction
            LEFT JOIN mirror.stg_netsuite__transactionline l
                ON l.transaction = g.transaction AND l.id = g.transactionline
            LEFT JOIN mirror.stg_netsuite__account t ON t.id = g.account
            LEFT JOIN mirror.stg_netsuite__item i ON i.id = l.item
            LEFT JOIN map_project mp ON mp.system = 'netsuite' AND mp.id = l.entity
            LEFT JOIN map_project mh ON mh.system = 'netsuite' AND mh.id = h.entity
            JOIN dim_project p ON p.project_key = coalesce(mp.project_key, mh.project_key, -1)
            LEFT JOIN map_customer mc ON mc.system = 'netsuite' AND mc.id = h.entity
            LEFT JOIN map_customer ml ON ml.system = 'netsuite' AND ml.id = l.entity
            LEFT JOIN map_department md ON md.system = 'netsuite' AND md.id = l.department
            LEFT JOIN map_person ul ON ul.system = 'netsuite' AND ul.id = l.entity
            LEFT JOIN map_person uh ON uh.system = 'netsuite' AND uh.id = h.entity
            LEFT JOIN dim_subsidiary b ON b.subsidiary_key = l.subsidiary
            LEFT JOIN base_period bp ON bp.id = h.postingperiod
            WHERE coalesce(g.accountingbook, 1) = 1
                AND coalesce(g.posting, h.posting, true) AND g.amount IS NOT NULL
        )
        SELECT f.*, translate_once(f.amount, a.rate) AS amount_base
        FROM f {BOOK_RATE}""",
    slicings=(
        Slicing(
            by=("transaction_id",),
            of={
                "stg_netsuite__transactionaccountingline": ("transaction",),
                "stg_netsuite__transactionline": ("transaction",),
                "stg_netsuite__transaction": ("id",),
            },
            touched={
                "map_project": _BY_ENTITY,
                "map_customer": _BY_ENTITY,
                "map_person": _BY_ENTITY,
                "map_department": referring("transaction", _LINES, "department", where=IN_NETSUITE),
                "stg_netsuite__item": referring("transaction", _LINES, "item"),
                "stg_netsuite__account": referring("transaction", _ENTRIES, "account"),
                "dim_project": referring("transaction_id", "fct_gl", "project_key", "project_key"),
                **book_touched("fct_gl", "transaction_id"),
            },
        ),
    ),
)

FCT_REV_PLAN = Transform(
    key="fct_rev_plan",
    target=tables.fct_rev_plan,
    needs=(
        "map_project",
        "dim_project",
        "map_customer",
        "dim_subsidiary",
        "base_period",
        "fx_average",
    ),
    sql=f"""
        WITH f AS (
            SELECT r.id AS planned_revenue_id, p.project_key, p.department_key,
                coalesce(nullif(p.customer_key, -1), mc.customer_key, -1) AS customer_key,
                coalesce(b.subsidiary_key, nullif(p.subsidiary_key, -1), -1) AS subsidiary_key,
                bp.month, r.amount, coalesce(c.symbol, ce.symbol, b.currency) AS currency,
                CASE WHEN coalesce(c.symbol, ce.symbol, b.currency) = b.currency THEN {ONE}
                    ELSE rate_of(coalesce(r.exchangerate, n.exchangerate, e.exchangerate)) END
                    AS rate
            FROM mirror.stg_netsuite__revenueplanplannedrevenue r
            LEFT JOIN mirror.stg_netsuite__revenueplan n ON n.id = r.revenueplan
            LEFT JOIN mirror.stg_netsuite__revenueelement e ON e.id = n.createdfrom
            LEFT JOIN map_project mp ON mp.system = 'netsuite' AND mp.id = e.entity
            JOIN dim_project p ON p.project_key = coalesce(mp.project_key, -1)
            LEFT JOIN map_customer mc ON mc.system = 'netsuite' AND mc.id = e.entity
            LEFT JOIN dim_subsidiary b ON b.subsidiary_key = e.subsidiary
            LEFT JOIN base_period bp ON bp.id = coalesce(r.plannedperiod, r.postingperiod)
            LEFT JOIN mirror.stg_netsuite__currency c ON c.id = n.revenueplancurrency
            LEFT JOIN mirror.stg_netsuite__currency ce ON ce.id = e.currency
            WHERE NOT coalesce(r.isrecognized, false)
        )
        SELECT f.* EXCLUDE (rate), translate(f.amount, f.rate, a.rate) AS amount_base
        FROM f {BOOK_RATE}""",
    slicings=(
        Slicing(
            by=("planned_revenue_id",),
            of={_PLANNED: ("id",)},
            touched={
                "stg_netsuite__revenueplan": referring("id", f"mirror.{_PLANNED}", "revenueplan"),
                "stg_netsuite__revenueelement": f"""
                    SELECT id FROM mirror.{_PLANNED} WHERE revenueplan IN (
                        SELECT id FROM mirror.stg_netsuite__revenueplan
                        WHERE createdfrom IN (SELECT id FROM changed))""",
                "map_project": (
                    f"{_PLANNED_OF_ELEMENTS} WHERE e.entity IN "
                    f"(SELECT id FROM changed WHERE {IN_NETSUITE})"
                ),
                "map_customer": (
                    f"{_PLANNED_OF_ELEMENTS} WHERE e.entity IN "
                    f"(SELECT id FROM changed WHERE {IN_NETSUITE})"
                ),
                "dim_project": referring(
                    "planned_revenue_id", "fct_rev_plan", "project_key", "project_key"
                ),
                **book_touched("fct_rev_plan", "planned_revenue_id"),
            },
        ),
    ),
)
