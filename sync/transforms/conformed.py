"""Conformed dimensions: one row a thing, whichever systems know it, and one for what is unknown."""

from __future__ import annotations

from models.tables import conformed as tables

from .pieces import IN_SUITEPROJECTS, is_deleted, referring, unknown
from .transform import Slicing, Transform

DIM_SUBSIDIARY = Transform(
    key="dim_subsidiary",
    target=tables.dim_subsidiary,
    sql="""
        SELECT s.id AS subsidiary_key, s.name, c.symbol AS currency, s.parent AS parent_key,
            coalesce(s.iselimination, false) AS is_elimination, s.is_deleted
        FROM mirror.stg_netsuite__subsidiary s
        LEFT JOIN mirror.stg_netsuite__currency c ON c.id = s.currency"""
    + unknown("subsidiary_key", "false AS is_elimination"),
)

DIM_DEPARTMENT = Transform(
    key="dim_department",
    target=tables.dim_department,
    needs=("link_department",),
    sql=f"""
        SELECT l.department_key, coalesce(s.name, n.name) AS name, l.netsuite_id, l.suiteprojects_id,
            {is_deleted("s", "n")}
        FROM link_department l
        LEFT JOIN mirror.stg_suiteprojects__department s ON s.id = l.suiteprojects_id
        LEFT JOIN mirror.stg_netsuite__department n ON n.id = l.netsuite_id"""
    + unknown("department_key"),
)

DIM_CUSTOMER = Transform(
    key="dim_customer",
    target=tables.dim_customer,
    needs=("link_customer", "map_customer"),
    sql=f"""
        WITH RECURSIVE known AS (
            SELECT l.customer_key, coalesce(s.name, n.companyname, n.entityid) AS name,
                coalesce(s.currency, c.symbol) AS currency,
                coalesce(nullif(m.customer_key, l.customer_key), -1) AS parent_key,
                CASE lower(trim(n.searchstage)) WHEN 'lead' THEN 'lead'
                    WHEN 'prospect' THEN 'prospect' ELSE 'customer' END AS stage,
                k.name AS category, coalesce(i.is_internal, false) AS is_internal,
                l.netsuite_id, l.suiteprojects_id, {is_deleted("s", "n")}
            FROM link_customer l
            LEFT JOIN mirror.stg_suiteprojects__customer s ON s.id = l.suiteprojects_id
            LEFT JOIN mirror.stg_netsuite__customer n ON n.id = l.netsuite_id
            LEFT JOIN mirror.stg_netsuite__customercategory k ON k.id = n.category
            LEFT JOIN mirror.stg_netsuite__currency c ON c.id = n.currency
            LEFT JOIN map_customer m ON m.system = 'netsuite' AND m.id = n.parent
            LEFT JOIN (
                SELECT customer_id, bool_and(coalesce(lower(trim(contract_type))
                    IN ('internal productive', 'internal administration', 'time off'), false))
                    AS is_internal
                FROM mirror.stg_suiteprojects__project WHERE NOT is_deleted GROUP BY customer_id
            ) i ON i.customer_id = l.suiteprojects_id
        ),
        above AS (  -- level by level; a tree that bites its tail ends after ten
            SELECT customer_key, customer_key AS top_key, parent_key, 0 AS level FROM known
            UNION ALL
            SELECT a.customer_key, k.customer_key, k.parent_key, a.level + 1
            FROM above a JOIN known k ON k.customer_key = a.parent_key WHERE a.level < 10
        )
        SELECT k.*, t.top_key
        FROM known k JOIN (
            SELECT customer_key, arg_max(top_key, level) AS top_key FROM above GROUP BY customer_key
        ) t ON t.customer_key = k.customer_key"""
    + unknown(
        "customer_key",
        "-1 AS parent_key",
        "-1 AS top_key",
        "'customer' AS stage",
        "false AS is_internal",
    ),
)

PO_PROJECT = Transform(  # the one project a customer purchase order belongs to
    key="po_project",
    needs=("map_project",),
    sql="""
        SELECT p.id, p.number, p.date, p.currency, p.total, coalesce(p.is_active, true) AS is_active,
            coalesce(m.project_key, -1) AS project_key
        FROM mirror.stg_suiteprojects__customer_po p
        LEFT JOIN (
            SELECT customer_po_id, arg_min(project_id, id) AS project_id
            FROM mirror.stg_suiteprojects__customer_po_project GROUP BY customer_po_id
        ) l ON l.customer_po_id = p.id
        LEFT JOIN map_project m ON m.system = 'suiteprojects' AND m.id = l.project_id""",
)

PROJECT_RELATION = Transform(  # apart from `dim_project`: each join takes memory, however small
    key="project_relation",
    needs=("link_project", "map_project", "map_customer", "map_person"),
    sql="""
        SELECT l.project_key, coalesce(cs.customer_key, cn.customer_key, -1) AS customer_key,
            coalesce(ps.person_key, pn.person_key, -1) AS manager_key,
            coalesce(mp.project_key, mj.project_key, -1) AS program_key,
            coalesce(mt.project_key, -1) AS template_key
        FROM link_project l
        LEFT JOIN mirror.stg_suiteprojects__project s ON s.id = l.suiteprojects_id
        LEFT JOIN mirror.stg_netsuite__job j ON j.id = l.netsuite_id
        LEFT JOIN map_project mp ON mp.system = 'suiteprojects' AND mp.id = s.portfolio_id
        LEFT JOIN map_project mj ON mj.system = 'netsuite' AND mj.id = j.parent
        LEFT JOIN map_project mt ON mt.system = 'suiteprojects' AND mt.id = s.template_id
        LEFT JOIN map_customer cs ON cs.system = 'suiteprojects' AND cs.id = s.customer_id
        LEFT JOIN map_customer cn ON cn.system = 'netsuite' AND cn.id = j.customer
        LEFT JOIN map_person ps ON ps.system = 'suiteprojects' AND ps.id = s.owner_id
        LEFT JOIN map_person pn ON pn.system = 'netsuite' AND pn.id = j.projectmanager""",
)

DIM_PROJECT = Transform(
    key="dim_project",
    target=tables.dim_project,
    needs=(
        "link_project",
        "project_relation",
        "dim_person",
        "dim_subsidiary",
        "po_project",
    ),
    sql=f"""
        WITH primary_subsidiary AS (
            SELECT entity, arg_min(subsidiary, id) AS subsidiary
            FROM mirror.stg_netsuite__projectsubsidiaryrelationship
            WHERE isprimarysub GROUP BY entity
        ),
        contract AS (
            SELECT project_key, currency, sum(total) AS amount FROM po_project GROUP BY ALL
        ),
        oldest AS (  -- the first version that was seen; none before the first change
            SELECT * FROM mirror.his_suiteprojects__project
            QUALIFY row_number() OVER (PARTITION BY id ORDER BY _valid_from, _known_from) = 1
        )
        SELECT l.project_key, coalesce(s.code, j.entityid) AS code,
            coalesce(s.name, j.companyname, j.entityid) AS name,
            x.customer_key,
            coalesce(b.subsidiary_key, nullif(m.subsidiary_key, -1), -1) AS subsidiary_key,
            m.department_key, m.person_key AS manager_key,
            CASE lower(trim(s.contract_type))
                WHEN 'internal productive' THEN 'internal_productive'
                WHEN 'internal administration' THEN 'internal_admin'
                WHEN 'time off' THEN 'time_off'
                ELSE CASE WHEN s.id IS NULL AND t.name ILIKE 'internal%' THEN 'internal_productive'
                    ELSE 'client' END END AS kind,
            s.contract_type, coalesce(s.currency, c.symbol) AS currency,
            coalesce(s.start_date, j.startdate) AS starts_on,
            coalesce(s.finish_date, j.projectedenddate) AS ends_on,
            coalesce(f.start_date, s.start_date, j.startdate) AS baseline_starts_on,
            coalesce(f.finish_date, s.finish_date, j.projectedenddate) AS baseline_ends_on,
            g.name AS stage,
            coalesce(s.is_active, NOT coalesce(j.isinactive, false), true) AS is_active,
            x.program_key,
            coalesce(s.is_portfolio, false) AS is_program,
            x.template_key,
            s.budget_hours, coalesce(f.budget_hours, s.budget_hours) AS baseline_budget_hours,
            s.budget AS budget_amount, k.amount AS contract_amount,
            l.netsuite_id, l.suiteprojects_id, {is_deleted("s", "j")}
        FROM link_project l
        JOIN project_relation x ON x.project_key = l.project_key
        LEFT JOIN mirror.stg_suiteprojects__project s ON s.id = l.suiteprojects_id
        LEFT JOIN mirror.stg_netsuite__job j ON j.id = l.netsuite_id
        LEFT JOIN mirror.stg_netsuite__jobtype t ON t.id = j.jobtype
        LEFT JOIN oldest f ON f.id = l.suiteprojects_id
        LEFT JOIN mirror.stg_suiteprojects__project_stage g ON g.id = s.stage_id
        LEFT JOIN mirror.stg_netsuite__currency c ON c.id = j.currency
        LEFT JOIN primary_subsidiary r ON r.entity = l.netsuite_id
        LEFT JOIN dim_subsidiary b ON b.subsidiary_key = r.subsidiary
        JOIN dim_person m ON m.person_key = x.manager_key
        LEFT JOIN contract k
            ON k.project_key = l.project_key AND k.currency = coalesce(s.currency, c.symbol)"""
    " UNION ALL BY NAME SELECT -1 AS project_key, 'Not assigned' AS name, -1 AS customer_key,"
    " -1 AS subsidiary_key, -1 AS department_key, -1 AS manager_key, -1 AS program_key, -1 AS template_key,"
    " false AS is_active, false AS is_program, false AS is_deleted",
)

DIM_TASK = Transform(
    key="dim_task",
    target=tables.dim_task,
    needs=("map_project",),
    sql="""
        SELECT 2 * t.id AS task_key, coalesce(m.project_key, -1) AS project_key, t.name, t.number,
            coalesce(2 * nullif(t.parent_id, 0), -1) AS parent_key,
            NOT coalesce(t.is_non_billable, false) AS is_billable,
            coalesce(t.is_closed, false) AS is_closed,
            coalesce(t.planned_hours, t.estimated_hours) AS planned_hours,
            CAST(t.percent_complete / 100 AS DECIMAL(18,4)) AS percent_complete,
            coalesce(t.calculated_start, t.start_date) AS starts_on,
            t.calculated_finish AS ends_on, t.budget_cost, t.budget_revenue, t.currency, t.is_deleted
        FROM mirror.stg_suiteprojects__project_task t
        LEFT JOIN map_project m ON m.system = 'suiteprojects' AND m.id = t.project_id"""
    " UNION ALL BY NAME SELECT -1 AS task_key, -1 AS project_key, 'Not assigned' AS name,"
    " -1 AS parent_key, false AS is_billable, false AS is_closed, false AS is_deleted",
    slicings=(
        Slicing(
            by=("task_key",),
            of={"stg_suiteprojects__project_task": ("2 * id",)},
            touched={
                "map_project": referring(
                    "2 * id",
                    "mirror.stg_suiteprojects__project_task",
                    "project_id",
                    where=IN_SUITEPROJECTS,
                )
            },
        ),
    ),
)
