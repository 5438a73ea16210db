"""What a number's trust mark counts: records of the tables it is computed from that could not be used.

Which tables those are is declared once, by the transforms that make the facts; every snapshot carries it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from ..texts import _, listed, ngettext
from .kpi import Kpi, Side

if TYPE_CHECKING:
    from ..snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """An entity that a number is computed from, with records in quarantine."""

    system: str  # 'netsuite' | 'suiteprojects'
    entity: str
    title: str
    quarantined: int


def entities_of(snapshot: Snapshot, kpi: Kpi, side: Side) -> frozenset[str]:
    """The entities that one side of a KPI is computed from."""
    tables = frozenset(measure.table.name for measure in kpi.side(side).measures)
    key = ("entities", tables)
    if key not in snapshot.found:
        snapshot.found[key] = frozenset[str]().union(
            *(snapshot.lineage.get(table, ()) for table in tables)
        )
    return cast("frozenset[str]", snapshot.found[key])


def concerns(snapshot: Snapshot, kpi: Kpi, side: Side) -> Sequence[Concern]:
    """The entities behind one side with records in quarantine, the most first."""
    behind = entities_of(snapshot, kpi, side)
    key = ("concerns", behind)
    if key not in snapshot.found:
        snapshot.found[key] = _concerns(snapshot, behind)
    return cast("Sequence[Concern]", snapshot.found[key])


def _concerns(snapshot: Snapshot, behind: Collection[str]) -> Sequence[Concern]:
    found = [
        Concern(
            system=standing.system,
            entity=entity,
            title=standing.title,
            quarantined=standing.quarantined,
        )
        for entity in behind
        if (standing := snapshot.entities.get(entity)) and standing.quarantined
    ]
    return sorted(found, key=lambda concern: (-concern.quarantined, concern.entity))


def in_words(found: Sequence[Concern]) -> str:
    """'3 records of Invoices and 1 of Customers are in quarantine'; empty if there are none."""
    if not found:
        return ""
    first, *rest = found
    parts = [
        ngettext(
            "{count} record of {table}",
            "{count} records of {table}",
            first.quarantined,
            count=f"{first.quarantined:,}",
            table=_(first.title),
        )
    ]
    parts += [
        _("{count} of {table}", count=f"{one.quarantined:,}", table=_(one.title)) for one in rest
    ]
    return ngettext(
        "{records} is in quarantine",
        "{records} are in quarantine",
        first.quarantined if not rest else len(found),
        records=listed(parts),
    )
