"""How this firm counts: streams, lines of the income statement, thresholds, benchmarks, targets; one file."""

from .load import Business, current, default_business, load, load_file

__all__ = ["Business", "current", "default_business", "load", "load_file"]
