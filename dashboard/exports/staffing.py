"""Staffing: the hours of a project."""

from __future__ import annotations

from ..export import Export
from .records import records

TIME_ENTRIES = Export(
    key="time_entries",
    title="Time entries",
    page="project",
    system="suiteprojects",
    place=10,
    rows=records("time_entries"),
)
