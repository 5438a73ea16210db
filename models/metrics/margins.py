"""Projects side by side by what they earn, and the ends of a ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from ..access import Scope
from ..period import Period
from .answer import Answer, AnswerRow
from .finance import RECOGNIZED_REVENUE
from .kpi import Reason, Side
from .projects import PROJECT_GROSS_MARGIN
from .query import Filters, answer
from .sides import quotient
from .sums import ZERO

if TYPE_CHECKING:
    from ..snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectMargin:
    """What one project earned, as both systems know it; None where a system cannot say."""

    project_key: int
    label: str  # code and name
    erp_revenue: Decimal | None
    psa_revenue: Decimal | None
    erp_margin: Decimal | None
    psa_margin: Decimal | None
    erp_pct: Decimal | None
    psa_pct: Decimal | None

    @property
    def variance(self) -> Decimal | None:
        """NetSuite's margin less SuiteProjects Pro's."""
        if self.erp_margin is None or self.psa_margin is None:
            return None
        return self.erp_margin - self.psa_margin


def ranked(
    answered: Answer, side: Side, n: int | None = None, *, lowest: bool = False
) -> list[AnswerRow]:
    """Return the `n` rows with the highest (or lowest) numbers of one side, best (or worst) first."""
    known = [(number, row) for row in answered.rows if (number := row.side(side)) is not None]
    known.sort(key=lambda pair: pair[0], reverse=not lowest)
    return [row for _, row in known[:n]]


def project_margins(
    snapshot: Snapshot, period: Period, scope: Scope, where: Filters | None = None
) -> list[ProjectMargin]:
    """Return revenue, margin and margin % of every project that had any, highest ERP margin first.

    Raises:
        QuestionError: margins have no dimension of `where`.
    """
    revenue = answer(snapshot, RECOGNIZED_REVENUE, period, scope, by=("project",), where=where)
    margin = answer(snapshot, PROJECT_GROSS_MARGIN, period, scope, by=("project",), where=where)
    earned, kept = _by_project(revenue), _by_project(margin)
    found = [_joined(key, earned.get(key), kept.get(key)) for key in kept.keys() | earned.keys()]
    return sorted(found, key=_highest_first)


def extremes(
    margins: Sequence[ProjectMargin], n: int
) -> tuple[list[ProjectMargin], list[ProjectMargin]]:
    """Return the top `n` (best first) and the bottom `n` (worst first); no project is in both."""
    top = list(margins[:n])
    return top, list(reversed(margins[len(top) :]))[:n]


def _by_project(answered: Answer) -> dict[int, AnswerRow]:
    return {row.dimensions["project"]: row for row in answered.rows}


def _joined(key: int, revenue: AnswerRow | None, margin: AnswerRow | None) -> ProjectMargin:
    known = margin or revenue
    assert known is not None
    erp = _side(revenue, margin, Side.ERP)
    psa = _side(revenue, margin, Side.PSA)
    return ProjectMargin(
        project_key=key,
        label=known.labels["project"],
        erp_revenue=erp[0],
        psa_revenue=psa[0],
        erp_margin=erp[1],
        psa_margin=psa[1],
        erp_pct=_pct(*erp),
        psa_pct=_pct(*psa),
    )


def _side(
    revenue: AnswerRow | None, margin: AnswerRow | None, side: Side
) -> tuple[Decimal | None, Decimal | None]:
    """Revenue and margin of one side: where one of them is known, the other's lack of rows is 0."""
    earned = revenue.side(side) if revenue else None
    kept = margin.side(side) if margin else None
    if earned is None and kept is None:
        return None, None
    return earned or ZERO, kept or ZERO


def _pct(revenue: Decimal | None, margin: Decimal | None) -> Decimal | None:
    if revenue is None or margin is None:
        return None
    found = quotient(margin, revenue, Reason.NO_REVENUE)
    return None if isinstance(found, Reason) else found


def _highest_first(row: ProjectMargin) -> tuple[bool, Decimal, str, int]:
    number = row.erp_margin if row.erp_margin is not None else row.psa_margin
    return (number is None, -(number or Decimal(0)), row.label, row.project_key)
