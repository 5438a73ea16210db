"""What becomes of work on its way to the cash (B3 to B8): terms, what waits, what comes in, what exceeds the sale."""

from __future__ import annotations

from models.tables import realization as tables

from .business import OF_CONTRACT, PROJECT_STREAM, contract_touched
from .pieces import book_touched, stock_touched
from .transform import Slicing, Transform

DIM_PROJECT_TERMS = Transform(
    key="dim_project_terms",
    target=tables.dim_project_terms,
    needs=("dim_project",),
    sql="""
        WITH charged AS (
            SELECT billing_rule_id, sum(amount) AS amount, sum(hours) AS hours
            FROM mirror.stg_suiteprojects__charge WHERE type = 'T' GROUP BY 1
        ),
        ruled AS (
            SELECT r.project_id, bool_or(r.type = 'T') AS by_hour, bool_or(r.type = 'F') AS at_fee,
                bool_or(r.type = 'T' AND (coalesce(r.cap, 0) > 0 OR coalesce(r.cap_hours, 0) > 0))
                    AS is_capped,
                bool_or(r.type = 'T' AND coalesce(r.cap > 0 AND c.amount >= r.cap
                    OR r.cap_hours > 0 AND c.hours >= r.cap_hours, false)) AS is_cap_reached
            FROM mirror.stg_suiteprojects__billing_rule r
            LEFT JOIN charged c ON c.billing_rule_id = r.id
            GROUP BY 1
        )
        SELECT p.project_key, CASE WHEN r.is_capped THEN 'capped' WHEN r.by_hour THEN 'hourly'
                WHEN r.at_fee THEN 'fixed' ELSE 'none' END AS terms,
            coalesce(r.is_cap_reached, false) AS is_cap_reached
        FROM dim_project p LEFT JOIN ruled r ON r.project_id = p.suiteprojects_id""",
)

_NOT_CHARGED = """FROM fct_time t JOIN dim_project_terms p ON p.project_key = t.project_key
            WHERE t.charge_id IS NULL AND t.status = 'approved' AND t.is_billable
                AND t.agreed_value IS NOT NULL AND NOT p.is_cap_reached"""
_AT_CLOSING = """translate_once(f.amount, d.rate) AS amount_subsidiary,
            d.book AS subsidiary_currency, translate(f.amount, d.rate, c.rate) AS amount_base
        FROM f
        ASOF LEFT JOIN fx_daily d ON d.subsidiary_key = f.subsidiary_key
            AND d.currency = f.currency AND d.day <= f.day
        ASOF LEFT JOIN fx_closing c ON c.subsidiary_key = f.subsidiary_key AND c.month <= f.month"""

FCT_UNBILLED_WORK = Transform(
    key="fct_unbilled_work",
    target=tables.fct_unbilled_work,
    needs=("stock_month", "fct_charge", "fct_time", "dim_project_terms", "fx_daily", "fx_closing"),
    sql=f"""
        WITH item AS (
            SELECT 'charge' AS kind, charge_id AS item_id, project_key, department_key,
                customer_key, subsidiary_key, person_key, stream, worked_day, invoice_day AS until_day,
                hours, description, amount, currency
            FROM fct_charge WHERE NOT is_credit
            UNION ALL
            SELECT 'time', t.time_entry_id, t.project_key, t.project_department_key,
                t.customer_key, t.subsidiary_key, t.person_key, t.stream, t.day, NULL, t.hours, NULL,
                t.agreed_value, t.agreed_value_currency
            {_NOT_CHARGED}
        ),
        f AS (
            SELECT s.month, s.day, i.*,
                (date_of(s.day) - date_of(i.worked_day))::INTEGER AS waiting_days
            FROM item i
            JOIN stock_month s ON s.day >= i.worked_day AND s.day < coalesce(i.until_day, 99999999)
        )
        SELECT f.* EXCLUDE (until_day),
            CASE WHEN f.waiting_days <= 30 THEN '0-30' WHEN f.waiting_days <= 60 THEN '31-60'
                WHEN f.waiting_days <= 90 THEN '61-90' ELSE 'over 90' END AS age,
            {_AT_CLOSING}""",
    slicings=(
        Slicing(
            by=("kind", "item_id"),
            of={"fct_charge": ("'charge'", "charge_id"), "fct_time": ("'time'", "time_entry_id")},
            touched={
                "dim_project_terms": """
                    SELECT 'time', time_entry_id FROM fct_time
                    WHERE charge_id IS NULL AND project_key IN (SELECT project_key FROM changed)"""
            },
        ),
        Slicing(
            by=("month",),
            of={"stock_month": ("month",)},
            touched=stock_touched("fct_unbilled_work"),
        ),
    ),
)

FCT_UNBILLED_ITEM = Transform(
    key="fct_unbilled_item",
    target=tables.fct_unbilled_item,
    needs=(
        "stock_month",
        "fct_charge",
        "fct_time",
        "fct_expense",
        "dim_project_terms",
        "fx_daily",
        "fx_closing",
    ),
    sql=f"""
        WITH limit_ AS (  -- what is younger is only a matter of the calendar
            SELECT CAST(value AS INTEGER) AS days FROM mirror.cfg_setting WHERE key = 'unbilled_days'
        ),
        item AS (
            SELECT 'charge' AS kind, charge_id AS item_id, project_key, department_key,
                customer_key, subsidiary_key, person_key, stream, worked_day, invoice_day AS until_day,
                hours, description, amount, currency
            FROM fct_charge, limit_
            WHERE NOT is_credit AND (invoice_day IS NULL OR days_to_invoice > limit_.days)
            UNION ALL
            SELECT 'time', t.time_entry_id, t.project_key, t.project_department_key,
                t.customer_key, t.subsidiary_key, t.person_key, t.stream, t.day, NULL, t.hours, t.notes,
                t.agreed_value, t.agreed_value_currency
            {_NOT_CHARGED}
            UNION ALL
            SELECT 'expense', receipt_id, project_key, department_key, customer_key,
                subsidiary_key, person_key, stream, day, NULL, NULL, description, amount, currency
            FROM fct_expense
            WHERE charge_id IS NULL AND status = 'approved' AND is_billable AND project_key <> -1
        ),
        f AS (
            SELECT s.month, s.day, i.*,
                (date_of(s.day) - date_of(i.worked_day))::INTEGER AS waiting_days
            FROM item i
            JOIN stock_month s ON s.day > i.worked_day AND s.day < coalesce(i.until_day, 99999999)
            JOIN limit_ ON date_of(s.day) - date_of(i.worked_day) > limit_.days
        )
        SELECT f.* EXCLUDE (until_day), {_AT_CLOSING}""",
)

FCT_COLLECTION = Transform(
    key="fct_collection",
    target=tables.fct_collection,
    needs=("receivable", "fct_application", "fx_average"),
    sql="""
        WITH came AS (
            SELECT invoice_id, sum(amount)::DECIMAL(18,4) AS amount,
                sum(amount_subsidiary)::DECIMAL(18,4) AS booked
            FROM fct_application WHERE kind = 'payment' AND days_to_pay <= 90 GROUP BY invoice_id
        ),
        f AS (
            SELECT r.document_id AS invoice_id, r.number, r.project_key, r.department_key,
                r.customer_key, r.subsidiary_key, r.from_day AS day,
                month_key(r.invoiced_on) AS month, r.due_on, r.amount, r.currency,
                r.booked AS amount_subsidiary, r.book AS subsidiary_currency, r.rate,
                coalesce(c.amount, 0) AS collected, coalesce(c.booked, 0) AS collected_subsidiary
            FROM receivable r CROSS JOIN run_day d LEFT JOIN came c ON c.invoice_id = r.document_id
            WHERE r.type = 'CustInvc' AND r.invoiced_on + 90 <= d.today
        )
        SELECT f.* EXCLUDE (rate), translate(f.amount, f.rate, a.rate) AS amount_base,
            translate(f.collected, f.rate, a.rate) AS collected_base
        FROM f
        ASOF LEFT JOIN fx_average a
            ON a.subsidiary_key = nullif(f.subsidiary_key, -1) AND a.month <= f.month""",
    slicings=(
        Slicing(
            by=("invoice_id",),
            of={"receivable": ("document_id",), "fct_application": ("invoice_id",)},
            touched=book_touched("fct_collection", "invoice_id"),
        ),
    ),
)

# `over` of `hours` listed at `listed`, to the cent's hundredth; hours that were taken back are negative
_SHARE = "half_even(scaled(f.over_hours) * scaled({0}) * sign(f.listed), scaled(abs(f.listed)))"


def _share(listed: str) -> str:
    return f"CASE WHEN f.listed <> 0 THEN {_SHARE.format(f'f.{listed}')} END"


FCT_OVER_SERVICING = Transform(
    key="fct_over_servicing",
    target=tables.fct_over_servicing,
    needs=("fct_time", "dim_project", "dim_project_terms", "dim_task", "contract_stream"),
    sql=f"""
        WITH project AS (
            SELECT p.* FROM dim_project p JOIN dim_project_terms t ON t.project_key = p.project_key
            WHERE t.terms IN ('fixed', 'capped') AND p.kind = 'client'
        ),
        sold AS (
            SELECT 'project' AS grain, project_key, -1 AS task_key, budget_hours AS sold_hours
            FROM project WHERE budget_hours > 0
            UNION ALL
            SELECT 'task', k.project_key, k.task_key, k.planned_hours
            FROM dim_task k JOIN project p ON p.project_key = k.project_key
            WHERE k.planned_hours > 0 AND k.task_key NOT IN (
                SELECT parent_key FROM dim_task WHERE parent_key IS NOT NULL)
        ),
        by_task AS (
            SELECT f.project_key, f.task_key, f.month, sum(f.hours) AS hours,
                sum(f.hours) FILTER (WHERE f.list_value_base IS NOT NULL) AS listed,
                sum(f.list_value) AS list_value, sum(f.list_value_subsidiary) AS list_value_subsidiary,
                sum(f.list_value_base) AS list_value_base,
                min(f.list_value_currency) AS currency, max(f.list_value_currency) AS other_currency,
                min(f.value_subsidiary_currency) AS subsidiary_currency
            FROM fct_time f SEMI JOIN project p ON p.project_key = f.project_key
            WHERE f.status = 'approved' GROUP BY 1, 2, 3
        ),
        worked AS (
            SELECT 'task' AS grain, * FROM by_task
            UNION ALL BY NAME
            SELECT 'project' AS grain, project_key, -1 AS task_key, month, sum(hours) AS hours,
                sum(listed) AS listed, sum(list_value) AS list_value,
                sum(list_value_subsidiary) AS list_value_subsidiary,
                sum(list_value_base) AS list_value_base, min(currency) AS currency,
                max(other_currency) AS other_currency,
                min(subsidiary_currency) AS subsidiary_currency
            FROM by_task GROUP BY project_key, month
        ),
        counted AS (
            SELECT s.grain, s.project_key, s.task_key, s.sold_hours, w.* EXCLUDE (grain, project_key, task_key),
                sum(w.hours) OVER (PARTITION BY s.grain, s.project_key, s.task_key ORDER BY w.month)
                    AS to_date_hours
            FROM sold s JOIN worked w ON w.grain = s.grain AND w.project_key = s.project_key
                AND w.task_key = s.task_key
        ),
        f AS (
            SELECT *, (greatest(to_date_hours - sold_hours, 0)
                - greatest(to_date_hours - hours - sold_hours, 0))::DECIMAL(18,4) AS over_hours
            FROM counted
        )
        SELECT f.grain, f.project_key, p.department_key, p.customer_key, p.subsidiary_key, f.task_key,
            {PROJECT_STREAM} AS stream, f.month, f.sold_hours, f.hours::DECIMAL(18,4) AS hours,
            f.to_date_hours::DECIMAL(18,4) AS to_date_hours, f.over_hours,
            CASE WHEN f.currency = f.other_currency THEN {_share("list_value")} END AS value,
            f.currency,
            {_share("list_value_subsidiary")} AS value_subsidiary, f.subsidiary_currency,
            {_share("list_value_base")} AS value_base
        FROM f JOIN project p ON p.project_key = f.project_key
        {OF_CONTRACT}
        WHERE f.over_hours <> 0""",
    slicings=(
        Slicing(
            by=("project_key",),
            of=dict.fromkeys(
                ("fct_time", "dim_project", "dim_project_terms", "dim_task"), ("project_key",)
            ),
            touched=contract_touched("fct_over_servicing", "project_key"),
        ),
    ),
)
