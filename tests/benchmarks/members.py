"""The invented firm's members: the dimensions of a snapshot, from its raw tables."""

from __future__ import annotations

from .firm import TODAY

PARENTS = (
    "2 * p.id AS project_key, 2 * p.department_id AS department_key, "
    "2 * p.customer_id AS customer_key, p.subsidiary_id AS subsidiary_key"
)
BOOK = "JOIN raw.stg_netsuite__subsidiary b ON b.id = p.subsidiary_id"

DIMENSIONS: dict[str, str] = {
    "dim_subsidiary": """
        SELECT id AS subsidiary_key, name, currency, CASE WHEN id > 1 THEN 1 ELSE -1 END AS parent_key,
            false AS is_elimination, false AS is_deleted
        FROM raw.stg_netsuite__subsidiary UNION ALL BY NAME SELECT -1 AS subsidiary_key, 'Not assigned' AS name""",
    "dim_department": """
        SELECT 2 * n AS department_key, 'Practice ' || n AS name, n AS netsuite_id, n AS suiteprojects_id,
            false AS is_deleted
        FROM range(1, {departments} + 1) AS d(n)
        UNION ALL BY NAME SELECT -1 AS department_key, 'Not assigned' AS name""",
    "dim_customer": """
        SELECT 2 * n AS customer_key, 'Customer ' || n AS name, -1 AS parent_key, 2 * n AS top_key,
            'customer' AS stage, false AS is_internal, 600000 + n AS netsuite_id, n AS suiteprojects_id,
            false AS is_deleted
        FROM range(1, {customers} + 1) AS c(n)
        UNION ALL BY NAME SELECT -1 AS customer_key, 'Not assigned' AS name""",
    "dim_person": """
        SELECT 2 * id AS person_key, name, 'person' || id || '@northmere.example' AS email,
            'Grade ' || job_code_id AS role, job_code_id AS role_key, 2 * department_id AS department_key,
            subsidiary_id AS subsidiary_key, -1 AS manager_key, 'employee' AS kind, true AS is_active,
            100000 + id AS netsuite_id, id AS suiteprojects_id, false AS is_deleted
        FROM raw.stg_suiteprojects__user
        UNION ALL BY NAME SELECT -1 AS person_key, 'Not assigned' AS name""",
    "dim_person_org": """
        SELECT 2 * id AS person_key, DATE '0001-01-01' AS valid_from, DATE '9999-12-31' AS valid_to,
            2 * department_id AS department_key, subsidiary_id AS subsidiary_key, job_code_id AS role_key
        FROM raw.stg_suiteprojects__user""",
    "dim_role": """
        SELECT n AS role_key, 'Grade ' || n AS name, true AS is_active, false AS is_deleted
        FROM range(1, 7) AS r(n) UNION ALL BY NAME SELECT -1 AS role_key, 'Not assigned' AS name""",
    "dim_project": f"""
        SELECT {PARENTS}, p.code, p.name, 2 * p.manager_id AS manager_key, p.kind,
            'Time and materials' AS contract_type, b.currency,
            month_start(greatest(p.begins, 0)) AS starts_on, month_start(p.begins + {{length}} + 1) AS ends_on,
            'Active' AS stage, p.begins + {{length}} >= {{months}} AS is_active, -1 AS program_key,
            false AS is_program, p.budget_hours, o.total AS contract_amount, 500000 + p.id AS netsuite_id,
            p.id AS suiteprojects_id, false AS is_deleted
        FROM raw.stg_suiteprojects__project p {BOOK}
        LEFT JOIN raw.stg_suiteprojects__customerpo o ON o.project_id = p.id
        UNION ALL BY NAME SELECT -1 AS project_key, 'Not assigned' AS name""",
    "dim_task": """
        SELECT 2 * id AS task_key, 2 * project_id AS project_key, name, '' || id AS number, -1 AS parent_key,
            is_billable, false AS is_closed, false AS is_deleted
        FROM raw.stg_suiteprojects__project_task
        UNION ALL BY NAME SELECT -1 AS task_key, 'Not assigned' AS name""",
    "dim_account": """
        SELECT id AS account_key, acctnumber AS number, fullname AS name, accttype AS type, -1 AS parent_key,
            CASE WHEN id < 400 THEN 'balance_sheet' ELSE 'profit_and_loss' END AS statement,
            CASE WHEN id < 400 THEN 'closing' ELSE 'average' END AS rate_type, false AS is_intercompany,
            false AS is_deleted
        FROM raw.stg_netsuite__account UNION ALL BY NAME SELECT -1 AS account_key, 'Not assigned' AS name""",
    "dim_period": """
        SELECT id AS month, id AS netsuite_id, periodname AS name, startdate AS starts_on, enddate AS ends_on,
            year(startdate) || ' Q' || quarter(startdate) AS quarter,
            month_key(date_trunc('quarter', startdate)::DATE) AS quarter_month,
            '' || year(startdate) AS year, year(startdate) * 100 + 1 AS year_month, closed AS is_closed
        FROM raw.stg_netsuite__accountingperiod""",
    "dim_day": f"""
        SELECT day_key(d::DATE) AS day, month_key(d::DATE) AS month, d::DATE AS date,
            strftime(d, '%G-W%V') AS week, d::DATE >= DATE '{TODAY}' AS is_ahead
        FROM range({{first}}::TIMESTAMP, TIMESTAMP '{TODAY}' + INTERVAL 2 YEAR, INTERVAL 1 DAY) AS t(d)""",
}  # fmt: skip
