"""SuiteProjects Pro as one source, whichever of its two interfaces serves an entity."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from models.told import told

from ..entities.entity import Entity, Surface, System
from ..source import AccountFact, Deletion, KeyPage, Page, SourceField, Totals, Window
from .http import Caller
from .listing import listed, narrow
from .suiteprojects_auth import AccessTokens
from .suiteprojects_fields import FieldList
from .suiteprojects_rest import RestLists
from .suiteprojects_xml import XmlReads


class SuiteProjectsSource:
    """One SuiteProjects Pro account as a source."""

    def __init__(
        self, account: str, caller: Caller, tokens: AccessTokens, rest: RestLists, xml: XmlReads
    ) -> None:
        self._account = account
        self._caller = caller
        self._tokens = tokens
        self._rest = rest
        self._xml = xml
        self._fields = FieldList(xml.listed)

    @property
    def system(self) -> System:
        """SuiteProjects Pro."""
        return System.SUITEPROJECTS

    @property
    def account(self) -> str:
        """The company id."""
        return self._account

    def clock(self) -> datetime:
        """The account's own time, in UTC; on the way it tells how many requests it still takes today."""
        share = self._caller.share
        if share is not None and share.has_daily_quota:
            left = self._xml.left_today()
            if left is not None:
                share.told(left)
        return self._xml.clock()

    def account_facts(self) -> Sequence[AccountFact]:
        """How many requests the account still takes today; the limit itself is not told."""
        left = self._xml.left_today()
        return [
            AccountFact(
                subject="limit",
                title="Requests left of the 24 hours",
                value=None
                if left is None
                else told("{number} for all who use the account", number=f"{left:,}"),
                number=left,
            )
        ]

    def begin_run(self, *, urgent: bool = False) -> None:
        """Take a new token: an old one hides what was created after it was issued."""
        self._caller.begin(urgent=urgent)
        self._tokens.begin_run()
        self._fields.forget()

    def page(self, entity: Entity, window: Window, after: Sequence[Any] | None) -> Page:
        """The next page by id, from the interface that serves the entity."""
        return self._reader(entity).page(entity, window, after)

    def keys(self, entity: Entity, window: Window, after: Sequence[Any] | None) -> KeyPage:
        """The next page of keys, by id."""
        return listed(entity, self._reader(entity).page(narrow(entity), window, after))

    def by_id(self, entity: Entity, identities: Sequence[Sequence[int | str]]) -> Page:
        """These records, by id."""
        return self._reader(entity).by_id(entity, [identity[0] for identity in identities])

    def totals(self, entity: Entity, window: Window) -> Totals | None:
        """How many there are, as REST tells; XML tells no number, and neither adds up."""
        return self._rest.totals(entity, window) if entity.surface is Surface.REST else None

    def custom_fields(self, entity: Entity, *, fresh: bool = False) -> Sequence[SourceField]:
        """The custom fields of an entity, from the account's list of them."""
        if fresh:
            self._fields.forget()
        return self._fields.of(entity)

    def deletions(self, entity: Entity, since: datetime) -> Sequence[Deletion]:
        """What was deleted since an instant; only the XML interface tells."""
        return self._xml.deletions(entity, since)

    def _reader(self, entity: Entity) -> RestLists | XmlReads:
        return self._rest if entity.surface is Surface.REST else self._xml

    def close(self) -> None:
        """Let go of connections."""
        self._caller.close()
