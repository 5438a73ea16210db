"""How many rows are behind a number and what they sum to: from a rollup where it tells them, else from the facts.

A rollup tells them month by month, so that a page that is read by months need look at no more than its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Executable, union_all

from .compile import Request
from .measure import Measure
from .one_fact import counted_together, in_groups
from .rollup import Rollup, rolled
from .rollups import rollups
from .sums import ZERO
from .terms import Term, within
from .window import Span
from .written import KEPT, StandIns, Written
from .written import sums as summed

if TYPE_CHECKING:
    from ..snapshot import Snapshot


@dataclass(slots=True)
class Sums:
    """How many rows there are, of each term and in all, and what they sum to by currency and part.

    Attributes:
        by_term: a term's place -> its rows.
        by_month: a term's place -> month -> its rows, where that is known.
    """

    rows: int = 0
    by_term: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    by_month: dict[int, dict[int | None, int]] = field(default_factory=dict)
    by_currency: dict[str | None, dict[str, Decimal]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(lambda: ZERO))
    )

    def add(self, currency: str | None, term: Term, count: int, amount: Any) -> None:
        """Put rows of a term to the others."""
        if count:
            self.by_term[term.place] += count
            self.put(currency, term.part, count, None if amount is None else Decimal(amount))

    def put(self, currency: str | None, part: str, count: int, amount: Decimal | None) -> None:
        """Put rows of a part to the others."""
        self.rows += count
        self.by_currency[currency][part] += amount if amount is not None else ZERO

    def totals(self, names: Sequence[str]) -> dict[str, Decimal]:
        """Part -> sum, where there is one currency at most."""
        if len([one for one in self.by_currency if one]) > 1:
            return {}
        found = dict.fromkeys(names, ZERO)
        for sums in self.by_currency.values():
            for part, amount in sums.items():
                found[part] += amount
        return found


def counted(
    connection: Connection, snapshot: Snapshot | None, terms: Sequence[Term], given: StandIns
) -> Sums:
    """Count and sum the rows of terms.

    Args:
        snapshot: whose facts they are; None: no rollup is asked.
        given: what stands for the values of the terms.
    """
    found = Sums()
    kept = {} if snapshot is None else rolled(snapshot, connection, rollups())
    by_rollup: dict[Rollup, list[Term]] = defaultdict(list)
    left: list[Term] = []
    for term in terms:
        rollup = _told_by(term, kept)
        (left if rollup is None else by_rollup[rollup]).append(term)
    for rollup, some in by_rollup.items():
        _take_kept(found, connection, rollup, some, given)
    _take(found, connection, left, given)
    return found


def _told_by(term: Term, kept: Mapping[Any, tuple[Rollup, Any]]) -> Rollup | None:
    """The rollup that tells how many rows a term has, if one does."""
    found = kept.get(term.leaf)
    if found is None or term.withheld or term.asked.by:  # what is withheld has a row for many
        return None
    request = Request(measure=found[1], asked=term.asked, span=term.span)
    return found[0] if found[0].can_answer(request) else None


def _take_kept(
    found: Sums,
    connection: Connection,
    rollup: Rollup,
    terms: Sequence[Term],
    given: StandIns,
) -> None:
    statement = summed(tuple(_request(rollup, term) for term in terms))
    for term in terms:
        found.by_month[term.place] = {}
    for month, *told in statement.tuples(connection, given.values):
        for place, term in enumerate(terms):
            amount, rows = told[2 * place], int(told[2 * place + 1] or 0)
            if rows:
                found.by_month[term.place][month] = rows
                found.add(None, term, rows, None if amount is None else term.sign * amount)


@lru_cache(KEPT)
def _request(rollup: Rollup, term: Term) -> Request:
    """What a rollup is asked for a term."""
    assert isinstance(term.leaf, Measure)
    measure = rollup.counting[term.leaf]
    return Request(measure=measure, asked=term.asked, span=term.span, by_month=True)


def _take(found: Sums, connection: Connection, terms: Sequence[Term], given: StandIns) -> None:
    groups = in_groups(terms)
    for group in groups:
        if len(group) == 1:
            continue
        counting = _counted_together(tuple(group))
        for currency, *told in counting.tuples(connection, given.values):
            for place, term in enumerate(group):
                found.add(currency, term, told[2 * place], told[2 * place + 1])
    if alone := {group[0].place: group[0] for group in groups if len(group) == 1}:
        counting = _counted_apart(tuple(alone.values()))
        for place, currency, rows, amount in counting.tuples(connection, given.values):
            found.add(currency, alone[place], rows, amount)


@lru_cache(KEPT)
def _counted_apart(terms: tuple[Term, ...]) -> Written:
    def told() -> Executable:
        selects = [term.count_and_sum() for term in terms]
        return union_all(*selects) if len(selects) > 1 else selects[0]

    return Written(told)


@lru_cache(KEPT)
def _counted_together(terms: tuple[Term, ...]) -> Written:
    return Written(lambda: counted_together(terms))


def narrowed(
    terms: Sequence[Term], sums: Sums, offset: int, limit: int | None, given: StandIns
) -> tuple[Sequence[Term], int]:
    """Terms of no more months than a page of their rows lies in, and how many of those rows come before it.

    The rows follow one another by term, then by month. Nothing is narrowed where their months are not known.
    """
    cells = _cells(terms, sums)
    end = None if limit is None else offset + limit
    shown = [
        month for month, begins, ends in cells if ends > offset and (end is None or begins < end)
    ]
    if not shown:
        return terms, offset
    first, last = min(shown), max(shown)
    left_out = sum(
        ends - begins
        for month, begins, ends in cells
        if ends <= offset and not first <= month <= last
    )
    return [within(term, Span(first, last), given) for term in terms], offset - left_out


def _cells(terms: Sequence[Term], sums: Sums) -> list[tuple[int, int, int]]:
    """The months of terms, each with the places of its first row and of the one behind its last; none if any is unknown."""
    found, at = list[tuple[int, int, int]](), 0
    for term in terms:
        known = sums.by_month.get(term.place)
        if known is None or None in known or not term.is_by_month:
            return []
        for month, rows in sorted(known.items()):
            found.append((month, at, at + rows))  # type: ignore[arg-type]
            at += rows
    return found
