"""The rollups of the metric layer: what they sum is declared in `models.metrics.rollups`."""

from __future__ import annotations

from models.metrics import rollups as declared
from models.metrics.rollup import Rollup

from .transform import Slicing, Transform


def _filled(rollup: Rollup) -> Transform:
    """The table of a rollup, renewed month by month."""
    months = rollup.month_columns
    touched: dict[str, list[str]] = {}
    for fact, joined, on in rollup.joined:
        touched.setdefault(joined, []).append(
            f"SELECT {fact}.{months[fact]} FROM {fact} SEMI JOIN changed AS {joined} ON {on}"
        )
    return Transform(
        key=rollup.key,
        target=rollup.table,
        sql=rollup.sql,
        needs=rollup.inputs,
        slicings=(
            Slicing(
                by=("month",),
                of={fact: (month,) for fact, month in months.items()},
                touched={name: " UNION ALL ".join(texts) for name, texts in touched.items()},
            ),
        ),
    )


PEOPLE = _filled(declared.PEOPLE)
PROJECTS = _filled(declared.PROJECTS)
HOURS = _filled(declared.HOURS)
