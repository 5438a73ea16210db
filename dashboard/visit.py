"""One look at one address by one person: who, where, which filters, which snapshot, which scope."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

from flask_login import current_user

from models.access import Scope
from models.alarms import Alarm
from models.errors import NoSnapshotError, QuestionError
from models.metrics import members
from models.metrics.catalogue import kpis
from models.metrics.dimensions import Key
from models.metrics.kpi import Kpi
from models.period import Month, Period
from models.snapshot import Snapshot

from . import operations, preferences
from .auth.permissions import may, scope_of
from .auth.person import Person
from .filters import Filters, parameters
from .page import Access, Page, resolve
from .questions import Questions
from .services import Services, services
from .titles import Titles, titles

_NO_PROJECT = -9  # no project bears this key, so that a manager without projects sees none, not all


@dataclass(eq=False)
class Visit:
    """Everything a page needs to render; nothing is asked before it is needed.

    Attributes:
        looked_at: the period of a part of a page that speaks of another one than the page does.
    """

    person: Person
    services: Services
    path: str
    search: str
    params: Mapping[str, str]
    looked_at: Period | None = None

    @cached_property
    def filters(self) -> Filters:
        """What the reader chose."""
        return Filters.parse(self.search, self.services.fiscal_start)

    @cached_property
    def query(self) -> Mapping[str, str]:
        """The query part of the address."""
        return parameters(self.search)

    @cached_property
    def snapshot(self) -> Snapshot:
        """The newest snapshot, the same one for the whole visit."""
        return self.services.snapshots.current()

    @cached_property
    def scope(self) -> Scope:
        """What the person may see of it."""
        return scope_of(self.person, self.snapshot)

    @cached_property
    def ask(self) -> Questions:
        """The questions this person may ask."""
        return Questions(
            self.snapshot, self.scope, self.services.cache, self.where, self.filters.lens
        )

    @cached_property
    def where(self) -> Mapping[str, Sequence[Key]]:
        """The filters as the numbers know them: a project manager stands for the projects they manage."""
        chosen = dict(self.filters.where)
        managers = [int(key) for key in chosen.pop("manager", ())]
        if managers:
            theirs: set[Key] = set(members.managed(self.snapshot, self.scope, managers))
            if "project" in chosen:
                theirs &= set(chosen["project"])
            chosen["project"] = tuple(sorted(theirs)) or (_NO_PROJECT,)
        return chosen

    @cached_property
    def alarms(self) -> Sequence[Alarm]:
        """What is wrong with the sync."""
        return operations.alarms(self.services.record)

    @cached_property
    def hidden_columns(self) -> Mapping[str, frozenset[str]]:
        """List -> the columns that the person left out last (`finding.list_key`)."""
        return preferences.hidden_columns(self.services.record, self.person.subject)

    @cached_property
    def failed(self) -> Collection[str]:
        """The systems whose last sync failed."""
        return operations.failed_systems(self.services.record)

    @cached_property
    def titles(self) -> Titles:
        """What the mirrored tables are called."""
        try:
            return titles(self.services.record, self.snapshot.entities)
        except NoSnapshotError:
            return titles(self.services.record, {})

    def kpi(self, key: str) -> Kpi:
        """A number; where the reader chose so, the one that counts what is not approved yet."""
        found = kpis()[key]
        return kpis()[found.submitted] if self.filters.submitted and found.submitted else found

    @property
    def period(self) -> Period:
        """The chosen period, by default the last closed month."""
        return self.looked_at or self.filters.period or Period.of(self.snapshot.last_closed_month)

    @property
    def today(self) -> Visit:
        """The same visit, looking at the running month; what is chosen stays in the addresses."""
        return self.at(Period.of(Month.of(self.snapshot.today)))

    def at(self, period: Period) -> Visit:
        """The same visit, looking at another period."""
        found = self._with()
        found.looked_at = period
        return found

    def of_member(self, dimension: str, key: Key) -> Visit:
        """The same visit, looking at one member alone."""
        return self.of_members(dimension, (key,))

    def of_members(self, dimension: str, keys: tuple[Key, ...]) -> Visit:
        """The same visit, looking at these members alone."""
        found = self._with()
        found.filters = self.filters.with_members(dimension, keys)
        return found

    def _with(self) -> Visit:
        found = replace(self)
        found.snapshot, found.filters = self.snapshot, self.filters  # one look is at one snapshot
        return found


def current_person() -> Person:
    """Who asks; the gate has made sure that somebody does."""
    return cast("Person", current_user._get_current_object())  # the proxy's target


def visit(path: str, search: str | None) -> tuple[Page, Visit] | None:
    """The page at an address and the visit of the current person; None if there is no page."""
    found = resolve(path)
    if found is None:
        return None
    page, params = found
    return page, Visit(current_person(), services(), path, search or "", params)


def access(page: Page, looking: Visit) -> Access:
    """Whether this person may open this page at this address."""
    if not may(looking.person, page.permission):
        return Access.FORBIDDEN
    try:
        return page.allows(looking) if page.allows else Access.OPEN
    except QuestionError:
        return Access.OPEN  # the page itself says what is wrong with the address
