"""Finance: what was bought and spent for a project, and its ledger lines."""

from __future__ import annotations

from ..export import Export
from .records import records

PURCHASES = Export(
    key="purchases",
    title="Purchases and expenses",
    page="project",
    system="suiteprojects",
    place=65,
    rows=records("purchases"),
)
LEDGER_LINES = Export(
    key="ledger_lines",
    title="Ledger lines",
    page="project",
    system="netsuite",
    place=70,
    rows=records("ledger_lines"),
)
