"""What the mirrored tables are called, and which area they belong to, as their declarations say it.

The declarations belong to the sync; every snapshot carries their words, and so does what the probe wrote down
before the first one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine, select

from models.snapshot import EntityStanding
from models.tables.operations import ops_probe
from models.texts import Text, _

from .components.words import SYSTEM_TITLES, entity_title

_AREAS: Mapping[str, Text] = {
    "projects": "Projects and customers",
    "staffing": "People and time",
    "billing": "Billing",
    "finance": "Finance",
    "sales": "Sales",
}
OTHER: Text = "Other"
_PREFIX = "table:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Titles:
    """The words for tables."""

    known: Mapping[str, str]
    areas: Mapping[str, str]  # entity -> key of its area

    def of(self, entity: str) -> str:
        """netsuite__timebill -> Time bills."""
        name = _(self.known.get(entity, "")) or entity_title(entity)
        return name[:1].upper() + name[1:]

    def full(self, entity: str) -> str:
        """netsuite__timebill -> NetSuite Time bills."""
        system = system_of(entity)
        return f"{SYSTEM_TITLES.get(system, system)} {self.of(entity)}"

    def area(self, entity: str) -> str:
        """netsuite__timebill -> People and time."""
        key = self.areas.get(entity, "")
        return _(_AREAS.get(key, key.capitalize() or OTHER))


def area_order() -> tuple[str, ...]:
    """The areas as a reader expects them."""
    return tuple(map(_, (*_AREAS.values(), OTHER)))


def system_of(entity: str) -> str:
    """netsuite__timebill -> netsuite."""
    return entity.split("__", 1)[0]


def titles(record: Engine, standings: Mapping[str, EntityStanding]) -> Titles:
    """The words of the newest snapshot; of the last probe where there is none yet."""
    probe = ops_probe.c
    query = select(probe.subject, probe.title).where(probe.subject.startswith(_PREFIX))
    with record.connect() as connection:
        known = {row.subject.removeprefix(_PREFIX): row.title for row in connection.execute(query)}
    known |= {
        entity: one.title for entity, one in standings.items() if one.title and one.title != entity
    }
    return Titles(
        known=known,
        areas={entity: one.area for entity, one in standings.items() if one.area},
    )
