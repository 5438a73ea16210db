"""The rows of one leaf of a formula: a SELECT with one column for each column shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
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
from .compile import Slice, Span, conditions, floored, number, source
from .formula import Floor
from .measure import Measure
from .presentation import MEASURE, Shown, nothing, shown
from .vocabulary import Unit

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
        value: the contribution, signed.
    """

    base: FromClause
    table: FromClause
    cells: Sequence[Shown]
    value: ColumnElement[Any]
    where: Sequence[ColumnElement[bool]] = ()
    summed: FromClause | None = None
    currency: ColumnElement[Any] | None = None
    project: ColumnElement[Any] | None = None
    record: ColumnElement[Any] | None = None
    kind: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Term:
    """A measure or a floor among the terms of a formula: its sign, and the part it plays."""

    sign: int
    leaf: Measure | Floor
    part: str
    place: int  # its position in the formula, which is how rows are ordered
    asked: Slice
    span: Span

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Whose rows they are, or are made of."""
        return self.leaf.measures if isinstance(self.leaf, Floor) else (self.leaf,)

    @property
    def withheld(self) -> bool:
        """Whether the scope sees only sums by project and month."""
        hidden = self.asked.scope.hidden
        return any(one.hidden_by is not None and one.hidden_by in hidden for one in self.measures)

    @cached_property
    def lines(self) -> Lines:
        """Its rows, before they are given everybody's columns."""
        if isinstance(self.leaf, Floor):
            return _floor_lines(self, self.leaf)
        if self.withheld:
            told = {
                "project_key": self.leaf.dimensions.get("project"),
                "month": self.leaf.month,
            }
            keys = {name: column for name, column in told.items() if column is not None}
            return _grouped_lines(self, self.leaf, keys, func.sum(number(self.leaf, self.asked)))
        if self.leaf.distinct:
            keys = {column.name: column for column in self.leaf.distinct}
            return _grouped_lines(self, self.leaf, keys, literal(1))
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
        if isinstance(self.leaf, Floor):
            return " − ".join(one.title for one in self.measures)
        return self.leaf.title

    def count_and_sum(self) -> Select[Any]:
        """Its place, currency (null where lines are not apart), how many rows, and what they sum to."""
        lines = self.lines
        told = (
            select(_text(lines.currency).label("currency"), lines.value.label("value"))
            .select_from(lines.base if lines.summed is None else lines.summed)
            .where(*lines.where)
            .subquery("told")
        )
        place = literal(self.place).label(PLACE)
        query = select(place, told.c.currency, func.count(), func.sum(told.c.value))
        return query.select_from(told).group_by(told.c.currency)

    def rows(self, columns: Sequence[RowColumn], dates: set[str]) -> Select[Any]:
        """Its rows, with an empty cell for each of `columns` it does not know."""
        lines = self.lines
        known = {item.column.name: item.expression for item in lines.cells}
        known["measure"] = literal(self.title, String())
        kind = lines.kind if lines.record is not None else None
        query = select(
            literal(self.place).label(PLACE),
            literal(self.part, String()).label(PART),
            literal(self.measures[0].system, String()).label("system"),
            (_text(None) if kind is None else literal(kind, String())).label("record_type"),
            _key(lines.record).label("record_id"),
            _key(lines.project).label("project_key"),
            _text(lines.currency).label(CURRENCY),
            *(
                known.get(column.name, nothing(column, column.name in dates)).label(column.name)
                for column in columns
            ),
            lines.value.label("contribution"),
        )
        return query.select_from(lines.table).where(*lines.where)


def _fact_lines(term: Term, measure: Measure) -> Lines:
    columns = [(column, None) for column in _visible(term, measure)]
    cells, table = _shown(columns, source(measure))
    value, currency = _signed(term, number(measure, term.asked)), _currency(term, measure)
    where = conditions(measure, term.asked, term.span)
    record = measure.record
    return Lines(
        base=source(measure),
        table=table,
        summed=source(measure, value, *where, *([] if currency is None else [currency])),
        cells=cells,
        value=value,
        where=where,
        currency=currency,
        project=measure.dimensions.get("project", measure.table.c.get("project_key")),
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
    """One row for each different value of `keys`."""
    currency = _currency(term, measure)
    by = [*keys.values(), *([] if currency is None else [currency])]
    inner = (
        select(
            *(column.label(name) for name, column in keys.items()),
            _text(currency).label("currency_of"),
            value.label("value"),
        )
        .select_from(source(measure))
        .where(*conditions(measure, term.asked, term.span))
        .group_by(*by)
    )
    if measure.distinct and not term.withheld:
        inner = inner.where(*(column.is_not(None) for column in measure.distinct))
    told = inner.subquery(f"told_{term.place}")
    cells, table = _shown([(told.c[name], name) for name in keys], told)
    return Lines(
        base=told,
        table=table,
        cells=cells,
        value=_signed(term, told.c.value),
        currency=told.c.currency_of if term.asked.apart else None,
        project=told.c.get("project_key"),
    )


def _floor_lines(term: Term, floor: Floor) -> Lines:
    """One row for each member, with its terms."""
    told = floored(floor, term.asked, term.span).subquery(f"told_{term.place}")
    names = [_column_name(floor.measures[0], name) for name in floor.per]
    keys = [(told.c[f"k{place}"], name) for place, name in enumerate(names)]
    cells, table = _shown(keys, told)
    for place, measure in enumerate(floor.measures):
        column = RowColumn(name=measure.key, title=measure.title, type=value_type(measure.counts))
        cells.append(Shown(column=column, expression=told.c[f"t{place}"]))
    return Lines(
        base=told,
        table=table,
        cells=cells,
        value=_signed(term, told.c.contribution),
        currency=told.c[f"g{len(term.asked.by)}"] if term.asked.apart else None,
        project=told.c[f"k{floor.per.index('project')}"] if "project" in floor.per else None,
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


def _text(column: ColumnElement[Any] | None) -> ColumnElement[Any]:
    return cast(null(), String()) if column is None else column


def _key(column: ColumnElement[Any] | None) -> ColumnElement[Any]:
    return cast(null(), BigInteger()) if column is None else column
