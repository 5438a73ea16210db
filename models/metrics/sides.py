"""One side of a KPI, answered: its formula interpreted over the facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..period import Month, Period
from .compile import Request, Slice
from .formula import Countback, Formula, NotHeld
from .kpi import Kpi
from .lacking import is_lacking
from .leaves import Asking, formula_columns, meant, requests
from .parts import measures_told, quotient, told, told_apart, windows
from .scoping import can_see
from .sums import Column, Facts
from .vocabulary import Kind, Lens, Reason, Side
from .window import Span

if TYPE_CHECKING:
    from ..snapshot import Snapshot


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

    @property
    def formulas(self) -> dict[Side, Formula]:
        """Each side's formula."""
        return {side: self.kpi.side(side) for side in Side}

    def asking(self, facts: Facts, formula: Formula) -> Asking:
        """What a formula is evaluated for; lines are apart where money is not in one currency."""
        asked = replace(self.asked, apart=True) if self.is_apart(formula) else self.asked
        return Asking(
            facts=facts,
            asked=asked,
            stock=is_stock(self.kpi),
            today=self.snapshot.today,
            year_starts=self.snapshot.fiscal_start,
            closed=self.snapshot.last_closed_month,
        )

    def is_apart(self, formula: Formula) -> bool:
        """Whether the number is told in a line for each currency."""
        other = self.asked.lens is not Lens.CONSOLIDATED
        return other and any(measure.is_money for measure in formula.measures)

    def refusal(self, formula: Formula, span: Span) -> Reason | None:
        """Why this formula has no number at all, known without a query."""
        return self.refusals(formula, [span])[span]

    def refusals(self, formula: Formula, spans: Sequence[Span]) -> dict[Span, Reason | None]:
        """The same for several spans: most of what may stand against a number does so whichever it is of."""
        always = self.refused(formula)
        return dict.fromkeys(spans, always) if always else self.waits(formula, spans)

    def waits(self, formula: Formula, spans: Sequence[Span]) -> dict[Span, Reason | None]:
        """For which spans the history is still loading."""
        begins = self._begins(formula)
        if begins is None:
            return dict.fromkeys(spans)
        return {
            span: Reason.HISTORY_LOADING
            if self.kpi.needs_history or begins > self._oldest(formula, span)
            else None
            for span in spans
        }

    def refused(self, formula: Formula) -> Reason | None:
        """What stands against it in every span."""
        if self.asked.scope.is_nothing:
            return Reason.OUT_OF_SCOPE
        if isinstance(formula, NotHeld) or not self._holds(formula):
            return Reason.NOT_HELD
        names = {*self.asked.by, *self.asked.where, *told_apart(formula)}
        if not all(
            can_see(self.asked.scope, measure, names - whole)
            for measure, whole in measures_told(formula)
        ):
            return Reason.OUT_OF_SCOPE
        if not self._in_lens(formula):
            return Reason.LENS_NOT_HELD
        if self._lacks(formula, names):
            return Reason.NOT_ARCHIVED
        return None

    def _holds(self, formula: Formula) -> bool:
        names = {*self.asked.by, *self.asked.where}
        return all(
            names - whole <= measure.dimensions.keys() for measure, whole in measures_told(formula)
        )

    def _in_lens(self, formula: Formula) -> bool:
        if not self.is_apart(formula):
            return True
        lens = self.asked.lens
        return all(
            measure.number(lens) is not None and measure.currency(lens) is not None
            for measure in formula.measures
        )

    def _lacks(self, formula: Formula, names: set[str]) -> bool:
        """Whether the snapshot is of a version that did not keep what the number needs."""
        lacks = self.snapshot.lacks
        return any(
            is_lacking(lacks, one, self.asked, names - whole)
            for one, whole in measures_told(formula)
        )

    def _begins(self, formula: Formula) -> int | None:
        """From which month on all systems asked have loaded their history; None where it is all here."""
        systems = {measure.system for measure in formula.measures}
        states = (self.snapshot.sources.get(system) for system in systems)
        return max(
            (state.complete_from.key for state in states if state and state.complete_from),
            default=None,
        )

    def _oldest(self, formula: Formula, span: Span) -> int:
        """The first month that any window of the formula takes in; 0 for the beginning."""
        firsts = [
            meant(window, stock=is_stock(self.kpi))
            .of(
                span, self.today, self.snapshot.fiscal_start, closed=self.snapshot.last_closed_month
            )
            .first
            for window in windows(formula)
        ]
        return min((first or 0 for first in firsts), default=span.first or 0)


def is_stock(kpi: Kpi) -> bool:
    """Whether the number is stated for a day rather than summed over months."""
    countbacks = (isinstance(formula, Countback) for formula in (kpi.erp, kpi.psa))
    return kpi.kind is Kind.STOCK or any(countbacks)


def base_span(period: Period) -> Span:
    """The months of a period."""
    return Span(period.first.key, period.last.key)


def needed(
    facts: Facts, question: Question, formula: Formula, spans: Sequence[Span]
) -> list[Request]:
    """The sums that an answer will ask for."""
    able = [
        span for span, reason in _refusals(facts, question, formula, spans).items() if not reason
    ]
    return requests(question.asking(facts, formula), formula, able) if able else []


def side_columns(
    facts: Facts, question: Question, formula: Formula, spans: Sequence[Span]
) -> dict[Span, Column]:
    """Answer one formula for each span; several spans must be single months."""
    refused = _refusals(facts, question, formula, spans)
    able = [span for span in spans if refused[span] is None]
    found = {span: Column(rest=reason) for span, reason in refused.items() if reason}
    if able:
        exact = formula_columns(question.asking(facts, formula), formula, able)
        found |= {span: _told(formula, column) for span, column in exact.items()}
    return found


def _refusals(
    facts: Facts, question: Question, formula: Formula, spans: Sequence[Span]
) -> dict[Span, Reason | None]:
    """As `Question.refusals`; what stands against every span is found once for a page."""
    always = facts.known(("refused", formula, question.asked), lambda: question.refused(formula))
    return dict.fromkeys(spans, always) if always else question.waits(formula, spans)


def _told(formula: Formula, column: Column) -> Column:
    other = column.other
    return Column(
        cells={group: told(formula, cell) for group, cell in column.cells.items()},
        rest=told(formula, column.rest),
        blank=column.blank,
        other=None if other is None else lambda group: told(formula, other(group)),
    )


__all__ = ["Question", "base_span", "is_stock", "needed", "quotient", "side_columns"]
