"""Links in doubt as a snapshot has them: pairs that look alike, claims that hold no link, and what a word would do."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, Table, select

from .decisions import KINDS
from .errors import QuestionError
from .snapshot import Snapshot
from .tables.billing import fct_invoice_line, fct_psa_invoice_line
from .tables.chart import dim_service
from .tables.conformed import dim_customer, dim_department, dim_person, dim_project
from .tables.maps import map_finding, map_invoice, map_suggestion
from .texts import _

_DIMENSIONS = {
    "customer": dim_customer,
    "project": dim_project,
    "person": dim_person,
    "department": dim_department,
    "service": dim_service,
}


def suggestions(snapshot: Snapshot, kind: str | None = None) -> list[Row[Any]]:
    """Pairs of records that may be one thing, the likeliest first.

    Raises:
        QuestionError: there is no such kind.
    """
    table = map_suggestion
    return _read(
        snapshot, table, kind, table.c.score.desc(), table.c.kind, table.c.suiteprojects_id
    )


def findings(snapshot: Snapshot, kind: str | None = None) -> list[Row[Any]]:
    """Claims that hold no link.

    Raises:
        QuestionError: there is no such kind.
    """
    table = map_finding
    return _read(snapshot, table, kind, table.c.kind, table.c.finding, table.c.suiteprojects_id)


def _read(snapshot: Snapshot, table: Table, kind: str | None, *order: Any) -> list[Row[Any]]:
    query = select(table).order_by(*order)
    if kind is not None:
        query = query.where(table.c.kind == known(kind))
    with snapshot.engine.connect() as connection:
        return list(connection.execute(query))


def known(kind: str) -> str:
    """The kind itself.

    Raises:
        QuestionError: there is no such kind.
    """
    if kind not in KINDS:
        raise QuestionError(
            _(
                "There are no links of '{kind}'. There are: {kinds}.",
                kind=kind,
                kinds=", ".join(KINDS),
            )
        )
    return kind


def check(
    snapshot: Snapshot, kind: str, suiteprojects_id: int, netsuite_id: int, *, confirming: bool
) -> None:
    """See to it that a word on this pair would hold.

    Raises:
        QuestionError: one of the two is not in the snapshot, or linked to another record; the text says to which.
    """
    known(kind)
    pair = (suiteprojects_id, netsuite_id)
    with snapshot.engine.connect() as connection:
        if _is_told(connection, kind, pair):
            return
        twins = _twins(connection, kind, pair)
        missing = _missing(connection, kind, pair)
    if missing:
        raise QuestionError(
            _(
                "The snapshot has no {kind} {missing}. Nothing was written down.",
                kind=kind,
                missing=missing,
            )
        )
    other = next((one for one in sorted(twins) if one != pair), None)
    if confirming and other is not None:
        raise QuestionError(
            _(
                "SuiteProjects Pro's {kind} {other} and NetSuite's {theirs} are linked. Nothing was written down. If these two are not one, say so first: oneview map refuse {kind} {other} {theirs}",
                kind=kind,
                other=other[0],
                theirs=other[1],
            )
        )
    if not confirming and pair not in twins:
        raise QuestionError(
            _(
                "Nothing links SuiteProjects Pro's {kind} {suiteprojects_id} and NetSuite's {netsuite_id}. Nothing was written down. `oneview map list` names what is in doubt.",
                kind=kind,
                suiteprojects_id=suiteprojects_id,
                netsuite_id=netsuite_id,
            )
        )


def _is_told(connection: Connection, kind: str, pair: tuple[int, int]) -> bool:
    """Whether a suggestion names the pair, or a finding of two records that are both there."""
    for table, *more in (
        (map_suggestion,),
        (map_finding, map_finding.c.finding.in_(("two_claims", "refused"))),
    ):
        found = connection.execute(
            select(table.c.kind).where(
                table.c.kind == kind,
                table.c.suiteprojects_id == pair[0],
                table.c.netsuite_id == pair[1],
                *more,
            )
        )
        if found.first() is not None:
            return True
    return False


def _twins(connection: Connection, kind: str, pair: tuple[int, int]) -> set[tuple[int, int]]:
    """The links that either record has."""
    table: Table = map_invoice if kind == "invoice" else _DIMENSIONS[kind]
    ours, theirs = table.c.suiteprojects_id, table.c.netsuite_id
    found = connection.execute(
        select(ours, theirs).where(
            (ours == pair[0]) | (theirs == pair[1]), ours.is_not(None), theirs.is_not(None)
        )
    )
    return {(one, other) for one, other in found}


def _missing(connection: Connection, kind: str, pair: tuple[int, int]) -> str:
    """Which of the two is not there; empty if both are."""
    if kind == "invoice":
        sides = (fct_psa_invoice_line.c.invoice_id, fct_invoice_line.c.transaction_id)
    else:
        table = _DIMENSIONS[kind]
        sides = (table.c.suiteprojects_id, table.c.netsuite_id)
    for system, column, id_ in zip(("SuiteProjects Pro", "NetSuite"), sides, pair, strict=True):
        if connection.execute(select(column).where(column == id_).limit(1)).first() is None:
            return f"{id_} of {system}"
    return ""
