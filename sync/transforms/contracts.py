"""What was agreed, delivered and ordered for projects: contracts and their changes, ends, open purchase orders."""

from __future__ import annotations

from models.tables import delivery as tables

from .business import OF_CONTRACT, PROJECT_STREAM, WORK_STREAM, contract_touched
from .pieces import FLOW_NEEDS, FLOW_RATES, TRANSLATED, flow_touched
from .transform import Slicing, Transform

FCT_CONTRACT = Transform(  # signed first, and added since
    key="fct_contract",
    target=tables.fct_contract,
    needs=(*FLOW_NEEDS, "po_project", "dim_project", "contract_stream"),
    sql=f"""
        WITH f AS (
            SELECT k.id AS customer_po_id, k.number,
                CASE WHEN row_number() OVER (PARTITION BY k.project_key ORDER BY k.date, k.id) = 1
                    THEN 'original' ELSE 'change' END AS kind,
                p.project_key, p.department_key, p.customer_key, p.subsidiary_key, p.manager_key,
                p.contract_type, {PROJECT_STREAM} AS stream, day_key(k.date) AS day,
                month_key(k.date) AS month, k.total AS amount, k.currency
            FROM po_project k JOIN dim_project p ON p.project_key = k.project_key
            {OF_CONTRACT}
            WHERE p.kind = 'client' AND p.project_key <> -1 AND k.date IS NOT NULL
        )
        SELECT f.*, {TRANSLATED} FROM f {FLOW_RATES}""",
    slicings=(
        Slicing(
            by=("project_key",),
            of={"po_project": ("project_key",), "dim_project": ("project_key",)},
            touched={
                **flow_touched("fct_contract", "project_key"),
                **contract_touched("fct_contract", "project_key"),
            },
        ),
    ),
)

FCT_DELIVERY = (
    Transform(  # neither system tells when a project was finished: its last approved day does
        key="fct_delivery",
        target=tables.fct_delivery,
        needs=("dim_project", "contract_stream", "last_worked", "work_calendar"),
        sql=f"""
        SELECT p.project_key, p.department_key, p.customer_key, p.subsidiary_key, p.manager_key,
            p.contract_type, {PROJECT_STREAM} AS stream, p.baseline_ends_on, date_of(w.day) AS finished_on, w.day,
            w.day // 100 AS month, w1.worked - w0.worked AS late_days,
            w1.worked - w0.worked <= k.value::INTEGER AS is_on_time
        FROM dim_project p
        {OF_CONTRACT}
        JOIN last_worked w ON w.project_key = p.project_key
        LEFT JOIN work_calendar w0 ON w0.day = p.baseline_ends_on
        LEFT JOIN work_calendar w1 ON w1.day = date_of(w.day)
        LEFT JOIN mirror.cfg_setting k ON k.key = 'delivery_tolerance_days'
        WHERE p.kind = 'client' AND NOT p.is_active AND NOT p.is_deleted AND NOT p.is_program""",
        slicings=(
            Slicing(
                by=("project_key",),
                of={"dim_project": ("project_key",), "last_worked": ("project_key",)},
                touched=contract_touched("fct_delivery", "project_key"),
            ),
        ),
    )
)

LAST_WORKED = Transform(
    key="last_worked",
    needs=("fct_time",),
    sql="""
        SELECT project_key, max(day) AS day FROM fct_time
        WHERE kind = 'client' AND status = 'approved' AND hours > 0 GROUP BY project_key""",
    slicings=(Slicing(by=("project_key",), of={"fct_time": ("project_key",)}),),
)

FCT_COMMITMENT = Transform(
    key="fct_commitment",
    target=tables.fct_commitment,
    needs=("map_project", "dim_project", "contract_stream", "fx_daily", "fx_closing"),
    sql=f"""
        WITH delivered AS (
            SELECT purchase_order_id, sum(amount)::DECIMAL(18,4) AS amount,
                arg_min(project_id, id) AS project_id
            FROM mirror.stg_suiteprojects__purchase_item WHERE purchase_order_id > 0
            GROUP BY purchase_order_id
        ),
        f AS (
            SELECT o.id AS purchase_order_id, o.number, p.project_key, p.department_key,
                p.customer_key, p.subsidiary_key, {WORK_STREAM} AS stream, o.date AS ordered_on, r.day, r.month,
                o.total AS ordered, coalesce(d.amount, 0)::DECIMAL(18,4) AS delivered,
                (o.total - coalesce(d.amount, 0))::DECIMAL(18,4) AS amount, o.currency
            FROM mirror.stg_suiteprojects__purchase_order o
            CROSS JOIN run_day r
            LEFT JOIN delivered d ON d.purchase_order_id = o.id
            LEFT JOIN map_project m ON m.system = 'suiteprojects' AND m.id = d.project_id
            JOIN dim_project p ON p.project_key = coalesce(m.project_key, -1)
            {OF_CONTRACT}
            WHERE status_word(o.approval_status) = 'approved' AND o.fulfilled IS NULL
                AND o.total > coalesce(d.amount, 0)
        )
        SELECT f.*, translate_once(f.amount, d.rate) AS amount_subsidiary,
            d.book AS subsidiary_currency, translate(f.amount, d.rate, c.rate) AS amount_base
        FROM f
        ASOF LEFT JOIN fx_daily d ON d.subsidiary_key = f.subsidiary_key
            AND d.currency = f.currency AND d.day <= f.day
        ASOF LEFT JOIN fx_closing c ON c.subsidiary_key = f.subsidiary_key AND c.month <= f.month""",
)
