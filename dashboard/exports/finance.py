"""Finance: the ledger lines of a project."""

from __future__ import annotations

from ..export import Export
from .records import records

LEDGER_LINES = Export(
    key="ledger_lines",
    title="Ledger lines",
    page="project",
    system="netsuite",
    place=50,
    rows=records("ledger_lines"),
)
