"""Proves one entity: source against mirror, month by month; what differs is looked into and re-read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from models.errors import LeaseLostError, OneViewError
from models.told import together, told

from ..entities.entity import Entity
from ..source import Listed
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
    without_moves,
)
from .extract import Work
from .held import ROWS, Month
from .parse import Key
from .proof_store import Line, Verdict
from .reread import MOST, reread
from .sides import Budget, Seen, Sides


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
        return replace(verdict, requests=proof.sides.requests)
    if not outcome.changed and not outcome.bad:
        return replace(verdict, requests=proof.sides.requests)
    again = proof.look()
    healed = {
        month: in_words([one for one in wrong if one.month == month])
        for month in dict.fromkeys(one.month for one in wrong)
        if month not in again.wrong
    }
    return replace(
        again, healed=healed, moved_on=entity.modified is None, requests=proof.sides.requests
    )


def not_checked(text: str) -> Verdict:
    """What is kept where nothing could be compared."""
    line = Line(month=None, measure=ROWS, source=None, mirror=None, state=NOT_CHECKED, detail=text)
    return Verdict(lines=[line])


class _Proof:
    """One entity, looked at once or twice."""

    def __init__(self, work: Work, entity: Entity, budget: Budget, *, whole: bool) -> None:
        self._work, self._entity = work, entity
        self._parent = work.entities.get(entity.parent or "")
        self.sides = Sides(work, entity, budget, whole=whole)

    def look(self) -> Verdict:
        """Compare both sides, and say of every difference where it comes from."""
        seen = self.sides.totals()
        months = differing(seen.source, seen.mirror)
        found: list[Difference] = []
        notes: dict[Month, str] = {}
        explained: set[Month] = set()
        if months:
            moves, aside = self.sides.moves()
            left = self._still_differing(seen, moves, aside)
            if left and self.sides.is_too_long(seen):
                seen = self.sides.by_months(seen)
                months = differing(seen.source, seen.mirror)
                left = self._still_differing(seen, moves, aside)
            explained = months - left
            notes = dict.fromkeys(explained, self._said(moves))
            found += self._moved(seen, moves, explained)
            for month in sorted(left, key=lambda month: month or 0, reverse=True):
                listing = {} if self._is_ownerless(seen, month) else self.sides.listing(seen, month)
                if listing is None:
                    notes[month] = told("Too many records to list in one run.")
                    continue
                differences = self._compared(seen, month, listing, moves)
                found += differences
                notes[month] = (
                    told("Records {which}.", which=in_words(differences))
                    if differences
                    else _ROUNDED
                )
                if all(one.is_explained for one in differences):
                    explained.add(month)
        return Verdict(
            lines=list(self._lines(seen, months, explained, found, notes)),
            differences=found,
            requests=self.sides.requests,
        )

    def _still_differing(self, seen: Seen, moves: Moves, aside: Iterable[Listed]) -> set[Month]:
        aside = list(aside)
        with self._work.engine.connect() as connection:
            holding = self.sides.holding(connection, seen.by_month)
            keys = [*moves.listed, *moves.gone, *(key_of(one) for one in aside)]
            held = holding.of_keys(keys) | holding.of_parents(moves.parents)
        left = without_moves(
            self._entity, seen.source, seen.mirror, moves, held, aside, by_month=seen.by_month
        )
        return left & (seen.source.keys() | seen.mirror.keys())

    # ------------------------------------------------------------ record by record

    def _compared(
        self, seen: Seen, month: Month, there: Mapping[Key, Listed], moves: Moves
    ) -> list[Difference]:
        with self._work.engine.connect() as connection:
            holding = self.sides.holding(connection, seen.by_month)
            here = holding.of_month(month)
            if self._is_ownerless(seen, month):
                return [Difference(key=key, month=month, finding=Finding.OWNERLESS) for key in here]
            elsewhere = holding.of_keys(there.keys() - here.keys())
        return compare_keys(
            self._entity, month, there, here, elsewhere, moves, by_month=seen.by_month
        )

    def _is_ownerless(self, seen: Seen, month: Month) -> bool:
        """Whether this is the month of records whose owners are not in the mirror."""
        return month is None and seen.by_month and self._parent is not None

    def _moved(
        self, seen: Seen, moves: Moves, explained: Collection[Month]
    ) -> Iterator[Difference]:
        """The records that were left out, each in its month."""
        for key, one in moves.listed.items():
            month = month_of(one.dated) if seen.by_month else None
            if month in explained:
                detail = {"modified_there": one.modified}
                yield Difference(key=key, month=month, finding=Finding.MOVED, detail=detail)

    # ------------------------------------------------------------ what is kept

    def _lines(
        self,
        seen: Seen,
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
        moved, aside = len(moves.listed) + len(moves.gone), len(moves.aside)
        parts: list[str] = []
        if moved:
            parts.append(
                told("{count} changed in the source while the run was reading", count=f"{moved:,}")
            )
        if aside:
            parts.append(told("{count} in quarantine", count=f"{aside:,}"))
        return told(
            "Both sides are equal without the records left out: {which}.",
            which=together(parts, "; "),
        )


_ROUNDED = told(
    "Record by record both sides are equal; the source's sum is of values with more places."
)
