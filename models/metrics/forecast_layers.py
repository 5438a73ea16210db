"""Which layer of the forecast misses, and how much of each comes true (D8)."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from sqlalchemy import Column, ColumnElement

from ..tables.forecast import fct_forecast_judged
from .forecast_accuracy import AHEAD, BY, WRITTEN_DOWN, YEAR, accuracy, sizes
from .kpi import Better, Kind, Kpi, Measure, Ratio, Reason, Total, Unit

judged = fct_forecast_judged.c
BY_LAYER = (*BY, "layer")
_LAYERS = (
    "A posting does not tell which layer had foretold it: what came of a practice, company, stream and month is counted "
    "towards the surer layers first, each up to what it told. So a layer misses what is lacking after all that are surer have "
    "been met, and what came beyond all of them was in no layer. Months count when their books are closed. "
)


def _measure(key: str, title: str, value: Column[Decimal], *where: ColumnElement[bool]) -> Measure:
    return Measure(
        key=key,
        title=title,
        system="netsuite",
        table=fct_forecast_judged,
        value=value,
        month=judged.month,
        where=where,
        eliminated=judged.is_intercompany.is_(True),
        dimensions={
            "subsidiary": judged.subsidiary_key,
            "department": judged.department_key,
            "stream": judged.stream,
            "layer": judged.layer,
        },
        columns=(
            judged.month,
            judged.layer,
            judged.stream,
            judged.department_key,
            judged.subsidiary_key,
            judged.forecast_subsidiary,
            judged.came_subsidiary,
            judged.subsidiary_currency,
        ),
    )


def _year(measure: Measure) -> Total:
    return Total(terms=((1, measure),), window=YEAR, empty=Reason.NO_HISTORY)


_ratio = partial(accuracy, by=BY_LAYER, unit=Unit.PERCENT, kind=Kind.RATIO)


def _error(before: int) -> Kpi:
    missed = _measure(
        f"layer_missed_{before}", "Missed", judged.missed_base, judged.ahead == before
    )
    return _ratio(
        key=f"forecast_layer_error_{before}",
        title=f"Forecast error by layer, {AHEAD[before]} ahead",
        question=f"Which layer of the forecast {AHEAD[before]} ahead do we miss by?",
        definition=(
            "What each layer told and did not come, and what came and was in no layer, of the twelve months to the period's "
            "end, divided by their revenue. The layers add up."
        ),
        better=Better.LOWER,
        erp=Ratio(
            numerator=_year(missed),
            denominator=sizes(before),
            empty=Reason.NO_HISTORY,
            positive=True,
            whole=("layer",),
        ),
        tolerance=Decimal("0.005"),
        edge_cases=(
            f"{WRITTEN_DOWN}{_LAYERS}Taken stream by stream and company by company, too, the whole is no less than the "
            "forecast's error."
        ),
    )


def _kept(before: int) -> Kpi:
    foretold = (judged.ahead == before, judged.layer != "unforeseen")
    return _ratio(
        key=f"forecast_kept_{before}",
        title=f"Forecast that came, {AHEAD[before]} ahead",
        question=f"How much of what each layer told {AHEAD[before]} before came?",
        definition=(
            "What came of a layer divided by what it told, of the twelve months to the period's end."
        ),
        better=Better.HIGHER,
        erp=Ratio(
            numerator=_year(_measure(f"layer_came_{before}", "Came", judged.came_base, *foretold)),
            denominator=_year(
                _measure(f"layer_told_{before}", "Forecast", judged.forecast_base, *foretold)
            ),
            empty=Reason.NO_HISTORY,
            positive=True,
        ),
        tolerance=Decimal("0.005"),
        edge_cases=f"{WRITTEN_DOWN}{_LAYERS}No layer can have more than it told.",
    )


LAYER_ERROR_1, LAYER_ERROR_3, LAYER_ERROR_6 = map(_error, AHEAD)
KEPT_1, KEPT_3, KEPT_6 = map(_kept, AHEAD)
