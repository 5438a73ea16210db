"""What comes back from a question to a KPI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from ..period import Month, Period
from .kpi import Kpi, Reason, Side
from .trust import Concern


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One line of an answer; without a breakdown there is exactly one.

    Attributes:
        dimensions: dimension name -> key of its member.
        labels: dimension name -> the member's name.
        erp, psa: the two sides; None with a reason.
        variance: erp - psa; None unless both are known.
        value: the number of record.
        reasons: side -> why it is None.
        within_tolerance: None unless both sides are known.
    """

    dimensions: Mapping[str, int]
    labels: Mapping[str, str]
    erp: Decimal | None
    psa: Decimal | None
    variance: Decimal | None
    value: Decimal | None
    reasons: Mapping[Side, Reason]
    within_tolerance: bool | None

    def side(self, side: Side) -> Decimal | None:
        """The number of one side."""
        return self.erp if side is Side.ERP else self.psa


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A KPI's answer for one period."""

    kpi: Kpi
    period: Period
    currency: str | None  # ISO code for money, else None
    as_of: Mapping[str, datetime | None]  # 'netsuite' | 'suiteprojects' -> UTC
    snapshot: int
    rows: Sequence[AnswerRow]
    trust: Mapping[Side, Sequence[Concern]] = field(default_factory=dict)  # records left out

    @property
    def only(self) -> AnswerRow:
        """The one line of an answer without a breakdown."""
        (row,) = self.rows
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """A KPI in one month."""

    month: Month
    erp: Decimal | None
    psa: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowColumn:
    """A column of the rows behind a number."""

    name: str
    title: str
    type: str  # text | day | moment | month | money | hours | flag | integer | days


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPage:
    """One page of the rows behind one side of a number.

    Every row bears `measure` (the heading of the term it belongs to), the columns of its fact,
    dimension names resolved to text, `system`, `record_type` and `record_id` (to open the record in
    its source system), and `contribution`: signed so that all rows of all pages sum to the number
    (for a ratio: rows of the numerator and of the denominator, told apart by `part`).

    Attributes:
        totals: part ('value', or 'numerator' and 'denominator') -> sum over all rows, not only this page.
        withheld: what the scope keeps back, in plain words; empty if nothing.
    """

    columns: Sequence[RowColumn]
    rows: Sequence[Mapping[str, Any]]
    total_rows: int
    totals: Mapping[str, Decimal]
    withheld: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
