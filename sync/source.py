"""What the engine asks of a source system, whichever interface answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol, runtime_checkable

from models.texts import Text

from .entities.entity import Entity, Kind, System


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which records to read; bounds that are None do not bind.

    `modified_from` is inclusive, `modified_to` exclusive, both in UTC on the source's clock. `dated_from`
    is inclusive, `dated_before` exclusive; they bound the entity's `dated` column (a child entity's:
    its parent's). An entity without `modified` ignores the first pair, one without `dated` the second.
    A record without a date counts as old: `dated_before` lets it through. For a child entity the first
    pair asks for all records of each parent that changed in the window, or of which one record changed:
    always whole sets, so that what is missing from one is known to be gone.
    """

    modified_from: datetime | None = None
    modified_to: datetime | None = None
    dated_from: date | None = None
    dated_before: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of records, as the vendor named them.

    Values are strings, numbers, booleans or None; a date is `YYYY-MM-DD`, an instant
    `YYYY-MM-DDTHH:MM:SSZ` in UTC, whatever it was on the wire. `position` resumes after this page
    (JSON-able); None says that this page was the last. `left_out` names the fields of the source that it
    was not asked for, so that nothing is known of them.
    """

    records: Sequence[Mapping[str, Any]]
    position: Sequence[Any] | None
    expected: int | None  # records in the whole window, where the source tells
    requests: int
    bytes_read: int
    waited_ms: int
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A record in a listing of keys: just enough to tell whether the mirror holds it as it is.

    Attributes:
        identity: the values of the entity's identity, in its order.
        modified: its stamp, `YYYY-MM-DDTHH:MM:SSZ`; None without one.
        dated: the day it is dated by (a child's: its parent's), `YYYY-MM-DD`; None without one.
        values: the entity's measures in their order, as the vendor wrote them.
    """

    identity: tuple[int | str, ...]
    modified: str | None
    dated: str | None
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPage:
    """One page of a listing of keys, in the order of identity; `position` as in a `Page`."""

    keys: Sequence[Listed]
    position: Sequence[Any] | None
    requests: int
    bytes_read: int
    waited_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What a source counts and adds up itself.

    Attributes:
        month: yyyymm; None: of records without a date, or of all where the source tells one total only.
        rows: how many records.
        sums: measure -> the sum of its values, each rounded to four places; empty where the source
            cannot add up.
    """

    month: int | None
    rows: int
    sums: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The totals of one entity. `by_month` says whether `totals` are of months or one of all."""

    totals: Sequence[Total]
    by_month: bool
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """A record that the source says is gone."""

    identity: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceField:
    """A custom field, as the source's own metadata describe it.

    Attributes:
        name: what its values are called in the records of a page.
        type: the source's word for what it holds.
        kind: how we read that; a value that is something else is kept as it came.
        label: what people call it there.
    """

    name: str
    type: str
    kind: Kind
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFact:
    """Something that an account tells about itself.

    Attributes:
        subject: a short name, such as `zone`.
        title: what it is, for people.
        value: what the account says; None: it does not tell us.
        number: the value where it is a whole number.
    """

    subject: str
    title: Text
    value: str | None
    number: int | None = None


@runtime_checkable
class Telling(Protocol):
    """A source that tells about its account; asked by the probe alone."""

    def account_facts(self) -> Sequence[AccountFact]:
        """What the account tells: time zone, form of dates, limits."""


@runtime_checkable
class Querying(Protocol):
    """A source that takes a query of its own language; asked by the probe alone."""

    def rows(self, text: str) -> Sequence[Mapping[str, Any]]:
        """The first rows that answer a query."""


class Source(Protocol):
    """A connected source system.

    Every call may raise SourceUnavailableError (after its own retries), SourceAuthError,
    QuotaSpentError, SourceContractError or NotOfferedError.
    """

    @property
    def system(self) -> System:
        """Which system it is."""

    @property
    def account(self) -> str:
        """The account id, as a person knows it."""

    def clock(self) -> datetime:
        """The source's own time, in UTC."""

    def begin_run(self, *, urgent: bool = False) -> None:
        """Prepare for a run: a fresh token where a stale one hides new records (filter-set cache).

        `urgent`: a person waits for it, so it goes before what others of ours ask.
        """

    def page(self, entity: Entity, window: Window, after: Sequence[Any] | None) -> Page:
        """The next page of `entity` inside `window`, after the given position.

        Raises:
            FieldRefusedError: a field of the entity is not known, or kept from us.
        """

    def custom_fields(self, entity: Entity, *, fresh: bool = False) -> Sequence[SourceField]:
        """The custom fields of an entity; asked once a run unless `fresh`. NotOfferedError: kept from us."""

    def keys(self, entity: Entity, window: Window, after: Sequence[Any] | None) -> KeyPage:
        """The next page of the keys of `entity` inside `window`, after the given position."""

    def by_id(self, entity: Entity, identities: Sequence[Sequence[int | str]]) -> Page:
        """These records, as `page` would bring them; one that is not there is left out."""

    def totals(self, entity: Entity, window: Window) -> Totals | None:
        """Counts and sums of what lies between the window's days; None where the source tells none."""

    def deletions(self, entity: Entity, since: datetime) -> Sequence[Deletion]:
        """What was deleted from `entity` since an instant, oldest first."""

    def close(self) -> None:
        """Let go of connections."""
