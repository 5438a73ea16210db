"""People: who there is, what they do, and where each one belonged on a day."""

from __future__ import annotations

from models.tables import conformed, people

from .pieces import IN_SUITEPROJECTS, is_deleted, referring, unknown
from .transform import Slicing, Transform

_USER, _EMPLOYEE = "suiteprojects__user", "netsuite__employee"
_USERS, _COSTS = f"mirror.stg_{_USER}", "mirror.stg_suiteprojects__loaded_cost"
_EMPLOYEES = f"mirror.stg_{_EMPLOYEE}"

DIM_ROLE = Transform(
    key="dim_role",
    target=people.dim_role,
    sql="""
        SELECT id AS role_key, name, loaded_cost AS cost, currency,
            coalesce(is_active, true) AS is_active, is_deleted
        FROM mirror.stg_suiteprojects__job_code"""
    + unknown("role_key", "false AS is_active"),
)

DIM_PERSON = Transform(
    key="dim_person",
    target=conformed.dim_person,
    needs=("link_person", "map_person", "map_department", "dim_subsidiary"),
    sql=f"""
        SELECT l.person_key,
            coalesce(u.name, nullif(trim(concat_ws(' ', e.firstname, e.lastname)), ''), e.entityid)
                AS name,
            CASE WHEN NOT (coalesce(u.is_deleted, true) AND coalesce(e.is_deleted, true))
                THEN lower(trim(coalesce(u.email, e.email))) END AS email,  -- signs nobody in
            j.name AS role, coalesce(j.id, -1) AS role_key,
            coalesce(ds.department_key, dn.department_key, -1) AS department_key,
            coalesce(b.subsidiary_key, -1) AS subsidiary_key,
            coalesce(ms.person_key, mn.person_key, -1) AS manager_key,
            CASE WHEN u.is_generic THEN 'generic'
                -- an export in flight (-1) may yet become an employee
                WHEN l.netsuite_id IS NULL AND coalesce(u.netsuite_id, 0) <> -1 THEN 'contractor'
                ELSE 'employee' END AS kind,
            coalesce(u.is_active, NOT coalesce(e.isinactive, false))
                AND NOT coalesce(u.is_deleted, e.is_deleted) AS is_active,
            u.rate AS list_rate, u.currency AS list_rate_currency,
            e.hiredate AS hired_on, e.releasedate AS released_on, l.netsuite_id, l.suiteprojects_id,
            {is_deleted("u", "e")}
        FROM link_person l
        LEFT JOIN mirror.stg_suiteprojects__user u ON u.id = l.suiteprojects_id
        LEFT JOIN mirror.stg_netsuite__employee e ON e.id = l.netsuite_id
        LEFT JOIN mirror.stg_suiteprojects__job_code j ON j.id = u.job_code_id
        LEFT JOIN map_department ds ON ds.system = 'suiteprojects' AND ds.id = u.department_id
        LEFT JOIN map_department dn ON dn.system = 'netsuite' AND dn.id = e.department
        LEFT JOIN map_person ms ON ms.system = 'suiteprojects' AND ms.id = u.line_manager_id
        LEFT JOIN map_person mn ON mn.system = 'netsuite' AND mn.id = e.supervisor
        LEFT JOIN dim_subsidiary b ON b.subsidiary_key = e.subsidiary"""
    " UNION ALL BY NAME SELECT -1 AS person_key, 'Not assigned' AS name, -1 AS role_key,"
    " -1 AS department_key, -1 AS subsidiary_key, -1 AS manager_key, false AS is_active,"
    " false AS is_deleted",
)

PERSON_COST = (
    Transform(  # a person's general cost, each from the day its row wins until another does
        key="person_cost",
        needs=("map_person",),
        sql="""
        WITH general AS (
            SELECT m.person_key, c.id, coalesce(c.level, 0) AS level, c.cost, c.currency,
                coalesce(c.start_date, DATE '0001-01-01') AS start_date,
                coalesce(c.end_date, DATE '9999-12-31') AS end_date
            FROM mirror.stg_suiteprojects__loaded_cost c
            JOIN map_person m ON m.system = 'suiteprojects' AND m.id = c.user_id
            WHERE coalesce(c.project_id, 0) <= 0
        ),
        edge AS (
            SELECT person_key, start_date AS day FROM general
            UNION SELECT person_key, end_date + 1 FROM general WHERE end_date < DATE '9999-12-31'
        )
        SELECT e.person_key, e.day AS from_day, g.cost, g.currency
        FROM edge e
        LEFT JOIN general g
            ON g.person_key = e.person_key AND e.day BETWEEN g.start_date AND g.end_date
        QUALIFY row_number() OVER (PARTITION BY e.person_key, e.day
            ORDER BY g.level NULLS LAST, g.start_date DESC, g.id DESC) = 1""",
        slicings=(
            Slicing(
                by=("person_key",),
                of={"map_person": ("person_key",)},
                touched={
                    "map_person": f"SELECT person_key FROM changed WHERE {IN_SUITEPROJECTS}",
                    "stg_suiteprojects__loaded_cost": referring(
                        "person_key", f"(FROM map_person WHERE {IN_SUITEPROJECTS})", "id", "user_id"
                    ),
                },
            ),
        ),
    )
)


def _points(entity: str, columns: tuple[str, ...]) -> str:
    """What a record held, from which day on: each earlier version, and the newest; the first always."""
    names = ", ".join(columns)
    newest = ", ".join(f"arg_max({name}, began) AS {name}" for name in columns)
    return f"""
            SELECT id, from_day, {newest} FROM (
                SELECT id, began, {names}, CASE WHEN row_number() OVER (
                    PARTITION BY id ORDER BY began) = 1 THEN DATE '0001-01-01'
                    ELSE began::DATE END AS from_day
                FROM (
                    SELECT id, {names}, _valid_from AS began FROM mirror.his_{entity}
                    UNION ALL
                    SELECT s.id, {", ".join(f"s.{name}" for name in columns)}, coalesce(h.ended, TIMESTAMP '0001-01-01')
                    FROM mirror.stg_{entity} s LEFT JOIN (
                        SELECT id, max(_valid_to) AS ended FROM mirror.his_{entity} GROUP BY id
                    ) h ON h.id = s.id
                )
            ) GROUP BY id, from_day"""


DIM_PERSON_ORG = Transform(
    key="dim_person_org",
    target=people.dim_person_org,
    needs=("map_person", "map_department", "dim_subsidiary", "dim_role", "person_cost"),
    sql=f"""
        WITH of_user AS ({_points(_USER, ("department_id", "job_code_id"))}),
        of_employee AS ({_points(_EMPLOYEE, ("department", "subsidiary"))}),
        keyed_user AS (
            SELECT m.person_key, o.from_day, d.department_key, r.role_key
            FROM of_user o
            JOIN map_person m ON m.system = 'suiteprojects' AND m.id = o.id
            LEFT JOIN map_department d ON d.system = 'suiteprojects' AND d.id = o.department_id
            LEFT JOIN dim_role r ON r.role_key = o.job_code_id
        ),
        keyed_employee AS (
            SELECT m.person_key, o.from_day, d.department_key, b.subsidiary_key
            FROM of_employee o
            JOIN map_person m ON m.system = 'netsuite' AND m.id = o.id
            LEFT JOIN map_department d ON d.system = 'netsuite' AND d.id = o.department
            LEFT JOIN dim_subsidiary b ON b.subsidiary_key = o.subsidiary
        ),
        edge AS (
            SELECT person_key, from_day FROM keyed_user
            UNION SELECT person_key, from_day FROM keyed_employee
            UNION SELECT person_key, from_day FROM person_cost
            UNION SELECT person_key, DATE '0001-01-01' FROM map_person
        ),
        held AS (
            SELECT e.person_key, e.from_day,
                coalesce(u.department_key, n.department_key, -1) AS department_key,
                coalesce(n.subsidiary_key, -1) AS subsidiary_key,
                coalesce(u.role_key, -1) AS role_key, c.cost, c.currency AS cost_currency
            FROM edge e
            ASOF LEFT JOIN keyed_user u ON u.person_key = e.person_key AND u.from_day <= e.from_day
            ASOF LEFT JOIN keyed_employee n
                ON n.person_key = e.person_key AND n.from_day <= e.from_day
            ASOF LEFT JOIN person_cost c ON c.person_key = e.person_key AND c.from_day <= e.from_day
        ),
        changed_there AS (
            SELECT * FROM held
            WINDOW person AS (PARTITION BY person_key ORDER BY from_day)
            QUALIFY row_number() OVER person = 1
                OR (department_key, subsidiary_key, role_key, cost, cost_currency)
                    IS DISTINCT FROM lag((department_key, subsidiary_key, role_key, cost,
                        cost_currency)) OVER person
        )
        SELECT person_key, from_day AS valid_from,
            coalesce(lead(from_day) OVER (PARTITION BY person_key ORDER BY from_day) - 1,
                DATE '9999-12-31') AS valid_to,
            department_key, subsidiary_key, role_key, cost, cost_currency
        FROM changed_there
        UNION ALL
        SELECT -1, DATE '0001-01-01', DATE '9999-12-31', -1, -1, -1, NULL, NULL""",
)
