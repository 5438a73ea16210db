"""Proves one entity: source against mirror, month by month; what differs is looked into and re-read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from models.errors import LeaseLostError, NotOfferedError, OneViewError

from ..entities.entity import Entity
from ..source import Listed, Window
from . import quarantine
from .comparing import (
    DIFFERS,
    EQUAL,
    EXPLAINED,
    NOT_CHECKED,
    Difference,
    Finding,
    Moves,
    compare_keys,
    differing,
    in_words,
    key_of,
    measures,
    month_of,
    share,
    values_of,
    without_moves,
)
from .extract import Work
from .held import ROWS, ByMonth, Holding, Month, add_to
from .parse import Key
from .proof_store import Line, Verdict
from .reread import MOST, reread

PAGE = 1000  # keys in a listing's page
MOVES_PAGES = 5
LIST_PAGES = 40  # of one entity in one run
TOUCHED_PAGES = 5  # where every count is a listing, and no month was touched


@dataclass
class Budget:
    """How many requests a system's proofs of one run may still cost."""

    left: int = 400

    def spend(self, requests: int) -> None:
        """Take requests off."""
        self.left -= requests


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """One look at both sides."""

    source: ByMonth
    mirror: ByMonth
    by_month: bool
    listed: Mapping[Key, Listed] | None = None  # where counting was listing
    note: str | None = None  # what was left out of the look


def prove(work: Work, entity: Entity, budget: Budget, *, whole: bool) -> Verdict:
    """Compare, look into what differs, ask again for what is wrong, and compare once more.

    Args:
        work: the run.
        entity: what to prove.
        budget: requests that the run may still spend on proofs of this system.
        whole: where the source cannot count, list everything instead of the months this run touched.

    Raises:
        OneViewError: the source did not answer; nothing is proven then.
    """
    proof = _Proof(work, entity, budget, whole=whole)
    verdict = proof.look()
    wrong = [one for one in verdict.differences if not one.is_explained]
    if not wrong or len(wrong) > MOST:
        return verdict
    gone = [one.key for one in wrong if one.finding is Finding.MISSING_THERE]
    keys = [one.key for one in wrong if one.finding is not Finding.MISSING_THERE]
    try:
        outcome = reread(work, entity, keys, living=gone)
    except LeaseLostError:
        raise
    except (
        OneViewError
    ):  # busy again: what was found stays an alarm, and is tried with the next proof
        return replace(verdict, requests=proof.requests)
    if not outcome.changed and not outcome.bad:
        return replace(verdict, requests=proof.requests)
    again = proof.look()
    healed = {
        month: in_words([one for one in wrong if one.month == month])
        for month in dict.fromkeys(one.month for one in wrong)
        if month not in again.wrong
    }
    return replace(again, healed=healed, moved_on=entity.modified is None, requests=proof.requests)


def not_checked(text: str) -> Verdict:
    """What is kept where nothing could be compared."""
    line = Line(month=None, measure=ROWS, source=None, mirror=None, state=NOT_CHECKED, detail=text)
    return Verdict(lines=[line])


class _Proof:
    """One entity, looked at once or twice."""

    def __init__(self, work: Work, entity: Entity, budget: Budget, *, whole: bool) -> None:
        self._work, self._entity, self._budget, self._whole = work, entity, budget, whole
        self._parent = work.entities.get(entity.parent or "")
        self._pages = min(LIST_PAGES, budget.left)
        self.requests = 0

    def look(self) -> Verdict:
        """Compare both sides, and say of every difference where it comes from."""
        seen = self._totals()
        months = differing(seen.source, seen.mirror)
        found: list[Difference] = []
        notes: dict[Month, str] = {}
        explained: set[Month] = set()
        if months:
            moves, aside = self._moves()
            left = self._still_differing(seen, moves, aside)
            if left and self._is_too_long(seen):
                seen = self._by_months(seen)
                months = differing(seen.source, seen.mirror)
                left = self._still_differing(seen, moves, aside)
            explained = months - left
            notes = dict.fromkeys(explained, self._said(moves))
            found += self._moved(seen, moves, explained)
            for month in sorted(left, key=lambda month: month or 0, reverse=True):
                listing = {} if self._is_ownerless(seen, month) else self._listing(seen, month)
                if listing is None:
                    notes[month] = "Too many records to list in one run."
                    continue
                differences = self._compared(seen, month, listing, moves)
                found += differences
                notes[month] = f"Records {in_words(differences)}." if differences else _ROUNDED
                if all(one.is_explained for one in differences):
                    explained.add(month)
        return Verdict(
            lines=list(self._lines(seen, months, explained, found, notes)),
            differences=found,
            requests=self.requests,
        )

    # ------------------------------------------------------------ both sides

    def _totals(self) -> _Seen:
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
            mirror = self._holding(connection, told.by_month).totals()
        return _Seen(source=source, mirror=mirror, by_month=told.by_month)

    def _counted(self) -> _Seen:
        """Count by listing: everything if that is few pages or due, else the months the run touched."""
        entity, by_month = self._entity, self._entity.dated is not None
        with self._work.engine.connect() as connection:
            holding = self._holding(connection, by_month)
            mirror = holding.totals()
            touched = holding.months_of_run(self._work.run_id) if by_month else set()
        rows = sum((sums[ROWS] for sums in mirror.values()), Decimal(0))
        pages = int(rows) // PAGE + 1
        note = None
        if pages <= (self._pages if self._whole else TOUCHED_PAGES):
            listed = self._list(Window(), None)
        elif touched:
            note = f"{_NOT_COUNTED} Only the months that this run touched were listed."
            listed = {}
            for month in sorted(touched, reverse=True)[:3]:
                listed |= self._list(_days(month), month)
            mirror = {month: sums for month, sums in mirror.items() if month in touched}
        else:
            raise NotOfferedError(
                f"{_NOT_COUNTED} To list all of it would take {pages} requests; it is listed once a day "
                f"if that takes {LIST_PAGES} requests at most."
            )
        source: ByMonth = {}
        for one in listed.values():
            add_to(source, month_of(one.dated) if by_month else None, share(entity, values_of(one)))
        return _Seen(source=source, mirror=mirror, by_month=by_month, listed=listed, note=note)

    def _is_too_long(self, seen: _Seen) -> bool:
        """Whether one total differs, of more records than can be listed, that can be told apart by month."""
        rows = int(seen.source.get(None, {}).get(ROWS, Decimal(0)))
        has_days = self._entity.dated is not None and not seen.by_month
        return has_days and seen.listed is None and rows // PAGE + 1 > self._pages

    def _by_months(self, seen: _Seen) -> _Seen:
        """Ask for the count of each of the newest months, so that only those which differ are listed."""
        with self._work.engine.connect() as connection:
            mirror = self._holding(connection, True).totals()
        newest = sorted(filter(None, mirror), reverse=True)[:_MONTHS_ASKED]
        source: ByMonth = {}
        for month in newest:
            told = self._work.source.totals(self._entity, _days(month))
            if told is not None:
                self._spend(told.requests)
                source[month] = {ROWS: Decimal(sum(total.rows for total in told.totals))}
        first = f"from {min(newest) // 100:04d}-{min(newest) % 100:02d} on" if newest else "of it"
        return _Seen(
            source=source,
            mirror={month: sums for month, sums in mirror.items() if month in source},
            by_month=True,
            note=f"The totals of all differ; only the months {first} were compared one by one.",
        )

    def _moves(self) -> tuple[Moves, list[Listed]]:
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

    def _still_differing(self, seen: _Seen, moves: Moves, aside: Iterable[Listed]) -> set[Month]:
        aside = list(aside)
        with self._work.engine.connect() as connection:
            holding = self._holding(connection, seen.by_month)
            keys = [*moves.listed, *moves.gone, *(key_of(one) for one in aside)]
            held = holding.of_keys(keys) | holding.of_parents(moves.parents)
        left = without_moves(
            self._entity, seen.source, seen.mirror, moves, held, aside, by_month=seen.by_month
        )
        return left & (seen.source.keys() | seen.mirror.keys())

    # ------------------------------------------------------------ record by record

    def _listing(self, seen: _Seen, month: Month) -> dict[Key, Listed] | None:
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

    def _compared(
        self, seen: _Seen, month: Month, there: Mapping[Key, Listed], moves: Moves
    ) -> list[Difference]:
        with self._work.engine.connect() as connection:
            holding = self._holding(connection, seen.by_month)
            here = holding.of_month(month)
            if self._is_ownerless(seen, month):
                return [Difference(key=key, month=month, finding=Finding.OWNERLESS) for key in here]
            elsewhere = holding.of_keys(there.keys() - here.keys())
        return compare_keys(
            self._entity, month, there, here, elsewhere, moves, by_month=seen.by_month
        )

    def _is_ownerless(self, seen: _Seen, month: Month) -> bool:
        """Whether this is the month of records whose owners are not in the mirror."""
        return month is None and seen.by_month and self._parent is not None

    def _moved(
        self, seen: _Seen, moves: Moves, explained: Collection[Month]
    ) -> Iterator[Difference]:
        """The records that were left out, each in its month."""
        for key, one in moves.listed.items():
            month = month_of(one.dated) if seen.by_month else None
            if month in explained:
                detail = {"modified_there": one.modified}
                yield Difference(key=key, month=month, finding=Finding.MOVED, detail=detail)

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

    # ------------------------------------------------------------ what is kept

    def _lines(
        self,
        seen: _Seen,
        months: Collection[Month],
        explained: Collection[Month],
        found: Collection[Difference],
        notes: Mapping[Month, str],
    ) -> Iterator[Line]:
        for month in sorted(seen.source.keys() | seen.mirror.keys(), key=lambda month: month or 0):
            keys = sum(one.month == month for one in found)
            for measure in measures(seen.source):
                there = seen.source.get(month, {}).get(measure, Decimal(0))
                here = seen.mirror.get(month, {}).get(measure, Decimal(0))
                state = EQUAL
                if there != here:
                    state = EXPLAINED if month in explained else DIFFERS
                yield Line(
                    month=month, measure=measure, source=there, mirror=here, state=state,
                    detail=notes.get(month) if state != EQUAL else None,
                    keys=keys if state != EQUAL else 0,
                )  # fmt: skip
        if seen.note:
            yield replace(not_checked(seen.note).lines[0])

    def _said(self, moves: Moves) -> str:
        parts = []
        if moves.listed or moves.gone:
            count = len(moves.listed) + len(moves.gone)
            parts.append(f"{count:,} changed in the source while the run was reading")
        if moves.aside:
            parts.append(f"{len(moves.aside):,} in quarantine")
        return f"Without the records {' and those '.join(parts)}, both sides are equal."

    def _holding(self, connection: object, by_month: bool) -> Holding:
        return Holding(connection, self._entity, self._parent, by_month)  # type: ignore[arg-type]

    def _spend(self, requests: int) -> None:
        self.requests += requests
        self._budget.spend(requests)


_MONTHS_ASKED = 36
_NOT_COUNTED = "SuiteProjects Pro tells no totals of it."
_ROUNDED = "Record by record both sides are equal; the source's sum is of values with more places."


def _days(month: int) -> Window:
    first = date(month // 100, month % 100, 1)
    following = (first + timedelta(days=32)).replace(day=1)
    return Window(dated_from=first, dated_before=following)
