"""What is written down day by day: every observation is declared once, in the file of its area."""

from __future__ import annotations

from models.registry import collect

from .observation import Observation

OBSERVATIONS = collect(Observation, __name__)
