"""Observed: which reconciliation checks do not hold, so that it can be told since when."""

from __future__ import annotations

from models.tables import dated as tables

from .observation import Observation

BREAKS = Observation(
    key="breaks",
    title="Reconciliation checks that do not hold",
    target=tables.fct_break_dated,
    grain=("control", "month", "subsidiary_key", "customer_key", "project_key", "name"),
    sql="""
        SELECT DISTINCT control, month, subsidiary_key, customer_key, project_key, name
        FROM fct_control WHERE NOT holds""",
)
