"""The controls that the facts allow, check by check: the two systems against each other, the books against themselves."""

from __future__ import annotations

from models.controls import CONTROLS
from models.tables import controls as tables

from .checks.check import table_of
from .transform import Slicing, Transform

_TABLES = {table_of(control): control for control in CONTROLS}
FCT_CONTROL = Transform(
    key="fct_control",
    target=tables.fct_control,
    needs=tuple(_TABLES),
    sql=" UNION ALL ".join(
        f"SELECT '{control}' AS control, * FROM {table}" for table, control in _TABLES.items()
    ),
    slicings=(
        Slicing(
            by=("control", "month"),
            of={table: (f"'{control}'", "month") for table, control in _TABLES.items()},
        ),
    ),
)
