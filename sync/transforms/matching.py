"""Links in doubt: what two records claim, what has no twin, and which pairs look alike."""

from __future__ import annotations

from dataclasses import dataclass

from models.tables import maps as tables

from .transform import Transform


@dataclass(frozen=True, slots=True)
class _Side:
    """A kind of thing in both systems: tables, and what its records are called and known by."""

    kind: str
    suiteprojects: str
    netsuite: str
    claim: str  # of `s`, the id it names in NetSuite
    name: str  # of `n`
    suiteprojects_number: str = "NULL"  # a document number or code, of `s`
    netsuite_number: str = "NULL"  # of `n`
    alike: str = "numbers agree"
    suggests: bool = True


_SIDES = (
    _Side(
        "customer", "customer", "customer", "s.netsuite_id", "coalesce(n.companyname, n.entityid)",
        "s.external_id", "n.entityid", "its number is the same",
    ),
    _Side(
        "project", "project", "job", "s.netsuite_id", "coalesce(n.companyname, n.entityid)",
        "s.code", "n.entityid", "its code is the same",
    ),
    _Side(
        "person", "user", "employee", "s.netsuite_id",
        "coalesce(nullif(trim(concat_ws(' ', n.firstname, n.lastname)), ''), n.entityid)",
        "lower(trim(s.email))", "lower(trim(n.email))", "the e-mail address is the same",
    ),
    _Side(
        "department", "department", "department", "TRY_CAST(s.external_id AS BIGINT)", "n.name",
        suggests=False,
    ),
)  # fmt: skip


def _findings(side: _Side) -> str:
    return f"""
        SELECT '{side.kind}' AS kind, CASE WHEN {side.claim} = -1 THEN 'in_flight'
                WHEN n.id IS NULL THEN 'no_twin' ELSE 'two_claims' END AS finding,
            s.id AS suiteprojects_id, s.name,
            CASE WHEN {side.claim} > 0 THEN {side.claim} END AS netsuite_id,
            w.suiteprojects_id AS held_by
        FROM mirror.stg_suiteprojects__{side.suiteprojects} s
        JOIN link_{side.kind} l ON l.suiteprojects_id = s.id
        LEFT JOIN mirror.stg_netsuite__{side.netsuite} n ON n.id = {side.claim}
        LEFT JOIN link_{side.kind} w
            ON w.netsuite_id = {side.claim} AND w.suiteprojects_id IS DISTINCT FROM s.id
        WHERE NOT s.is_deleted AND {side.claim} IS NOT NULL AND {side.claim} <> 0
            AND (n.id IS NULL OR l.netsuite_id IS DISTINCT FROM {side.claim})"""


MAP_FINDING = Transform(
    key="map_finding",
    target=tables.map_finding,
    needs=tuple(f"link_{side.kind}" for side in _SIDES),
    sql="\n        UNION ALL".join(map(_findings, _SIDES)),
)

_PLAIN = "regexp_replace(lower(strip_accents({0})), '[^a-z0-9]', '', 'g')"
_LEAST = 0.9  # how alike two names must be to be worth a question


def _suggestions(side: _Side) -> str:
    """Records without a twin on either side, compared by number and by name."""
    return f"""
        SELECT '{side.kind}' AS kind, s.id AS suiteprojects_id, s.name AS suiteprojects_name,
            s.number AS suiteprojects_number, n.id AS netsuite_id, n.name AS netsuite_name,
            n.number AS netsuite_number, s.plain AS suiteprojects_plain, n.plain AS netsuite_plain,
            '{side.alike}' AS by_number
        FROM (
            SELECT s.id, s.name, {side.suiteprojects_number} AS number,
                {_PLAIN.format("s.name")} AS plain
            FROM mirror.stg_suiteprojects__{side.suiteprojects} s
            JOIN link_{side.kind} l ON l.suiteprojects_id = s.id AND l.netsuite_id IS NULL
            WHERE NOT s.is_deleted AND coalesce({side.claim}, 0) <> -1
        ) s
        JOIN (
            SELECT n.id, {side.name} AS name, {side.netsuite_number} AS number,
                {_PLAIN.format(side.name)} AS plain
            FROM mirror.stg_netsuite__{side.netsuite} n
            JOIN link_{side.kind} l ON l.netsuite_id = n.id AND l.suiteprojects_id IS NULL
            WHERE NOT n.is_deleted
        ) n ON n.number = s.number OR left(n.plain, 3) = left(s.plain, 3)"""


MAP_SUGGESTION = Transform(
    key="map_suggestion",
    target=tables.map_suggestion,
    needs=tuple(f"link_{side.kind}" for side in _SIDES if side.suggests),
    sql=f"""
        WITH pair AS ({" UNION ALL ".join(_suggestions(side) for side in _SIDES if side.suggests)}),
        scored AS (
            SELECT *, suiteprojects_number = netsuite_number AS same_number,
                jaro_winkler_similarity(suiteprojects_plain, netsuite_plain) AS likeness
            FROM pair
        ),
        judged AS (
            SELECT kind, suiteprojects_id, suiteprojects_name, netsuite_id, netsuite_name,
                CASE WHEN same_number AND likeness >= {_LEAST} THEN 0.99
                    WHEN same_number THEN 0.9
                    WHEN likeness = 1 THEN 0.85
                    WHEN likeness >= {_LEAST} THEN 0.8 * likeness END::DECIMAL(18,4) AS score,
                concat_ws('; ', CASE WHEN same_number THEN by_number END,
                    CASE WHEN likeness = 1 THEN 'the name is the same'
                        WHEN likeness >= {_LEAST} THEN 'the names are alike' END) AS reason
            FROM scored
        )
        SELECT j.* FROM judged j
        ANTI JOIN mirror.own_map_decision d ON d.kind = j.kind
            AND d.suiteprojects_id = j.suiteprojects_id AND d.netsuite_id = j.netsuite_id
        WHERE j.score IS NOT NULL""",
)
