"""Conformed dimensions: one row a thing, whichever systems know it, and one for what is unknown."""

from __future__ import annotations

from models.tables import conformed as tables

from .pieces import IN_SUITEPROJECTS, referring
from .transform import Slicing, Transform


def _unknown(key: str, *more: str) -> str:
    """The row that facts without a parent belong to."""
    told = ", ".join((f"-1 AS {key}", "'Not assigned' AS name", "false AS is_deleted", *more))
    return f" UNION ALL BY NAME SELECT {told}"


def _is_deleted(*rows: str) -> str:
    """Whether a thing is gone from every system that knew it."""
    gone = " AND ".join(f"coalesce({row}.is_deleted, true)" for row in rows)
    return f"{gone} AS is_deleted"


DIM_SUBSIDIARY = Transform(
    key="dim_subsidiary",
    target=tables.dim_subsidiary,
    sql="""
        SELECT s.id AS subsidiary_key, s.name, c.symbol AS currency, s.parent AS parent_key,
            coalesce(s.iselimination, false) AS is_elimination, s.is_deleted
        FROM mirror.stg_netsuite__subsidiary s
        LEFT JOIN mirror.stg_netsuite__currency c ON c.id = s.currency"""
    + _unknown("subsidiary_key", "false AS is_elimination"),
)

DIM_DEPARTMENT = Transform(
    key="dim_department",
    target=tables.dim_department,
    needs=("link_department",),
    sql=f"""
        SELECT l.department_key, coalesce(s.name, n.name) AS name, l.netsuite_id, l.suiteprojects_id,
            {_is_deleted("s", "n")}
        FROM link_department l
        LEFT JOIN mirror.stg_suiteprojects__department s ON s.id = l.suiteprojects_id
        LEFT JOIN mirror.stg_netsuite__department n ON n.id = l.netsuite_id"""
    + _unknown("department_key"),
)

DIM_CUSTOMER = Transform(
    key="dim_customer",
    target=tables.dim_customer,
    needs=("link_customer",),
    sql=f"""
        SELECT l.customer_key, coalesce(s.name, n.companyname, n.entityid) AS name,
            coalesce(s.currency, c.symbol) AS currency, l.netsuite_id, l.suiteprojects_id,
            {_is_deleted("s", "n")}
        FROM link_customer l
        LEFT JOIN mirror.stg_suiteprojects__customer s ON s.id = l.suiteprojects_id
        LEFT JOIN mirror.stg_netsuite__customer n ON n.id = l.netsuite_id
        LEFT JOIN mirror.stg_netsuite__currency c ON c.id = n.currency"""
    + _unknown("customer_key"),
)

DIM_PERSON = Transform(
    key="dim_person",
    target=tables.dim_person,
    needs=("link_person", "map_department", "dim_subsidiary"),
    sql=f"""
        SELECT l.person_key,
            coalesce(u.name, nullif(trim(concat_ws(' ', e.firstname, e.lastname)), ''), e.entityid)
                AS name,
            CASE WHEN NOT (coalesce(u.is_deleted, true) AND coalesce(e.is_deleted, true))
                THEN lower(trim(coalesce(u.email, e.email))) END AS email,  -- signs nobody in
            j.name AS role,
            coalesce(ds.department_key, dn.department_key, -1) AS department_key,
            coalesce(b.subsidiary_key, -1) AS subsidiary_key,
            e.hiredate AS hired_on, e.releasedate AS released_on, l.netsuite_id, l.suiteprojects_id,
            {_is_deleted("u", "e")}
        FROM link_person l
        LEFT JOIN mirror.stg_suiteprojects__user u ON u.id = l.suiteprojects_id
        LEFT JOIN mirror.stg_netsuite__employee e ON e.id = l.netsuite_id
        LEFT JOIN mirror.stg_suiteprojects__job_code j ON j.id = u.job_code_id
        LEFT JOIN map_department ds ON ds.system = 'suiteprojects' AND ds.id = u.department_id
        LEFT JOIN map_department dn ON dn.system = 'netsuite' AND dn.id = e.department
        LEFT JOIN dim_subsidiary b ON b.subsidiary_key = e.subsidiary"""
    " UNION ALL BY NAME SELECT -1 AS person_key, 'Not assigned' AS name,"
    " -1 AS department_key, -1 AS subsidiary_key, false AS is_deleted",
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

DIM_PROJECT = Transform(
    key="dim_project",
    target=tables.dim_project,
    needs=(
        "link_project",
        "map_customer",
        "map_person",
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
        )
        SELECT l.project_key, coalesce(s.code, j.entityid) AS code,
            coalesce(s.name, j.companyname, j.entityid) AS name,
            coalesce(cs.customer_key, cn.customer_key, -1) AS customer_key,
            coalesce(b.subsidiary_key, nullif(m.subsidiary_key, -1), -1) AS subsidiary_key,
            m.department_key, m.person_key AS manager_key,
            CASE lower(trim(s.contract_type))
                WHEN 'internal productive' THEN 'internal_productive'
                WHEN 'internal administration' THEN 'internal_admin'
                WHEN 'time off' THEN 'time_off' ELSE 'client' END AS kind,
            s.contract_type, coalesce(s.currency, c.symbol) AS currency,
            coalesce(s.start_date, j.startdate) AS starts_on,
            coalesce(s.finish_date, j.projectedenddate) AS ends_on,
            g.name AS stage, s.budget_hours, k.amount AS contract_amount,
            l.netsuite_id, l.suiteprojects_id, {_is_deleted("s", "j")}
        FROM link_project l
        LEFT JOIN mirror.stg_suiteprojects__project s ON s.id = l.suiteprojects_id
        LEFT JOIN mirror.stg_netsuite__job j ON j.id = l.netsuite_id
        LEFT JOIN mirror.stg_suiteprojects__project_stage g ON g.id = s.stage_id
        LEFT JOIN mirror.stg_netsuite__currency c ON c.id = j.currency
        LEFT JOIN primary_subsidiary r ON r.entity = l.netsuite_id
        LEFT JOIN dim_subsidiary b ON b.subsidiary_key = r.subsidiary
        LEFT JOIN map_customer cs ON cs.system = 'suiteprojects' AND cs.id = s.customer_id
        LEFT JOIN map_customer cn ON cn.system = 'netsuite' AND cn.id = j.customer
        LEFT JOIN map_person ps ON ps.system = 'suiteprojects' AND ps.id = s.owner_id
        LEFT JOIN map_person pn ON pn.system = 'netsuite' AND pn.id = j.projectmanager
        JOIN dim_person m ON m.person_key = coalesce(ps.person_key, pn.person_key, -1)
        LEFT JOIN contract k
            ON k.project_key = l.project_key AND k.currency = coalesce(s.currency, c.symbol)"""
    " UNION ALL BY NAME SELECT -1 AS project_key, 'Not assigned' AS name, -1 AS customer_key,"
    " -1 AS subsidiary_key, -1 AS department_key, -1 AS manager_key, false AS is_deleted",
)

DIM_TASK = Transform(
    key="dim_task",
    target=tables.dim_task,
    needs=("map_project",),
    sql="""
        SELECT 2 * t.id AS task_key, coalesce(m.project_key, -1) AS project_key, t.name,
            NOT coalesce(t.is_non_billable, false) AS is_billable, t.is_deleted
        FROM mirror.stg_suiteprojects__project_task t
        LEFT JOIN map_project m ON m.system = 'suiteprojects' AND m.id = t.project_id"""
    " UNION ALL BY NAME SELECT -1 AS task_key, -1 AS project_key, 'Not assigned' AS name,"
    " false AS is_billable, false AS is_deleted",
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

DIM_ACCOUNT = Transform(
    key="dim_account",
    target=tables.dim_account,
    sql="""
        SELECT id AS account_key, acctnumber AS number, fullname AS name, accttype AS type, is_deleted
        FROM mirror.stg_netsuite__account"""
    + _unknown("account_key"),
)

DIM_PERIOD = Transform(
    key="dim_period",
    target=tables.dim_period,
    needs=("base_period",),
    sql="""
        SELECT b.month, p.id AS netsuite_id, p.periodname AS name, p.startdate AS starts_on,
            p.enddate AS ends_on, coalesce(p.closed, false) AS is_closed
        FROM base_period b JOIN mirror.stg_netsuite__accountingperiod p ON p.id = b.id
        WHERE b.is_base""",
)
