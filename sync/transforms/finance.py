"""The revenue that NetSuite has scheduled."""

from __future__ import annotations

from models.tables import finance as tables

from .business import (
    ON_CLIENT_PROJECT,
    STREAM_NEEDS,
    contract_touched,
    stream_joins,
    stream_of,
)
from .macros import ONE
from .pieces import BOOK_RATE, IN_NETSUITE, book_touched, referring
from .transform import Slicing, Transform

_PLANNED = "stg_netsuite__revenueplanplannedrevenue"
_PLANNED_OF_ELEMENTS = f"""
    SELECT r.id FROM mirror.{_PLANNED} r
    LEFT JOIN mirror.stg_netsuite__revenueplan n ON n.id = r.revenueplan
    LEFT JOIN mirror.stg_netsuite__revenueelement e ON e.id = n.createdfrom"""
_ACCOUNT = "coalesce(r.recognitionaccount, e.recognitionaccount)"  # it will be posted to


def _planned_of(column: str, members: str) -> str:
    """For a slicing: planned revenue whose element has one of these members."""
    return f"{_PLANNED_OF_ELEMENTS} WHERE {column} IN (SELECT {members})"


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
        *STREAM_NEEDS,
    ),
    sql=f"""
        WITH f AS (
            SELECT r.id AS planned_revenue_id, p.project_key, p.department_key,
                coalesce(nullif(p.customer_key, -1), mc.customer_key, -1) AS customer_key,
                coalesce(b.subsidiary_key, nullif(p.subsidiary_key, -1), -1) AS subsidiary_key,
                {stream_of(ON_CLIENT_PROJECT)} AS stream, bp.month, r.amount, b.currency AS book, coalesce(c.symbol, ce.symbol, b.currency) AS currency,
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
            {stream_joins(item="e.item", account=_ACCOUNT, contract="p.contract_type")}
            WHERE NOT coalesce(r.isrecognized, false)
        )
        SELECT f.* EXCLUDE (rate, book), translate_once(f.amount, f.rate) AS amount_subsidiary,
            f.book AS subsidiary_currency, translate(f.amount, f.rate, a.rate) AS amount_base
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
                **dict.fromkeys(
                    ("map_project", "map_customer"),
                    _planned_of("e.entity", f"id FROM changed WHERE {IN_NETSUITE}"),
                ),
                "item_stream": _planned_of("e.item", "item_id FROM changed"),
                "account_stream": _planned_of(_ACCOUNT, "account_key FROM changed"),
                **contract_touched("fct_rev_plan", "planned_revenue_id"),
                "dim_project": referring(
                    "planned_revenue_id", "fct_rev_plan", "project_key", "project_key"
                ),
                **book_touched("fct_rev_plan", "planned_revenue_id"),
            },
        ),
    ),
)
