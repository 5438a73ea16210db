"""Observed: what revenue was expected, and within which range, so that both can be held against what came true."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from models.metrics.drawing import Chance, courses_of, within
from models.tables import dated as tables

from .observation import Observation, Rows

_SHARES = (Decimal("0.1"), Decimal("0.5"), Decimal("0.9"))

FORECAST = Observation(
    key="forecast",
    title="Revenue forecast by layer and month",
    target=tables.fct_forecast_dated,
    grain=(
        "month", "layer", "department_key", "subsidiary_key", "stream", "is_intercompany",
        "subsidiary_currency",
    ),
    sql="""
        WITH ahead AS (
            SELECT month, month_key(today + INTERVAL 12 MONTH) AS last FROM run_day
        ),
        item AS (
            SELECT f.month, f.layer, f.department_key, f.subsidiary_key, f.stream,
                false AS is_intercompany, f.amount_subsidiary, f.subsidiary_currency, f.amount_base
            FROM fct_forecast f, ahead a WHERE f.month BETWEEN a.month AND a.last
            UNION ALL
            SELECT g.month, 'actual', g.department_key, g.subsidiary_key, g.stream,
                g.is_intercompany, -g.amount_subsidiary, g.subsidiary_currency, -g.amount_base
            FROM fct_gl g, ahead a
            WHERE g.account_type = 'Income' AND g.month BETWEEN a.month AND a.last
        )
        SELECT month, layer, department_key, subsidiary_key, stream, is_intercompany,
            sum(amount_subsidiary)::DECIMAL(18,4) AS amount_subsidiary, subsidiary_currency,
            sum(amount_base)::DECIMAL(18,4) AS amount_base
        FROM item GROUP BY ALL""",
)  # fmt: skip


def _drawn(rows: Rows) -> Iterator[Sequence[Any]]:
    """P10, P50 and P90 of each department, company and month; rows of one department come together."""
    for owner, own in groupby(rows, key=lambda row: tuple(row[:2])):
        chances: dict[int, list[Chance]] = defaultdict(list)
        sure: dict[int, Decimal] = defaultdict(Decimal)
        for _department, _company, month, item, low, high, spread, amount in own:
            if item is None:
                sure[month] += amount
            else:
                chances[month].append(Chance(item, low, high, amount, spread))
        found = courses_of({month: chances[month] for month in sorted({*sure, *chances})})
        for month, several in found.items():
            yield (month, *owner, *(sure[month] + within(several, at) for at in _SHARES))


FORECAST_RANGE = Observation(
    key="forecast_range",
    title="Range of the revenue forecast by month",
    target=tables.fct_forecast_range_dated,
    grain=("month", "department_key", "subsidiary_key"),
    made=_drawn,
    sql="""
        WITH ahead AS (
            SELECT month, month_key(today + INTERVAL 12 MONTH) AS last FROM run_day
        ),
        item AS (
            SELECT f.department_key, f.subsidiary_key, f.month,
                CASE WHEN f.layer IN ('soft', 'pipeline', 'unidentified') THEN f.item END AS item,
                f.chance_from, f.chance_to, coalesce(f.spread, 0) AS spread, f.amount_base
            FROM fct_forecast f, ahead a
            WHERE f.month BETWEEN a.month AND a.last AND f.amount_base IS NOT NULL
            UNION ALL
            SELECT g.department_key, g.subsidiary_key, g.month, NULL, NULL, NULL, 0, -g.amount_base
            FROM fct_gl g, ahead a
            WHERE g.account_type = 'Income' AND g.month BETWEEN a.month AND a.last
                AND g.amount_base IS NOT NULL AND NOT g.is_intercompany
        )
        SELECT department_key, subsidiary_key, month, item, chance_from, chance_to, spread,
            sum(amount_base)::DECIMAL(18,4) AS amount_base
        FROM item GROUP BY ALL ORDER BY department_key, subsidiary_key, month, item NULLS FIRST,
            chance_from, chance_to, spread""",
)

FORECAST_WEIGHT = (
    Observation(  # so that what experience expected can be told from what counted of it
        key="forecast_weight",
        title="Weight of experience in the revenue forecast by month",
        target=tables.fct_forecast_weight_dated,
        grain=("month",),
        sql="""
        SELECT month_less(r.month, -w.ahead) AS month, w.ahead, w.weight, w.is_learned, w.months
        FROM dim_forecast_weight w CROSS JOIN run_day r""",
    )
)

FORECAST_ITEM = Observation(
    key="forecast_item",
    title="Revenue forecast by project, contract and deal",
    target=tables.fct_forecast_item_dated,
    grain=(
        "month", "layer", "source", "project_key", "customer_key", "department_key", "subsidiary_key",
        "stream", "contract", "transaction_id", "is_intercompany", "currency", "subsidiary_currency",
    ),
    once=True,
    keep_days=14,
    sql="SELECT * FROM forecast_item",
)  # fmt: skip
