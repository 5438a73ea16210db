"""Terms whose rows are those of one fact: counted by one look at it, and few rows read by one.

To look at a fact costs far more than to tell which of its rows belong to which term.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Label,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    select,
    true,
    union_all,
)

from .answer import RowColumn
from .compile import are_read_alike, holds, source
from .formula import PerMember
from .measure import Measure
from .terms import CURRENCY, PLACE, Term, text_or_null
from .written import given_value, is_given


def in_groups(terms: Sequence[Term]) -> list[list[Term]]:
    """Terms in groups, each of those that one look at the same fact is enough for."""
    found: list[list[Term]] = []
    for term in terms:
        same = next((group for group in found if are_alike(group[0], term)), None)
        if same is None:
            found.append([term])
        else:
            same.append(term)
    return found


def are_alike(one: Term, other: Term) -> bool:
    """Whether the rows of two terms are those of one fact, with the same currency."""
    here, there = one.leaf, other.leaf
    if isinstance(here, PerMember) or isinstance(there, PerMember):
        return False
    if one.lines.keyed is None or other.lines.keyed is None:
        return False
    mine, theirs = one.lines.currency, other.lines.currency
    if (mine is None) != (theirs is None) or not are_read_alike(here, there):
        return False
    return mine is theirs or (mine is not None and theirs is not None and mine.compare(theirs))


def counted_together(terms: Sequence[Term]) -> Select[Any]:
    """The currency, then of each of some terms that are alike how many rows and what they sum to.

    Whether a row belongs to a term is found once, for its count and its sum.
    """
    shared, owns = _demanded(terms)
    currency = terms[0].lines.currency
    cells: dict[str, ColumnElement[Any]] = {} if currency is None else {CURRENCY: currency}
    for term, own in zip(terms, owns, strict=True):
        cells[f"value_{term.place}"] = term.lines.value
        cells[f"is_{term.place}"] = and_(true(), *own)
    rows = source(_measure(terms), *cells.values(), *shared)
    told = select(*(cell.label(name) for name, cell in cells.items()))
    found = told.select_from(rows).where(*shared).subquery("told")
    numbers = [
        number_.filter(found.c[f"is_{term.place}"])
        for term in terms
        for number_ in (func.count(), func.sum(found.c[f"value_{term.place}"]))
    ]
    if currency is None:
        return select(text_or_null(None), *numbers).select_from(found)
    return select(found.c[CURRENCY], *numbers).group_by(found.c[CURRENCY])


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """The rows of some terms that are alike, read by one statement.

    Attributes:
        query: tells each cell once; in no order, of no page.
        columns: those of `Term.rows`, without the term's place.
        read: column -> its place among what the query tells; two that hold the same share one.
        given: column -> term's place -> what stands there in each of its rows, which need not be read.
    """

    query: Select[Any]
    columns: Sequence[str]
    read: Mapping[str, int]
    given: Mapping[str, Mapping[int, Any]]

    def ordered(self, names: Sequence[str]) -> Select[Any]:
        """In the order of the terms, then of these columns; what is the same in all rows of a term orders nothing."""
        told = list(self.query.selected_columns)
        by = dict.fromkeys(self.read[name] for name in (PLACE, *names) if name in self.read)
        return self.query.order_by(*(told[place].asc().nulls_last() for place in by))


def rows_together(
    terms: Sequence[Term],
    columns: Sequence[RowColumn],
    dates: Collection[str],
    keyed: Collection[str],
) -> Together:
    """The rows of some terms that are alike, with the columns that `Term.rows` tells of one.

    Each row of the fact is put beside each term, and stays where it belongs to it: as often as terms count it.
    """
    rows = [term.rows(columns, dates, keyed) for term in terms]
    names = [cell.name for cell in rows[0].selected_columns]
    each = [select(literal(one.place, Integer()).label(PLACE)) for one in terms]
    places = union_all(*each).subquery("terms")
    cells: dict[tuple[int, ...], ColumnElement[Any]] = {}
    read: dict[str, int] = {}
    given: dict[str, dict[int, Any]] = {}
    for name in names:
        own = [_cell(query, name) for query in rows]
        if all(map(is_given, own)) and (name != PLACE or len(terms) == 1):
            given[name] = {
                term.place: given_value(one) for term, one in zip(terms, own, strict=True)
            }
            continue
        alike = tuple(map(id, own))
        if alike not in cells:
            cells[alike] = places.c[PLACE] if name == PLACE else _told_apart(terms, own, places)
        read[name] = [*cells].index(alike)
    told = [cell.label(f"c{place}") for place, cell in enumerate(cells.values())]
    return Together(
        query=_from_fact(terms, told, places),
        columns=[name for name in names if name != PLACE],
        read=read,
        given=given,
    )


def _from_fact(
    terms: Sequence[Term], told: Sequence[ColumnElement[Any]], places: Subquery
) -> Select[Any]:
    shared, owns = _demanded(terms)
    if len(terms) == 1:
        lines = terms[0].lines
        found = lines.base if lines.keyed is None else lines.keyed
        return select(*told).select_from(found).where(*lines.where)
    belongs = _told_apart(terms, [and_(true(), *own) for own in owns], places)
    table = source(_measure(terms), *told, *shared, belongs).join(places, true())
    return select(*told).select_from(table).where(*shared, belongs)


def _told_apart(
    terms: Sequence[Term], own: Sequence[ColumnElement[Any]], places: Subquery
) -> ColumnElement[Any]:
    """What each term says of a row; one word for all where they say the same."""
    first = own[0]
    if all(one is first or one.compare(first) for one in own):
        return first
    return case(
        *((places.c[PLACE] == term.place, one) for term, one in zip(terms, own, strict=True))
    )


def _cell(query: Select[Any], name: str) -> ColumnElement[Any]:
    """What a query tells under a name, without the name."""
    found = query.selected_columns[name]
    return found.element if isinstance(found, Label) else found


def _demanded(
    terms: Sequence[Term],
) -> tuple[list[ColumnElement[bool]], list[list[ColumnElement[bool]]]]:
    """What all terms demand of a row, and what each demands beside it."""
    first, *rest = (term.lines.where for term in terms)
    shared = [one for one in first if all(holds(one, other) for other in rest)]
    return shared, [[one for one in term.lines.where if not holds(one, shared)] for term in terms]


def _measure(terms: Sequence[Term]) -> Measure:
    measure = terms[0].leaf
    assert isinstance(measure, Measure)
    return measure
