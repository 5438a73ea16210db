"""Sums of measures from the facts, as exact decimals by group: many of one fact in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import Connection

from ..period import Month
from .cache import ANSWERS
from .compile import Request, Slice, are_one_query, first_month
from .dimensions import DIMENSIONS
from .formula import Total
from .measure import Measure
from .rollup import Rolled, Rollup
from .vocabulary import Lens, Reason
from .window import Span
from .written import StandIns, counts, read, sums

if TYPE_CHECKING:
    from ..snapshot import Snapshot

Group = tuple[Any, ...]  # the members a number belongs to, in the order of the breakdown
Cell = Decimal | Reason
ZERO = Decimal("0.0000")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum; None where no row had a value, and how many had none."""

    total: Decimal | None
    blank: int = 0

    def __add__(self, other: Amount) -> Amount:
        if self.total is None or other.total is None:
            known = other.total if self.total is None else self.total
        else:
            known = self.total + other.total
        return Amount(known, self.blank + other.blank)

    def signed(self, sign: int) -> Amount:
        """The sum with its sign in a formula."""
        if sign > 0 or self.total is None:
            return self
        return Amount(-self.total, self.blank)

    def cell(self, unvalued: Reason) -> Cell:
        """The number, or why none of its rows could be valued."""
        return unvalued if self.total is None else self.total


NOTHING = Amount(None)
_MANY = 8  # requests of one slice, from which on all its months are read: no single number asks for so many


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """Every measure that a rollup keeps, by month, of one slice: what a page asks, whichever period it shows."""

    amounts: Mapping[Measure, Mapping[int, Amount]]

    @property
    def lines(self) -> int:
        """How much room it takes, in lines of answers."""
        return 1 + sum(map(len, self.amounts.values())) // 4

    def of(self, one: Request) -> dict[Group, Amount]:
        """The sums of a request."""
        first, last = one.span.first or 0, one.span.last
        found: dict[Group, Amount] = {}
        for month, amount in self.amounts[one.measure].items():
            if month >= first and (last is None or month <= last):
                _put(found, (month,) if one.by_month else (), amount)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The numbers of one side for one span.

    Attributes:
        cells: group -> number, or why there is none.
        rest: what holds for a group that is not among them.
        blank: group -> how many rows had no value, such as money without a rate.
        other: what holds for such a group, where that depends on the group.
    """

    cells: Mapping[Group, Cell] = field(default_factory=dict)
    rest: Cell
    blank: Mapping[Group, int] = field(default_factory=dict)
    other: Callable[[Group], Cell] | None = None

    def of(self, group: Group) -> Cell:
        """The number of a group."""
        found = self.cells.get(group)
        if found is not None:
            return found
        return self.rest if self.other is None else self.other(group)

    def blanks(self, group: Group) -> int:
        """How many of a group's rows had no value."""
        return self.blank.get(group, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Column):
    """The numbers of wholes: of each group, that of the places of it that are kept. No group is told by it."""

    of_wholes: Column
    kept: tuple[int, ...]

    def of(self, group: Group) -> Cell:
        """The number of the whole that a group is part of."""
        return self.of_wholes.of(self._of(group))

    def blanks(self, group: Group) -> int:
        """How many of the whole's rows had no value."""
        return self.of_wholes.blanks(self._of(group))

    def _of(self, group: Group) -> Group:
        return tuple(group[place] for place in self.kept)


@dataclass(slots=True)
class Facts:
    """Reads sums from one snapshot's facts and remembers them: the questions of a page share it."""

    connection: Connection
    today: Month
    rolled: Rolled = field(default_factory=dict)
    snapshot: Snapshot | None = None
    _kept: dict[Request, dict[Group, Amount]] = field(default_factory=dict)
    _found: dict[Any, Any] = field(default_factory=dict)
    _monthly: dict[Request, dict[int, dict[Group, Amount]]] = field(default_factory=dict)
    _begun: dict[Measure, int | None] = field(default_factory=dict)
    queries: int = 0

    def fetch(self, requests: Iterable[Request]) -> None:
        """Read what is not known yet, with one SELECT for all that can share it."""
        pieces = {one: self._pieces(one) for one in requests if one not in self._kept}
        self._fetch(piece for several in pieces.values() for piece in several)
        for one, several in pieces.items():
            if len(several) > 1:
                self._kept[one] = _added(self._kept[piece] for piece in several)

    def _pieces(self, one: Request) -> list[Request]:
        """What is cut at a day: its whole months, which a rollup may hold, and the days of the last one."""
        span, kept = one.span, self.rolled.get(one.measure)
        if span.until is None or kept is None:
            return [one]
        cut = span.until // 100
        whole = replace(one, span=Span(span.first, Month.from_key(cut).plus(-1).key))
        if cut <= (span.first or 0) or cut > (span.last or cut) or not kept[0].can_answer(whole):
            return [one]
        return [whole, replace(one, span=Span(cut, span.last, span.until))]

    def _fetch(self, requests: Iterable[Request]) -> None:
        unknown = [one for one in dict.fromkeys(requests) if one not in self._kept]
        self._take_from_months(unknown)
        batches: list[list[tuple[Request, Request]]] = []  # as asked for, and as it is read
        for one in unknown:
            if one in self._kept:
                continue
            read = self._from_rollup(one)
            same = (batch for batch in batches if are_one_query(batch[0][1], read))
            batch = next(same, None)
            if batch is None:
                batches.append([(one, read)])
            else:
                batch.append((one, read))
        for batch in batches:
            self._read([one for one, _ in batch], [read for _, read in batch])

    def _take_from_months(self, requests: Sequence[Request]) -> None:
        """Answer what the months of a slice hold: where they are known, or where much of them is asked for."""
        if self.snapshot is None:
            return
        slices: dict[tuple[Rollup, Slice], list[Request]] = defaultdict(list)
        for one in requests:
            kept = self.rolled.get(one.measure)
            if kept and not one.asked.by and kept[0].can_answer(one):
                slices[kept[0], one.asked].append(one)
        for (rollup, asked), several in slices.items():
            where = tuple(sorted((name, tuple(keys)) for name, keys in asked.where.items()))
            question = ("months", rollup.key, where)
            known = ANSWERS.find(self.snapshot, asked.scope, question)
            if known is None and len(several) >= _MANY:
                months = self._months(rollup, asked)
                known = ANSWERS.keep(self.snapshot, asked.scope, question, months)
            if known is not None:
                for one in several:
                    self._kept[one] = self._counted_only(one, known.of(one))

    def _months(self, rollup: Rollup, asked: Slice) -> Months:
        """Read all months of a slice: money in the reporting currency, which is the one that rollups keep."""
        asked = replace(asked, lens=Lens.CONSOLIDATED)
        whole = [
            Request(measure=measure, asked=asked, span=Span(None, None), by_month=True)
            for measure in rollup.measures
        ]
        self._read(whole, [replace(one, measure=self.rolled[one.measure][1]) for one in whole])
        return Months(
            amounts={
                one.measure: {month: amount for (month,), amount in self._kept[one].items()}
                for one in whole
            }
        )

    def amounts(self, one: Request) -> Mapping[Group, Amount]:
        """The sums of a request by group; the month first where it is by month."""
        if one not in self._kept:
            self.fetch([one])
        return self._kept[one]

    def months(self, one: Request) -> Mapping[int, Mapping[Group, Amount]]:
        """The sums of a request that is by month, month for month."""
        found = self._monthly.get(one)
        if found is None:
            found = defaultdict(dict)
            for (month, *group), amount in self.amounts(one).items():
                found[month][tuple(group)] = amount
            self._monthly[one] = found
        return found

    def once(self, question: Any, make: Callable[[], T]) -> T:
        """What `make` reads, read once for each question."""

        def read() -> T:
            self.queries += 1
            return make()

        return self.known(question, read)

    def known(self, question: Any, make: Callable[[], T]) -> T:
        """What `make` returns, made once for each question."""
        if question not in self._found:
            self._found[question] = make()
        return cast("T", self._found[question])

    def begins(self, measure: Measure) -> int | None:
        """The month of a measure's oldest row; None without any."""
        if measure not in self._begun:
            self._begun[measure] = self._begins(measure)
        return self._begun[measure]

    def _begins(self, measure: Measure) -> int | None:
        if measure.month is None:
            return 0
        if self.snapshot is None:
            return self._oldest(measure)
        kept = self.rolled.get(measure)
        if kept is not None and measure.since is None:
            return self._oldest_of(kept[0])[measure]
        question = ("begins", measure)
        return ANSWERS.of_snapshot(self.snapshot, question, lambda: self._oldest(measure))

    def _oldest_of(self, rollup: Rollup) -> Mapping[Measure, int | None]:
        assert self.snapshot is not None
        return ANSWERS.of_snapshot(
            self.snapshot,
            ("begins", rollup.key),
            lambda: dict(
                zip(rollup.measures, rollup.first_months.run(self.connection).one(), strict=True)
            ),
        )

    def _oldest(self, measure: Measure) -> int | None:
        found: int | None = read(self.connection, first_month(measure)).scalar()
        return found

    def _from_rollup(self, one: Request) -> Request:
        """The request as a rollup answers it, if one can."""
        kept = self.rolled.get(one.measure)
        return replace(one, measure=kept[1]) if kept and kept[0].can_answer(one) else one

    def _read(self, batch: Sequence[Request], reads: Sequence[Request]) -> None:
        self.queries += 1
        first, given = reads[0], StandIns()
        shape = tuple(given.request(one) for one in reads)
        statement = counts(shape[0]) if first.measure.distinct else sums(shape)
        found: list[dict[Group, Amount]] = [{} for _ in batch]
        size = 2 * len(batch)
        for row in statement.run(self.connection, given.values).all():
            stored, numbers = row[:-size], row[-size:]
            group = group_of(first.asked, stored, by_month=first.by_month)
            for place, told in enumerate(found):
                total, blank = numbers[2 * place], numbers[2 * place + 1]
                if total is not None or blank:
                    amount = Amount(None if total is None else Decimal(total), int(blank or 0))
                    _put(told, group, amount)
        for one, told in zip(batch, found, strict=True):
            self._kept[one] = self._counted_only(one, told)

    @staticmethod
    def _counted_only(one: Request, told: dict[Group, Amount]) -> dict[Group, Amount]:
        """A count of nothing is no row, where other measures share the query."""
        if one.measure.value is not None:
            return dict(told)
        return {group: amount for group, amount in told.items() if amount.total}


def _added(several: Iterable[Mapping[Group, Amount]]) -> dict[Group, Amount]:
    found: dict[Group, Amount] = {}
    for amounts in several:
        for group, amount in amounts.items():
            _put(found, group, amount)
    return found


def group_of(asked: Slice, stored: Sequence[Any], *, by_month: bool = False) -> Group:
    """The group that a row of a query speaks of."""
    month, stored = (stored[:1], stored[1:]) if by_month else ((), stored)
    currency, stored = (stored[-1:], stored[:-1]) if asked.apart else ((), stored)
    keys = (
        DIMENSIONS[name].key_of(value) if name in DIMENSIONS else value
        for name, value in zip(asked.by, stored, strict=True)
    )
    return (*month, *keys, *(text or "" for text in currency))


def total_columns(
    facts: Facts, asked: Slice, total: Total, spans: Mapping[Span, Span]
) -> dict[Span, Column]:
    """Sum a total; `spans` maps each span asked for to the months that its window takes in."""
    windows = list(spans.values())
    terms = [
        (
            sign,
            one,
            facts.months(_monthly(one, asked, windows)) if _by_month(one, windows) else None,
        )
        for sign, one in total.terms
    ]
    return {
        span: _column(facts, asked, total, window, _summed(facts, asked, terms, window))
        for span, window in spans.items()
    }


def total_requests(asked: Slice, total: Total, spans: Mapping[Span, Span]) -> list[Request]:
    """What has to be read for it."""
    windows = list(spans.values())
    found = []
    for measure in total.measures:
        if _by_month(measure, windows):
            found.append(_monthly(measure, asked, windows))
        else:
            found += [Request(measure=measure, asked=asked, span=window) for window in windows]
    return found


def monthly(
    facts: Facts, asked: Slice, total: Total, span: Span
) -> dict[Group, dict[int, Decimal]]:
    """Sum a total by group and month."""
    found: dict[Group, dict[int, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for sign, measure in total.terms:
        one = Request(measure=measure, asked=asked, span=span, by_month=True)
        for (month, *group), amount in facts.amounts(one).items():
            if amount.total is not None:
                found[tuple(group)][month] += sign * amount.total
    return found


def _by_month(measure: Measure, windows: Sequence[Span]) -> bool:
    """Whether several windows are read at once, as sums of months."""
    if len(windows) < 2 or measure.month is None or any(span.until for span in windows):
        return False
    return not measure.distinct or all(span.is_month for span in windows)


def _monthly(measure: Measure, asked: Slice, windows: Sequence[Span]) -> Request:
    firsts, lasts = [one.first for one in windows], [one.last for one in windows]
    span = Span(
        None if None in firsts else min(month for month in firsts if month is not None),
        None if None in lasts else max(month for month in lasts if month is not None),
    )
    return Request(measure=measure, asked=asked, span=span, by_month=True)


def _summed(
    facts: Facts,
    asked: Slice,
    terms: Sequence[tuple[int, Measure, Mapping[int, Mapping[Group, Amount]] | None]],
    window: Span,
) -> dict[Group, Amount]:
    found: dict[Group, Amount] = {}
    for sign, measure, by_month in terms:
        if by_month is None:
            read = [facts.amounts(Request(measure=measure, asked=asked, span=window))]
        else:
            read = _within(by_month, window)
        for amounts in read:
            for group, amount in amounts.items():
                _put(found, group, amount.signed(sign))
    return found


def _within(
    by_month: Mapping[int, Mapping[Group, Amount]], window: Span
) -> list[Mapping[Group, Amount]]:
    """The sums of the months of a window."""
    if window.is_month and window.first is not None:
        return [by_month[window.first]] if window.first in by_month else []
    first = window.first or 0
    return [
        amounts for month, amounts in by_month.items() if first <= month <= (window.last or month)
    ]


def _put(found: dict[Group, Amount], group: Group, amount: Amount) -> None:
    """Add an amount to a group's."""
    known = found.get(group)
    found[group] = amount if known is None else known + amount


def _column(
    facts: Facts, asked: Slice, total: Total, window: Span, sums: Mapping[Group, Amount]
) -> Column:
    return Column(
        cells={group: amount.cell(total.unvalued) for group, amount in sums.items()},
        rest=total.empty or rest(facts, asked, total.measures, window, bool(sums)),
        blank={group: amount.blank for group, amount in sums.items() if amount.blank},
    )


def rest(
    facts: Facts, asked: Slice, measures: Sequence[Measure], window: Span, any_row: bool
) -> Cell:
    """A group without rows: nothing happened, or nothing is known yet (R2)."""
    if not asked.by and not asked.apart and any_row:
        return ZERO  # never asked for
    if window.first is not None and window.first > facts.today.key and not any_row:
        return Reason.NO_DATA
    begins = [month for measure in measures if (month := facts.begins(measure)) is not None]
    if not begins or (window.last is not None and window.last < min(begins)):
        return Reason.NO_DATA
    return ZERO
