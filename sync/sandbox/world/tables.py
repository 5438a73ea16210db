"""The tables of NetSuite, empty."""

from __future__ import annotations

from sync.sandbox.netsuite_tables import NETSUITE_TABLES
from sync.sandbox.system import SourceSystem, SourceTable


def netsuite_system() -> SourceSystem:
    """An empty NetSuite."""
    return SourceSystem(
        "netsuite",
        [
            SourceTable(name, tuple(key.split()), tuple(columns.split()), modified)
            for name, (key, columns, modified) in NETSUITE_TABLES.items()
        ],
    )
