"""What a check of an assumption may ask of a connected account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from models.errors import NotOfferedError, OneViewError, SourceContractError
from models.told import told

from ..entities import ENTITIES
from ..entities.entity import Entity, Surface, System
from ..source import AccountFact, Page, Querying, Source, Window

_RECENT = timedelta(days=400)


class Examination:
    """One look at one connected system, after sign-in: what was asked once is remembered."""

    def __init__(
        self, source: Source, clock: datetime, now: datetime, facts: Sequence[AccountFact] = ()
    ) -> None:
        self.source, self.clock, self.now = source, clock, now
        self.facts = {fact.subject: fact for fact in facts}
        self._pages: dict[str, Page | OneViewError] = {}

    @property
    def system(self) -> System:
        """Which system it is."""
        return self.source.system

    def page(self, key: str) -> Page:
        """The first page of an entity: of its recent records, where it tells how old they are.

        Raises:
            OneViewError: what the source answered.
        """
        if key not in self._pages:
            try:
                self._pages[key] = self.source.page(ENTITIES[key], self._window(key), None)
            except OneViewError as error:
                self._pages[key] = error
        found = self._pages[key]
        if isinstance(found, OneViewError):
            raise found
        return found

    def values(self, key: str, column: str) -> list[Any]:
        """What the first page's records hold in a column, as the vendor wrote it; nothing left out."""
        source = ENTITIES[key].fields[column].source
        return [record.get(source) for record in self.page(key).records]

    def rows(self, text: str) -> Sequence[Mapping[str, Any]]:
        """The rows of a query in the source's own language."""
        if not isinstance(self.source, Querying):
            raise SourceContractError(told("The source takes no queries."))
        return self.source.rows(text)

    def served_by(self, surface: Surface) -> list[Entity]:
        """The system's entities that an interface serves."""
        return [
            one for one in ENTITIES.values() if one.system is self.system and one.surface is surface
        ]

    def is_offered(self, key: str) -> bool:
        """Whether the account has the table."""
        try:
            self.page(key)
        except NotOfferedError:
            return False
        except OneViewError:
            return True
        return True

    def _window(self, key: str) -> Window:
        entity = ENTITIES[key]
        owner = ENTITIES.get(entity.parent or "", entity)
        since: date | None = (self.clock - _RECENT).date() if owner.dated else None
        return Window(dated_from=since)
