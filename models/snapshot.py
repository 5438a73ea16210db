"""The published snapshots: read-only DuckDB files, the newest named by a pointer.

To be completed; the signatures are what others rely on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Engine

from .period import Month


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How one source system stands in a snapshot."""

    system: str  # 'netsuite' | 'suiteprojects'
    as_of: datetime | None  # UTC
    complete_from: Month | None  # None: all history is here
    account: str
    record_url: str
    quarantined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One published snapshot, open for reading."""

    version: int
    path: Path
    engine: Engine
    built_at: datetime
    reporting_currency: str
    today: date
    last_closed_month: Month  # newest month closed in NetSuite's books
    sources: Mapping[str, SourceState]


class Snapshots:
    """The folder of snapshots. `current()` costs a stat when nothing changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> Snapshot:
        """The newest published snapshot.

        Raises:
            NoSnapshotError: nothing has been published yet.
        """
        raise NotImplementedError
