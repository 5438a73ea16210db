"""What revenue was forecast, as it was written down then, against what came true (D8)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import Column, ColumnElement, Integer, Table, func, literal_column, select

from ..tables.conformed import dim_period
from ..tables.dated import fct_forecast_dated, meta_observation
from .finance import INCOME_POSTINGS
from .kpi import (
    Band,
    Better,
    CountOf,
    Floor,
    Join,
    Kind,
    Kpi,
    Measure,
    Ratio,
    Reason,
    Root,
    Side,
    Squares,
    Sum,
    Total,
    Unit,
    trailing,
)
from .layers import NO_FORECAST
from .recognition import ALL_INCOME

told = fct_forecast_dated.c
BY = ("subsidiary", "department", "stream")
_PER = ("department", "month")
YEAR = trailing(12, is_partial=True)  # what was written down of it
AHEAD = {1: "one month", 3: "three months", 6: "six months"}
WRITTEN_DOWN = (
    "A forecast is the one that was written down on the last day of the month that lies so many months before: neither "
    "system keeps what was expected, and what was not written down then cannot be told. "
)
JUDGED = (
    "Months count when their books are closed. Taken department by department and month by month: one's excess does "
    "not make up for another's shortfall. Rates of exchange that moved since count as a miss. "
)


def day_before(month: Column[Any], before: int) -> ColumnElement[int]:
    """The last day, as yyyymmdd, of the month that lies `before` months before a row's."""
    key = f"{month.table.name}.{month.name}"
    then = f"last_day(make_date({key} // 100, {key} - 100 * ({key} // 100), 1) - INTERVAL {before} MONTH)"
    return literal_column(f"CAST(strftime({then}, '%Y%m%d') AS INTEGER)", Integer())


def held_on(dated: Table, day: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a row of a dated table was seen on a day, which is worked out once for each row."""
    return day.between(dated.c.from_day, func.coalesce(dated.c.to_day, literal_column("99991231")))


def was_known(
    month: Column[Any], before: int, observation: str = "forecast"
) -> tuple[ColumnElement[bool], ...]:
    """Whether the forecast of a row's month, or its range, was written down so many months before.

    The months are worked out from when it was observed, not the day from each row's month: there are a million rows.
    """
    seen = meta_observation.c
    return (  # of the first day's month the last day was seen, of the last one's only if it is that
        month >= _observed(_month_after(seen.first_day, 0, before), observation),
        month <= _observed(_month_after(seen.last_day, 1, before - 1), observation),
    )


def _month_after(day: Column[Any], days: int, months: int) -> ColumnElement[int]:
    """The month, as yyyymm, that lies so many days and then months after a day."""
    then = f"strptime(CAST({day.table.name}.{day.name} AS VARCHAR), '%Y%m%d') + INTERVAL {days} DAY"
    return literal_column(
        f"CAST(strftime({then} + INTERVAL {months} MONTH, '%Y%m') AS INTEGER)", Integer()
    )


def _observed(bound: ColumnElement[int], observation: str) -> ColumnElement[int]:
    found = select(bound).where(meta_observation.c.observation == observation)
    return found.scalar_subquery()


def judged(before: int) -> Measure:
    """What was forecast of each month so many months before it ended."""
    day = day_before(told.month, before)
    return Measure(
        key=f"forecast_{before}",
        title=f"Forecast {AHEAD[before]} before",
        system="netsuite",
        table=fct_forecast_dated,
        value=told.amount_base,
        month=told.month,
        where=(
            held_on(fct_forecast_dated, day),
            *was_known(told.month, before),
        ),
        eliminated=told.is_intercompany.is_(True),
        dimensions={
            "subsidiary": told.subsidiary_key,
            "department": told.department_key,
            "stream": told.stream,
        },
        columns=(
            told.month,
            told.layer,
            told.stream,
            told.department_key,
            told.subsidiary_key,
            told.from_day,
            told.amount_subsidiary,
            told.subsidiary_currency,
        ),
    )


def of_closed(measure: Measure) -> Measure:
    """Only what can be judged: of months whose books are closed."""
    assert measure.month is not None
    return replace(
        measure,
        where=(*measure.where, dim_period.c.is_closed.is_(True)),
        joins=(*measure.joins, Join(table=dim_period, on=dim_period.c.month == measure.month)),
    )


def _actual(before: int) -> Measure:
    """Revenue as it came, debit positive, of the months that a forecast was written down for."""
    return of_closed(
        replace(
            ALL_INCOME,
            key=f"came_true_{before}",
            title="Revenue",
            where=(*ALL_INCOME.where, *was_known(INCOME_POSTINGS.table.c.month, before)),
            dimensions={name: ALL_INCOME.dimensions[name] for name in BY},
        )
    )


def _above_zero(*terms: tuple[int, Measure]) -> Floor:
    total = Total(terms=terms, window=YEAR, empty=Reason.NO_HISTORY)
    return Floor(total=total, per=_PER)


def sizes(before: int) -> Sum:
    """Revenue of the months that are judged, whatever its sign."""
    income = _actual(before)
    return Sum(terms=((1, _above_zero((-1, income))), (1, _above_zero((1, income)))))


def _misses(before: int) -> tuple[Floor, Floor]:
    """What was forecast and did not come, and what came and was not forecast."""
    income, forecast = _actual(before), of_closed(judged(before))
    return (
        _above_zero((1, forecast), (1, income)),
        _above_zero((-1, income), (-1, forecast)),
    )


def _error(before: int, sign: int) -> Ratio:
    too_much, too_little = _misses(before)
    return Ratio(
        numerator=Sum(terms=((1, too_much), (sign, too_little))),
        denominator=sizes(before),
        empty=Reason.NO_HISTORY,
        positive=True,
    )


accuracy = partial(
    Kpi,
    psa=NO_FORECAST,
    record=Side.ERP,
    by=BY,
    source="KPI catalogue D8",
    group="D",
    compared=(),
    controls=("RC-02",),
)


def _known(before: int) -> Kpi:
    return accuracy(
        key=f"forecast_known_{before}",
        title=f"Forecast {AHEAD[before]} before",
        question=f"What revenue did we expect {AHEAD[before]} before?",
        definition=f"The revenue forecast of each month as it stood {AHEAD[before]} before it ended.",
        unit=Unit.MONEY,
        kind=Kind.FLOW,
        better=Better.HIGHER,
        erp=Total(terms=((1, judged(before)),), empty=Reason.NO_HISTORY),
        tolerance=Decimal(1),
        edge_cases=f"{WRITTEN_DOWN}All layers, what the ledger had already included.",
    )


def _accuracy(before: int) -> Kpi:
    return accuracy(
        key=f"forecast_error_{before}",
        title=f"Forecast error, {AHEAD[before]} ahead",
        question=f"How far off is our revenue forecast {AHEAD[before]} ahead?",
        definition=(
            "WAPE: what was forecast and did not come, and what came and was not forecast, of the twelve months to the "
            "period's end, divided by their revenue."
        ),
        unit=Unit.PERCENT,
        kind=Kind.RATIO,
        better=Better.LOWER,
        erp=_error(before, 1),
        tolerance=Decimal("0.005"),
        edge_cases=WRITTEN_DOWN + JUDGED,
    )


def _bias(before: int) -> Kpi:
    return accuracy(
        key=f"forecast_bias_{before}",
        title=f"Forecast bias, {AHEAD[before]} ahead",
        question=f"Do we forecast too much or too little {AHEAD[before]} ahead?",
        definition=(
            "Forecasts less revenue of the twelve months to the period's end, divided by that revenue: positive is too "
            "much."
        ),
        unit=Unit.PERCENT,
        kind=Kind.RATIO,
        better=Better.BAND,
        band=Band(low=Decimal("-0.05"), high=Decimal("0.05")),
        erp=_error(before, -1),
        tolerance=Decimal("0.005"),
        edge_cases=WRITTEN_DOWN + JUDGED,
    )


def _rmse(before: int) -> Kpi:
    missed = Squares(
        total=Total(
            terms=((1, of_closed(judged(before))), (1, _actual(before))),
            window=YEAR,
            empty=Reason.NO_HISTORY,
        ),
        per=_PER,
    )
    return accuracy(
        key=f"forecast_rmse_{before}",
        title=f"Root mean square error, {AHEAD[before]} ahead",
        question=f"How far off is a practice's month, when large misses weigh more, {AHEAD[before]} ahead?",
        definition=(
            "The square root of the mean of squared misses: what was forecast less what came, by department and month of the "
            "twelve months to the period's end."
        ),
        unit=Unit.MONEY,
        kind=Kind.RATIO,
        better=Better.LOWER,
        erp=Root(
            of=Ratio(
                numerator=missed,
                denominator=CountOf(formula=missed, of=_PER),
                empty=Reason.NO_HISTORY,
            ),
            empty=Reason.NO_HISTORY,
        ),
        tolerance=Decimal(1),
        edge_cases=(
            f"{WRITTEN_DOWN}{JUDGED}It is for planners: one large miss counts more than many small ones. It grows with the "
            "practice, so that practices are compared by their error in percent."
        ),
    )


KNOWN_1, KNOWN_3, KNOWN_6 = map(_known, AHEAD)
ERROR_1, ERROR_3, ERROR_6 = map(_accuracy, AHEAD)
BIAS_1, BIAS_3, BIAS_6 = map(_bias, AHEAD)
RMSE_1, RMSE_3, RMSE_6 = map(_rmse, AHEAD)
