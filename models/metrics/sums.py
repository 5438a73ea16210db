"""Sums of measures from the facts, as exact decimals by group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import Connection

from ..period import Month
from .compile import Slice, Span, first_month, grouped
from .dimensions import DIMENSIONS
from .kpi import Measure, Reason, Total

Group = tuple[int, ...]  # the members a number belongs to, in the order of the breakdown
Cell = Decimal | Reason
ZERO = Decimal("0.0000")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The numbers of one side for one span.

    Attributes:
        cells: group -> number, or why there is none.
        rest: what holds for a group that is not among them.
    """

    cells: Mapping[Group, Cell] = field(default_factory=dict)
    rest: Cell

    def of(self, group: Group) -> Cell:
        """The number of a group."""
        return self.cells.get(group, self.rest)


@dataclass(slots=True)
class Reader:
    """Reads sums for one question; remembers where each measure's data begins."""

    connection: Connection
    asked: Slice
    today: Month
    _begins: dict[Measure, int | None] = field(default_factory=dict)

    def columns(self, total: Total, spans: Sequence[Span]) -> dict[Span, Column]:
        """Sum `total` over each span; several spans must be single months."""
        sums = self._one(total, spans[0]) if len(spans) == 1 else self._monthly(total, spans)
        return {
            span: Column(cells=sums[span], rest=self._rest(total, span, sums[span]))
            for span in spans
        }

    def months(self, total: Total, span: Span) -> dict[Group, dict[int, Decimal]]:
        """Sum `total` by group and month."""
        found: dict[Group, dict[int, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
        for sign, measure in total.terms:
            query = grouped(measure, self.asked, span, by_month=True)
            for month, *group, amount in self.connection.execute(query):
                if amount is not None:
                    found[self._group(group)][month] += sign * amount
        return found

    def _one(self, total: Total, span: Span) -> dict[Span, dict[Group, Cell]]:
        found: dict[Group, Cell] = {}
        for sign, measure in total.terms:
            query = grouped(measure, self.asked, span, by_month=False)
            for *stored, amount in self.connection.execute(query):
                if amount is not None:
                    group = self._group(stored)
                    before = found.get(group, ZERO)
                    assert isinstance(before, Decimal)
                    found[group] = before + sign * amount
        return {span: found}

    def _monthly(self, total: Total, spans: Sequence[Span]) -> dict[Span, dict[Group, Cell]]:
        keys = [span.first for span in spans if span.first is not None]
        found: dict[Span, dict[Group, Cell]] = {span: {} for span in spans}
        for group, months in self.months(total, Span(min(keys), max(keys))).items():
            for month, amount in months.items():
                if (span := Span(month, month)) in found:
                    found[span][group] = amount
        return found

    def _group(self, stored: Sequence[object]) -> Group:
        named = zip(self.asked.by, stored, strict=True)
        return tuple(DIMENSIONS[name].key_of(value) for name, value in named)

    def _rest(self, total: Total, span: Span, cells: Mapping[Group, Cell]) -> Cell:
        """A group without rows: nothing happened, or nothing is known yet (R2)."""
        if not self.asked.by and cells:
            return ZERO  # never asked for
        if span.first is not None and span.first > self.today.key:
            return Reason.NO_DATA
        begins = [month for measure in total.measures if (month := self._begin(measure))]
        if not begins or (span.last is not None and span.last < min(begins)):
            return Reason.NO_DATA
        return ZERO

    def _begin(self, measure: Measure) -> int | None:
        if measure not in self._begins:
            self._begins[measure] = self.connection.execute(first_month(measure)).scalar()
        return self._begins[measure]
