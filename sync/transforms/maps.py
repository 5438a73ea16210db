"""Identity: which record of one system is which of the other, and the key both go by.

What holds a link, the strongest first: a stored id that a person confirmed, the id that SuiteProjects Pro stores, the
id that NetSuite stores, a person's word alone (models.decisions). Where two records of SuiteProjects Pro claim one of NetSuite, a living one wins
over a deleted one, then the smallest id, so that no amount counts twice; the other claim is a finding
(sync.transforms.matching). A claim that a person refused holds nothing. An export in flight (id -1) is no link yet.
"""

from __future__ import annotations

from dataclasses import dataclass

from .transform import Transform


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A kind of thing that both systems know.

    Attributes:
        kind: what people call it; its tables are `link_<kind>` and `map_<kind>`.
        suiteprojects, netsuite: the entities.
        claim: of `s`, the id of its twin in NetSuite; -1 in flight.
        told_back: whether NetSuite's record may bear the id of SuiteProjects Pro as its external one.
        keeps_deleted: whether deleted records of SuiteProjects Pro stay in the mirror.
    """

    kind: str
    suiteprojects: str
    netsuite: str
    claim: str = "s.netsuite_id"
    told_back: bool = True
    keeps_deleted: bool = True

    @property
    def link(self) -> str:
        """The table of links."""
        return f"link_{self.kind}"

    @property
    def ours(self) -> str:
        """The records of SuiteProjects Pro."""
        return f"mirror.stg_suiteprojects__{self.suiteprojects}"

    @property
    def theirs(self) -> str:
        """The records of NetSuite."""
        return f"mirror.stg_netsuite__{self.netsuite}"

    @property
    def gone(self) -> str:
        """Whether `s` is deleted."""
        return "s.is_deleted" if self.keeps_deleted else "false"


DEPARTMENT = Pair(
    kind="department",
    suiteprojects="department",
    netsuite="department",
    claim="TRY_CAST(s.external_id AS BIGINT)",
    told_back=False,
)
CUSTOMER = Pair(kind="customer", suiteprojects="customer", netsuite="customer")
PERSON = Pair(kind="person", suiteprojects="user", netsuite="employee")
PROJECT = Pair(kind="project", suiteprojects="project", netsuite="job")
SERVICE = Pair(  # SuiteProjects Pro's services bear the item's id as their own external one
    kind="service",
    suiteprojects="service",
    netsuite="item",
    claim="TRY_CAST(s.external_id AS BIGINT)",
    told_back=False,
    keeps_deleted=False,
)


def _told_back(pair: Pair) -> str:
    """Claims of NetSuite's records that bear the other's id."""
    return f"""
            UNION ALL
            SELECT s.id, min_by(n.id, (n.is_deleted, n.id)), CASE WHEN {pair.gone} THEN 4 ELSE 2 END
            FROM {pair.ours} s JOIN {pair.theirs} n ON TRY_CAST(n.externalid AS BIGINT) = s.id
            GROUP BY s.id, {pair.gone}"""


def _link(pair: Pair) -> Transform:
    """One row a thing: its key and its id in each system that knows it."""
    return Transform(
        key=pair.link,
        sql=f"""
        WITH every_claim AS (
            SELECT s.id AS suiteprojects_id, linked({pair.claim}) AS netsuite_id,
                CASE WHEN {pair.gone} THEN 3 ELSE 1 END AS strength FROM {pair.ours} s
            {_told_back(pair) if pair.told_back else ""}
            UNION ALL
            SELECT s.id, d.netsuite_id, CASE WHEN {pair.gone} THEN 6 ELSE 5 END
            FROM mirror.own_map_decision d JOIN {pair.ours} s ON s.id = d.suiteprojects_id
            WHERE d.kind = '{pair.kind}' AND d.state = 'confirmed'
        ),
        judged AS (
            SELECT c.suiteprojects_id, c.netsuite_id,
                CASE WHEN d.state = 'confirmed' AND c.strength < 5 THEN 0 ELSE c.strength END AS strength
            FROM every_claim c
            LEFT JOIN mirror.own_map_decision d ON d.kind = '{pair.kind}'
                AND d.suiteprojects_id = c.suiteprojects_id AND d.netsuite_id = c.netsuite_id
            WHERE c.netsuite_id IS NOT NULL AND d.state IS DISTINCT FROM 'rejected'
        ),
        claims AS (
            FROM judged
            QUALIFY row_number() OVER (PARTITION BY suiteprojects_id ORDER BY strength, netsuite_id) = 1
        ),
        won AS (
            SELECT netsuite_id, suiteprojects_id FROM claims
            QUALIFY row_number() OVER (PARTITION BY netsuite_id ORDER BY strength, suiteprojects_id) = 1
        )
        SELECT 2 * s.id AS {pair.kind}_key, s.id AS suiteprojects_id, won.netsuite_id
        FROM {pair.ours} s LEFT JOIN won ON won.suiteprojects_id = s.id
        UNION ALL
        SELECT 2 * n.id + 1, NULL, n.id FROM {pair.theirs} n
        ANTI JOIN won ON won.netsuite_id = n.id""",
    )


def _map(pair: Pair) -> Transform:
    """One row a record of either system: the key it goes by."""
    return Transform(
        key=f"map_{pair.kind}",
        needs=(pair.link,),
        sql=f"""
        SELECT 'suiteprojects' AS system, suiteprojects_id AS id, {pair.kind}_key FROM {pair.link}
        WHERE suiteprojects_id IS NOT NULL
        UNION ALL
        SELECT 'netsuite', netsuite_id, {pair.kind}_key FROM {pair.link}
        WHERE netsuite_id IS NOT NULL""",
    )


LINK_DEPARTMENT, MAP_DEPARTMENT = _link(DEPARTMENT), _map(DEPARTMENT)
LINK_CUSTOMER, MAP_CUSTOMER = _link(CUSTOMER), _map(CUSTOMER)
LINK_PERSON, MAP_PERSON = _link(PERSON), _map(PERSON)
LINK_PROJECT, MAP_PROJECT = _link(PROJECT), _map(PROJECT)
LINK_SERVICE, MAP_SERVICE = _link(SERVICE), _map(SERVICE)

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
