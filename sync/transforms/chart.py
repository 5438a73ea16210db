"""What postings are coded by: accounts, classes, locations, items, services, currencies."""

from __future__ import annotations

from models.tables import chart, conformed

from .business import STREAM_NEEDS, stream_joins, stream_of
from .pieces import PROFIT_AND_LOSS, RATE_TYPE, unknown
from .transform import Transform

DIM_ACCOUNT = Transform(
    key="dim_account",
    target=conformed.dim_account,
    needs=("dim_pnl_line",),
    sql=f"""
        SELECT t.id AS account_key, t.acctnumber AS number, t.fullname AS name, t.accttype AS type,
            coalesce(t.parent, -1) AS parent_key,
            CASE WHEN t.accttype IN {PROFIT_AND_LOSS} THEN 'profit_and_loss'
                WHEN t.accttype IN ('NonPosting', 'Stat') THEN 'none'
                ELSE 'balance_sheet' END AS statement,
            l.line, {RATE_TYPE} AS rate_type, coalesce(t.eliminate, false) AS is_intercompany,
            t.sspecacct AS special, t.is_deleted
        FROM mirror.stg_netsuite__account t
        LEFT JOIN dim_pnl_line l ON l.account_key = t.id"""
    + unknown("account_key", "-1 AS parent_key", "'none' AS statement", "false AS is_intercompany"),
)

DIM_CLASS = Transform(
    key="dim_class",
    target=chart.dim_class,
    sql="""
        SELECT id AS class_key, coalesce(fullname, name) AS name, coalesce(parent, -1) AS parent_key,
            false AS is_deleted
        FROM mirror.stg_netsuite__classification"""
    + unknown("class_key", "-1 AS parent_key"),
)
DIM_LOCATION = Transform(
    key="dim_location",
    target=chart.dim_location,
    sql="""
        SELECT id AS location_key, coalesce(fullname, name) AS name,
            coalesce(parent, -1) AS parent_key, false AS is_deleted
        FROM mirror.stg_netsuite__location"""
    + unknown("location_key", "-1 AS parent_key"),
)

DIM_SERVICE = Transform(
    key="dim_service",
    target=chart.dim_service,
    needs=("link_service", *STREAM_NEEDS),
    sql=f"""
        SELECT l.service_key, coalesce(s.code, i.itemid) AS code,
            coalesce(s.name, i.displayname, i.itemid) AS name,
            {stream_of("l.suiteprojects_id IS NOT NULL")} AS stream,
            l.netsuite_id, l.suiteprojects_id,
            s.id IS NULL AND coalesce(i.is_deleted, true) AS is_deleted
        FROM link_service l
        LEFT JOIN mirror.stg_suiteprojects__service s ON s.id = l.suiteprojects_id
        LEFT JOIN mirror.stg_netsuite__item i ON i.id = l.netsuite_id
        {stream_joins(item="i.id", account="i.incomeaccount")}
        WHERE l.suiteprojects_id IS NOT NULL OR i.itemtype = 'Service'"""
    + unknown("service_key", "'other' AS stream"),
)
DIM_ITEM = Transform(
    key="dim_item",
    target=chart.dim_item,
    needs=("link_service", "dim_service", *STREAM_NEEDS),
    sql=f"""
        SELECT i.id AS item_key, i.itemid AS code, coalesce(i.displayname, i.itemid) AS name,
            i.itemtype AS type, {stream_of("false")} AS stream,
            coalesce(v.service_key, -1) AS service_key, i.is_deleted
        FROM mirror.stg_netsuite__item i
        LEFT JOIN link_service l ON l.netsuite_id = i.id
        LEFT JOIN dim_service v ON v.service_key = l.service_key
        {stream_joins(item="i.id", account="i.incomeaccount")}"""
    + unknown("item_key", "'other' AS stream", "-1 AS service_key"),
)

DIM_CURRENCY = Transform(
    key="dim_currency",
    target=chart.dim_currency,
    needs=("root_subsidiary",),
    sql="""
        SELECT c.symbol AS currency, coalesce(min(c.name), c.symbol) AS name, min(c.id) AS netsuite_id,
            c.symbol IN (SELECT currency FROM root_subsidiary) AS is_reporting
        FROM mirror.stg_netsuite__currency c GROUP BY c.symbol""",
)
