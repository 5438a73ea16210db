"""Identity: which record of one system is which of the other, and the key both go by.

SuiteProjects Pro holds the link. Where two of its records claim one NetSuite record, a living one wins
over a deleted one, then the smallest id, so that no amount counts twice. An export in flight (id -1) is no
link yet.
"""

from __future__ import annotations

from .transform import Transform


def _links(key: str, suiteprojects: str, netsuite: str, claims: str) -> str:
    """One row a thing: its key and its id in each system that knows it."""
    return f"""
        WITH claims AS ({claims}),
        won AS (
            SELECT netsuite_id, suiteprojects_id FROM claims WHERE netsuite_id IS NOT NULL
            QUALIFY row_number() OVER (PARTITION BY netsuite_id ORDER BY strength, suiteprojects_id) = 1
        )
        SELECT 2 * s.id AS {key}, s.id AS suiteprojects_id, won.netsuite_id
        FROM mirror.{suiteprojects} s LEFT JOIN won ON won.suiteprojects_id = s.id
        UNION ALL
        SELECT 2 * n.id + 1, NULL, n.id FROM mirror.{netsuite} n
        ANTI JOIN won ON won.netsuite_id = n.id"""


def _map(key: str, links: str) -> str:
    """One row a record of either system: the key it goes by."""
    return f"""
        SELECT 'suiteprojects' AS system, suiteprojects_id AS id, {key} FROM {links}
        WHERE suiteprojects_id IS NOT NULL
        UNION ALL
        SELECT 'netsuite', netsuite_id, {key} FROM {links} WHERE netsuite_id IS NOT NULL"""


def _claims(table: str, claim: str) -> str:
    return (
        f"SELECT id AS suiteprojects_id, {claim} AS netsuite_id, "
        f"CASE WHEN is_deleted THEN 3 ELSE 1 END AS strength FROM mirror.{table}"
    )


LINK_DEPARTMENT = Transform(
    key="link_department",
    sql=_links(
        "department_key",
        "stg_suiteprojects__department",
        "stg_netsuite__department",
        _claims("stg_suiteprojects__department", "linked(TRY_CAST(external_id AS BIGINT))"),
    ),
)
MAP_DEPARTMENT = Transform(
    key="map_department",
    needs=("link_department",),
    sql=_map("department_key", "link_department"),
)

LINK_CUSTOMER = Transform(
    key="link_customer",
    sql=_links(
        "customer_key",
        "stg_suiteprojects__customer",
        "stg_netsuite__customer",
        _claims("stg_suiteprojects__customer", "linked(netsuite_id)"),
    ),
)
MAP_CUSTOMER = Transform(
    key="map_customer", needs=("link_customer",), sql=_map("customer_key", "link_customer")
)

LINK_PERSON = Transform(  # an employee may bear the user's id instead
    key="link_person",
    sql=_links(
        "person_key",
        "stg_suiteprojects__user",
        "stg_netsuite__employee",
        _claims("stg_suiteprojects__user", "linked(netsuite_id)")
        + """
            UNION ALL
            SELECT u.id, min_by(e.id, (e.is_deleted, e.id)),
                CASE WHEN u.is_deleted THEN 4 ELSE 2 END FROM mirror.stg_suiteprojects__user u
            JOIN mirror.stg_netsuite__employee e ON TRY_CAST(e.externalid AS BIGINT) = u.id
            WHERE linked(u.netsuite_id) IS NULL GROUP BY u.id, u.is_deleted""",
    ),
)
MAP_PERSON = Transform(
    key="map_person", needs=("link_person",), sql=_map("person_key", "link_person")
)

LINK_PROJECT = Transform(
    key="link_project",
    sql=_links(
        "project_key",
        "stg_suiteprojects__project",
        "stg_netsuite__job",
        _claims("stg_suiteprojects__project", "linked(netsuite_id)"),
    ),
)
MAP_PROJECT = Transform(
    key="map_project", needs=("link_project",), sql=_map("project_key", "link_project")
)

ERP_ENTITY = Transform(  # what an entity of NetSuite's transactions may be, by its id: one join instead of three
    key="erp_entity",
    needs=("map_project", "map_customer", "map_person"),
    sql="""
        SELECT id, max(project_key) AS project_key, max(customer_key) AS customer_key,
            max(person_key) AS person_key
        FROM (
            SELECT id, project_key, NULL::BIGINT AS customer_key, NULL::BIGINT AS person_key
            FROM map_project WHERE system = 'netsuite'
            UNION ALL SELECT id, NULL, customer_key, NULL FROM map_customer WHERE system = 'netsuite'
            UNION ALL SELECT id, NULL, NULL, person_key FROM map_person WHERE system = 'netsuite'
        ) GROUP BY id""",
)

LINK_SERVICE = Transform(  # SuiteProjects Pro's services bear the item's id as their own external one
    key="link_service",
    sql=_links(
        "service_key",
        "stg_suiteprojects__service",
        "stg_netsuite__item",
        "SELECT id AS suiteprojects_id, linked(TRY_CAST(external_id AS BIGINT)) AS netsuite_id, "
        "1 AS strength FROM mirror.stg_suiteprojects__service",
    ),
)
MAP_SERVICE = Transform(
    key="map_service", needs=("link_service",), sql=_map("service_key", "link_service")
)
