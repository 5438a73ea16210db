"""One side of a KPI, answered: its formula interpreted over the facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from ..period import Month, Period
from . import countback
from .compile import Slice, Span
from .kpi import Countback, Formula, Kind, Kpi, NotHeld, Ratio, Reason, Side, Total
from .scoping import can_see
from .sums import ZERO, Cell, Column, Group, Reader

if TYPE_CHECKING:
    from ..snapshot import Snapshot

_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A KPI asked of a snapshot."""

    snapshot: Snapshot
    kpi: Kpi
    asked: Slice

    @property
    def today(self) -> Month:
        """The running month."""
        return Month.of(self.snapshot.today)

    def span(self, period: Period) -> Span:
        """The months that count: all of a flow's, the last of a stock's (the running one if later)."""
        if not is_stock(self.kpi):
            return Span(period.first.key, period.last.key)
        return Span.of(min(period.last, max(period.first, self.today)))

    def refusal(self, side: Side, span: Span) -> Reason | None:
        """Why this side has no number at all, known without a query."""
        formula = self.kpi.side(side)
        if self.asked.scope.is_nothing:
            return Reason.OUT_OF_SCOPE
        if isinstance(formula, NotHeld) or not self._holds(formula):
            return Reason.NOT_HELD
        if not all(can_see(self.asked.scope, measure) for measure in formula.measures):
            return Reason.OUT_OF_SCOPE
        if not self._history(formula, span):
            return Reason.HISTORY_LOADING
        return None

    def _holds(self, formula: Formula) -> bool:
        names = {*self.asked.by, *self.asked.where}
        return all(names <= measure.dimensions.keys() for measure in formula.measures)

    def _history(self, formula: Formula, span: Span) -> bool:
        """Whether the systems asked have loaded all that the number needs."""
        for system in {measure.system for measure in formula.measures}:
            state = self.snapshot.sources.get(system)
            begins = state.complete_from if state else None
            if begins and (self.kpi.needs_history or begins.key > (span.first or 0)):
                return False
        return True


def is_stock(kpi: Kpi) -> bool:
    """Whether the number is stated for a day rather than summed over months."""
    countbacks = (isinstance(formula, Countback) for formula in (kpi.erp, kpi.psa))
    return kpi.kind is Kind.STOCK or any(countbacks)


def side_columns(
    reader: Reader, question: Question, side: Side, spans: Sequence[Span]
) -> dict[Span, Column]:
    """Answer one side for each span; several spans must be single months."""
    refused = {span: question.refusal(side, span) for span in spans}
    open_spans = [span for span in spans if refused[span] is None]
    found = {span: Column(rest=reason) for span, reason in refused.items() if reason}
    if open_spans:
        found |= _formula(reader, question, question.kpi.side(side), open_spans)
    return found


def _formula(
    reader: Reader, question: Question, formula: Formula, spans: Sequence[Span]
) -> Mapping[Span, Column]:
    if isinstance(formula, Total):
        return reader.columns(formula, spans)
    if isinstance(formula, Ratio):
        over = reader.columns(formula.numerator, spans)
        under = reader.columns(formula.denominator, spans)
        return {span: _ratio(over[span], under[span], formula.empty) for span in spans}
    assert isinstance(formula, Countback)
    return _countback(reader, question, formula, spans)


def _ratio(over: Column, under: Column, empty: Reason) -> Column:
    groups = over.cells.keys() | under.cells.keys()
    return Column(
        cells={group: quotient(over.of(group), under.of(group), empty) for group in groups},
        rest=quotient(over.rest, under.rest, empty),
    )


def quotient(over: Cell, under: Cell, empty: Reason) -> Cell:
    """Divide to six places; nothing to divide by is `empty`, nothing to divide keeps its reason."""
    if isinstance(over, Reason):
        return over
    if isinstance(under, Reason) or under == 0:
        return empty
    return (over / under).quantize(_PLACES, rounding=ROUND_HALF_EVEN)


def _countback(
    reader: Reader, question: Question, formula: Countback, spans: Sequence[Span]
) -> dict[Span, Column]:
    balances = reader.columns(formula.balance, spans)
    newest = max(span.last for span in spans if span.last is not None)
    billings = reader.months(formula.billings, Span(None, newest))
    found = {}
    for span in spans:
        column = balances[span]
        cells: dict[Group, Cell] = {
            group: _days(balance, billings.get(group, {}), span, question, formula.limit_days)
            for group, balance in column.cells.items()
        }
        rest = column.rest if isinstance(column.rest, Reason) else ZERO
        found[span] = Column(cells=cells, rest=rest)
    return found


def _days(
    balance: Cell, billings: Mapping[int, Decimal], span: Span, question: Question, limit: int
) -> Cell:
    if isinstance(balance, Reason) or span.last is None:
        return Reason.NO_DATA
    month = Month.from_key(span.last)
    return countback.days_of(balance, billings, month, question.snapshot.today, limit)
