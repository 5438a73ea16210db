"""What we take for granted about the vendors: each fact is declared once, in the file of its system and subject."""

from __future__ import annotations

from models.registry import collect

from .assumption import Assumption

ASSUMPTIONS = collect(Assumption, __name__)
