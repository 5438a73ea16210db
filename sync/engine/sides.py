"""The two sides of a proof: what a source tells of an entity, within bounds, and what the mirror holds of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Connection

from models.errors import NotOfferedError
from models.told import told

from ..entities.entity import Entity
from ..source import Listed, Window
from . import quarantine
from .comparing import Moves, key_of, month_of, share, values_of
from .extract import Work
from .held import ROWS, ByMonth, Holding, Month, add_to
from .parse import Key

PAGE = 1000  # keys in a listing's page
MOVES_PAGES = 5
LIST_PAGES = 40  # of one entity in one run
TOUCHED_PAGES = 5  # where every count is a listing, and no month was touched
_MONTHS_ASKED = 36
_NOT_COUNTED = told("SuiteProjects Pro tells no totals of it.")


@dataclass
class Budget:
    """How many requests a system's proofs of one run may still cost."""

    left: int = 400

    def spend(self, requests: int) -> None:
        """Take requests off."""
        self.left -= requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One look at both sides."""

    source: ByMonth
    mirror: ByMonth
    by_month: bool
    listed: Mapping[Key, Listed] | None = None  # where counting was listing
    note: str | None = None  # what was left out of the look


class Sides:
    """Source and mirror of one entity."""

    def __init__(self, work: Work, entity: Entity, budget: Budget, *, whole: bool) -> None:
        self._work, self._entity, self._budget, self._whole = work, entity, budget, whole
        self._parent = work.entities.get(entity.parent or "")
        self._pages = min(LIST_PAGES, budget.left)
        self.requests = 0

    def totals(self) -> Seen:
        """Counts and sums of both sides; where the source tells none, by a listing of its keys."""
        told = self._work.source.totals(self._entity, Window())
        if told is None:
            return self._counted()
        self._spend(told.requests)
        source: ByMonth = {}
        for total in told.totals:
            part = {ROWS: Decimal(total.rows)} | dict(total.sums)
            add_to(source, total.month if told.by_month else None, part)
        with self._work.engine.connect() as connection:
            mirror = self.holding(connection, told.by_month).totals()
        return Seen(source=source, mirror=mirror, by_month=told.by_month)

    def is_too_long(self, seen: Seen) -> bool:
        """Whether one total differs, of more records than can be listed, that can be told apart by month."""
        rows = int(seen.source.get(None, {}).get(ROWS, Decimal(0)))
        has_days = self._entity.dated is not None and not seen.by_month
        return has_days and seen.listed is None and rows // PAGE + 1 > self._pages

    def by_months(self, seen: Seen) -> Seen:
        """Ask for the count of each of the newest months, so that only those which differ are listed."""
        with self._work.engine.connect() as connection:
            mirror = self.holding(connection, True).totals()
        newest = sorted(filter(None, mirror), reverse=True)[:_MONTHS_ASKED]
        source: ByMonth = {}
        for month in newest:
            counted = self._work.source.totals(self._entity, _days(month))
            if counted is not None:
                self._spend(counted.requests)
                source[month] = {ROWS: Decimal(sum(total.rows for total in counted.totals))}
        first = f"{min(newest) // 100:04d}-{min(newest) % 100:02d}" if newest else "–"
        return Seen(
            source=source,
            mirror={month: sums for month, sums in mirror.items() if month in source},
            by_month=True,
            note=told(
                "The totals of all differ; only the months from {first} on were compared one by one.",
                first=first,
            ),
        )

    def moves(self) -> tuple[Moves, list[Listed]]:
        """What changed or went since the run's upper bound, and what is in quarantine."""
        work, entity = self._work, self._entity
        listed: dict[Key, Listed] = {}
        parents: set[int] = set()
        if entity.modified is not None or self._parent is not None:
            window = Window(modified_from=work.upper)
            for one in self._pages_of(window, MOVES_PAGES):
                listed[key_of(one)] = one
        gone = self._gone(entity)
        if self._parent is not None:
            parents = {int(key[0]) for key in self._gone_keys(self._parent)}
            parents |= {owner for one in listed.values() if (owner := self._owner(one)) is not None}
        with work.engine.connect() as connection:
            aside = quarantine.listed(connection, entity)
            parents_aside = (
                quarantine.keys_of(connection, entity.parent) if entity.parent else set()
            )
        moves = Moves(
            upper=work.upper, listed=listed, gone=frozenset(gone), parents=frozenset(parents),
            aside=frozenset(quarantine_key for quarantine_key, _ in aside),
            parents_aside=frozenset(parents_aside),
        )  # fmt: skip
        return moves, [one for _, one in aside if one is not None]

    def listing(self, seen: Seen, month: Month) -> dict[Key, Listed] | None:
        """The source's records of a month; None where that would cost too much."""
        if seen.listed is not None:
            return {
                key: one
                for key, one in seen.listed.items()
                if not seen.by_month or month_of(one.dated) == month
            }
        rows = int(seen.source.get(month, {}).get(ROWS, Decimal(0)))
        if rows // PAGE + 1 > self._pages:
            return None
        window = _days(month) if seen.by_month and month is not None else Window()
        listed = self._list(window, month if seen.by_month else None)
        if seen.by_month and month is None:
            listed = {key: one for key, one in listed.items() if month_of(one.dated) is None}
        return listed

    def holding(self, connection: Connection, by_month: bool) -> Holding:
        """The mirror's side, within a transaction."""
        return Holding(connection, self._entity, self._parent, by_month)

    def _counted(self) -> Seen:
        """Count by listing: everything if that is few pages or due, else the months the run touched."""
        entity, by_month = self._entity, self._entity.dated is not None
        with self._work.engine.connect() as connection:
            holding = self.holding(connection, by_month)
            mirror = holding.totals()
            touched = holding.months_of_run(self._work.run_id) if by_month else set()
        rows = sum((sums[ROWS] for sums in mirror.values()), Decimal(0))
        pages = int(rows) // PAGE + 1
        note = None
        if pages <= (self._pages if self._whole else TOUCHED_PAGES):
            listed = self._list(Window(), None)
        elif touched:
            note = told(
                "{reason} Only the months that this run touched were listed.", reason=_NOT_COUNTED
            )
            listed = {}
            for month in sorted(touched, reverse=True)[:3]:
                listed |= self._list(_days(month), month)
            mirror = {month: sums for month, sums in mirror.items() if month in touched}
        else:
            raise NotOfferedError(
                told(
                    "{reason} To list all of it would take {pages} requests; it is listed once a day"
                    " if that takes {most} requests at most.",
                    reason=_NOT_COUNTED,
                    pages=pages,
                    most=LIST_PAGES,
                )
            )
        source: ByMonth = {}
        for one in listed.values():
            add_to(source, month_of(one.dated) if by_month else None, share(entity, values_of(one)))
        return Seen(source=source, mirror=mirror, by_month=by_month, listed=listed, note=note)

    def _list(self, window: Window, month: Month) -> dict[Key, Listed]:
        listed = {key_of(one): one for one in self._pages_of(window, self._pages)}
        if month is None:
            return listed
        return {key: one for key, one in listed.items() if month_of(one.dated) == month}

    def _pages_of(self, window: Window, most: int) -> Iterator[Listed]:
        """The keys inside a window, up to a number of pages."""
        after = None
        for _ in range(most + 1):  # one more than reckoned: records appear meanwhile
            page = self._work.source.keys(self._entity, window, after)
            self._spend(page.requests)
            yield from page.keys
            if page.position is None:
                return
            after = page.position

    def _gone(self, entity: Entity) -> set[Key]:
        return {key[0] if len(key) == 1 else key for key in self._gone_keys(entity)}

    def _gone_keys(self, entity: Entity) -> list[tuple[int, ...]]:
        if entity.deletions is None:
            return []
        try:
            found = self._work.source.deletions(entity, self._work.upper)
        except NotOfferedError:
            return []
        self._spend(1)
        return [deletion.identity for deletion in found]

    def _owner(self, one: Listed) -> int | None:
        place = self._entity.parent_key
        if place is None or place not in self._entity.identity:
            return None
        return int(one.identity[self._entity.identity.index(place)])

    def _spend(self, requests: int) -> None:
        self.requests += requests
        self._budget.spend(requests)


def _days(month: int) -> Window:
    first = date(month // 100, month % 100, 1)
    following = (first + timedelta(days=32)).replace(day=1)
    return Window(dated_from=first, dated_before=following)
