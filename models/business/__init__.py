"""How this firm counts: streams, lines of the income statement, thresholds, benchmarks, targets; one file."""

from .decided import in_force, merged
from .load import Business, current, default_business, load, load_file

__all__ = [
    "Business",
    "current",
    "default_business",
    "in_force",
    "load",
    "load_file",
    "merged",
]
