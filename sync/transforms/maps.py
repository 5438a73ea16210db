"""Identity: which record of one system is which of the other, and the key both go by.

What holds a link, the strongest first: the id that SuiteProjects Pro stores, the id that NetSuite stores, a
person's word on a suggestion (sync.transforms.matching). Where two records of SuiteProjects Pro claim one of
NetSuite, a living one wins over a deleted one, then the smallest id, so that no amount counts twice; the other
claim is a finding. An export in flight (id -1) is no link yet.
"""

from __future__ import annotations

from .transform import Transform


def _links(key: str, suiteprojects: str, netsuite: str, claims: str) -> str:
    """One row a thing: its key and its id in each system that knows it."""
    return f"""
        WITH every_claim AS ({claims}),
        claims AS (
            SELECT * FROM every_claim WHERE netsuite_id IS NOT NULL
            QUALIFY row_number() OVER (PARTITION BY suiteprojects_id ORDER BY strength, netsuite_id) = 1
        ),
        won AS (
            SELECT netsuite_id, suiteprojects_id FROM claims
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


def _told_by_netsuite(kind: str, suiteprojects: str, netsuite: str) -> str:
    """Claims of records that name no twin: that which bears their id, else what a person confirmed."""
    return f"""
            UNION ALL
            SELECT s.id, min_by(n.id, (n.is_deleted, n.id)),
                CASE WHEN s.is_deleted THEN 4 ELSE 2 END FROM mirror.{suiteprojects} s
            JOIN mirror.{netsuite} n ON TRY_CAST(n.externalid AS BIGINT) = s.id
            WHERE linked(s.netsuite_id) IS NULL GROUP BY s.id, s.is_deleted
            UNION ALL
            SELECT s.id, d.netsuite_id, CASE WHEN s.is_deleted THEN 6 ELSE 5 END
            FROM mirror.own_map_decision d JOIN mirror.{suiteprojects} s ON s.id = d.suiteprojects_id
            WHERE d.kind = '{kind}' AND d.state = 'confirmed' AND linked(s.netsuite_id) IS NULL"""


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
        _claims("stg_suiteprojects__customer", "linked(netsuite_id)")
        + _told_by_netsuite("customer", "stg_suiteprojects__customer", "stg_netsuite__customer"),
    ),
)
MAP_CUSTOMER = Transform(
    key="map_customer", needs=("link_customer",), sql=_map("customer_key", "link_customer")
)

LINK_PERSON = Transform(
    key="link_person",
    sql=_links(
        "person_key",
        "stg_suiteprojects__user",
        "stg_netsuite__employee",
        _claims("stg_suiteprojects__user", "linked(netsuite_id)")
        + _told_by_netsuite("person", "stg_suiteprojects__user", "stg_netsuite__employee"),
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
        _claims("stg_suiteprojects__project", "linked(netsuite_id)")
        + _told_by_netsuite("project", "stg_suiteprojects__project", "stg_netsuite__job"),
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
