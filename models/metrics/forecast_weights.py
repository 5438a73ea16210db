"""How much of what experience expects counts in the forecast, and what each weight would have missed (D5, D8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Column, String, cast, select

from ..tables.forecast import dim_forecast_weight, fct_forecast_weighed
from .forecast_accuracy import BY, YEAR, accuracy
from .kpi import Better, Kind, Kpi, Measure, Ratio, Reason, Total, Unit

if TYPE_CHECKING:
    from ..snapshot import Snapshot

cell, _weight = fct_forecast_weighed.c, dim_forecast_weight.c
_RULES = (
    "Forecasts are those that were written down on the last day of the month that lies so many months before, three to twelve; "
    "months count when their books are closed. Taken practice by practice, company by company, stream by stream and month by "
    "month, without intercompany; rates of exchange that moved since count as a miss. Of forecasts from before weights were written down the "
    "weight was the fixed one. "
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """How much of what experience expects beyond what is seen counts, so many months ahead.

    Attributes:
        ahead: months.
        weight: 0 to 1.
        months: judged month ends that tell something of it.
        months_needed: before it is learned.
        is_learned: else it is the fixed one.
        is_wanted: whether weights are to be learned.
    """

    ahead: int
    weight: Decimal
    months: int
    months_needed: int
    is_learned: bool
    is_wanted: bool


def weights(snapshot: Snapshot) -> Sequence[Weight]:
    """The weights of today's forecast, by months ahead; they are the firm's and hold no amounts."""
    names = ("ahead", "weight", "months", "months_needed", "is_learned", "is_wanted")
    query = select(*(_weight[name] for name in names)).order_by(_weight.ahead)
    with snapshot.engine.connect() as connection:
        return [Weight(**row) for row in connection.execute(query).mappings()]


def _measure(key: str, title: str, value: Column[Decimal]) -> Measure:
    return Measure(
        key=key,
        title=title,
        system="netsuite",
        table=fct_forecast_weighed,
        value=value,
        month=cell.month,
        dimensions={
            "subsidiary": cell.subsidiary_key,
            "department": cell.department_key,
            "stream": cell.stream,
            "horizon": cast(cell.ahead, String),
        },
        columns=(
            cell.month,
            cell.ahead,
            cell.department_key,
            cell.subsidiary_key,
            cell.stream,
            cell.seen_base,
            cell.lacking_base,
            cell.told_weight,
            cell.fixed_weight,
            cell.weight,
            cell.months,
            cell.came_base,
        ),
    )


def _year(measure: Measure) -> Total:
    return Total(terms=((1, measure),), window=YEAR, empty=Reason.NO_HISTORY)


_SIZE = _measure("weighed_revenue", "Revenue", cell.size_base)
_error = partial(
    accuracy,
    unit=Unit.PERCENT,
    kind=Kind.RATIO,
    better=Better.LOWER,
    by=("horizon", *BY),
    tolerance=Decimal("0.005"),
    source="KPI catalogue D5, D8",
)


def _of(weight: str, title: str, question: str, what: str, more: str = "") -> Kpi:
    missed = _measure(f"{weight}_missed", "Missed", cell[f"{weight}_missed_base"])
    return _error(
        key=f"forecast_{weight}_error",
        title=title,
        question=question,
        definition=(
            f"WAPE of {what}: how far it lay from what came, of the twelve months to the period's end, divided by their "
            "revenue."
        ),
        erp=Ratio(
            numerator=_year(missed),
            denominator=_year(_SIZE),
            empty=Reason.NO_HISTORY,
            positive=True,
        ),
        edge_cases=f"{_RULES}{more}",
    )


SEEN_ERROR = _of(
    "seen",
    "Forecast error of what is seen alone",
    "How far off would our forecast be if experience counted for nothing?",
    "what was recognised, booked, ordered or on offer",
)
FULL_ERROR = _of(
    "full",
    "Forecast error with experience in full",
    "How far off would our forecast be if all that experience expects counted?",
    "what was seen and all that experience expected beyond it",
    "It is never less than what was seen; how experience does without that, tests tell (statistical_error).",
)
FIXED_ERROR = _of(
    "fixed",
    "Forecast error with fixed weights",
    "How far off would our forecast be if no weight were learned?",
    "what was seen and, by the fixed weight of so many months ahead, what experience expected beyond it",
)
WEIGHED_ERROR = _of(
    "weighed",
    "Forecast error with learned weights",
    "How far off is our forecast with the weights that earlier months teach?",
    "what was seen and, by the weight that earlier months teach, what experience expected beyond it",
    "A weight is what the months teach that were over before the forecast was made, and the fixed one while these are too "
    "few: what came later is not known to it.",
)
