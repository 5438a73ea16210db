"""Chance that repeats itself: the same seed and purpose throw the same dice."""

from __future__ import annotations

from random import Random


def dice(seed: int, purpose: str) -> Random:
    """Dice of their own for a purpose, so that one part of the firm can change without the others."""
    return Random(f"{seed}:{purpose}")  # noqa: S311  # an invented firm, no secret
