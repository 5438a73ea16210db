"""Project facts: recognition, projections, expenses and purchases of SuiteProjects Pro."""

from __future__ import annotations

from models.tables import projects as tables

from .business import OF_CONTRACT, SPENT_STREAM, WORK_STREAM, charged_stream, contract_touched
from .pieces import (
    CUSTOMER,
    FLOW_NEEDS,
    FLOW_RATES,
    IN_SUITEPROJECTS,
    PARENT_NEEDS,
    TRANSLATED,
    referring,
    suiteprojects_parents,
    suiteprojects_rows,
    user_touched,
)
from .transform import Slicing, Transform

_RECOGNITION, _RECEIPT = "stg_suiteprojects__recognition", "stg_suiteprojects__receipt"
_PARENTS = f"p.project_key, p.department_key, p.subsidiary_key, {CUSTOMER}"


def _dates(row: str) -> str:
    """The accounting date where there is one, else the day it happened (R6)."""
    day = f"coalesce({row}.accounting_date, {row}.date)"
    return f"day_key({day}) AS day, month_key({day}) AS month"


FCT_REV_REC = Transform(
    key="fct_rev_rec",
    target=tables.fct_rev_rec,
    needs=(*FLOW_NEEDS, *PARENT_NEEDS, "map_person", "contract_stream"),
    sql=f"""
        WITH f AS (
            SELECT r.id AS recognition_id, {_PARENTS},
                coalesce(mu.person_key, -1) AS person_key, {_dates("r")},
                r.type AS method, {charged_stream("r.type")} AS stream, r.hours, r.amount, r.currency,
                linked(r.netsuite_id) AS netsuite_id
            FROM mirror.stg_suiteprojects__recognition r
            {suiteprojects_parents("r")}
            LEFT JOIN map_person mu ON mu.system = 'suiteprojects' AND mu.id = r.user_id
            {OF_CONTRACT}
            WHERE coalesce(r.recognition_type, 'R') = 'R'
        )
        SELECT f.*, {TRANSLATED} FROM f {FLOW_RATES}""",
    slicings=suiteprojects_rows(
        "fct_rev_rec",
        "recognition_id",
        _RECOGNITION,
        user_touched(_RECOGNITION) | contract_touched("fct_rev_rec", "recognition_id"),
    ),
)

DIM_PROJECT_METHOD = Transform(
    key="dim_project_method",
    target=tables.dim_project_method,
    needs=("dim_project", "fct_rev_rec"),
    sql="""
        WITH earned AS (
            SELECT project_key, method, sum(abs(coalesce(amount_base, amount))) AS amount
            FROM fct_rev_rec GROUP BY ALL
        ),
        main AS (
            SELECT project_key, method FROM earned WHERE method IS NOT NULL
            QUALIFY row_number() OVER (PARTITION BY project_key ORDER BY amount DESC, method) = 1
        ),
        ruled AS (  -- before anything is recognised
            SELECT project_id, type AS method FROM mirror.stg_suiteprojects__recognition_rule
            WHERE coalesce(recognition_type, 'R') = 'R'
            QUALIFY row_number() OVER (PARTITION BY project_id
                ORDER BY NOT coalesce(is_active, true), amount DESC NULLS LAST, id) = 1
        )
        SELECT p.project_key, coalesce(m.method, r.method) AS method
        FROM dim_project p
        LEFT JOIN main m ON m.project_key = p.project_key AND p.project_key <> -1
        LEFT JOIN ruled r ON r.project_id = p.suiteprojects_id""",
)

FCT_PROJECTION = Transform(
    key="fct_projection",
    target=tables.fct_projection,
    needs=(*FLOW_NEEDS, *PARENT_NEEDS, "contract_stream"),
    sql=f"""
        WITH f AS (
            SELECT r.id AS projection_id, {_PARENTS}, {charged_stream("r.type")} AS stream,
                day_key(r.date) AS day, month_key(r.date) AS month, r.amount, r.currency
            FROM mirror.stg_suiteprojects__projection r
            {suiteprojects_parents("r")}
            {OF_CONTRACT}
        )
        SELECT f.*, {TRANSLATED} FROM f {FLOW_RATES}""",
    slicings=suiteprojects_rows(
        "fct_projection",
        "projection_id",
        "stg_suiteprojects__projection",
        contract_touched("fct_projection", "projection_id"),
    ),
)

REPORT_PAID = Transform(  # when NetSuite paid an expense report that came from SuiteProjects Pro
    key="report_paid",
    sql="""
        SELECT TRY_CAST(externalid AS BIGINT) AS expense_report_id,
            max(CASE WHEN right(status, 1) = 'I' THEN closedate END) AS paid_on
        FROM mirror.stg_netsuite__transaction
        WHERE type = 'ExpRept' AND TRY_CAST(externalid AS BIGINT) IS NOT NULL
        GROUP BY 1""",
    slicings=(
        Slicing(
            by=("expense_report_id",),
            of={"stg_netsuite__transaction": ("TRY_CAST(externalid AS BIGINT)",)},
            touched={
                "stg_netsuite__transaction": """
                    SELECT TRY_CAST(externalid AS BIGINT) FROM changed WHERE type = 'ExpRept'"""
            },
        ),
    ),
)

FCT_EXPENSE = Transform(
    key="fct_expense",
    target=tables.fct_expense,
    needs=(*FLOW_NEEDS, *PARENT_NEEDS, "map_person", "report_paid"),
    sql=f"""
        WITH f AS (
            SELECT r.id AS receipt_id, r.expense_report_id, {_PARENTS},
                coalesce(mu.person_key, -1) AS person_key, {_dates("r")},
                {SPENT_STREAM} AS stream, e.number AS report_number, status_word(e.status) AS status,
                NOT coalesce(r.is_non_billable, false) AS is_billable,
                coalesce(e.reimbursable <> 0, true) AS is_reimbursable,
                e.submitted AS submitted_on, e.approved AS approved_on, x.paid_on,
                (e.submitted - r.date)::INTEGER AS days_to_submit,
                linked(r.charge_id) AS charge_id, r.description, r.amount, r.currency
            FROM mirror.stg_suiteprojects__receipt r
            LEFT JOIN mirror.stg_suiteprojects__expense_report e ON e.id = r.expense_report_id
            LEFT JOIN report_paid x ON x.expense_report_id = r.expense_report_id
            {suiteprojects_parents("r")}
            LEFT JOIN map_person mu
                ON mu.system = 'suiteprojects' AND mu.id = coalesce(r.user_id, e.user_id)
        )
        SELECT f.*, {TRANSLATED} FROM f {FLOW_RATES}""",
    slicings=suiteprojects_rows(
        "fct_expense",
        "receipt_id",
        _RECEIPT,
        {
            "stg_suiteprojects__expense_report": referring(
                "id", f"mirror.{_RECEIPT}", "expense_report_id"
            ),
            "report_paid": referring(
                "id", f"mirror.{_RECEIPT}", "expense_report_id", "expense_report_id"
            ),
            "map_person": f"""
                SELECT r.id FROM mirror.{_RECEIPT} r
                LEFT JOIN mirror.stg_suiteprojects__expense_report e ON e.id = r.expense_report_id
                WHERE coalesce(r.user_id, e.user_id)
                    IN (SELECT id FROM changed WHERE {IN_SUITEPROJECTS})""",
        },
    ),
)

FCT_PURCHASE = Transform(
    key="fct_purchase",
    target=tables.fct_purchase,
    needs=(*FLOW_NEEDS, *PARENT_NEEDS, "contract_stream"),
    sql=f"""
        WITH f AS (
            SELECT r.id AS purchase_item_id, {_PARENTS}, {_dates("r")}, {WORK_STREAM} AS stream,
                r.name AS description, r.amount, r.currency
            FROM mirror.stg_suiteprojects__purchase_item r
            {suiteprojects_parents("r")}
            {OF_CONTRACT}
        )
        SELECT f.*, {TRANSLATED} FROM f {FLOW_RATES}""",
    slicings=suiteprojects_rows(
        "fct_purchase",
        "purchase_item_id",
        "stg_suiteprojects__purchase_item",
        contract_touched("fct_purchase", "purchase_item_id"),
    ),
)
