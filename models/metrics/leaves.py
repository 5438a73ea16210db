"""The leaves of formulas, read from the facts: each a column of numbers for each span asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from ..business import current, in_force
from ..business.shape import WorkCalendar
from ..period import Month
from . import countback
from .compile import Request, Slice
from .drawing import Chance, Courses, courses_of, within
from .formula import (
    Calendar,
    Concentration,
    Countback,
    CountOf,
    Drawn,
    Elapsed,
    Formula,
    Leaf,
    Median,
    PerMember,
    Survival,
    Total,
)
from .parts import Part, add, made_of, median, parts, told, value_of
from .sums import (
    ZERO,
    Cell,
    Column,
    Facts,
    Group,
    Whole,
    group_of,
    monthly,
    rest,
    total_columns,
    total_requests,
)
from .survival import Lasting, half_ended
from .vocabulary import Reason
from .window import CLOSING, PERIOD, Span, Window
from .written import StandIns, draws, members_of, survivals, values


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a formula is evaluated for.

    Attributes:
        stock: whether the period itself means its last month.
        today: the day that the running month is stated for.
        year_starts: the month in which fiscal years begin.
        closed: the newest month whose books are closed.
    """

    facts: Facts
    asked: Slice
    stock: bool
    today: date
    year_starts: int = 1
    closed: Month | None = None

    @property
    def calendar(self) -> WorkCalendar:
        """The firm's working days."""
        snapshot = self.facts.snapshot
        return (in_force(snapshot) if snapshot else current()).file.calendar

    def windows(self, window: Window, spans: Sequence[Span]) -> dict[Span, Span]:
        """Each span asked for, and the months of the facts that count for it."""
        known = meant(window, stock=self.stock)
        today = Month.of(self.today)
        return {span: known.of(span, today, self.year_starts, self.closed) for span in spans}

    def by(self, *names: str) -> Asking:
        """The same, told apart by more."""
        return replace(self, asked=replace(self.asked, by=(*self.asked.by, *names)))

    def without(self, names: Sequence[str]) -> Asking:
        """The same, neither told apart nor filtered by some dimensions."""
        asked = self.asked
        if not {*asked.by, *asked.where} & {*names}:
            return self
        by = tuple(name for name in asked.by if name not in names)
        where = {name: keys for name, keys in asked.where.items() if name not in names}
        return replace(self, asked=replace(asked, by=by, where=where))


def meant(window: Window, *, stock: bool) -> Window:
    """What a window means: of a stock, the period itself is its last month."""
    return CLOSING if stock and window == PERIOD else window


def formula_columns(asking: Asking, formula: Formula, spans: Sequence[Span]) -> dict[Span, Column]:
    """Evaluate a formula for each span; nothing is rounded."""
    found = {one.name: _told_columns(asking, one, spans) for one in parts(formula)}
    return {
        span: combined(formula, {name: columns[span] for name, columns in found.items()})
        for span in spans
    }


def _told_columns(asking: Asking, part: Part, spans: Sequence[Span]) -> dict[Span, Column]:
    """The numbers of a part; of the whole where it leaves out what is asked by."""
    found = _part_columns(asking.without(part.whole), part.terms, spans)
    by = asking.asked.by
    kept = [place for place, name in enumerate(by) if name not in part.whole]
    if len(kept) == len(by):
        return found
    kept += [len(by)] if asking.asked.apart else []  # the currency
    return {
        span: Whole(rest=column.rest, of_wholes=column, kept=tuple(kept))
        for span, column in found.items()
    }


def combined(formula: Formula, columns: Mapping[str, Column]) -> Column:
    """The numbers that the columns of a formula's parts make, group by group."""
    groups = {group for column in columns.values() for group in column.cells}
    wholes = [column for column in columns.values() if isinstance(column, Whole)]
    blank: dict[Group, int] = defaultdict(int)
    for column in columns.values():
        for group, rows in column.blank.items():
            blank[group] += rows
    for group in groups if wholes else ():
        blank[group] += sum(column.blanks(group) for column in wholes)

    def number(group: Group) -> Cell:
        return value_of(formula, lambda name: columns[name].of(group))

    return Column(
        cells={group: number(group) for group in groups},
        rest=value_of(formula, lambda name: columns[name].rest),
        blank=blank,
        other=number if wholes else None,
    )


def requests(asking: Asking, formula: Formula, spans: Sequence[Span]) -> list[Request]:
    """The sums that a formula will ask for, so that they can be read together."""
    found: list[Request] = []
    for part in parts(formula):
        here = asking.without(part.whole)
        for _, leaf in part.terms:
            if isinstance(leaf, Total):
                windows = here.windows(leaf.window, spans)
                told = {span: one for span, one in windows.items() if not one.is_empty}
                found += total_requests(here.asked, leaf, told)
            elif isinstance(leaf, Countback):
                closing = _closing(here, spans)
                found += total_requests(here.asked, leaf.balance, {one: one for one in closing})
                found += [
                    Request(measure=one, asked=here.asked, span=_until(closing), by_month=True)
                    for one in leaf.billings.measures
                ]
            elif isinstance(leaf, CountOf):
                found += requests(here.by(*leaf.of), leaf.formula, spans)
            elif isinstance(leaf, Concentration):
                found += requests(here.by(leaf.of), leaf.total, spans)
    return found


def _part_columns(
    asking: Asking, terms: Sequence[tuple[int, Leaf]], spans: Sequence[Span]
) -> dict[Span, Column]:
    told_apart = [(sign, _leaf_columns(asking, leaf, spans)) for sign, leaf in terms]
    if len(told_apart) == 1 and told_apart[0][0] > 0:
        return told_apart[0][1]
    return {span: _added([(sign, columns[span]) for sign, columns in told_apart]) for span in spans}


def _added(terms: Sequence[tuple[int, Column]]) -> Column:
    groups = {group for _, column in terms for group in column.cells}
    blank: dict[Group, int] = defaultdict(int)
    for _, column in terms:
        for group, rows in column.blank.items():
            blank[group] += rows
    return Column(
        cells={group: add((sign, column.of(group)) for sign, column in terms) for group in groups},
        rest=add((sign, column.rest) for sign, column in terms),
        blank=blank,
    )


def _leaf_columns(asking: Asking, leaf: Leaf, spans: Sequence[Span]) -> dict[Span, Column]:
    if isinstance(leaf, Total):
        return _total(asking, leaf, spans)
    if isinstance(leaf, Countback):
        return _countback(asking, leaf, spans)
    if isinstance(leaf, Elapsed):
        windows = asking.windows(leaf.window, spans)
        return {
            span: Column(
                rest=Decimal(sum(elapsed(leaf, window, asking.today, asking.calendar).values()))
            )
            for span, window in windows.items()
        }
    if isinstance(leaf, PerMember):
        windows = asking.windows(leaf.window, spans)
        return {span: _members(asking, leaf, window) for span, window in windows.items()}
    if isinstance(leaf, Median):
        windows = asking.windows(leaf.window, spans)
        return {span: _median(asking, leaf, window) for span, window in windows.items()}
    if isinstance(leaf, Survival):
        windows = asking.windows(leaf.window, spans)
        return {span: _survival(asking, leaf, window) for span, window in windows.items()}
    if isinstance(leaf, Drawn):
        return _drawn(asking, leaf, asking.windows(leaf.window, spans))
    return _across(asking, leaf, spans)


def _total(asking: Asking, leaf: Total, spans: Sequence[Span]) -> dict[Span, Column]:
    windows = asking.windows(leaf.window, spans)
    told = {span: window for span, window in windows.items() if not window.is_empty}
    found = total_columns(asking.facts, asking.asked, leaf, told)
    found |= {span: Column(rest=ZERO) for span in windows.keys() - told.keys()}
    if not leaf.window.needs_all:
        return found
    begins = [
        month for measure in leaf.measures if (month := asking.facts.begins(measure)) is not None
    ]
    oldest = min(begins, default=None)
    return {
        span: Column(rest=Reason.NO_HISTORY)
        if oldest is not None and oldest > (windows[span].first or 0)
        else column
        for span, column in found.items()
    }


def _members(asking: Asking, leaf: PerMember, window: Span) -> Column:
    facts, asked = asking.facts, asking.asked

    def read() -> Column:
        cells: dict[Group, Cell] = {}
        given = StandIns()
        statement = members_of(leaf, given.asked(asked), given.span(window))
        for row in statement.run(facts.connection, given.values):
            *stored, amount = list(row)
            if amount is not None:  # without a group there is a sum of nothing, too
                cells[group_of(asked, stored)] = Decimal(amount)
        none = leaf.total.empty or rest(facts, asked, leaf.measures, window, bool(cells))
        return Column(cells=cells, rest=none)

    return facts.once((leaf, asked, window), read)


def _median(asking: Asking, leaf: Median, window: Span) -> Column:
    facts, asked = asking.facts, asking.asked

    def read() -> Column:
        found: dict[Group, list[tuple[Decimal, int]]] = defaultdict(list)
        given = StandIns()
        statement = values(leaf.measure, given.asked(asked), given.span(window))
        for row in statement.run(facts.connection, given.values):
            *stored, value, often = list(row)
            found[group_of(asked, stored)].append((Decimal(value), often))
        return Column(
            cells={group: median(often, leaf.empty) for group, often in found.items()},
            rest=leaf.empty,
        )

    return facts.once((leaf, asked, window), read)


def _survival(asking: Asking, leaf: Survival, window: Span) -> Column:
    facts, asked = asking.facts, asking.asked

    def read() -> Column:
        found: dict[Group, list[Lasting]] = defaultdict(list)
        given = StandIns()
        statement = survivals(leaf, given.asked(asked), given.span(window))
        for row in statement.run(facts.connection, given.values):
            *stored, days, ended, amount = list(row)
            found[group_of(asked, stored)].append(Lasting(int(days), ended, Decimal(amount)))
        return Column(
            cells={group: half_ended(several, leaf.empty) for group, several in found.items()},
            rest=leaf.empty,
        )

    return facts.once((leaf, asked, window), read)


def _drawn(asking: Asking, leaf: Drawn, windows: Mapping[Span, Span]) -> dict[Span, Column]:
    facts, asked = asking.facts, asking.asked

    def read() -> dict[tuple[Span, Group], Courses]:
        chances: dict[tuple[Span, Group], list[Chance]] = defaultdict(list)
        for window in dict.fromkeys(windows.values()):
            given = StandIns()
            statement = draws(leaf, given.asked(asked), given.span(window))
            for row in statement.run(facts.connection, given.values):
                *stored, item, low, high, spread, expected = list(row)
                chance = Chance(item, *map(Decimal, (low, high, expected, spread)))
                chances[window, group_of(asked, stored)].append(chance)
        return courses_of(chances)

    # one drawing for every share that is asked of it
    found = facts.once((leaf.measure, "drawn", asked, tuple(windows.values())), read)
    return {
        span: Column(
            cells={
                group: within(several, leaf.at)
                for (of, group), several in found.items()
                if of == window
            },
            rest=leaf.empty or ZERO,
        )
        for span, window in windows.items()
    }


def members(
    asking: Asking, leaf: Concentration | CountOf, spans: Sequence[Span]
) -> dict[Span, Column]:
    """The numbers of the members that a leaf looks across; their keys follow those of the breakdown."""
    if isinstance(leaf, Concentration):
        return formula_columns(asking.by(leaf.of), leaf.total, spans)
    return formula_columns(asking.by(*leaf.of), leaf.formula, spans)


def contribution(leaf: Concentration | CountOf, cell: Cell) -> Decimal | None:
    """What one member adds to the rows; None for one without a number."""
    if isinstance(cell, Reason):
        return None
    if isinstance(leaf, Concentration):
        return max(cell, ZERO)
    return Decimal(int(leaf.holds(told(leaf.formula, cell))))  # type: ignore[arg-type]


def _across(
    asking: Asking, leaf: Concentration | CountOf, spans: Sequence[Span]
) -> dict[Span, Column]:
    return {
        span: _gathered(asking.asked, leaf, column)
        for span, column in members(asking, leaf, spans).items()
    }


def _gathered(asked: Slice, leaf: Concentration | CountOf, column: Column) -> Column:
    found: dict[Group, list[Decimal]] = defaultdict(list)
    blank: dict[Group, int] = defaultdict(int)
    for group, cell in column.cells.items():
        outer = outer_of(asked, group)
        adds = contribution(leaf, cell)
        if adds is not None:
            found[outer].append(adds)
        blank[outer] += column.blank.get(group, 0)
    none: Cell = leaf.empty if isinstance(leaf, Concentration) else column.rest
    if isinstance(leaf, CountOf) and not isinstance(none, Reason):
        none = ZERO
    return Column(
        cells={group: made_of(leaf, adds) for group, adds in found.items()},
        rest=none,
        blank={group: rows for group, rows in blank.items() if rows},
    )


def outer_of(asked: Slice, group: Group) -> Group:
    """The group of the breakdown that a member belongs to."""
    currency = group[-1:] if asked.apart else ()
    return (*group[: len(asked.by)], *currency)


def elapsed(leaf: Elapsed, window: Span, today: date, calendar: WorkCalendar) -> dict[int, int]:
    """The months of a window, and what each counts: one, or its days up to today.

    A window that has begun ends with the running month, but for workdays.
    """
    if window.first is None or window.last is None:
        return {}
    found: dict[int, int] = {}
    month, last = Month.from_key(window.first), Month.from_key(window.last)
    if leaf.unit is Calendar.WORKDAYS:
        return _workdays(month, last, calendar)
    if month <= Month.of(today):
        last = min(last, Month.of(today))
    while month <= last:
        days = today.day if month == Month.of(today) else month.end.day
        found[month.key] = 1 if leaf.unit is Calendar.MONTHS else days
        month = month.plus(1)
    return found


def _workdays(month: Month, last: Month, calendar: WorkCalendar) -> dict[int, int]:
    found: dict[int, int] = {}
    while month <= last:
        days = (month.start + timedelta(days=n) for n in range(month.end.day))
        found[month.key] = sum(calendar.is_in_week(day) for day in days)
        month = month.plus(1)
    return found


def _countback(asking: Asking, leaf: Countback, spans: Sequence[Span]) -> dict[Span, Column]:
    windows = {span: CLOSING.of(span, Month.of(asking.today)) for span in spans}
    closing = _closing(asking, spans)
    balances = total_columns(
        asking.facts, asking.asked, leaf.balance, {one: one for one in closing}
    )
    billings = monthly(asking.facts, asking.asked, leaf.billings, _until(closing))
    found = {}
    for span in spans:
        window = windows[span]
        column = balances[window]
        found[span] = Column(
            cells={
                group: _days(
                    balance, billings.get(group, {}), window, asking.today, leaf.limit_days
                )
                for group, balance in column.cells.items()
            },
            rest=column.rest if isinstance(column.rest, Reason) else ZERO,
            blank=column.blank,
        )
    return found


def _closing(asking: Asking, spans: Sequence[Span]) -> list[Span]:
    """The month-ends that spans are stated for, each once."""
    return list(dict.fromkeys(CLOSING.of(span, Month.of(asking.today)) for span in spans))


def _until(closing: Sequence[Span]) -> Span:
    """Everything up to the newest of them."""
    return Span(None, max(span.last for span in closing if span.last is not None))


def _days(
    balance: Cell, billings: Mapping[int, Decimal], span: Span, today: date, limit: int
) -> Cell:
    if isinstance(balance, Reason) or span.last is None:
        return Reason.NO_DATA
    return countback.days_of(balance, billings, Month.from_key(span.last), today, limit)
