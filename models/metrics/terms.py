"""The rows of one term of a formula: a SELECT with one column for each column shown."""

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
from .compile import Slice, Span, conditions, source
from .kpi import Measure
from .presentation import MEASURE, Shown, nothing, shown

PART, PLACE = "part", "place"
TECHNICAL = (PLACE, PART, "system", "record_type", "record_id", "project_key")


@dataclass(frozen=True, kw_only=True, eq=False)
class Term:
    """A measure among the terms of a formula: its sign, and the part it plays."""

    sign: int
    measure: Measure
    part: str
    place: int  # its position in the formula, which is how rows are ordered
    asked: Slice
    span: Span

    @property
    def withheld(self) -> bool:
        """Whether the scope sees only sums by project and month."""
        return (
            self.measure.hidden_by is not None and self.measure.hidden_by in self.asked.scope.hidden
        )

    @cached_property
    def _shown(self) -> tuple[list[Shown], FromClause]:
        joined, found = source(self.measure), []
        for column in self._visible():
            more, joined = shown(column, joined)
            found += more
        return found, joined

    @property
    def columns(self) -> list[RowColumn]:
        """The columns its rows show."""
        return [MEASURE, *(item.column for item in self._shown[0])]

    @property
    def dates(self) -> set[str]:
        """The names of the columns that hold dates."""
        found = self._shown[0]
        return {item.column.name for item in found if isinstance(item.expression.type, Date)}

    @property
    def value_type(self) -> str:
        """What its contributions are."""
        return "hours" if self.measure.value.name.endswith("hours") else "money"

    def count_and_sum(self) -> Select[int, Any]:
        """How many rows there are, and what they sum to without the sign."""
        inner = self._grouped().subquery() if self.withheld else None
        if inner is not None:
            return select(func.count(), func.sum(inner.c.value)).select_from(inner)
        query = select(func.count(), func.sum(self.measure.value))
        query = query.select_from(source(self.measure))
        return query.where(*conditions(self.measure, self.asked, self.span))

    def rows(self, columns: Sequence[RowColumn], dates: set[str]) -> Select[Any]:
        """Its rows, with an empty cell for each of `columns` it does not know."""
        return self._sums(columns, dates) if self.withheld else self._single(columns, dates)

    def _visible(self) -> list[Any]:
        if self.withheld:
            return [self.measure.dimensions["project"], self.measure.month]
        hides = Hidden.PERSON_COST in self.asked.scope.hidden
        return [
            column
            for column in self.measure.columns
            if not (hides and any(column is kept for kept in self.measure.sensitive))
        ]

    def _grouped(self) -> Select[Any]:
        project = self.measure.dimensions["project"]
        query = select(
            project.label("project_key"),
            self.measure.month.label("month"),
            func.sum(self.measure.value).label("value"),
        ).select_from(source(self.measure))
        query = query.where(*conditions(self.measure, self.asked, self.span))
        return query.group_by(project, self.measure.month)

    def _single(self, columns: Sequence[RowColumn], dates: set[str]) -> Select[Any]:
        found, joined = self._shown
        record = self.measure.record
        project = self.measure.dimensions.get("project", self.measure.table.c.get("project_key"))
        query = self._select(
            {item.column.name: item.expression for item in found},
            columns,
            dates,
            project=project,
            record=record.id if record else None,
            value=self.measure.value,
        )
        query = query.select_from(joined)
        return query.where(*conditions(self.measure, self.asked, self.span))

    def _sums(self, columns: Sequence[RowColumn], dates: set[str]) -> Select[Any]:
        inner = self._grouped().subquery(f"sums_{self.place}")
        found, joined = shown(inner.c.project_key, inner)
        cells: dict[str, ColumnElement[Any]] = {item.column.name: item.expression for item in found}
        cells["month"] = inner.c.month
        query = self._select(
            cells, columns, dates, project=inner.c.project_key, record=None, value=inner.c.value
        )
        return query.select_from(joined)

    def _select(
        self,
        cells: dict[str, ColumnElement[Any]],
        columns: Sequence[RowColumn],
        dates: set[str],
        *,
        project: ColumnElement[Any] | None,
        record: ColumnElement[Any] | None,
        value: ColumnElement[Any],
    ) -> Select[Any]:
        known = cells | {"measure": literal(self.measure.title, String())}
        empty_key = cast(null(), BigInteger())
        kind = self.measure.record.type if self.measure.record and record is not None else None
        return select(
            literal(self.place).label(PLACE),
            literal(self.part, String()).label(PART),
            literal(self.measure.system, String()).label("system"),
            (cast(null(), String()) if kind is None else literal(kind, String())).label(
                "record_type"
            ),
            (empty_key if record is None else record).label("record_id"),
            (empty_key if project is None else project).label("project_key"),
            *(
                known.get(column.name, nothing(column, column.name in dates)).label(column.name)
                for column in columns
            ),
            (value if self.sign > 0 else -value).label("contribution"),
        )
