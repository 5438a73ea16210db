"""What a number's trust mark counts: records of the tables it is computed from that could not be used.

Which tables those are is declared once, by the transforms that make the facts; every snapshot carries it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

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
    parts = [f"{_count(first.quarantined)} of {first.title}"]
    parts += [f"{one.quarantined:,} of {one.title}" for one in rest]
    named = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    verb = "is" if len(found) == 1 and first.quarantined == 1 else "are"
    return f"{named} {verb} in quarantine"


def _count(records: int) -> str:
    return "1 record" if records == 1 else f"{records:,} records"
