"""What comes back from a question to a KPI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..period import Month, Period
from ..texts import Text
from .kpi import Kpi, Lens, Reason, Side
from .trust import Concern


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One line of an answer; without a breakdown there is exactly one.

    Attributes:
        dimensions: dimension name -> key of its member.
        currency: ISO code where the number is money; the line's own, where lines are by currency, and empty
            for the line of what no record tells the currency of. `rows` takes it as it is.
        labels: dimension name -> the member's name.
        erp, psa: the two sides; None with a reason.
        variance: erp - psa; None unless both are known.
        value: the number of record.
        reasons: side -> why it is None.
        within_tolerance: None unless both sides are known.
        blank: side -> how many rows count for nothing, because they could not be valued.
    """

    dimensions: Mapping[str, Any]
    labels: Mapping[str, str]
    erp: Decimal | None
    psa: Decimal | None
    variance: Decimal | None
    value: Decimal | None
    reasons: Mapping[Side, Reason]
    within_tolerance: bool | None
    currency: str | None = None
    blank: Mapping[Side, int] = field(default_factory=dict)

    def side(self, side: Side) -> Decimal | None:
        """The number of one side."""
        return self.erp if side is Side.ERP else self.psa


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A KPI's answer for one period.

    In a lens other than the consolidated one there is a line for each currency, `currency` is None and
    no line's number may be added to another's.
    """

    kpi: Kpi
    period: Period
    currency: str | None  # ISO code for money, else None
    as_of: Mapping[str, datetime | None]  # 'netsuite' | 'suiteprojects' -> UTC
    snapshot: int
    rows: Sequence[AnswerRow]
    trust: Mapping[Side, Sequence[Concern]] = field(default_factory=dict)  # records left out
    lens: Lens = Lens.CONSOLIDATED

    @property
    def only(self) -> AnswerRow:
        """The one line of an answer without a breakdown."""
        (row,) = self.rows
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """A KPI in one month, in one currency."""

    month: Month
    erp: Decimal | None
    psa: Decimal | None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowColumn:
    """A column of the rows behind a number."""

    name: str
    title: Text
    type: str  # text | day | moment | month | money | hours | flag | integer | days | number


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPage:
    """One page of the rows behind one side of a number.

    Every row bears `measure` (the heading of the term it belongs to), the columns of its fact,
    dimension names resolved to text, `system`, `record_type` and `record_id` (to open the record in
    its source system), and `contribution`: signed so that all rows of all pages sum to the number
    (for a ratio: rows of the numerator and of the denominator, told apart by `part`;
    `models.metrics.parts.number_of_rows` makes the number of them, whatever the formula).
    Where money is told in several currencies, `contribution_currency` says whose a contribution is.

    Attributes:
        totals: part ('value', or 'numerator' and 'denominator') -> sum over all rows, not only this page.
            Empty where the rows are of several currencies.
        by_currency: currency -> totals, where money is told in several.
        withheld: what the scope keeps back, in plain words; empty if nothing.
    """

    columns: Sequence[RowColumn]
    rows: Sequence[Mapping[str, Any]]
    total_rows: int
    totals: Mapping[str, Decimal]
    withheld: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    by_currency: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
