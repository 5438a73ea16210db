"""The rows of one leaf of a formula: a SELECT with one column for each column shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Select,
    String,
    cast,
    func,
    literal,
    null,
    select,
)

from ..access import Hidden
from .answer import RowColumn
from .compile import (
    Slice,
    Span,
    by_member,
    conditions,
    number,
    source,
)
from .formula import PerMember
from .measure import Measure
from .names import Named
from .presentation import MEASURE, Shown, nothing, shown
from .vocabulary import Unit
from .written import KEPT, StandIns

PART, PLACE, CURRENCY = "part", "place", "contribution_currency"
TECHNICAL = (PLACE, PART, "system", "record_type", "record_id", "project_key", CURRENCY)
_TYPES = {Unit.MONEY: "money", Unit.RATE: "money", Unit.HOURS: "hours", Unit.DAYS: "days"}


def value_type(unit: Unit) -> str:
    """How contributions of a unit are shown."""
    return _TYPES.get(unit, "number")


@dataclass(frozen=True, kw_only=True, eq=False)
class Lines:
    """Where rows come from, and what each of them says.

    Attributes:
        base: the fact, or sums of it.
        table: `base` with what names its keys.
        summed: what of `base` the contribution needs, where that is less.
        keyed: what the rows need without the names of keys; None: each row stands for many of the fact.
        value: the contribution, signed.
    """

    base: FromClause
    table: FromClause
    cells: Sequence[Shown]
    value: ColumnElement[Any]
    where: Sequence[ColumnElement[bool]] = ()
    summed: FromClause | None = None
    keyed: FromClause | None = None
    currency: ColumnElement[Any] | None = None
    project: ColumnElement[Any] | None = None
    record: ColumnElement[Any] | None = None
    kind: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Term:
    """A measure or a floor among the terms of a formula: its sign, and the part it plays."""

    sign: int
    leaf: Measure | PerMember
    part: str
    place: int  # its position in the formula, which is how rows are ordered
    asked: Slice
    span: Span

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Whose rows they are, or are made of."""
        return self.leaf.measures if isinstance(self.leaf, PerMember) else (self.leaf,)

    @property
    def withheld(self) -> bool:
        """Whether the scope sees only sums by project and month."""
        hidden = self.asked.scope.hidden
        return any(one.hidden_by is not None and one.hidden_by in hidden for one in self.measures)

    @cached_property
    def lines(self) -> Lines:
        """Its rows, before they are given everybody's columns."""
        if isinstance(self.leaf, PerMember):
            return _member_lines(self, self.leaf)
        if self.leaf.distinct:
            counted = {column.name: column for column in self.leaf.distinct}
            return _grouped_lines(self, self.leaf, counted, literal(1))
        if self.withheld:
            told = {
                "project_key": self.leaf.dimensions.get("project"),
                "month": self.leaf.month,
            }
            keys = {name: column for name, column in told.items() if column is not None}
            return _grouped_lines(self, self.leaf, keys, func.sum(number(self.leaf, self.asked)))
        return _fact_lines(self, self.leaf)

    @property
    def columns(self) -> list[RowColumn]:
        """The columns its rows show."""
        return [MEASURE, *(item.column for item in self.lines.cells)]

    @property
    def dates(self) -> set[str]:
        """The names of the columns that hold dates."""
        return {
            item.column.name for item in self.lines.cells if isinstance(item.expression.type, Date)
        }

    @property
    def value_type(self) -> str:
        """What its contributions are."""
        return value_type(self.measures[0].counts)

    @property
    def title(self) -> str:
        """The heading of its rows."""
        if isinstance(self.leaf, PerMember):
            return " − ".join(one.title for one in self.measures)
        return self.leaf.title

    def count_and_sum(self) -> Select[Any]:
        """Its place, currency (null where lines are not apart), how many rows, and what they sum to.

        One line where lines are not apart, even of no row: a group costs more than it tells.
        """
        lines = self.lines
        rows = lines.base if lines.summed is None else lines.summed
        place, currency = literal(self.place).label(PLACE), text_or_null(lines.currency)
        query = select(place, currency.label("currency"), func.count(), func.sum(lines.value))
        query = query.select_from(rows).where(*lines.where)
        return query if lines.currency is None else query.group_by(lines.currency)

    @property
    def named(self) -> dict[str, Named]:
        """Column -> what its keys name, in rows that are `keyed`."""
        return {item.column.name: item.named for item in self.lines.cells if item.named}

    def rows(
        self,
        columns: Sequence[RowColumn],
        dates: Collection[str],
        keyed: Collection[str] | None = None,
    ) -> Select[Any]:
        """Its rows, with an empty cell for each of `columns` it does not know.

        Args:
            dates: the columns that hold dates.
            keyed: the columns that hold keys in the place of names; None: names are joined.
        """

        def empty(column: RowColumn) -> ColumnElement[Any]:
            if column.name in (keyed or ()):
                return null()
            return nothing(column, column.name in dates)

        lines = self.lines
        known = {
            item.column.name: item.expression if item.key is None or keyed is None else item.key
            for item in lines.cells
        }
        known["measure"] = literal(self.title, String())
        kind = lines.kind if lines.record is not None else None
        query = select(
            literal(self.place).label(PLACE),
            literal(self.part, String()).label(PART),
            literal(self.measures[0].system, String()).label("system"),
            (text_or_null(None) if kind is None else literal(kind, String())).label("record_type"),
            _key(lines.record).label("record_id"),
            _key(lines.project).label("project_key"),
            text_or_null(lines.currency).label(CURRENCY),
            *(known.get(column.name, empty(column)).label(column.name) for column in columns),
            lines.value.label("contribution"),
        )
        table = lines.table
        if keyed is not None:
            table = lines.base if lines.keyed is None else lines.keyed
        return query.select_from(table).where(*lines.where)

    @cached_property
    def is_by_month(self) -> bool:
        """Whether the month that its rows show is the one that they are asked by."""
        month = None if isinstance(self.leaf, PerMember) else self.leaf.month
        shows = [one.expression for one in self.lines.cells if one.column.name == "month"]
        return month is not None and len(shows) == 1 and shows[0] is month

    def order(self) -> list[str]:
        """Columns of its `keyed` rows that tell them apart: ordered by all of them, nothing is left to chance."""
        lines = self.lines
        told: dict[str, ColumnElement[Any]] = {
            name: column
            for name, column in (
                ("record_id", lines.record),
                ("project_key", lines.project),
                (CURRENCY, lines.currency),
            )
            if column is not None
        }
        told |= {
            item.column.name: item.expression if item.key is None else item.key
            for item in lines.cells
        }
        different = {id(column): name for name, column in reversed(told.items())}
        found = [name for name, column in told.items() if different[id(column)] == name]
        return [*found, "contribution"]


@lru_cache(KEPT)
def _shaped(
    sign: int, leaf: Measure | PerMember, part: str, place: int, asked: Slice, span: Span
) -> Term:
    return Term(sign=sign, leaf=leaf, part=part, place=place, asked=asked, span=span)


def in_shape(term: Term, given: StandIns) -> Term:
    """The term with stand-ins for its values: the same one for all of its shape, so that what it says is kept."""
    asked, span = given.asked(term.asked), given.span(term.span)
    return _shaped(term.sign, term.leaf, term.part, term.place, asked, span)


def within(term: Term, span: Span, given: StandIns) -> Term:
    """A term that is in shape, of other months."""
    return _shaped(term.sign, term.leaf, term.part, term.place, term.asked, given.span(span))


def _fact_lines(term: Term, measure: Measure) -> Lines:
    columns = [(column, None) for column in _visible(term, measure)]
    cells, table = _shown(columns, source(measure))
    value, currency = _signed(term, number(measure, term.asked)), _currency(term, measure)
    where = conditions(measure, term.asked, term.span)
    record, project = measure.record, measure.dimensions.get("project")
    if project is None:
        project = measure.table.c.get("project_key")
    used = [value, *where, *(one.expression if one.key is None else one.key for one in cells)]
    used += [one for one in (currency, project, record.id if record else None) if one is not None]
    return Lines(
        base=source(measure),
        table=table,
        summed=source(measure, value, *where, *([] if currency is None else [currency])),
        cells=cells,
        value=value,
        where=where,
        currency=currency,
        keyed=source(measure, *used),
        project=project,
        record=record.id if record else None,
        kind=record.type if record else None,
    )


def _visible(term: Term, measure: Measure) -> list[Any]:
    hides = Hidden.PERSON_COST in term.asked.scope.hidden
    return [
        column
        for column in measure.columns
        if not (hides and any(column is kept for kept in measure.sensitive))
    ]


def _grouped_lines(
    term: Term, measure: Measure, keys: dict[str, Any], value: ColumnElement[Any]
) -> Lines:
    """One row for each different value of `keys`; what is counted without being told has rows without a name."""
    currency = _currency(term, measure)
    by = [*keys.values(), *([] if currency is None else [currency])]
    inner = (
        select(
            *(column.label(name) for name, column in keys.items()),
            text_or_null(currency).label("currency_of"),
            value.label("value"),
        )
        .select_from(source(measure))
        .where(*conditions(measure, term.asked, term.span))
        .group_by(*by)
    )
    if measure.distinct:
        inner = inner.where(*(column.is_not(None) for column in measure.distinct))
    told = inner.subquery(f"told_{term.place}")
    named = () if measure.distinct and term.withheld else keys
    cells, table = _shown([(told.c[name], name) for name in named], told)
    return Lines(
        base=told,
        table=table,
        cells=cells,
        value=_signed(term, told.c.value),
        currency=told.c.currency_of if term.asked.apart else None,
        project=told.c.get("project_key"),
    )


def _member_lines(term: Term, members: PerMember) -> Lines:
    """One row for each member, with its terms."""
    told = by_member(members, term.asked, term.span).subquery(f"told_{term.place}")
    names = [_column_name(members.measures[0], name) for name in members.per]
    keys = [(told.c[f"k{place}"], name) for place, name in enumerate(names)]
    cells, table = _shown(keys, told)
    for place, measure in enumerate(members.measures):
        column = RowColumn(name=measure.key, title=measure.title, type=value_type(measure.counts))
        cells.append(Shown(column=column, expression=told.c[f"t{place}"]))
    return Lines(
        base=told,
        table=table,
        cells=cells,
        value=_signed(term, told.c.contribution),
        currency=told.c[f"g{len(term.asked.by)}"] if term.asked.apart else None,
        project=told.c[f"k{members.per.index('project')}"] if "project" in members.per else None,
    )


def _shown(
    columns: Sequence[tuple[Any, str | None]], joined: FromClause
) -> tuple[list[Shown], FromClause]:
    found: list[Shown] = []
    for column, called in columns:
        more, joined = shown(column, joined, called)
        found += more
    return found, joined


def _column_name(measure: Measure, name: str) -> str:
    """What the column of a key is called in the facts, which is how it is shown."""
    column = measure.column(name)
    return getattr(column, "name", name) or name


def _signed(term: Term, value: ColumnElement[Any]) -> ColumnElement[Any]:
    return value if term.sign > 0 else -value


def _currency(term: Term, measure: Measure) -> ColumnElement[Any] | None:
    return measure.currency(term.asked.lens) if term.asked.apart else None


def text_or_null(column: ColumnElement[Any] | None) -> ColumnElement[Any]:
    """A column of texts, or the empty one."""
    return cast(null(), String()) if column is None else column


def _key(column: ColumnElement[Any] | None) -> ColumnElement[Any]:
    return cast(null(), BigInteger()) if column is None else column
