"""The rows behind a number: every leaf's rows under one another, in pages.

Rows that are a SELECT come first and in one; those that are made (the months of a countback, the members
of a concentration) follow. An order that is asked for holds within each of the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, Subquery, func, select, union_all

from ..errors import QuestionError
from ..period import Period
from ..texts import Text, _
from .across import Block, block
from .answer import RowColumn, RowPage
from .cells import Rows
from .counting import Sums, counted, narrowed
from .dimensions import DIMENSIONS
from .formula import Drawn, Elapsed, Formula, Median, NotHeld, PerMember, Survival, Total
from .leaves import Asking
from .names import Named, names, texts
from .one_fact import are_alike, rows_together
from .parts import parts
from .searching import holds, matching, pattern, words_of
from .sides import Question, base_span
from .sums import Facts
from .terms import CURRENCY, PART, PLACE, Term, in_shape
from .vocabulary import Reason, Side
from .window import Span
from .written import KEPT, StandIns, Written

if TYPE_CHECKING:
    from ..snapshot import Snapshot

Order = Sequence[tuple[str, bool]]

_FEW = 5_000  # rows of several terms of one fact, up to which one look reads and orders them all
_WITHHELD: Text = (
    "Labour cost is shown as one sum a project and month; who worked and what an hour of theirs "
    "costs is not part of your access."
)
_REFUSALS: Mapping[Reason, Text] = {
    Reason.OUT_OF_SCOPE: "This number needs rows that are not part of your access.",
    Reason.HISTORY_LOADING: "The history this number needs is still loading.",
    Reason.NOT_HELD: "This system does not hold what was asked for.",
    Reason.NOT_ARCHIVED: "This closed month was kept by an earlier version of One View, which did not hold what this "
    "number needs.",
    Reason.LENS_NOT_HELD: "What this number is made of is not kept in this currency.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Which rows of all: a page, in an order, of those whose texts hold every word of `search`."""

    offset: int = 0
    limit: int | None = None
    order: Order = ()
    search: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The words that are looked for."""
        return words_of(self.search)


def rows_behind(question: Question, side: Side, period: Period, cut: Cut) -> RowPage:
    """Return a page of the rows behind one side of a KPI."""
    span, formula = base_span(period), question.kpi.side(side)
    refusal = question.refusal(formula, span)
    if refusal is not None:
        why = formula.why if isinstance(formula, NotHeld) else _REFUSALS[refusal]
        return RowPage(columns=(), rows=(), total_rows=0, totals={}, withheld=why)
    with question.snapshot.engine.connect() as connection:
        asking = question.asking(
            Facts(connection, question.today, snapshot=question.snapshot), formula
        )
        terms, blocks = taken_apart(asking, formula, span)
        names = [part.name for part in parts(formula)]
        where = question.asked.where
        return _page(connection, where, names, terms, blocks, cut, question.snapshot)


def page_of(connection: Connection, terms: Sequence[Term], cut: Cut) -> RowPage:
    """Return a page of the rows of `terms`, with sums over all of them that are found."""
    names = list(dict.fromkeys(term.part for term in terms))
    return _page(connection, terms[0].asked.where, names, terms, [], cut)


def filter_texts(
    connection: Connection, where: Mapping[str, Sequence[Any]], snapshot: Snapshot | None = None
) -> dict[str, str]:
    """Return the filters as a person reads them."""
    return {
        DIMENSIONS[name].title: ", ".join(
            texts(connection, snapshot, DIMENSIONS[name], keys).values()
        )
        for name, keys in where.items()
    }


def taken_apart(asking: Asking, formula: Formula, span: Span) -> tuple[list[Term], list[Block]]:
    """The terms of a formula for a span, whose rows are a SELECT each, and the rows that are made."""
    terms: list[Term] = []
    blocks: list[Block] = []
    for part in parts(formula):
        here = asking.without(part.whole)
        for sign, leaf in part.terms:
            if isinstance(leaf, Elapsed) and not _has_begun(asking, formula):
                continue  # the calendar alone says nothing of a firm
            if isinstance(leaf, Total | PerMember | Median | Survival | Drawn):
                window = here.windows(leaf.window, [span])[span]
                terms += [
                    Term(
                        sign=sign * own,
                        leaf=one,
                        part=part.name,
                        place=len(terms) + place,
                        asked=here.asked,
                        span=window,
                    )
                    for place, (own, one) in enumerate(_signed(leaf))
                ]
            else:
                blocks.append(block(here, leaf, part.name, sign, span))
    return terms, blocks


def _has_begun(asking: Asking, formula: Formula) -> bool:
    return any(asking.facts.begins(measure) is not None for measure in formula.measures)


def _signed(leaf: Total | PerMember | Median | Survival | Drawn) -> Sequence[tuple[int, Any]]:
    if isinstance(leaf, Total):
        return leaf.terms
    return [(1, leaf)] if isinstance(leaf, PerMember) else [(1, leaf.measure)]


def _page(
    connection: Connection,
    where: Mapping[str, Sequence[Any]],
    names: Sequence[str],
    terms: Sequence[Term],
    blocks: Sequence[Block],
    cut: Cut,
    snapshot: Snapshot | None = None,
) -> RowPage:
    given = StandIns()
    terms = [in_shape(term, given) for term in terms]
    columns = _columns(terms, blocks)
    _check(cut.order, columns)
    words = tuple(given.one(pattern(word)) for word in cut.words)
    read = _Read(connection, snapshot, given, words)
    sums = (
        _count_found(read, terms, columns) if words else counted(connection, snapshot, terms, given)
    )
    in_sql = sums.rows
    made = [row for row in _made(blocks, columns, cut.order) if holds(row, columns, cut.words)]
    for row in made:
        sums.put(row[CURRENCY], row[PART], 1, row["contribution"])
    end = None if cut.limit is None else cut.offset + cut.limit
    wanted = cut.offset < in_sql and cut.limit != 0
    found = _selected(read, terms, columns, cut, sums) if wanted else []
    found += made[max(0, cut.offset - in_sql) : None if end is None else max(0, end - in_sql)]
    return RowPage(
        columns=columns,
        rows=found,
        total_rows=sums.rows,
        totals=sums.totals(names),
        withheld=_WITHHELD if any(term.withheld for term in terms) else "",
        filters=filter_texts(connection, where, snapshot),
        by_currency={
            one: dict(amounts) for one, amounts in sums.by_currency.items() if one is not None
        },
    )


def _columns(terms: Sequence[Term], blocks: Sequence[Block]) -> list[RowColumn]:
    """All columns of all leaves, each once, the contribution last."""
    found = {column.name: column for term in terms for column in term.columns}
    for one in blocks:
        found = {column.name: column for column in one.columns} | found
    types = [term.value_type for term in terms] + [one.value_type for one in blocks]
    kind = types[0] if types else "number"
    contribution = RowColumn(name="contribution", title="Contribution", type=kind)
    return [*found.values(), contribution]


def _check(order: Order, columns: Sequence[RowColumn]) -> None:
    shown = {column.name for column in columns}
    for name, _falling in order:
        if name not in shown:
            raise QuestionError(
                _(
                    "The rows have no column '{name}' to order by. They have: {shown}.",
                    name=name,
                    shown=", ".join(sorted(shown)),
                )
            )


@dataclass(frozen=True, slots=True)
class _Read:
    """What rows are read by: of a snapshot, where the names of its keys may be remembered.

    Attributes:
        words: what stands for the words that the texts of a row must hold.
    """

    connection: Connection
    snapshot: Snapshot | None
    given: StandIns
    words: tuple[Any, ...] = ()

    def names(self, wanted: Sequence[Named], keys: set[Any]) -> Mapping[str, Mapping[Any, Any]]:
        """What the members with these keys are called."""
        return names(self.connection, self.snapshot, wanted, keys)


def _selected(
    read: _Read,
    terms: Sequence[Term],
    columns: Sequence[RowColumn],
    cut: Cut,
    sums: Sums,
) -> list[dict[str, Any]]:
    """The rows of a page; those of a term alone where the terms follow one another."""
    dates, asked_for = _asked(terms, columns)
    telling = _telling(terms)
    found: list[dict[str, Any]] = []
    together = [(terms, cut.offset, cut.limit)]
    for some, offset, limit in together if read.words else _stretches(terms, cut, sums):
        if not (read.words or cut.order):
            some, offset = narrowed(some, sums, offset, limit, read.given)
        places = (read.given.one(offset), read.given.one(limit))
        order = tuple(cut.order)
        rows = _rows(
            tuple(some), asked_for, dates, order, () if order else telling, places, read.words
        )
        told = rows.statement.tuples(read.connection, read.given.values)
        found += rows.filled(told, some, None if order or read.words else read.names)
    return found


@lru_cache(KEPT)
def _rows(
    terms: tuple[Term, ...],
    columns: tuple[RowColumn, ...],
    dates: frozenset[str],
    order: tuple[tuple[str, bool], ...],
    telling: tuple[str, ...],
    places: tuple[Any, Any],
    words: tuple[Any, ...] = (),
) -> Rows:
    """How rows are read; where no name is asked for, keys stand for them: `Rows.filled` puts names in their place."""
    keyed = None if order or words else {name for term in terms for name in term.named}
    if keyed is not None:  # the terms follow one another
        together = rows_together(terms, columns, dates, keyed)
        read, given, names = together.read, together.given, together.columns
        query = together.ordered(telling)
    else:
        selects = [term.rows(columns, dates) for term in terms]
        rows = (union_all(*selects) if len(selects) > 1 else selects[0]).subquery("behind")
        query = rows.select().order_by(*_ordering(rows, order))
        if words:
            query = query.where(matching(rows, columns, words))
        read, given = {column.name: place for place, column in enumerate(rows.c)}, {}
        names = [name for name in read if name != PLACE]
    offset, limit = places
    query = query.offset(offset)
    query = query if limit is None else query.limit(limit)
    return Rows(statement=Written(lambda: query), read=read, given=given, columns=names)


def _telling(terms: Sequence[Term]) -> tuple[str, ...]:
    """The columns that the rows of terms are ordered by, whichever of them a statement reads."""
    told = dict.fromkeys(name for term in terms for name in term.order())
    first = [name for name in ("month", "day", "record_id") if name in told]
    return tuple(dict.fromkeys([*first, *told]))


def _stretches(
    terms: Sequence[Term], cut: Cut, sums: Sums
) -> Iterator[tuple[Sequence[Term], int, int | None]]:
    """Which terms a page reads together, from which row on and how many.

    Without an order the terms follow one another: neighbours of one fact with few rows by one look at it, others
    each by its own, so that of a term with a million rows no more is read than the page shows.
    """
    if cut.order:
        yield terms, cut.offset, cut.limit
        return
    for run in _runs(terms, cut, sums):
        if sum(sums.by_term[term.place] for term, _, _ in run) <= _FEW:
            (_, offset, limit), *_ = run
            yield [term for term, _, _ in run], offset, limit
        else:
            for term, offset, limit in run:
                yield [term], offset, limit


def _runs(terms: Sequence[Term], cut: Cut, sums: Sums) -> list[list[tuple[Term, int, int | None]]]:
    """The terms that a page shows rows of, with the first row and how many are left to show; neighbours of one fact
    are a run."""
    before, left, found = 0, cut.limit, list[list[tuple[Term, int, int | None]]]()
    for term in terms:
        rows = sums.by_term[term.place]
        offset = max(0, cut.offset - before)
        before += rows
        if offset >= rows or left == 0:
            continue
        if found and are_alike(found[-1][0][0], term):
            found[-1].append((term, offset, left))
        else:
            found.append([(term, offset, left)])
        left = None if left is None else max(0, left - (rows - offset))
    return found


def _ordering(union: Subquery, order: Order) -> list[Any]:
    """The asked order, then one that leaves nothing to chance, so that pages never overlap."""
    found = []
    for name, descending in order:
        column = union.c[name]
        found.append((column.desc() if descending else column.asc()).nulls_last())
    first = [name for name in (PLACE, "month", "day", "record_id") if name in union.c]
    rest = [column.name for column in union.c if column.name not in first]
    return found + [union.c[name].asc().nulls_last() for name in (*first, *rest)]


def _count_found(read: _Read, terms: Sequence[Term], columns: Sequence[RowColumn]) -> Sums:
    """`counted`, of the rows that are found."""
    found = Sums()
    if not terms:
        return found
    dates, asked_for = _asked(terms, columns)
    by_place = {term.place: term for term in terms}
    query = _counted_found(tuple(terms), asked_for, dates, read.words)
    for place, currency, count, amount in map(list, query.run(read.connection, read.given.values)):
        found.add(currency, by_place[place], count, amount)
    return found


def _asked(
    terms: Sequence[Term], columns: Sequence[RowColumn]
) -> tuple[frozenset[str], tuple[RowColumn, ...]]:
    """The columns that hold dates, and those that are asked for beside the contribution."""
    dates = frozenset(name for term in terms for name in term.dates)
    return dates, tuple(column for column in columns if column.name != "contribution")


@lru_cache(KEPT)
def _counted_found(
    terms: tuple[Term, ...],
    columns: tuple[RowColumn, ...],
    dates: frozenset[str],
    words: tuple[Any, ...],
) -> Written:
    def query() -> Select[Any]:
        selects = [term.rows(columns, dates) for term in terms]
        rows = (union_all(*selects) if len(selects) > 1 else selects[0]).subquery("behind")
        place, currency = rows.c[PLACE], rows.c[CURRENCY]
        sums = select(place, currency, func.count(), func.sum(rows.c.contribution))
        return sums.where(matching(rows, columns, words)).group_by(place, currency)

    return Written(query)


def _made(
    blocks: Sequence[Block], columns: Sequence[RowColumn], order: Order
) -> list[dict[str, Any]]:
    empty: dict[str, Any] = {column.name: None for column in columns}
    found = [empty | row for one in blocks for row in one.rows]
    for row in found:
        row.pop(PLACE, None)
    for name, descending in reversed(order):
        known = [row for row in found if row[name] is not None]
        blank = [row for row in found if row[name] is None]
        known.sort(key=lambda row: row[name], reverse=descending)
        found = known + blank
    return found


__all__ = ["PART", "Cut", "page_of", "rows_behind", "taken_apart"]
