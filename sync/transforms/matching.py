"""Links in doubt: what two records claim, what has no twin, and which pairs look alike."""

from __future__ import annotations

from dataclasses import dataclass

from models.tables import maps as tables

from .map_invoices import INVOICE_FINDINGS, INVOICE_SUGGESTIONS
from .maps import CUSTOMER, DEPARTMENT, PERSON, PROJECT, SERVICE, Pair
from .transform import Transform


@dataclass(frozen=True, slots=True)
class _Looks:
    """What the records of a pair are called and known by: of `s` and of `n`."""

    pair: Pair
    name: str  # of `n`
    number: str = "NULL"  # a code or number, of `s`
    their_number: str = "NULL"  # of `n`
    alike: str = ""


_COMPANY = "coalesce(n.companyname, n.entityid)"
_LOOKS = (
    _Looks(CUSTOMER, _COMPANY, "s.external_id", "n.entityid", "its number is the same"),
    _Looks(PROJECT, _COMPANY, "s.code", "n.entityid", "its code is the same"),
    _Looks(
        PERSON,
        "coalesce(nullif(trim(concat_ws(' ', n.firstname, n.lastname)), ''), n.entityid)",
        "lower(trim(s.email))", "lower(trim(n.email))", "the e-mail address is the same",
    ),
    _Looks(DEPARTMENT, "n.name"),
    _Looks(
        SERVICE, "coalesce(n.displayname, n.itemid)", "s.code", "n.itemid", "its code is the same"
    ),
)  # fmt: skip


def _findings(pair: Pair) -> str:
    """Claims that hold no link: those of SuiteProjects Pro, then those that NetSuite makes."""
    refused = f"""mirror.own_map_decision d ON d.kind = '{pair.kind}' AND d.state = 'rejected'
            AND d.suiteprojects_id = s.id"""
    told = f"""
        SELECT '{pair.kind}' AS kind, CASE WHEN {pair.claim} = -1 THEN 'in_flight'
                WHEN d.state IS NOT NULL THEN 'refused' WHEN n.id IS NULL THEN 'no_twin'
                ELSE 'two_claims' END AS finding,
            s.id AS suiteprojects_id, s.name, linked({pair.claim}) AS netsuite_id,
            w.suiteprojects_id AS held_by
        FROM {pair.ours} s
        JOIN {pair.link} l ON l.suiteprojects_id = s.id
        LEFT JOIN {pair.theirs} n ON n.id = {pair.claim}
        LEFT JOIN {refused} AND d.netsuite_id = {pair.claim}
        LEFT JOIN {pair.link} w
            ON w.netsuite_id = {pair.claim} AND w.suiteprojects_id IS DISTINCT FROM s.id
        WHERE NOT {pair.gone} AND {pair.claim} IS NOT NULL AND {pair.claim} <> 0
            AND (n.id IS NULL OR l.netsuite_id IS DISTINCT FROM {pair.claim})"""
    if not pair.told_back:
        return told
    return f"""{told}
        UNION ALL
        SELECT '{pair.kind}', CASE WHEN d.state IS NOT NULL THEN 'refused' ELSE 'two_claims' END,
            s.id, s.name, n.id, w.suiteprojects_id
        FROM {pair.theirs} n
        JOIN {pair.ours} s ON s.id = TRY_CAST(n.externalid AS BIGINT)
        LEFT JOIN {refused} AND d.netsuite_id = n.id
        LEFT JOIN {pair.link} w ON w.netsuite_id = n.id
        WHERE NOT n.is_deleted AND NOT {pair.gone} AND w.suiteprojects_id IS DISTINCT FROM s.id
            AND {pair.claim} IS DISTINCT FROM n.id"""


def _found(pair: Pair) -> Transform:
    """A kind's findings in a table of their own: joined in one statement, all kinds would hold memory at once."""
    return Transform(key=f"finding_{pair.kind}", needs=(pair.link,), sql=_findings(pair))


FINDING_CUSTOMER = _found(CUSTOMER)
FINDING_PROJECT = _found(PROJECT)
FINDING_PERSON = _found(PERSON)
FINDING_DEPARTMENT = _found(DEPARTMENT)
FINDING_SERVICE = _found(SERVICE)
FINDING_INVOICE = Transform(key="finding_invoice", needs=("map_invoice",), sql=INVOICE_FINDINGS)
_FINDINGS = (
    FINDING_CUSTOMER, FINDING_PROJECT, FINDING_PERSON, FINDING_DEPARTMENT, FINDING_SERVICE,
    FINDING_INVOICE,
)  # fmt: skip

MAP_FINDING = Transform(
    key="map_finding",
    target=tables.map_finding,
    needs=tuple(finding.key for finding in _FINDINGS),
    sql=" UNION ALL ".join(f"FROM {finding.key}" for finding in _FINDINGS),
)

_PLAIN = "regexp_replace(lower(strip_accents({0})), '[^a-z0-9]', '', 'g')"
_LEAST = 0.9  # how alike two names must be to be worth a question


def _suggestions(looks: _Looks) -> str:
    """Living records without a twin on either side that agree in their number or in how their names begin."""
    pair = looks.pair
    sides = f"""
        (
            SELECT s.id, s.name, {looks.number} AS number, {_PLAIN.format("s.name")} AS plain
            FROM {pair.ours} s
            JOIN {pair.link} l ON l.suiteprojects_id = s.id AND l.netsuite_id IS NULL
            WHERE NOT {pair.gone} AND coalesce({pair.claim}, 0) <> -1
        ) s
        JOIN (
            SELECT n.id, {looks.name} AS name, {looks.their_number} AS number,
                {_PLAIN.format(looks.name)} AS plain
            FROM {pair.theirs} n
            JOIN {pair.link} l ON l.netsuite_id = n.id AND l.suiteprojects_id IS NULL
            WHERE NOT n.is_deleted
        ) n"""
    told = f"""
        SELECT '{pair.kind}' AS kind, s.id AS suiteprojects_id, s.name AS suiteprojects_name,
            s.number AS suiteprojects_number, n.id AS netsuite_id, n.name AS netsuite_name,
            n.number AS netsuite_number, s.plain AS suiteprojects_plain, n.plain AS netsuite_plain,
            '{looks.alike}' AS by_number
        FROM {sides} ON """
    return f"{told} n.number = s.number UNION {told} left(n.plain, 3) = left(s.plain, 3)"


MAP_SUGGESTION = Transform(
    key="map_suggestion",
    target=tables.map_suggestion,
    needs=(*(looks.pair.link for looks in _LOOKS), "map_customer", "map_invoice"),
    sql=f"""
        WITH pair AS ({" UNION ALL ".join(f"({_suggestions(looks)})" for looks in _LOOKS)}),
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
        SELECT j.* FROM (FROM judged UNION ALL BY NAME {INVOICE_SUGGESTIONS}) j
        ANTI JOIN mirror.own_map_decision d ON d.kind = j.kind
            AND d.suiteprojects_id = j.suiteprojects_id AND d.netsuite_id = j.netsuite_id
        WHERE j.score IS NOT NULL""",
)
