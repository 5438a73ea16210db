"""The rollups of the metric layer: what they sum is declared in `models.metrics.rollups`."""

from __future__ import annotations

from models.metrics import rollups as declared
from models.metrics.rollup import Rollup

from .transform import Slicing, Transform


def _filled(rollup: Rollup) -> Transform:
    """The table of a rollup, renewed month by month where the fact alone changed."""
    fact = rollup.inputs[0]
    return Transform(
        key=rollup.key,
        target=rollup.table,
        sql=rollup.sql,
        needs=rollup.inputs,
        slicings=(Slicing(by=("month",), of={fact: (rollup.month_column,)}),),
    )


TIME = _filled(declared.TIME)
TIME_BILLS = _filled(declared.TIME_BILLS)
CAPACITY = _filled(declared.CAPACITY)
LABOR_COST = _filled(declared.LABOR_COST)
LEDGER = _filled(declared.LEDGER)
RECOGNIZED = _filled(declared.RECOGNIZED)
INVOICED = _filled(declared.INVOICED)
PSA_INVOICED = _filled(declared.PSA_INVOICED)
