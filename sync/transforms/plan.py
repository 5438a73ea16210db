"""The plan: budgets of both systems and what people have uploaded, told at the plan's own rates (R5).

A plan's rate does not move: it is the one given for its version and currency, else the average of the month of
its approval. NetSuite does not say when a budget was approved: it is the month before its year.
What is planned in the reporting currency stands as it is, whoever's books it is for.
"""

from __future__ import annotations

from models.business.rules import Line
from models.tables import plan as tables

from .business import line_of
from .pieces import CUSTOMER, suiteprojects_parents
from .transform import Transform

PSA_VERSION = "Project budgets"
_UNNAMED = "Budget"  # what NetSuite's budgets are without a category

_MEASURE = """CASE t.accttype WHEN 'Income' THEN 'revenue' WHEN 'OthIncome' THEN 'other_income'
                WHEN 'COGS' THEN 'cost' WHEN 'Expense' THEN 'cost' WHEN 'OthExpense' THEN 'cost'
                ELSE 'balance' END"""
_BUDGET_LINE = f"""CASE b.budget_category_id WHEN 1 THEN '{Line.DIRECT_LABOR}'
                WHEN 2 THEN '{Line.PROJECT_EXPENSES}' WHEN 3 THEN '{Line.SUBCONTRACTORS}' END"""

ERP_BUDGET = Transform(
    key="erp_budget",
    needs=(
        "base_period",
        "map_department",
        "dim_subsidiary",
        "dim_pnl_line",
        "account_stream",
        "practice_member",
    ),
    sql=f"""
        SELECT b.id AS record_id, coalesce(k.name, '{_UNNAMED}') AS version,
            coalesce(k.id, 0) AS category, {_MEASURE} AS measure, bp.month,
            coalesce(s.subsidiary_key, -1) AS subsidiary_key,
            coalesce(md.department_key, -1) AS department_key, st.stream,
            coalesce(t.id, -1) AS account_key,
            {line_of("l.line", "pm.member_key IS NOT NULL")} AS line, m.amount, s.currency,
            coalesce(month_key(CAST(y.startdate - 1 AS DATE)), bp.month) AS approved,
            coalesce(month_key(y.startdate), bp.month) AS first
        FROM mirror.stg_netsuite__budgetsmachine m
        JOIN mirror.stg_netsuite__budgets b ON b.id = m.budget
        JOIN base_period bp ON bp.id = m.period AND bp.is_base
        LEFT JOIN mirror.stg_netsuite__accountingperiod y ON y.id = b.year
        LEFT JOIN mirror.stg_netsuite__budgetcategory k ON k.id = b.category
        LEFT JOIN mirror.stg_netsuite__account t ON t.id = b.account
        LEFT JOIN account_stream st ON st.account_key = b.account
        LEFT JOIN dim_pnl_line l ON l.account_key = b.account
        LEFT JOIN dim_subsidiary s ON s.subsidiary_key = b.subsidiary
        LEFT JOIN map_department md ON md.system = 'netsuite' AND md.id = b.department
        LEFT JOIN practice_member pm ON pm.member_key = CASE pm.segment WHEN 'department'
            THEN md.department_key WHEN 'class' THEN b.class ELSE b.location END
        WHERE m.amount IS NOT NULL""",
)

PSA_BUDGET = Transform(  # what its months do not hold of a budget stands in the budget's own month
    key="psa_budget",
    needs=("map_project", "dim_project", "map_customer"),
    sql=f"""
        WITH part AS (
            SELECT a.budget_id, month_key(a.date) AS month, sum(a.total) AS amount
            FROM mirror.stg_suiteprojects__project_budget_allocation a GROUP BY ALL
        ),
        spread AS (SELECT budget_id, sum(amount) AS amount FROM part WHERE month IS NOT NULL GROUP BY ALL),
        amounts AS (
            SELECT budget_id, month, amount FROM part WHERE month IS NOT NULL
            UNION ALL
            SELECT b.id, month_key(b.date), b.total - coalesce(s.amount, 0)
            FROM mirror.stg_suiteprojects__project_budget b
            LEFT JOIN spread s ON s.budget_id = b.id
            WHERE b.total <> coalesce(s.amount, 0)
        )
        SELECT b.id AS record_id, coalesce(p.subsidiary_key, -1) AS subsidiary_key,
            coalesce(p.department_key, -1) AS department_key, {CUSTOMER}, p.project_key, w.month,
            {_BUDGET_LINE} AS line, w.amount, coalesce(b.currency, p.currency) AS currency,
            coalesce(month_key(b.date), w.month) AS approved
        FROM amounts w
        JOIN mirror.stg_suiteprojects__project_budget b ON b.id = w.budget_id
        {suiteprojects_parents("b")}
        WHERE w.month IS NOT NULL""",
)


def _member(table: str, key: str, of: str) -> str:
    """A join that finds the member a row names as `system:id`."""
    return f"""
        LEFT JOIN {table} m_{key} ON m_{key}.system = split_part(o.{of}, ':', 1)
            AND m_{key}.id = TRY_CAST(split_part(o.{of}, ':', 2) AS BIGINT)"""


def _number(of: str) -> str:
    return f"TRY_CAST(split_part(o.{of}, ':', 2) AS BIGINT)"


UPLOADED_PLAN = Transform(
    key="uploaded_plan",
    needs=(
        "map_department",
        "map_customer",
        "map_project",
        "dim_project",
        "dim_subsidiary",
        "root_subsidiary",
    ),
    sql=f"""
        SELECT o.plan_id AS record_id, o.row_number, o.version, o.measure, o.month,
            coalesce({_number("subsidiary")}, p.subsidiary_key, -1) AS subsidiary_key,
            coalesce(m_department.department_key, p.department_key, -1) AS department_key,
            coalesce(m_customer.customer_key, p.customer_key, -1) AS customer_key,
            coalesce(p.project_key, -1) AS project_key, o.stream,
            coalesce({_number("account")}, -1) AS account_key, o.line, o.amount, o.hours,
            CASE WHEN o.amount IS NOT NULL
                THEN coalesce(o.currency, s.currency, r.currency) END AS currency,
            o.approved_month AS approved
        FROM mirror.own_plan o
        {_member("map_department", "department", "department")}
        {_member("map_customer", "customer", "customer")}
        {_member("map_project", "project", "project")}
        LEFT JOIN dim_project p ON p.project_key = m_project.project_key
        LEFT JOIN dim_subsidiary s
            ON s.subsidiary_key = coalesce({_number("subsidiary")}, p.subsidiary_key)
        LEFT JOIN root_subsidiary r ON true""",
)


def _rates(number: int, month: str) -> str:
    """Joins that find the rates of a month: into the books of the subsidiary, and on to the root's."""
    return f"""
        ASOF LEFT JOIN fx_daily d{number} ON d{number}.subsidiary_key = f.subsidiary_key
            AND d{number}.currency = f.currency AND d{number}.day <= f.{month} * 100 + 31
        ASOF LEFT JOIN fx_average a{number} ON a{number}.subsidiary_key = f.subsidiary_key
            AND a{number}.month <= f.{month}"""


FCT_PLAN = Transform(
    key="fct_plan",
    target=tables.fct_plan,
    needs=(
        "erp_budget",
        "psa_budget",
        "uploaded_plan",
        "fx_daily",
        "fx_average",
        "root_subsidiary",
    ),
    sql=f"""
        WITH planned AS (
            SELECT measure, 'erp_budget' AS source, version, month, subsidiary_key, department_key,
                -1 AS customer_key, -1 AS project_key, stream, account_key, line, amount, currency,
                NULL::DECIMAL(18,4) AS hours, record_id, NULL::BIGINT AS row_number, approved, first,
                category AS place
            FROM erp_budget
            UNION ALL BY NAME
            SELECT 'project_cost' AS measure, 'psa_budget' AS source, '{PSA_VERSION}' AS version,
                *, approved AS first, -1 AS account_key, 0 AS place
            FROM psa_budget
            UNION ALL BY NAME
            SELECT 'upload' AS source, *, approved AS first, -record_id AS place FROM uploaded_plan
        ),
        f AS (
            SELECT p.* EXCLUDE (approved), coalesce(c.month, p.approved) AS approved, g.rate
            FROM planned p
            LEFT JOIN mirror.cfg_plan_month c ON c.version = p.version
            LEFT JOIN mirror.cfg_plan_rate g ON g.version = p.version AND g.currency = p.currency
        ),
        chosen AS (
            SELECT v.measure, v.month, v.source, v.version
            FROM (SELECT measure, month, source, version, min(place) AS place FROM planned GROUP BY ALL) v
            LEFT JOIN mirror.cfg_plan_order o ON o.version = v.version
            QUALIFY row_number() OVER (PARTITION BY v.measure, v.month ORDER BY
                o.position NULLS LAST, v.source <> 'upload', v.source, v.place, v.version) = 1
        )
        SELECT f.* EXCLUDE (approved, first, place, rate), f.place AS position, c.version IS NOT NULL AS is_compared,
            coalesce(
                translate_once(f.amount, rate_of(f.rate)),
                CASE WHEN f.currency = o.currency THEN f.amount END,
                translate(f.amount, d1.rate, a1.rate),
                translate(f.amount, d2.rate, a2.rate)
            ) AS amount_base
        FROM f {_rates(1, "approved")} {_rates(2, "first")}
        LEFT JOIN root_subsidiary o ON true
        LEFT JOIN chosen c ON c.measure = f.measure AND c.month = f.month
            AND c.source = f.source AND c.version = f.version""",
)
